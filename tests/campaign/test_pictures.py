"""What the campaign's pages draw and say, decided without a database: stages, marks, what needs somebody, progress."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.campaign.calendar import Actor, Event, EventKind, State, Waiting
from app.campaign.overview.attention import Place, StepFacts, attention
from app.campaign.overview.picture import APART, axis_of, lanes, when
from app.campaign.stepping.stages import Stage, stage_of
from app.campaign.watching.progress import percent, school_state, time_left
from app.web.axis import Axis
from app.words import Words

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 7, 9, 8, tzinfo=UTC)


def event(number: int, at: datetime | None = None, **more: object) -> Event:
    values = {"id": number, "key": f"e{number}", "kind": EventKind.OPERATION, "title": "X", "actor": Actor.SCHOOL}
    return Event(**{**values, "at": at, **more})  # type: ignore[arg-type]


def test_a_step_goes_from_no_plan_to_undone_and_begins_anew_with_a_newer_plan() -> None:
    """G1, G4, G8."""
    assert stage_of(plan=None) == Stage.NO_PLAN
    assert stage_of(plan=4) == Stage.PLANNED
    assert stage_of(plan=4, approved=True, second_missing=True) == Stage.SECOND
    assert stage_of(plan=4, approved=True) == Stage.APPROVED
    for state in ("running", "paused", "failed", "done", "stopped", "undone"):
        assert stage_of(plan=4, approved=True, run=state, run_plan=4) == Stage(state)
    assert stage_of(plan=4, approved=True, run="done", run_plan=4, undo="paused") == Stage.UNDOING
    assert stage_of(plan=4, approved=True, run="undone", run_plan=4, undo="done") == Stage.UNDONE
    assert stage_of(plan=5, run="undone", run_plan=4, undo="done") == Stage.PLANNED
    assert stage_of(plan=5, approved=True, run="stopped", run_plan=4) == Stage.APPROVED


def test_marks_of_a_lane_never_touch_and_stay_in_the_picture() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    events = [event(n, start + timedelta(days=n)) for n in range(30)]
    axis = Axis(start, start + timedelta(days=30))
    (lane,) = lanes(events, axis, PARIS)
    rows: dict[int, list[float]] = {}
    for mark in lane.marks:
        rows.setdefault(mark.y, []).append(mark.at)
        assert APART / 2 <= mark.at <= 100 - APART / 2
        assert mark.y < lane.height
    assert [mark.number for mark in lane.marks] == list(range(1, 31))
    assert all(second - first >= APART for ats in rows.values() for first, second in pairwise(ats))


def test_a_calendar_without_a_date_has_no_picture_and_a_far_today_is_not_drawn() -> None:
    assert axis_of([event(1)], PARIS, NOW) is None
    far = axis_of([event(1, NOW + timedelta(days=300))], PARIS, NOW)
    near = axis_of([event(1, NOW + timedelta(days=30))], PARIS, NOW)
    assert far is not None
    assert not far.holds(NOW)
    assert near is not None
    assert near.holds(NOW)


def test_each_kind_of_date_is_told_in_words() -> None:
    """GATE-3: a whole day is told inclusively."""
    at, until = datetime(2026, 7, 12, 18, tzinfo=UTC), datetime(2026, 7, 16, 6, tzinfo=UTC)
    assert str(when(event(1, at), PARIS)) == "dimanche 12 juillet 2026 à 20\u00a0h"
    assert "au jeudi 16 juillet" in str(when(event(1, at, until=until), PARIS))
    span = event(1, earliest=date(2026, 7, 1), latest=date(2026, 7, 3))
    assert str(when(span, PARIS)) == "entre le mercredi 1er juillet 2026 et le vendredi 3 juillet 2026"
    assert "au plus tard" in str(when(event(1, latest=date(2026, 7, 3)), PARIS))
    assert str(when(event(1), PARIS)) == "sans date"


def needs(*steps: StepFacts, waiting: tuple[Waiting, ...] = (), closed: int = 0) -> list[tuple[str, Place]]:
    return [(item.look, item.place) for item in attention(waiting, steps, closed, NOW, "Europe/Paris")]


def test_what_needs_somebody_names_late_events_failed_schools_plans_and_the_gate() -> None:
    """CHECK-3, G1, G18, GATE-14: the gravest first."""
    late = Waiting(event=event(9, NOW, state=State.LATE), words=Words("x"), urgent=True)
    soon = NOW + timedelta(days=3)
    failed = StepFacts(step=1, stage=Stage.FAILED, run_id=7, failed=2)
    planned = StepFacts(step=2, stage=Stage.PLANNED, begins=soon, event_state="open")
    bare = StepFacts(step=3, stage=Stage.NO_PLAN, begins=soon, event_state="open")
    found = needs(failed, planned, bare, waiting=(late,))
    assert found == [
        ("failed", Place.EVENT), ("failed", Place.RUN), ("waiting", Place.STEP), ("waiting", Place.APPROVAL),
    ]  # fmt: skip
    steps = [str(item.words) for item in attention((), [planned, bare], 0, NOW, "Europe/Paris")]
    assert ["Étape(s) 3" in steps[0], "Étape(s) 2" in steps[1]] == [True, True]
    assert needs(planned) == [("waiting", Place.APPROVAL)]
    assert needs(StepFacts(step=2, stage=Stage.PLANNED, begins=NOW + timedelta(days=90))) == []
    back = StepFacts(step=2, stage=Stage.UNDOING)
    assert needs(back) == []
    assert needs(replace(back, undo_waits=True)) == [("paused", Place.STEP)]
    done = StepFacts(step=3, stage=Stage.DONE, event_state="done")
    assert needs(done, closed=4) == [("maintenance", Place.GATE)]
    assert needs(done, StepFacts(step=2, stage=Stage.RUNNING, event_state="running"), closed=4) == []


def test_a_school_has_the_gravest_state_of_its_parts() -> None:
    """G15."""
    assert school_state([("done", False), ("failed", False)]) == "failed"
    assert school_state([("done", False), ("waiting", False)]) == "waiting"
    assert school_state([("done", False), ("done", False)]) == "done"
    assert school_state([("done", True), ("skipped", False)]) == "undone"
    assert school_state([("skipped", False)]) == "skipped"


def test_a_bar_is_full_only_at_its_end_and_time_is_told_roughly() -> None:
    assert [percent(0, 0), percent(0, 9), percent(999, 1000), percent(1000, 1000)] == [100, 0, 99, 100]
    assert time_left(None) is None
    assert str(time_left(timedelta(seconds=20))) == "moins d’une minute"
    assert str(time_left(timedelta(minutes=5))) == "environ 5 min"
    assert str(time_left(timedelta(minutes=125))) == "environ 2 h 05 min"
