"""Work given and done: a teacher's overview, one pupil's copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.db import db
from app.directory.models import Person, SchoolClass, TeachingGroup
from app.directory.names import name_of
from app.errors import NotFound
from app.schoollife.diary.lines import WorkState
from app.schoollife.diary.models import Homework as Homework
from app.schoollife.diary.models import HomeworkState as HomeworkState
from app.schoollife.diary.queries import pupils_in

#: How many pieces of work a teacher's list shows at most.
MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenLine:
    """Some work that a teacher has given; ``waiting``: copies handed in and not corrected."""

    id: int
    title: str
    subject: str
    whom: str
    due_on: date
    hand_in: bool
    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyLine:
    """How far one pupil is."""

    student_id: int
    pupil: str
    state: WorkState


def given_by(person_id: int | None, today: date, school_ids: Sequence[int]) -> list[GivenLine]:
    """What somebody has given in some schools, due since two weeks before ``today`` or with copies to correct; one query."""
    waiting = (
        select(HomeworkState.homework_id, func.count().label("copies"))
        .where(HomeworkState.state == WorkState.HANDED_IN)
        .where(HomeworkState.homework_id.in_(select(Homework.id).where(Homework.author_id == person_id)))
        .group_by(HomeworkState.homework_id)
        .subquery()
    )
    query = (
        select(Homework, SchoolClass.name, TeachingGroup.name, waiting.c.copies)
        .outerjoin(SchoolClass, SchoolClass.id == Homework.class_id)
        .outerjoin(TeachingGroup, TeachingGroup.id == Homework.group_id)
        .outerjoin(waiting, waiting.c.homework_id == Homework.id)
        .where(Homework.author_id == person_id, Homework.school_id.in_(school_ids))
        .where((Homework.due_on >= today - timedelta(days=14)) | (waiting.c.copies > 0))
        .order_by(Homework.due_on.desc(), Homework.id.desc())
        .limit(MOST)
    )
    return [
        GivenLine(
            id=row.id,
            title=row.title,
            subject=row.subject,
            whom=school_class or group or "",
            due_on=row.due_on,
            hand_in=row.hand_in,
            waiting=copies or 0,
        )
        for row, school_class, group, copies in db.session.execute(query)
    ]


def copies_of(homework: Homework) -> list[CopyLine]:
    """How far each pupil is, by name; two queries."""
    query = select(HomeworkState.student_id, HomeworkState.state).where(HomeworkState.homework_id == homework.id)
    states = {student: WorkState(state) for student, state in db.session.execute(query)}
    return [
        CopyLine(student_id=pupil.id, pupil=name_of(pupil), state=states.get(pupil.id, WorkState.TO_DO))
        for pupil in pupils_in(homework)
    ]


def state_row(homework_id: int, student_id: int) -> HomeworkState | None:
    """What is noted about one pupil's work; None: to do."""
    query = select(HomeworkState).where(
        HomeworkState.homework_id == homework_id, HomeworkState.student_id == student_id
    )
    return db.session.scalar(query)


def states_for(homework_id: int, student_ids: Sequence[int]) -> list[HomeworkState]:
    """What is noted about some pupils' work."""
    query = select(HomeworkState).where(
        HomeworkState.homework_id == homework_id, HomeworkState.student_id.in_(student_ids)
    )
    return list(db.session.scalars(query))


def pupil_of(homework: Homework, student_id: int) -> Person:
    """A pupil to whom the work was given. Raises ``NotFound``."""
    for pupil in pupils_in(homework):
        if pupil.id == student_id:
            return pupil
    raise NotFound()


def own_pupils(homework: Homework, student_ids: set[int]) -> list[Person]:
    """Those of some people to whom the work was given."""
    return [pupil for pupil in pupils_in(homework) if pupil.id in student_ids]


def state_with_homework(state_id: int) -> tuple[HomeworkState, Homework]:
    """What is noted about a pupil's work, and the work. Raises ``NotFound``."""
    query = select(HomeworkState, Homework).join(Homework, Homework.id == HomeworkState.homework_id)
    row = db.session.execute(query.where(HomeworkState.id == state_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]
