"""What the scheduler calls for blobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, func, select, update

from app import clock
from app.audit.actions import SCHEDULER, record
from app.db import db
from app.files import addresses
from app.files.models import Blob
from app.files.pictures import SIDES
from app.files.queries import is_referred_to, path_of

#: How long after their last reference bytes are still there.
KEPT_FOR = timedelta(hours=24)
#: Blobs looked at in one transaction.
SLICE = 1000


def remove_unreferenced(now: datetime) -> int:
    """Erase blobs whose last reference is a day old; how many went. ``now`` is portal time.

    1. A blob that something refers to again is no longer waiting.
    2. One that nothing refers to begins to wait.
    3. One that has waited for 24 hours goes: first its row, which holds its name until the end, then its bytes.
    4. Files without a row, left by a crash, go when they are a day old (machine time).

    The database looks for the references, over a slice of the blobs at a time; each slice is committed by itself.
    """
    gone = 0
    for first, last in _slices():
        part = Blob.sha256.between(first, last)
        db.session.execute(
            update(Blob)
            .where(part, Blob.unreferenced_at.is_not(None), is_referred_to())
            .values(unreferenced_at=None)
            .execution_options(synchronize_session=False)
        )
        db.session.execute(
            update(Blob)
            .where(part, Blob.unreferenced_at.is_(None), ~is_referred_to())
            .values(unreferenced_at=now)
            .execution_options(synchronize_session=False)
        )
        due = select(Blob.sha256).where(part, Blob.unreferenced_at <= now - KEPT_FOR)
        gone += sum(_erase(sha, now) for sha in db.session.scalars(due).all())
        db.session.commit()
    _sweep()
    return gone


def _slices() -> list[tuple[str, str]]:
    """The blobs, cut into pieces by their names: hashes are spread evenly."""
    count = db.session.scalar(select(func.count()).select_from(Blob)) or 0
    pieces = 1
    while pieces < 4096 and count > pieces * SLICE:
        pieces *= 16
    digits = len(f"{pieces:x}") - 1
    if not digits:
        return [("0" * 64, "f" * 64)]
    return [(f"{n:0{digits}x}".ljust(64, "0"), f"{n:0{digits}x}".ljust(64, "f")) for n in range(pieces)]


def _erase(sha: str, now: datetime) -> bool:
    # The condition is asked again by the statement: somebody may have stored the same bytes meanwhile.
    erased = db.session.execute(
        delete(Blob)
        .where(Blob.sha256 == sha, Blob.unreferenced_at <= now - KEPT_FOR, ~is_referred_to())
        .returning(Blob.sha256)
    ).scalar_one_or_none()
    if erased is None:
        return False
    # The row's deletion holds its name until the end of the transaction: who stores the same bytes now waits.
    path_of(sha).unlink(missing_ok=True)
    for use in SIDES:
        (_data() / addresses.derived(sha, use)).unlink(missing_ok=True)
    record("blob.removed", by=SCHEDULER, now=now, subject=("blob", None), after={"sha256": sha})
    return True


def _sweep() -> None:
    """Files older than a day that no row names; the uploads that a crash has left half looked at."""
    limit = clock.machine_now() - KEPT_FOR
    for folder in sorted((_data() / "blobs").glob("??")):
        known = set(db.session.scalars(select(Blob.sha256).where(Blob.sha256.startswith(folder.name))))
        for path in folder.iterdir():
            if path.name not in known:
                _remove_older(path, limit)
    for path in (_data() / addresses.incoming()).glob("*"):
        _remove_older(path, limit)


def _remove_older(path: Path, limit: datetime) -> None:
    try:
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit:
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return


def _data() -> Path:
    folder: Path = current_app.extensions["settings"].data_dir
    return folder
