"""Choosing classes: begun once, changed under the row's lock, never twice (CLASS-1, CLASS-5, CLASS-7, CLASS-8). Never commits.

``now`` is portal time. Whoever acts for somebody else was let in by the view (KEEP_PEOPLE); a class closed to choice stops the teacher
alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.actions import SCHEDULER, Actor, record
from app.classchoice.answers import Answer, again, recoverable_until
from app.classchoice.inheriting.queries import offering
from app.classchoice.models import ChosenClass, ClassChoice, ClassLevel, ClassReplacement, ClosedClass
from app.classchoice.offers.actions import write_offers
from app.classchoice.problems import ClassClosed, ClassGone, UnknownLevel
from app.classchoice.queries import WITH_UNCONFIRMED, new_year_id, of_new_year, rolled, teaches_in, with_pupils
from app.classchoice.returning.actions import send_back
from app.classchoice.selection import Edited
from app.classchoice.telling import chosen
from app.content.actions import demand_version, make_class_spaces
from app.db import db
from app.directory.models import ClassMembership, Person, School, SchoolClass, SchoolYear
from app.directory.names import name_of
from app.directory.queries import holders
from app.errors import NotFound
from app.feeds.levels import LEVELS
from app.gate.models import SchoolDays
from app.messaging.ending.loaders import send
from app.profiles import Role

#: What a choice writes into ``class_membership.source``.
SOURCE = "choice"
#: On whose behalf letters leave: step 4 fills the new year (DATA-9).
STEP = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What a choice has changed: classes added and dropped; rows that went back, and edited ones that stayed (CLASS-5)."""

    added: Sequence[int]
    dropped: Sequence[int]
    gone_back: int
    stayed: int


def insert_once(table: Any) -> Any:
    """An INSERT that leaves alone what is there already."""
    made = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return made(table)


def begin(person_id: int, school_id: int, *, by: Actor, now: datetime) -> ClassChoice:
    """The row of a teacher's choice, made at the first call: their own clock starts then (CLASS-3, CLASS-8).

    Raises ``NotFound`` for who does not teach in the school, and before its rollover is through (CLASS-6).
    """
    if not teaches_in(person_id, school_id) or not rolled([school_id]):
        raise NotFound()
    year_id = new_year_id()
    mine = select(ClassChoice).where(
        ClassChoice.person_id == person_id, ClassChoice.school_id == school_id, ClassChoice.year_id == year_id
    )
    found = db.session.scalar(mine)
    if found is not None:
        return found
    days, zone = _days(school_id), db.session.get_one(School, school_id).zone
    until = recoverable_until(
        now, int(current_app.extensions["settings"].offer_days), days.last_day, days.first_day, zone
    )
    values = {
        "person_id": person_id,
        "school_id": school_id,
        "year_id": year_id,
        "answer": Answer.OPEN.value,
        "line": "",
        "begun_at": now,
        "recoverable_until": until,
        "version": 1,
    }
    made = insert_once(ClassChoice).values(**values).on_conflict_do_nothing().returning(ClassChoice.id)
    new = db.session.execute(made).scalar_one_or_none()
    found = db.session.scalars(mine).one()
    for offers in offering(found):
        write_offers(offers, now=now)
    if new is not None:
        after = {"person": person_id, "until": until.isoformat()}
        record("class-choice.begun", by=by, now=now, subject=("class-choice", new), school_id=school_id, after=after)
    return found


def choose(
    choice: ClassChoice,
    class_ids: Collection[int],
    *,
    version: int | None,
    by: Actor,
    now: datetime,
    edited: Edited = Edited.ASK,
) -> Chosen:
    """Have exactly these classes of the school chosen. The same choice again changes nothing, whatever is clicked twice.

    ``version``: as the form showed it, None for an administrator's. A class that is dropped sends back what was taken into it
    (CLASS-5). Raises ``ClassClosed``, ``ClassGone``, ``ChangedMeanwhile``, ``EditedSince`` (ask what becomes of edited copies), and
    ``NotFound`` for a class that is not one of the school's new year.
    """
    _lock(choice)
    wanted = set(class_ids)
    rows = {
        row.class_id: row for row in db.session.scalars(select(ChosenClass).where(ChosenClass.choice_id == choice.id))
    }
    added, dropped = sorted(wanted - rows.keys()), sorted(rows.keys() - wanted)
    answer = Answer.CHOSEN if wanted else Answer.OPEN
    if not added and not dropped and choice.answer == answer:
        return Chosen(added=[], dropped=[], gone_back=0, stayed=0)
    if version is not None:
        demand_version(choice.version, version)
    _demand_choosable(choice, added, by)
    for class_id in added:
        _add(choice, class_id, now)
    target = added[0] if added else next(iter(sorted(wanted)), None)
    gone = stayed = 0
    for class_id in dropped:
        back, left = send_back(choice, class_id, edited=edited, move_to=target, by=by, now=now)
        gone, stayed = gone + back, stayed + left
        _drop(choice, rows[class_id])
    _answer(choice, answer, by=by, now=now)
    if added:
        make_class_spaces(choice.year_id, choice.school_id, by=by, now=now)
    after = {"person": choice.person_id, "added": added, "dropped": dropped, "gone_back": gone, "stayed": stayed}
    _record("class-choice.chosen", choice, by=by, now=now, after=after)
    if by.person_id == choice.person_id:
        _tell_heads(choice, wanted, now=now)
    return Chosen(added=added, dropped=dropped, gone_back=gone, stayed=stayed)


def stand_by_choices(school_id: int, *, now: datetime) -> int:
    """Links for choices that stood on a feed's link which the feed has taken back: the choice counts until somebody changes it.

    The difference is told to the administrators (CLASS-5). How many; a class that is lent to a replacement is left alone.
    """
    own = select(ClassMembership.id).where(
        ClassMembership.class_id == ChosenClass.class_id,
        ClassMembership.person_id == ClassChoice.person_id,
        ClassMembership.role != "student",
        ClassMembership.set_aside_by.is_(None),
    )
    lent = select(ClassReplacement.id).where(
        ClassReplacement.class_id == ChosenClass.class_id,
        ClassReplacement.absent_id == ClassChoice.person_id,
        ClassReplacement.state == "running",
        ClassReplacement.set_aside_by.is_(None),
    )
    query = (
        select(ChosenClass.id, ChosenClass.class_id, ClassChoice.person_id)
        .join(ClassChoice, ClassChoice.id == ChosenClass.choice_id)
        .join(SchoolClass, SchoolClass.id == ChosenClass.class_id)
        .where(ChosenClass.school_id == school_id, of_new_year(), ~own.exists(), ~lent.exists())
    )
    rows = db.session.execute(query.order_by(ChosenClass.id)).all()
    for number, class_id, person_id in rows:
        _link(class_id, person_id)
        change = update(ChosenClass).where(ChosenClass.id == number).values(membership="made")
        db.session.execute(change, execution_options={"synchronize_session": "fetch"})
        after = {"class": class_id, "person": person_id}
        subject = ("class", class_id)
        record("class-choice.stands", by=SCHEDULER, now=now, subject=subject, school_id=school_id, after=after)
    return len(rows)


def _link(class_id: int, person_id: int) -> None:
    values = {
        "class_id": class_id,
        "person_id": person_id,
        "role": "teacher",
        "subject_code": "",
        "source": SOURCE,
        "unconfirmed": False,
    }
    db.session.execute(insert_once(ClassMembership).values(**values).on_conflict_do_nothing())


def _tell_heads(choice: ClassChoice, class_ids: Collection[int], *, now: datetime) -> None:
    """The director is told of what a teacher has chosen (CLASS-8)."""
    heads = [one.id for one in holders(Role.HEAD, choice.school_id) if one.id != choice.person_id]
    if not heads:
        return
    names = db.session.scalars(
        select(SchoolClass.name).where(SchoolClass.id.in_(class_ids)).order_by(SchoolClass.name)
    ).all()
    teacher = name_of(db.session.get_one(Person, choice.person_id))
    letters = [chosen(choice.id, choice.version, one, choice.school_id, teacher, names) for one in heads]
    send(letters, step=STEP, now=now)


def say_none(choice: ClassChoice, *, by: Actor, now: datetime) -> None:
    """'No class yet': asked again in a week. A choice that was made is put right first; raises ``EditedSince`` as ``choose``."""
    _other_answer(choice, Answer.NONE, "", by=by, now=now)


def say_missing(choice: ClassChoice, line: str, *, by: Actor, now: datetime) -> None:
    """'My class is not here', with one line to the administrator (300 signs at most)."""
    _other_answer(choice, Answer.MISSING, " ".join(line.split())[:300], by=by, now=now)


def postpone(choice: ClassChoice, *, by: Actor, now: datetime, days: int = 1) -> None:
    """Later: nobody is led to the choice for so many days (CLASS-6)."""
    _lock(choice)
    until = now + timedelta(days=days)
    if choice.postponed_until is None or choice.postponed_until < until:
        choice.postponed_until = until
        _record("class-choice.postponed", choice, by=by, now=now, after={"until": until.isoformat()})


def set_levels(class_id: int, levels: Collection[str], *, by: Actor, now: datetime) -> None:
    """The level or levels of a class of the new year (CLASS-4). Raises ``UnknownLevel``, ``NotFound``.

    Where no feed has told the class's level, the youngest of them becomes it.
    """
    order = list(LEVELS.values())
    if not levels or any(level not in order for level in levels):
        raise UnknownLevel(field="levels")
    found = db.session.scalar(select(SchoolClass).where(SchoolClass.id == class_id, of_new_year()).with_for_update())
    if found is None:
        raise NotFound()
    rows = {row.level: row for row in db.session.scalars(select(ClassLevel).where(ClassLevel.class_id == class_id))}
    new, gone = sorted(set(levels) - rows.keys()), sorted(rows.keys() - set(levels))
    for level in gone:
        db.session.delete(rows[level])
    for level in new:
        db.session.add(ClassLevel(class_id=class_id, school_id=found.school_id, level=level, set_at=now))
    if found.level is None or (found.level in gone and found.level not in levels):
        found.level = min(levels, key=order.index)
    if new or gone:
        after = {"levels": sorted(levels, key=order.index)}
        record("class.levels-set", by=by, now=now, subject=("class", class_id), school_id=found.school_id, after=after)


def close_class(class_id: int, school_id: int, closed: bool, *, by: Actor, now: datetime) -> None:
    """Close a class of the school to choice, or open it again (CLASS-5). Who has it keeps it. Raises ``NotFound``."""
    query = select(SchoolClass.id).where(SchoolClass.id == class_id, SchoolClass.school_id == school_id, of_new_year())
    if db.session.scalar(query) is None:
        raise NotFound()
    if closed:
        values = {"class_id": class_id, "school_id": school_id, "closed_at": now, "closed_by_id": by.person_id}
        made = insert_once(ClosedClass).values(**values).on_conflict_do_nothing().returning(ClosedClass.id)
        changed = db.session.execute(made).scalar_one_or_none() is not None
    else:
        gone = delete(ClosedClass).where(ClosedClass.class_id == class_id).returning(ClosedClass.id)
        changed = bool(db.session.execute(gone).all())
    if changed:
        action = "class.closed-to-choice" if closed else "class.opened-to-choice"
        record(action, by=by, now=now, subject=("class", class_id), school_id=school_id)


def _lock(choice: ClassChoice) -> None:
    """Two tabs, two clicks, an administrator meanwhile: one after the other, each seeing what the former left."""
    query = select(ClassChoice).where(ClassChoice.id == choice.id).with_for_update()
    if db.session.scalar(query, execution_options={"populate_existing": True}) is None:
        raise NotFound()


def _demand_choosable(choice: ClassChoice, class_ids: Collection[int], by: Actor) -> None:
    """Nobody comes into a class that they may not have: another school's or year's, one without pupils, a closed one."""
    if not class_ids:
        return
    if not teaches_in(choice.person_id, choice.school_id):
        raise NotFound()
    here = {number: name for number, name, _level, _pupils in with_pupils(choice.school_id)}
    for class_id in class_ids:
        if class_id not in here:
            known = select(SchoolClass.id).where(SchoolClass.id == class_id, SchoolClass.school_id == choice.school_id)
            # A class of this school that a feed has emptied or taken since the page was shown, or somebody else's number.
            there = db.session.scalar(known, execution_options={"set_aside": True})
            raise ClassGone() if there is not None else NotFound()
    # Locked in one order: a feed that takes one of them waits, or this sees that it is gone.
    locked = select(SchoolClass.id).where(SchoolClass.id.in_(class_ids), of_new_year())
    if len(db.session.scalars(locked.order_by(SchoolClass.id).with_for_update(read=True)).all()) != len(class_ids):
        raise ClassGone()
    if by.person_id != choice.person_id:
        return
    links = select(ClassMembership.class_id).where(
        ClassMembership.person_id == choice.person_id, ClassMembership.role != "student"
    )
    closed = select(ClosedClass.class_id).where(ClosedClass.class_id.in_(class_ids), ClosedClass.class_id.not_in(links))
    for class_id in db.session.scalars(closed.order_by(ClosedClass.class_id)):
        raise ClassClosed(name=here[class_id])


def _add(choice: ClassChoice, class_id: int, now: datetime) -> None:
    """The teacher is in the class from now on, as a feed's link would put them: its space is theirs to manage."""
    mine = (
        ClassMembership.class_id == class_id,
        ClassMembership.person_id == choice.person_id,
        ClassMembership.role != "student",
    )
    links = db.session.execute(
        select(ClassMembership.id, ClassMembership.unconfirmed).where(*mine), execution_options=WITH_UNCONFIRMED
    )
    doubts = [unconfirmed for _number, unconfirmed in links]
    did = ""
    if doubts and all(doubts):
        # The teacher's choice confirms last year's link (S4-5).
        change = update(ClassMembership).where(*mine, ClassMembership.unconfirmed.is_(True))
        options = {"synchronize_session": False, **WITH_UNCONFIRMED}
        db.session.execute(change.values(unconfirmed=False, confirmed_at=now), execution_options=options)
        did = "confirmed"
    elif not doubts:
        _link(class_id, choice.person_id)
        did = "made"
    row = {
        "choice_id": choice.id,
        "class_id": class_id,
        "school_id": choice.school_id,
        "membership": did,
        "chosen_at": now,
    }
    db.session.execute(insert_once(ChosenClass).values(**row).on_conflict_do_nothing())


def _drop(choice: ClassChoice, row: ChosenClass) -> None:
    """The teacher leaves the class; what a feed says of them stays."""
    mine = (ClassMembership.class_id == row.class_id, ClassMembership.person_id == choice.person_id)
    if row.membership == "made":
        # What a feed says too becomes the feed's own; the rest goes.
        said = update(ClassMembership).where(
            *mine, ClassMembership.source == SOURCE, ClassMembership.also_from.is_not(None)
        )
        values = {"source": ClassMembership.also_from, "also_from": None}
        db.session.execute(said.values(values), execution_options={"synchronize_session": False})
        db.session.execute(delete(ClassMembership).where(*mine, ClassMembership.source == SOURCE))
    elif row.membership == "confirmed":
        doubt = update(ClassMembership).where(
            *mine, ClassMembership.role != "student", ClassMembership.source != SOURCE
        )
        db.session.execute(
            doubt.values(unconfirmed=True, confirmed_at=None), execution_options={"synchronize_session": False}
        )
    db.session.delete(row)
    db.session.flush()


def _other_answer(choice: ClassChoice, answer: Answer, line: str, *, by: Actor, now: datetime) -> None:
    if choice.answer == Answer.CHOSEN:
        choose(choice, [], version=None, by=by, now=now)
    _lock(choice)
    if (choice.answer, choice.line) == (answer, line):
        return
    _answer(choice, answer, by=by, now=now)
    choice.line, choice.postponed_until = line, again(answer, now)
    _record("class-choice.answered", choice, by=by, now=now, after={"answer": answer.value})


def _answer(choice: ClassChoice, answer: Answer, *, by: Actor, now: datetime) -> None:
    choice.answer, choice.answered_at, choice.answered_by_id = answer.value, now, by.person_id
    choice.line, choice.postponed_until, choice.kept_at = "", None, None
    db.session.flush()


def _days(school_id: int) -> Any:
    """The days of N+1 for a school: its own first day where it has one (GATE-17)."""
    row = db.session.get_one(SchoolYear, new_year_id())
    own = db.session.scalar(select(SchoolDays.first_day).where(SchoolDays.school_id == school_id))
    return _Days(first_day=own or row.first_day, last_day=row.last_day)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Days:
    first_day: Any
    last_day: Any


def _record(action: str, choice: ClassChoice, *, by: Actor, now: datetime, after: dict[str, Any]) -> None:
    subject = ("class-choice", choice.id)
    record(action, by=by, now=now, subject=subject, school_id=choice.school_id, after=after)
