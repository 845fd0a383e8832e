"""What the pages of the diary list: plain facts about lessons and homework, and the states of a pupil's work. Plain."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.schoollife.years.rotations import monday_of
from app.words import N_


class WorkState(StrEnum):
    """How far a pupil is with some work (PORTAL-17). TO_DO is told by the absence of a row."""

    TO_DO = "to-do"
    DONE = "done"
    HANDED_IN = "handed-in"
    CORRECTED = "corrected"


WORK_STATE_NAMES: dict[WorkState, str] = {
    WorkState.TO_DO: N_("À faire"),
    WorkState.DONE: N_("Fait"),
    WorkState.HANDED_IN: N_("Rendu"),
    WorkState.CORRECTED: N_("Corrigé"),
}
#: What a pupil may change a state into; what was handed in can be handed in again until it is corrected.
PUPIL_STEPS: dict[WorkState, frozenset[WorkState]] = {
    WorkState.TO_DO: frozenset({WorkState.DONE, WorkState.HANDED_IN}),
    WorkState.DONE: frozenset({WorkState.TO_DO, WorkState.HANDED_IN}),
    WorkState.HANDED_IN: frozenset({WorkState.HANDED_IN}),
    WorkState.CORRECTED: frozenset(),
}
#: What a teacher may change a state into: a correction can be given without anything handed in, and corrected.
TEACHER_STEPS: dict[WorkState, frozenset[WorkState]] = {state: frozenset({WorkState.CORRECTED}) for state in WorkState}


@dataclass(frozen=True, kw_only=True, slots=True)
class LessonLine:
    """A lesson in a list. ``off``: it does not take place; ``substitute``: who gives it instead of the teacher."""

    id: int
    class_id: int | None
    group: str
    school_class: str
    subject: str
    title: str
    words: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    room: str
    teacher: str
    teacher_id: int | None
    off: bool = False
    substitute: str = ""
    substitute_id: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeworkLine:
    """Work in a list."""

    id: int
    class_id: int | None
    group_id: int | None
    group: str
    subject: str
    title: str
    due_on: date
    given_on: date
    minutes: int | None
    hand_in: bool
    author: str
    author_id: int | None
    school_id: int
    year_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkLine:
    """One pupil's work: what is asked, and how far they are."""

    homework: HomeworkLine
    student_id: int
    pupil: str
    state: WorkState


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day of the diary."""

    day: date
    lessons: list[LessonLine] = field(default_factory=list)
    homework: list[HomeworkLine] = field(default_factory=list)


def week_named(text: str, today: date) -> date:
    """The Monday of the week that ``text`` names ('2026-W37'); that of ``today`` where it names none."""
    found = re.fullmatch(r"(\d{4})-W(\d{2})", text)
    if found is not None:
        try:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            pass
    return monday_of(today)


def week_name(monday: date) -> str:
    """'2026-W37', as addresses and the browser's week field spell it."""
    year, week, _day = monday.isocalendar()
    return f"{year:04d}-W{week:02d}"


def days_of(monday: date) -> list[date]:
    """Monday to Sunday."""
    return [monday + timedelta(days=count) for count in range(7)]


def may_change(me: int | None, authors: tuple[int | None, ...], *, leads: bool) -> bool:
    """May ``me`` change what ``authors`` have written? Its authors may, whoever leads the school, anybody who writes where no
    author is known (an hour that a timetable has brought).
    """
    known = {author for author in authors if author is not None}
    return leads or not known or me in known
