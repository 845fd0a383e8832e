"""What is offered, and what is taken along: whole, once, by reference (CLASS-2, CLASS-3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.actions import Actor
from app.classchoice import actions
from app.classchoice.carrying.actions import Taken, take
from app.classchoice.carrying.links import Moved, mended
from app.classchoice.carrying.queries import spaces_of, taken
from app.classchoice.models import ClassCarry, ClassChoice
from app.classchoice.offers.queries import articles_in, files_in, offered, weigh
from app.classchoice.problems import NothingTaken, TooLate
from app.classchoice.selection import EVERYTHING, Selection
from app.content.models import (
    Article,
    ArticleAttachment,
    Category,
    Comment,
    Contest,
    Folder,
    MapPoint,
    MediaFile,
    Section,
)
from app.db import db
from app.errors import NotFound
from app.files.problems import QuotaReached
from tests.classchoice.mornings import NOW, WRITTEN, Morning, blob, morning


def me(number: int) -> Actor:
    return Actor(name="person", person_id=number)


@pytest.fixture
def day(app: Flask) -> Morning:
    return morning(app)


def chosen(day: Morning, who: str = "odette", *codes: str) -> ClassChoice:
    """Somebody's choice, made."""
    person = getattr(day, who)
    choice = actions.begin(person.id, day.school_id, by=me(person.id), now=NOW)
    actions.choose(choice, [day.classes[code] for code in codes or ("CM1",)], version=None, by=me(person.id), now=NOW)
    return choice


def taking(day: Morning, choice: ClassChoice, selection: Selection = EVERYTHING, *codes: str) -> list[Taken]:
    numbers = [day.classes[code] for code in codes or ("CM1",)]
    return take(choice, day.old["CM1"], selection, numbers, by=me(choice.person_id), now=NOW)


def space(day: Morning, code: str = "CM1") -> int:
    return spaces_of([day.classes[code]])[day.classes[code]][0]


def titles(table: type, day: Morning, code: str = "CM1") -> list[str]:
    name = getattr(table, "title", None) or table.name  # type: ignore[attr-defined]
    return sorted(db.session.scalars(select(name).where(table.section_id == space(day, code))))  # type: ignore[attr-defined]


def test_the_offer_is_what_the_class_left_to_its_own_teachers(day: Morning) -> None:
    """CLASS-2: articles by category, folders as a tree with sizes, the teachers' own contests and places; pupils' unticked."""
    offer = offered(chosen(day), NOW)
    assert [space.title for space in offer.spaces] == ["CM1 de l’an dernier"]
    found = offer.spaces[0]
    assert [(one.name, one.articles, one.pupils) for one in found.categories] == [
        ("Sorties", 2, 1),
        ("Sciences", 1, 0),
        ("", 1, 0),
    ]
    assert [(one.name, one.depth, one.files, one.bytes, one.showing) for one in found.folders] == [
        ("", 0, 1, 1000, 0), ("Photos", 1, 1, 1000, 1), ("Printemps", 2, 1, 1000, 0),
    ]  # fmt: skip
    assert [one.title for one in found.contests] == ["La plus belle feuille"]
    assert [one.title for one in found.points] == ["L’école"]
    assert (found.articles, found.files, found.bytes, found.unticked) == (4, 3, 3500, 2)


def test_both_teachers_of_a_shared_class_are_offered_it_and_nobody_else(day: Morning) -> None:
    assert len(offered(chosen(day, "basile"), NOW).spaces) == 1
    assert [one.title for one in offered(chosen(day, "celia", "CM2"), NOW).spaces] == ["CM2 de l’an dernier"]
    director = actions.begin(day.cast.primary_head.id, day.school_id, by=me(day.cast.primary_head.id), now=NOW)
    assert offered(director, NOW).spaces == []
    with pytest.raises(NotFound):
        take(director, day.old["CM1"], EVERYTHING, [day.classes["CM2"]], by=me(director.person_id), now=NOW)


def test_everything_arrives_whole_and_without_comments(day: Morning) -> None:
    """CLASS-2, CLASS-3: author and dates kept, attachments along, folders as they were, pupils' things left."""
    done = taking(day, chosen(day))[0]
    assert (done.articles, done.files, done.folders, done.contests, done.points, done.bytes) == (3, 2, 2, 1, 1, 2500)
    assert titles(Article, day) == ["Le jardin", "Le musée", "Sans rubrique"]
    museum = db.session.scalars(
        select(Article).where(Article.section_id == space(day), Article.title == "Le musée")
    ).one()
    assert (museum.author_id, museum.published_at, museum.changed_at) == (day.odette.id, WRITTEN, WRITTEN)
    assert db.session.get_one(Category, museum.category_id).section_id == space(day)
    attached = db.session.scalars(select(ArticleAttachment).where(ArticleAttachment.article_id == museum.id)).one()
    assert (attached.sha256, attached.carried_from) == (blob("depliant"), day.things["leaflet"])
    assert db.session.scalars(select(Comment).where(Comment.article_id == museum.id)).all() == []
    tree = db.session.scalars(
        select(MediaFile).where(MediaFile.section_id == space(day), MediaFile.name == "arbre.jpg")
    ).one()
    spring = db.session.get_one(Folder, tree.folder_id)
    above = db.session.get_one(Folder, spring.parent_id)
    assert (spring.name, above.name, above.parent_id, above.section_id) == ("Printemps", "Photos", None, space(day))
    assert (titles(Contest, day), titles(MapPoint, day)) == (["La plus belle feuille"], ["L’école"])
    assert db.session.get_one(Section, space(day)).used == 2500


def test_links_between_articles_and_media_lead_to_the_copies(day: Morning) -> None:
    """CLASS-3: attachments and links stay whole."""
    taking(day, chosen(day))
    garden = db.session.scalars(
        select(Article).where(Article.section_id == space(day), Article.title == "Le jardin")
    ).one()
    museum = db.session.scalar(select(Article.id).where(Article.section_id == space(day), Article.title == "Le musée"))
    tree = db.session.scalar(
        select(MediaFile.id).where(MediaFile.section_id == space(day), MediaFile.name == "arbre.jpg")
    )
    for text in (garden.body, garden.source):
        assert f'"/fichiers/{tree}"' in text
        assert f'"/espaces/{space(day)}/blog/{museum}"' in text
    assert garden.version == 1


def test_a_link_to_what_is_taken_later_is_mended_then(day: Morning) -> None:
    choice = chosen(day)
    taking(day, choice, Selection(articles=frozenset({day.things["garden"]})))
    body = select(Article.body).where(Article.section_id == space(day))
    assert f'"/fichiers/{day.things["tree"]}"' in (db.session.scalar(body) or "")
    taking(day, choice, Selection(files=frozenset({day.things["tree"]})))
    tree = db.session.scalar(select(MediaFile.id).where(MediaFile.section_id == space(day)))
    assert f'"/fichiers/{tree}"' in (db.session.scalar(body) or "")


def test_clicked_twice_or_by_two_teachers_of_the_class_it_arrives_once(day: Morning) -> None:
    """CLASS-3: what is there already does not come again; what is missing does."""
    first, second = chosen(day), chosen(day, "basile")
    taking(day, first, Selection(articles=frozenset({day.things["museum"]})))
    done = taking(day, second)[0]
    assert (done.articles, done.files) == (2, 2)
    again = taking(day, first)[0]
    assert (again.articles, again.files, again.folders, again.contests, again.points, again.bytes) == (0, 0, 0, 0, 0, 0)
    assert titles(Article, day) == ["Le jardin", "Le musée", "Sans rubrique"]
    assert db.session.scalar(select(func.count()).select_from(ClassCarry)) == 2
    assert db.session.get_one(Section, space(day)).used == 2500
    assert [one.taken for one in offered(first, NOW).spaces[0].categories] == [1, 1, 1]


def test_it_can_be_taken_into_several_classes(day: Morning) -> None:
    """CLASS-2: each has its own copies."""
    choice = chosen(day, "odette", "CM1", "CE2")
    done = taking(day, choice, EVERYTHING, "CM1", "CE2")
    assert [one.articles for one in done] == [3, 3]
    assert titles(Article, day, "CE2") == titles(Article, day, "CM1")
    with pytest.raises(NotFound):
        taking(day, choice, EVERYTHING, "CM2")


def test_some_is_by_category_folder_and_one_by_one(day: Morning) -> None:
    """CLASS-2: what shows pupils or is a pupil's comes when it is ticked itself."""
    choice, things = chosen(day), day.things
    taking(day, choice, Selection(categories=frozenset({things["outings"]}), folders=frozenset({things["photos"]})))
    assert titles(Article, day) == ["Le musée"]
    assert titles(MediaFile, day) == ["arbre.jpg"]
    taking(day, choice, Selection(articles=frozenset({things["poem"]}), files=frozenset({things["yard"]})))
    assert titles(Article, day) == ["Le musée", "Mon poème"]
    yard = db.session.scalars(
        select(MediaFile).where(MediaFile.section_id == space(day), MediaFile.name == "cour.jpg")
    ).one()
    assert db.session.get_one(Folder, yard.folder_id).carried_from == things["photos"]
    taking(
        day, choice, Selection(points=frozenset({things["den"], things["place"]}), uncategorised=True, top_files=True)
    )
    # A place that a pupil made is not offered.
    assert titles(MapPoint, day) == ["L’école"]
    assert titles(MediaFile, day) == ["arbre.jpg", "cour.jpg", "plan.jpg"]
    with pytest.raises(NothingTaken):
        taking(day, choice, Selection())


def test_pupils_things_come_along_where_the_teacher_says_so(day: Morning) -> None:
    done = taking(day, chosen(day), Selection(everything=True, pupils_too=True))[0]
    assert (done.articles, done.files) == (4, 3)


def test_quota_and_clashes_are_said_before_and_refuse_the_whole(day: Morning) -> None:
    """CLASS-2, PORTAL-14."""
    choice = chosen(day)
    target = db.session.get_one(Section, space(day))
    inside = {"section_id": target.id, "school_id": target.school_id, "author_id": day.basile.id, "created_at": NOW}
    db.session.add_all(
        [
            MediaFile(**inside, name="Plan.JPG", sha256=blob("plan2"), kind="image/jpeg", size=1),
            Folder(**inside, name="photos"),
            Article(
                section_id=target.id,
                school_id=target.school_id,
                title="Le musée",
                body="",
                changed_at=NOW,
                attachments=[],
            ),
        ]
    )
    target.quota = 2000
    db.session.flush()
    told = weigh(choice, day.old["CM1"], EVERYTHING, day.classes["CM1"], NOW)
    assert (told.articles, told.files, told.contests, told.points, told.bytes, told.left) == (3, 2, 1, 1, 2500, 2000)
    assert (told.fits, list(told.same_names), told.same_titles, told.already) == (False, ["Photos", "plan.jpg"], 1, 0)
    with pytest.raises(QuotaReached):
        taking(day, choice)
    db.session.rollback()
    assert db.session.scalars(select(Article.id).where(Article.carried_from.is_not(None))).all() == []


def test_names_that_are_there_already_are_numbered(day: Morning) -> None:
    choice = chosen(day)
    inside = {"section_id": space(day), "school_id": day.school_id, "author_id": day.basile.id, "created_at": NOW}
    db.session.add_all(
        [
            MediaFile(**inside, name="Plan.JPG", sha256=blob("plan2"), kind="image/jpeg", size=1),
            Folder(**inside, name="photos"),
        ]
    )
    db.session.flush()
    assert taking(day, choice)[0].renamed == 2
    assert titles(MediaFile, day) == ["Plan.JPG", "arbre.jpg", "plan (2).jpg"]
    assert titles(Folder, day) == ["Photos (2)", "Printemps", "photos"]


def test_loose_links_are_said_before(day: Morning) -> None:
    told = weigh(
        chosen(day), day.old["CM1"], Selection(articles=frozenset({day.things["garden"]})), day.classes["CM1"], NOW
    )
    assert told.loose_links == 2


def test_until_the_teachers_date_and_no_later(day: Morning) -> None:
    """CLASS-3: from the class page too, until the date."""
    choice = chosen(day)
    last = choice.recoverable_until - timedelta(seconds=1)
    assert not offered(choice, last).empty
    assert offered(choice, choice.recoverable_until).empty
    with pytest.raises(TooLate):
        take(
            choice,
            day.old["CM1"],
            EVERYTHING,
            [day.classes["CM1"]],
            by=me(choice.person_id),
            now=choice.recoverable_until,
        )


def test_what_was_taken_is_told_with_the_classes(day: Morning) -> None:
    choice = chosen(day)
    taking(day, choice)
    line = taken(choice)[0]
    assert (line.from_title, line.class_name, line.articles, line.files) == ("CM1 de l’an dernier", "CM1", 3, 2)


def test_one_by_one_lists_are_paged(day: Morning) -> None:
    choice = chosen(day)
    rows, more = articles_in(choice, day.old["CM1"], day.things["outings"], NOW)
    assert [(row.title, row.by_pupil, row.author) for row in rows] == [
        ("Mon poème", True, "Chloé Moreau"),
        ("Le musée", False, "Odette Vidal"),
    ]
    assert not more
    files, _more = files_in(choice, day.old["CM1"], day.things["photos"], NOW)
    assert [(row.name, row.shows_pupils) for row in files] == [("cour.jpg", True)]


def test_offer_and_taking_cost_the_same_queries_at_ten_times_the_content(
    day: Morning, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """CLASS-3: set-based; no statement a row."""
    choice = chosen(day, "odette", "CM1", "CE2")
    db.session.commit()
    with count_queries() as few:
        offered(choice, NOW)
        taking(day, choice, EVERYTHING, "CE2")
    inside = {"section_id": day.old["CM1"], "school_id": day.school_id, "author_id": day.odette.id}
    for number in range(60):
        row = Article(
            **inside,
            title=f"A{number}",
            body="<p>x</p>",
            author_profile="teacher",
            changed_at=WRITTEN,
            set_aside_by=77,
            attachments=[],
        )
        file = MediaFile(
            **inside,
            name=f"f{number}.jpg",
            sha256=blob("x"),
            kind="image/jpeg",
            size=1,
            created_at=WRITTEN,
            set_aside_by=77,
            folder_id=day.things["spring"],
        )
        db.session.add_all([row, file])
    db.session.commit()
    with count_queries() as many:
        assert offered(choice, NOW).spaces[0].articles == 64
        assert taking(day, choice, EVERYTHING, "CM1")[0].articles == 63
    assert len(many) == len(few)


def test_an_address_elsewhere_that_looks_alike_is_left_alone() -> None:
    moved = Moved(
        section=(7, 70), articles={1: 10}, attachments={4: 40}, files={2: 20}, folders={3: 30}, contests={}, points={},
        hosts=["ecole.exemple.test"],
    )  # fmt: skip
    for before, after in (
        ("/fichiers/2", "/fichiers/20"),
        ("/en/fichiers/2/apercu", "/en/fichiers/20/apercu"),
        ("[x](/espaces/7/blog/1)", "[x](/espaces/70/blog/10)"),
        ("/espaces/7/blog/1/pieces/4", "/espaces/70/blog/10/pieces/40"),
        ('"/espaces/7/mediatheque?folder=3"', '"/espaces/70/mediatheque?folder=30"'),
        ('"https://ecole.exemple.test/fichiers/2"', '"https://ecole.exemple.test/fichiers/20"'),
        ('"/espaces/7"', '"/espaces/70"'),
        ('"/espaces/7/blog"', '"/espaces/70/blog"'),
        ('"https://ailleurs.exemple/fichiers/2"', '"https://ailleurs.exemple/fichiers/2"'),
        ("/fichiers/22", "/fichiers/22"),
        ("/espaces/77/blog/1", "/espaces/77/blog/1"),
        ("/espaces/7/blog/9", "/espaces/7/blog/9"),
    ):
        assert mended(before, moved) == after
