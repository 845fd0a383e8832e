"""Classes of last year that the feed of the new year names again, and what was opened in their stead (S4-3). Plain.

Three in an academy, one for each kind of evidence, where a school has two classes of a level: one stays, one closes, one opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.demo.schools import ClassPlan, SchoolPlan

#: Its pupils are still told with last year's class, level and date of entry.
LAST_LEVEL = "last-level"
#: Its pupils also carry their new class, which their record names second.
ANOTHER_CLASS = "another-class"
#: No pupil names it any more, a teacher does.
ONLY_TEACHERS = "only-teachers"
_WHERE = ((LAST_LEVEL, "college", "4e"), (ANOTHER_CLASS, "college", "5e"), (ONLY_TEACHERS, "lycee", "1re"))


@dataclass(frozen=True, slots=True)
class Returning:
    """A class that is over, ``room`` of ``school``, by which evidence it comes back, and the class opened instead."""

    evidence: str
    school: SchoolPlan
    room: ClassPlan
    instead: ClassPlan


def returning_classes(schools: Sequence[SchoolPlan]) -> list[Returning]:
    """At most one class for each evidence, in the first school that has one to spare."""
    found = []
    for evidence, kind, level in _WHERE:
        for plan in schools:
            rooms = [room for room in plan.classes if room.trainings[0].level == level]
            if plan.kind == kind and len(rooms) > 1:
                found.append(Returning(evidence, plan, rooms[-1], _next_class(rooms)))
                break
    return found


def _next_class(rooms: Sequence[ClassPlan]) -> ClassPlan:
    """The class that follows the last one of the first one's track: 4B gives 4C, 1G2 gives 1G3."""
    first = rooms[0]
    track = [room for room in rooms if room.trainings == first.trainings]
    last = track[-1].code
    if last[-1].isdigit():
        stem = last.rstrip("0123456789")
        code = f"{stem}{int(last[len(stem) :]) + 1}"
    else:
        code = last[:-1] + chr(ord(last[-1]) + 1) if last[-1] != "Z" else last + "A"
    return ClassPlan("", code, first.label.replace(first.code, code).replace(first.code[1:], code[1:]), first.trainings)


def in_the_new_year(plan: SchoolPlan, returning: Sequence[Returning]) -> SchoolPlan:
    """The school with the classes of the new year: those that closed are replaced, groups follow."""
    new = {one.room.code: one.instead for one in returning if one.school.key == plan.key}
    if not new:
        return plan
    # A class of the new track belongs to the groups of that track.
    beside = {
        one.instead.code: next(
            room.code for room in plan.classes if room.trainings == one.instead.trainings and room.code not in new
        )
        for one in returning
        if one.school.key == plan.key
    }
    groups = []
    for code, label, classes in plan.groups:
        kept = [room for room in classes if room not in new]
        groups.append((code, label, (*kept, *(one for one, model in beside.items() if model in kept))))
    groups_of = {code: names for code, names in plan.groups_of.items() if code not in new}
    groups_of |= {code: plan.groups_of[model] for code, model in beside.items() if model in plan.groups_of}
    rooms = [new.get(room.code, room) for room in plan.classes]
    return replace(plan, classes=rooms, groups=groups, groups_of=groups_of)
