"""Messages at the end of a school year: what goes, what is cancelled, who is told (DATA-2, DATA-9, PORTAL-20, S3-4, G11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.audit.actions import COMMAND
from app.db import Base, db
from app.directory.models import Person
from app.fates import Scope, Space
from app.messaging import jobs
from app.messaging.actions import Written, date_ahead, keep_draft, post
from app.messaging.ending.actions import warn_managers
from app.messaging.ending.rollover import KINDS, changed, make, rows
from app.messaging.models import Announcement, Message, MessageCopy, MessagingChoice
from app.messaging.populations import Place, Recipient, RecipientKind
from app.profiles import Profile
from tests.directory.rows import make_free_group
from tests.messaging.rows import announce, copies, folder, of_class, person, send, whole
from tests.people import Cast, Someone, cast

JUNE = datetime(2026, 6, 10, 9, tzinfo=UTC)
CUTOFF = datetime(2026, 7, 17, 18, tzinfo=UTC)
NOW = CUTOFF + timedelta(hours=2)
AUGUST = datetime(2026, 8, 28, 8, tzinfo=UTC)
TASK, OTHER_TASK = 11, 12


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def scope(people: Cast) -> Scope:
    return Scope(year_id=people.years[2025].id, begins=2025, cutoff=CUTOFF, now=NOW)


def chosen(kind: str, people: Cast) -> dict[int, int]:
    """Number -> school of what a rollover takes or tells of."""
    found = db.session.execute(rows(kind, Space.NONE, scope(people))).all()
    assert len({row.id for row in found}) == len(found)
    return {row.id: row.school_id for row in found}


def a_copy(owner: Someone, place: Place = Place.INBOX, *, at: datetime = JUNE, **more: Any) -> int:
    """A message of the portal in somebody's hands; its copy's number."""
    step = more.pop("step", None)
    message = post(subject="Un message", source="Bonjour.", person_ids=[owner.id], step=step, by=COMMAND, now=at)
    values = {"place": place.value, **more}
    db.session.execute(update(MessageCopy).where(MessageCopy.message_id == message.id).values(**values))
    db.session.commit()
    return db.session.scalars(select(MessageCopy.id).where(MessageCopy.message_id == message.id)).one()


def test_the_inbox_goes_as_it_was_at_the_cut_off_and_what_is_filed_never(people: Cast) -> None:
    """DATA-2, DATA-9: nothing that came later, nothing that a step has sent, nothing that waits."""
    teacher = people.teacher
    going = a_copy(teacher)
    read = a_copy(teacher, at=CUTOFF - timedelta(seconds=1), read_at=JUNE)
    a_copy(teacher, at=CUTOFF)
    a_copy(teacher, step=2)
    a_copy(teacher, held=True)
    a_copy(teacher, Place.FOLDER, folder_id=folder(teacher).id)
    a_copy(teacher, Place.ARCHIVED)
    thrown = a_copy(teacher, Place.TRASH)
    a_copy(teacher, Place.TRASH, at=NOW)
    assert set(chosen("message-inbox", people)) == {going, read}
    assert set(chosen("message-trash", people)) == {thrown}
    owners = db.session.execute(rows("message-inbox", Space.NONE, scope(people))).all()
    assert {row.person_id for row in owners} == {teacher.id}


def test_the_archived_folder_goes_for_whoever_limits_it_to_the_year(people: Cast) -> None:
    """DATA-2: the project's setting keeps it here; two have chosen."""
    limited, kept = a_copy(people.teacher, Place.ARCHIVED), a_copy(people.staff, Place.ARCHIVED)
    a_copy(people.guardian, Place.ARCHIVED)
    for somebody, lifetime in ((people.teacher, "year"), (people.staff, "kept"), (people.guardian, None)):
        db.session.add(MessagingChoice(person_id=somebody.id, archive_lifetime=lifetime, notify=True))
    db.session.commit()
    assert set(chosen("message-archived-year", people)) == {limited}
    assert kept not in chosen("message-archived-year", people)


def test_a_copy_belongs_to_the_school_of_its_owner(people: Cast) -> None:
    """G11: the home school, else the first in which they are something; each copy once, whatever they are there."""
    alice, both, teacher = people.guardian, people.teacher_and_parent, people.teacher
    numbers = {one.id: a_copy(one) for one in (alice, both, teacher, people.operator)}
    db.session.get_one(Person, teacher.id).home_school_id = people.primary.id
    db.session.commit()
    found = chosen("message-inbox", people)
    assert found[numbers[alice.id]] == min(people.college.id, people.primary.id)
    assert found[numbers[both.id]] == people.college.id
    assert found[numbers[teacher.id]] == people.primary.id
    # An operator belongs to no school: no school's part takes their messages.
    assert found[numbers[people.operator.id]] == 0


def dated(author: Someone, recipients: Sequence[Recipient], people: Cast, leaves_at: datetime, key: str) -> Message:
    made = keep_draft(
        Written(subject="Rentrée *proche*", source="À bientôt.", recipients=recipients),
        form_key=key,
        author_id=author.id,
        school_id=people.college.id,
        profile=Profile.TEACHER,
        now=JUNE,
    )
    date_ahead(made, leaves_at, by=COMMAND, now=JUNE)
    db.session.commit()
    return made


def level(people: Cast, year: int) -> Recipient:
    return Recipient(kind=RecipientKind.LEVEL, school_id=people.college.id, code="6e", year=year)


def free(group_id: int, people: Cast) -> Recipient:
    return Recipient(kind=RecipientKind.FREE_GROUP, school_id=people.college.id, number=group_id)


def test_what_is_dated_after_the_step_for_a_class_level_or_group_of_the_year_is_cancelled(people: Cast) -> None:
    """PORTAL-20: never re-addressed; what leaves before, or goes to others, is left alone."""
    college, author = people.college, people.teacher
    going = make_free_group(college.id, managers=(author.id,))
    staying = make_free_group(college.id, "Latin", lifetime="unlimited", managers=(author.id,))
    db.session.commit()
    cancelled = [
        dated(author, [whole(college, Profile.STAFF), of_class(college, "6A")], people, AUGUST, "a"),
        dated(author, [level(people, 2025)], people, CUTOFF, "b"),
        dated(author, [free(going.id, people)], people, AUGUST, "c"),
    ]
    for recipients, leaves_at, key in (
        ([of_class(college, "6A")], CUTOFF - timedelta(seconds=1), "d"),
        ([of_class(college, "6A", year=2026)], AUGUST, "e"),
        ([level(people, 2026)], AUGUST, "f"),
        ([free(staying.id, people)], AUGUST, "g"),
        ([person(people.staff, college, Profile.STAFF)], AUGUST, "h"),
    ):
        dated(author, recipients, people, leaves_at, key)
    draft = keep_draft(
        Written(subject="Brouillon", source="…", recipients=[of_class(college, "6A")]),
        form_key="i",
        author_id=author.id,
        school_id=college.id,
        profile=Profile.TEACHER,
        now=JUNE,
    )
    send(author, [of_class(college, "6A")], school=college, now=JUNE)
    assert draft.leaves_at is None
    wanted = {one.id: college.id for one in cancelled}
    assert chosen("message-dated-cancelled", people) == wanted
    assert chosen("message-dated-told", people) == wanted
    # As a run does; the message then never leaves, and its author reads why.
    table: Any = Message.__table__
    values = changed("message-dated-cancelled", scope(people))
    made = make("message-dated-told", list(wanted), scope(people), TASK)
    db.session.execute(update(table).where(table.c.id.in_(wanted)).values(values))
    db.session.commit()
    assert made == 6
    assert chosen("message-dated-cancelled", people) == chosen("message-dated-told", people) == {}
    told = db.session.scalars(select(Message).where(Message.made_by == TASK)).all()
    assert [one.sent_by_step for one in told] == [3, 3, 3]
    assert "Rentrée ∗proche∗" in told[0].source
    assert set(copies(told[0])) == {author.id}
    jobs.send_dated(AUGUST, AUGUST)
    db.session.expire_all()
    assert all(db.session.get_one(Message, number).sent_at is None for number in wanted)


def test_a_dated_announcement_is_cancelled_likewise(people: Cast) -> None:
    """PORTAL-20; one that is shown already stays in the history (DATA-2)."""
    college, author = people.college, people.head
    going = announce(author, [of_class(college, "6A")], school=college, shown_from=AUGUST, now=JUNE)
    project = announce(author, [level(people, 2025)], school=None, shown_from=AUGUST, now=JUNE)
    announce(author, [of_class(college, "6A")], school=college, now=JUNE)
    announce(author, [of_class(college, "5A", year=2026)], school=college, shown_from=AUGUST, now=JUNE)
    announce(author, [of_class(college, "6A")], school=college, shown_from=CUTOFF - timedelta(hours=1), now=JUNE)
    # The project's own goes with the school whose level it names.
    wanted = {going.id: college.id, project.id: college.id}
    assert chosen("announcement-dated-cancelled", people) == chosen("announcement-dated-told", people) == wanted
    table: Any = Announcement.__table__
    assert make("announcement-dated-told", [going.id], scope(people), TASK) == 2
    values = changed("announcement-dated-cancelled", scope(people))
    db.session.execute(update(table).where(table.c.id == going.id).values(values))
    db.session.commit()
    assert chosen("announcement-dated-cancelled", people) == {project.id: college.id}
    db.session.expire_all()
    assert db.session.get_one(Announcement, going.id).cancelled_at == NOW
    with pytest.raises(KeyError):
        changed("message-inbox", scope(people))


def test_what_belongs_to_no_school_is_cancelled_in_one_part_and_counted_there(people: Cast) -> None:
    """PORTAL-20, G20: with the school it names, else its author's home, else the project's first: no row is nobody's."""
    college, primary = people.college, people.primary
    everywhere = Recipient(kind=RecipientKind.LEVEL, code="6e", year=2025)
    of_primary = Recipient(kind=RecipientKind.LEVEL, school_id=primary.id, code="CM2", year=2025)
    wanted = {}
    for key, author, recipients, school_id in (
        ("named", people.teacher, [of_primary], primary.id),
        ("home", people.teacher, [everywhere], college.id),
        ("first", people.operator, [everywhere], min(college.id, primary.id)),
    ):
        message = dated(author, recipients, people, AUGUST, key)
        message.school_id = None
        wanted[message.id] = school_id
    db.session.commit()
    assert chosen("message-dated-cancelled", people) == chosen("message-dated-told", people) == wanted


def test_each_manager_gets_the_list_of_what_goes_once_a_school(people: Cast) -> None:
    """S3-4: the groups of that school only, by name; twice is once; an undo takes the messages away."""
    both, teacher = people.teacher_and_parent, people.teacher
    make_free_group(people.college.id, "Théâtre [a](https://x.test)", managers=(both.id, teacher.id))
    make_free_group(people.college.id, "Astronomie", managers=(both.id,), members=(people.student.id,))
    make_free_group(people.primary.id, "Chorale", managers=(both.id,))
    make_free_group(people.college.id, "Latin", lifetime="unlimited", managers=(teacher.id,))
    db.session.commit()
    found = chosen("group-summary", people)
    assert sorted(found.values()) == sorted([people.college.id, people.college.id, people.primary.id])
    here = sorted(number for number, school in found.items() if school == people.college.id)
    assert make("group-summary", here, scope(people), TASK) == 4
    assert make("group-summary", here, scope(people), TASK) == 0
    db.session.commit()
    texts = dict(
        db.session.execute(
            select(MessageCopy.owner_id, Message.source)
            .join(Message, Message.id == MessageCopy.message_id)
            .where(MessageCopy.made_by == TASK)
        ).all()
    )
    assert set(texts) == {both.id, teacher.id}
    assert "- Astronomie\n- Théâtre (a)(https://x.test)" in texts[both.id]
    assert "Chorale" not in texts[both.id]
    assert "Latin" not in texts[teacher.id]
    assert "2025-2026" in texts[teacher.id]
    # Nothing that a step has sent goes with a later rollover of the same year (DATA-9).
    assert chosen("message-inbox", people) == {}
    for name in ("message_copy", "message"):
        table = Base.metadata.tables[name]
        db.session.execute(delete(table).where(table.c.made_by == TASK))
    assert make("group-summary", here, scope(people), OTHER_TASK) == 4


def test_the_room_answers_for_its_kinds_and_no_others(people: Cast) -> None:
    for kind in KINDS:
        assert {"id", "school_id"} <= set(rows(kind, Space.NONE, scope(people)).subquery().c.keys())
    with pytest.raises(KeyError):
        rows("class", Space.NONE, scope(people))
    with pytest.raises(KeyError):
        make("message-inbox", [1], scope(people), TASK)


def test_a_class_that_is_set_aside_is_addressed_by_nothing_and_an_absent_person_gets_no_copy(people: Cast) -> None:
    """PORTAL-20: statements that insert leave out what is set aside, too."""
    college = people.college
    _message, left = send(people.head, [whole(college, Profile.TEACHER)], school=college, now=JUNE)
    table: Any = Person.__table__
    db.session.execute(update(table).where(table.c.id == people.teacher.id).values(set_aside_by=TASK))
    db.session.commit()
    _message, fewer = send(people.head, [whole(college, Profile.TEACHER)], school=college, now=JUNE)
    assert fewer.copies == left.copies - 1


REMOVAL = date(2026, 7, 18)


def warn(people: Cast, *, reminder: bool = False) -> int:
    schools = [people.college.id, people.primary.id]
    told = warn_managers(schools, reminder=reminder, removal_on=REMOVAL, by=COMMAND, now=JUNE)
    db.session.commit()
    return told


def test_managers_are_warned_with_a_link_for_each_group_and_reminded_once(people: Cast) -> None:
    """S3-4: the reminder names groups made since; nobody else is told, and neither message goes with the purge (DATA-9)."""
    teacher, both = people.teacher, people.teacher_and_parent
    theatre = make_free_group(
        people.college.id, "Théâtre [x]", managers=(teacher.id, both.id), members=(people.staff.id,)
    )
    make_free_group(people.primary.id, "Chorale", managers=(teacher.id,))
    make_free_group(people.college.id, "Latin", lifetime="unlimited", managers=(teacher.id,))
    db.session.commit()
    assert warn(people) == 3
    assert warn(people) == 0
    late = make_free_group(people.college.id, "Échecs", managers=(teacher.id,))
    db.session.commit()
    assert warn(people, reminder=True) == 3
    query = (
        select(MessageCopy.owner_id, Message.school_id, Message.source, Message.body)
        .join(Message, Message.id == MessageCopy.message_id)
        .order_by(Message.id)
    )
    rows = db.session.execute(query).all()
    assert {row.owner_id for row in rows} == {teacher.id, both.id}
    first, *_others, last = [row for row in rows if row.owner_id == teacher.id and row.school_id == people.college.id]
    link = f"http://127.0.0.1:5000/groupes/{theatre.id}/garder"
    assert "samedi 18 juillet 2026" in first.source
    assert f'<li><a href="{link}"' in first.body
    assert "Théâtre (x)" in first.body
    assert f"/groupes/{late.id}/garder" not in first.source
    assert f"/groupes/{late.id}/garder" in last.source
    assert all("Latin" not in row.source for row in rows)
    assert all("Chorale" not in row.source for row in rows if row.school_id == people.college.id)
    assert chosen("message-inbox", people) == {}
