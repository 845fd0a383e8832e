"""Which rows of school life belong to the year that ends (S3-1, S3-2, DATA-1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select

from app.db import Base, db
from app.directory.models import SchoolClass
from app.fates import KINDS, Scope, Space
from app.files.models import Blob
from app.schoollife import rollover
from app.schoollife.models import (
    Absence,
    Activity,
    ActivityGiven,
    AgendaEvent,
    Assessment,
    ClassCouncil,
    CycleReview,
    Homework,
    HomeworkState,
    InterdisciplinaryProject,
    Lesson,
    LessonReplacement,
    Letter,
    LiaisonEntry,
    Mark,
    Measure,
    Period,
    PupilPhoto,
    ReportCard,
    ReportCardModel,
    RollCall,
    SkillRecord,
    WeekRotation,
)
from tests import people
from tests.people import Cast

CUTOFF = datetime(2026, 7, 8, 18, tzinfo=UTC)
#: What each class of the worlds below stands for: a school and a year.
PLACES = (("college", 2025), ("college", 2026), ("primary", 2025), ("primary", 2026))
#: Kinds that school life holds and that a step takes; the rest of its tables stay or follow.
TAKEN = {
    "lesson", "homework", "homework-state", "activity-given", "liaison", "agenda-class", "replacement", "roll-call", "absence",
    "assessment", "mark", "skill-record", "report-card", "report-card-model", "cycle-review", "council", "punishment",
    "sanction", "project", "letter", "photo", "period", "rotation",
}  # fmt: skip


def scope_of(cast: Cast, *, begins: int = 2025) -> Scope:
    return Scope(year_id=cast.years[begins].id, begins=begins, cutoff=CUTOFF, now=CUTOFF + timedelta(hours=4))


def added(row: Any) -> int:
    db.session.add(row)
    db.session.flush()
    return int(row.id)


def one_of_each(cast: Cast, place: tuple[str, int]) -> dict[str, int]:
    """A row of every kind in a school and a year, by kind."""
    school_name, begins = place
    school = getattr(cast, school_name)
    at = datetime(begins, 10, 12, 8, tzinfo=UTC)
    day = at.date()
    class_id = next(iter(school.classes[begins].values()))
    student_id = cast.student.id
    of_year: dict[str, Any] = {"school_id": school.id, "year_id": cast.years[begins].id}
    of_class: dict[str, Any] = {**of_year, "class_id": class_id}
    made: dict[str, int] = {}
    made["period"] = added(Period(**of_year, position=1, name="T1", first_day=day, last_day=day))
    made["rotation"] = added(WeekRotation(**of_year, monday=day, letter="A"))
    times: dict[str, Any] = {"starts_at": at, "ends_at": at}
    made["lesson"] = added(Lesson(**of_class, **times, changed_at=at))
    made["replacement"] = added(LessonReplacement(lesson_id=made["lesson"], made_at=at))
    made["homework"] = added(Homework(**of_class, title="Travail", given_on=day, due_on=day, changed_at=at))
    made["homework-state"] = added(
        HomeworkState(homework_id=made["homework"], student_id=student_id, state="done", changed_at=at)
    )
    # The activity stays in its author's binder, which knows no year.
    activity = added(Activity(school_id=cast.college.id, title="Fiche", written_at=at))
    made["activity-given"] = added(
        ActivityGiven(activity_id=activity, student_id=student_id, class_id=class_id, given_on=day)
    )
    made["liaison"] = added(LiaisonEntry(**of_class, title="Mot", written_at=at))
    made["agenda-class"] = added(AgendaEvent(**of_class, **times, title="Sortie"))
    added(AgendaEvent(**of_year, **times, title="Portes ouvertes"))
    call = RollCall(school_id=school.id, lesson_id=made["lesson"], class_id=class_id, held_at=at)
    made["roll-call"] = added(call)
    made["absence"] = added(Absence(**of_class, **times, student_id=student_id, kind="absent", recorded_at=at))
    period: dict[str, Any] = {"period_id": made["period"]}
    made["assessment"] = added(Assessment(**of_class, **period, title="Contrôle", held_on=day))
    made["mark"] = added(Mark(assessment_id=made["assessment"], student_id=student_id, value=1200))
    made["skill-record"] = added(
        SkillRecord(**of_class, **period, student_id=student_id, skill="Lire", level=2, recorded_on=day)
    )
    made["report-card"] = added(ReportCard(**of_class, **period, student_id=student_id))
    made["report-card-model"] = added(ReportCardModel(school_id=school.id, **period, title="Modèle"))
    made["cycle-review"] = added(
        CycleReview(**of_class, student_id=student_id, cycle=3 if school_name == "college" else 2)
    )
    made["council"] = added(ClassCouncil(**of_class, **period, held_at=at))
    for kind in ("punishment", "sanction"):
        made[kind] = added(Measure(**of_class, student_id=student_id, kind=kind, decided_on=day, recorded_at=at))
    made["project"] = added(InterdisciplinaryProject(**of_class, title="L’eau", first_day=day, last_day=day))
    made["letter"] = added(Letter(**of_class, title="Réunion", written_at=at))
    photographed = cast.student.id if begins == 2025 else cast.other_student.id
    photo = PupilPhoto(school_id=school.id, student_id=photographed, sha256="c" * 64, taken_at=at)
    made["photo"] = added(photo)
    return made


@pytest.fixture
def world(app: Flask) -> tuple[Cast, dict[tuple[str, int], dict[str, int]]]:
    cast = people.cast(app)
    db.session.add(Blob(sha256="c" * 64, size=9, kind="image/webp", stored_at=CUTOFF))
    db.session.flush()
    made = {place: one_of_each(cast, place) for place in PLACES}
    return cast, made


def selected(query: Select[Any], school_id: int | None = None) -> set[int]:
    found = query.subquery()
    ids = select(found.c.id)
    return set(db.session.scalars(ids if school_id is None else ids.where(found.c.school_id == school_id)))


def test_school_life_selects_every_kind_of_its_tables_that_a_step_takes() -> None:
    """DATA-1: no second list; what the table of fates takes of school life is what the selections know."""
    tables = {
        name
        for name, table in Base.metadata.tables.items()
        if any(
            mapper.class_.__module__.startswith("app.schoollife.")
            for mapper in Base.registry.mappers
            if mapper.local_table is table
        )
    }
    assert {
        kind.key for kind in KINDS if kind.table in tables and any(r.step for r in kind.rules["secondary"].values())
    } == (set(rollover.SELECTED))
    assert set(rollover.SELECTED) == TAKEN


def test_each_selection_takes_the_rows_of_its_school_and_year_alone(
    world: tuple[Cast, dict[tuple[str, int], dict[str, int]]],
) -> None:
    """S3-1, S3-2, G11: two schools, two years, one row of each kind in each."""
    cast, made = world
    for kind in sorted(TAKEN):
        query = rollover.rows(kind, Space.NONE, scope_of(cast))
        assert [column.name for column in query.selected_columns] == ["id", "school_id"], kind
        for name in ("college", "primary"):
            school = getattr(cast, name)
            assert selected(query, school.id) == {made[name, 2025][kind]}, (kind, name)
        assert selected(query) == {made["college", 2025][kind], made["primary", 2025][kind]}, kind


def test_a_selection_does_not_ask_whether_its_rows_or_their_parents_are_live(
    world: tuple[Cast, dict[tuple[str, int], dict[str, int]]],
) -> None:
    """DATA-7: what hangs on a row that a task has taken already is still found; the engine asks who is live."""
    cast, made = world
    parents = {Lesson: "lesson", Homework: "homework", Assessment: "assessment", Period: "period"}
    for table, kind in parents.items():
        db.session.get_one(table, made["college", 2025][kind]).set_aside_by = 7
    class_id = next(iter(cast.college.classes[2025].values()))
    db.session.get_one(SchoolClass, class_id).set_aside_by = 7
    db.session.flush()
    for kind in TAKEN:
        found = selected(rollover.rows(kind, Space.NONE, scope_of(cast)), cast.college.id)
        assert found == {made["college", 2025][kind]}, kind


def test_photos_and_activities_given_alone_go_by_the_cut_off(app: Flask) -> None:
    """S3-2: photos know no year; what came after the cut-off stays."""
    cast = people.cast(app)
    db.session.add(Blob(sha256="c" * 64, size=9, kind="image/webp", stored_at=CUTOFF))
    db.session.flush()
    photos = [
        added(PupilPhoto(school_id=cast.college.id, student_id=student_id, sha256="c" * 64, taken_at=at))
        for student_id, at in (
            (cast.student.id, datetime(2023, 9, 20, tzinfo=UTC)),
            (cast.other_student.id, CUTOFF - timedelta(seconds=1)),
            (cast.mover.id, CUTOFF),
        )
    ]
    activity = added(Activity(school_id=cast.college.id, title="Fiche", written_at=CUTOFF))
    given = [
        added(ActivityGiven(activity_id=activity, student_id=student_id, given_on=day))
        for student_id, day in ((cast.student.id, date(2026, 7, 8)), (cast.mover.id, date(2026, 7, 9)))
    ]
    assert selected(rollover.rows("photo", Space.NONE, scope_of(cast))) == set(photos[:2])
    query = rollover.rows("activity-given", Space.NONE, scope_of(cast))
    assert selected(query, cast.college.id) == {given[0]}


def test_a_report_card_model_without_a_period_goes_with_the_year(app: Flask) -> None:
    """S3-1: models are bound to the year's periods."""
    cast = people.cast(app)
    model = added(ReportCardModel(school_id=cast.college.id, period_id=None, title="Ancien"))
    assert selected(rollover.rows("report-card-model", Space.NONE, scope_of(cast))) == {model}


def test_an_unknown_kind_is_refused(sqlite_app: Flask) -> None:
    cast = people.cast(sqlite_app)
    with pytest.raises(KeyError):
        rollover.rows("parameter", Space.NONE, scope_of(cast))
