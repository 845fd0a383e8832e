"""What the scheduler calls for blobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, select, update

from app import clock
from app.audit.actions import SCHEDULER, record
from app.db import db
from app.files.models import Blob
from app.files.queries import path_of, referenced

#: How long after their last reference bytes are still there.
KEPT_FOR = timedelta(hours=24)


def remove_unreferenced(now: datetime) -> int:
    """Erase blobs whose last reference is a day old; how many went. ``now`` is portal time.

    1. A blob that something refers to again is no longer waiting.
    2. One that nothing refers to begins to wait.
    3. One that has waited for 24 hours goes: first its row, which holds its name until the end, then its bytes.
    4. Files without a row, left by a crash, go when they are a day old (machine time).
    """
    wanted = referenced()
    rows = db.session.execute(select(Blob.sha256, Blob.unreferenced_at)).all()
    waiting = {row.sha256: row.unreferenced_at for row in rows}
    back = [sha for sha, since in waiting.items() if since is not None and sha in wanted]
    left = [sha for sha, since in waiting.items() if since is None and sha not in wanted]
    if back:
        db.session.execute(update(Blob).where(Blob.sha256.in_(back)).values(unreferenced_at=None))
    if left:
        db.session.execute(update(Blob).where(Blob.sha256.in_(left)).values(unreferenced_at=now))
    due = [sha for sha, since in waiting.items() if since is not None and sha not in wanted and since <= now - KEPT_FOR]
    gone = []
    for sha in due:
        # The condition is asked again by the statement: somebody may have stored the same bytes meanwhile.
        erased = db.session.execute(
            delete(Blob).where(Blob.sha256 == sha, Blob.unreferenced_at <= now - KEPT_FOR).returning(Blob.sha256)
        ).scalar_one_or_none()
        if erased is not None:
            path_of(sha).unlink(missing_ok=True)
            gone.append(sha)
    if gone:
        record("blobs.removed", by=SCHEDULER, now=now, subject=("blob", None), after={"sha256": gone})
    _sweep(set(waiting) - set(gone))
    db.session.commit()
    return len(gone)


def _sweep(known: set[str]) -> None:
    folder: Path = current_app.extensions["settings"].data_dir / "blobs"
    limit = clock.machine_now() - KEPT_FOR
    for path in folder.glob("??/*"):
        if path.name not in known and datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit:
            path.unlink(missing_ok=True)
