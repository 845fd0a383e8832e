"""Populations become people when a message leaves: one copy a person, only links that count (PORTAL-20, KIN-1 to KIN-3, ACCT-8)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.kin.models import PupilExit
from app.directory.models import Guardianship, Person, School, SchoolClass
from app.gate.queries import closures
from app.messaging import actions
from app.messaging.populations import HEADS, Recipient, RecipientKind
from app.messaging.problems import NobodyReached, PopulationGone
from app.messaging.recipients.queries import counts, reach
from app.profiles import Profile
from tests import builders
from tests.gate.stage import SUMMER, set_time
from tests.messaging.rows import copies, draft, of_class, person, send, whole
from tests.people import Cast, cast

S, G, T = Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def test_guardians_get_one_copy_each_with_the_pupil_for_whom_it_is(people: Cast) -> None:
    """KIN-1: two legal guardians who live apart, and no contact."""
    message, left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    got = copies(message)
    assert set(got) == {people.guardian.id, people.other_guardian.id}
    assert {copy.student_id for copy in got.values()} == {people.student.id}
    assert {copy.profile for copy in got.values()} == {G}
    assert (left.copies, left.held) == (2, 0)


def test_whoever_is_addressed_in_several_ways_gets_one_copy_and_the_author_none(people: Cast) -> None:
    everything = [
        of_class(people.college, "6A", S, G, T),
        whole(people.college, G, T),
        person(people.guardian, people.college, G),
    ]
    message, _left = send(people.teacher, everything, school=people.college)
    got = copies(message)
    assert people.teacher.id not in got
    assert {people.guardian.id, people.other_guardian.id, people.student.id} <= set(got)


def test_a_guardian_of_two_schools_gets_the_message_of_the_school_that_writes(people: Cast) -> None:
    """KIN-1, GATE-15: the copy is about the child of that school."""
    message, _left = send(people.head, [whole(people.primary, G)], school=people.primary)
    got = copies(message)
    assert got[people.guardian.id].student_id == people.pupil.id
    assert {copy.school_id for copy in got.values()} == {people.primary.id}
    assert people.movers_guardian.id in got


def test_a_link_that_was_cut_leads_nowhere_and_an_unread_copy_goes(people: Cast) -> None:
    """KIN-3."""
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    db.session.query(Guardianship).filter_by(guardian_id=people.other_guardian.id, student_id=people.student.id).update(
        {"cut_at": clock.portal_now()}
    )
    copies(message)[people.guardian.id].read_at = clock.portal_now()
    db.session.commit()
    assert actions.erase_cut() == 1
    db.session.commit()
    assert set(copies(message)) == {people.guardian.id}
    again, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    assert set(copies(again)) == {people.guardian.id}


def test_the_family_of_a_pupil_who_has_died_or_left_is_in_no_population(people: Cast) -> None:
    """ACCT-8; a suspension changes nothing: work still arrives."""
    gone = PupilExit(
        school_id=people.college.id,
        student_id=people.student.id,
        kind="suspended",
        since=date(2026, 8, 1),
        recorded_at=clock.portal_now(),
    )
    db.session.add(gone)
    db.session.commit()
    to = [of_class(people.college, "6A", S, G)]
    assert reach(to, clock.portal_now()) == 3
    gone.kind = "left"
    db.session.commit()
    assert reach(to, clock.portal_now()) == 0
    gone.ended_at = clock.portal_now()
    db.session.get_one(Person, people.student.id).died_on = date(2026, 8, 2)
    db.session.commit()
    assert reach(to, clock.portal_now()) == 0


def test_functions_levels_heads_and_free_groups_lead_to_their_people(people: Cast) -> None:
    """PORTAL-4."""
    now, college = clock.portal_now(), people.college
    group = FreeGroup(school_id=college.id, name="Chorale", created_at=now)
    db.session.add(group)
    db.session.flush()
    for who in (people.student, people.teacher):
        db.session.add(FreeGroupMember(group_id=group.id, person_id=who.id, since=now))
    builders.give_function(db.session.get_one(Person, people.staff.id), db.session.get_one(School, college.id), "EDU")
    db.session.commit()

    def reached(*recipients: Recipient) -> set[int]:
        message, _left = send(people.school_admin, recipients, school=college)
        return set(copies(message))

    level = Recipient(kind=RecipientKind.LEVEL, school_id=college.id, code="6e", year=2026, profiles=frozenset({S}))
    assert reached(level) == {people.mover.id, people.other_student.id}
    assert reached(Recipient(kind=RecipientKind.FUNCTION, school_id=college.id, code="EDU")) == {people.staff.id}
    assert reached(Recipient(kind=RecipientKind.FUNCTION, school_id=college.id, code=HEADS)) == {people.head.id}
    assert reached(Recipient(kind=RecipientKind.FUNCTION, code=HEADS)) == {people.head.id, people.primary_head.id}
    chorus = Recipient(kind=RecipientKind.FREE_GROUP, school_id=college.id, number=group.id)
    assert reached(chorus) == {people.student.id, people.teacher.id, people.guardian.id, people.other_guardian.id}


def test_the_author_sees_the_count_of_each_population_before(people: Cast) -> None:
    """PORTAL-20."""
    to = [of_class(people.college, "6A", S, G, T), whole(people.college, T)]
    found = counts(to, clock.portal_now())
    assert found[0].by_profile == {S: 1, G: 2, T: 1}
    assert found[1].by_profile == {T: 2}
    assert reach(to, clock.portal_now(), but=people.teacher.id) == 4


def test_what_reaches_nobody_or_a_class_that_is_gone_does_not_leave(people: Cast) -> None:
    """PORTAL-20."""
    empty = draft(people.teacher, [of_class(people.college, "5A", G)], school=people.college)
    with pytest.raises(NobodyReached):
        actions.leave(empty.id, by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    renamed = Recipient(
        kind=RecipientKind.CLASS,
        school_id=people.college.id,
        number=people.college.classes[2025]["6A"],
        code="6A",
        year=2024,
        profiles=frozenset({G}),
    )
    lost = draft(people.teacher, [renamed], school=people.college)
    with pytest.raises(PopulationGone):
        actions.leave(lost.id, by=COMMAND, now=clock.portal_now())


def test_a_message_to_a_whole_school_leaves_in_a_few_statements(
    people: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """PORTAL-20: set-based, whatever the number of people."""

    def statements() -> int:
        message = draft(people.head, [whole(people.college, S, G)], school=people.college)
        closures()  # a change of the directory is read again once, for all requests
        with count_queries() as queries:
            actions.leave(message.id, by=COMMAND, now=clock.portal_now())
        db.session.commit()
        return len(queries)

    few = statements()
    school, school_class = (
        db.session.get_one(School, people.college.id),
        db.session.get_one(SchoolClass, people.college.classes[2025]["5A"]),
    )
    for number in range(30):
        child = builders.make_person(f"Enfant{number}", "Durand")
        adult = builders.make_person(f"Parent{number}", "Durand")
        builders.affiliate(child, school, S)
        builders.enrol(child, school_class)
        builders.guard(adult, child)
    db.session.commit()
    assert statements() == few
    assert few < 15
