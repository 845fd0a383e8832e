"""Declaring what becomes of a school, confirming it, taking it back. Never commits; ``now`` is portal time (FEED-7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit.actions import SCHEDULER, Actor, record
from app.db import db
from app.directory.models import School
from app.feeds.declaring.kinds import (
    ENDING,
    HOW_MANY,
    Address,
    AlreadyDeclared,
    Declared,
    SamePerson,
    Settled,
    UaiTaken,
    WrongAddress,
    WrongKeeper,
    WrongSuccessors,
)
from app.feeds.declaring.models import SchoolDeclaration
from app.feeds.declaring.queries import renamed
from app.feeds.models import FeedStructure
from app.feeds.structures import UAI
from app.pulse import PUBLIC, bump


@dataclass(frozen=True, kw_only=True)
class Becomes:
    """What becomes of a school's things, in the words of whoever declares it; ``keeper`` keeps the archives by law.

    ``address`` is what the public site does from the day on; where it stays readable, to ``readable_until`` included or for good.
    ``keeper_uai``: the successor that keeps the archives and may read them; empty where the project keeps them.
    """

    site: str
    sections: str
    trash: str
    archives: str
    keeper: str
    address: Address = Address.STAYS
    readable_until: date | None = None
    keeper_uai: str = ""


def declare(
    school: School, kind: Declared, day: date, uais: Sequence[str], becomes: Becomes, *, by: Actor, now: datetime
) -> SchoolDeclaration:
    """Declare what becomes of a school from ``day`` on; it counts once somebody else has confirmed it.

    Raises ``WrongSuccessors``, ``WrongAddress``, ``WrongKeeper``, ``UaiTaken`` for a new UAI that another school has,
    ``AlreadyDeclared``.
    """
    named = list(dict.fromkeys(uai.strip().upper() for uai in uais if uai.strip()))
    least, most = HOW_MANY[kind]
    if not least <= len(named) <= most or school.uai in named or not all(UAI.fullmatch(uai) for uai in named):
        raise WrongSuccessors()
    if kind == Declared.NEW_UAI:
        _demand_free(named[0])
    keeper = becomes.keeper_uai.strip().upper()
    address, until = _address_of(kind, day, named, becomes)
    if keeper and (kind not in ENDING or keeper not in named):
        raise WrongKeeper()
    made = SchoolDeclaration(
        school_id=school.id, kind=kind.value, day=day, uais=named, site=becomes.site, sections=becomes.sections,
        trash=becomes.trash, archives=becomes.archives, keeper=becomes.keeper, declared_by_id=by.person_id, declared_at=now,
        address=address.value, readable_until=until, keeper_uai=keeper,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
            db.session.flush()
    except IntegrityError as taken:
        raise AlreadyDeclared(school=school.name) from taken
    after = {"kind": kind.value, "day": day.isoformat(), "uais": named, "address": address.value, "keeper": keeper}
    record("school.declared", by=by, now=now, subject=("school", school.id), school_id=school.id, after=after)
    return made


def _address_of(kind: Declared, day: date, named: Sequence[str], becomes: Becomes) -> tuple[Address, date | None]:
    """What the address does; a new UAI says it by itself. Raises ``WrongAddress``."""
    if kind not in ENDING:
        return Address.REDIRECTS, None
    until = becomes.readable_until if becomes.address == Address.STAYS else None
    if (becomes.address == Address.REDIRECTS and len(named) != 1) or (until is not None and until < day):
        raise WrongAddress()
    return becomes.address, until


def _demand_free(uai: str) -> None:
    taken = db.session.scalar(select(School).where(School.uai == uai))
    if taken is not None:
        raise UaiTaken(uai=uai, school=taken.name)


def confirm(made: SchoolDeclaration, *, by: Actor, now: datetime) -> None:
    """The second person has read it. Raises ``SamePerson``, ``Settled``, ``UaiTaken``."""
    if not made.open or made.confirmed_at is not None:
        raise Settled()
    if by.person_id is None or by.person_id == made.declared_by_id:
        raise SamePerson()
    if made.kind == Declared.NEW_UAI:
        _demand_free(made.uais[0])
    made.confirmed_by_id, made.confirmed_at = by.person_id, now
    bump(db.session(), PUBLIC)
    record("school.declaration-confirmed", by=by, now=now, subject=("school", made.school_id), school_id=made.school_id)
    db.session.flush()


def withdraw(made: SchoolDeclaration, *, by: Actor, now: datetime) -> None:
    """It is not so, or not any more: no delivery looks at it. What one has done by it stays. Raises ``Settled``."""
    if not made.open:
        raise Settled()
    made.open, made.withdrawn_at = False, now
    bump(db.session(), PUBLIC)
    record("school.declaration-withdrawn", by=by, now=now, subject=("school", made.school_id), school_id=made.school_id)
    db.session.flush()


def give_new_uais(told: Mapping[str, tuple[int, str]], *, source: str, now: datetime) -> None:
    """Schools that a delivery names under their declared new UAI get it, and the structure's key follows.

    ``told``: by the structure's key the school and the UAI that the delivery says.
    """
    waiting = renamed(db.session())
    for key, (school_id, uai) in told.items():
        if waiting.get(uai) != school_id:
            continue
        school = db.session.get_one(School, school_id)
        before, school.uai = school.uai, uai
        if school.source == source:
            school.source_key = key
        db.session.execute(
            delete(FeedStructure).where(
                FeedStructure.source == source, FeedStructure.school_id == school_id, FeedStructure.key != key
            )
        )
        query = select(SchoolDeclaration).where(SchoolDeclaration.school_id == school_id, SchoolDeclaration.open)
        for one in db.session.scalars(query):
            one.applied_at, one.open, one.former_uai = now, False, before
        bump(db.session(), PUBLIC)
        record(
            "school.renumbered", by=SCHEDULER, now=now, subject=("school", school_id), school_id=school_id,
            before={"uai": before}, after={"uai": uai},
        )  # fmt: skip
    db.session.flush()
