"""What a pupil has of marks and skills before the rollover, and takes along (DATA-3, LAW-4): what was published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select, union_all
from sqlalchemy.sql.expression import literal

from app.db import db
from app.directory.models import SchoolClass
from app.fates import Scope, Space
from app.files.sheets import spreadsheet
from app.schoollife.results.averages import figure
from app.schoollife.results.models import Assessment, Mark, SkillRecord
from app.schoollife.results.skills import LEVELS
from app.schoollife.years.models import Period, SchoolParameter
from app.web.say import language, say

KINDS = ("assessment", "mark", "skill-record")


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many published marks and skills a pupil has, by kind of the table of fates; one query."""
    marks = select(literal("mark").label("kind"), func.count().label("many")).select_from(Mark)
    marks = marks.join(Assessment, Assessment.id == Mark.assessment_id)
    marks = marks.where(Mark.student_id == person_id, Assessment.published_at.is_not(None))
    skills = select(literal("skill-record"), func.count()).select_from(SkillRecord)
    every = union_all(marks, skills.where(SkillRecord.student_id == person_id)).subquery()
    return {(kind, Space.NONE): many for kind, many in db.session.execute(select(every.c.kind, every.c.many)) if many}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """A pupil's marks and skills as tables."""
    marks = (
        select(Assessment, Mark, SchoolClass.name, SchoolParameter.label)
        .join(Mark, Mark.assessment_id == Assessment.id)
        .outerjoin(SchoolClass, SchoolClass.id == Assessment.class_id)
        .outerjoin(SchoolParameter, SchoolParameter.id == Mark.reason_id)
        .where(Mark.student_id == person_id, Assessment.published_at.is_not(None))
        .order_by(Assessment.held_on, Assessment.id)
    )
    spoken = language()
    rows = [
        (
            one.held_on.isoformat(), class_name or "", one.subject, one.title,
            figure(mark.value, spoken) if mark.value is not None else (reason or ""),
            figure(one.out_of, spoken), figure(one.weight, spoken), mark.comment,
        )
        for one, mark, class_name, reason in db.session.execute(marks)
    ]  # fmt: skip
    if rows:
        head = [
            _("Jour"), _("Classe"), _("Matière"), _("Évaluation"), _("Note"), _("Barème"), _("Coefficient"),
            _("Appréciation"),
        ]  # fmt: skip
        yield f"{_('Vie scolaire')}/{_('Notes')}.csv", spreadsheet(head, rows)
    skills = (
        select(SkillRecord, SchoolClass.name, Period.name)
        .outerjoin(SchoolClass, SchoolClass.id == SkillRecord.class_id)
        .outerjoin(Period, Period.id == SkillRecord.period_id)
        .where(SkillRecord.student_id == person_id)
        .order_by(SkillRecord.recorded_on, SkillRecord.id)
    )
    levels = [
        (
            one.recorded_on.isoformat(), class_name or "", period or "", one.domain, one.skill,
            f"{one.level} – {say(LEVELS[one.level])}",
        )
        for one, class_name, period in db.session.execute(skills)
    ]  # fmt: skip
    if levels:
        head = [_("Jour"), _("Classe"), _("Période"), _("Domaine"), _("Compétence"), _("Niveau")]
        yield f"{_('Vie scolaire')}/{_('Compétences')}.csv", spreadsheet(head, levels)


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError."""
    assessment, mark, skill = Assessment.__table__, Mark.__table__, SkillRecord.__table__
    return {
        "assessment": select(assessment.c.id, assessment.c.school_id).where(assessment.c.year_id == scope.year_id),
        "mark": select(mark.c.id, assessment.c.school_id)
        .join_from(mark, assessment, assessment.c.id == mark.c.assessment_id)
        .where(assessment.c.year_id == scope.year_id),
        "skill-record": select(skill.c.id, skill.c.school_id).where(skill.c.year_id == scope.year_id),
    }[kind]
