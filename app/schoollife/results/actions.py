"""Entering marks and skills. Audit lines hold numbers and counts, never a mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from app.audit.actions import Actor, record
from app.content.actions import ChangedMeanwhile as ChangedMeanwhile
from app.content.actions import demand_version as demand_version
from app.db import db
from app.schoollife.results.models import Assessment, Mark, SkillRecord
from app.schoollife.results.queries import marks_of, skill_records
from app.schoollife.results.sheet import Typed
from app.schoollife.standing import ClassFacts


def add_assessment(
    facts: ClassFacts,
    *,
    title: str,
    subject: str,
    held_on: date,
    out_of: int,
    weight: int,
    period_id: int | None,
    group_id: int | None,
    by: Actor,
    now: datetime,
) -> Assessment:
    """Something to mark in a class, or with ``group_id`` in those of its pupils who are in that group; hundredths."""
    made = Assessment(
        school_id=facts.school_id,
        year_id=facts.year_id,
        class_id=facts.id,
        author_id=by.person_id,
        title=title,
        subject=subject,
        held_on=held_on,
        out_of=out_of,
        weight=weight,
        period_id=period_id,
        group_id=group_id,
    )
    db.session.add(made)
    db.session.flush()
    _record("assessment.added", made, by=by, now=now, class_id=facts.id)
    return made


def change_assessment(assessment: Assessment, *, by: Actor, now: datetime, **values: object) -> None:
    """Change its title, subject, day, scale, weight or period."""
    changed = [name for name, value in values.items() if getattr(assessment, name) != value]
    for name in changed:
        setattr(assessment, name, values[name])
    if changed:
        _record("assessment.changed", assessment, by=by, now=now, fields=sorted(changed))


def save_marks(assessment: Assessment, lines: Iterable[Typed], *, by: Actor, now: datetime) -> int:
    """Keep the lines as the assessment's marks; an emptied line takes its mark away. How many lines have changed."""
    there, changed = marks_of(assessment.id), 0
    for line in lines:
        mark = there.get(line.student_id)
        if not line.filled:
            if mark is not None:
                db.session.delete(mark)
                changed += 1
            continue
        if mark is None:
            mark = Mark(assessment_id=assessment.id, student_id=line.student_id, comment="")
            db.session.add(mark)
        if (mark.value, mark.reason_id, mark.comment) != (line.value, line.reason_id, line.comment):
            mark.value, mark.reason_id, mark.comment = line.value, line.reason_id, line.comment
            changed += 1
    if changed:
        # The sheet is one thing to whoever edits it: its version counts the marks' changes too.
        flag_modified(assessment, "title")
        _record("marks.saved", assessment, by=by, now=now, marks=changed)
    return changed


def publish(assessment: Assessment, *, by: Actor, now: datetime) -> None:
    """Show the marks to pupils and guardians from now on."""
    if assessment.published_at is None:
        assessment.published_at = now
        _record("assessment.published", assessment, by=by, now=now)


def withdraw(assessment: Assessment, *, by: Actor, now: datetime) -> None:
    """Hide the marks from pupils and guardians again."""
    if assessment.published_at is not None:
        assessment.published_at = None
        _record("assessment.withdrawn", assessment, by=by, now=now)


def remove_assessment(assessment: Assessment, *, by: Actor, now: datetime) -> None:
    """Remove an assessment with its marks."""
    _record("assessment.removed", assessment, by=by, now=now, class_id=assessment.class_id)
    db.session.execute(delete(Mark).where(Mark.assessment_id == assessment.id))
    db.session.delete(assessment)


def save_skill(
    facts: ClassFacts,
    *,
    period_id: int | None,
    domain: str,
    skill: str,
    levels: Mapping[int, int | None],
    day: date,
    by: Actor,
    now: datetime,
) -> int:
    """Keep how far each pupil masters a skill in a period: pupil -> level 1 to 4; None takes it away. How many changed."""
    there, changed = skill_records(facts.id, period_id, domain, skill), 0
    for student_id, level in levels.items():
        found = there.get(student_id)
        if level is None:
            if found is not None:
                db.session.delete(found)
                changed += 1
        elif found is None:
            db.session.add(
                SkillRecord(
                    school_id=facts.school_id,
                    year_id=facts.year_id,
                    class_id=facts.id,
                    period_id=period_id,
                    student_id=student_id,
                    author_id=by.person_id,
                    domain=domain,
                    skill=skill,
                    level=level,
                    recorded_on=day,
                )
            )
            changed += 1
        elif found.level != level:
            found.level, found.author_id, found.recorded_on = level, by.person_id, day
            changed += 1
    if changed:
        record(
            "skills.saved",
            by=by,
            now=now,
            subject=("class", facts.id),
            school_id=facts.school_id,
            after={"pupils": changed},
        )
    return changed


def _record(action: str, assessment: Assessment, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        by=by,
        now=now,
        subject=("assessment", assessment.id),
        school_id=assessment.school_id,
        after=facts or None,
    )
