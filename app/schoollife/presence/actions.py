"""Filling and validating sheets, recording and explaining absences. Words are not copied into the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.audit.actions import Actor, record
from app.db import db
from app.errors import NotFound, Refused
from app.schoollife.diary.models import Lesson
from app.schoollife.presence import queries
from app.schoollife.presence.models import Absence, AbsenceExplanation, RollCall
from app.schoollife.presence.sheet import Presence, SheetMark, span
from app.schoollife.standing import PupilFacts
from app.schoollife.years.parameters import ParameterList
from app.schoollife.years.queries import parameter
from app.words import N_


class NotYet(Refused):
    """A sheet of a lesson that has not begun."""

    message = N_("L’appel se fait à partir du début de la séance.")


class EndsBeforeItBegins(Refused):
    """An absence's end is not after its beginning."""

    status = 422
    message = N_("L’absence doit finir après avoir commencé.")


def save_sheet(
    lesson: Lesson,
    marks: Mapping[int, SheetMark],
    classes: Mapping[int, int | None],
    *,
    validate: bool,
    caller_id: int | None,
    by: Actor,
    now: datetime,
) -> RollCall:
    """Keep the marks of a lesson's sheet, and validate it if asked. ``classes``: each pupil's class.

    Changes to a sheet that was validated leave what it said before (PORTAL-18). An absence that school life has completed
    (reason, action) keeps what was written about it unless the mark changes. Raises ``NotYet``.
    """
    if now < lesson.starts_at:
        raise NotYet()
    call = queries.roll_call(lesson.id)
    if call is None:
        call = RollCall(
            school_id=lesson.school_id, lesson_id=lesson.id, class_id=lesson.class_id, held_at=lesson.starts_at
        )
        db.session.add(call)
        db.session.flush()
    have = queries.absences_on(call)
    before = {str(number): row.kind for number, row in sorted(have.items())}
    for student_id, mark in marks.items():
        row = have.get(student_id)
        if mark.presence == Presence.PRESENT:
            if row is not None:
                db.session.delete(row)
            continue
        if row is None:
            row = Absence(
                school_id=lesson.school_id,
                year_id=lesson.year_id,
                student_id=student_id,
                class_id=classes.get(student_id),
                roll_call_id=call.id,
                recorded_by_id=caller_id,
                recorded_at=now,
            )
            db.session.add(row)
        row.kind = mark.presence.value
        row.starts_at, row.ends_at = span(mark, lesson.starts_at, lesson.ends_at)
    after = {
        str(number): mark.presence.value for number, mark in sorted(marks.items()) if mark.presence != Presence.PRESENT
    }
    was_valid = call.validated_at is not None
    if validate and not was_valid:
        call.validated_at, call.called_by_id = now, caller_id
        record("roll.validated", by=by, now=now, subject=("lesson", lesson.id), school_id=lesson.school_id, after=after)
    elif was_valid and before != after:
        record(
            "roll.changed",
            by=by,
            now=now,
            subject=("lesson", lesson.id),
            school_id=lesson.school_id,
            before=before,
            after=after,
        )
    db.session.flush()
    return call


def record_absence(
    pupil: PupilFacts,
    *,
    kind: Presence,
    starts_at: datetime,
    ends_at: datetime,
    reason_id: int | None,
    action_id: int | None,
    justified: bool,
    by: Actor,
    now: datetime,
) -> Absence:
    """Record an absence that no sheet has told, or one that is foreseen. Raises ``EndsBeforeItBegins``, ``NotFound``."""
    if ends_at <= starts_at:
        raise EndsBeforeItBegins(field="end")
    row = Absence(
        school_id=pupil.school_class.school_id,
        year_id=pupil.school_class.year_id,
        student_id=pupil.id,
        class_id=pupil.school_class.id,
        kind=kind.value,
        starts_at=starts_at,
        ends_at=ends_at,
        recorded_by_id=by.person_id,
        recorded_at=now,
    )
    _complete(row, reason_id, action_id, justified)
    db.session.add(row)
    db.session.flush()
    after = {"student_id": pupil.id, "kind": kind.value}
    record("absence.recorded", by=by, now=now, subject=("absence", row.id), school_id=row.school_id, after=after)
    return row


def complete_absence(
    row: Absence, *, reason_id: int | None, action_id: int | None, justified: bool, by: Actor, now: datetime
) -> None:
    """Write an absence's reason, what was done about it, and whether it counts as justified. Raises ``NotFound``."""
    before = {"reason": row.reason_id, "action": row.action_id, "justified": row.justified}
    _complete(row, reason_id, action_id, justified)
    after = {"reason": reason_id, "action": action_id, "justified": justified}
    if before != after:
        record(
            "absence.completed",
            by=by,
            now=now,
            subject=("absence", row.id),
            school_id=row.school_id,
            before=before,
            after=after,
        )


def remove_absence(row: Absence, *, by: Actor, now: datetime) -> None:
    """Remove an absence recorded by mistake."""
    before = {"student_id": row.student_id, "kind": row.kind, "starts_at": row.starts_at.isoformat()}
    record("absence.removed", by=by, now=now, subject=("absence", row.id), school_id=row.school_id, before=before)
    db.session.delete(row)


def explain(row: Absence, words: str, *, guardian_id: int, by: Actor, now: datetime) -> None:
    """Say why one's child was missing; the school reads it, no other guardian does (KIN-2)."""
    said = queries.explanation(row.id, guardian_id)
    if said is None:
        said = AbsenceExplanation(absence_id=row.id, guardian_id=guardian_id)
        db.session.add(said)
    said.words, said.written_at = words, now
    record("absence.explained", by=by, now=now, subject=("absence", row.id), school_id=row.school_id)


def _complete(row: Absence, reason_id: int | None, action_id: int | None, justified: bool) -> None:
    for number, which in ((reason_id, ParameterList.ABSENCE_REASON), (action_id, ParameterList.ABSENCE_ACTION)):
        if number is not None and parameter(row.school_id, number).list != which:
            raise NotFound()
    row.reason_id, row.action_id, row.justified = reason_id, action_id, justified
