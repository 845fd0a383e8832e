"""How much of everything a year holds: from one of each kind to a whole year. Plain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Density:
    """Amounts for one class, unless said otherwise; shares are of 1."""

    #: How many classes of a school have a year; None: all of them.
    classes: int | None = None
    #: Lessons a week (at most those of the timetable), and during how many of the year's last weeks.
    lessons: int = 30
    weeks: int = 40
    #: Every how many lessons of a subject there is homework, and the share of pupils who say how far they are.
    homework_every: int = 3
    states: float = 0.5
    #: Every how many lessons the roll is called.
    calls_every: int = 1
    #: Share of pupils absent or late at a call.
    absences: float = 0.02
    #: Marked works a subject and term.
    works: int = 2
    articles: int = 12
    files: int = 12
    #: Messages to the families; copies to everybody of the class come with each.
    letters: int = 8
    liaison: int = 6
    skills: int = 4
    #: Share of people with a space, bookmarks and events of their own.
    own: float = 0.3


#: A class in which members of the demo's cast are at home, and every class of a full academy but for the lessons of each week.
WHOLE = Density()
#: The demo's other classes: the same kinds, a thinner year.
THIN = Density(
    lessons=6,
    homework_every=4,
    states=0.3,
    calls_every=2,
    works=1,
    articles=5,
    files=6,
    letters=3,
    liaison=4,
    skills=2,
    own=0.1,
)
#: Of an academy of any size: some 130 rows a pupil.
FULL = Density(
    lessons=12, homework_every=3, states=0.3, calls_every=2, absences=0.03, articles=10, files=10, letters=4, own=0.2
)
#: One class of each school, one or two rows of each kind.
LIGHT = Density(
    classes=1, lessons=1, weeks=2, homework_every=1, states=0.1, absences=0.2, works=1, articles=2, files=2, letters=1,
    liaison=2, skills=1, own=0.05,
)  # fmt: skip
DENSITIES = {"light": LIGHT, "full": FULL}
