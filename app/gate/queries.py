"""Reading the gate: the snapshot that every process keeps, what it decides, and the rows behind the screens.

``closures()`` is compiled from what is written down and kept until a revision of the pulse changes; while nothing changes
there is no query. It reads through a connection of its own: a request's transaction may be older than the revision.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app, g
from sqlalchemy import Connection, select
from sqlalchemy.orm import selectinload

from app import clock
from app.audit import queries as audit
from app.audit.models import AuditLine
from app.db import db, reading_only
from app.directory.models import Person, Project, School, SchoolClass, SchoolYear
from app.directory.names import name_of
from app.errors import NotFound, UnknownSchool
from app.gate.announced import PublicClosure, announced
from app.gate.closures import Closures, compile_closures
from app.gate.decision import Decision, decide
from app.gate.models import (
    ClosingWindow,
    Draft,
    GateRules,
    PracticalNotice,
    RedirectText,
    SchoolDays,
    ServiceClosure,
    WindowAmendment,
)
from app.gate.problems import UnknownWindow
from app.gate.services.closing import Closing
from app.gate.snapshot import Notice, SchoolCard, Snapshot
from app.gate.windows import Amendment, Bound, Limits, Rules, SchoolFacts, Source, Window, WindowKind
from app.profiles import Place, Profile, Visitor
from app.pulse import DIRECTORY, GATE, PUBLIC, Revision, pulse
from app.web.allowed import visitor as whoever_asks

#: For how long a form that came too late is kept.
DRAFTS_KEPT = timedelta(days=7)
#: The doors of GATE-9, by the profiles behind each: at a door only its own places count (GATE-15).
DOORS = (
    frozenset({Profile.STUDENT, Profile.GUARDIAN}),
    frozenset({Profile.TEACHER, Profile.STAFF}),
    frozenset({Profile.AUTHORITY}),
    frozenset({Profile.GUEST}),
)
#: Where the last day of year N is not known, the new year's windows are told from the old one's by a summer's length.
SUMMER = timedelta(days=59)
_WATCHED = (GATE, DIRECTORY, PUBLIC)

# The snapshot ----------------------------------------------------------------------------------------------------------


class _Kept:
    """A process's snapshot. ``asked`` are the revisions for which it was read, ``read`` those found while reading."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.snapshot: Snapshot | None = None
        self.asked: tuple[int, ...] = ()
        self.read: tuple[int, ...] = ()

    def fits(self, revisions: tuple[int, ...]) -> bool:
        # While another process's change is less than a second old the pulse may still tell the revisions before it.
        return self.snapshot is not None and revisions in (self.asked, self.read)


def snapshot() -> Snapshot:
    """What the gate knows now, at most a second old; no query while nothing has changed."""
    kept: _Kept = current_app.extensions.setdefault("gate", _Kept())
    number = pulse().number
    revisions = tuple(number(name) for name in _WATCHED)
    if kept.fits(revisions):
        return kept.snapshot  # type: ignore[return-value]
    # Whoever comes while another thread reads is answered from what was true a moment ago.
    if not kept.lock.acquire(blocking=kept.snapshot is None):
        return kept.snapshot  # type: ignore[return-value]
    try:
        if not kept.fits(revisions):
            with reading_only(), db.engine.connect() as connection:
                rows = connection.execute(select(Revision.name, Revision.number))
                found = {str(name): number for name, number in rows}
                kept.snapshot = _read(connection, kept.snapshot)
            kept.asked, kept.read = revisions, tuple(found.get(name, 0) for name in _WATCHED)
        return kept.snapshot  # type: ignore[return-value]
    finally:
        kept.lock.release()


def closures() -> Closures:
    """All closings, compiled."""
    return snapshot().closures


def _read(connection: Connection, last: Snapshot | None) -> Snapshot:
    project = connection.execute(select(Project.name, Project.zone, Project.rollover_year, Project.contact)).first()
    card = [getattr(School, name) for name in SchoolCard.__slots__]
    schools = {row["id"]: SchoolCard(**row) for row in connection.execute(select(*card)).mappings()}
    zone = project.zone if project is not None else current_app.extensions["settings"].zone
    # Before `setup` no year is new: nothing of any year is disclosed.
    new_year = project.rollover_year if project is not None else 0
    rules = _rules(connection, schools, zone, new_year)
    compiled = last.closures if last is not None and last.closures.rules == rules else compile_closures(rules)
    texts = connection.execute(
        select(RedirectText.school_id, RedirectText.profile, RedirectText.language, RedirectText.words)
    )
    notices: dict[int, list[Notice]] = defaultdict(list)
    columns = [getattr(PracticalNotice, name) for name in Notice.__slots__]
    for row in connection.execute(select(*columns).order_by(PracticalNotice.shown_from, PracticalNotice.id)).mappings():
        notices[row["school_id"]].append(Notice(**row))
    return Snapshot(
        closures=compiled,
        portal=project.name if project is not None else "Bascule",
        contact=project.contact if project is not None else "",
        schools=schools,
        texts={(school_id, profile, language): words for school_id, profile, language, words in texts},
        notices={school_id: tuple(found) for school_id, found in notices.items()},
        services=_services(connection),
    )


def _services(connection: Connection) -> dict[tuple[str, int], tuple[Closing, ...]]:
    found: dict[tuple[str, int], tuple[Closing, ...]] = defaultdict(tuple)
    table = ServiceClosure.__table__
    for row in connection.execute(select(*table.columns).order_by(table.c.id)):
        found[row.service, row.school_id] += (
            Closing(
                id=row.id,
                service=row.service,
                school_id=row.school_id,
                since=row.closed_from,
                until=row.closed_until,
                source=row.source,
            ),
        )
    return found


def _rules(connection: Connection, schools: Mapping[int, SchoolCard], zone: str, new_year: int) -> Rules:
    amendments: dict[int, list[Amendment]] = defaultdict(list)
    finer: set[int] = set()
    table = WindowAmendment.__table__
    for row in connection.execute(select(*table.columns).order_by(table.c.id)).mappings():
        amendments[row["window_id"]].append(amendment_facts(dict(row)))
        if row["level"] is not None or row["class_id"] is not None:
            finer.add(row["school_id"])
    # Only where levels or classes have dates of their own is it asked which class belongs to which level.
    levels: dict[int, dict[int, str | None]] = defaultdict(dict)
    if finer:
        query = select(SchoolClass.school_id, SchoolClass.id, SchoolClass.level)
        for school_id, class_id, level in connection.execute(query.where(SchoolClass.school_id.in_(finer))):
            levels[school_id][class_id] = level
    window = ClosingWindow.__table__
    rows = connection.execute(select(*window.columns).where(window.c.removed_at.is_(None)).order_by(window.c.id))
    last_day = connection.scalar(select(SchoolYear.last_day).where(SchoolYear.begins == new_year - 1))
    first_day = connection.scalar(select(SchoolYear.first_day).where(SchoolYear.begins == new_year))
    if last_day is None and first_day is not None:
        last_day = first_day - SUMMER
    own = {row.school_id: row for row in connection.execute(select(*SchoolDays.__table__.columns))}
    first_days = {number: day for number in schools if (day := _first_day(own.get(number), first_day)) is not None}
    may_amend = connection.scalar(select(GateRules.schools_may_amend))
    return Rules(
        schools=tuple(
            SchoolFacts(id=number, zone=card.zone, class_levels=levels.get(number, {}))
            for number, card in sorted(schools.items())
        ),
        windows=tuple(window_facts(dict(row), amendments.get(row["id"], ())) for row in rows.mappings()),
        schools_may_amend=True if may_amend is None else may_amend,
        new_year=new_year,
        zone=zone,
        first_days=first_days,
        last_days=dict.fromkeys(schools, last_day) if last_day is not None else {},
        grids_published=frozenset(number for number, row in own.items() if row.grid_published),
    )


def _first_day(own: Any, projects: date | None) -> date | None:
    return own.first_day if own is not None and own.first_day is not None else projects


def window_facts(row: Mapping[str, Any], amendments: Iterable[Amendment] = ()) -> Window:
    """A row of ``closing_window``, by column names, as the deciders know it."""
    start = _bound(row["start_day"], row["start_at"])
    if start is None:
        raise ValueError("a window has a start")
    return Window(
        id=row["id"],
        kind=WindowKind(row["kind"]),
        school_id=row["school_id"],
        profiles=frozenset(Profile(name) for name in row["profiles"]),
        start=start,
        end=_bound(row["end_day"], row["end_at"]),
        message=row["message"],
        source=Source(row["source"]),
        limits=Limits(**{name: row[name] for name in Limits.__slots__}),
        holds=row["holds"],
        next_news=row["next_news"],
        ended_at=row["ended_at"],
        grace=row["grace"],
        amendments=tuple(amendments),
    )


def amendment_facts(row: Mapping[str, Any]) -> Amendment:
    """A row of ``window_amendment``, by column names, as the deciders know it."""
    return Amendment(
        **{name: row[name] for name in ("id", "window_id", "school_id", "level", "class_id", "message", "by_operator")},
        start=_bound(row["start_day"], row["start_at"]),
        end=_bound(row["end_day"], row["end_at"]),
    )


def _bound(day: date | None, instant: datetime | None) -> Bound | None:
    return None if day is None and instant is None else Bound(day=day, instant=instant)


# Decisions -------------------------------------------------------------------------------------------------------------


def decide_for(visitor: Visitor, now: datetime) -> Decision:
    """May ``visitor``, who is signed in, enter at ``now`` (portal time)?"""
    return decide(visitor, now, closures())


def open_for(visitor: Visitor, school_id: int, now: datetime) -> bool:
    """May ``visitor``, whom the gate let in, see that school at ``now``? A closed one stays undisclosed (GATE-15).

    Whoever has no place there, and comes by a role, is stopped only by a maintenance that concerns the school. Whoever has
    neither place nor role has left: no school is theirs to see (CAL-9).
    """
    if visitor.is_operator:
        return True
    if visitor.signed_in and not visitor.places and not visitor.roles:
        return False
    kept = closures()
    here = [place for place in visitor.places if place.school_id == school_id]
    if here:
        return any(kept.at_place(place, now).allowed for place in here)
    return kept.at_place(Place(school_id=school_id, profile=Profile.GUEST), now).kind != WindowKind.MAINTENANCE


def demand_open(school_id: int) -> None:
    """Let only those pass for whom that school is open now. Raises ``NotFound`` for others (GATE-15)."""
    if not open_for(whoever_asks(), school_id, g.get("now") or clock.portal_now()):
        raise NotFound()


def public_closures(now: datetime, school_id: int | None = None) -> list[PublicClosure]:
    """What is closed or announced at ``now``, for banners, calendars and status; see ``announced``. No query."""
    kept = snapshot()
    return announced(kept.closures, now, school_id)


def notices(school_id: int, now: datetime) -> list[Notice]:
    """The practical notices of a school that are shown at ``now`` (SITE-8). No query."""
    return [notice for notice in snapshot().notices.get(school_id, ()) if notice.shown(now)]


def card_by_uai(uai: str) -> SchoolCard:
    """The school with that UAI. Raises ``UnknownSchool``. No query."""
    found = snapshot().school_called(uai)
    if found is None:
        raise UnknownSchool(uai=uai)
    return found


# Rows ------------------------------------------------------------------------------------------------------------------


def window_row(number: int) -> ClosingWindow:
    """The window with that number and its amendments, to be changed. Raises ``UnknownWindow``, also for a removed one."""
    query = select(ClosingWindow).where(ClosingWindow.id == number, ClosingWindow.removed_at.is_(None))
    found = db.session.scalar(query.options(selectinload(ClosingWindow.amendments)))
    if found is None:
        raise UnknownWindow(number=number)
    return found


def facts_of_row(row: ClosingWindow, school_id: int | None = None) -> Window:
    """A window's row with its amendments (with ``school_id`` only that school's), as the deciders know it."""
    amendments = [a for a in row.amendments if school_id in (None, a.school_id)]
    return window_facts(_columns(row), [amendment_facts(_columns(amendment)) for amendment in amendments])


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def notice_row(number: int, school_id: int) -> PracticalNotice:
    """A school's practical notice. Raises ``NotFound``."""
    found = db.session.get(PracticalNotice, number)
    if found is None or found.school_id != school_id:
        raise NotFound()
    return found


def draft_row(number: int, person_id: int, now: datetime) -> Draft:
    """A draft of that person, younger than seven days. Raises ``NotFound``, for somebody else's too."""
    found = db.session.get(Draft, number)
    if found is None or found.person_id != person_id or found.saved_at <= now - DRAFTS_KEPT:
        raise NotFound()
    return found


def drafts_of(person_id: int, now: datetime) -> Sequence[Draft]:
    """The drafts of a person that are still kept, newest first."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.saved_at > now - DRAFTS_KEPT)
    return db.session.scalars(query.order_by(Draft.saved_at.desc(), Draft.id.desc())).all()


def class_codes(school_id: int) -> frozenset[str]:
    """The codes and names of a school's classes, of every year."""
    query = select(SchoolClass.code, SchoolClass.name).where(SchoolClass.school_id == school_id)
    return frozenset(text for pair in db.session.execute(query) for text in pair)


def class_names(school_id: int) -> dict[int, str]:
    """The names of a school's classes, of every year, by number."""
    query = select(SchoolClass.id, SchoolClass.name).where(SchoolClass.school_id == school_id)
    return {number: name for number, name in db.session.execute(query)}  # noqa: C416  (rows are not pairs to dict)


def levels_of_classes(school_id: int) -> dict[int, str | None]:
    """The level of each of a school's classes, of every year."""
    query = select(SchoolClass.id, SchoolClass.level).where(SchoolClass.school_id == school_id)
    return {number: level for number, level in db.session.execute(query)}  # noqa: C416


def new_classes(school_id: int) -> list[tuple[int, str, str | None]]:
    """The classes of a school in year N+1: number, name, level."""
    query = select(SchoolClass.id, SchoolClass.name, SchoolClass.level).join(SchoolYear)
    new = (SchoolClass.school_id == school_id, SchoolYear.begins == closures().rules.new_year)
    rows = db.session.execute(query.where(*new).order_by(SchoolClass.level, SchoolClass.code))
    return [(number, name, level) for number, name, level in rows]


def history(school_id: int | None = None, *, window_id: int | None = None, limit: int = 30) -> list[AuditLine]:
    """The newest changes of windows, texts and rules: the project's, and those of one school where it is named."""
    lines: list[AuditLine] = []
    for prefix in ("window.", "gate.", "text.", "service."):
        subject = ("window", window_id) if window_id is not None else (None, None)
        lines += audit.history(*subject, action=prefix, limit=limit * 4)
    wanted = [line for line in lines if school_id is None or line.school_id in (None, school_id)]
    return sorted(wanted, key=lambda line: -line.number)[:limit]


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """The names of people, for the history's 'who'."""
    query = select(Person.id, Person.used_first_name, Person.first_name, Person.last_name).where(
        Person.id.in_(person_ids)
    )
    return {row.id: name_of(row) for row in db.session.execute(query)}
