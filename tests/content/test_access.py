"""Who has which role in which space: given, or by what the space is (PORTAL-2, PORTAL-3, GATE-8, GATE-13, GATE-15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.accounts.doors import Door, behind
from app.accounts.queries import standing_of
from app.audit.actions import COMMAND
from app.content.access.queries import my_sections, open_section, role_in
from app.content.models import PartnershipClass, Section
from app.content.roles.table import as_markdown
from app.content.spaces import SPACE_TABLE, SpaceKind, SpaceRole, SpaceVerb, role_may
from app.db import db
from app.errors import NotFound
from app.gate.actions import add_window
from app.gate.windows import Bound, WindowKind
from app.profiles import FAMILIES, Profile, Visitor
from app.pulse import pulse
from tests import people
from tests.content.rows import MADE, give_role, make_class_space, make_group, make_section
from tests.people import Cast, Someone

SPRING = datetime(2026, 4, 1, 8, tzinfo=UTC)
JULY = datetime(2026, 7, 20, 8, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, 8, tzinfo=UTC)


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


def as_(person: Someone, door: str | None = None) -> Visitor:
    """Whoever came in by a door."""
    standing = standing_of(person.id)
    assert standing is not None
    places, roles = behind(Door(door or person.door), standing.places, standing.roles)
    return Visitor(person_id=person.id, places=places, roles=roles)


@pytest.mark.parametrize("role", list(SpaceRole))
def test_each_role_opens_a_section_for_its_verbs_and_no_other(cast: Cast, role: SpaceRole) -> None:
    section = make_section(cast.college.id, restricted=True)
    give_role(section, role, person_id=cast.staff.id)
    for verb in SpaceVerb:
        if verb in SPACE_TABLE[role]:
            assert open_section(section.id, as_(cast.staff), verb, SPRING).id == section.id
        else:
            with pytest.raises(NotFound):
                open_section(section.id, as_(cast.staff), verb, SPRING)


def test_each_role_contains_those_before_it_and_nobody_may_nothing() -> None:
    order = list(SpaceRole)
    for lower, higher in pairwise(order):
        assert SPACE_TABLE[lower] < SPACE_TABLE[higher]
    assert not any(role_may(None, verb) for verb in SpaceVerb)


def test_the_table_of_roles_stands_in_the_docs() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs" / "spaces.md"
    assert docs.read_text(encoding="utf-8") == as_markdown()


def test_a_school_section_is_its_peoples_and_no_other_schools(cast: Cast) -> None:
    open_one = make_section(cast.college.id)
    restricted = make_section(cast.college.id, restricted=True)
    hidden = make_section(cast.college.id, visible=False)
    elsewhere = make_section(cast.primary.id)
    visitor = as_(cast.student)
    assert role_in(open_one, visitor, SPRING) == SpaceRole.VISITOR
    assert [role_in(one, visitor, SPRING) for one in (restricted, hidden, elsewhere)] == [None] * 3
    assert role_in(restricted, as_(cast.head), SPRING) == SpaceRole.MANAGER
    assert role_in(elsewhere, as_(cast.head), SPRING) is None
    assert role_in(open_one, Visitor(), SPRING) is None


def test_a_class_space_is_its_pupils_teachers_and_guardians(cast: Cast) -> None:
    space = make_class_space(cast.college.id, cast.college.classes[2025]["6A"])
    assert role_in(space, as_(cast.teacher), SPRING) == SpaceRole.MANAGER
    assert role_in(space, as_(cast.student), SPRING) == SpaceRole.WRITER
    assert role_in(space, as_(cast.guardian), SPRING) == SpaceRole.VISITOR
    assert role_in(space, as_(cast.other_guardian), SPRING) == SpaceRole.VISITOR
    for stranger in (cast.movers_guardian, cast.pupil, cast.staff, cast.teacher_and_parent, cast.guest):
        assert role_in(space, as_(stranger), SPRING) is None, stranger.name


def test_the_space_of_a_class_of_next_year_waits_for_the_families_day(cast: Cast) -> None:
    """GATE-8: until the first day nothing tells a family in which class their child will be."""
    space = make_class_space(cast.college.id, cast.college.classes[2026]["5A"], "5A")
    assert role_in(space, as_(cast.teacher), JULY) == SpaceRole.MANAGER
    for family in (cast.student, cast.guardian):
        assert role_in(space, as_(family), JULY) is None
        assert my_sections(as_(family), JULY) == []
        assert role_in(space, as_(family), OCTOBER) is not None


def test_a_partnership_or_a_grant_gives_no_role_by_a_class_that_may_not_be_known_yet(cast: Cast) -> None:
    """GATE-8: joined or granted, a class of N+1 opens nothing to its families before their day."""
    new = cast.college.classes[2026]["5A"]
    partnership = make_section(cast.college.id, kind=SpaceKind.PARTNERSHIP, code="ABCD", restricted=True)
    db.session.add(PartnershipClass(section_id=partnership.id, class_id=new, school_id=cast.college.id, joined_at=MADE))
    granted = make_section(cast.college.id, restricted=True)
    give_role(granted, SpaceRole.WRITER, class_id=new)
    db.session.flush()
    for section in (partnership, granted):
        assert role_in(section, as_(cast.student), JULY) is None
        assert role_in(section, as_(cast.student), OCTOBER) == SpaceRole.WRITER
        assert role_in(section, as_(cast.teacher), JULY) is not None


def test_a_closed_school_gives_no_role_while_another_stays_open(cast: Cast) -> None:
    """GATE-15: Alice has a child in each school; what is closed stays undisclosed."""
    for school in (cast.college, cast.primary):
        make_section(school.id)
    add_window(
        kind=WindowKind.PROFILES,
        profiles=FAMILIES,
        start=Bound(instant=datetime(2026, 3, 30, tzinfo=UTC)),
        end=Bound(instant=datetime(2026, 4, 10, tzinfo=UTC)),
        school_id=cast.college.id,
        by=COMMAND,
        now=clock.portal_now(),
    )
    db.session.commit()
    pulse().forget()
    college, primary = db.session.query(Section).order_by(Section.id)
    assert role_in(college, as_(cast.guardian), SPRING) is None
    assert role_in(primary, as_(cast.guardian), SPRING) == SpaceRole.VISITOR
    assert role_in(college, as_(cast.teacher), SPRING) == SpaceRole.VISITOR


def test_the_door_used_decides(cast: Cast) -> None:
    """GATE-15: Thomas teaches here and is Jules's father; at the families' door he is a guardian."""
    space = make_class_space(cast.college.id, cast.college.classes[2026]["6A"])
    assert role_in(space, as_(cast.teacher_and_parent, "families"), OCTOBER) == SpaceRole.VISITOR
    assert role_in(space, as_(cast.teacher_and_parent, "school"), OCTOBER) is None


def test_roles_come_by_person_group_class_profile_and_the_whole_school(cast: Cast) -> None:
    group = make_group(cast.college.id, cast.staff.id, cast.other_student.id)
    subjects = (
        ({"person_id": cast.student.id}, cast.student),
        ({"group_id": group.id}, cast.other_student),
        ({"class_id": cast.college.classes[2025]["6A"], "profile": Profile.GUARDIAN}, cast.guardian),
        ({"profile": Profile.STAFF}, cast.staff),
        ({}, cast.guest),
    )
    for subject, person in subjects:
        section = make_section(cast.college.id, restricted=True)
        give_role(section, SpaceRole.PUBLISHER, **subject)
        assert role_in(section, as_(person), SPRING) == SpaceRole.PUBLISHER, subject
        assert role_in(section, as_(cast.pupil), SPRING) is None, "of another school"
    narrowed = make_section(cast.college.id, restricted=True)
    give_role(narrowed, SpaceRole.WRITER, class_id=cast.college.classes[2025]["6A"], profile=Profile.GUARDIAN)
    assert role_in(narrowed, as_(cast.student), SPRING) is None


def test_a_personal_space_is_its_owners_alone(cast: Cast) -> None:
    space = make_section(None, "Mes documents", kind=SpaceKind.PERSONAL, person_id=cast.student.id)
    assert role_in(space, as_(cast.student), SPRING) == SpaceRole.MANAGER
    for other in (cast.guardian, cast.teacher, cast.head, cast.operator):
        assert role_in(space, as_(other), SPRING) is None


def test_roles_of_many_sections_take_a_fixed_number_of_queries(
    cast: Cast, count_queries: Callable[..., object]
) -> None:
    group = make_group(cast.college.id, cast.student.id)
    visitor = as_(cast.student)

    def asked() -> int:
        with count_queries() as queries:  # type: ignore[attr-defined]
            my_sections(visitor, OCTOBER)
        return len(queries)

    counts: list[int] = []
    for _round in range(2):
        for number in range(1 if not counts else 9):
            section = make_section(cast.college.id, f"R{number}", restricted=True)
            give_role(section, SpaceRole.WRITER, group_id=group.id)
            give_role(section, SpaceRole.WRITER, class_id=cast.college.classes[2026]["5A"])
        db.session.flush()
        asked()  # the gate is compiled at the first question
        counts.append(asked())
    assert counts[0] == counts[1] <= 8
