"""What the public pages read. The project's facts and the closures are kept until their revision changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.content.queries import next_publication
from app.db import db, reading_only
from app.directory.models import Project

# Handed on to views, which import no tables.
from app.directory.models import School as School
from app.errors import NotFound, NotSetUp
from app.files import addresses
from app.files.models import Blob
from app.gate.announced import PublicClosure
from app.gate.queries import notices, public_closures, snapshot
from app.gate.snapshot import Notice, Snapshot
from app.profiles import FAMILIES, Visitor
from app.publicsite.facts import ProjectFacts, SchoolName, gathered
from app.publicsite.models import SchoolSite
from app.publicsite.moved.endings import Ending
from app.publicsite.moved.queries import moves
from app.pulse import GATE, PUBLIC, pulse


@dataclass
class _Kept:
    """What a process keeps between requests. Replaced whole, never changed in place by two threads at odds."""

    revision: int = -1
    facts: ProjectFacts = field(default_factory=ProjectFacts)
    snapshot: Snapshot | None = None
    since: datetime | None = None
    until: datetime | None = None
    closures: dict[int | None, list[PublicClosure]] = field(default_factory=dict)


def _kept() -> _Kept:
    kept: _Kept = current_app.extensions.setdefault("publicsite", _Kept())
    return kept


def project_facts() -> ProjectFacts:
    """What every page shows of the project; no query while the public revision stands.

    Without a database, or before ``setup``, the last facts known: error pages show them too.
    """
    kept = _kept()
    revision = pulse().number(PUBLIC)
    if kept.revision != revision:
        try:
            found = _read_facts()
        except SQLAlchemyError:
            return kept.facts
        if found is None:
            return kept.facts
        kept.facts, kept.revision = found, revision
    return kept.facts


def _read_facts() -> ProjectFacts | None:
    # A connection of its own: the request's transaction may be older than the revision, or in ruins.
    with reading_only(), db.engine.connect() as connection:
        project = connection.execute(select(Project.name, Project.accent, Project.contact, Project.zone)).first()
        if project is None:
            return None
        schools = connection.execute(
            select(School.id, School.uai, School.name, School.hostname).where(School.in_service)
        )
        rows = schools.all()
        colours = connection.execute(
            select(SchoolSite.school_id, SchoolSite.colour).where(SchoolSite.colour != "")
        ).all()
        moved = moves(connection, {row.id: row.uai for row in rows})
    return gathered(
        name=project.name,
        accent=project.accent,
        contact=project.contact,
        zone=project.zone,
        schools={row.id: SchoolName(uai=row.uai, name=row.name) for row in rows},
        hosts={row.hostname.lower(): row.id for row in rows if row.hostname},
        colours={row.school_id: row.colour for row in colours},
        moves=moved,
    )


def announced_closures(now: datetime, school_id: int | None = None) -> list[PublicClosure]:
    """What is closed or announced at ``now`` (portal time): of one school, or of the project and all schools.

    Kept until the gate's rules or the next boundary change it; no query.
    """
    kept, current = _kept(), snapshot()
    fresh = (
        kept.snapshot is current
        and kept.since is not None
        and kept.since <= now
        and (kept.until is None or now < kept.until)
    )
    if not fresh:
        kept.closures = {}
        kept.snapshot, kept.since, kept.until = current, now, current.closures.next_change(now)
    by_school = kept.closures
    if school_id not in by_school:
        by_school[school_id] = public_closures(now, school_id)
    return by_school[school_id]


def closures_for(reader: Visitor, now: datetime) -> tuple[list[PublicClosure], dict[int, str] | None]:
    """What runs or is announced for somebody signed in, and the names of schools to tell it with; no query.

    In their schools what concerns their profile there, or everything where they only administer; the project's for whoever has
    no school (the names are then None). Names are given to those who have several schools (GATE-15). A school that is closed to
    a family stays undisclosed, its name included: it may be the one of next year.
    """
    schools = {place.school_id for place in reader.places} | {s for _role, s in reader.roles if s is not None}
    if not schools:
        return announced_closures(now), None
    found = []
    for school_id in sorted(schools):
        stands = [place for place in reader.places if place.school_id == school_id]
        own = {place.profile for place in stands}
        if own and own <= FAMILIES and not any(snapshot().closures.at_place(place, now).allowed for place in stands):
            continue
        closings = announced_closures(now, school_id)
        found += [c for c in closings if not own or not c.profiles or own & c.profiles]
    if len(schools) < 2:
        return found, {}
    return _once(found, len(schools)), project_facts().names


def _once(found: list[PublicClosure], schools: int) -> list[PublicClosure]:
    """What closes every one of somebody's schools alike is told once, without their names."""
    alike: dict[PublicClosure, list[PublicClosure]] = defaultdict(list)
    for closure in found:
        alike[replace(closure, school_id=None)].append(closure)
    return [one for common, same in alike.items() for one in ([common] if len(same) == schools else same)]


def page_until(now: datetime, school_id: int | None = None) -> datetime | None:
    """Until when a page made at ``now`` says the truth, if nobody changes anything: the gate's next boundary, the next
    article dated ahead, the next notice to come or go, the school's declared end.
    """
    current = snapshot()
    moments = [current.closures.next_change(now)]
    if school_id is not None:
        moments.append(next_publication(now, school_id))
        moments += [one for one in project_facts().moves.moments(school_id) if one > now]
        for notice in current.notices.get(school_id, ()):
            moments += [moment for moment in (notice.shown_from, notice.shown_until) if moment and moment > now]
    return min((moment for moment in moments if moment is not None), default=None)


def gate_revision() -> int:
    """The revision of the gate's rules: what ``SEQUENCE`` counts in calendars."""
    return pulse().number(GATE)


def school_notices(school_id: int, now: datetime) -> list[Notice]:
    """The practical notices that a school shows at ``now`` (SITE-8)."""
    return notices(school_id, now)


def site(school_id: int, *, for_change: bool = False) -> SchoolSite | None:
    """What the school says of itself, None if it has said nothing. ``for_change`` locks the row."""
    query = select(SchoolSite).where(SchoolSite.school_id == school_id)
    return db.session.scalar(query.with_for_update() if for_change else query)


def banner(school_id: int) -> Blob | None:
    """The blob of the school's banner, None if it has none."""
    return db.session.scalar(
        select(Blob).join(SchoolSite, SchoolSite.banner == Blob.sha256).where(SchoolSite.school_id == school_id)
    )


def school_in_service(school_id: int) -> School:
    """The school with that number, whose site is shown. Raises ``NotFound``."""
    found = db.session.get(School, school_id)
    if found is None or not found.in_service:
        raise NotFound()
    return found


def few_schools(limit: int) -> Sequence[School]:
    """The first schools in service by name, for a project that has few."""
    return db.session.scalars(
        select(School).where(School.in_service).order_by(School.search_name, School.uai).limit(limit)
    ).all()


def demand_public(sha256: str) -> None:
    """Let only blobs pass that a public page shows: banners of schools in service. Raises ``NotFound``."""
    shown = (
        select(SchoolSite.school_id)
        .join(School, School.id == SchoolSite.school_id)
        .where(SchoolSite.banner == sha256, School.in_service)
        .limit(1)
    )
    if not addresses.is_sha256(sha256) or db.session.scalar(shown) is None:
        raise NotFound()


def told(end: Ending) -> dict[str, Any]:
    """What pages say of a school's end: its days and who receives the pupils; no query."""
    facts = project_facts()
    heirs = [facts.schools[one] for one in end.heirs if one in facts.schools]
    return {"day": end.day, "last_day": end.last_day, "heirs": heirs, "elsewhere": end.elsewhere}


def ended(now: datetime) -> dict[int, dict[str, Any]]:
    """The schools that have ended at ``now`` (portal time), and what is told of them (FEED-7); no query."""
    moves = project_facts().moves
    return {number: told(end) for number in moves.endings if (end := moves.ending(number, now)) is not None}


def project_row(*, for_change: bool = False) -> Project:
    """The project's row. Raises ``NotSetUp``. ``for_change`` locks it."""
    query = select(Project).where(Project.id == 1)
    found = db.session.scalar(query.with_for_update() if for_change else query)
    if found is None:
        raise NotSetUp()
    return found
