"""What a date that moves takes along, and which rules it breaks (CAL-2, CAL-3, CAL-5, CAL-6, CAL-11, GATE-8); what is due and waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.campaign.ahead import closing, stops, with_ends
from app.campaign.calendar import (
    Actor,
    Dates,
    Event,
    EventKind,
    State,
    by_key,
    coming,
    due,
    editable,
    later,
    needs_somebody,
    redated,
    too_late,
)
from app.campaign.moving import Anchors, moved
from app.campaign.order import broken, consequences, followed
from app.campaign.presets import PRESETS
from app.gate.windows import Bound, WindowKind
from app.profiles import FAMILIES

PARIS = ZoneInfo("Europe/Paris")
IN_2026 = Anchors(
    last_day=date(2026, 7, 4), holidays=date(2026, 7, 5), teachers=date(2026, 8, 31), first_day=date(2026, 9, 1)
)
SPRING = datetime(2026, 5, 4, 8, tzinfo=UTC)


def calendar(name: str = "secondary-2021") -> dict[str, Event]:
    return by_key(with_ends(moved(PRESETS[name], IN_2026, PARIS), PARIS))


def at(month: int, day: int, hour: int = 18) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def told(events: dict[str, Event], **moments: datetime) -> str:
    """The rules broken when these events (named with underscores) have those instants."""
    known = dict(events)
    for name, moment in moments.items():
        key = name.replace("_", "-")
        known[key] = replace(known[key], at=moment)
    return " ".join(str(words) for words in broken(known.values(), PARIS))


@pytest.mark.parametrize(
    ("moments", "sentence"),
    [
        ({"step_4": at(7, 10)}, "avant l’étape 3 (CAL-2)"),
        ({"step_4": at(7, 14)}, "avant la fin annoncée de la première interruption (CAL-2)"),
        ({"pause": at(7, 13)}, "ne seraient pas arrêtés avant l’étape 1 (CAL-3)"),
        ({"notice_procedure": at(7, 5)}, "partirait après l’arrêt des imports ou l’étape 1 (CAL-6)"),
        ({"notice_restriction": at(9, 1, 7)}, "le jour de la rentrée ou après (CAL-6)"),
        ({"dry_run": at(7, 12)}, "Le passage à blanc viendrait après l’étape 1"),
        ({"group_warnings": at(7, 12)}, "prévenus après l’étape 3 (S3-4)"),
        ({"group_reminder": at(6, 20)}, "Le rappel aux gestionnaires de groupes partirait avant"),
        ({"step_4": at(8, 31)}, "avant la rentrée des enseignants (CAL-11)"),
        ({"families": at(8, 25)}, "entre l’étape 4 et leur fermeture (GATE-8)"),
        ({"steps_1_3": at(8, 5)}, "hors de la période annoncée"),
    ],
)
def test_each_rule_that_a_date_breaks_is_named(moments: dict[str, datetime], sentence: str) -> None:
    events = calendar()
    assert sentence not in told(events)
    assert sentence in told(events, **moments)


def test_families_that_would_enter_before_the_first_day_are_named() -> None:
    """GATE-8: classes would be known."""
    events = calendar()
    events["families"] = replace(events["families"], until=at(8, 30))
    assert "les classes seraient connues (GATE-8)" in told(events)


def test_imports_that_resume_before_step_four_are_named() -> None:
    """CAL-3."""
    events = calendar()
    events["resume"] = Event(
        key="resume", kind=EventKind.RESUME, title="Reprise", actor=Actor.ACADEMY_IT, automatic=True,
        at=at(8, 1), targets=("portal",),
    )  # fmt: skip
    assert "Les imports reprendraient samedi 1er août 2026" in told(events)


def test_a_step_whose_closing_somebody_removed_is_named() -> None:
    """GATE-1, G13: it could not act."""
    events = calendar()
    assert broken(events.values(), PARIS, closed={"steps-1-3": True}) == []
    found = broken(events.values(), PARIS, closed={"steps-1-3": False})
    assert "ne serait pas fermé" in str(found[0])


def test_an_end_before_its_beginning_is_named() -> None:
    events = calendar()
    events["steps-1-3"] = replace(events["steps-1-3"], until=at(7, 11))
    assert "finirait avant de commencer" in told(events)


def test_a_primary_chain_asks_neither_for_stopped_imports_nor_for_a_closing() -> None:
    """CAL-10."""
    events = calendar("primary-2018")
    assert broken(events.values(), PARIS, closed={"steps-1-4": False}) == []


def test_what_is_left_out_breaks_and_satisfies_nothing() -> None:
    events = calendar()
    events["pause"] = replace(events["pause"], state=State.SKIPPED)
    assert "ne seraient pas arrêtés" in told(events)


# What moves along ------------------------------------------------------------------------------------------------------


def test_the_first_day_takes_along_what_is_tied_to_it_and_nothing_else() -> None:
    """CAL-12, GATE-17: as many days, the same hour."""
    events = calendar()
    first = events["first-day"]
    new = redated(first, replace(Dates.of(first), at=later(at(9, 1, 6), 3, PARIS)), PARIS)
    after = by_key(followed(events.values(), new, SPRING, PARIS))
    changed = {key for key in events if after[key] != events[key]}
    assert changed == {
        "first-day", "step-4", "families", "notice-restriction", "step-5", "deactivations-suspended",
    }  # fmt: skip
    assert after["families"].until == at(9, 4, 6)
    assert after["step-4"].at == at(8, 18)
    assert after["step-4"].until == at(8, 20, 6)
    assert after["families"].at == after["step-4"].at
    assert after["deactivations-suspended"].until == events["deactivations-suspended"].until


def test_an_hour_that_moves_takes_along_what_ends_exactly_then() -> None:
    events = calendar()
    first = events["first-day"]
    new = redated(first, replace(Dates.of(first), at=at(9, 1, 12)), PARIS)
    after = by_key(followed(events.values(), new, SPRING, PARIS))
    assert after["families"].until == at(9, 1, 12)
    assert after["step-4"].at == events["step-4"].at


def test_what_has_passed_does_not_move() -> None:
    """Every date is editable until it has passed, and follows as long."""
    events = calendar()
    first = events["first-day"]
    new = redated(first, replace(Dates.of(first), at=later(at(9, 1, 6), 3, PARIS)), PARIS)
    after = by_key(followed(events.values(), new, datetime(2026, 8, 28, tzinfo=UTC), PARIS))
    assert after["step-4"] == events["step-4"]
    assert after["families"].at == events["families"].at
    assert after["families"].until == at(9, 4, 6)


def test_a_move_over_the_change_of_the_clocks_keeps_the_hour_of_the_wall() -> None:
    assert later(datetime(2026, 10, 24, 6, tzinfo=UTC), 1, PARIS) == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_consequences_tell_what_moves_and_what_breaks_in_sentences() -> None:
    events = calendar()
    steps = events["steps-1-3"]
    new = replace(steps, at=at(8, 20), until=at(8, 24))
    found = consequences(list(events.values()), new, SPRING, PARIS)
    assert any("Rappel aux gestionnaires" in str(words) and "17 août" in str(words) for words in found.moves)
    assert any("CAL-2" in str(words) for words in found.breaks)


# Written ahead ---------------------------------------------------------------------------------------------------------


def test_a_step_closes_to_everybody_and_holds() -> None:
    """GATE-1, GATE-14."""
    events = calendar("present")
    asked = closing(events["steps-1-3"], events.values(), PARIS)
    assert asked is not None
    assert (asked.kind, asked.holds, asked.start) == (WindowKind.MAINTENANCE, True, Bound(instant=at(7, 12)))
    skipped = replace(events["steps-1-3"], state=State.SKIPPED)
    assert closing(skipped, events.values(), PARIS) is None


def test_families_are_stopped_by_days_or_by_an_hour_as_the_preset_says() -> None:
    """GATE-2, GATE-3: both ends exist."""
    present, vienne = calendar("present"), calendar("vienne-2024")
    asked = closing(present["families"], present.values(), PARIS, last_day=date(2026, 7, 4))
    assert asked is not None
    assert (asked.start, asked.end) == (Bound(day=date(2026, 8, 1)), Bound(instant=at(9, 1, 6)))
    assert asked.profiles == FAMILIES
    assert (asked.limits.earliest_start, asked.limits.latest_end) == (date(2026, 7, 4), date(2026, 9, 8))
    inclusive = closing(vienne["families"], vienne.values(), PARIS)
    assert inclusive is not None
    assert (inclusive.start, inclusive.end) == (Bound(day=date(2026, 8, 27)), Bound(day=date(2026, 9, 1)))


def test_a_chain_closes_nobody_ahead() -> None:
    """CAL-10: each school behind its own closure, when it begins."""
    events = calendar("primary-2018")
    assert closing(events["steps-1-4"], events.values(), PARIS) is None


def test_a_stop_ends_with_step_four_where_nothing_resumes_earlier() -> None:
    """CAL-3."""
    events = calendar()
    (stop,) = stops(events["pause"], events.values(), PARIS)
    assert (stop.target, stop.starts, stop.ends) == ("portal", at(7, 1, 4), at(8, 15))
    assert events["pause"].until == at(8, 15)


# Due, editable, waiting ------------------------------------------------------------------------------------------------


def test_due_is_what_the_portal_does_and_has_not_done_the_oldest_first() -> None:
    events = list(calendar().values())
    found = due(events, at(7, 1, 4))
    assert [e.key for e in found] == ["notice-procedure", "dry-run", "group-warnings", "pause"]
    assert due([replace(e, state=State.DONE) for e in events], at(12, 1)) == []
    assert coming(events, at(8, 31))[0] == at(9, 1, 6)


def test_only_what_takes_rows_away_is_too_late() -> None:
    """G18."""
    events = calendar()
    six = timedelta(hours=6)
    assert not too_late(events["steps-1-3"], at(7, 13, 0), six)
    assert too_late(events["steps-1-3"], at(7, 13, 1), six)
    assert not too_late(events["notice-procedure"], at(12, 1), six)


def test_every_date_is_editable_until_it_has_passed() -> None:
    events = calendar()
    steps, notice, families = events["steps-1-3"], events["notice-procedure"], events["families"]
    assert editable(notice, at(6, 1, 6), PARIS)
    assert not editable(notice, at(6, 1, 8), PARIS)
    assert editable(events["siecle-begins"], at(6, 7, 21), PARIS)
    assert not editable(events["siecle-begins"], at(6, 7, 22), PARIS)
    assert editable(steps, at(8, 1), PARIS), "it never fired"
    assert not editable(replace(steps, state=State.RUNNING), at(7, 13), PARIS)
    assert editable(replace(families, state=State.RUNNING), at(8, 20), PARIS), "its end is still to come"
    assert not editable(replace(families, state=State.DONE), at(9, 2), PARIS)


def test_what_waits_for_a_decision_comes_first_then_what_is_overdue() -> None:
    """CHECK-3, G18."""
    events = calendar()
    events["steps-1-3"] = replace(events["steps-1-3"], state=State.LATE)
    found = needs_somebody(events.values(), at(7, 16), PARIS)
    assert found[0].event.key == "steps-1-3"
    urgent = {one.event.key for one in found if one.urgent}
    assert {"nomenclatures", "end-colleges"} <= urgent
    assert {one.event.key for one in found if not one.urgent} >= {"end-lycees", "siecle-guardians"}


def test_a_step_is_named_a_week_before_it_comes() -> None:
    events = calendar()
    assert "steps-1-3" not in {w.event.key for w in needs_somebody(events.values(), at(7, 5, 17), PARIS)}
    assert "steps-1-3" in {w.event.key for w in needs_somebody(events.values(), at(7, 5, 18), PARIS)}


def test_a_single_day_goes_with_its_instant_and_a_period_does_not() -> None:
    events = calendar()
    warned = redated(events["group-warnings"], replace(Dates.of(events["group-warnings"]), at=at(6, 30, 7)), PARIS)
    assert (warned.earliest, warned.latest) == (date(2026, 6, 30), date(2026, 6, 30))
    steps = redated(events["steps-1-3"], replace(Dates.of(events["steps-1-3"]), at=at(7, 20)), PARIS)
    assert (steps.earliest, steps.latest) == (date(2026, 7, 12), date(2026, 7, 31))
