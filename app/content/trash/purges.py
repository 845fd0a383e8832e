"""When the next purge of a school's trash is, and what comes into the trash shortly before it (S1-1, S1-2). Plain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

#: What went into the trash so shortly before its purge is shown with a special warning, and told to the administrators (S1-2).
LATELY = timedelta(days=7)
#: Interruptions that lie closer together belong to one rollover: the first runs steps 1 to 3, the others step 4 (CAL-2).
ONE_ROLLOVER = timedelta(days=180)


def next_purge(starts: Iterable[datetime], now: datetime) -> datetime | None:
    """When the trash is purged next, read from the starts of a school's campaign maintenances, past ones among them.

    The purge is step 1, in the first interruption of each rollover. None while none is announced.
    """
    last: datetime | None = None
    for start in sorted(starts):
        if (last is None or start - last > ONE_ROLLOVER) and start > now:
            return start
        last = start
    return None


def is_late(trashed_at: datetime, purge_at: datetime | None, now: datetime) -> bool:
    """Did it come into the trash only days before the purge, or only days ago while no purge is announced?"""
    return (purge_at or now) - trashed_at <= LATELY
