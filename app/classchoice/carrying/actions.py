"""Taking along in one short transaction: room first, then the rows, each once (CLASS-2, CLASS-3). Never commits; ``now``: portal time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.classchoice.carrying.loaders import Way, copy_rows, folders_along, mend_links, number_names
from app.classchoice.carrying.queries import bytes_of, meant, spaces_of
from app.classchoice.models import ChosenClass, ClassCarry, ClassChoice
from app.classchoice.offers.queries import space_offered
from app.classchoice.problems import NoClassChosen, NothingTaken, TooLate
from app.classchoice.selection import Selection
from app.content.actions import make_class_spaces
from app.content.media.actions import take_room
from app.content.models import Section
from app.db import db
from app.directory.models import SchoolClass
from app.errors import NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What came into one class; ``renamed`` files and folders had to be numbered. All 0 where everything was there already."""

    class_id: int
    section_id: int
    articles: int
    files: int
    folders: int
    contests: int
    points: int
    bytes: int
    renamed: int


def take(
    choice: ClassChoice, section_id: int, selection: Selection, class_ids: Collection[int], *, by: Actor, now: datetime
) -> list[Taken]:
    """Take what is ticked of an offered space into one or several classes of the choice. Again, it brings only what is missing.

    Author and dates stay, comments never come. Raises ``NothingTaken``, ``NoClassChosen``, ``TooLate``, ``QuotaReached`` (then
    nothing at all is taken), and ``NotFound`` for a space that is not offered or a class that is not one of the choice.
    """
    if selection.empty:
        raise NothingTaken()
    if now >= choice.recoverable_until:
        raise TooLate(until=choice.recoverable_until)
    if not class_ids:
        raise NoClassChosen()
    title = space_offered(choice, section_id)
    # Against a choice that is put right in another tab meanwhile.
    locked = select(ClassChoice.id).where(ClassChoice.id == choice.id).with_for_update()
    db.session.execute(locked)
    held = select(ChosenClass.class_id).where(ChosenClass.choice_id == choice.id)
    mine = set(db.session.scalars(held, execution_options={"populate_existing": True}))
    if not set(class_ids) <= mine:
        raise NotFound()
    return [
        carry(section_id, title, selection, class_id, school_id=choice.school_id, choice_id=choice.id, by=by, now=now)
        for class_id in sorted(set(class_ids))
    ]


def carry(
    section_id: int,
    title: str,
    selection: Selection,
    class_id: int,
    *,
    school_id: int,
    choice_id: int | None,
    change_id: int | None = None,
    by: Actor,
    now: datetime,
) -> Taken:
    """Copy what is meant of a space into a class's: for a teacher's choice, or as the director decided (``change_id``, CLASS-9).

    Raises ``QuotaReached``, and ``NotFound`` for a class of another school.
    """
    target = _space(class_id, school_id, by=by, now=now)
    # Two who bring the same into one class come one after the other: the second finds it there.
    db.session.execute(select(Section.id).where(Section.id == target).with_for_update())
    chosen = meant(section_id, selection, own=choice_id is not None)
    figures = bytes_of(section_id, chosen, [target])
    size = sum(weight for _count, weight in figures.values())
    if size:
        take_room(target, size)
    row = ClassCarry(
        choice_id=choice_id,
        change_id=change_id,
        class_id=class_id,
        school_id=school_id,
        from_section_id=section_id,
        from_title=title[:120],
        to_section_id=target,
        counts={},
        bytes=size,
        taken_at=now,
        by_id=by.person_id,
    )
    db.session.add(row)
    db.session.flush()
    way = Way(source=section_id, target=target, school_id=school_id, carry_id=row.id)
    counts = copy_rows(way, chosen, folders_along(way, chosen))
    renamed = number_names(way) if counts["media_file"] or counts["folder"] else 0
    mend_links(way)
    if any(counts.values()):
        row.counts = counts
        after = counts | {"bytes": size, "from": section_id, "class": class_id}
        record("class-carry.taken", by=by, now=now, subject=("section", target), school_id=school_id, after=after)
    else:
        db.session.delete(row)
    db.session.flush()
    return Taken(
        class_id=class_id,
        section_id=target,
        articles=counts["article"],
        files=counts["media_file"],
        folders=counts["folder"],
        contests=counts["contest"],
        points=counts["map_point"],
        bytes=size,
        renamed=renamed,
    )


def _space(class_id: int, school_id: int, *, by: Actor, now: datetime) -> int:
    """The class's space, made if it has none yet. Raises ``NotFound``."""
    found = spaces_of([class_id])
    if class_id not in found:
        query = select(SchoolClass.year_id).where(SchoolClass.id == class_id, SchoolClass.school_id == school_id)
        year_id = db.session.scalar(query)
        if year_id is None:
            raise NotFound()
        make_class_spaces(year_id, school_id, by=by, now=now)
        found = spaces_of([class_id])
    if class_id not in found or found[class_id][1] != school_id:
        raise NotFound()
    return found[class_id][0]
