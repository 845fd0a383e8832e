"""Rows of a class's days (lessons, work, activities, notebook, agenda, sheets, absences), around ``result_rows.class_world``.

Functions insert through the models and flush; they never commit. Unless said otherwise a row is of 5A in 2026-2027, on the Monday
of ``OCTOBER``, and by Thérèse Marchand, who teaches there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.db import db
from app.directory.models import GroupMembership, Person, School, SchoolClass, TeachingGroup
from app.files.models import Blob
from app.schoollife.diary.models import (
    Activity,
    ActivityGiven,
    Homework,
    HomeworkState,
    Lesson,
    LessonReplacement,
    SchoolLifeFile,
)
from app.schoollife.liaison.models import AgendaEvent, LiaisonEntry, LiaisonReceipt
from app.schoollife.presence.models import Absence, AbsenceExplanation, RollCall
from app.schoollife.years.models import WeekRotation
from tests.people import Someone
from tests.schoollife.result_rows import OCTOBER, ClassWorld

TODAY = date(2026, 10, 12)


def _year(class_id: int) -> SchoolClass:
    return db.session.get_one(SchoolClass, class_id)


def make_lesson(
    world: ClassWorld,
    *,
    class_id: int | None = None,
    group: TeachingGroup | None = None,
    teacher: Someone | None = None,
    starts_at: datetime = OCTOBER,
    subject: str = "Mathématiques",
    title: str = "Fractions",
    body: str = "<p>Cours sur les fractions.</p>",
) -> Lesson:
    """An hour that begins at ``starts_at``."""
    school_class = _year(class_id or world.class_id)
    row = Lesson(
        school_id=school_class.school_id,
        year_id=school_class.year_id,
        class_id=None if group else school_class.id,
        group_id=group.id if group else None,
        teacher_id=(teacher or world.cast.teacher).id,
        subject=subject,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=55),
        title=title,
        source=body,
        body=body,
        changed_at=starts_at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_replacement(lesson: Lesson, stand_in: Someone | None) -> LessonReplacement:
    """Somebody, or nobody, gives the lesson instead of its teacher."""
    row = LessonReplacement(lesson_id=lesson.id, teacher_id=stand_in.id if stand_in else None, made_at=OCTOBER)
    db.session.add(row)
    db.session.flush()
    return row


def make_group(
    world: ClassWorld, *pupils: Someone, name: str = "Latin", teacher: Someone | None = None
) -> TeachingGroup:
    """A teaching group of the collège with some pupils."""
    school_class = _year(world.class_id)
    group = TeachingGroup(
        school_id=school_class.school_id, year_id=school_class.year_id, code=name, name=name, source="hand"
    )
    db.session.add(group)
    db.session.flush()
    for pupil in pupils:
        db.session.add(GroupMembership(group_id=group.id, person_id=pupil.id, role="student", source="hand"))
    if teacher is not None:
        db.session.add(GroupMembership(group_id=group.id, person_id=teacher.id, role="teacher", source="hand"))
    db.session.flush()
    return group


def make_homework(
    world: ClassWorld,
    *,
    class_id: int | None = None,
    group: TeachingGroup | None = None,
    lesson: Lesson | None = None,
    title: str = "Exercice 12",
    due_on: date = date(2026, 10, 15),
    hand_in: bool = True,
    author: Someone | None = None,
) -> Homework:
    """Work for the Thursday, to hand in."""
    school_class = _year(class_id or world.class_id)
    row = Homework(
        school_id=school_class.school_id,
        year_id=school_class.year_id,
        class_id=None if group else school_class.id,
        group_id=group.id if group else None,
        lesson_id=lesson.id if lesson else None,
        author_id=(author or world.cast.teacher).id,
        subject="Mathématiques",
        title=title,
        body="<p>Page 30.</p>",
        source="Page 30.",
        given_on=TODAY,
        due_on=due_on,
        hand_in=hand_in,
        changed_at=OCTOBER,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_state(homework: Homework, pupil: Someone, state: str = "handed-in", text: str = "Ma réponse") -> HomeworkState:
    """How far a pupil is."""
    row = HomeworkState(homework_id=homework.id, student_id=pupil.id, state=state, text=text, changed_at=OCTOBER)
    db.session.add(row)
    db.session.flush()
    return row


def make_activity(world: ClassWorld, *, title: str = "Carte des fleuves") -> Activity:
    """An activity of Thérèse's binder."""
    row = Activity(
        school_id=world.cast.college.id,
        author_id=world.cast.teacher.id,
        title=title,
        body="<p>À lire.</p>",
        written_at=OCTOBER,
    )
    db.session.add(row)
    db.session.flush()
    return row


def give_activity(world: ClassWorld, activity: Activity, pupil: Someone) -> ActivityGiven:
    """An activity given to a pupil through 5A."""
    row = ActivityGiven(activity_id=activity.id, student_id=pupil.id, class_id=world.class_id, given_on=TODAY)
    db.session.add(row)
    db.session.flush()
    return row


def make_entry(
    world: ClassWorld,
    *,
    class_id: int | None = None,
    pupil: Someone | None = None,
    author: Someone | None = None,
    by_family: bool = False,
    title: str = "Sortie au musée",
    to_sign: bool = True,
    written_at: datetime = OCTOBER,
) -> LiaisonEntry:
    """A word of the notebook, to the class or about a pupil."""
    school_class = _year(class_id or world.class_id)
    row = LiaisonEntry(
        school_id=school_class.school_id,
        year_id=school_class.year_id,
        class_id=school_class.id,
        student_id=pupil.id if pupil else None,
        author_id=(author or world.cast.teacher).id,
        by_family=by_family,
        title=title,
        source=title,
        body=f"<p>{title}.</p>",
        to_sign=to_sign and not by_family,
        written_at=written_at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_receipt(entry: LiaisonEntry, guardian: Someone, pupil: Someone, answer: str = "") -> LiaisonReceipt:
    """A guardian's signature."""
    row = LiaisonReceipt(
        entry_id=entry.id,
        guardian_id=guardian.id,
        student_id=pupil.id,
        signed_at=OCTOBER,
        read_at=OCTOBER,
        answer=answer,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_event(
    world: ClassWorld,
    *,
    of_class: bool = True,
    title: str = "Cross",
    starts_at: datetime = datetime(2026, 10, 16, 12, tzinfo=UTC),
) -> AgendaEvent:
    """A date of 5A, or of the collège."""
    school_class = _year(world.class_id)
    row = AgendaEvent(
        school_id=school_class.school_id,
        year_id=school_class.year_id,
        class_id=school_class.id if of_class else None,
        author_id=world.cast.teacher.id,
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_call(lesson: Lesson, caller: Someone, *, validated: bool = True) -> RollCall:
    """The sheet of a lesson."""
    row = RollCall(
        school_id=lesson.school_id,
        lesson_id=lesson.id,
        class_id=lesson.class_id,
        held_at=lesson.starts_at,
        called_by_id=caller.id,
        validated_at=lesson.starts_at + timedelta(minutes=5) if validated else None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_absence(
    world: ClassWorld,
    pupil: Someone,
    kind: str = "absent",
    *,
    call: RollCall | None = None,
    class_id: int | None = None,
    starts_at: datetime = OCTOBER,
) -> Absence:
    """A pupil who was missing for an hour."""
    school_class = _year(class_id or world.class_id)
    row = Absence(
        school_id=school_class.school_id,
        year_id=school_class.year_id,
        student_id=pupil.id,
        class_id=school_class.id,
        roll_call_id=call.id if call else None,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=55),
        recorded_at=OCTOBER,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_explanation(absence: Absence, guardian: Someone, words: str) -> AbsenceExplanation:
    """What a guardian has said about an absence."""
    row = AbsenceExplanation(absence_id=absence.id, guardian_id=guardian.id, words=words, written_at=OCTOBER)
    db.session.add(row)
    db.session.flush()
    return row


def make_file(owner: str, number: int, *, name: str = "consigne.pdf", sha256: str = "b" * 64) -> SchoolLifeFile:
    """A file that hangs on a row; its bytes are nowhere."""
    if db.session.get(Blob, sha256) is None:
        db.session.add(Blob(sha256=sha256, size=9, kind="application/pdf", stored_at=OCTOBER))
        db.session.flush()
    row = SchoolLifeFile(**{owner: number}, sha256=sha256, name=name, size=9)
    db.session.add(row)
    db.session.flush()
    return row


def make_rotation(world: ClassWorld, letter: str = "A") -> WeekRotation:
    """The letter of the week of ``TODAY``."""
    school_class = _year(world.class_id)
    row = WeekRotation(school_id=school_class.school_id, year_id=school_class.year_id, monday=TODAY, letter=letter)
    db.session.add(row)
    db.session.flush()
    return row


def school_row(world: ClassWorld) -> School:
    """The collège's row."""
    return db.session.get_one(School, world.cast.college.id)


def person_row(somebody: Someone) -> Person:
    """Somebody's row."""
    return db.session.get_one(Person, somebody.id)
