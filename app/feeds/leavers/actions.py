"""What is done to leavers, a slice at a time: dated, warned, shut out, erased, or back again. Never commits.

``now`` is portal time; ``machine_now`` rules accounts, sessions and the outbox.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.accounts.models import Account
from app.audit.actions import SCHEDULER, Actor, actor_of, record
from app.db import db
from app.directory.leaving.law_clock import as_warned, clock_start, dates, latest_pause
from app.directory.leaving.loaders import has_a_right
from app.directory.leaving.models import Leaver
from app.directory.leaving.queries import delays, year_days
from app.directory.models import Person
from app.directory.queries import project, rollover_year
from app.errors import Refused
from app.feeds.leavers import letters
from app.feeds.leavers.models import LeaverPause
from app.feeds.leavers.queries import causes, fed_days, undated, waiting
from app.feeds.leavers.rollover import erase, has_school_file
from app.messaging.actions import post
from app.notifications.actions import message_row, queue_all
from app.profiles import Visitor
from app.pulse import DIRECTORY, bump
from app.schoolyear import local_day
from app.web.absolute import absolute
from app.words import N_, Words

_BARE = {"synchronize_session": False}
_WITH_SET_ASIDE = {"synchronize_session": False, "set_aside": True}


def welcome_back(person_ids: Collection[int], *, now: datetime) -> int:
    """Those who are in a school again have not left: their access opens where only leaving had closed it (FEED-5). How many."""
    found = db.session.scalars(select(Leaver).where(Leaver.person_id.in_(person_ids))).all()
    shut = [one.person_id for one in found if one.disabled_at is not None]
    opened = update(Account).where(Account.person_id.in_(shut)).values(disabled_at=None)
    db.session.execute(opened, execution_options=_BARE)
    for one in found:
        record("leaver.returned", by=SCHEDULER, now=now, subject=("person", one.person_id))
        db.session.delete(one)
    if found:
        bump(db.session(), DIRECTORY)
    db.session.flush()
    return len(found)


def date_leavers(limit: int, *, now: datetime) -> int:
    """Look at the day on which some of those who were noticed have left; how many."""
    zone = ZoneInfo(project().zone)
    numbers = undated(limit)
    days: dict[date, list[int]] = {}
    for person_id, (noticed_at, since) in causes(numbers).items():
        days.setdefault(since or local_day(noticed_at, zone), []).append(person_id)
    for day, people in days.items():
        left = update(Leaver).where(Leaver.person_id.in_(people)).values(left_on=day)
        db.session.execute(left, execution_options=_BARE)
    return len(numbers)


def start_clocks(*, now: datetime) -> int:
    """Start the law's clock for whoever has waited long enough (LAW-1, CAL-11); how many."""
    today, zone = local_day(now, ZoneInfo(project().zone)), ZoneInfo(project().zone)
    years, fed = year_days(), fed_days(zone)
    started = 0
    for left_on, source in waiting():
        day = clock_start(left_on, years, fed.get(source, fed[""]))
        if day is None or day > today:
            continue
        theirs = select(Person.id).where(Person.id == Leaver.person_id, Person.source == source).exists()
        begin = update(Leaver).where(Leaver.clock_from.is_(None), Leaver.left_on == left_on, theirs)
        done = db.session.execute(begin.values(clock_from=day), execution_options=_WITH_SET_ASIDE)
        started += int(done.rowcount or 0)  # type: ignore[attr-defined]
    return started


def warn(person_ids: Sequence[int], clock_from: date, *, now: datetime, machine_now: datetime) -> int:
    """Tell some leavers, whose clock started on one day, when their access and their data end; how many (ACCT-6)."""
    today = local_day(now, ZoneInfo(project().zone))
    ahead = as_warned(dates(clock_from, delays()), today)
    url = absolute("feeds_leavers.own")
    post(
        subject=letters.SUBJECT, source=letters.message(ahead, url, today), person_ids=person_ids, by=SCHEDULER, now=now
    )
    reached = select(Account.person_id, Account.email, Account.language).where(
        Account.person_id.in_(person_ids), Account.email_proved_at.is_not(None), Account.disabled_at.is_(None)
    )
    rows = [
        message_row(
            "leaver",
            key=f"leaver:{person_id}:{clock_from.isoformat()}",
            address=email or "",
            subject=Words(letters.SUBJECT),
            body=letters.mail(ahead, absolute("feeds_leavers.own", language=language), project().name, today),
            language=language,
            person_id=person_id,
            now=machine_now,
        )
        for person_id, email, language in db.session.execute(reached)
    ]
    queue_all(rows)
    told = update(Leaver).where(Leaver.person_id.in_(person_ids)).values(warned_at=now)
    db.session.execute(told, execution_options=_BARE)
    return len(person_ids)


def disable(person_ids: Sequence[int], *, now: datetime, machine_now: datetime) -> int:
    """Close the accounts of some leavers and end their sessions; how many."""
    shut = update(Account).where(Account.person_id.in_(person_ids), Account.disabled_at.is_(None))
    db.session.execute(shut.values(disabled_at=machine_now), execution_options=_WITH_SET_ASIDE)
    over = update(Person).where(Person.id.in_(person_ids)).values(sessions_valid_from=machine_now)
    db.session.execute(over, execution_options=_WITH_SET_ASIDE)
    noted = update(Leaver).where(Leaver.person_id.in_(person_ids)).values(disabled_at=now)
    db.session.execute(noted, execution_options=_BARE)
    for person_id in person_ids:
        record("leaver.disabled", by=SCHEDULER, now=now, subject=("person", person_id))
    bump(db.session(), DIRECTORY)
    return len(person_ids)


def erase_leaver(person_id: int, *, now: datetime) -> bool:
    """Erase a leaver whose time is over, once it is sure under a lock that they are not back; whether it was done (LAW-1, G17)."""
    found = db.session.scalar(select(Leaver).where(Leaver.person_id == person_id).with_for_update())
    if found is None or found.erased_at is not None or _is_back(person_id):
        return False
    objected = found.objected_at is not None
    whole = erase(person_id, objected=objected, now=now)
    if whole:
        db.session.expunge(found)
    else:
        found.erased_at = now
    # The line names nobody: its number is all that is left of the person in the audit.
    record("leaver.erased", by=SCHEDULER, now=now, subject=("leaver", person_id), after={"whole": whole})
    bump(db.session(), DIRECTORY)
    db.session.flush()
    return True


def erase_bare(person_ids: Sequence[int], *, now: datetime) -> int:
    """Erase those about whom the school's file says nothing any more; how many."""
    done = 0
    for person_id in person_ids:
        if not has_school_file(person_id) and not _is_back(person_id):
            erase(person_id, objected=False, now=now)
            record("leaver.erased", by=SCHEDULER, now=now, subject=("leaver", person_id), after={"whole": True})
            done += 1
    return done


def _is_back(person_id: int) -> bool:
    person = Person.__table__
    query = select(person.c.id).where(person.c.id == person_id, has_a_right(person))
    return db.session.scalar(query.with_for_update()) is not None


def object_to_keeping(found: Leaver, objects: bool, *, by: Actor, now: datetime) -> None:
    """Note whether somebody objects to their contributions being kept (LAW-3)."""
    if (found.objected_at is not None) == objects:
        return
    found.objected_at = now if objects else None
    record("leaver.objected", by=by, now=now, subject=("person", found.person_id), after={"objects": objects})


# Notices that wait -----------------------------------------------------------------------------------------------------


class TooLate(Refused):
    """Notices wait until mid-September at the most (S4-4)."""

    status = 422
    message = N_("Les avis de départ ne peuvent pas attendre au-delà du %(latest)s.")
    advice = N_("Choisissez ce jour ou un jour plus tôt.")


class NoFirstDay(Refused):
    message = N_("La rentrée de la nouvelle année n’est pas encore fixée.")
    advice = N_("Fixez-la d’abord : c’est d’elle que dépend la dernière date possible.")


def pause_notices(until: date | None, *, by: Visitor, now: datetime) -> None:
    """Let the notices to pupils and guardians wait through ``until``, a day of the project's zone; None: no longer (S4-4).

    Raises ``TooLate`` for a day after the middle of the first day's month, ``NoFirstDay`` and ``PastDay``.
    """
    year = rollover_year()
    held = db.session.get(LeaverPause, year.begins)
    before = {"until": held.until.isoformat() if held is not None else None}
    if until is None:
        if held is not None:
            db.session.delete(held)
    else:
        if year.first_day is None:
            raise NoFirstDay()
        latest = latest_pause(year.first_day)
        if until > latest:
            raise TooLate(field="until", latest=latest)
        if until < local_day(now, ZoneInfo(project().zone)):
            raise PastDay(field="until")
        if held is None:
            held = LeaverPause(begins=year.begins)
            db.session.add(held)
        held.until, held.set_by_id, held.set_at = until, by.person_id, now
    after = {"until": until.isoformat() if until is not None else None}
    if before != after:
        record("leaver-notices.paused", by=actor_of(by), now=now, subject=("project", 1), before=before, after=after)
    db.session.flush()


class PastDay(Refused):
    status = 422
    message = N_("Ce jour est passé.")
