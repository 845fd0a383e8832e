"""A pupil's report cards and reviews before the rollover, and as they take them along (DATA-3, LAW-4): the published ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.sql.expression import literal

from app.db import db
from app.directory.models import School, SchoolClass, SchoolYear
from app.fates import Scope, Space
from app.files.names import safe_name
from app.schoollife.reports.papers import page
from app.schoollife.reports.queries import lines_of
from app.schoollife.reports.report_cards import DISTINCTIONS
from app.schoollife.results.averages import figure
from app.schoollife.results.models import ClassCouncil, CycleReview, ReportCard, ReportCardModel
from app.schoollife.results.skills import COMPONENTS, LEVELS
from app.schoollife.years.models import Period
from app.schoolyear import YearName
from app.web.say import language, say

KINDS = ("report-card", "report-card-model", "cycle-review", "council")


def owned(person_id: int, now: datetime) -> dict[tuple[str, Space], int]:
    """How many published report cards and reviews a pupil has; one query."""
    parts = [
        select(literal(kind).label("kind"), func.count().label("many"))
        .select_from(table)
        .where(table.student_id == person_id, table.published_at.is_not(None))
        for kind, table in (("report-card", ReportCard), ("cycle-review", CycleReview))
    ]
    every = union_all(*parts).subquery()
    return {(kind, Space.NONE): many for kind, many in db.session.execute(select(every.c.kind, every.c.many)) if many}


def takeaway(person_id: int, now: datetime) -> Iterator[tuple[str, bytes | Path]]:
    """Each published report card and review as a page; three queries."""
    query = (
        select(ReportCard, School.name, SchoolClass.name, Period.name, SchoolYear.begins)
        .join(School, School.id == ReportCard.school_id)
        .join(SchoolYear, SchoolYear.id == ReportCard.year_id)
        .outerjoin(SchoolClass, SchoolClass.id == ReportCard.class_id)
        .outerjoin(Period, Period.id == ReportCard.period_id)
        .where(ReportCard.student_id == person_id, ReportCard.published_at.is_not(None))
        .order_by(ReportCard.id)
    )
    cards = db.session.execute(query).all()
    lines = lines_of([row[0].id for row in cards])
    spoken = language()
    for card, school, class_name, period, begins in cards:
        year = str(YearName(begins=begins))
        title = _("Bulletin %(period)s %(year)s", period=period or "", year=year)
        facts = [(_("Établissement"), school), (_("Classe"), class_name or "")]
        facts += [(_("Appréciation générale"), card.words or "–")]
        if card.distinction:
            facts += [(_("Distinction"), say(DISTINCTIONS[card.distinction]))]
        head = [_("Matière"), _("Enseignant"), _("Moyenne"), _("Classe"), _("Appréciation")]
        rows = [
            (line.subject, teacher, figure(line.average, spoken), figure(line.class_average, spoken), line.words)
            for line, teacher in lines.get(card.id, [])
        ]
        name = safe_name(f"{title} ({card.id}).html")
        yield f"{_('Vie scolaire')}/{name}", page(title, facts, head, rows)
    reviews = (
        select(CycleReview, School.name, SchoolYear.begins)
        .join(School, School.id == CycleReview.school_id)
        .join(SchoolYear, SchoolYear.id == CycleReview.year_id)
        .where(CycleReview.student_id == person_id, CycleReview.published_at.is_not(None))
        .order_by(CycleReview.id)
    )
    for review, school, begins in db.session.execute(reviews):
        title = _("Bilan de fin de cycle %(cycle)s", cycle=review.cycle)
        facts = [(_("Établissement"), school), (_("Année"), str(YearName(begins=begins)))]
        facts += [(_("Synthèse des acquis et conseils"), review.words or "–")]
        levels = [
            (say(words), f"{review.levels[key]} – {say(LEVELS[review.levels[key]])}" if key in review.levels else "–")
            for key, words in COMPONENTS.items()
        ]
        name = safe_name(f"{title} ({review.id}).html")
        yield f"{_('Vie scolaire')}/{name}", page(title, facts, [_("Composante"), _("Niveau")], levels)


def rows(kind: str, scope: Scope) -> Select[Any]:
    """The rows of ``kind`` that belong to year N: ``id`` and ``school_id``, of every school. Raises KeyError.

    A model is of its period's year; one whose period was removed serves nobody any more and goes too (S3-1).
    """
    card, model, review = ReportCard.__table__, ReportCardModel.__table__, CycleReview.__table__
    council, period = ClassCouncil.__table__, Period.__table__
    return {
        "report-card": select(card.c.id, card.c.school_id).where(card.c.year_id == scope.year_id),
        "report-card-model": select(model.c.id, model.c.school_id)
        .join_from(model, period, period.c.id == model.c.period_id, isouter=True)
        .where(or_(period.c.year_id == scope.year_id, model.c.period_id.is_(None))),
        "cycle-review": select(review.c.id, review.c.school_id).where(review.c.year_id == scope.year_id),
        "council": select(council.c.id, council.c.school_id).where(council.c.year_id == scope.year_id),
    }[kind]
