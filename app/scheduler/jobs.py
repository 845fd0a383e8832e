"""Running the jobs of ``schedule.JOBS``: once each, in their own transaction, noted whatever happens.

Whatever wakes us, a date job or the tick, ends in ``run``; the claim (name, due instant) makes it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from app import clock
from app.audit.actions import SCHEDULER
from app.campaign.expunging import jobs as expunging
from app.campaign.firing import jobs as calendar
from app.campaign.functions import jobs as functions
from app.classchoice import jobs as classchoice
from app.content import jobs as content
from app.db import db, reading_only
from app.demo.deliveries import actions as demo
from app.directory import jobs as directory
from app.feeds.applying import jobs as applying
from app.feeds.inbox import jobs as inbox
from app.feeds.leavers import jobs as leavers
from app.feeds.pauses.actions import sweep_copies
from app.feeds.staging.actions import sweep
from app.files import jobs as files
from app.gate import jobs as gate
from app.messaging import jobs as messaging
from app.notifications import jobs as notifications
from app.scheduler import actions
from app.scheduler.queries import guardians_with_address, last_runs, notices_to_send
from app.scheduler.schedule import BY_NAME, JOBS, on_the_machine, slot

_log = logging.getLogger(__name__)

#: Guardians for whom mails are queued in one transaction.
SLICE = 500


def send_notices(now: datetime, machine_now: datetime) -> str:
    """Queue the mails of practical notices wanted by mail, slice by slice; a kill in between queues nobody twice."""
    with reading_only():
        waiting = bool(notices_to_send(now))
        db.session.rollback()
    queued = 0
    for notice in notices_to_send(now) if waiting else ():
        count = after = 0
        while readers := guardians_with_address(notice.school_id, after=after, limit=SLICE):
            count += actions.queue_notice(notice, readers, machine_now=machine_now)
            after = readers[-1].person_id
            db.session.commit()
        actions.note_notice_sent(notice, count, by=SCHEDULER, now=now)
        db.session.commit()
        queued += count
    return f"queued {queued}" if waiting else ""


def _forget(now: datetime, machine_now: datetime) -> str:
    runs = actions.forget_runs(now=machine_now)
    swept = sweep(machine_now=machine_now) + sweep_copies(machine_now=machine_now)
    db.session.commit()
    told = (notifications.forget(machine_now), f"runs {runs}" if runs else "", f"swept {swept}" if swept else "")
    return ", ".join(words for words in told if words)


def _forget_sessions(now: datetime, machine_now: datetime) -> str:
    erased = actions.forget_sessions(now=machine_now)
    db.session.commit()
    return f"erased {erased}" if erased else ""


def _remove_blobs(now: datetime, machine_now: datetime) -> str:
    removed = files.remove_unreferenced(now)
    return f"removed {removed}" if removed else ""


def _close_to_leavers(now: datetime, machine_now: datetime) -> str:
    closed = directory.close_to_leavers(now)
    return f"closed {closed}" if closed else ""


def _cross_boundary(now: datetime, machine_now: datetime) -> str:
    crossed = gate.window_boundaries(now)
    return f"crossed {crossed}" if crossed else ""


def _make_spaces(now: datetime, machine_now: datetime) -> str:
    made = content.make_spaces(now)
    return f"spaces {made}" if made else ""


def _tend_choices(now: datetime, machine_now: datetime) -> str:
    changed = classchoice.tend(now)
    return f"choices {changed}" if changed else ""


def _follow_calendar(now: datetime, machine_now: datetime) -> str:
    done = calendar.fire_due(now)
    return f"events {done}" if done else ""


def _expunge(now: datetime, machine_now: datetime) -> str:
    erased = expunging.expunge_due(now)
    return f"erased {erased}" if erased else ""


def _look_into_the_inbox(now: datetime, machine_now: datetime) -> str:
    demo.lay(now)  # a demo has an academy that delivers
    found = inbox.look(now, machine_now)
    planned = applying.plan_kept(now) + applying.do_asked(now)
    return f"{found}, imports {planned}".strip(", ") if planned else found


#: What each job of the table runs: portal time and machine time in, what it did out ('' for nothing).
RUNNERS: Mapping[str, Callable[[datetime, datetime], str]] = {
    "outbox": lambda now, machine_now: notifications.send_waiting(machine_now),
    "boundaries": _cross_boundary,
    "reopenings": notifications.tell_reopenings,
    "notices": send_notices,
    "exits": _close_to_leavers,
    "functions": functions.keep_functions,
    "leavers": leavers.keep_the_law,
    "blobs": _remove_blobs,
    "sessions": _forget_sessions,
    "forgetting": _forget,
    "dated": messaging.send_dated,
    "held": messaging.release_held,
    "cut-links": lambda now, machine_now: messaging.erase_cut(),
    "spaces": _make_spaces,
    "choices": _tend_choices,
    "calendar": _follow_calendar,
    "expunging": _expunge,
    "inbox": _look_into_the_inbox,
}


def run(name: str, due_at: datetime) -> bool:
    """Run the job that was due at ``due_at`` (machine time); False when it has been claimed already.

    A failure is logged and noted, never raised: the next slot tries again.
    """
    run_id = actions.claim(name, due_at, now=clock.machine_now())
    db.session.commit()
    if run_id is None:
        return False
    try:
        message, state = RUNNERS[name](clock.portal_now(), clock.machine_now()), "done"
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        _log.exception("job %s failed", name)
        message, state = f"{type(error).__name__}: {error}", "failed"
    actions.finish(run_id, state, message, now=clock.machine_now())
    db.session.commit()
    return True


def run_slot(name: str) -> bool:
    """Run a job for the slot that it is now due in."""
    return run(name, slot(BY_NAME[name], clock.machine_now()))


def catch_up() -> list[str]:
    """Run whatever is due by its period and was not claimed: the tick, and the first thing a worker does. Which jobs ran."""
    now = clock.machine_now()
    with reading_only():
        done = {name: found.due_at for name, found in last_runs().items()}
        db.session.rollback()
    waiting = [job.name for job in JOBS if job.name not in done or done[job.name] < slot(job, now)]
    return [name for name in waiting if run_slot(name)]


def cross(boundary: datetime, offset: timedelta) -> list[str]:
    """Run what is due at a boundary of the gate (portal time). Which jobs ran."""
    due_at = on_the_machine(boundary, offset)
    return [job.name for job in JOBS if job.at_boundaries and run(job.name, due_at)]


def meet(event_at: datetime, offset: timedelta) -> list[str]:
    """Run what is due at an event of a campaign's calendar (portal time). Which jobs ran."""
    due_at = on_the_machine(event_at, offset)
    return [job.name for job in JOBS if job.at_events and run(job.name, due_at)]


def follow_up() -> None:
    """A run has just been worked on: what the calendar wants next is begun now, not at the tick."""
    try:
        calendar.fire_due(clock.portal_now())
    except Exception:
        db.session.rollback()
        _log.exception("the calendar is looked at again at its tick")
