"""Reading punishments and sanctions. Sanctions are read by the head, the CPE and the pupil's family, nobody else (S2-6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import Select

from app.db import db
from app.directory.models import Person, SchoolClass
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Visitor
from app.schoollife.conduct.kinds_of_measure import FOLLOWS_UP, RULES, MeasureKind
from app.schoollife.conduct.models import Measure as Measure
from app.schoollife.queries import pupil_for
from app.schoollife.standing import PupilFacts, Right
from app.schoollife.years.models import SchoolParameter

#: How many measures a page shows.
PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureLine:
    """A measure as lists show it."""

    measure: Measure
    pupil: str
    author: str
    type: str
    reason: str
    class_name: str


def lines(query: Select[Measure], limit: int = PAGE) -> list[MeasureLine]:
    """The measures of ``query``, newest first, with their words; one query."""
    pupil, author = aliased(Person), aliased(Person)
    kind, reason = aliased(SchoolParameter), aliased(SchoolParameter)
    found = (
        query.add_columns(pupil, author, kind.label, reason.label, SchoolClass.name)
        .join(pupil, pupil.id == Measure.student_id)
        .outerjoin(author, author.id == Measure.author_id)
        .outerjoin(kind, kind.id == Measure.type_id)
        .outerjoin(reason, reason.id == Measure.reason_id)
        .outerjoin(SchoolClass, SchoolClass.id == Measure.class_id)
        .order_by(Measure.id.desc())
        .limit(limit)
    )
    return [
        MeasureLine(
            measure=row[0],
            pupil=name_of(row[1]),
            author=name_of(row[2]) if row[2] is not None else "",
            type=row[3] or "",
            reason=row[4] or "",
            class_name=row[5] or "",
        )
        for row in db.session.execute(found)
    ]


def one(measure_id: int) -> Select[Measure]:
    """The query of one measure, for ``lines``."""
    return select(Measure).where(Measure.id == measure_id)


def of_pupil(student_id: int, school_id: int, kinds: Collection[MeasureKind]) -> list[MeasureLine]:
    """A pupil's measures of those kinds in a school, newest first."""
    return lines(
        select(Measure).where(
            Measure.student_id == student_id, Measure.school_id == school_id, Measure.kind.in_(kinds)
        ),
        200,
    )


def of_class(class_id: int, kinds: Collection[MeasureKind]) -> list[MeasureLine]:
    """The measures of a class's pupils, newest first."""
    return lines(select(Measure).where(Measure.class_id == class_id, Measure.kind.in_(kinds)), 300)


def of_school(
    school_id: int, kinds: Collection[MeasureKind], *, to_do: bool, before: int | None
) -> tuple[Sequence[MeasureLine], int | None]:
    """A page of a school's measures, newest first, and the number after which the next page begins (None: the last).

    ``to_do``: only what is still to be done.
    """
    query = select(Measure).where(Measure.school_id == school_id, Measure.kind.in_(kinds))
    return _page(query.where(Measure.done_at.is_(None)) if to_do else query, before)


def given_by(person_id: int | None, before: int | None) -> tuple[Sequence[MeasureLine], int | None]:
    """A page of the punishments that somebody has given, newest first, and where the next begins."""
    query = select(Measure).where(Measure.author_id == person_id, Measure.kind == MeasureKind.PUNISHMENT)
    return _page(query, before)


def _page(query: Select[Measure], before: int | None) -> tuple[Sequence[MeasureLine], int | None]:
    if before is not None:
        query = query.where(Measure.id < before)
    found = lines(query, PAGE + 1)
    return found[:PAGE], found[PAGE - 1].measure.id if len(found) > PAGE else None


def measure_for(
    visitor: Visitor, measure_id: int, now: datetime, *, for_change: bool = False
) -> tuple[Measure, PupilFacts]:
    """The measure, to whoever may read it, or has given it. Raises ``NotFound``.

    ``for_change``: a punishment's author and whoever follows punishments up, a sanction's head; the row is locked.
    """
    query = select(Measure).where(Measure.id == measure_id)
    found = db.session.scalar(query.with_for_update() if for_change else query)
    if found is None:
        raise NotFound()
    rules = RULES[MeasureKind(found.kind)]
    mine = found.author_id == visitor.person_id and found.kind == MeasureKind.PUNISHMENT
    right = Right.PUNISH if mine else (rules.writes if for_change else rules.reads)
    pupil = pupil_for(visitor, found.student_id, right, now, class_id=found.class_id)
    if pupil.school_class.school_id != found.school_id:
        raise NotFound()
    if for_change and not mine and found.kind == MeasureKind.PUNISHMENT and not pupil.standings & FOLLOWS_UP:
        raise NotFound()
    return found, pupil
