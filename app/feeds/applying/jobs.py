"""Applying a delivery in short transactions, each committed alone; called again it goes on where it was interrupted (G5, G12, G14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.audit.actions import SCHEDULER, Actor
from app.db import db, reading_only
from app.directory.queries import project
from app.errors import NotSetUp, Refused
from app.feeds.actions import read_delivery, refuse, target_year
from app.feeds.applying import actions
from app.feeds.applying.problems import PlanOutdated, TooManyLeave, UndecidedClasses
from app.feeds.applying.queries import interrupted, waiting_lines
from app.feeds.delivery.loaders import Spool
from app.feeds.pauses.actions import keep_if_paused
from app.feeds.pauses.queries import paused
from app.feeds.queries import import_by_id
from app.feeds.targets import PORTAL
from app.words import N_, Words

Checkpoint = Callable[[], None]
Tell = Callable[[Words], None]


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
    """Apply an import that was started: identities, then every waiting school, then the end."""
    apply_identities(import_id, now=now, checkpoint=checkpoint, tell=tell)
    tell(Words(N_("Classes, liens et profils")))
    made = import_by_id(import_id)
    for line in waiting_lines(import_id):
        actions.apply_school(made, line, by=by, now=now)
        checkpoint()
    tell(Words(N_("Comptes et bilan")))
    actions.finish(made, by=by, now=now)
    checkpoint()


def apply_planned(
    import_id: int, *, others: bool = False, by: Actor, now: datetime, tell: Tell = silent, fresh: bool = False
) -> None:
    """Apply a planned import, or go on with an interrupted one, committing as it goes.

    ``others`` leaves the schools that a threshold stops. Raises what ``actions.start`` raises; a plan that was found outdated is
    there anew then.
    """
    made = import_by_id(import_id)
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
    by: Actor,
    now: datetime,
    tell: Tell = silent,
) -> int:
    """Take in a delivery: read it whole, plan it, apply it if nothing stops it; the import's number. Commits as it goes.

    While imports are stopped it is kept, not applied (FEED-4). Raises ``NotSetUp``, ``Suspended``, and ``Refused`` for whatever a
    delivery can be refused for, of which a report stays; one that a threshold or an open decision stops stays planned.
    """
    with reading_only():
        year_id = target_year(year_n).id  # a portal that is not set up reads no delivery
        zone, stopped = project().zone, paused(PORTAL, now) is not None
        db.session.rollback()
    if stopped and not plan:
        # A plan changes nothing and is welcome at any time.
        again = f"feeds import {form}{' --year-n' if year_n else ''}{f' --school {uai}' if uai else ''}"
        kept = keep_if_paused(
            path, target=PORTAL, source=form, year_id=year_id, command=again, zone=zone, by=by, now=now
        )
        db.session.commit()
        if kept is not None:
            raise kept
    read: Spool | None = None
    number = None
    try:
        read = read_delivery(path, form=form, uai=uai, tell=tell)
        read.demand_year(target_year(year_n).begins)
        tell(Words(N_("Mise en attente des fiches")))
        number = actions.stage(read, target_year(year_n), now=now).id
        db.session.commit()
        actions.make_plan(import_by_id(number), by=by, now=now)
        if plan:
            db.session.commit()
        else:
            apply_planned(number, by=by, now=now, tell=tell, fresh=True)
    except (TooManyLeave, UndecidedClasses, NotSetUp):
        db.session.rollback()
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


def go_on(now: datetime) -> int:
    """Finish a delivery whose application was interrupted, unless a run of the campaign is applying it; how many (0 or 1)."""
    made = interrupted()
    if made is None or made.run_id is not None:
        db.session.rollback()
        return 0
    apply_planned(made.id, by=SCHEDULER, now=now)
    return 1
