"""Applying a delivery in short transactions, each committed alone; called again it goes on where it was interrupted (G5, G12, G14)."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.exc import OperationalError

from app.audit.actions import SCHEDULER, Actor
from app.db import db, reading_only
from app.directory.models import SchoolYear
from app.directory.queries import project
from app.errors import NotSetUp, Refused
from app.feeds.actions import read_delivery, refuse, target_year
from app.feeds.applying import actions
from app.feeds.applying.problems import Busy, PlanOutdated, TooManyLeave, UndecidedClasses
from app.feeds.applying.queries import interrupted, stopped_lines, waiting_lines
from app.feeds.delivery.loaders import FORMS, Spool
from app.feeds.matching.loaders import OlderDelivery
from app.feeds.models import FeedImport, FeedImportSchool
from app.feeds.pauses.actions import Suspended, erase_copy, keep_if_paused, kept_path
from app.feeds.pauses.queries import paused
from app.feeds.queries import import_by_id
from app.feeds.reasons import pack
from app.feeds.staging.loaders import StagingLost
from app.feeds.targets import PORTAL
from app.words import N_, Words

Checkpoint = Callable[[], None]
Tell = Callable[[Words], None]

_log = logging.getLogger(__name__)

#: In the data folder: whoever applies a delivery holds it.
LOCK = "applying.lock"


def silent(words: Words) -> None:
    """Nobody listens."""


def apply_identities(import_id: int, *, now: datetime, checkpoint: Checkpoint, tell: Tell = silent) -> None:
    """Write structures, people and links of an import that was started; nothing where that is done."""
    made = import_by_id(import_id)
    if made.stage:
        return
    tell(Words(N_("Établissements et personnes")))
    for number, bounds in enumerate(actions.identities_begin(made, now=now)):
        if number:
            checkpoint()
        actions.identities_slice(made, bounds, now=now)
    actions.identities_end(made, now=now)
    checkpoint()


def apply_to_end(import_id: int, *, by: Actor, now: datetime, checkpoint: Checkpoint, tell: Tell = silent) -> None:
    """Apply an import that was started: identities, then every waiting school, then the end.

    A school whose transaction fails holds up no other (G14): it keeps why, and ``feeds apply`` tries it again.
    """
    apply_identities(import_id, now=now, checkpoint=checkpoint, tell=tell)
    tell(Words(N_("Classes, liens et profils")))
    made = import_by_id(import_id)
    work = actions.work_of(made, now=now)
    for number in [line.id for line in waiting_lines(import_id)]:
        try:
            line = db.session.get_one(FeedImportSchool, number)
            actions.apply_school(made, line, work=work, by=by, now=now)
            checkpoint()
        except OperationalError:
            raise
        except Exception as wrong:
            _log.exception("import %d: a school is not written", import_id)
            db.session.rollback()
            actions.note_failure(number, wrong, by=by, now=now)
            checkpoint()
    tell(Words(N_("Comptes et bilan")))
    actions.finish(made, by=by, now=now)
    checkpoint()


def apply_planned(
    import_id: int, *, others: bool = False, by: Actor, now: datetime, tell: Tell = silent, fresh: bool = False
) -> None:
    """Apply a planned import, or go on with an interrupted one, committing as it goes.

    ``others`` leaves the schools that a threshold stops. Raises what ``actions.start`` raises (a plan that was found outdated is
    there anew then), ``Busy`` while another process, or a run of the campaign, applies one, and ``StagingLost``.
    """
    with _alone():
        try:
            _apply(import_id, others=others, by=by, now=now, tell=tell, fresh=fresh)
        except StagingLost as lost:
            refuse_lost(import_id, lost, by=by, now=now)
            raise


def refuse_lost(import_id: int, lost: StagingLost, *, by: Actor, now: datetime) -> None:
    """Nobody can finish a delivery whose rows are gone: it is refused, and the same or the next one may come (G5, G16). Commits."""
    db.session.rollback()
    made = import_by_id(import_id)
    if made.state in ("staging", "planned", "applying"):
        actions.give_up(made, lost, by=by, now=now)
    db.session.commit()


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else applies a delivery on this portal meanwhile; a process that dies lets go by itself. Raises ``Busy``."""
    with (Path(current_app.extensions["settings"].data_dir) / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy() from None
        yield


def _apply(import_id: int, *, others: bool, by: Actor, now: datetime, tell: Tell, fresh: bool) -> None:
    made = import_by_id(import_id)
    if made.state == "applying" and made.run_id is not None:
        raise Busy()
    if made.state in ("planned", "kept") and paused(PORTAL, now) is not None:
        raise Suspended()
    copy = kept_path(import_id) if made.state == "kept" and made.source in FORMS else None
    if copy is not None:
        _plan_copy(import_id, copy, by=by, now=now)
    try:
        actions.start(made, fresh=fresh, by=by, now=now, leave_stopped=others)
    except (PlanOutdated, TooManyLeave, UndecidedClasses):
        # What was planned anew is kept, and nothing is being applied.
        made.state = "planned"
        db.session.commit()
        raise
    if not fresh:
        db.session.commit()
    apply_to_end(import_id, by=by, now=now, checkpoint=db.session.commit, tell=tell)


def plan_again(import_id: int, *, by: Actor, now: datetime) -> None:
    """Find anew what a planned delivery would change, after a decision; commits."""
    made = import_by_id(import_id)
    if made.state == "planned":
        actions.make_plan(made, by=by, now=now)
    db.session.commit()


def receive(
    path: Path,
    *,
    form: str = "aaf",
    uai: str | None = None,
    plan: bool = False,
    year_n: bool = False,
    first_waits: bool = False,
    by: Actor,
    now: datetime,
    tell: Tell = silent,
) -> int:
    """Take in a delivery: read it whole, plan it, apply it if nothing stops it; the import's number. Commits as it goes.

    While imports are stopped it is kept, not applied (FEED-4). With ``first_waits`` a delivery that brings a school its first classes
    of the year only is planned: step 4 or a person applies it. Raises ``NotSetUp``, ``Suspended``, ``Busy`` while another one is
    applied, and ``Refused`` for whatever a delivery can be refused for, of which a report stays; one that a threshold or an open
    decision stops stays planned.
    """
    with reading_only():
        year_id = target_year(year_n).id  # a portal that is not set up reads no delivery
        zone, stopped = project().zone, paused(PORTAL, now) is not None
        db.session.rollback()
    if stopped and not plan:
        # A plan changes nothing and is welcome at any time.
        kept = keep_if_paused(path, target=PORTAL, source=form, year_id=year_id, zone=zone, uai=uai, by=by, now=now)
        db.session.commit()
        if kept is not None:
            raise kept
    if not plan:
        _demand_idle(by=by, now=now)
    read: Spool | None = None
    number = None
    try:
        read = read_delivery(path, form=form, uai=uai, tell=tell)
        read.demand_year(target_year(year_n).begins)
        tell(Words(N_("Mise en attente des fiches")))
        number = actions.stage(read, target_year(year_n), now=now).id
        db.session.commit()
        actions.make_plan(import_by_id(number), by=by, now=now)
        if plan or (first_waits and actions.first_of_a_school(import_by_id(number))):
            db.session.commit()
        else:
            apply_planned(number, by=by, now=now, tell=tell, fresh=True)
    except (TooManyLeave, UndecidedClasses, NotSetUp):
        db.session.rollback()
        raise
    except (Busy, Suspended) as later:
        # Something has begun while it was read: its plan stays. What arrived by itself is read again, before whatever comes after it.
        made = import_by_id(number or 0)
        if first_waits and isinstance(later, Busy):
            actions.withdraw(made, by=by, now=now)
        made.reason = pack(later.words)
        db.session.commit()
        raise
    except Refused as refused:
        db.session.rollback()
        if number is None:
            refuse(refused, path.name, source=form, read=read, year_n=year_n, by=by, now=now)
        else:
            actions.give_up(import_by_id(number), refused, by=by, now=now)
        db.session.commit()
        raise
    finally:
        if read is not None:
            read.close()
    return number


def _demand_idle(*, by: Actor, now: datetime) -> None:
    """Raises ``Busy`` while a delivery is being applied: no other one need be read. One whose rows are gone holds up nobody."""
    made = interrupted()
    if made is not None:
        try:
            actions.staging_of(made)
        except StagingLost as lost:
            refuse_lost(made.id, lost, by=by, now=now)
        else:
            db.session.rollback()
            raise Busy()
    db.session.rollback()


def do_asked(now: datetime) -> int:
    """Apply what somebody asked for on a page, and plan anew what was decided about; how many. What stops it is its report's reason."""
    with reading_only():
        query = select(FeedImport.id, FeedImport.asked_at).where(
            FeedImport.state == "planned", or_(FeedImport.asked_at.is_not(None), FeedImport.stale)
        )
        waiting = db.session.execute(query.order_by(FeedImport.id)).all()
        db.session.rollback()
    for number, asked_at in waiting:
        try:
            if asked_at is None:
                plan_again(number, by=SCHEDULER, now=now)
            else:
                # Whoever asks while schools are stopped asks for the others; a plan made anew forgets that somebody asked.
                apply_planned(number, others=bool(stopped_lines(number)), by=SCHEDULER, now=now)
        except Busy:
            db.session.rollback()
        except Refused as refused:
            db.session.rollback()
            made = import_by_id(number)
            if asked_at is None or isinstance(refused, OlderDelivery):
                # There is no plan of it any more: whoever decided about it finds why, and no later one waits for it.
                actions.give_up(made, refused, by=SCHEDULER, now=now)
            made.asked_at, made.stale, made.reason = None, False, pack(refused.words)
            db.session.commit()
    return len(waiting)


def plan_kept(now: datetime) -> int:
    """Plan what arrived while imports are stopped, so that step 4 finds it and people can look at it; how many. Commits each alone."""
    with reading_only():
        query = select(FeedImport.id).where(FeedImport.state == "kept", FeedImport.source.in_(sorted(FORMS)))
        waiting = list(db.session.scalars(query.order_by(FeedImport.id)))
        db.session.rollback()
    done = 0
    for number in waiting:
        path = kept_path(number)
        if path is not None:
            with suppress(Refused):
                _plan_copy(number, path, by=SCHEDULER, now=now)
            done += 1
    return done


def _plan_copy(number: int, path: Path, *, by: Actor, now: datetime) -> None:
    """Plan a kept delivery from its copy at ``path``, which goes then: the staged rows hold it, or its report says why it is refused.

    Commits. Raises ``Refused`` for whatever a delivery can be refused for.
    """
    kept = import_by_id(number)
    year = db.session.get_one(SchoolYear, kept.year_id)
    try:
        with closing(read_delivery(path, form=kept.source)) as read:
            read.demand_year(year.begins)
            made = actions.stage(read, year, kept=kept, now=now)
        actions.make_plan(made, by=by, now=now)
        made.reason = pack(Words(Suspended.message))
    except Refused as refused:
        db.session.rollback()
        actions.give_up(import_by_id(number), refused, by=by, now=now)
        db.session.commit()
        erase_copy(number)
        raise
    db.session.commit()
    erase_copy(number)


def go_on(now: datetime) -> int:
    """Finish a delivery whose application was interrupted, unless somebody is applying it; how many (0 or 1)."""
    made = interrupted()
    if made is None or made.run_id is not None:
        db.session.rollback()
        return 0
    try:
        apply_planned(made.id, by=SCHEDULER, now=now)
    except (Busy, StagingLost):
        db.session.rollback()
        return 0
    return 1
