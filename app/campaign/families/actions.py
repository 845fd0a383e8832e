"""Prolonging the families' window of a school that has no class of the new year, day by day (CAL-11). Never commits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.audit.actions import Actor, record
from app.campaign.calendar import later
from app.campaign.dates import queries
from app.campaign.dates.models import EventSchool
from app.campaign.families.queries import BEFORE, DECIDED, HELD, ends_of, is_about, marks
from app.campaign.firing.queries import without_classes
from app.campaign.models import CalendarEvent
from app.db import db
from app.gate.actions import amend_window, remove_amendment
from app.gate.models import ClosingWindow, WindowAmendment
from app.gate.queries import closures
from app.gate.windows import Bound

#: What families read meanwhile. It names no class and promises nothing (GATE-8).
MESSAGE = (
    "Les classes de la nouvelle année ne sont pas encore arrivées dans l’établissement. "
    "La date de réouverture est revue chaque jour."
)


def keep_waiting(event_id: int, *, by: Actor, now: datetime) -> int:
    """Bring the ends of a families' event to what CAL-11 says; how many schools changed. ``now`` is portal time.

    1. A school without a class of N+1 whose window ends there within a day is prolonged by a day, and again the next day. An end
       that nobody looked at in time is caught up (G18), unless the project had set it itself.
    2. Where the classes have arrived the school follows the calendar again.
    3. Where somebody has set another end since, that is left alone from then on: the owner prolongs it, or opens with
       'classes to come'.
    """
    row = db.session.get_one(CalendarEvent, event_id, populate_existing=True, with_for_update=True)
    campaign = queries.campaign_by_id(row.campaign_id)
    known = marks(event_id)
    schools = queries.school_ids(campaign.id)
    missing = {school.id for school in without_classes(schools, campaign.year)}
    changed = 0
    for window in queries.standing_windows(event_id):
        concerned = schools if window.school_id is None else [window.school_id]
        ends = ends_of(window, concerned)
        for school_id in concerned:
            mark, own = known.get(school_id), _own(window, school_id)
            if mark is not None and mark.state == HELD and (own is None or _told(own) != mark.note):
                mark.state, mark.noted_at = DECIDED, now
                changed += 1
            elif mark is not None and mark.state == DECIDED:
                continue
            elif school_id in missing:
                end = ends.get(school_id)
                # What the portal holds it holds on, however long nobody looked.
                if end is not None and (
                    _is_held(mark, end, now) or (is_about(end, now) and (end > now or own is None))
                ):
                    _prolong(row, window, school_id, end, mark, by=by, now=now)
                    changed += 1
            elif mark is not None and own is not None:
                remove_amendment(window, own, by=by, now=now)
                db.session.delete(mark)
                changed += 1
    db.session.flush()
    return changed


def _is_held(mark: EventSchool | None, end: datetime, now: datetime) -> bool:
    return mark is not None and end <= now + BEFORE


def _own(window: ClosingWindow, school_id: int) -> WindowAmendment | None:
    """What the project has set for the whole school."""
    return next(
        (
            a
            for a in window.amendments
            if (a.school_id, a.level, a.class_id, a.by_operator) == (school_id, None, None, True)
        ),
        None,
    )


def _told(amendment: WindowAmendment) -> str:
    return amendment.end_at.isoformat() if amendment.end_at is not None else ""


def _prolong(
    row: CalendarEvent,
    window: ClosingWindow,
    school_id: int,
    end: datetime,
    mark: EventSchool | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    zone = ZoneInfo(closures().zone(school_id))
    new = later(end, 1, zone)
    while new <= now:
        new = later(new, 1, zone)
    amended = amend_window(
        window, school_id=school_id, end=Bound(instant=new), message=MESSAGE, by_operator=True, by=by, now=now
    )
    if mark is None:
        mark = EventSchool(event_id=row.id, school_id=school_id, state=HELD, noted_at=now, note="")
        db.session.add(mark)
    mark.noted_at, mark.note = now, _told(amended)
    after = {"until": new.isoformat()}
    record("families.prolonged", by=by, now=now, subject=("calendar-event", row.id), school_id=school_id, after=after)
