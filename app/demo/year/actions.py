"""Filling a school year: the files are kept once, then school after school is made up and written. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO
from random import Random

from app import clock
from app.accounts import loaders as accounts
from app.audit.actions import Actor, record
from app.db import db
from app.demo.year import shelf, whole
from app.demo.year.days import BEGINS
from app.demo.year.density import Density
from app.demo.year.desk import Desk
from app.demo.year.loaders import finish, open_sheets, write
from app.demo.year.queries import classes_of, facts_of, school_ids, year_begun
from app.files.actions import receive
from app.words import N_, Words


def fill_year(
    seed: int,
    density: Density,
    *,
    by: Actor,
    now: datetime,
    known: Iterable[int] = (),
    whole_density: Density | None = None,
    tell: Callable[[Words], None] = lambda words: None,
) -> int:
    """Fill the year 2025-2026 of every school that has classes in it; how many rows.

    ``known`` people's classes are filled at ``whole_density`` and these people have something of everything; ``now`` is portal time.
    The same seed, people and numbers give the same rows.
    """
    year_id = year_begun(BEGINS)
    if year_id is None:
        return 0
    kept = keep_files(now=now)
    people = frozenset(known)
    rooms = frozenset(classes_of(people, year_id)) if people else frozenset()
    sheets = open_sheets(db.session())
    schools = school_ids()
    housed, settled = set[int](), set[int]()
    corresponding: dict[int, tuple[str, list[int]]] = {}
    made: list[int] = []
    written = 0
    for position, school_id in enumerate(schools, 1):
        facts = facts_of(school_id, year_id)
        if not any(room.pupils for room in facts.classes) or not (facts.staff or facts.teachers):
            continue
        facts.housed, facts.corresponding, facts.settled = housed, corresponding, settled
        desk = Desk(
            facts,
            sheets,
            kept,
            density,
            Random(f"{seed}:year:{facts.uai}"),
            now,
            whole=rooms,
            whole_density=whole_density,
            known=people,
        )
        made += whole.fill(desk)
        written += write(db.session(), sheets)
        tell(
            Words(
                N_("Année de %(school)s (%(at)s sur %(schools)s)"), school=facts.name, at=position, schools=len(schools)
            )
        )
    finish(db.session(), sheets)
    accounts.open_accounts(db.session(), made, now=clock.machine_now())
    db.session.expire_all()
    record(
        "demo.year-filled",
        by=by,
        now=now,
        subject=("school_year", year_id),
        after={"rows": written, "schools": len(schools)},
    )
    return written


def keep_files(*, now: datetime) -> dict[str, shelf.Kept]:
    """Keep the shelf's files, each checked as an upload is; what they were found to be, by their name on the shelf."""
    kept = {}
    for name, file_name, data in shelf.files():
        taken = receive(BytesIO(data), file_name, now=now)
        kept[name] = shelf.Kept(sha256=taken.sha256, name=taken.name, kind=taken.kind, size=taken.size)
    return kept
