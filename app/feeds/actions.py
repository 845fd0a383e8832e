"""Importing a delivery into the directory (FEED-6, FEED-9). Actions never commit: one transaction applies all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import text

from app import clock
from app.audit.actions import Actor, record
from app.db import db
from app.directory.leaving.loaders import returned
from app.directory.models import SchoolYear
from app.directory.queries import project, years
from app.errors import NotSetUp, Refused
from app.feeds import queries
from app.feeds.delivery.loaders import Spool, spool
from app.feeds.formats.aaf_files import Category
from app.feeds.leavers.actions import welcome_back
from app.feeds.loaders import import_spool
from app.feeds.models import FeedImport
from app.feeds.reasons import pack, unpack
from app.feeds.staging.loaders import Importing
from app.pulse import DIRECTORY, GATE, PUBLIC, bump
from app.words import N_, Words

SOURCE = "aaf"
#: A delivery older than this is imported with a warning: AAF carries no school year, so an old day proves nothing (FEED-9).
OLD = timedelta(days=7)
#: Names the advisory lock by which PostgreSQL lets one import run at a time; SQLite's write lock does the same.
_LOCK = 7_266_931


class Busy(Refused):
    message = N_("Un autre import est en cours.")
    advice = N_("Attendez qu’il finisse, puis recommencez.")


def silent(words: Words) -> None:
    """Nobody listens."""


def read_delivery(path: str | Path, *, tell: Callable[[Words], None] = silent) -> Spool:
    """Read and check a whole delivery without asking the database anything; close the spool when it is done with.

    Raises ``Refused`` in all its kinds (unreadable, delta, not whole, too large); nothing has changed then.
    """

    def heard(name: str, records: int) -> None:
        tell(Words(N_("%(name)s : %(records)s fiches lues en tout"), name=name, records=records))

    return spool(Path(path), tell=heard)


def import_aaf(
    path: str | Path,
    *,
    year_n: bool = False,
    by: Actor,
    now: datetime,
    plan: bool = False,
    tell: Callable[[Words], None] = silent,
) -> dict[str, Any]:
    """Read the AAF delivery at ``path`` and apply it to year N+1, or to year N (``year_n``); the report as a JSON document.

    With ``plan`` the same statements run and are undone, so the counts are the real ones. ``now`` is portal time. Raises
    ``NotSetUp``, and ``Refused`` for whatever a delivery can be refused for; the caller rolls back then, and commits otherwise.
    """
    target_year(year_n)
    with_spool = read_delivery(path, tell=tell)
    try:
        return apply(with_spool, year_n=year_n, by=by, now=now, plan=plan, tell=tell)
    finally:
        with_spool.close()


def target_year(year_n: bool) -> SchoolYear:
    """The year that an import fills: N+1, or N. Raises ``NotSetUp``."""
    found = years().get(project().rollover_year - (1 if year_n else 0))
    if found is None:
        raise NotSetUp()
    return found


def apply(
    read: Spool,
    *,
    year_n: bool = False,
    by: Actor,
    now: datetime,
    plan: bool = False,
    tell: Callable[[Words], None] = silent,
) -> dict[str, Any]:
    """Apply a delivery that was read; see ``import_aaf``."""
    session = db.session()
    _alone()
    year = target_year(year_n)
    started = clock.machine_now()
    made = _begin_import(read, year.id, started)
    saved = session.begin_nested() if plan else None
    about = Importing(
        source=SOURCE,
        import_id=made.id,
        year_id=year.id,
        zone=project().zone,
        delivered_on=read.day,
        holds=frozenset(category for category in Category if read.holds(category)),
        now=now,
        machine_now=started,
    )
    settings = current_app.extensions["settings"]
    limits = (settings.feed_leavers, settings.feed_leavers_rollover)
    counts, warnings = import_spool(session, read, about, limits=limits, plan=plan, tell=tell)
    warnings = _about_the_day(read.day, now) + warnings
    if saved is not None:
        kept = queries.copied([*queries.rejects(made.id), *queries.set_aside(made.id)], made.id)
        saved.rollback()
        session.add_all(kept)
    made.counts, made.warnings = counts, [pack(words) for words in warnings]
    made.state, made.finished_at = ("planned" if plan else "applied"), clock.machine_now()
    action = "feed.planned" if plan else "feed.applied"
    record(action, by=by, now=now, subject=("feed-import", made.id), after={"name": read.name, **counts})
    if not plan:
        welcome_back(returned(), now=now)
        bump(session, DIRECTORY, PUBLIC, GATE)
    session.flush()
    session.expire_all()
    return queries.report(made.id)


def refuse(
    refused: Refused, name: str, *, read: Spool | None = None, year_n: bool = False, by: Actor, now: datetime
) -> FeedImport:
    """Leave a report of a delivery that was refused (FEED-6), in a transaction of its own after the roll back."""
    started = clock.machine_now()
    made = FeedImport(
        source=SOURCE,
        name=name[:200],
        delivered_on=read.day if read else None,
        digest=read.digest if read else "",
        year_id=target_year(year_n).id,
        state="refused",
        started_at=started,
        finished_at=started,
        counts={},
        warnings=[],
        reason=pack(refused.words),
    )
    db.session.add(made)
    db.session.flush()
    record(
        "feed.refused",
        by=by,
        now=now,
        subject=("feed-import", made.id),
        after={"name": made.name, "reason": str(refused.words)},
    )
    return made


def reason_of(made: FeedImport) -> Words | None:
    """Why an import was refused; None for the others."""
    return unpack(made.reason) if made.reason else None


def _begin_import(read: Spool, year_id: int, started: datetime) -> FeedImport:
    made = FeedImport(
        source=SOURCE,
        name=read.name,
        delivered_on=read.day,
        digest=read.digest,
        year_id=year_id,
        state="applied",
        started_at=started,
        counts={},
        warnings=[],
    )
    db.session.add(made)
    db.session.flush()
    return made


def _alone() -> None:
    """One import at a time. Raises ``Busy``."""
    session = db.session()
    if (
        session.get_bind().dialect.name == "postgresql"
        and not session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar_one()
    ):
        raise Busy()


def _about_the_day(day: date | None, now: datetime) -> list[Words]:
    if day is None:
        return [Words(N_("Les noms des fichiers ne disent pas de quel jour est la livraison."))]
    if now.date() - day > OLD:
        return [Words(N_("La livraison date du %(day)s."), day=day)]
    return []
