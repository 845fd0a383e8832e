"""Taking in an export of SIECLE, from the command line or the drop folder; commits."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.audit.actions import Actor
from app.db import db
from app.directory.queries import project
from app.errors import NotSetUp, Refused
from app.feeds.actions import refuse, target_year
from app.feeds.complement.actions import SOURCE, complete
from app.feeds.complement.loaders import read
from app.feeds.pauses.actions import keep_if_paused
from app.feeds.targets import PORTAL


def receive(path: Path, *, by: Actor, now: datetime) -> int:
    """Read an export and complete the people whom it names; the import's number. ``now`` is portal time.

    While imports are stopped it is kept (FEED-4). Raises ``NotSetUp``, ``Suspended``, and ``Refused``, of which a report stays.
    """
    year_id, zone = target_year(False).id, project().zone
    kept = keep_if_paused(
        path, target=PORTAL, source=SOURCE, year_id=year_id, command="feeds complete", zone=zone, by=by, now=now
    )
    db.session.commit()
    if kept is not None:
        raise kept
    try:
        export, digest = read(path)
        number = complete(export, digest, path.name, by=by, now=now).id
        db.session.commit()
    except NotSetUp:
        db.session.rollback()
        raise
    except Refused as refused:
        db.session.rollback()
        refuse(refused, path.name, source=SOURCE, by=by, now=now)
        db.session.commit()
        raise
    return number
