"""The campaigns, how far their steps are, and the closings of the gate beneath their calendar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, select

from app.campaign.calendar import Actor, Event, EventKind, State, needs_somebody
from app.campaign.chaining.queries import waiting_for_word
from app.campaign.dates.models import EventSchool
from app.campaign.dates.queries import active_campaigns, facts, school_ids, waiting
from app.campaign.models import CalendarEvent, CampaignSchool
from app.campaign.models import Campaign as Campaign
from app.campaign.overview.attention import Item, StepFacts, attention, of_declaration
from app.campaign.run_states import RunState
from app.campaign.stepping.queries import Standing, failed_schools, standing
from app.campaign.steps.all_steps import STEPS
from app.db import db
from app.directory.queries import project
from app.feeds.declaring.queries import unsettled
from app.gate.holds.queries import closed_schools
from app.gate.overview import WindowLine, project_lines
from app.gate.queries import closures


@dataclass(frozen=True, kw_only=True)
class CampaignLine:
    """A campaign in the list: its schools, its events done and in all."""

    campaign: Campaign
    schools: int
    done: int
    events: int


def campaigns() -> list[CampaignLine]:
    """Every campaign, those that run first, then the newest; three queries."""
    rows = db.session.scalars(select(Campaign).order_by(Campaign.state, Campaign.year.desc(), Campaign.id)).all()
    members = select(CampaignSchool.campaign_id, func.count()).group_by(CampaignSchool.campaign_id)
    schools = {number: count for number, count in db.session.execute(members)}  # noqa: C416  (rows are not pairs to dict)
    through = case((CalendarEvent.state.in_(("done", "skipped")), 1), else_=0)
    events = {
        campaign_id: (int(done), int(count))
        for campaign_id, done, count in db.session.execute(
            select(CalendarEvent.campaign_id, func.sum(through), func.count()).group_by(CalendarEvent.campaign_id)
        )
    }
    return [
        CampaignLine(
            campaign=row,
            schools=schools.get(row.id, 0),
            done=events.get(row.id, (0, 0))[0],
            events=events.get(row.id, (0, 0))[1],
        )
        for row in rows
    ]


def standings(campaign_id: int) -> list[Standing]:
    """How far each step is; four queries a step."""
    return [standing(campaign_id, step) for step in sorted(STEPS)]


def needs(campaign: Campaign, found: Sequence[Standing], now: datetime) -> list[Item]:
    """What in the campaign needs somebody at ``now`` (portal time); a fixed number of queries."""
    runs = {one.run.id for one in found if one.run is not None}
    failed = failed_schools(runs) if runs else {}
    by_step = _events_by_step(campaign.id)
    told = []
    for one in found:
        event = by_step.get(one.step)
        told.append(
            StepFacts(
                step=one.step,
                stage=one.stage,
                run_id=one.run.id if one.run is not None else 0,
                failed=failed.get(one.run.id, 0) if one.run is not None else 0,
                begins=None if event is None else event.at,
                event_state="" if event is None else event.state,
                undo_waits=one.undo is not None and one.undo.state in (RunState.PAUSED, RunState.FAILED),
            )
        )
    schools = school_ids(campaign.id)
    closed = len(closed_schools(schools, now))
    chains = [row for row in by_step.values() if row.state == State.RUNNING.value and (row.details or {}).get("chain")]
    chained = [school.name for school in waiting_for_word(campaign.id, facts(chains[0]))] if chains else []
    declared = [
        of_declaration(one.declaration_id, one.school, one.confirmed) for one in unsettled(schools, campaign.year)
    ]
    return attention(waiting(campaign.id, now), told, closed, now, project().zone, chained, declared)


@dataclass(frozen=True, kw_only=True)
class Needy:
    """An active campaign in which something waits for somebody, the gravest first."""

    campaign: Campaign
    items: list[Item]


def needy(now: datetime, most: int = 3) -> list[Needy]:
    """The active campaigns, ``most`` at most, in which something waits for somebody at ``now`` (portal time)."""
    looked = ((one, needs(one, standings(one.id), now)) for one in active_campaigns()[:most])
    return [Needy(campaign=campaign, items=items) for campaign, items in looked if items]


@dataclass(frozen=True, kw_only=True)
class Left:
    """How many operations are a school's to do and note now; ``overdue``: how many of them should have been by now."""

    count: int
    overdue: int


def left_to_schools(schools: Collection[int], now: datetime) -> dict[int, Left]:
    """By school what its active campaign leaves to it at ``now`` (portal time): begun, and not noted (CHECK-3); one query."""
    query = (
        select(CampaignSchool.school_id, CalendarEvent)
        .join(Campaign, Campaign.id == CampaignSchool.campaign_id)
        .join(CalendarEvent, CalendarEvent.campaign_id == Campaign.id)
        .outerjoin(
            EventSchool,
            and_(EventSchool.event_id == CalendarEvent.id, EventSchool.school_id == CampaignSchool.school_id),
        )
        .where(
            CampaignSchool.school_id.in_(schools),
            Campaign.state == "active",
            CalendarEvent.kind == EventKind.OPERATION.value,
            CalendarEvent.actor == Actor.SCHOOL.value,
            CalendarEvent.state == State.OPEN.value,
            EventSchool.event_id.is_(None),
        )
    )
    where = ZoneInfo(project().zone)
    events: dict[int, list[Event]] = {}
    for school_id, row in db.session.execute(query):
        events.setdefault(school_id, []).append(facts(row))
    found = {}
    for school_id, known in events.items():
        waits = needs_somebody(known, now, where)
        if waits:
            found[school_id] = Left(count=len(waits), overdue=sum(one.urgent for one in waits))
    return found


def _events_by_step(campaign_id: int) -> dict[int, CalendarEvent]:
    query = select(CalendarEvent).where(CalendarEvent.campaign_id == campaign_id, CalendarEvent.kind == "steps")
    found: dict[int, CalendarEvent] = {}
    for row in db.session.scalars(query.order_by(CalendarEvent.id)):
        for step in (row.details or {}).get("steps", ()):
            found.setdefault(step, row)
    return found


def closings(campaign_schools: Collection[int], now: datetime) -> list[WindowLine]:
    """The gate's windows that close the campaign's schools, each period once, from what the gate has compiled."""
    mine = set(campaign_schools)
    seen: set[tuple[object, ...]] = set()
    found = []
    for line in project_lines(closures(), now):
        window = line.window
        if window.school_id is not None and window.school_id not in mine:
            continue
        period = (window.kind, line.w.start, line.w.end, line.w.announced_end)
        if period not in seen:
            seen.add(period)
            found.append(line)
    return found
