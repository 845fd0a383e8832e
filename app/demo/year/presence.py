"""Roll calls, absences with their reasons, replacements; a school's lists, which those rows name. Plain."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.demo.year.days import LESSON, at, in_month
from app.demo.year.desk import Desk, after
from app.demo.year.texts_results import EXPLANATIONS, REPLACEMENTS
from app.demo.year.timetable import Course
from app.schoollife.years.parameters import DEFAULT_COUNTERPARTS, DEFAULTS, ParameterList, Settings

_KINDS: tuple[str, ...] = (*["absent"] * 6, *["late"] * 3, "excused-from")


class Parameters:
    """The numbers of a school's lists, made when first asked for."""

    def __init__(self, desk: Desk) -> None:
        self._of: dict[ParameterList, list[int]] = {}
        labels: dict[str, int] = {}
        for which, words in DEFAULTS.items():
            for position, label in enumerate(words, 1):
                number = desk.sheets["school_parameter"].add(
                    school_id=desk.facts.id, list=which.value, label=label, position=position,
                    counterpart_id=labels.get(DEFAULT_COUNTERPARTS.get(label, ""))
                    if which == ParameterList.NON_ASSESSMENT
                    else None,
                )  # fmt: skip
                labels.setdefault(label, number)
                self._of.setdefault(which, []).append(number)

    def __getitem__(self, which: ParameterList) -> list[int]:
        return self._of[which]


def settings(desk: Desk) -> None:
    """A school's settings of school life, as every school begins."""
    desk.sheets["school_life_settings"].add(school_id=desk.facts.id, values=Settings().stored())


def call(desk: Desk, kept: Parameters, course: Course, lesson: int, starts: datetime, made: bool) -> None:
    """The roll call of a lesson; one that is not ``made`` is still to do."""
    facts, rng = desk.facts, desk.rng
    number = desk.sheets["roll_call"].add(
        school_id=facts.id, lesson_id=lesson, class_id=course.room.id, held_at=starts,
        called_by_id=course.teacher if made else None, validated_at=starts + timedelta(minutes=7) if made else None,
    )  # fmt: skip
    if not made:
        return
    share, random = desk.density_of(course.room).absences, rng.random
    # The first call of a school finds somebody absent, so that no school is without.
    nobody_yet = not desk.sheets["absence"].rows
    for position, pupil in enumerate(course.room.pupils):
        draw = share / 20 if nobody_yet and position == 0 else random()
        if draw < share or (draw < share * 1.5 and pupil in desk.known):
            _absence(desk, kept, course, number, pupil, starts, draw / share)


def _absence(
    desk: Desk, kept: Parameters, course: Course, roll_call: int, pupil: int, starts: datetime, draw: float
) -> None:
    """``draw`` is between 0 and 1.5: it says what kind and whether somebody has explained it."""
    facts, rng = desk.facts, desk.rng
    kind = _KINDS[int(draw * 97) % len(_KINDS)]
    guardians = facts.guardians.get(pupil, [])
    explained = bool(guardians) and kind != "excused-from" and draw % 0.2 < 0.1
    reasons = kept[ParameterList.ABSENCE_REASON]
    justified = explained or kind == "excused-from"
    actions = kept[ParameterList.ABSENCE_ACTION]
    number = desk.sheets["absence"].add(
        school_id=facts.id, year_id=facts.year_id, student_id=pupil, class_id=course.room.id, roll_call_id=roll_call, kind=kind,
        starts_at=starts, ends_at=starts + (timedelta(minutes=10) if kind == "late" else LESSON),
        reason_id=reasons[int(draw * 31) % len(reasons)] if justified else None,
        action_id=actions[0] if not justified and draw % 0.3 < 0.15 else None, justified=justified,
        recorded_by_id=course.teacher, recorded_at=after(starts, rng, 0.3),
    )  # fmt: skip
    if explained:
        desk.sheets["absence_explanation"].add(
            absence_id=number, guardian_id=guardians[0], words=EXPLANATIONS[int(draw * 53) % len(EXPLANATIONS)],
            written_at=after(starts, rng, 1.0),
        )  # fmt: skip


def replace(desk: Desk, course: Course, lesson: int, starts: datetime) -> None:
    """A lesson that somebody else gives, or that does not take place."""
    others = [person for person in desk.facts.teachers if person != course.teacher]
    stands_in = desk.rng.choice(others) if others and desk.rng.random() < 0.7 else None
    desk.sheets["lesson_replacement"].add(
        lesson_id=lesson,
        teacher_id=stands_in,
        words=REPLACEMENTS[0 if stands_in else 1],
        made_at=starts - timedelta(days=2),
    )


def exits(desk: Desk) -> None:
    """A pupil suspended for two days, which changes no access."""
    pupils = [pupil for room in desk.classes for pupil in room.pupils if pupil not in desk.known]
    if pupils:
        desk.sheets["pupil_exit"].add(
            school_id=desk.facts.id, student_id=pupils[-1], kind="suspended", since=in_month(5, 18), until=in_month(5, 19),
            recorded_by_id=desk.facts.head, recorded_at=at(in_month(5, 15), 17, 0, desk.facts.zone),
        )  # fmt: skip
