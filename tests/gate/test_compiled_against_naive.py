"""The compiled gate says what the naive one says, for random worlds and instants, on every bound and a microsecond beside it."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.gate.closures import compile_closures
from app.gate.decision import decide
from app.gate.disclosure import may_know
from app.gate.strips import State, strip
from app.gate.windows import Rules
from app.profiles import Place, Profile, Visitor
from tests.gate import naive
from tests.gate.worlds import MICROSECOND, instants, moments, places, visitors, worlds

#: GATE_EXAMPLES asks for a longer search.
thorough = settings(
    max_examples=int(os.environ.get("GATE_EXAMPLES", "80")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def assert_same(decision: object, expected: naive.Naive) -> None:
    got = {f.name: getattr(decision, f.name) for f in fields(expected)}
    assert got == {f.name: getattr(expected, f.name) for f in fields(expected)}


@thorough
@given(st.data())
def test_the_compiled_decision_of_a_place_is_the_naive_one(data: st.DataObject) -> None:
    """GATE-1, 2, 3, 4, 13, 14, 16: now, for an instant ahead, and for one gone by."""
    rules = data.draw(worlds())
    closures = compile_closures(rules)
    for _ in range(3):
        place = data.draw(places())
        at = data.draw(moments(rules, place))
        asked_at = data.draw(st.none() | moments(rules, place))
        assert_same(closures.at_place(place, at, asked_at), naive.decide_place(rules, place, at, asked_at))


@thorough
@given(st.data())
def test_the_compiled_decision_of_a_person_is_the_naive_one(data: st.DataObject) -> None:
    """GATE-13, 15: one open place lets in; of closed ones the first to reopen decides."""
    rules = data.draw(worlds())
    visitor = data.draw(visitors)
    at = data.draw(moments(rules, *visitor.places))
    decision = decide(visitor, at, compile_closures(rules))
    allowed, schools, reopens = naive.decide(rules, visitor, at)
    assert (decision.allowed, decision.open_schools, {decision.reopens_at}) == (allowed, schools, reopens)
    if not allowed:
        graces = [naive.decide_place(rules, place, at).grace_until for place in visitor.places]
        assert decision.grace_until == max(g for g in graces if g)


@thorough
@given(st.data())
def test_a_person_without_a_school_is_concerned_by_maintenances_of_the_project_alone(data: st.DataObject) -> None:
    """GATE-1: as a guest of a school in the project's zone in which only these windows exist."""
    rules = data.draw(worlds())
    closures = compile_closures(rules)
    at = data.draw(moments(rules, Place(school_id=1, profile=Profile.GUEST)))
    covering = []
    for window in rules.windows:
        if window.kind == "maintenance" and window.school_id is None:
            start = naive.start_of(window.start, rules.zone)
            end = naive.end_of(window.end, rules.zone) if window.end and not window.holds else naive.FAR
            if window.holds and window.end and not window.ended_at and at < naive.end_of(window.end, rules.zone):
                end = naive.end_of(window.end, rules.zone)
            covering.append(start <= at < min(end, window.ended_at or naive.FAR))
    assert decide(Visitor(person_id=1), at, closures).allowed is not any(covering)


@thorough
@given(st.data())
def test_the_compiled_disclosure_is_the_naive_one(data: st.DataObject) -> None:
    """GATE-8."""
    rules = data.draw(worlds())
    closures = compile_closures(rules)
    place = data.draw(places())
    now = data.draw(moments(rules, place))
    for year in (2025, 2026, 2027):
        disclosure = may_know(closures, place, year, now)
        assert disclosure.allowed is naive.discloses(rules, place, year, now)
        if disclosure.allowed and disclosure.since is not None:
            assert disclosure.since <= now
        if not disclosure.allowed and disclosure.since is not None:
            assert disclosure.since > now


@thorough
@given(st.data())
def test_nothing_changes_for_anybody_before_the_next_change(data: st.DataObject) -> None:
    rules = data.draw(worlds())
    closures = compile_closures(rules)
    place = data.draw(places())
    now = data.draw(moments(rules, place))
    change = closures.next_change(now)
    end = change - MICROSECOND if change else now + timedelta(days=30)
    later = data.draw(
        st.datetimes(now.replace(tzinfo=None), end.replace(tzinfo=None)).map(lambda m: m.replace(tzinfo=now.tzinfo))
    )
    assert closures.at_place(place, later) == closures.at_place(place, now)
    if change:
        assert closures.boundaries_between(now, change) == (change,)
        assert closures.boundaries_between(change, change) == ()


@thorough
@given(st.data())
def test_states_are_the_decisions_of_every_instant_without_gaps(data: st.DataObject) -> None:
    """GATE-11: the strip shows what the gate would answer, asked now."""
    rules = data.draw(worlds())
    closures = compile_closures(rules)
    place = data.draw(places())
    start = data.draw(moments(rules, place))
    end = start + data.draw(st.timedeltas(timedelta(hours=1), timedelta(days=10)))
    asked_at = data.draw(st.none() | instants)
    states = closures.states(
        place.school_id, place.profile, start, end, level=place.level, class_id=place.class_id, asked_at=asked_at
    )
    assert states[0][0] == start
    assert states[-1][1] == end
    for one, following in pairwise(states):
        assert one[1] == following[0]
        assert one[2] != following[2]
    for since, until, decision in states:
        inside = min(since + (until - since) * data.draw(st.floats(0, 1)), until - MICROSECOND)
        assert decision == closures.at_place(place, inside, asked_at)
        assert_same(decision, naive.decide_place(rules, place, since, asked_at))


@thorough
@given(st.data())
def test_a_strip_is_partly_open_where_levels_and_classes_differ(data: st.DataObject) -> None:
    """GATE-13: the state counts those who follow the school, every level and every class."""
    rules = data.draw(worlds())
    closures = compile_closures(rules)
    school = rules.schools[0]
    start = data.draw(instants)
    end = start + timedelta(days=4)
    stretches = strip(closures, school.id, Profile.STUDENT, start, end)
    assert stretches[0].since == start
    assert stretches[-1].until == end
    levels = [(level, None) for level in (None, *{*school.class_levels.values()})]
    everybody = levels + [(level, class_id) for class_id, level in school.class_levels.items()]
    for stretch in stretches:
        answers = {
            naive.decide_place(
                rules,
                Place(school_id=school.id, profile=Profile.STUDENT, level=level, class_id=class_id),
                stretch.since,
            ).allowed
            for level, class_id in everybody
        }
        expected = (
            {State.PARTLY}
            if len(answers) > 1
            else {State.OPEN}
            if True in answers
            else {State.CLOSED, State.MAINTENANCE}
        )
        assert stretch.state in expected


@thorough
@given(worlds(), instants)
def test_withdrawing_the_authorisation_leaves_the_projects_windows_as_they_are(rules: Rules, at: datetime) -> None:
    """GATE-4: the school's own changes no longer count, and are kept."""
    withdrawn = replace(rules, schools_may_amend=False)
    without = replace(
        rules,
        windows=tuple(
            replace(w, amendments=tuple(a for a in w.amendments if a.by_operator))
            for w in rules.windows
            if w.source != "school"
        ),
    )
    for level, class_id in ((None, None), ("6e", 11), ("5e", 13)):
        place = Place(school_id=1, profile=Profile.STUDENT, level=level, class_id=class_id)
        assert compile_closures(withdrawn).at_place(place, at) == compile_closures(without).at_place(place, at)
