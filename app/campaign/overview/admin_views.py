"""The campaigns, and one campaign on a page: what needs somebody, the steps, the calendar as a picture and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, url_for

from app.campaign.calendar import ACTOR_NAMES, KIND_NAMES, STATE_NAMES, Event
from app.campaign.dates import queries as dates
from app.campaign.overview import queries
from app.campaign.overview.attention import Item, Place
from app.campaign.overview.picture import EVENT_LOOKS, axis_of, lanes, when
from app.campaign.presets import PRESETS
from app.campaign.stepping.stages import STAGE_NAMES
from app.campaign.steps.all_steps import STEPS
from app.gate.windows import WindowKind
from app.profiles import Verb
from app.schoolyear import YearName
from app.web.allowed import allowed, demand, visitor
from app.web.axis import Axis
from app.web.fragments import render_page
from app.web.language import current_language
from app.words import N_

blueprint = Blueprint("campaign", "app.campaign")

#: The gate's lanes beneath the calendar.
CLOSED_BY = {
    WindowKind.MAINTENANCE: ("maintenance", N_("Maintenance")),
    WindowKind.PROFILES: ("partly", N_("Fermeture aux familles")),
}


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"may_run": visitor().may(Verb.RUN_CAMPAIGN), "stage_names": STAGE_NAMES}


@blueprint.get("/administration/campagnes")
@allowed(Verb.SEE_CAMPAIGN)
def campaigns() -> Any:
    """Every campaign, with how far it is."""
    demand(Verb.SEE_CAMPAIGN)
    rows = [{"line": line, "years": years_of(line.campaign.year)} for line in queries.campaigns()]
    return render_page("campaign/campaigns.html", rows=rows, presets=PRESETS)


@blueprint.get("/administration/campagnes/<int:campaign_id>")
@allowed(Verb.SEE_CAMPAIGN)
def overview(campaign_id: int) -> Any:
    """The whole rollover: what needs somebody now, the steps, the timeline with today's line, and its facts as a table."""
    demand(Verb.SEE_CAMPAIGN)
    campaign = dates.campaign_by_id(campaign_id)
    zone, now = dates.zone(), g.now
    events = dates.events(campaign_id)
    schools = dates.school_ids(campaign_id)
    standings = queries.standings(campaign_id)
    axis = axis_of(events, zone, now)
    return render_page(
        "campaign/overview.html",
        campaign=campaign,
        years=years_of(campaign.year),
        preset=PRESETS[campaign.preset].title if campaign.preset in PRESETS else campaign.preset,
        schools=len(schools),
        needs=[(item, _place(campaign_id, item)) for item in queries.needs(campaign, standings, now)],
        standings=standings,
        titles={number: module.TITLE for number, module in STEPS.items()},
        picture=None if axis is None else _picture(events, schools, axis, zone, now),
        events=[
            {
                "event": event,
                "number": number,
                "when": when(event, zone),
                "actor": ACTOR_NAMES[event.actor],
                "kind": KIND_NAMES[event.kind],
                "look": EVENT_LOOKS[event.state],
                "state": STATE_NAMES[event.state],
                "past": (ends := event.ends(zone)) is not None and ends <= now,
            }
            for number, event in enumerate(events, 1)
        ],
        noted=dates.noted(campaign_id),
        zone=zone.key,
        now=now,
    )


def years_of(year: int) -> tuple[str, str]:
    """The names of years N and N+1 of a campaign."""
    return str(YearName(begins=year - 1)), str(YearName(begins=year))


def _place(campaign_id: int, item: Item) -> str:
    """The page on which something can be done about it."""
    if item.place == Place.EVENT:
        return url_for("campaign_dates.event", campaign_id=campaign_id, event_id=item.number)
    if item.place == Place.RUN:
        return url_for("campaign.run", campaign_id=campaign_id, run_id=item.number)
    if item.place == Place.APPROVAL:
        return url_for("campaign.approval", campaign_id=campaign_id)
    if item.place == Place.GATE:
        return url_for("gate_admin.maintenance" if visitor().may(Verb.RUN_PROJECT) else "gate_admin.windows")
    if item.place == Place.DECLARATION:
        if visitor().may(Verb.IMPORT_FEEDS):
            return url_for("feeds_declaring_admin.declaration", declaration_id=item.number)
        return url_for("campaign.step", campaign_id=campaign_id, step=min(STEPS))
    return url_for("campaign.step", campaign_id=campaign_id, step=item.number)


def _picture(
    events: Sequence[Event], schools: Sequence[int], axis: Axis, zone: ZoneInfo, now: datetime
) -> dict[str, Any]:
    """Lanes of marks, lanes of closings and the axis, in percent."""
    closed: dict[WindowKind, list[dict[str, Any]]] = {}
    for line in queries.closings(schools, now):
        end = line.w.end or line.w.announced_end or axis.end
        if not line.w.closes or end < axis.start or line.w.start > axis.end:
            continue
        at, width = axis.segment(line.w.start, end)
        closed.setdefault(line.window.kind, []).append({"at": at, "width": width, "line": line})
    return {
        "lanes": lanes(events, axis, zone),
        "closed": [(*CLOSED_BY[kind], segments) for kind in WindowKind if (segments := closed.get(kind))],
        "ticks": axis.ticks(zone, current_language()),
        "now": axis.at(now) if axis.holds(now) else None,
        "looks": EVENT_LOOKS,
    }
