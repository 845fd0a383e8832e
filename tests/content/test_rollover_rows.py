"""Which rows of spaces a rollover takes: each in exactly one space, of the right year, school and side of the cut-off (S1-1, S2-1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.content import rollover
from app.content.founding import actions as founding
from app.content.founding.queries import partnership_called
from app.content.models import Comment, PartnershipClass, Section, SectionRole
from app.content.sections.queries import partners
from app.content.spaces import SpaceKind, SpaceRole
from app.db import Base, db
from app.fates import KINDS, Scope, Space
from tests.content import media_rows as media
from tests.content.rows import MADE, give_role, make_article, make_class_space, make_group, make_section
from tests.people import Cast, cast

CUTOFF = datetime(2026, 7, 10, 16, tzinfo=UTC)
SECOND = timedelta(seconds=1)
#: The kinds of which ``fill`` makes one row in a section.
WITHIN = (
    "article", "comment", "media", "shared", "folder", "contest", "contest-entry", "map-point", "minisite", "search-link",
)  # fmt: skip
TABLES = {kind.key: kind.table for kind in KINDS}


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def scope_of(people: Cast, *, begins: int = 2025, cutoff: datetime = CUTOFF) -> Scope:
    return Scope(year_id=people.years[begins].id, begins=begins, cutoff=cutoff, now=cutoff + timedelta(hours=2))


def found(kind: str, space: Space, scope: Scope) -> dict[int, int]:
    """Row number -> school of what is selected, live rows only, as whoever runs it asks."""
    table = Base.metadata.tables[TABLES.get(kind, "section_role" if kind.endswith("withdrawn") else "section")]
    live = rollover.rows(kind, space, scope).where(table.c.set_aside_by.is_(None))
    rows = db.session.execute(live).all()
    assert len({row.id for row in rows}) == len(rows), "no row twice"
    return {row.id: row.school_id for row in rows}


def fill(section: Section, author_id: int) -> dict[str, Any]:
    """One row of every kind in a section."""
    article = make_article(section, author_id=author_id)
    comment = Comment(article_id=article.id, author_id=author_id, text="Bravo", written_at=MADE)
    db.session.add(comment)
    contest = media.make_contest(section, author_id=author_id)
    made: dict[str, Any] = {
        "article": article,
        "comment": comment,
        "media": media.make_file(section, author_id=author_id),
        "shared": media.make_file(section, "partagé.txt", author_id=author_id, shared=True),
        "folder": media.make_folder(section, author_id=author_id),
        "contest": contest,
        "contest-entry": media.make_entry(contest, author_id),
        "map-point": media.make_point(section, author_id=author_id),
        "minisite": media.make_page(section, author_id=author_id),
        "search-link": media.make_link(section),
    }
    db.session.flush()
    return made


def one_of_each(
    people: Cast, school_id: int, classes: dict[int, dict[str, int]], classes_of: str
) -> dict[Space, Section]:
    """A section of every space in a school."""
    group = make_group(school_id, people.teacher.id)
    return {
        Space.CLASS: make_class_space(school_id, classes[2025][classes_of]),
        Space.TEMPORARY: make_section(school_id, "Voyage", temporary=True),
        Space.GROUP: make_section(school_id, "Projet", kind=SpaceKind.GROUP, group_id=group.id),
        Space.PARTNERSHIP: make_section(school_id, "Avec Lyon", kind=SpaceKind.PARTNERSHIP),
        Space.DEPARTMENTAL: make_section(school_id, "Avec l’école", kind=SpaceKind.PARTNERSHIP, departmental=True),
        Space.SCHOOL: make_section(school_id, "Vie du collège"),
        Space.TOWN: make_section(school_id, "La commune", kind=SpaceKind.TOWN),
        Space.TRASH: make_section(
            school_id, "Jetée", temporary=True, trashed_at=CUTOFF - SECOND, trash_reason="hand"
        ),
    }  # fmt: skip


def test_a_row_of_every_kind_is_found_where_it_lies_and_nowhere_else(people: Cast) -> None:
    """DATA-2: in two schools at once, each row once, with its own school (G11)."""
    expected: dict[tuple[str, Space], dict[int, int]] = {}
    own = make_section(None, "Mes documents", kind=SpaceKind.PERSONAL, person_id=people.teacher.id)
    schools = ((people.college, "6A"), (people.primary, "CM1"))
    worlds = [(school.id, one_of_each(people, school.id, school.classes, code)) for school, code in schools]
    for school_id, spaces in [*worlds, (0, {Space.PERSONAL: own})]:
        for space, section in spaces.items():
            expected.setdefault(("section", space), {})[section.id] = school_id
            for kind, row in fill(section, people.teacher.id).items():
                expected.setdefault((kind, space), {})[row.id] = school_id
    db.session.commit()
    scope = scope_of(people)
    for kind in ("section", *WITHIN):
        for space in [space for space in Space if space != Space.NONE]:
            assert found(kind, space, scope) == expected[kind, space], (kind, space)
        selected = [number for space in Space for number in found(kind, space, scope)]
        table = Base.metadata.tables[TABLES[kind]]
        among = select(table.c.id)
        if kind in ("media", "shared"):
            among = among.where(table.c.shared == (kind == "shared"))
        assert sorted(selected) == sorted(db.session.scalars(among)), f"every {kind} lies in exactly one space"


def test_every_kind_in_sections_of_the_table_of_fates_is_answered_for() -> None:
    """DATA-1: what the steps are drawn from can be selected."""
    held = {kind.key for kind in KINDS if Space.CLASS in kind.spaces} | {"partnership-class"}
    assert held <= rollover.KINDS
    assert rollover.KINDS - held == {"section-role-withdrawn", "section-role-given"}


@pytest.mark.parametrize("kind", [kind for kind in WITHIN if kind != "search-link"])
def test_what_was_thrown_away_before_the_cut_off_is_purged_and_nothing_later(people: Cast, kind: str) -> None:
    """S1-1: a row of its own in the trash, in a section that stays; a comment and an entry with what they hang on."""
    section = make_section(people.college.id)
    early, late = fill(section, people.teacher.id), fill(section, people.staff.id)
    for rows, when in ((early, CUTOFF - SECOND), (late, CUTOFF)):
        for row in rows.values():
            if hasattr(row, "trashed_at"):
                row.trashed_at = when
    db.session.commit()
    scope = scope_of(people)
    assert list(found(kind, Space.TRASH, scope)) == [early[kind].id]
    assert list(found(kind, Space.SCHOOL, scope)) == [late[kind].id]


def test_class_sections_archived_a_year_ago_are_purged_and_those_of_this_summer_stay(people: Cast) -> None:
    """S1-1, S2-1: they stay in the trash a full year, even if step 1 is planned again in the same summer."""
    college = people.college.id
    old = make_class_space(college, people.college.classes[2025]["6A"], "6A d’autrefois")
    old.trashed_at, old.trash_reason = datetime(2025, 7, 12, tzinfo=UTC), "archived"
    new = make_section(college, "Voyage", temporary=True, trashed_at=CUTOFF + 2 * SECOND, trash_reason="archived")
    rows = {one.id: fill(one, people.teacher.id) for one in (old, new)}
    db.session.commit()
    scope = scope_of(people)
    assert list(found("section", Space.TRASH, scope)) == [old.id]
    assert list(found("article", Space.TRASH, scope)) == [rows[old.id]["article"].id]
    assert found("section", Space.TEMPORARY, scope) == {}, "archived already"
    assert list(found("article", Space.TEMPORARY, scope)) == [rows[new.id]["article"].id], (
        "it goes along with its section"
    )
    again = scope_of(people, cutoff=CUTOFF + timedelta(days=40))
    assert list(found("section", Space.TRASH, again)) == [old.id]
    assert new.id not in [number for space in Space for number in found("section", space, again)]
    assert found("article", Space.TEMPORARY, again) == {}
    next_year = scope_of(people, begins=2026, cutoff=CUTOFF + timedelta(days=365))
    assert set(found("section", Space.TRASH, next_year)) == {old.id, new.id}


def test_only_spaces_of_classes_of_year_n_are_class_spaces(people: Cast) -> None:
    """S2-1: a class of N+1 has its space already; one that outlived its class is the school's, unless it is temporary."""
    classes, college = people.college.classes, people.college.id
    this = make_class_space(college, classes[2025]["6A"])
    coming = make_class_space(college, classes[2026]["5A"], "5A")
    kept = make_section(college, "6A d’avant", kind=SpaceKind.CLASS)
    limited = make_section(college, "Classe relais", kind=SpaceKind.CLASS, temporary=True)
    db.session.commit()
    scope = scope_of(people)
    assert list(found("section", Space.CLASS, scope)) == [this.id]
    assert list(found("section", Space.TEMPORARY, scope)) == [limited.id]
    assert set(found("section", Space.SCHOOL, scope)) == {coming.id, kept.id}
    assert list(found("section", Space.CLASS, scope_of(people, begins=2026))) == [coming.id]


def test_a_class_that_was_set_aside_already_has_its_space_found_all_the_same(people: Cast) -> None:
    """A later step has taken the class: what undo and a second plan see does not depend on it."""
    from app.directory.models import SchoolClass

    number = people.college.classes[2025]["6A"]
    space = make_class_space(people.college.id, number)
    article = make_article(space)
    db.session.get_one(SchoolClass, number).set_aside_by = 7
    db.session.commit()
    assert list(found("section", Space.CLASS, scope_of(people))) == [space.id]
    assert list(found("article", Space.CLASS, scope_of(people))) == [article.id]


def test_a_permanent_section_below_a_temporary_one_stays(people: Cast) -> None:
    """Its own duration decides, not its parent's (S2-1, SITE-3)."""
    top = make_section(people.college.id, "Voyages", temporary=True)
    below = make_section(people.college.id, "Règlement", parent_id=top.id)
    db.session.commit()
    assert list(found("section", Space.TEMPORARY, scope_of(people))) == [top.id]
    assert list(found("section", Space.SCHOOL, scope_of(people))) == [below.id]


def test_what_was_made_after_the_cut_off_is_for_the_new_year(people: Cast) -> None:
    college = people.college.id
    group = make_group(college, people.teacher.id)
    made = [
        make_section(college, "Rentrée", temporary=True, created_at=CUTOFF),
        make_section(college, "Projet", kind=SpaceKind.GROUP, group_id=group.id, created_at=CUTOFF),
        make_section(college, "Partenariat", kind=SpaceKind.PARTNERSHIP, created_at=CUTOFF),
    ]
    db.session.commit()
    assert set(found("section", Space.SCHOOL, scope_of(people))) == {one.id for one in made}


def test_a_partnership_ends_with_the_year_unless_a_class_of_the_next_has_joined(people: Cast) -> None:
    """DATA-6: classes of year N leave, the departmental school's partnership too; its content stays."""
    college, classes = people.college.id, people.college.classes
    ends = make_section(college, "Avec Lyon", kind=SpaceKind.PARTNERSHIP)
    goes_on = make_section(college, "Avec Nice", kind=SpaceKind.PARTNERSHIP)
    department = make_section(college, "École départementale", kind=SpaceKind.PARTNERSHIP, departmental=True)
    joined = {}
    for section, year, code in (
        (ends, 2025, "6A"),
        (goes_on, 2025, "6A"),
        (goes_on, 2026, "5A"),
        (department, 2025, "6A"),
    ):
        row = PartnershipClass(section_id=section.id, class_id=classes[year][code], school_id=college, joined_at=MADE)
        db.session.add(row)
        db.session.flush()
        joined[section.id, year] = row.id
    db.session.commit()
    scope = scope_of(people)
    assert list(found("section", Space.PARTNERSHIP, scope)) == [ends.id]
    assert list(found("section", Space.DEPARTMENTAL, scope)) == [department.id]
    gone = {joined[one.id, 2025]: college for one in (ends, goes_on, department)}
    assert found("partnership-class", Space.NONE, scope) == gone


def test_a_class_rejoins_the_departmental_schools_partnership_with_the_same_code(people: Cast) -> None:
    """DATA-6: the class of year N has left with the year; content and code are still there for a class of N+1."""
    college, classes = people.college.id, people.college.classes
    section = founding.found_partnership(
        college, classes[2025]["6A"], title="École départementale", introduction="", by=COMMAND, now=MADE
    )
    section.departmental = True
    article = make_article(section)
    db.session.commit()
    code, scope = section.code, scope_of(people)
    (left,) = found("partnership-class", Space.NONE, scope)
    for kind in ("section", *WITHIN):
        assert found(kind, Space.PARTNERSHIP, scope) == {}
    db.session.get_one(PartnershipClass, left).set_aside_by = 3
    db.session.commit()
    assert partnership_called(code or "") is section
    founding.join(section, classes[2026]["5A"], college, by=COMMAND, now=CUTOFF)
    db.session.commit()
    assert [number for number, _name, _school in partners(section.id)] == [classes[2026]["5A"]]
    assert found("partnership-class", Space.NONE, scope) == {}
    assert list(found("article", Space.DEPARTMENTAL, scope)) == [article.id]


def test_a_personal_spaces_trash_is_not_the_schools(people: Cast) -> None:
    """S1-1: each school's trash; what somebody threw away at home is theirs."""
    own = make_section(None, "Mes documents", kind=SpaceKind.PERSONAL, person_id=people.teacher.id)
    row = fill(own, people.teacher.id)["media"]
    row.trashed_at = MADE
    db.session.commit()
    scope = scope_of(people)
    assert row.id not in found("media", Space.TRASH, scope)
    assert found("media", Space.PERSONAL, scope)[row.id] == 0
    assert ("media", Space.TRASH) not in rollover.owned(people.teacher.id, CUTOFF)


def test_what_changes_and_how_is_said_for_sections_alone(people: Cast) -> None:
    scope = scope_of(people)
    assert rollover.changed("section", scope) == {
        "trashed_at": scope.now,
        "trashed_by_id": None,
        "trash_reason": "archived",
    }
    for ask in (lambda: rollover.changed("article", scope), lambda: rollover.make("article", [1], scope, 1)):
        with pytest.raises(KeyError):
            ask()
    with pytest.raises(KeyError):
        rollover.rows("lesson", Space.NONE, scope)


def test_what_a_section_takes_is_counted_anew_from_its_live_files(people: Cast) -> None:
    """PORTAL-14: rows that came or went with a run change nothing else; another school's sections are not touched (G11)."""
    section, other = make_section(people.college.id), make_section(people.primary.id)
    made = fill(section, people.teacher.id)
    stored = made["media"].size
    made["contest-entry"].sha256 = made["media"].sha256
    section.used = other.used = 12_345
    db.session.commit()
    rollover.settled({"media"}, people.college.id)
    assert (section.used, other.used) == (3 * stored, 12_345)
    made["shared"].set_aside_by = 4
    made["contest-entry"].set_aside_by = 4
    db.session.flush()
    rollover.settled({"folder", "contest-entry"}, people.college.id)
    assert section.used == stored
    rollover.settled({"folder"}, people.primary.id)
    assert other.used == 12_345, "a folder weighs nothing"


def test_rows_of_a_school_are_reached_through_its_sections(people: Cast, count_queries: Any) -> None:
    """G11: whoever asks for one school gets its rows alone, in one statement."""
    mine = fill(make_section(people.college.id, temporary=True), people.teacher.id)
    fill(make_section(people.primary.id, temporary=True), people.teacher.id)
    db.session.commit()
    selected = rollover.rows("comment", Space.TEMPORARY, scope_of(people)).subquery()
    with count_queries() as queries:
        numbers = db.session.scalars(select(selected.c.id).where(selected.c.school_id == people.college.id)).all()
    assert numbers == [mine["comment"].id]
    assert len(queries) == 1


def test_roles_of_sections_that_stay_are_not_selected(people: Cast) -> None:
    """S2-2: sections that are not archived keep their roles untouched."""
    college = people.college.id
    stays = make_section(college)
    coming = make_class_space(college, people.college.classes[2026]["5A"])
    goes = make_section(college, "Voyage", temporary=True)
    for section in (stays, coming, goes):
        for role in SpaceRole:
            give_role(section, role, person_id=people.staff.id)
    db.session.commit()
    scope = scope_of(people)
    withdrawn = set(found("section-role-withdrawn", Space.TEMPORARY, scope))
    asked = select(SectionRole.id).where(SectionRole.section_id == goes.id, SectionRole.role != SpaceRole.MANAGER)
    assert withdrawn == set(db.session.scalars(asked))
    assert found("section-role-withdrawn", Space.CLASS, scope) == {}
    assert list(found("section-role-given", Space.TEMPORARY, scope)) == [goes.id]
