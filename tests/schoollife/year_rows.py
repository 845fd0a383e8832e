"""A year's diary of the collège with everything that an archive must not forget, around the cast."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

from app import clock
from app.db import db
from app.directory.models import ClassMembership, GroupMembership, SchoolClass, TeachingGroup
from app.fates import Scope
from app.files.actions import store
from app.schoollife.diary.models import (
    Activity,
    ActivityGiven,
    Homework,
    HomeworkState,
    Lesson,
    LessonReplacement,
    SchoolLifeFile,
)
from tests import builders
from tests.people import Cast

#: A Monday of year N, 10 h in the collège.
MONDAY = datetime(2025, 9, 8, 8, tzinfo=UTC)
CUTOFF = datetime(2026, 7, 8, 18, tzinfo=UTC)
PLAN = b"%PDF-1.4 le plan du cours"


@dataclass(frozen=True, kw_only=True)
class Year:
    """The rows of ``diary_year`` that tests name."""

    class_id: int
    group_id: int
    lesson: int
    homework: int
    state: int
    activity: int
    #: A pupil who has left the school, without any class.
    leaver_id: int


def scope_of(cast: Cast) -> Scope:
    """The rollover from 2025-2026."""
    return Scope(year_id=cast.years[2025].id, begins=2025, cutoff=CUTOFF, now=CUTOFF + timedelta(hours=4))


def added(row: object) -> int:
    """Insert, and say the number."""
    db.session.add(row)
    db.session.flush()
    return int(row.id)  # type: ignore[attr-defined]


def attach(data: bytes, name: str, **owner: int) -> None:
    """A file on a row: ``lesson_id=...``."""
    blob = store(data, kind="application/pdf", now=clock.portal_now())
    added(SchoolLifeFile(sha256=blob.sha256, name=name, size=len(data), **owner))


def lesson(cast: Cast, *, school: str = "college", begins: int = 2025, **values: object) -> int:
    """A lesson of the collège's 6A on ``MONDAY`` unless said otherwise."""
    facts = getattr(cast, school)
    given = {
        "school_id": facts.id,
        "year_id": cast.years[begins].id,
        "class_id": next(iter(facts.classes[begins].values())),
        "starts_at": MONDAY,
        "ends_at": MONDAY + timedelta(minutes=55),
        "subject": "Mathématiques",
        "title": "Fractions",
        "changed_at": MONDAY,
        **values,
    }
    return added(Lesson(**given))


def homework(cast: Cast, *, school: str = "college", begins: int = 2025, **values: object) -> int:
    """Work for the Thursday."""
    facts = getattr(cast, school)
    given = {
        "school_id": facts.id,
        "year_id": cast.years[begins].id,
        "class_id": next(iter(facts.classes[begins].values())),
        "subject": "Mathématiques",
        "title": "Exercice 12",
        "given_on": date(2025, 9, 8),
        "due_on": date(2025, 9, 11),
        "changed_at": MONDAY,
        **values,
    }
    return added(Homework(**given))


def activity(cast: Cast, title: str, **values: object) -> int:
    """An activity of Thérèse's binder."""
    return added(
        Activity(
            school_id=cast.college.id, author_id=cast.teacher.id, title=title, written_at=MONDAY,
            **{"body": "<p>À lire.</p>", **values},
        )
    )  # fmt: skip


def diary_year(cast: Cast) -> Year:
    """6A with lessons, work, activities and files; a group; rows that no class names any more; pupils' own. Does not commit."""
    class_id = cast.college.classes[2025]["6A"]
    group = TeachingGroup(
        school_id=cast.college.id, year_id=cast.years[2025].id, code="LAT", name="Latin", source="hand"
    )
    group_id = added(group)
    db.session.add(GroupMembership(group_id=group_id, person_id=cast.student.id, role="student", source="hand"))
    leaver = builders.make_person("Nina", "Partie")

    taught = lesson(
        cast, class_id=class_id, teacher_id=cast.teacher.id, body="<p>Cours <em>et</em> exercices.</p>", room="B12"
    )
    attach(PLAN, "Plan du cours.pdf", lesson_id=taught)
    attach(PLAN + b" 2", "Plan du cours.pdf", lesson_id=taught)
    lesson(cast, class_id=class_id, subject="", title="", starts_at=MONDAY + timedelta(days=40))
    # 23:30 UTC on the last of September is October in the school.
    late = datetime(2025, 9, 30, 23, 30, tzinfo=UTC)
    away = lesson(
        cast, class_id=class_id, starts_at=late, ends_at=late + timedelta(minutes=20), title="Veillée <étoiles>"
    )
    added(LessonReplacement(lesson_id=away, made_at=MONDAY))
    lesson(cast, class_id=None, group_id=group_id, subject="Latin", title="Rosa")
    asked = homework(
        cast,
        class_id=class_id,
        lesson_id=taught,
        author_id=cast.teacher.id,
        body="<p>Page 30.</p>",
        hand_in=True,
        minutes=20,
    )
    attach(PLAN + b" 3", "Énoncé.pdf", homework_id=asked)
    homework(cast, class_id=class_id, title="Lire le chapitre 2", subject="Français", due_on=date(2026, 5, 4))
    of_group = homework(cast, class_id=None, group_id=group_id, subject="Latin", title="Version")
    homework(cast, class_id=None, title="Sans classe")
    # What is not of the year, of the school, or live.
    gone = lesson(cast, class_id=class_id, title="Retirée")
    db.session.get_one(Lesson, gone).set_aside_by = 1
    lesson(cast, begins=2026, title="De l’année suivante")
    lesson(cast, school="primary", title="De l’école")

    own = added(
        HomeworkState(
            homework_id=asked, student_id=cast.student.id, state="corrected", text="Ma réponse\nest <12>", correction="Bien.",
            changed_at=MONDAY,
        )
    )  # fmt: skip
    attach(PLAN + b" 4", "Ma copie.pdf", state_id=own)
    for student_id in (cast.other_student.id, leaver.id):
        added(HomeworkState(homework_id=asked, student_id=student_id, state="done", text="Secret", changed_at=MONDAY))
    added(HomeworkState(homework_id=of_group, student_id=cast.student.id, state="done", changed_at=MONDAY))
    of_school = homework(cast, school="primary", title="À l’école")
    added(HomeworkState(homework_id=of_school, student_id=cast.pupil.id, state="done", changed_at=MONDAY))

    river = activity(cast, "Carte des fleuves", subject="Géographie")
    attach(PLAN + b" 5", "Fleuves.pdf", activity_id=river)
    given: dict[str, object] = {"activity_id": river, "given_on": date(2025, 10, 1)}
    added(ActivityGiven(**given, student_id=cast.student.id, class_id=class_id))
    added(ActivityGiven(**given, student_id=leaver.id, class_id=class_id))
    added(ActivityGiven(**given, student_id=cast.mover.id, class_id=None))
    alone = activity(cast, "Soutien")
    added(ActivityGiven(activity_id=alone, student_id=cast.mover.id, class_id=None, given_on=date(2026, 7, 9)))
    next_year = activity(cast, "Rentrée")
    added(
        ActivityGiven(
            activity_id=next_year, student_id=cast.student.id, class_id=cast.college.classes[2026]["5A"],
            given_on=date(2026, 9, 2),
        )
    )  # fmt: skip
    db.session.flush()
    return Year(
        class_id=class_id,
        group_id=group_id,
        lesson=taught,
        homework=asked,
        state=own,
        activity=river,
        leaver_id=leaver.id,
    )


def work_of(cast: Cast, year: Year, number: int) -> None:
    """One more piece of work of 6A that Hugo has handed in, and one more activity given to him, all with a file."""
    asked = homework(cast, class_id=year.class_id, title=f"Exercice {number}")
    state = HomeworkState(
        homework_id=asked, student_id=cast.student.id, state="handed-in", text="Là", changed_at=MONDAY
    )
    own = added(state)
    sheet = activity(cast, f"Fiche {number}")
    given = ActivityGiven(
        activity_id=sheet, student_id=cast.student.id, class_id=year.class_id, given_on=date(2025, 10, 1)
    )
    added(given)
    for owner in ({"homework_id": asked}, {"state_id": own}, {"activity_id": sheet}):
        attach(PLAN, f"Fichier {number}.pdf", **owner)


def without_directory(task: int = 3) -> None:
    """Classes, groups and who was in them are set aside, as at the end of step 3."""
    for table in (SchoolClass, TeachingGroup, ClassMembership, GroupMembership):
        db.session.execute(update(table).values(set_aside_by=task))
    db.session.expire_all()


def sha256(data: bytes) -> str:
    """The name of a blob."""
    return hashlib.sha256(data).hexdigest()
