"""What the scheduler wakes for leavers, every hour: right when it runs twice, late, or in two workers (G17)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.db import db, reading_only
from app.directory.leaving.law_clock import LEAST_NOTICE, dates, waits
from app.directory.leaving.loaders import notice, returned
from app.directory.leaving.queries import delays
from app.directory.queries import project
from app.feeds.leavers import actions, queries
from app.feeds.leavers.rollover import erase_orphans
from app.schoolyear import local_day, start_of_day

#: People in one transaction: those who are only noted, and those who are erased.
SLICE, ERASED_AT_ONCE = 500, 10


def keep_the_law(now: datetime, machine_now: datetime) -> str:
    """Notice, date, warn, shut out and erase whoever has left, and welcome back who has returned; what was done, '' for nothing.

    ``now`` is portal time. Short transactions, so that the portal stays quick (G12).
    """
    counts: dict[str, int] = {}
    with reading_only():
        back = returned()
        db.session.rollback()
    for start in range(0, len(back), SLICE):
        counts["returned"] = counts.get("returned", 0) + actions.welcome_back(back[start : start + SLICE], now=now)
        db.session.commit()
    if left := notice(now):
        counts["left"] = left
    db.session.commit()
    while actions.date_leavers(SLICE, now=now):
        db.session.commit()
    actions.start_clocks(now=now)
    db.session.commit()
    zone = ZoneInfo(project().zone)
    today, paused = local_day(now, zone), queries.paused_until()
    for clock_from in queries.starts():
        ahead = dates(clock_from, delays())
        if now >= start_of_day(ahead.warned_on, zone):
            families = not waits(ahead, paused, today)
            while people := queries.to_warn(clock_from, SLICE, families=families):
                counts["told"] = counts.get("told", 0) + actions.warn(
                    people, clock_from, now=now, machine_now=machine_now
                )
                db.session.commit()
        if now >= start_of_day(ahead.disabled_on, zone):
            while people := queries.to_disable(clock_from, now - LEAST_NOTICE, SLICE):
                counts["disabled"] = counts.get("disabled", 0) + actions.disable(
                    people, now=now, machine_now=machine_now
                )
                db.session.commit()
        if now >= start_of_day(ahead.erased_on, zone):
            counts["gone"] = counts.get("gone", 0) + _erase(clock_from, now)
    counts["gone"] = counts.get("gone", 0) + _sweep(now)
    return ", ".join(f"{word} {count}" for word, count in counts.items() if count)


def _erase(clock_from: date, now: datetime) -> int:
    done = last = 0
    while people := queries.to_erase(clock_from, last, ERASED_AT_ONCE):
        last = people[-1]
        done += sum(actions.erase_leaver(person_id, now=now) for person_id in people)
        db.session.commit()
    return done


def _sweep(now: datetime) -> int:
    """Whoever stayed only as a name in the school's file, and what was kept for readers who are gone."""
    done = last = 0
    while people := queries.bare(last, SLICE):
        last = people[-1]
        done += actions.erase_bare(people, now=now)
        db.session.commit()
    erase_orphans(now)
    db.session.commit()
    return done
