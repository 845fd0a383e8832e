"""Making a calendar, moving its dates, noting what was done. Never commits.

Whatever an event closes or stops is written ahead at once, into the gate (source 'campaign') and into the feeds, and moves with
the event; a window or stop is never written twice. ``now`` is portal time, days are of the project's zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.actions import Actor as Doer
from app.audit.actions import record
from app.campaign import ahead
from app.campaign.calendar import Dates, Event, EventKind, State, by_key, editable, redated
from app.campaign.dates import queries
from app.campaign.dates.models import EventPause, EventSchool, EventWindow
from app.campaign.dates.problems import (
    DateInPast,
    EndsBeforeItBegins,
    NeedsDay,
    NeedsInstant,
    NoSchools,
    NotTracked,
    NotWaiting,
    PastDate,
    SchoolsTaken,
    UnknownVariant,
)
from app.campaign.models import CalendarEvent, Campaign, CampaignSchool
from app.campaign.moving import Anchors, Preset, moved, passed
from app.campaign.order import followed
from app.content.actions import demand_version
from app.db import db
from app.directory.actions import set_year
from app.directory.queries import years
from app.feeds.pauses import actions as feeds
from app.feeds.pauses.models import FeedPause
from app.gate import actions as gate
from app.gate.models import ClosingWindow
from app.gate.windows import Bound, Source
from app.schoolyear import local_day
from app.words import Words

# A new campaign --------------------------------------------------------------------------------------------------------


def create(
    preset: Preset,
    *,
    year: int,
    anchors: Anchors,
    school_ids: Collection[int] | None = None,
    variant: str = "",
    two_approve: bool = False,
    by: Doer,
    now: datetime,
) -> Campaign:
    """A campaign to the school year that begins in ``year``, by a preset moved to ``anchors`` (CAL-4, CAL-10, CAL-12).

    ``school_ids`` None: every school in service of the preset's kind. ``two_approve``: plans need a second person's word (G1).
    The anchors become the project's. What the portal should
    have done before ``now`` is skipped, not caught up. Raises ``UnknownVariant``, ``NoSchools`` and ``SchoolsTaken``.
    """
    if variant and variant not in preset.variants:
        raise UnknownVariant(variant=variant, field="variant")
    chosen = [one.id for one in queries.schools_of_kind(preset.kind)] if school_ids is None else sorted(set(school_ids))
    demand_free(chosen)
    set_year(year - 1, {"last_day": anchors.last_day, "holidays_from": anchors.holidays}, by=by, now=now)
    set_year(year, {"teachers_first_day": anchors.teachers, "first_day": anchors.first_day}, by=by, now=now)
    made = Campaign(year=year, preset=preset.name, title=preset.title, state="active", created_at=now)
    made.two_approve = two_approve
    db.session.add(made)
    db.session.flush()
    db.session.add_all(CampaignSchool(campaign_id=made.id, school_id=number) for number in chosen)
    zone = queries.zone()
    planned = [passed(event, now, zone) for event in moved(preset, anchors, zone, variant=variant)]
    for event in ahead.with_ends(planned, zone):
        row = CalendarEvent(campaign_id=made.id, key=event.key, kind=event.kind.value)
        _write(row, event)
        db.session.add(row)
    db.session.flush()
    after = {"preset": preset.name, "year": year, "schools": len(chosen), "variant": variant}
    record("campaign.created", by=by, now=now, subject=("campaign", made.id), after=after)
    write_ahead(made, by=by, now=now)
    return made


def demand_free(school_ids: Collection[int]) -> int:
    """How many schools these are, all free for a campaign. Raises ``NoSchools`` and ``SchoolsTaken``."""
    if not school_ids:
        raise NoSchools()
    if taken := queries.taken(school_ids):
        told = ", ".join(taken[:5]) + (" …" if len(taken) > 5 else "")
        raise SchoolsTaken(count=len(taken), schools=told)
    return len(school_ids)


def close(campaign: Campaign, *, by: Doer, now: datetime) -> None:
    """The campaign is over, or was a mistake: nothing of it fires any more, and what it had written ahead is taken back.

    What runs stays: only green checks or an operator open a maintenance (GATE-14), and families wait for their day (GATE-8).
    """
    if campaign.state != "active":
        return
    campaign.state = "closed"
    for row in queries.event_rows(campaign.id):
        begun = row.kind == EventKind.FAMILIES and row.at is not None and row.at <= now
        if row.state in (State.OPEN.value, State.LATE.value) and not begun:
            row.state = State.SKIPPED.value
    db.session.flush()
    write_ahead(campaign, by=by, now=now)
    record("campaign.closed", by=by, now=now, subject=("campaign", campaign.id))


def _write(row: CalendarEvent, event: Event) -> None:
    row.title, row.actor, row.automatic = event.title, event.actor.value, event.automatic
    row.earliest, row.latest, row.at, row.until = event.earliest, event.latest, event.at, event.until
    row.details, row.state = queries.details_of(event), event.state.value


# Dates -----------------------------------------------------------------------------------------------------------------


def proposed(event: Event, dates: Dates, now: datetime) -> Event:
    """The event with other dates, checked: nothing is written.

    Raises ``PastDate`` for one that may not be changed any more, ``DateInPast``, ``NeedsInstant``, ``EndsBeforeItBegins``.
    """
    zone = queries.zone()
    at, until = dates.at, dates.until
    if not editable(event, now, zone):
        raise PastDate()
    if at is None and event.at is not None:
        raise NeedsInstant(field="day")
    if at is None and event.at is None and dates.earliest is None and dates.latest is None:
        raise NeedsDay(field="earliest")
    if at is not None and until is not None and until <= at:
        raise EndsBeforeItBegins(field="end_day")
    if dates.earliest is not None and dates.latest is not None and dates.latest < dates.earliest:
        raise EndsBeforeItBegins(field="latest")
    if event.automatic and at is not None and at != event.at and at <= now:
        raise DateInPast(Words(DateInPast.message, at=at, zone=zone.key), field="day")
    if event.automatic and until is not None and until != event.until and until <= now:
        raise DateInPast(Words(DateInPast.message, at=until, zone=zone.key), field="end_day")
    new = redated(event, dates, zone)
    fresh = at is not None and at > now and event.state in (State.SKIPPED, State.LATE, State.RUNNING)
    return replace(new, state=State.OPEN, note="", fired_at=None) if fresh else new


def redate(row: CalendarEvent, dates: Dates, *, version: int, by: Doer, now: datetime) -> list[str]:
    """Move an event, and with it what is tied to it and what they have written ahead; the keys of all that moved.

    Raises what ``proposed`` raises, and ``ChangedMeanwhile`` where ``version`` is not the row's.
    """
    demand_version(row.version, version)
    campaign = queries.campaign_by_id(row.campaign_id)
    zone = queries.zone()
    rows = {one.key: one for one in queries.event_rows(campaign.id)}
    known = [queries.facts(one) for one in rows.values()]
    new = proposed(queries.facts(row), dates, now)
    after = by_key(ahead.with_ends(followed(known, new, now, zone), zone))
    before = by_key(known)
    changed = [key for key, event in after.items() if event != before[key]]
    for key in changed:
        _write(rows[key], after[key])
        was, is_ = _dates(before[key]), _dates(after[key])
        record("event.moved", by=by, now=now, subject=("calendar-event", rows[key].id), before=was, after=is_)
    row.note = new.note
    row.fired_at = new.fired_at
    if not changed:
        return []
    db.session.flush()
    if row.key == "first-day" and new.at is not None and queries.covers_project(campaign.id):
        # GATE-8, GATE-17: what may be told from which day on follows the pupils' first day.
        set_year(campaign.year, {"first_day": local_day(new.at, zone)}, by=by, now=now)
    write_ahead(campaign, changed, by=by, now=now)
    return changed


def _dates(event: Event) -> dict[str, str | None]:
    return {
        "at": event.at.isoformat() if event.at else None,
        "until": event.until.isoformat() if event.until else None,
        "earliest": event.earliest.isoformat() if event.earliest else None,
    }


def drop(row: CalendarEvent, *, note: str, by: Doer, now: datetime) -> None:
    """What the portal was to do is left out; what it had written ahead goes. Raises ``NotWaiting`` once it has begun."""
    event = queries.facts(row)
    if not event.waits or event.tracked:
        raise NotWaiting()
    row.state, row.note = State.SKIPPED.value, note.strip()
    db.session.flush()
    record("event.dropped", by=by, now=now, subject=("calendar-event", row.id), after={"key": row.key})
    write_ahead(queries.campaign_by_id(row.campaign_id), [row.key], by=by, now=now)


# Written ahead ---------------------------------------------------------------------------------------------------------


def write_ahead(campaign: Campaign, keys: Iterable[str] | None = None, *, by: Doer, now: datetime) -> None:
    """Bring the gate's windows and the feeds' stops to what the calendar says, for the events named or for all."""
    zone, rows = queries.zone(), queries.event_rows(campaign.id)
    known = [queries.facts(row) for row in rows]
    wanted = None if keys is None else set(keys)
    year = years().get(campaign.year - 1)
    schools: list[int | None] = [None] if queries.covers_project(campaign.id) else [*queries.school_ids(campaign.id)]
    for event in known:
        if event.kind in (EventKind.STEPS, EventKind.FAMILIES) and (wanted is None or event.key in wanted):
            asked = ahead.closing(event, known, zone, last_day=year.last_day if year else None)
            _write_windows(campaign.id, event, asked, schools, by=by, now=now)
    # A stop ends where something else resumes, so that any change may move it.
    for event in known:
        if event.kind == EventKind.PAUSE:
            _write_stops(event, ahead.stops(event, known, zone), by=by, now=now)


def _write_windows(
    campaign_id: int,
    event: Event,
    asked: ahead.Closing | None,
    schools: Sequence[int | None],
    *,
    by: Doer,
    now: datetime,
) -> None:
    links = select(ClosingWindow).join(EventWindow, EventWindow.window_id == ClosingWindow.id)
    alive = (EventWindow.event_id == event.id, ClosingWindow.removed_at.is_(None), ClosingWindow.ended_at.is_(None))
    standing = {window.school_id: window for window in db.session.scalars(links.where(*alive))}
    closes_now = event.kind == EventKind.STEPS and _begun(standing.values(), now)
    if event.kind == EventKind.STEPS and queries.is_begun(campaign_id, event, now):
        # A maintenance behind which a step has begun belongs to its run and to the operator who tells its end.
        return
    if event.kind == EventKind.STEPS and asked is not None and not standing and _past(asked.start, now):
        # An operator has opened it: what else moves in the calendar closes nothing again.
        return
    for school_id in [] if asked is None else schools:
        window = standing.pop(school_id, None)
        if asked is None:
            break
        values: dict[str, Any] = {"start": asked.start, "end": asked.end, "limits": asked.limits}
        if window is not None and closes_now and not _past(asked.start, now):
            # It was closed for nothing, and opens until then; what was written into that closing is not the next one's.
            _let_go(event.id, window, by=by, now=now)
        elif window is not None:
            gate.change_window(window, values, by=by, now=now)
            continue
        made = gate.add_window(
            kind=asked.kind.value,
            profiles=sorted(profile.value for profile in asked.profiles),
            school_id=school_id,
            source=Source.CAMPAIGN,
            holds=asked.holds,
            by=by,
            now=now,
            **values,
        )
        write_window(event.id, made.id)
    for window in standing.values():
        if closes_now:
            _let_go(event.id, window, by=by, now=now)
        else:
            gate.remove_window(window, by=by, now=now)
    db.session.flush()


def _let_go(event_id: int, window: ClosingWindow, *, by: Doer, now: datetime) -> None:
    """A closing behind which nothing has begun opens (GATE-14): it is the gate's history, and the event's no more."""
    gate.end_window(window, reason="nothing begun", by=by, now=now)
    db.session.delete(db.session.get_one(EventWindow, (event_id, window.id)))


def write_window(event_id: int, window_id: int) -> None:
    """Remember that an event has closed something: it opens with the event."""
    db.session.add(EventWindow(event_id=event_id, window_id=window_id))


def _begun(windows: Iterable[ClosingWindow], now: datetime) -> bool:
    return any(window.start_at is not None and window.start_at <= now for window in windows)


def _past(start: Bound, now: datetime) -> bool:
    return start.instant is not None and start.instant <= now


def _write_stops(event: Event, asked: Sequence[ahead.Stop], *, by: Doer, now: datetime) -> None:
    links = select(FeedPause).join(EventPause, EventPause.pause_id == FeedPause.id)
    standing = {pause.target: pause for pause in db.session.scalars(links.where(EventPause.event_id == event.id))}
    for stop in asked:
        pause = standing.pop(stop.target, None)
        if pause is not None:
            feeds.change_pause(pause, starts_at=stop.starts, ends_at=stop.ends, by=by, now=now)
            continue
        made = feeds.pause(stop.target, starts_at=stop.starts, ends_at=stop.ends, source="campaign", by=by, now=now)
        db.session.add(EventPause(event_id=event.id, pause_id=made.id))
    for pause in standing.values():
        db.session.delete(db.session.get_one(EventPause, (event.id, pause.id)))
        db.session.flush()
        feeds.remove_pause(pause, by=by, now=now)
    db.session.flush()


# Noting (CHECK-3) ------------------------------------------------------------------------------------------------------


def note(row: CalendarEvent, state: State, text: str, *, version: int, by: Doer, now: datetime) -> None:
    """Say how far an operation outside the portal is: open again, done, or not needed here; by whoever does it.

    Raises ``NotTracked`` for what the portal does itself, ``ChangedMeanwhile``.
    """
    if not queries.facts(row).tracked:
        raise NotTracked()
    demand_version(row.version, version)
    before = {"state": row.state}
    row.state, row.note = state.value, text.strip()
    done = state != State.OPEN
    row.done_at, row.done_by_id = (now, by.person_id) if done else (None, None)
    db.session.flush()
    after = {"state": state.value}
    record("event.noted", by=by, now=now, subject=("calendar-event", row.id), before=before, after=after)


def note_for_school(row: CalendarEvent, school_id: int, state: State, text: str, *, by: Doer, now: datetime) -> None:
    """The same of one school's own part; when every school of the campaign has noted it, the event is done."""
    if not queries.facts(row).tracked:
        raise NotTracked()
    found = queries.noted_by(row.id, school_id)
    if state == State.OPEN:
        if found is not None:
            db.session.delete(found)
    elif found is None:
        db.session.execute(_noting(row.id, school_id, state, text.strip(), by=by, now=now))
    else:
        found.state, found.note, found.noted_at, found.noted_by_id = state.value, text.strip(), now, by.person_id
    db.session.flush()
    count = select(func.count()).select_from(EventSchool).where(EventSchool.event_id == row.id)
    everybody = (db.session.scalar(count) or 0) >= len(queries.school_ids(row.campaign_id))
    row.state, row.done_at = (State.DONE.value, now) if everybody else (State.OPEN.value, None)
    db.session.flush()
    subject = ("calendar-event", row.id)
    record("event.noted", by=by, now=now, subject=subject, school_id=school_id, after={"state": state.value})


def _noting(event_id: int, school_id: int, state: State, text: str, *, by: Doer, now: datetime) -> Any:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"event_id": event_id, "school_id": school_id, "state": state.value, "note": text}
    made = insert(EventSchool).values(**values, noted_at=now, noted_by_id=by.person_id)
    return made.on_conflict_do_update(
        index_elements=["event_id", "school_id"],
        set_={"state": state.value, "note": text, "noted_at": now, "noted_by_id": by.person_id},
    )


def once_for_school(event_id: int, school_id: int, *, by: Doer, now: datetime) -> bool:
    """Claim something that is done once for a school (CAL-7); False where it was claimed before."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"event_id": event_id, "school_id": school_id, "state": State.DONE.value, "note": ""}
    made = insert(EventSchool).values(**values, noted_at=now, noted_by_id=by.person_id)
    claimed = made.on_conflict_do_nothing(index_elements=["event_id", "school_id"]).returning(EventSchool.school_id)
    return db.session.scalars(claimed).one_or_none() is not None
