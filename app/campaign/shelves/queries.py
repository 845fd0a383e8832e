"""The archives of a school for its page. The pupils' own are counted, not handed out; sanctions are never there (S2-4, S2-6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.campaign.archiving.queries import PLAIN
from app.content.models import Section
from app.db import db
from app.directory.models import School
from app.errors import NotFound
from app.feeds.declaring.queries import kept_by
from app.files.models import Archive as Archive
from app.schoollife.registers.sections import SECTIONS

#: Archives of one kind on the page before the rest has to be asked for.
SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The archives of a kind and a year: how many, how large, how many of them not whole; the first ``archives``."""

    begins: int
    kind: str
    count: int
    size: int
    unverified: int
    archives: list[Archive]
    section_id: int | None

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.archives)


def _of_school(school_id: int) -> list[object]:
    return [Archive.school_id == school_id, Archive.owner_id.is_(None), Archive.kind.not_in(PLAIN | {"pupil"})]


def shelves(school_id: int, wanted: tuple[int, str] | None = None) -> list[Shelf]:
    """A school's archives by year, the newest first, and kind. ``wanted``: (year, kind) listed to the last; three queries."""
    where = _of_school(school_id)
    totals = (
        select(Archive.begins, Archive.kind, func.count(), func.sum(Archive.size), func.count(Archive.verified_at))
        .where(*where)  # type: ignore[arg-type]
        .group_by(Archive.begins, Archive.kind)
    )
    place = func.row_number().over(partition_by=(Archive.begins, Archive.kind), order_by=(Archive.title, Archive.id))
    numbered = select(Archive.id, Archive.begins, Archive.kind, place.label("place")).where(*where).subquery()  # type: ignore[arg-type]
    first = numbered.c.place <= SHOWN
    if wanted is not None:
        first = first | ((numbered.c.begins == wanted[0]) & (numbered.c.kind == wanted[1]))
    listed: dict[tuple[int, str], list[Archive]] = {}
    chosen = select(Archive).join(numbered, numbered.c.id == Archive.id).where(first)
    for row in db.session.scalars(chosen.order_by(Archive.title, Archive.id)):
        listed.setdefault((row.begins, row.kind), []).append(row)
    sections = _sections(school_id, SECTIONS)
    found = [
        Shelf(
            begins=begins,
            kind=kind,
            count=count,
            size=int(size),
            unverified=count - verified,
            archives=listed.get((begins, kind), []),
            section_id=sections.get(f"archives-{kind}"),
        )
        for begins, kind, count, size, verified in db.session.execute(totals)
    ]
    order = list(SECTIONS)
    return sorted(found, key=lambda one: (-one.begins, order.index(one.kind) if one.kind in order else len(order)))


def _sections(school_id: int, kinds: Collection[str]) -> dict[str, int]:
    """The sections in which the archives stand, by slug."""
    slugs = [f"archives-{kind}" for kind in kinds]
    query = select(Section.slug, Section.id).where(Section.school_id == school_id, Section.slug.in_(slugs))
    found = db.session.execute(query.where(Section.trashed_at.is_(None)))
    return {slug: number for slug, number in found}  # noqa: C416  (rows are not pairs to dict)


def keeper_of(school_id: int, now: datetime) -> School | None:
    """The school that keeps the archives of this one, which has ended; None where there is none (FEED-7)."""
    found = next((keeper for school, keeper in kept_by(None, now) if school.id == school_id), None)
    return db.session.get(School, found) if found is not None else None


def of_pupils(school_id: int) -> list[tuple[int, int, int]]:
    """By year: how many archives pupils have received, and how large (S2-4)."""
    query = select(Archive.begins, func.count(), func.sum(Archive.size)).where(
        Archive.school_id == school_id, Archive.kind == "pupil"
    )
    rows = db.session.execute(query.group_by(Archive.begins).order_by(Archive.begins.desc()))
    return [(begins, count, int(size)) for begins, count, size in rows]


def archive_of(school_id: int, archive_id: int) -> Archive:
    """An archive that this school's page hands out. Raises ``NotFound``."""
    query = select(Archive).where(*_of_school(school_id), Archive.id == archive_id)  # type: ignore[arg-type]
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found
