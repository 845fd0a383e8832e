"""The first morning of N+1 in a primary school: last year's class spaces set aside as step 2 leaves them, the new classes filled.

``morning(app)`` adds it to the cast and commits. Odette and Basile taught the CM1 of N together, Celia its CM2; the new year has CM1, CM2
and CE2, each with pupils. Nobody has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import Table, update

from app.content.models import (
    Article,
    ArticleAttachment,
    Category,
    Comment,
    Contest,
    ContestEntry,
    Folder,
    MapPoint,
    MediaFile,
    Section,
)
from app.content.spaces import FIRST_SERVICES, SpaceKind
from app.db import Base, db
from app.directory.models import Person, School, SchoolClass, SchoolYear
from app.files.models import Blob
from app.profiles import Place, Profile, Visitor
from tests import builders
from tests.builders import MADE
from tests.people import Cast, Someone, cast

#: The task that stands for steps 2 and 3 of the school.
TASK = 77
NOW = datetime(2026, 8, 31, 6, 40, tzinfo=UTC)
WRITTEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Morning:
    """Who and what: numbers."""

    cast: Cast
    school_id: int
    odette: Someone
    basile: Someone
    celia: Someone
    #: Last year's spaces, by class.
    old: dict[str, int]
    #: The classes of N+1, by code.
    classes: dict[str, int]
    #: Rows of the CM1's space by name.
    things: dict[str, int]

    def visitor(self, person: Someone) -> Visitor:
        """Somebody by the teachers' door of the primary school."""
        return Visitor(person_id=person.id, places=(Place(school_id=self.school_id, profile=Profile.TEACHER),))


def morning(app: Flask) -> Morning:
    """Insert it; see the module."""
    people = cast(app)
    with app.app_context():
        made = _made(people)
        db.session.commit()
    return made


def _made(people: Cast) -> Morning:
    school = db.session.get_one(School, people.primary.id)
    new = db.session.get_one(SchoolYear, people.years[2026].id)
    new.last_day = date(2027, 7, 3)
    teachers = {}
    for first, last in (("Odette", "Vidal"), ("Basile", "Renard"), ("Celia", "Morin")):
        person = builders.make_person(first, last)
        builders.affiliate(person, school, Profile.TEACHER)
        login = builders.make_account(person).login
        teachers[first] = (person, Someone(id=person.id, first_name=first, last_name=last, login=login, door="school"))
    old_classes = {
        code: db.session.get_one(SchoolClass, number) for code, number in people.primary.classes[2025].items()
    }
    for name, code in (("Odette", "CM1"), ("Basile", "CM1"), ("Celia", "CM2")):
        builders.enrol(teachers[name][0], old_classes[code], "teacher")
    classes = dict(people.primary.classes[2026])
    classes["CE2"] = builders.make_class(school, new, "CE2").id
    pupil = db.session.get_one(Person, people.pupil.id)
    for code, names in (
        ("CM1", ("Ana Brun", "Ben Caron", "Cléo Denis", "Dan Etxe")),
        ("CM2", ("Eve Fort",)),
        ("CE2", ("Gil Huet", "Ines Joly")),
    ):
        for name in names:
            child = builders.make_person(*name.split())
            builders.affiliate(child, school, Profile.STUDENT)
            builders.enrol(child, db.session.get_one(SchoolClass, classes[code]))
    spaces = {code: _space(school, row) for code, row in old_classes.items()}
    things = fill(spaces["CM1"], teacher=teachers["Odette"][0].id, pupil=pupil.id)
    set_aside(list(spaces.values()), [row.id for row in old_classes.values()])
    return Morning(
        cast=people,
        school_id=school.id,
        odette=teachers["Odette"][1],
        basile=teachers["Basile"][1],
        celia=teachers["Celia"][1],
        old={code: section.id for code, section in spaces.items()},
        classes=classes,
        things=things,
    )


def _space(school: School, row: SchoolClass) -> Section:
    made = Section(
        school_id=school.id,
        kind=SpaceKind.CLASS,
        class_id=row.id,
        title=f"{row.name} de l’an dernier",
        slug=f"class--{row.id}",
        services=[str(one) for one in FIRST_SERVICES[SpaceKind.CLASS]],
        restricted=True,
        created_at=MADE,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _row(row: Any) -> int:
    db.session.add(row)
    db.session.flush()
    return int(row.id)


def blob(name: str, size: int = 1000) -> str:
    """A blob's row under a made-up hash; no byte of it is ever read."""
    sha = (name.encode().hex() + "0" * 64)[:64]
    if db.session.get(Blob, sha) is None:
        db.session.add(Blob(sha256=sha, size=size, kind="image/jpeg", stored_at=MADE))
        db.session.flush()
    return sha


def fill(section: Section, *, teacher: int, pupil: int) -> dict[str, int]:
    """Two categories, four articles (one a pupil's, one linking), folders two deep, files (one shows pupils), a contest, two places."""
    inside: dict[str, Any] = {"section_id": section.id, "school_id": section.school_id}
    by: dict[str, Any] = {"author_id": teacher, "created_at": WRITTEN}
    made: dict[str, int] = {}
    made["outings"] = _row(Category(section_id=section.id, name="Sorties", position=1))
    made["science"] = _row(Category(section_id=section.id, name="Sciences", position=2))
    made["photos"] = _row(Folder(**inside, **by, name="Photos"))
    made["spring"] = _row(Folder(**inside, **by, name="Printemps", parent_id=made["photos"]))

    def file(name: str, folder: int | None, shows: bool = False) -> int:
        return _row(
            MediaFile(
                **inside, **by, name=name, folder_id=folder, sha256=blob(name), kind="image/jpeg", size=1000,
                author_profile=Profile.TEACHER, shows_pupils=shows,
            )
        )  # fmt: skip

    made["tree"] = file("arbre.jpg", made["spring"])
    made["yard"] = file("cour.jpg", made["photos"], shows=True)
    made["plan"] = file("plan.jpg", None)

    def article(
        title: str, category: int | None, body: str, author: int = teacher, profile: Profile = Profile.TEACHER
    ) -> int:
        return _row(
            Article(
                **inside, title=title, category_id=category, source=body, body=body, author_id=author, author_profile=profile,
                published_at=WRITTEN, changed_at=WRITTEN,
            )
        )  # fmt: skip

    made["museum"] = article("Le musée", made["outings"], "<p>Au musée.</p>")
    link = f'<p><a href="/fichiers/{made["tree"]}">l’arbre</a> et <a href="/espaces/{section.id}/blog/{made["museum"]}">le musée</a></p>'
    made["garden"] = article("Le jardin", made["science"], link)
    made["loose"] = article("Sans rubrique", None, "<p>Seul.</p>")
    made["poem"] = article("Mon poème", made["outings"], "<p>Vers.</p>", author=pupil, profile=Profile.STUDENT)
    made["leaflet"] = _row(
        ArticleAttachment(article_id=made["museum"], sha256=blob("depliant"), name="depliant.jpg", size=500)
    )
    made["comment"] = _row(Comment(article_id=made["museum"], author_id=pupil, text="Bravo", written_at=WRITTEN))
    made["contest"] = _row(Contest(**inside, **by, title="La plus belle feuille", opens_at=WRITTEN, closes_at=MADE))
    made["entry"] = _row(
        ContestEntry(contest_id=made["contest"], author_id=pupil, text="La mienne", handed_in_at=WRITTEN)
    )
    made["place"] = _row(MapPoint(**inside, **by, title="L’école", latitude=45_000_000, longitude=1_000_000))
    theirs = {"author_id": pupil, "created_at": WRITTEN}
    made["den"] = _row(MapPoint(**inside, **theirs, title="Ma cabane", latitude=45_000_000, longitude=1_000_000))
    section.used = 3500
    return made


def set_aside(sections: list[Section], class_ids: list[int]) -> None:
    """As steps 2 and 3 leave a primary school: the classes, their members, the spaces and all that is in them."""
    numbers = [one.id for one in sections]
    db.session.flush()
    tables = Base.metadata.tables

    def mark(name: str, column: str, wanted: Any) -> None:
        table: Table = tables[name]
        db.session.execute(update(table).where(table.c[column].in_(wanted)).values(set_aside_by=TASK))

    def ids(name: str) -> list[int]:
        table: Table = tables[name]
        return list(
            db.session.scalars(table.select().with_only_columns(table.c.id).where(table.c.section_id.in_(numbers)))
        )

    mark("article_attachment", "article_id", ids("article"))
    mark("comment", "article_id", ids("article"))
    mark("contest_entry", "contest_id", ids("contest"))
    for name in ("article", "category", "folder", "media_file", "contest", "map_point", "section_role"):
        mark(name, "section_id", numbers)
    mark("section", "id", numbers)
    mark("class_membership", "class_id", class_ids)
    mark("school_class", "id", class_ids)
    db.session.expire_all()
