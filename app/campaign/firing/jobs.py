"""What the scheduler calls for the calendar (CAL-8): right when it runs twice, late, or in two workers at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from app import clock
from app.audit.actions import SCHEDULER
from app.campaign.dates import queries
from app.campaign.families.actions import keep_waiting
from app.campaign.families.queries import ending
from app.campaign.firing import actions
from app.campaign.firing.queries import ahead_of, running_steps, tried_steps
from app.campaign.latecomers.actions import tell_of_late
from app.campaign.latecomers.queries import Purge, late_sections, purges_soon
from app.campaign.planning.queries import Figures
from app.campaign.problems import GateOpen
from app.db import db, reading_ahead, reading_only
from app.errors import Refused
from app.messaging.telling.actions import tell_of_letters

_log = logging.getLogger(__name__)


def fire_due(now: datetime) -> int:
    """Do what the calendar asks at ``now`` (portal time); how many events changed. Commits each event alone.

    1. Automatic events whose instant has come, the oldest first; what takes rows away and is found too late waits (G18).
    2. Steps that run: the next one when one is through. Where all were tried, schools that were corrected since open (GATE-14).
    3. Families go on waiting where the new classes have not arrived (CAL-11).
    4. Administrators are told what came late into the trash, days before its purge (S1-2).
    5. Closings and stops that are over.
    An event that fails does not stop the others. A gate that is open, or whose grace is not over yet, is tried again at the next
    look, as long as the step is not late; any other refusal makes the event wait for somebody, with the reason.
    """
    with reading_only():
        due, going, over = queries.due_ids(now), running_steps(), queries.over_ids(now)
        tried, waiting, purges = tried_steps(), ending(now), purges_soon(now)
        purges = [purge for purge in purges if late_sections(purge)]
        db.session.rollback()
    changed = 0
    for event_id in due:
        changed += _alone(
            event_id, lambda number: actions.fire(number, ahead=_ahead(number, now), by=SCHEDULER, now=now), now
        )
    for event_id in going:
        changed += _alone(
            event_id, lambda number: actions.carry_on(number, ahead=_ahead(number, now), by=SCHEDULER, now=now), now
        )
    for event_id in tried:
        changed += _alone(event_id, lambda number: actions.look_again(number, by=SCHEDULER, now=now), now)
    for event_id in waiting:
        changed += _alone(event_id, lambda number: keep_waiting(number, by=SCHEDULER, now=now) or None, now)
    for purge in purges:
        changed += _tell_of_late(purge, now)
    for event_id in over:
        actions.finish_over(event_id, by=SCHEDULER, now=now)
        changed += 1
    db.session.commit()
    return changed


def _ahead(event_id: int, now: datetime) -> list[Figures]:
    with reading_ahead():
        return ahead_of(event_id, now)


def _tell_of_late(purge: Purge, now: datetime) -> int:
    try:
        keys = tell_of_late(purge, by=SCHEDULER, now=now)
        tell_of_letters(keys, machine_now=clock.machine_now())
        db.session.commit()
    except Exception:
        db.session.rollback()
        _log.exception("nobody was told of the trash of campaign %s; the next look tries again", purge.campaign_id)
        return 0
    return len(keys)


def _alone(event_id: int, work: Callable[[int], object], now: datetime) -> int:
    try:
        became = work(event_id)
        db.session.commit()
        return 1 if became is not None else 0
    except Refused as refused:
        db.session.rollback()
        if isinstance(refused, GateOpen) and not actions.waits_too_long(event_id, now):
            db.session.rollback()
            return 0
        actions.wait_for_somebody(event_id, refused, by=SCHEDULER, now=now)
        db.session.commit()
        return 1
    except Exception:
        db.session.rollback()
        _log.exception("event %s of the calendar failed; the next look tries again", event_id)
        return 0
