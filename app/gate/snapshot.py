"""What the gate knows at one revision: the compiled closures, and the names and words that its pages need.

Read once, shared by all requests of a process until something changes, so that a decision and a redirect page cost no query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.gate.closures import Closures
from app.gate.services.closing import Closing
from app.gate.windows import Window
from app.profiles import Profile


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolCard:
    """A school as the gate's pages name it."""

    id: int
    uai: str
    name: str
    zone: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A practical notice (SITE-8), shown from an instant until another, or until it is withdrawn."""

    id: int
    school_id: int
    text: str
    shown_from: datetime
    shown_until: datetime | None
    send_wanted: bool
    sent_at: datetime | None

    def shown(self, now: datetime) -> bool:
        """Is it on the pages at ``now``?"""
        return self.shown_from <= now and (self.shown_until is None or now < self.shown_until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Everything of the gate that pages and deciders read. ``texts`` is keyed by school (None: the project's), profile
    ('' is the closed page of a maintenance) and language.
    """

    closures: Closures
    portal: str
    contact: str
    schools: Mapping[int, SchoolCard]
    texts: Mapping[tuple[int | None, str, str], str] = field(default_factory=dict)
    notices: Mapping[int, tuple[Notice, ...]] = field(default_factory=dict)
    #: Services that were or are closed on their own, by service and school (GATE-10).
    services: Mapping[tuple[str, int], tuple[Closing, ...]] = field(default_factory=dict)

    def school_called(self, uai: str) -> SchoolCard | None:
        """The school with that UAI, however its letter is written."""
        wanted = uai.strip().upper()
        return next((school for school in self.schools.values() if school.uai == wanted), None)

    def next_change(self, school_id: int | None, now: datetime) -> datetime | None:
        """The next instant after ``now`` at which a page about that school says something else by itself."""
        moments = [self.closures.next_change(now)]
        for notice in self.notices.get(school_id or 0, ()):
            moments += [notice.shown_from, notice.shown_until]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    def window(self, number: int) -> Window | None:
        """The window with that number, None if it never was or was removed."""
        return next((window for window in self.closures.rules.windows if window.id == number), None)

    def own_text(self, school_id: int | None, profile: Profile | None, language: str) -> str | None:
        """The words that somebody wrote for a redirect page: the school's, else the project's, in ``language`` (GATE-7).

        A school's count while the project authorises schools, as their dates do (GATE-4).
        """
        name = profile.value if profile is not None else ""
        heard = school_id is not None and self.closures.rules.schools_may_amend
        own = self.texts.get((school_id, name, language)) if heard else None
        return own if own is not None else self.texts.get((None, name, language))
