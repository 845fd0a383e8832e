"""When what becomes of somebody's data happens, as far as it is known (DATA-3). Plain.

The dates are those of the campaign's calendar; where no campaign leads a school, those that are announced: the next maintenance, or
the last day of the year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.fates import Preset, Rule
from app.words import N_, Words


@dataclass(frozen=True, kw_only=True)
class SchoolDates:
    """What is known of a school's rollover: its name and preset, when it is next closed, its last day, its zone.

    ``steps``: when its campaign runs which step.
    """

    name: str
    preset: Preset
    maintenance: datetime | None
    last_day: date | None
    zone: str
    steps: Mapping[int, datetime] = field(default_factory=dict)


def when(rule: Rule, school: SchoolDates) -> Words | None:
    """In words, when ``rule``'s step acts in ``school``; None for what is kept.

    Secondary: steps 1 to 3 run in the first interruption after the school year (CAL-2). Primary: nothing goes in summer, the
    school's own switch comes when its new classes have arrived (CAL-10).
    """
    if rule.step is None:
        return None
    if school.preset == Preset.PRIMARY:
        return Words(N_("à la rentrée, quand les nouvelles classes seront arrivées"))
    if (at := school.steps.get(rule.step)) is not None:
        return Words(N_("%(instant)s"), instant=at, zone=school.zone)
    if school.maintenance is not None:
        return Words(N_("%(instant)s"), instant=school.maintenance, zone=school.zone)
    if school.last_day is not None:
        return Words(N_("après le dernier jour de l’année, %(day)s"), day=school.last_day)
    return Words(N_("pendant l’été, à une date que le portail annoncera"))


def soonest(schools: Iterable[SchoolDates]) -> list[SchoolDates]:
    """Schools in the order in which they act, so that somebody in two is told the earlier date first."""

    def first(school: SchoolDates) -> tuple[bool, float, str]:
        acts = min(school.steps.values(), default=school.maintenance)
        return acts is None, acts.timestamp() if acts is not None else 0.0, school.name

    return sorted(schools, key=first)
