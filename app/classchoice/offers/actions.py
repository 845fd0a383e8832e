"""Writing down what is offered to whom, ending offers, and keeping what is offered from being erased before (CLASS-2, CLASS-3, G7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.actions import SCHEDULER, record
from app.campaign.running.models import Run, RunPart, RunTask
from app.classchoice.answers import year_end
from app.classchoice.inheriting.queries import clock_of_offer
from app.classchoice.models import ClassChoice, ClassOffer
from app.content.models import PartnershipClass, Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.models import ClassMembership, Project, School, SchoolClass, SchoolYear
from app.fates import Fate, Preset, Retention, Space, kind_called, lines, preset_of

_WITH_SET_ASIDE = {"set_aside": True}
_STEP = 2


def write_offers(school_id: int, *, now: datetime) -> int:
    """Offer each class space of year N that the rollover has set aside to the teachers of its class; how many offers are new.

    Only where the table of fates calls class spaces recoverable (DATA-1). Run again it adds nothing. ``now`` is portal time.
    """
    school = db.session.get(School, school_id)
    if school is None or kind_called("section").fate(preset_of(school.kind), Space.CLASS).fate != Fate.RECOVERABLE:
        return 0
    old, new = _year(-1), _year(0)
    if old is None or new is None:
        return 0
    query = (
        select(Section.id, ClassMembership.person_id, SchoolClass.id)
        .join(SchoolClass, SchoolClass.id == Section.class_id)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .where(
            Section.school_id == school_id,
            Section.kind == SpaceKind.CLASS,
            Section.set_aside_by.is_not(None),
            Section.trashed_at.is_(None),
            SchoolClass.year_id == old,
            ClassMembership.role != "student",
            ~select(ClassOffer.id)
            .where(
                ClassOffer.section_id == Section.id,
                ClassOffer.person_id == ClassMembership.person_id,
                ClassOffer.set_aside_by.is_(None),
            )
            .exists(),
        )
        .distinct()
    )
    rows = db.session.execute(query, execution_options=_WITH_SET_ASIDE).all()
    if not rows:
        return 0
    joined = _departmental({class_id for _section, _person, class_id in rows})
    values = [
        {
            "person_id": person_id,
            "section_id": section_id,
            "school_id": school_id,
            "year_id": new,
            "partnerships": joined.get(class_id, []),
            "offered_at": now,
        }
        for section_id, person_id, class_id in sorted(tuple(row) for row in rows)
    ]
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made = insert(ClassOffer).values(values).on_conflict_do_nothing().returning(ClassOffer.id)
    count = len(db.session.execute(made).all())
    if count:
        subject = ("school", school_id)
        record(
            "class-offers.written", by=SCHEDULER, now=now, subject=subject, school_id=school_id, after={"count": count}
        )
    return count


def _departmental(class_ids: set[int]) -> dict[int, list[int]]:
    """The departmental school's partnerships, which stay, in which these classes of year N were (DATA-6)."""
    query = (
        select(PartnershipClass.class_id, Section.id)
        .join(Section, Section.id == PartnershipClass.section_id)
        .where(
            PartnershipClass.class_id.in_(class_ids),
            Section.departmental,
            Section.set_aside_by.is_(None),
            Section.trashed_at.is_(None),
        )
    )
    found: dict[int, list[int]] = defaultdict(list)
    for class_id, section_id in db.session.execute(query.order_by(Section.id), execution_options=_WITH_SET_ASIDE):
        found[class_id].append(section_id)
    return found


def _year(distance: int) -> int | None:
    query = select(SchoolYear.id).join(Project, SchoolYear.begins == Project.rollover_year + distance)
    return db.session.scalar(query)


def end_offers(now: datetime) -> int:
    """Take back the offers whose teacher's own clock is over, or whose year is (CLASS-3, CLASS-8); how many."""
    new, ends = _year(0), _ends()
    # Somebody may have begun in two successors of a school that split: the later clock counts.
    clocks = (
        select(ClassOffer.id, ClassOffer.school_id, func.max(ClassChoice.recoverable_until), ClassOffer.year_id)
        .outerjoin(ClassChoice, clock_of_offer(new or 0, now.date()))
        .group_by(ClassOffer.id, ClassOffer.school_id, ClassOffer.year_id)
    )
    gone: dict[int, list[int]] = defaultdict(list)
    for number, school_id, until, year_id in db.session.execute(clocks):
        last = until or ends.get((year_id, school_id))
        if last is not None and last <= now:
            gone[school_id].append(number)
    for school_id, numbers in sorted(gone.items()):
        db.session.execute(delete(ClassOffer).where(ClassOffer.id.in_(numbers)))
        after = {"count": len(numbers)}
        subject = ("school", school_id)
        record("class-offers.ended", by=SCHEDULER, now=now, subject=subject, school_id=school_id, after=after)
    return sum(len(numbers) for numbers in gone.values())


def date_the_erasing(now: datetime) -> int:
    """What is offered is not erased before the last teacher's clock is over, nor kept after it (CLASS-8, G7); how many tasks changed.

    A teacher who has not signed in yet may come until the end of N+1. A school in which nothing was ever offered keeps the date
    that its run has set.
    """
    names = [
        f"set-aside:{kind.key}:{space.value}"
        for kind, space, rule in lines(Preset.PRIMARY)
        if rule.retention == Retention.OFFER
    ]
    ends, latest = _ends(), _latest_clocks(now)
    held = (
        select(RunTask.id, RunPart.school_id, RunTask.expunge_after, RunTask.done)
        .join(RunPart, RunPart.id == RunTask.part_id)
        .join(Run, Run.id == RunPart.run_id)
        .where(
            RunTask.change.in_(names),
            RunTask.state == "done",
            RunTask.expunge_after.is_not(None),
            RunTask.expunged_at.is_(None),
            Run.step == _STEP,
            Run.undo_of_id.is_(None),
            RunPart.undone_by_id.is_(None),
        )
    )
    changed = 0
    for number, school_id, at, _done in db.session.execute(held).all():
        if school_id not in latest:
            continue
        wanted = _last_day_of(latest[school_id], ends, school_id)
        if wanted is not None and wanted != at:
            db.session.execute(
                update(RunTask).where(RunTask.id == number).values(expunge_after=wanted),
                execution_options={"synchronize_session": False},
            )
            changed += 1
    return changed


def _latest_clocks(now: datetime) -> dict[int, Sequence[tuple[int, datetime | None]]]:
    """School -> for each year in which something is offered there, the latest clock; None where somebody's has not begun."""
    query = (
        select(
            ClassOffer.school_id,
            ClassOffer.year_id,
            func.max(ClassChoice.recoverable_until),
            func.count(ClassOffer.id),
            func.count(ClassChoice.id),
        )
        .outerjoin(ClassChoice, clock_of_offer(_year(0) or 0, now.date()))
        .group_by(ClassOffer.school_id, ClassOffer.year_id)
    )
    found: dict[int, list[tuple[int, datetime | None]]] = defaultdict(list)
    for school_id, year_id, until, offers, begun in db.session.execute(query):
        found[school_id].append((year_id, until if offers == begun else None))
    return dict(found)


def _last_day_of(
    clocks: Sequence[tuple[int, datetime | None]], ends: Mapping[tuple[int, int], datetime], school_id: int
) -> datetime | None:
    """The last of the clocks of a school; whoever has not begun has until the year's end, where that is known."""
    found = [until or ends.get((year_id, school_id)) for year_id, until in clocks]
    return max(one for one in found if one is not None) if found and None not in found else None


def _ends() -> dict[tuple[int, int], datetime]:
    """(year, school) -> the end of the year there, for schools in which something is offered."""
    query: Any = (
        select(ClassOffer.year_id, ClassOffer.school_id, SchoolYear.last_day, SchoolYear.first_day, School.zone)
        .join(SchoolYear, SchoolYear.id == ClassOffer.year_id)
        .join(School, School.id == ClassOffer.school_id)
        .distinct()
    )
    found = {}
    for year_id, school_id, last_day, first_day, zone in db.session.execute(query):
        end = year_end(last_day, first_day, zone)
        if end is not None:
            found[(year_id, school_id)] = end
    return found
