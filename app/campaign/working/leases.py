"""Who holds a part: names of workers, and what a lost lease, a pause or an opened door means. Plain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

#: How long a lease lasts unless it is renewed; every transaction and a heartbeat renew it.
LEASE = timedelta(seconds=15)


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A worker's hold on a part. ``epoch`` fences its writes: whoever takes the part next has a higher one (G6)."""

    run_id: int
    part_id: int
    school_id: int
    people: bool
    epoch: int
    worker: str


def worker_name(host: str, process: int, token: str) -> str:
    """How a worker signs its leases: 'host process token'."""
    return f"{host.replace(' ', '-')} {process} {token}"


def process_of(worker: str, host: str) -> int | None:
    """The process number of a worker of this host; None for another host's."""
    words = worker.split(" ")
    if len(words) == 3 and words[0] == host.replace(" ", "-") and words[1].isdecimal():
        return int(words[1])
    return None


class Stopped(Exception):
    """Work on a part ends here, for no fault of the part. Nothing of the open transaction is kept."""


class LeaseLost(Stopped):
    """Another worker holds the part: this one was away longer than its lease. Its write is refused (G6)."""


class Paused(Stopped):
    """Somebody has asked for a pause, or the run has ended."""


class GateOpened(Stopped):
    """The school is not closed any more: nothing destructive is done in it (G13)."""
