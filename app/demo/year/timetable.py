"""Who teaches what to a class, and at which hours of the week. Plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from app.demo.year.days import HOURS
from app.demo.year.facts import ClassFacts, SchoolFacts
from app.demo.year.texts_lessons import COLLEGE, LYCEE, PRIMARY, Subject


@dataclass(slots=True)
class Course:
    """A subject of a class with its teacher, and the hours of its lessons: (weekday, hour of the day)."""

    room: ClassFacts
    code: str
    subject: Subject
    teacher: int
    hours: list[tuple[int, int]]


def courses(
    facts: SchoolFacts, rooms: list[ClassFacts], rng: Random, most: Callable[[ClassFacts], int]
) -> list[Course]:
    """The courses of these classes, at most ``most`` lessons a week each; nobody is in two places at once."""
    slots = [(weekday, hour) for weekday in range(5) for hour in range(len(HOURS)) if weekday != 2 or hour < 4]
    if facts.kind == "primary":
        slots = [(weekday, hour) for weekday, hour in slots if weekday != 2]
    busy: dict[int, set[tuple[int, int]]] = {}
    found = []
    for room in rooms:
        free = set(slots)
        taught = _taught(facts, room)
        for (code, subject, teacher), many in zip(
            taught, _shared_out([one[1].hours for one in taught], most(room)), strict=True
        ):
            taken = busy.setdefault(teacher, set())
            open_hours = sorted(free - taken)
            hours = _spread(rng.sample(open_hours, len(open_hours)), many)
            if hours:
                free -= set(hours)
                taken |= set(hours)
                found.append(Course(room, code, subject, teacher, hours))
    return found


def _spread(order: list[tuple[int, int]], many: int) -> list[tuple[int, int]]:
    """``many`` hours of ``order``, over as many days of the week as there are."""
    chosen: list[tuple[int, int]] = []
    for most in range(1, len(HOURS) + 1):
        for weekday, hour in order:
            there = sum(1 for other, _hour in chosen if other == weekday)
            if len(chosen) < many and there < most and (weekday, hour) not in chosen:
                chosen.append((weekday, hour))
    return sorted(chosen)


def _shared_out(wanted: list[int], most: int) -> list[int]:
    """``wanted`` hours cut down to ``most`` in all: each subject in turn gets one, as long as it wants more."""
    got = [0] * len(wanted)
    while most and got != wanted:
        for index, many in enumerate(wanted):
            if most and got[index] < many:
                got[index] += 1
                most -= 1
    return got


def _taught(facts: SchoolFacts, room: ClassFacts) -> list[tuple[str, Subject, int]]:
    """(code, subject, teacher) of a class; in primary one teacher has every subject, and codes are ''."""
    plan = {"primary": PRIMARY, "lycee": LYCEE}.get(facts.kind, COLLEGE)
    if facts.kind == "primary":
        teacher = room.main_teacher or facts.head
        return [("", subject, teacher) for subject in plan.values()]
    found = {
        code: (code, plan[code]._replace(name=facts.subjects.get(code) or plan[code].name), person)
        for person, code in room.teachers
        if code in plan
    }
    if found:
        return list(found.values())
    # A tiny academy leaves classes without a teacher: the head stands in.
    return [("020700", plan["020700"], room.main_teacher or facts.head)]
