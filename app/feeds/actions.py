"""Importing a delivery in the transaction of the caller, and the report of one that was refused (FEED-6, FEED-9). Never commits.

``applying.jobs`` does the same in short transactions of its own; this is for small deliveries, of which all or nothing is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app import clock
from app.audit.actions import Actor, record
from app.db import db
from app.directory.models import SchoolYear
from app.directory.queries import project, years
from app.errors import NotSetUp, Refused
from app.feeds import queries
from app.feeds.applying import actions as applying
from app.feeds.applying.queries import lines_of
from app.feeds.deciding.actions import decide_all
from app.feeds.delivery.loaders import Spool, spool
from app.feeds.models import FeedImport
from app.feeds.reasons import pack, unpack
from app.words import N_, Words


def silent(words: Words) -> None:
    """Nobody listens."""


def read_delivery(
    path: str | Path, *, form: str = "aaf", uai: str | None = None, tell: Callable[[Words], None] = silent
) -> Spool:
    """Read and check a whole delivery without asking the database anything; close the spool when it is done with.

    ``uai`` is the school's, for a format that does not name its own. Raises ``Refused`` in all its kinds (unreadable, not whole,
    too large); nothing has changed then.
    """

    def heard(name: str, records: int) -> None:
        tell(Words(N_("%(name)s : %(records)s fiches lues en tout"), name=name, records=records))

    return spool(Path(path), form, uai=uai, tell=heard)


def import_aaf(
    path: str | Path,
    *,
    year_n: bool = False,
    by: Actor,
    now: datetime,
    plan: bool = False,
    returning: str | None = None,
    tell: Callable[[Words], None] = silent,
) -> dict[str, Any]:
    """Read the AAF delivery at ``path`` and apply it to year N+1, or to year N (``year_n``); the report as a JSON document.

    With ``plan`` it is only planned; ``returning`` ('accept' or 'refuse') decides about every class that comes back (S4-3).
    ``now`` is portal time. Raises ``NotSetUp``, and ``Refused`` for whatever a delivery can be refused for; the caller rolls
    back then, and commits otherwise.
    """
    year = target_year(year_n)
    read = read_delivery(path, tell=tell)
    try:
        made = applying.stage(read, year, now=now)
    finally:
        read.close()
    applying.make_plan(made, by=by, now=now)
    if returning is not None:
        decide_all(made, returning, by=by, now=now)
        applying.make_plan(made, by=by, now=now)
    if not plan:
        applying.start(made, fresh=True, by=by, now=now)
        for bounds in applying.identities_begin(made, now=now):
            applying.identities_slice(made, bounds, now=now)
        applying.identities_end(made, now=now)
        work = applying.work_of(made, now=now)
        for line in lines_of(made.id):
            applying.apply_school(made, line, work=work, by=by, now=now)
        applying.finish(made, by=by, now=now)
    return queries.report(made.id)


def target_year(year_n: bool) -> SchoolYear:
    """The year that an import fills: N+1, or N. Raises ``NotSetUp``."""
    found = years().get(project().rollover_year - (1 if year_n else 0))
    if found is None:
        raise NotSetUp()
    return found


def refuse(
    refused: Refused,
    name: str,
    *,
    source: str = "aaf",
    read: Spool | None = None,
    year_n: bool = False,
    by: Actor,
    now: datetime,
) -> FeedImport:
    """Leave a report of a delivery that was refused (FEED-6), in a transaction of its own after the roll back."""
    started = clock.machine_now()
    made = FeedImport(
        source=read.source if read else source,
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
