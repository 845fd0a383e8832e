"""Where the addresses of a school lead that has ended or has a new UAI (FEED-7). Plain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """A school's end, declared and confirmed: from ``since`` on; its site is readable before ``until``, or leads to its heir.

    ``day`` and ``last_day`` are the same in the school's zone, both included. ``heirs`` are the successors that are
    schools here, ``elsewhere`` the UAIs of the others.
    """

    kind: str
    day: date
    last_day: date | None
    since: datetime
    until: datetime | None
    redirects: bool
    heirs: tuple[int, ...]
    elsewhere: tuple[str, ...]

    def over(self, now: datetime) -> bool:
        """May the site not be read any more?"""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """What has become of schools: by a former UAI the school's number, and by school its end."""

    former: Mapping[str, int] = field(default_factory=dict)
    endings: Mapping[int, Ending] = field(default_factory=dict)

    def ending(self, school_id: int, now: datetime) -> Ending | None:
        """The school's end, once its day has come."""
        found = self.endings.get(school_id)
        return found if found is not None and found.since <= now else None

    def heir(self, school_id: int, now: datetime, schools: Collection[int]) -> int:
        """The school to which the addresses of ``school_id`` lead at ``now``: itself where they lead nowhere else.

        A successor that has ended too leads on to its own; declarations that lead in a circle lead nowhere.
        """
        here, seen = school_id, {school_id}
        while (end := self.ending(here, now)) is not None and end.redirects:
            following = next((one for one in end.heirs if one in schools), None)
            if following is None:
                break
            if following in seen:
                return school_id
            seen.add(following)
            here = following
        return here

    def moments(self, school_id: int) -> list[datetime]:
        """When the school's pages change by themselves."""
        found = self.endings.get(school_id)
        return [] if found is None else [one for one in (found.since, found.until) if one is not None]
