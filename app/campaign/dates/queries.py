"""Reading campaigns and their calendars; rows become the ``Event``s that the plain modules know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from app.campaign import calendar
from app.campaign.ahead import stops
from app.campaign.calendar import Actor, Event, EventKind, State, Waiting, in_order, needs_somebody
from app.campaign.dates.models import EventPause, EventSchool, EventWindow
from app.campaign.models import CalendarEvent, CampaignSchool
from app.campaign.models import Campaign as Campaign
from app.campaign.problems import UnknownCampaign
from app.campaign.run_states import RunState
from app.campaign.running.models import Run, RunPart
from app.db import db
from app.directory.models import Person, School
from app.directory.names import name_of
from app.directory.queries import project, years
from app.errors import NotFound
from app.fates import Preset as Kind
from app.fates import preset_of
from app.gate.models import ClosingWindow

#: Keys of ``CalendarEvent.details`` that are the portal's own; the others come from the preset.
_OWN = ("starts_whole", "ends_whole", "steps", "targets", "chain", "tied", "end_tied")


def facts(row: CalendarEvent) -> Event:
    """A row as the plain modules know it."""
    details = dict(row.details or {})
    return Event(
        id=row.id,
        key=row.key,
        kind=EventKind(row.kind),
        title=row.title,
        actor=Actor(row.actor),
        automatic=row.automatic,
        earliest=row.earliest,
        latest=row.latest,
        at=row.at,
        until=row.until,
        starts_whole=bool(details.get("starts_whole")),
        ends_whole=bool(details.get("ends_whole")),
        steps=tuple(details.get("steps", ())),
        targets=tuple(details.get("targets", ())),
        chain=bool(details.get("chain")),
        tied=str(details.get("tied", "")),
        end_tied=str(details.get("end_tied", "")),
        state=State(row.state),
        fired_at=row.fired_at,
        done_at=row.done_at,
        note=row.note,
        details={name: value for name, value in details.items() if name not in _OWN},
    )


def details_of(event: Event) -> dict[str, object]:
    """What ``facts`` reads back from the column ``details``."""
    own = {
        "starts_whole": event.starts_whole,
        "ends_whole": event.ends_whole,
        "steps": list(event.steps),
        "targets": list(event.targets),
        "chain": event.chain,
        "tied": event.tied,
        "end_tied": event.end_tied,
    }
    return {**{name: value for name, value in own.items() if value}, **event.details}


# Campaigns -------------------------------------------------------------------------------------------------------------


def campaign_by_id(campaign_id: int) -> Campaign:
    """The campaign with that number. Raises ``UnknownCampaign``."""
    found = db.session.get(Campaign, campaign_id)
    if found is None:
        raise UnknownCampaign()
    return found


def active_campaigns() -> Sequence[Campaign]:
    """The campaigns that are not over, the oldest first."""
    return db.session.scalars(select(Campaign).where(Campaign.state == "active").order_by(Campaign.id)).all()


def zone() -> ZoneInfo:
    """The zone in which a campaign's days and hours are meant: the project's."""
    return ZoneInfo(project().zone)


def known_days(year: int) -> dict[str, date | None]:
    """The anchors of the rollover to ``year`` as far as the project knows them: last_day, holidays, teachers, first_day."""
    found = years()
    old, new = found.get(year - 1), found.get(year)
    return {
        "last_day": old.last_day if old is not None else None,
        "holidays": old.holidays_from if old is not None else None,
        "teachers": new.teachers_first_day if new is not None else None,
        "first_day": new.first_day if new is not None else None,
    }


def school_ids(campaign_id: int) -> list[int]:
    """The schools that a campaign takes along."""
    query = select(CampaignSchool.school_id).where(CampaignSchool.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(CampaignSchool.school_id)))


def campaign_of_school(school_id: int) -> Campaign | None:
    """The active campaign that takes a school along."""
    query = select(Campaign).join(CampaignSchool, CampaignSchool.campaign_id == Campaign.id)
    where = (CampaignSchool.school_id == school_id, Campaign.state == "active")
    return db.session.scalars(query.where(*where).order_by(Campaign.id)).first()


def schools_of_kind(kind: str) -> list[School]:
    """The schools in service that a preset of that kind leads: 'primary', or 'secondary' for all others (CAL-10)."""
    query = select(School).where(School.in_service).order_by(School.search_name, School.uai)
    return [school for school in db.session.scalars(query) if preset_of(school.kind) == Kind(kind)]


def taken(numbers: Collection[int]) -> list[str]:
    """The UAIs of those of these schools that are in an active campaign already."""
    active = select(CampaignSchool.school_id).join(Campaign).where(Campaign.state == "active")
    query = select(School.id, School.uai).where(School.id.in_(active)).order_by(School.uai)
    return [uai for number, uai in db.session.execute(query) if number in set(numbers)]


def covers_project(campaign_id: int) -> bool:
    """Does the campaign take along every school in service, so that its windows are the project's?"""
    mine = select(CampaignSchool.school_id).where(CampaignSchool.campaign_id == campaign_id)
    return db.session.scalar(select(School.id).where(School.in_service, School.id.not_in(mine)).limit(1)) is None


# Events ----------------------------------------------------------------------------------------------------------------


def event_rows(campaign_id: int) -> Sequence[CalendarEvent]:
    """The rows of a campaign's calendar."""
    query = select(CalendarEvent).where(CalendarEvent.campaign_id == campaign_id).order_by(CalendarEvent.id)
    return db.session.scalars(query).all()


def events(campaign_id: int) -> list[Event]:
    """A campaign's calendar in order of time."""
    return in_order([facts(row) for row in event_rows(campaign_id)], zone())


def event_row(campaign_id: int, event_id: int) -> CalendarEvent:
    """An event of that campaign. Raises ``NotFound``."""
    found = db.session.get(CalendarEvent, event_id)
    if found is None or found.campaign_id != campaign_id:
        raise NotFound()
    return found


def due_ids(now: datetime) -> list[int]:
    """The events of active campaigns that the portal is to do at ``now`` (portal time), the oldest first."""
    where = (
        Campaign.state == "active",
        CalendarEvent.automatic,
        CalendarEvent.state == State.OPEN.value,
        CalendarEvent.at <= now,
    )
    query = select(CalendarEvent.id).join(Campaign).where(*where)
    return list(db.session.scalars(query.order_by(CalendarEvent.at, CalendarEvent.id)))


def over_ids(now: datetime) -> list[int]:
    """The events that last (closings, stops) and whose end has come, and what only informs and has passed."""
    lasting = [EventKind.FAMILIES.value, EventKind.PAUSE.value, EventKind.COURSE.value]
    telling = [EventKind.INFORMATION.value, EventKind.FIRST_DAY.value]
    ended = and_(
        CalendarEvent.state == State.RUNNING.value, CalendarEvent.kind.in_(lasting), CalendarEvent.until <= now
    )
    told = and_(
        CalendarEvent.state == State.OPEN.value,
        CalendarEvent.kind.in_(telling),
        ~CalendarEvent.automatic,
        or_(
            CalendarEvent.at <= now,
            and_(CalendarEvent.at.is_(None), CalendarEvent.latest < now.date()),
        ),
    )
    query = select(CalendarEvent.id).join(Campaign).where(Campaign.state == "active", or_(ended, told))
    return list(db.session.scalars(query.order_by(CalendarEvent.id)))


def coming(now: datetime) -> list[datetime]:
    """The instants ahead at which the portal acts, over all active campaigns: for the scheduler's date jobs (CAL-8)."""
    where = (
        Campaign.state == "active",
        CalendarEvent.automatic,
        CalendarEvent.state == State.OPEN.value,
        CalendarEvent.at > now,
    )
    rows = db.session.scalars(select(CalendarEvent).join(Campaign).where(*where)).all()
    return calendar.coming([facts(row) for row in rows], now)


def waiting(campaign_id: int, now: datetime) -> list[Waiting]:
    """What in a campaign waits for somebody. A school's operation waits until every school has noted it."""
    return needs_somebody(events(campaign_id), now, zone())


def waiting_of(known: Sequence[Event], now: datetime) -> list[Waiting]:
    """The same of a calendar that was read already."""
    return needs_somebody(known, now, zone())


def gate_stands(campaign_id: int) -> dict[str, bool]:
    """By key of an event that has written windows: do they still stand, none removed or opened by hand?"""
    query = (
        select(
            CalendarEvent.key, func.count(), func.count(ClosingWindow.removed_at), func.count(ClosingWindow.ended_at)
        )
        .join(EventWindow, EventWindow.event_id == CalendarEvent.id)
        .join(ClosingWindow, ClosingWindow.id == EventWindow.window_id)
        .where(CalendarEvent.campaign_id == campaign_id)
        .group_by(CalendarEvent.key)
    )
    return {key: removed == 0 and ended == 0 for key, _all, removed, ended in db.session.execute(query)}


def windows_of(event_id: int) -> list[int]:
    """The numbers of the windows that an event has written, removed ones left out."""
    query = (
        select(EventWindow.window_id)
        .join(ClosingWindow, ClosingWindow.id == EventWindow.window_id)
        .where(EventWindow.event_id == event_id, ClosingWindow.removed_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(EventWindow.window_id)))


def standing_windows(event_id: int) -> Sequence[ClosingWindow]:
    """An event's windows that close something still, with their amendments."""
    query = (
        select(ClosingWindow)
        .join(EventWindow, EventWindow.window_id == ClosingWindow.id)
        .where(EventWindow.event_id == event_id, ClosingWindow.removed_at.is_(None), ClosingWindow.ended_at.is_(None))
    )
    return db.session.scalars(query.options(selectinload(ClosingWindow.amendments))).all()


def is_begun(campaign_id: int, event: Event, now: datetime) -> bool:
    """Has a step of the event begun behind its closing, so that only its green checks or an operator open it (GATE-14)?

    A run that was stopped before it acted, or undone, keeps nothing closed.
    """
    if event.state in (State.RUNNING, State.DONE):
        return True
    starts = [window.start_at for window in standing_windows(event.id) if window.start_at is not None]
    since = min((start for start in starts if start <= now), default=None)
    if since is None:
        return False
    left = (RunState.WAITING.value, RunState.RUNNING.value, RunState.PAUSED.value, RunState.FAILED.value)
    query = select(Run.id).where(
        Run.campaign_id == campaign_id,
        Run.step.in_(event.steps),
        or_(
            Run.state.in_(left),
            and_(Run.state == RunState.DONE.value, Run.undo_of_id.is_(None), Run.started_at >= since),
        ),
    )
    return db.session.scalar(query.limit(1)) is not None


def pauses_of(event_id: int) -> list[int]:
    """The numbers of the stops that an event has written."""
    query = select(EventPause.pause_id).where(EventPause.event_id == event_id)
    return list(db.session.scalars(query.order_by(EventPause.pause_id)))


def steps_ahead(numbers: Collection[int]) -> dict[int, dict[int, datetime]]:
    """For each of these schools when its active campaign runs which step, chains of primary schools left out (CAL-10)."""
    query = (
        select(CampaignSchool.school_id, CalendarEvent)
        .join(Campaign, Campaign.id == CampaignSchool.campaign_id)
        .join(CalendarEvent, CalendarEvent.campaign_id == Campaign.id)
        .where(
            CampaignSchool.school_id.in_(numbers),
            Campaign.state == "active",
            CalendarEvent.kind == EventKind.STEPS.value,
            CalendarEvent.state != State.SKIPPED.value,
            CalendarEvent.at.is_not(None),
        )
    )
    found: dict[int, dict[int, datetime]] = {}
    for school_id, row in db.session.execute(query):
        event = facts(row)
        if event.at is not None and not event.chain:
            found.setdefault(school_id, {}).update(dict.fromkeys(event.steps, event.at))
    return found


def changing(numbers: Collection[int], *, since: int = 3) -> set[int]:
    """Those of these schools that are between step ``since`` and step 4 of their active campaign (CAL-11, S2-8); one query."""
    all_done = func.sum(case((RunPart.state == "done", 0), else_=1)) == 0
    query = (
        select(RunPart.school_id, Run.step)
        .join(Run, Run.id == RunPart.run_id)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .where(
            RunPart.school_id.in_(numbers),
            Run.step.in_((since, 4)),
            Run.undo_of_id.is_(None),
            RunPart.undone_by_id.is_(None),
            Campaign.state == "active",
        )
        .group_by(RunPart.school_id, Run.step, RunPart.run_id)
        .having(all_done)
    )
    done = {(school_id, step) for school_id, step in db.session.execute(query)}
    return {school_id for school_id, step in done if step == since and (school_id, 4) not in done}


# What schools note -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Noted:
    """How far the schools of a campaign are with an event of theirs."""

    done: int = 0
    skipped: int = 0
    schools: int = 0


def noted(campaign_id: int) -> dict[int, Noted]:
    """For each event that schools note: how many have, of how many."""
    everybody = len(school_ids(campaign_id))
    query = (
        select(EventSchool.event_id, EventSchool.state, func.count())
        .join(CalendarEvent, CalendarEvent.id == EventSchool.event_id)
        .where(CalendarEvent.campaign_id == campaign_id)
        .group_by(EventSchool.event_id, EventSchool.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for event_id, state, count in db.session.execute(query):
        counts.setdefault(event_id, {})[state] = count
    return {
        number: Noted(done=found.get("done", 0), skipped=found.get("skipped", 0), schools=everybody)
        for number, found in counts.items()
    }


def noted_by(event_id: int, school_id: int) -> EventSchool | None:
    """What a school has noted of an event."""
    return db.session.get(EventSchool, (event_id, school_id))


def noted_in(school_id: int, event_ids: Collection[int]) -> dict[int, EventSchool]:
    """What a school has noted of some events."""
    where = (EventSchool.school_id == school_id, EventSchool.event_id.in_(event_ids))
    return {row.event_id: row for row in db.session.scalars(select(EventSchool).where(*where))}


def not_noted(campaign_id: int, keys: Collection[str]) -> dict[str, tuple[str, set[int]]]:
    """By key: an operation's title, and the schools that have noted it neither done nor without object; of those that still wait."""
    where = (CalendarEvent.campaign_id == campaign_id, CalendarEvent.key.in_(keys))
    rows = db.session.scalars(select(CalendarEvent).where(*where, CalendarEvent.state == State.OPEN.value)).all()
    left = {row.id: set(school_ids(campaign_id)) for row in rows}
    query = select(EventSchool.event_id, EventSchool.school_id).where(EventSchool.event_id.in_(left))
    for event_id, school_id in db.session.execute(query):
        left[event_id].discard(school_id)
    return {row.key: (row.title, left[row.id]) for row in rows}


def names(person_ids: Collection[int | None]) -> dict[int, str]:
    """The names of those who noted something."""
    wanted = {number for number in person_ids if number is not None}
    query = select(Person.id, Person.used_first_name, Person.first_name, Person.last_name).where(Person.id.in_(wanted))
    return {row.id: name_of(row) for row in db.session.execute(query)}


def stopped_until(known: Sequence[Event], where: ZoneInfo) -> Mapping[str, datetime | None]:
    """For each target that the calendar stops: until when, None where nobody has said."""
    return {stop.target: stop.ends for event in known for stop in stops(event, known, where)}
