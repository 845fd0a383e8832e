"""Two plans compared: does the exact one stay within what was approved (G1)? Plain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.words import N_, Words

#: People vanish only if each was in the approved plan, of the same school: these rows are named one by one (G1, G11).
EXACT = frozenset({"set-aside:account-year"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a plan says of a change in a school. ``numbers``: the rows one by one, of what is ``EXACT``."""

    change: str
    school_id: int
    count: int
    following: int = 0
    total: int = 0
    highest: int = 0
    numbers: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A change whose figures differ between two plans; ``refused`` says why that is too much, if it is."""

    change: str
    before: int
    after: int
    refused: Words | None = None


def differences(
    approved: Iterable[Line], exact: Iterable[Line], *, percent: int, rows: int, names: Mapping[str, Words | str] = {}
) -> list[Difference]:
    """What differs, change by change, summed over the schools of ``exact``; the ones beyond the tolerance are refused.

    ``percent`` and ``rows``: a change may differ by the greater of both. Refused too: a change that the approved plan did not
    have at all, a school that it did not name, a person whom it did not name in the same school, however many they are.
    """
    exact, approved = list(exact), list(approved)
    schools = {line.school_id for line in exact}
    before, after = _summed(approved, schools), _summed(exact, schools)
    named = {line.school_id for line in approved}
    found = []
    if strangers := schools - named:
        words = Words(N_("%(count)s établissement(s) que le plan approuvé ne nommait pas"), count=len(strangers))
        found.append(Difference(change="", before=len(named), after=len(named | schools), refused=words))
    for change in sorted(before.keys() | after.keys()):
        old, new = before[change], after[change]
        refused = _others(change, approved, exact, names.get(change, change)) if change in EXACT else None
        if old != new or refused is not None:
            refused = refused or _refused(old, new, percent, rows, names.get(change, change))
            found.append(Difference(change=change, before=old, after=new, refused=refused))
    return found


def _others(change: str, approved: Iterable[Line], exact: Iterable[Line], name: Words | str) -> Words | None:
    """Rows of the exact plan that the approved one did not name in their school; as many others in their stead are others."""
    told = {line.school_id: line for line in approved if line.change == change}
    count = sum(_strange(told.get(line.school_id), line) for line in exact if line.change == change)
    if not count:
        return None
    return Words(N_("%(name)s\u00a0: %(count)s compte(s) que le plan approuvé ne nommait pas"), name=name, count=count)


def _strange(old: Line | None, new: Line) -> int:
    if old is None:
        return new.count
    if old.numbers is None or new.numbers is None:
        # A plan from before numbers were kept: only the very same figures say the same rows.
        return 0 if (old.count, old.total, old.highest) == (new.count, new.total, new.highest) else new.count
    return len(set(new.numbers) - set(old.numbers))


def _refused(old: int, new: int, percent: int, rows: int, name: Words | str) -> Words | None:
    if old == 0:
        return Words(N_("%(name)s\u00a0: %(new)s, rien n’était prévu"), name=name, new=new)
    if abs(new - old) > max(rows, old * percent // 100):
        return Words(N_("%(name)s\u00a0: %(new)s au lieu de %(old)s"), name=name, new=new, old=old)
    return None


def _summed(lines: Iterable[Line], schools: set[int]) -> defaultdict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        if line.school_id in schools and line.count:
            sums[line.change] += line.count
    return sums
