"""Leaving once, waiting for an opening, dates, withdrawal, e-mails without a word (PORTAL-4, 20, 21; GATE-8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.audit.models import AuditLine
from app.db import db
from app.directory.models import ClassMembership, SchoolClass
from app.messaging import actions, jobs, queries
from app.messaging.boxes.actions import choose
from app.messaging.models import Message, MessageCopy
from app.messaging.problems import TooLate
from app.messaging.telling.actions import tell_of_message
from app.notifications.models import OutboxMessage
from app.profiles import Place, Profile, Visitor
from tests.gate.stage import OPENING, SUMMER, families_window, maintenance, set_time
from tests.messaging.rows import copies, draft, of_class, person, send, whole
from tests.people import Cast, cast

S, G, T = Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def test_a_message_leaves_once_however_often_it_is_sent(people: Cast) -> None:
    message = draft(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    now = clock.portal_now()
    assert actions.leave(message.id, by=COMMAND, now=now) is not None
    db.session.commit()
    assert actions.leave(message.id, by=COMMAND, now=now) is None
    db.session.commit()
    assert len(copies(message)) == 2
    sent = db.session.query(AuditLine).filter_by(action="message.sent", subject_id=message.id).count()
    assert sent == 1


def test_the_same_form_sent_twice_is_one_draft_and_changes_nothing_once_it_has_left(people: Cast) -> None:
    written = actions.Written(subject="Un", source="", recipients=[of_class(people.college, "6A", G)])
    made = [
        actions.keep_draft(
            written,
            form_key="f" * 32,
            author_id=people.teacher.id,
            school_id=people.college.id,
            profile=T,
            now=clock.portal_now(),
        )
        for _click in range(2)
    ]
    assert made[0].id == made[1].id
    actions.leave(made[0].id, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    later = actions.Written(subject="Deux", source="", recipients=[])
    again = actions.keep_draft(
        later,
        form_key="f" * 32,
        author_id=people.teacher.id,
        school_id=None,
        profile=None,
        now=clock.portal_now(),
    )
    assert again.subject == "Un"


def test_a_blocked_family_gets_it_at_its_opening_to_the_second_and_the_author_is_told(people: Cast) -> None:
    """GATE-8."""
    families_window()
    message, left = send(people.teacher, [of_class(people.college, "6A", G, T)], school=people.college)
    assert (left.copies, left.held) == (2, 2)
    told = queries.waiting(message, clock.portal_now())
    assert told is not None
    assert (told.people, told.first, told.last) == (2, OPENING, OPENING)
    assert queries.unread(people.guardian.id, Visitor(person_id=people.guardian.id), clock.portal_now()) == 0

    assert jobs.release_held(OPENING - timedelta(seconds=1), clock.machine_now()) == ""
    assert all(copy.held for copy in copies(message).values())
    assert jobs.release_held(OPENING, clock.machine_now()) == "released 2"
    released = copies(message)
    assert not any(copy.held for copy in released.values())
    assert {copy.arrived_at for copy in released.values()} == {OPENING}
    assert jobs.release_held(OPENING, clock.machine_now()) == "", "twice is once"
    assert queries.waiting(message, OPENING) is None


def test_a_class_of_the_new_year_waits_for_the_family_even_where_nothing_is_closed(people: Cast) -> None:
    """GATE-8: without a window the pupils' first day discloses."""
    to = [of_class(people.college, "6A", G, T, year=2026)]
    message, left = send(people.head, to, school=people.college)
    assert (left.copies, left.held) == (3, 2), "the teacher has it at once"
    assert message.year_begins == 2026
    got = copies(message)
    assert got[people.movers_guardian.id].held
    assert not got[people.teacher.id].held
    told = queries.waiting(message, clock.portal_now())
    assert told is not None
    assert told.first is not None
    assert actions.release_held(now=told.first - timedelta(seconds=1)) == []
    assert len(actions.release_held(now=told.first)) == 2


def test_of_two_ways_the_one_that_need_not_wait_is_taken(people: Cast) -> None:
    """GATE-15: somebody who teaches and is a guardian gets as a teacher what waits for guardians."""
    families_window()
    to = [of_class(people.college, "6A", G, year=2026), whole(people.college, T)]
    message, _left = send(people.head, to, school=people.college)
    both = copies(message)[people.teacher_and_parent.id]
    assert (both.profile, both.held) == (T, False)


def test_during_a_maintenance_everybody_waits(people: Cast) -> None:
    """GATE-1, GATE-8."""
    maintenance()
    message, left = send(people.operator, [whole(people.college, T)], school=people.college, profile=None)
    assert left.held == left.copies == 2
    assert {copy.held for copy in copies(message).values()} == {True}


def test_a_dated_message_leaves_when_its_moment_comes_with_those_who_are_there_then(people: Cast) -> None:
    """PORTAL-4, PORTAL-20."""
    now = clock.portal_now()
    message = draft(people.teacher, [of_class(people.college, "6A", S)], school=people.college)
    actions.date_ahead(message, now + timedelta(days=1), by=COMMAND, now=now)
    db.session.add(
        ClassMembership(
            class_id=people.college.classes[2025]["6A"], person_id=people.mover.id, role="student", source="hand"
        )
    )
    db.session.commit()
    assert jobs.send_dated(now + timedelta(hours=23), clock.machine_now()) == ""
    assert jobs.send_dated(now + timedelta(days=1), clock.machine_now()) == "sent 1"
    assert jobs.send_dated(now + timedelta(days=1), clock.machine_now()) == ""
    assert set(copies(message)) == {people.student.id, people.mover.id}


def test_a_dated_message_to_a_class_that_is_gone_is_cancelled_and_its_author_told(people: Cast) -> None:
    """PORTAL-20: it is never re-addressed, not even to a class that gets the old one's number."""
    now = clock.portal_now()
    message = draft(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    actions.date_ahead(message, now + timedelta(days=1), by=COMMAND, now=now)
    number, year = people.college.classes[2025]["6A"], people.years[2026].id
    db.session.query(SchoolClass).filter_by(school_id=people.college.id, year_id=year, code="6A").delete()
    db.session.query(SchoolClass).filter_by(id=number).update({"year_id": year})
    db.session.commit()
    assert jobs.send_dated(now + timedelta(days=1), clock.machine_now()) == ""
    db.session.expire_all()
    kept = db.session.get_one(Message, message.id)
    assert (kept.sent_at, bool(kept.cancelled_because)) == (None, True)
    assert copies(message) == {}
    told = db.session.query(MessageCopy).filter_by(owner_id=people.teacher.id).one()
    assert message.subject in db.session.get_one(Message, told.message_id).source


def test_an_author_withdraws_within_an_hour_and_the_head_at_any_time(people: Cast) -> None:
    """PORTAL-21: copies that wait go, those that have arrived say so."""
    families_window()
    now = clock.portal_now()
    message, _left = send(
        people.teacher, [of_class(people.college, "6A", G), whole(people.college, T)], school=people.college
    )
    with pytest.raises(TooLate):
        actions.withdraw(message, by=COMMAND, as_head=False, now=now + timedelta(hours=1, seconds=5))
    actions.withdraw(message, by=COMMAND, as_head=False, now=now + timedelta(minutes=59))
    db.session.commit()
    assert set(copies(message)) == {people.teacher_and_parent.id}
    other, _left = send(people.teacher, [whole(people.college, T)], school=people.college)
    actions.withdraw(other, by=COMMAND, as_head=True, now=now + timedelta(days=30))
    assert other.withdrawn_at == now + timedelta(days=30)


def test_a_notice_says_nothing_and_goes_only_to_who_wants_it_once_a_day(people: Cast) -> None:
    """PORTAL-21: no subject, text, name, class."""
    choose(people.guardian.id, archive_lifetime=None, notify=True)
    choose(people.other_guardian.id, archive_lifetime=None, notify=False)
    db.session.commit()
    machine = clock.machine_now()
    for _time in range(2):
        message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
        tell_of_message(message.id, machine_now=machine)
        db.session.commit()
    mail = db.session.query(OutboxMessage).one()
    assert mail.person_id == people.guardian.id
    text = f"{mail.subject} {mail.body}".lower()
    for secret in ("musée", "8 h", "6a", "moreau", "marchand", "veil", "hugo"):
        assert secret not in text


def test_no_notice_leaves_for_what_waits(people: Cast) -> None:
    """GATE-8, PORTAL-21."""
    families_window()
    choose(people.guardian.id, archive_lifetime=None, notify=True)
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    assert tell_of_message(message.id, machine_now=clock.machine_now()) == 0
    assert jobs.release_held(OPENING, clock.machine_now()) == "released 2"
    assert db.session.query(OutboxMessage).count() == 1


def test_two_schools_one_open_the_other_stays_undisclosed_in_the_inbox(people: Cast) -> None:
    """GATE-15."""
    now = clock.portal_now()
    send(people.primary_head, [whole(people.primary, G)], school=people.primary)
    send(people.head, [whole(people.college, G)], school=people.college)
    alice = Visitor(
        person_id=people.guardian.id,
        places=(Place(school_id=people.primary.id, profile=G), Place(school_id=people.college.id, profile=G)),
    )
    assert queries.unread(people.guardian.id, alice, now) == 2
    families_window(school_id=people.college.id)
    assert queries.hidden_schools(alice, now) == {people.college.id}
    assert queries.unread(people.guardian.id, alice, now) == 1


def test_one_person_as_what_they_were_addressed(people: Cast) -> None:
    message, _left = send(people.teacher, [person(people.guardian, people.college, G)], school=people.college)
    (copy,) = copies(message).values()
    assert (copy.profile, copy.student_id) == (G, people.student.id)
