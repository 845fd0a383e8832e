"""A campaign from a preset, what it writes ahead into the gate and the feeds, and dates that move (CAL-1 to CAL-12, GATE-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.actions import COMMAND
from app.campaign.calendar import Dates, State
from app.campaign.dates import actions, queries
from app.campaign.dates.problems import DateInPast, EndsBeforeItBegins, NoSchools, PastDate, SchoolsTaken
from app.campaign.models import CalendarEvent, Campaign
from app.campaign.moving import completed
from app.campaign.presets import PRESETS
from app.content.actions import ChangedMeanwhile
from app.db import db
from app.directory.queries import years
from app.feeds.pauses.models import FeedPause
from app.feeds.pauses.queries import paused
from app.gate.actions import remove_window
from app.gate.models import ClosingWindow
from app.gate.queries import closures
from app.gate.windows import WindowKind
from app.profiles import Place, Profile
from app.pulse import pulse
from tests.people import Cast, cast
from tests.signing import sign_in

SPRING = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def make(preset: str = "present", *, schools: Sequence[int] | None = None, now: datetime = SPRING) -> Campaign:
    chosen = PRESETS[preset]
    anchors = completed(
        chosen.anchors, first_day=date(2026, 9, 1), teachers=date(2026, 8, 31), last_day=date(2026, 7, 4)
    )
    made = actions.create(chosen, year=2026, anchors=anchors, school_ids=schools, by=COMMAND, now=now)
    db.session.commit()
    return made


def row(campaign: Campaign, key: str) -> CalendarEvent:
    where = (CalendarEvent.campaign_id == campaign.id, CalendarEvent.key == key)
    return db.session.scalars(select(CalendarEvent).where(*where)).one()


def windows(kind: str) -> list[ClosingWindow]:
    query = select(ClosingWindow).where(ClosingWindow.kind == kind, ClosingWindow.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(ClosingWindow.start_at, ClosingWindow.start_day, ClosingWindow.id)))


def decided(school_id: int, profile: Profile, at: datetime) -> WindowKind | None:
    pulse().forget()
    return closures().at_place(Place(school_id=school_id, profile=profile), at).kind


def redate(
    campaign: Campaign, key: str, at: datetime, until: datetime | None = None, now: datetime = SPRING
) -> list[str]:
    found = row(campaign, key)
    dates = replace(Dates.of(queries.facts(found)), at=at, until=until)
    moved = actions.redate(found, dates, version=found.version, by=COMMAND, now=now)
    db.session.commit()
    return moved


def test_a_campaign_takes_the_schools_of_its_presets_kind_and_closes_only_those(people: Cast) -> None:
    """CAL-10: the collège in summer; the primary school is left open."""
    campaign = make()
    assert queries.school_ids(campaign.id) == [people.college.id]
    in_july = datetime(2026, 7, 13, 12, tzinfo=UTC)
    assert decided(people.college.id, Profile.TEACHER, in_july) == WindowKind.MAINTENANCE
    assert decided(people.primary.id, Profile.TEACHER, in_july) is None


def test_the_maintenance_is_the_campaigns_and_holds_until_the_run_is_green(people: Cast) -> None:
    """GATE-14: a run's maintenance ends with its checks, whatever hour was announced."""
    make()
    first, second = windows("maintenance")
    assert (first.source, first.holds, first.school_id) == ("campaign", True, people.college.id)
    assert first.start_at == datetime(2026, 7, 12, 18, tzinfo=UTC)
    assert second.start_at == datetime(2026, 8, 25, 18, tzinfo=UTC)
    assert decided(people.college.id, Profile.STAFF, datetime(2026, 7, 30, tzinfo=UTC)) == WindowKind.MAINTENANCE


def test_families_wait_from_the_first_of_august_to_the_first_day_at_eight(people: Cast) -> None:
    """GATE-2, the present preset: until the first day at an hour, changeable by each school within a week."""
    make()
    (window,) = windows("profiles")
    assert (window.start_day, window.end_at) == (date(2026, 8, 1), datetime(2026, 9, 1, 6, tzinfo=UTC))
    assert sorted(window.profiles) == ["guardian", "student"]
    assert (window.earliest_end, window.latest_end) == (date(2026, 8, 25), date(2026, 9, 8))


def test_in_the_vienne_families_wait_until_the_first_day_inclusive(people: Cast) -> None:
    """GATE-2, GATE-3: both ends exist."""
    make("vienne-2024")
    (window,) = windows("profiles")
    assert (window.start_day, window.end_day) == (date(2026, 8, 27), date(2026, 9, 1))
    school = people.college.id
    assert decided(school, Profile.GUARDIAN, datetime(2026, 9, 1, 21, 59, tzinfo=UTC)) == WindowKind.PROFILES
    assert decided(school, Profile.GUARDIAN, datetime(2026, 9, 1, 22, tzinfo=UTC)) is None
    assert windows("maintenance") == []


def test_in_2021_the_families_window_opens_with_step_four(people: Cast) -> None:
    make("secondary-2021")
    (window,) = windows("profiles")
    assert window.start_at == windows("maintenance")[1].start_at == datetime(2026, 8, 15, 18, tzinfo=UTC)


def test_primary_closes_nobody_ahead(people: Cast) -> None:
    """CAL-10: no families' window, and each school's chain runs behind its own closure."""
    campaign = make("primary-2018")
    assert queries.school_ids(campaign.id) == [people.primary.id]
    assert windows("profiles") == windows("maintenance") == []


def test_a_project_with_both_kinds_has_a_campaign_of_each(people: Cast) -> None:
    """CAL-10."""
    make()
    make("primary-2018")
    assert len(queries.active_campaigns()) == 2


def test_a_campaign_of_the_whole_project_writes_the_projects_windows(people: Cast) -> None:
    """One window for everybody, where every school in service comes along."""
    campaign = make(schools=[people.college.id, people.primary.id])
    assert queries.covers_project(campaign.id)
    assert {window.school_id for window in windows("maintenance") + windows("profiles")} == {None}


def test_a_school_is_in_one_active_campaign_only(people: Cast) -> None:
    campaign = make()
    with pytest.raises(SchoolsTaken) as refused:
        make("vienne-2024")
    assert people.college.uai in str(refused.value)
    db.session.rollback()
    actions.close(campaign, by=COMMAND, now=SPRING)
    db.session.commit()
    assert windows("maintenance") == windows("profiles") == []
    assert db.session.scalars(select(FeedPause)).all() == []
    make("vienne-2024")


def test_a_campaign_without_a_school_is_refused(people: Cast) -> None:
    with pytest.raises(NoSchools):
        make(schools=[])


def test_the_imports_stop_with_the_first_interruption_and_resume_with_step_four(people: Cast) -> None:
    """CAL-3."""
    make()
    assert paused("portal", datetime(2026, 7, 12, 3, 59, tzinfo=UTC)) is None
    assert paused("portal", datetime(2026, 7, 12, 4, tzinfo=UTC)) is not None
    assert paused("portal", datetime(2026, 8, 25, 17, 59, tzinfo=UTC)) is not None
    assert paused("portal", datetime(2026, 8, 25, 18, tzinfo=UTC)) is None


def test_each_target_resumes_on_its_own_date(people: Cast) -> None:
    """CAL-3 as in the Vienne: the portal on 27 August, the servers with Scribe on 2 September."""
    make("vienne-2024")
    stops = {stop.target: stop.ends_at for stop in db.session.scalars(select(FeedPause))}
    assert stops == {
        "portal": datetime(2026, 8, 27, 4, tzinfo=UTC),
        "servers": datetime(2026, 9, 1, 22, tzinfo=UTC),
    }


def test_the_anchors_become_the_years(people: Cast) -> None:
    """CAL-12, GATE-8: what may be told depends on the first day."""
    make()
    assert years()[2026].first_day == date(2026, 9, 1)
    assert years()[2025].holidays_from == date(2026, 7, 5)


def test_what_should_have_happened_before_is_skipped_and_closes_nobody(people: Cast) -> None:
    """A campaign made in August does not run July's steps, nor send June's notice."""
    campaign = make(now=datetime(2026, 8, 10, 8, tzinfo=UTC))
    states = {event.key: event.state for event in queries.events(campaign.id)}
    assert states["steps-1-3"] == states["notice-procedure"] == State.SKIPPED
    assert states["families"] == states["step-4"] == State.OPEN
    assert len(windows("maintenance")) == 1


def test_a_date_that_moves_takes_its_window_along_and_writes_no_second(people: Cast) -> None:
    campaign = make()
    redate(campaign, "steps-1-3", datetime(2026, 7, 20, 18, tzinfo=UTC), datetime(2026, 7, 24, 6, tzinfo=UTC))
    first, _second = windows("maintenance")
    assert (first.start_at, first.end_at) == (
        datetime(2026, 7, 20, 18, tzinfo=UTC),
        datetime(2026, 7, 24, 6, tzinfo=UTC),
    )
    assert paused("portal", datetime(2026, 7, 19, tzinfo=UTC)) is None
    assert db.session.scalar(select(func.count()).select_from(FeedPause)) == 1


def test_moving_the_first_day_moves_what_is_tied_to_it(people: Cast) -> None:
    """CAL-12, GATE-17: the families' end, step 4, its maintenance, the notices; the hour stays."""
    campaign = make(schools=[people.college.id, people.primary.id])
    moved = redate(campaign, "first-day", datetime(2026, 9, 3, 6, tzinfo=UTC))
    assert {"first-day", "families", "step-4", "notice-new-year", "notice-restriction", "pause"} <= set(moved)
    (window,) = windows("profiles")
    assert window.end_at == datetime(2026, 9, 3, 6, tzinfo=UTC)
    assert windows("maintenance")[1].start_at == datetime(2026, 8, 27, 18, tzinfo=UTC)
    assert years()[2026].first_day == date(2026, 9, 3)


def test_a_schools_own_dates_survive_a_move(people: Cast) -> None:
    """GATE-4: the amendment belongs to the school; the window under it is the same one."""
    from app.gate.actions import amend_window
    from app.gate.windows import Bound

    campaign = make()
    (window,) = windows("profiles")
    amend_window(
        window, school_id=people.college.id, end=Bound(day=date(2026, 9, 2)), by_operator=False, by=COMMAND, now=SPRING
    )
    db.session.commit()
    redate(campaign, "families", datetime(2026, 8, 8, 22, tzinfo=UTC), datetime(2026, 9, 1, 6, tzinfo=UTC))
    (again,) = windows("profiles")
    assert again.id == window.id
    assert [a.end_day for a in again.amendments] == [date(2026, 9, 2)]


def test_a_window_that_somebody_removed_is_written_again_when_its_date_moves(people: Cast) -> None:
    campaign = make()
    remove_window(windows("maintenance")[0], by=COMMAND, now=SPRING)
    db.session.commit()
    assert queries.gate_stands(campaign.id)["steps-1-3"] is False
    redate(campaign, "steps-1-3", datetime(2026, 7, 21, 18, tzinfo=UTC), datetime(2026, 7, 24, 6, tzinfo=UTC))
    assert windows("maintenance")[0].start_at == datetime(2026, 7, 21, 18, tzinfo=UTC)


def test_a_dropped_event_takes_its_window_away(people: Cast) -> None:
    campaign = make()
    actions.drop(row(campaign, "families"), note="Les écoles restent ouvertes.", by=COMMAND, now=SPRING)
    db.session.commit()
    assert windows("profiles") == []


def test_a_date_is_changed_until_it_has_passed_and_only_ahead(people: Cast) -> None:
    campaign = make()
    late = datetime(2026, 7, 3, 8, tzinfo=UTC)
    with pytest.raises(DateInPast):
        redate(campaign, "steps-1-3", datetime(2026, 7, 1, tzinfo=UTC), now=late)
    db.session.rollback()
    with pytest.raises(EndsBeforeItBegins):
        redate(campaign, "steps-1-3", datetime(2026, 7, 8, tzinfo=UTC), datetime(2026, 7, 7, tzinfo=UTC), now=late)
    db.session.rollback()
    with pytest.raises(PastDate):
        redate(campaign, "dry-run", datetime(2026, 7, 8, tzinfo=UTC), now=late)


def test_two_people_at_one_date_are_told(people: Cast) -> None:
    campaign = make()
    found = row(campaign, "steps-1-3")
    seen = found.version
    redate(campaign, "steps-1-3", datetime(2026, 7, 20, 18, tzinfo=UTC))
    with pytest.raises(ChangedMeanwhile):
        actions.redate(found, Dates(at=SPRING + timedelta(days=90)), version=seen, by=COMMAND, now=SPRING)


def test_a_maintenance_that_has_begun_is_left_to_its_run(people: Cast) -> None:
    """GATE-14: its end is told by the operator, not by a calendar that is edited."""
    campaign = make()
    during = datetime(2026, 7, 13, tzinfo=UTC)
    (first, _second) = windows("maintenance")
    actions.close(campaign, by=COMMAND, now=during)
    db.session.commit()
    assert [window.id for window in windows("maintenance")] == [first.id]


def test_operations_are_noted_by_who_did_them(people: Cast) -> None:
    """CHECK-3: a school's by each school, done when all have; the others by the project."""
    campaign = make("vienne-2024")
    koxo = row(campaign, "koxo-cleaned")
    actions.note(koxo, State.DONE, "Fait le 20 août.", version=koxo.version, by=COMMAND, now=SPRING)
    cleaned = row(campaign, "staff-room-cleaned")
    actions.note_for_school(cleaned, people.college.id, State.DONE, "", by=COMMAND, now=SPRING)
    db.session.commit()
    assert (koxo.state, cleaned.state) == ("done", "done")
    assert queries.noted(campaign.id)[cleaned.id].done == 1
    actions.note_for_school(cleaned, people.college.id, State.OPEN, "", by=COMMAND, now=SPRING)
    db.session.commit()
    assert cleaned.state == "open"


def test_the_calendar_page_counts_its_queries(people: Cast, client: FlaskClient, count_queries: Any) -> None:
    """A fixed number, whatever the events."""
    campaign = make()
    sign_in(client, people.operator)
    url = f"/administration/campagnes/{campaign.id}/calendrier"
    client.get(url)
    with count_queries() as few:
        text = client.get(url).text
    assert "Maintenance" in text
    for number in range(200):
        event = CalendarEvent(campaign_id=campaign.id, key=f"more-{number}", kind="operation", title="Encore")
        event.actor, event.details, event.earliest = "school", {}, date(2026, 9, 1)
        db.session.add(event)
    db.session.commit()
    with count_queries() as many:
        client.get(url)
    assert len(many) <= len(few)
