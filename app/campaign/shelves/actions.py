"""What is done with an archive on its school's page: each leaves a line in the journal (G10). Never commits."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import Actor, record
from app.campaign.archiving.queries import check
from app.campaign.problems import ArchiveDamaged
from app.files.models import Archive


def note_download(archive: Archive, *, keeper_id: int | None = None, by: Actor, now: datetime) -> None:
    """Somebody takes the archive away; ``keeper_id``: as the school that keeps it for one that has ended (FEED-7). Portal time."""
    kept = {} if keeper_id is None else {"keeper": keeper_id}
    record(
        "archive.downloaded", by=by, now=now, subject=("archive", archive.id), school_id=archive.school_id,
        after={"kind": archive.kind, "sha256": archive.sha256} | kept,
    )  # fmt: skip


def verify(archive: Archive, *, by: Actor, now: datetime) -> ArchiveDamaged | None:
    """Read the archive back to the last byte and note what came of it; the problem, or None for a whole one (G9)."""
    problem: ArchiveDamaged | None = None
    try:
        check(archive)
    except ArchiveDamaged as found:
        problem = found
    archive.verified_at = None if problem is not None else now
    record(
        "archive.damaged" if problem is not None else "archive.verified", by=by, now=now,
        subject=("archive", archive.id), school_id=archive.school_id, after={"kind": archive.kind},
    )  # fmt: skip
    return problem
