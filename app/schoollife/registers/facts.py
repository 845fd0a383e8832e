"""What the pages of a register call things by: the names of a school's people, classes, groups, periods and list entries. Plain.

Names are those that the rows have had during the year, whatever became of them since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.wording import MONTHS, hour

_MOST_INSTANTS = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A period of the year; both days inclusive."""

    id: int
    name: str
    first_day: date
    last_day: date


class When(NamedTuple):
    """A period of a register: a term, or a month where no term has the day. ``order`` sorts."""

    order: tuple[int, int]
    label: str


class Place(NamedTuple):
    """A class or a teaching group, by number; neither for what is of no class any more."""

    class_id: int = 0
    group_id: int = 0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One school in one year. ``people``: number -> name, and the key by which names are sorted; it grows while rows are read."""

    school: str
    uai: str
    year: str
    zone: ZoneInfo
    classes: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    people: dict[int, tuple[str, str]] = field(default_factory=dict)
    _whens: dict[tuple[date, int | None], When] = field(default_factory=dict, repr=False, compare=False)
    #: The school's day and hour of an instant: many rows are of one.
    _locals: dict[datetime, tuple[date, str]] = field(default_factory=dict, repr=False, compare=False)

    def name(self, person_id: int | None) -> str:
        """A person's name; nothing for nobody."""
        return self.people.get(person_id or 0, ("", ""))[0]

    def sorting(self, person_id: int | None) -> tuple[str, int]:
        """The key that puts people in the directory's order."""
        return self.people.get(person_id or 0, ("", ""))[1], person_id or 0

    def whom(self, class_id: int | None, group_id: int | None = None) -> str:
        """The name of a class or group."""
        return self.classes.get(class_id or 0) or self.groups.get(group_id or 0) or "Sans classe"

    def label(self, parameter_id: int | None) -> str:
        """An entry of one of the school's lists (DATA-8)."""
        return self.labels.get(parameter_id or 0, "")

    def day(self, instant: datetime) -> date:
        """The school's day of an instant."""
        return (self._locals.get(instant) or self._local(instant))[0]

    def hour(self, instant: datetime) -> str:
        """The school's hour of an instant."""
        return (self._locals.get(instant) or self._local(instant))[1]

    def _local(self, instant: datetime) -> tuple[date, str]:
        if len(self._locals) > _MOST_INSTANTS:
            self._locals.clear()
        local = instant.astimezone(self.zone)
        found = self._locals[instant] = local.date(), hour(local)
        return found

    def when(self, day: date, period_id: int | None = None) -> When:
        """The term that is named, else the one in which the day lies, else its month."""
        if (known := self._whens.get((day, period_id))) is None:
            known = self._whens[day, period_id] = self._when(day, period_id)
        return known

    def _when(self, day: date, period_id: int | None) -> When:
        named = [term for term in self.terms if term.id == period_id]
        for term in named or self.terms:
            if named or term.first_day <= day <= term.last_day:
                return When((0, self.terms.index(term)), term.name)
        return When((1, day.year * 12 + day.month), f"{MONTHS['fr'][day.month - 1]} {day.year}")

    def people_of(self, ids: Iterable[int]) -> list[int]:
        """Those numbers in the directory's order."""
        return sorted(ids, key=self.sorting)


@lru_cache(maxsize=1000)
def short(day: date | None) -> str:
    """'12/10/2026', for columns."""
    return f"{day:%d/%m/%Y}" if day is not None else ""


def grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Rows by ``key``, the keys in order, each one's rows in theirs."""
    return dict(sorted(grouped_in_turn(rows, key).items(), key=lambda item: item[0]))


def grouped_in_turn(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Rows by ``key``, where nobody needs the keys in order."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
