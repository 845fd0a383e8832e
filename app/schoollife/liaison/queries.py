"""The notebook as the school reads it, and as one family does (PORTAL-17, KIN-2).

A family reads what the school has written to the class or about its child, and what the reader has written. What another
guardian has written, signed or answered is in none of these answers. A pupil reads what the school has written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.models import ClassMembership, Guardianship, Person
from app.directory.names import name_of
from app.errors import NotFound
from app.profiles import Visitor
from app.schoollife.liaison.entries import Answer, EntryKind, EntryLine, FamilyLine, Reading, Side
from app.schoollife.liaison.models import LiaisonEntry as LiaisonEntry
from app.schoollife.liaison.models import LiaisonReceipt
from app.schoollife.queries import class_for, family_pupils
from app.schoollife.standing import ClassFacts, PupilFacts, Right, Standing

#: Lines on a page.
PAGE = 40
#: What 'to sign' counts to.
MOST_TO_SIGN = 100

_COUNTING = (Guardianship.standing.in_(("legal", "in-charge")), Guardianship.cut_at.is_(None))
_Pupil = aliased(Person)
_NEWEST_FIRST = (LiaisonEntry.written_at.desc(), LiaisonEntry.id.desc())


def _older_than(entry_id: int) -> ColumnElement[bool]:
    """What comes after that entry where the newest come first."""
    last = aliased(LiaisonEntry)
    written = select(last.written_at).where(last.id == entry_id).scalar_subquery()
    return or_(LiaisonEntry.written_at < written, and_(LiaisonEntry.written_at == written, LiaisonEntry.id < entry_id))


def notebook(facts: ClassFacts, *, before: int | None = None) -> list[EntryLine]:
    """A page of a class's notebook for the school, the newest first; four queries."""
    query = (
        select(LiaisonEntry, Person, _Pupil)
        .outerjoin(Person, Person.id == LiaisonEntry.author_id)
        .outerjoin(_Pupil, _Pupil.id == LiaisonEntry.student_id)
        .where(LiaisonEntry.class_id == facts.id)
        .order_by(*_NEWEST_FIRST)
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(_older_than(before))
    rows = db.session.execute(query).all()
    signed = _signatures([entry.id for entry, _author, _pupil in rows])
    guardians = _guardians_of(facts.id)
    return [
        EntryLine(
            id=entry.id,
            title=entry.title,
            kind=EntryKind(entry.kind),
            author=name_of(author) if author is not None else "",
            pupil=name_of(pupil) if pupil is not None else "",
            by_family=entry.by_family,
            to_sign=entry.to_sign,
            written_at=entry.written_at,
            signed=signed.get(entry.id, 0),
            expected=guardians.get(entry.student_id, 0) if entry.student_id else sum(guardians.values()),
        )
        for entry, author, pupil in rows
    ]


def _signatures(entry_ids: Collection[int]) -> dict[int, int]:
    # Only links that still count: a guardian whose link was cut is asked for nothing any more.
    query = (
        select(LiaisonReceipt.entry_id, func.count())
        .join(
            Guardianship,
            and_(
                Guardianship.guardian_id == LiaisonReceipt.guardian_id,
                Guardianship.student_id == LiaisonReceipt.student_id,
                *_COUNTING,
            ),
        )
        .where(LiaisonReceipt.entry_id.in_(entry_ids), LiaisonReceipt.signed_at.is_not(None))
        .group_by(LiaisonReceipt.entry_id)
    )
    return {number: count for number, count in db.session.execute(query)}  # noqa: C416


def _guardians_of(class_id: int) -> dict[int, int]:
    """How many guardians each pupil of the class has."""
    query = (
        select(Guardianship.student_id, func.count())
        .join(ClassMembership, ClassMembership.person_id == Guardianship.student_id)
        .where(ClassMembership.class_id == class_id, ClassMembership.role == "student", *_COUNTING)
        .group_by(Guardianship.student_id)
    )
    return {number: count for number, count in db.session.execute(query)}  # noqa: C416


def entry_for(visitor: Visitor, entry_id: int, now: datetime) -> tuple[LiaisonEntry, Reading]:
    """An entry, and how ``visitor`` reads it. Raises ``NotFound`` for whom it is not."""
    entry = db.session.get(LiaisonEntry, entry_id)
    if entry is None or entry.class_id is None:
        raise NotFound()
    facts = class_for(visitor, entry.class_id, Right.READ_LIAISON, now)
    shared: dict[str, Any] = {"zone": facts.zone, "class_id": facts.id, "class_name": facts.name}
    if facts.may_for_all(Right.READ_LIAISON):
        leads = Standing.HEAD in facts.standings
        own = not entry.by_family and entry.author_id == visitor.person_id
        return entry, Reading(side=Side.SCHOOL, may_write=leads or own, **shared)
    pupils = [pupil for pupil in family_pupils(visitor, now) if pupil.school_class.id == facts.id]
    lines = _family_lines(visitor, pupils, LiaisonEntry.id == entry_id)
    if not lines:
        raise NotFound()
    return entry, Reading(side=Side.FAMILY, lines=lines, **shared)


def mine(
    visitor: Visitor, now: datetime, *, before: int | None = None, most: int = PAGE
) -> tuple[list[FamilyLine], int | None]:
    """What concerns the visitor's children, or themselves as a pupil, the newest first; four queries.

    ``most`` entries, and the number after which the next page begins, if there is one.
    """
    pupils = family_pupils(visitor, now)
    older = (_older_than(before),) if before is not None else ()
    lines = _family_lines(visitor, pupils, *older, most=most + 1)
    numbers = list(dict.fromkeys(line.id for line in lines))
    if len(numbers) <= most:
        return lines, None
    return [line for line in lines if line.id != numbers[-1]], numbers[most - 1]


def to_sign(visitor: Visitor, now: datetime) -> int:
    """How many signatures are asked of ``visitor``, a hundred at most; three queries."""
    return len(waiting(visitor, now))


def waiting(visitor: Visitor, now: datetime) -> list[FamilyLine]:
    """What ``visitor`` has still to sign, the newest first, a hundred at most; three queries."""
    pupils = [p for p in family_pupils(visitor, now) if Standing.GUARDIAN in p.standings]
    done = select(LiaisonReceipt.id).where(
        LiaisonReceipt.entry_id == LiaisonEntry.id,
        LiaisonReceipt.guardian_id == visitor.person_id,
        LiaisonReceipt.signed_at.is_not(None),
    )
    # Somebody with two children in one class signs for each: a signature for one is not enough to leave the entry out.
    alone = len({p.school_class.id for p in pupils}) == len(pupils)
    open_ones = (LiaisonEntry.to_sign, LiaisonEntry.by_family.is_(False), *((~done.exists(),) if alone else ()))
    lines = _family_lines(visitor, pupils, *open_ones, most=MOST_TO_SIGN)
    return [line for line in lines if line.waits][:MOST_TO_SIGN]


def _family_lines(visitor: Visitor, pupils: Sequence[PupilFacts], *more: Any, most: int = PAGE) -> list[FamilyLine]:
    if not pupils:
        return []
    by_class: dict[int, list[PupilFacts]] = defaultdict(list)
    for pupil in pupils:
        by_class[pupil.school_class.id].append(pupil)
    about = [
        and_(
            LiaisonEntry.class_id == class_id,
            or_(LiaisonEntry.student_id.is_(None), LiaisonEntry.student_id.in_([p.id for p in theirs])),
        )
        for class_id, theirs in by_class.items()
    ]
    # Of what families have written, each reads their own alone (KIN-2).
    own = or_(LiaisonEntry.by_family.is_(False), LiaisonEntry.author_id == visitor.person_id)
    query = (
        select(LiaisonEntry, Person)
        .outerjoin(Person, Person.id == LiaisonEntry.author_id)
        .where(or_(*about), own, *more)
        .order_by(*_NEWEST_FIRST)
        .limit(most)
    )
    rows = db.session.execute(query).all()
    receipts = _own_receipts(visitor, [entry.id for entry, _author in rows])
    lines = []
    for entry, author in rows:
        for pupil in by_class[entry.class_id or 0]:
            if entry.student_id not in (None, pupil.id):
                continue
            receipt = receipts.get((entry.id, pupil.id))
            lines.append(
                FamilyLine(
                    id=entry.id,
                    title=entry.title,
                    body=entry.body,
                    kind=EntryKind(entry.kind),
                    author=name_of(author) if author is not None else "",
                    student_id=pupil.id,
                    pupil=pupil.name,
                    school_class=pupil.school_class.name,
                    zone=pupil.school_class.zone,
                    to_sign=entry.to_sign and Standing.GUARDIAN in pupil.standings,
                    signed_at=receipt.signed_at if receipt is not None else None,
                    answer=receipt.answer if receipt is not None else "",
                    written_at=entry.written_at,
                    mine=entry.author_id == visitor.person_id,
                )
            )
    return lines


def _own_receipts(visitor: Visitor, entry_ids: Collection[int]) -> dict[tuple[int, int], LiaisonReceipt]:
    query = select(LiaisonReceipt).where(
        LiaisonReceipt.entry_id.in_(entry_ids), LiaisonReceipt.guardian_id == visitor.person_id
    )
    return {(row.entry_id, row.student_id): row for row in db.session.scalars(query)}


def receipt(entry_id: int, guardian_id: int | None, student_id: int) -> LiaisonReceipt | None:
    """What one guardian has answered about one pupil."""
    return db.session.scalar(
        select(LiaisonReceipt).where(
            LiaisonReceipt.entry_id == entry_id,
            LiaisonReceipt.guardian_id == guardian_id,
            LiaisonReceipt.student_id == student_id,
        )
    )


def answers(entry: LiaisonEntry) -> list[Answer]:
    """Who has signed and what they have answered, by pupil and guardian: for the school only; one query."""
    members = select(ClassMembership.person_id).where(
        ClassMembership.class_id == entry.class_id, ClassMembership.role == "student"
    )
    query = (
        select(_Pupil, Person, LiaisonReceipt)
        .select_from(Guardianship)
        .join(_Pupil, _Pupil.id == Guardianship.student_id)
        .join(Person, Person.id == Guardianship.guardian_id)
        .outerjoin(
            LiaisonReceipt,
            and_(
                LiaisonReceipt.entry_id == entry.id,
                LiaisonReceipt.guardian_id == Guardianship.guardian_id,
                LiaisonReceipt.student_id == Guardianship.student_id,
            ),
        )
        .where(*_COUNTING, Guardianship.student_id.in_(members))
        .order_by(_Pupil.search_name, Person.search_name)
    )
    if entry.student_id is not None:
        query = query.where(Guardianship.student_id == entry.student_id)
    return [
        Answer(
            pupil=name_of(pupil),
            guardian=name_of(guardian),
            signed_at=found.signed_at if found is not None else None,
            answer=found.answer if found is not None else "",
        )
        for pupil, guardian, found in db.session.execute(query)
    ]


def names_of(entry: LiaisonEntry) -> tuple[str, str]:
    """The names of the author and of the pupil concerned; empty where there is none."""
    wanted = {number for number in (entry.author_id, entry.student_id) if number is not None}
    people = {person.id: name_of(person) for person in db.session.scalars(select(Person).where(Person.id.in_(wanted)))}
    return people.get(entry.author_id or 0, ""), people.get(entry.student_id or 0, "")
