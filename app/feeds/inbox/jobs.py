"""Watching the drop folder ``<data folder>/inbox/<source>`` (S4-6): right when it runs twice, late, or in two workers.

A delivery is taken when two looks find the same files, moved aside by renaming, and received as if somebody had imported it. Whatever
breaks off is found again by its number: receiving the same delivery twice changes nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy.exc import OperationalError

from app.audit.actions import SCHEDULER
from app.db import db
from app.errors import NotSetUp, Refused
from app.feeds.applying.jobs import go_on, receive
from app.feeds.applying.problems import Busy, TooManyLeave, UndecidedClasses
from app.feeds.applying.queries import interrupted
from app.feeds.complement import jobs as complement
from app.feeds.complement.actions import SOURCE as SIECLE
from app.feeds.delivery.loaders import FORMS
from app.feeds.inbox import actions, loaders
from app.feeds.inbox.models import FeedArrival
from app.feeds.inbox.queries import fills_year_n
from app.feeds.pauses.actions import Suspended
from app.feeds.queries import import_by_id
from app.words import N_, Words

_log = logging.getLogger(__name__)
_FIRST = N_("C’est la première de l’année pour un établissement : l’étape 4, ou une personne, l’applique.")
#: A delivery that breaks off for other reasons than its own is tried so often.
TRIES = 3


def look(now: datetime, machine_now: datetime) -> str:
    """Take what stands still in the drop folders; what was done, '' for nothing. ``now`` is portal time."""
    root = Path(current_app.extensions["settings"].data_dir) / loaders.FOLDER
    done: Counter[str] = Counter()
    for source in (*FORMS, SIECLE):
        folder = root / source
        folder.mkdir(parents=True, exist_ok=True)
        found, aside = loaders.parcels(folder), loaders.numbers(folder)
        if not found and not aside:
            continue
        if actions.busy(machine_now):
            db.session.rollback()
            break
        for number in aside:
            done[_resume(folder, number, now, machine_now)] += 1
        for row_id, parcel in _still(source, found, machine_now):
            if actions.unfinished(source):
                db.session.rollback()
                break
            done[_take(folder, row_id, parcel, now, machine_now)] += 1
    actions.forget(machine_now)
    db.session.commit()
    return ", ".join(f"{word} {count}" for word, count in done.items() if word)


def _still(source: str, found: list[loaders.Parcel], machine_now: datetime) -> list[tuple[int, loaders.Parcel]]:
    """The parcels that may be taken, in order: one that still grows holds up those of later days."""
    still: list[tuple[int, loaders.Parcel]] = []
    held_up = False
    for parcel in found:
        row = actions.look_at(source, parcel.name, parcel.sign, growing=parcel.growing, machine_now=machine_now)
        if row is None:
            held_up = held_up or parcel.day is not None
        elif not held_up:
            still.append((row.id, parcel))
    actions.forget_missing(source, {parcel.name for parcel in found})
    db.session.commit()
    return still


def _take(folder: Path, row_id: int, parcel: loaders.Parcel, now: datetime, machine_now: datetime) -> str:
    """Move a parcel aside and receive it; what it counts as."""
    if not actions.claim(row_id, was="seen", becomes="taking", machine_now=machine_now):
        db.session.rollback()
        return ""
    db.session.commit()
    path = loaders.take(folder, parcel, row_id)
    actions.claim(row_id, was="taking", becomes="receiving", machine_now=machine_now)
    db.session.commit()
    return _receive(folder, row_id, path, now, machine_now)


def _resume(folder: Path, number: int, now: datetime, machine_now: datetime) -> str:
    """What lies aside: go on with it if its process died, erase it when its time is over; what it counts as."""
    row = db.session.get(FeedArrival, number)
    if row is None or (row.finished_at is not None and row.finished_at < machine_now - actions.PARCELS_KEPT):
        db.session.rollback()
        loaders.remove(folder, number)
        return ""
    if row.state == "taking":
        back = loaders.give_back(folder, number)
        actions.let_go(row, state="seen" if back else "receiving")
        db.session.commit()
        return ""
    path, died_at = loaders.taken(folder, number), row.claimed_at
    if row.state != "receiving" or path is None:
        db.session.rollback()
        return ""
    if not actions.claim(number, was="receiving", becomes="receiving", machine_now=machine_now):
        db.session.rollback()
        return ""
    db.session.commit()
    made = interrupted() if died_at is not None else None
    if made is not None and made.source == folder.name and died_at is not None and made.started_at >= died_at:
        # Its process died in the midst of applying it: nothing else may begin before that is done.
        go_on(now)
    return _receive(folder, number, path, now, machine_now)


def _receive(folder: Path, number: int, path: Path, now: datetime, machine_now: datetime) -> str:
    source = folder.name
    import_id: int | None = None
    reason: Words | None = None
    try:
        if source == SIECLE:
            import_id = complement.receive(path, by=SCHEDULER, now=now)
        else:
            import_id = receive(path, form=source, year_n=fills_year_n(now), first_waits=True, by=SCHEDULER, now=now)
        state = "received"
        if import_by_id(import_id).state == "planned":
            state, reason = "stopped", Words(_FIRST)
    except (Busy, NotSetUp):
        return _wait(number)
    except OperationalError as wrong:
        if "locked" in str(wrong):
            return _wait(number)
        return _broke_off(number, wrong, now, machine_now)
    except Suspended as kept:
        state, reason = "kept", kept.words
    except (TooManyLeave, UndecidedClasses) as stopped:
        state, reason = "stopped", stopped.words
    except Refused as refused:
        state, reason = "refused", refused.words
    except Exception as wrong:  # the next looks try again
        return _broke_off(number, wrong, now, machine_now)
    db.session.rollback()
    row = db.session.get_one(FeedArrival, number)
    actions.finish(row, state, reason, import_id=import_id, now=now, machine_now=machine_now)
    db.session.commit()
    if state != "refused":
        loaders.remove(folder, number)
    return "arrived" if state != "refused" else "turned-away"


def _wait(number: int) -> str:
    """Something else is being imported: the next look tries again."""
    db.session.rollback()
    actions.let_go(db.session.get_one(FeedArrival, number), state="receiving")
    db.session.commit()
    return ""


def _broke_off(number: int, wrong: Exception, now: datetime, machine_now: datetime) -> str:
    """Something that is not the delivery's: disk full, database away. After some tries a person must look."""
    _log.error("receiving arrival %s broke off", number, exc_info=wrong)
    db.session.rollback()
    row = db.session.get_one(FeedArrival, number)
    row.tries += 1
    if row.tries < TRIES:
        actions.let_go(row, state="receiving")
    else:
        words = Words(
            N_("La réception s’est interrompue %(count)s fois (%(kind)s)."), count=row.tries, kind=type(wrong).__name__
        )
        actions.finish(row, "failed", words, import_id=None, now=now, machine_now=machine_now)
    db.session.commit()
    return "broken-off"
