"""Who may come in, in the small world: one sentence of the rule book a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.gate.closures import Closures, compile_closures
from app.gate.decision import closed_places, decide, standings
from app.gate.effective import Origin, counting, effective
from app.gate.windows import Amendment, Limits, Source, Window, WindowKind
from app.profiles import NOBODY, Place, Profile, Role
from app.schoolyear import zone_of
from tests.gate.worlds import MICROSECOND, at, day, families, guardian, maintenance, paris, person, summer, teacher

OPENS = paris("2026-09-01")
DURING = paris("2026-08-25", "10:00")
IN_MAINTENANCE = paris("2026-07-16", "10:00")


def compiled(*windows: Window, **over: object) -> Closures:
    return compile_closures(summer(*windows, **over))


def amended(*amendments: Amendment, **over: object) -> Window:
    return families(amendments=amendments, **over)


def change(number: int = 10, **over: object) -> Amendment:
    return Amendment(**{"id": number, "window_id": 1, "school_id": 1, **over})  # type: ignore[arg-type]


# Maintenance -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", Profile)
def test_a_maintenance_closes_to_every_profile(profile: Profile) -> None:
    """GATE-1."""
    decision = decide(person(Place(school_id=1, profile=profile)), IN_MAINTENANCE, compiled(maintenance()))
    assert not decision.allowed
    assert (decision.rule, decision.window_id, decision.kind) == ("GATE-1", 2, WindowKind.MAINTENANCE)
    assert decision.reopens_at == paris("2026-07-18", "08:00")
    assert decision.announced_end == decision.reopens_at
    assert decision.assumes is None


def test_only_operators_get_in_during_a_maintenance() -> None:
    """GATE-1: neither the owner nor a school's administrator does."""
    closures = compiled(maintenance())
    for role, allowed in ((Role.OPERATOR, True), (Role.OWNER, False)):
        assert decide(person(roles=frozenset({(role, None)})), IN_MAINTENANCE, closures).allowed is allowed
        assert decide(person(teacher(), roles=frozenset({(role, None)})), IN_MAINTENANCE, closures).allowed is allowed
    for role in (Role.SCHOOL_ADMIN, Role.HEAD, Role.OPERATOR):
        assert not decide(person(teacher(), roles=frozenset({(role, 1)})), IN_MAINTENANCE, closures).allowed


def test_an_operator_is_let_into_every_school() -> None:
    decision = decide(person(roles=frozenset({(Role.OPERATOR, None)})), IN_MAINTENANCE, compiled(maintenance()))
    assert decision.open_schools == {1, 2}
    assert decision.rule is None


def test_a_persons_roles_open_no_other_school() -> None:
    """GATE-15: an administrator of school 2 who teaches in school 1 is closed out with school 1."""
    closures = compiled(maintenance(school_id=1))
    visitor = person(teacher(1), roles=frozenset({(Role.SCHOOL_ADMIN, 2)}))
    assert not decide(visitor, IN_MAINTENANCE, closures).allowed


def test_somebody_without_a_school_is_stopped_by_the_projects_maintenance_and_by_nothing_else() -> None:
    """GATE-1."""
    everything = families(profiles=frozenset(Profile))
    closures = compiled(
        everything, maintenance(), maintenance(id=3, school_id=1, start=day("2026-08-01"), end=day("2026-08-02"))
    )
    assert decide(person(), DURING, closures).allowed
    assert decide(person(), paris("2026-08-01", "12:00"), closures).allowed
    decision = decide(person(), IN_MAINTENANCE, closures)
    assert (decision.allowed, decision.rule, decision.school_id, decision.profile) == (False, "GATE-1", None, None)


def test_the_gate_decides_for_signed_in_people_only() -> None:
    with pytest.raises(ValueError, match="signed-in"):
        decide(NOBODY, DURING, compiled(families()))


def test_the_gate_decides_at_aware_instants_only() -> None:
    for windows in ((), (families(),)):
        with pytest.raises(ValueError, match="aware"):
            decide(person(guardian()), datetime(2026, 8, 25), compiled(*windows))  # noqa: DTZ001


def test_a_held_maintenance_stays_closed_after_its_announced_end_until_it_is_released() -> None:
    """GATE-14: the announced end is not a switch."""
    held = maintenance(holds=True, next_news=paris("2026-07-18", "12:00"))
    end = paris("2026-07-18", "08:00")
    closures = compiled(held)
    before = decide(person(teacher()), end - MICROSECOND, closures)
    assert (before.reopens_at, before.assumes, before.overrun) == (end, "announced end", False)
    after = decide(person(teacher()), end, closures)
    assert not after.allowed
    assert (after.reopens_at, after.announced_end, after.overrun, after.assumes) == (None, None, True, None)
    assert after.next_news == paris("2026-07-18", "12:00")
    assert "prochaines nouvelles le samedi 18 juillet 2026 à 12" in str(after.reason)
    late = decide(person(teacher()), paris("2026-07-18", "12:00"), closures)
    assert late.next_news is None, "a past hour is never shown"
    released = compiled(replace(held, ended_at=paris("2026-07-18", "14:00")))
    assert not decide(person(teacher()), paris("2026-07-18", "14:00") - MICROSECOND, released).allowed
    assert decide(person(teacher()), paris("2026-07-18", "14:00"), released).allowed


def test_a_reopening_at_which_a_held_maintenance_would_begin_is_told_as_an_assumption() -> None:
    """GATE-14: its announced end lies before its start, so it closes nothing until that hour has passed; then it holds."""
    day_of_reopening = paris("2026-09-01")
    held = maintenance(start=at(day_of_reopening), end=at(paris("2026-08-30")), holds=True)
    told = decide(person(guardian()), DURING, compiled(families(), held))
    assert (told.reopens_at, told.assumes) == (day_of_reopening, "announced end")


def test_a_future_instant_supposes_that_a_held_maintenance_ends_as_announced() -> None:
    """GATE-14: until the announced hour has passed; then nobody knows."""
    closures = compiled(maintenance(holds=True))
    end = paris("2026-07-18", "08:00")
    later = paris("2026-07-20", "08:00")
    told = decide(person(teacher()), later, closures, asked_at=IN_MAINTENANCE)
    assert (told.allowed, told.assumes) == (True, "announced end")
    assert decide(person(teacher()), later, closures, asked_at=end - MICROSECOND).allowed
    overrun = decide(person(teacher()), later, closures, asked_at=end)
    assert (overrun.allowed, overrun.reopens_at, overrun.overrun, overrun.assumes) == (False, None, True, None)


def test_a_past_instant_is_answered_as_it_was_then() -> None:
    """GATE-11."""
    closures = compiled(maintenance(holds=True))
    then = decide(person(teacher()), IN_MAINTENANCE, closures, asked_at=paris("2026-07-25"))
    assert then == decide(person(teacher()), IN_MAINTENANCE, closures)


def test_a_maintenance_by_hand_ends_at_its_end() -> None:
    end = paris("2026-07-18", "08:00")
    closures = compiled(maintenance())
    assert decide(person(teacher()), end, closures).allowed
    assert decide(person(teacher()), end, closures, asked_at=IN_MAINTENANCE).assumes is None


def test_a_maintenance_without_an_end_promises_nothing() -> None:
    decision = decide(person(teacher()), IN_MAINTENANCE, compiled(maintenance(end=None)))
    assert (decision.allowed, decision.reopens_at, decision.announced_end, decision.overrun) == (
        False,
        None,
        None,
        False,
    )
    assert "sera annoncé" in str(decision.reason)


def test_the_operator_reopens_one_school_of_a_held_maintenance_early() -> None:
    """GATE-14: finished schools may reopen one by one."""
    now = paris("2026-07-16", "10:00")
    release = Amendment(id=1, window_id=2, school_id=1, end=at(now), by_operator=True)
    closures = compiled(maintenance(holds=True, amendments=(release,)))
    assert decide(person(teacher(1)), now, closures).allowed
    assert not decide(person(teacher(2)), now, closures).allowed


def test_a_school_changes_no_maintenance() -> None:
    wish = Amendment(id=1, window_id=2, school_id=1, end=at(paris("2026-07-16")))
    assert not decide(person(teacher(1)), IN_MAINTENANCE, compiled(maintenance(amendments=(wish,)))).allowed


# Windows of profiles ---------------------------------------------------------------------------------------------------


def test_a_window_closes_to_its_profiles_and_lets_others_in() -> None:
    """GATE-2."""
    closures = compiled(families())
    for profile in Profile:
        decision = decide(person(Place(school_id=1, profile=profile)), DURING, closures)
        assert decision.allowed is (profile not in (Profile.STUDENT, Profile.GUARDIAN))
        if not decision.allowed:
            assert (decision.rule, decision.reopens_at, decision.message) == ("GATE-2", OPENS, "")


def test_an_inclusive_day_ends_at_each_schools_own_midnight() -> None:
    """GATE-3."""
    closures = compiled(families())
    reunion = OPENS - timedelta(hours=2)
    for place, opens in ((guardian(1), OPENS), (guardian(2), reunion)):
        assert not decide(person(place), opens - MICROSECOND, closures).allowed
        assert decide(person(place), opens, closures).allowed


def test_windows_add_up_and_the_reopening_is_after_the_last_of_those_that_follow_one_another() -> None:
    closures = compiled(
        families(),
        families(id=3, start=day("2026-09-01"), end=day("2026-09-02")),
        maintenance(id=4, start=at(paris("2026-09-02", "20:00")), end=at(paris("2026-09-04", "06:00"))),
        families(id=5, start=day("2026-09-05"), end=day("2026-09-06")),
    )
    decision = decide(person(guardian()), DURING, closures)
    assert (decision.window_id, decision.reopens_at) == (1, paris("2026-09-04", "06:00"))
    assert decision.announced_end == OPENS


def test_of_several_windows_a_maintenance_decides_and_otherwise_the_one_that_ends_last() -> None:
    longer = families(id=3, end=day("2026-09-05"))
    assert decide(person(guardian()), DURING, compiled(families(), longer)).window_id == 3
    short = maintenance(id=4, start=day("2026-08-25"), end=day("2026-08-25"))
    decision = decide(person(guardian()), DURING, compiled(families(), longer, short))
    assert (decision.window_id, decision.rule) == (4, "GATE-1")
    assert decision.reopens_at == paris("2026-09-06")


def test_a_window_that_ends_before_it_starts_closes_nothing() -> None:
    assert decide(person(guardian()), DURING, compiled(families(start=day("2026-09-10")))).allowed


def test_a_released_window_is_cut_at_that_instant() -> None:
    closures = compiled(families(ended_at=DURING))
    assert not decide(person(guardian()), DURING - MICROSECOND, closures).allowed
    assert decide(person(guardian()), DURING, closures).allowed


def test_a_school_that_is_not_compiled_yet_has_the_projects_windows() -> None:
    closures = compiled(families())
    decision = decide(person(guardian(77)), DURING, closures)
    assert (decision.allowed, decision.school_id, decision.rule) == (False, 77, "GATE-2")
    assert decide(person(guardian(77)), OPENS, closures).open_schools == {77}


# What schools change ---------------------------------------------------------------------------------------------------


def test_a_school_lengthens_its_window_and_the_answer_names_the_rule() -> None:
    """GATE-4."""
    closures = compiled(amended(change(end=day("2026-09-02"), message="À jeudi !")))
    moment = paris("2026-09-02", "09:00")
    decision = decide(person(guardian(1)), moment, closures)
    assert (decision.allowed, decision.rule, decision.window_id) == (False, "GATE-4", 1)
    assert (decision.reopens_at, decision.message) == (paris("2026-09-03"), "À jeudi !")
    assert "le jeudi 3 septembre 2026 : l’établissement a choisi cette date." in str(decision.reason).replace(
        "\u00a0", " "
    )
    assert decide(person(guardian(2)), moment, closures).allowed


def test_a_school_shortens_its_window() -> None:
    """GATE-4."""
    closures = compiled(amended(change(end=day("2026-08-28"))))
    assert decide(person(guardian(1)), paris("2026-08-29"), closures).allowed
    assert decide(person(guardian(1)), DURING, closures).rule == "GATE-4"


def test_an_earlier_start_of_the_school_decides_until_the_windows_own_start() -> None:
    """GATE-4."""
    closures = compiled(amended(change(start=day("2026-08-18"))))
    assert decide(person(guardian(1)), paris("2026-08-18", "09:00"), closures).rule == "GATE-4"
    assert decide(person(guardian(1)), paris("2026-08-20", "09:00"), closures).rule == "GATE-2"


def test_a_schools_wish_is_clamped_into_the_limits_and_kept() -> None:
    """GATE-4: clipped when evaluated; limits that widen later give it back."""
    wish = change(start=day("2026-08-01"), end=day("2026-09-20"))
    limits = Limits(earliest_start=date(2026, 8, 15), latest_end=date(2026, 9, 3))
    window = amended(wish, limits=limits)
    found = effective(window, counting(window, True), zone_of("Europe/Paris"))
    assert (found.start, found.end) == (paris("2026-08-15"), paris("2026-09-04"))
    assert (found.asked_start, found.asked_end) == (paris("2026-08-01"), paris("2026-09-21"))
    assert found.start_clipped
    assert found.end_clipped
    wider = replace(window, limits=Limits())
    assert effective(wider, counting(wider, True), zone_of("Europe/Paris")).end == paris("2026-09-21")


def test_a_withdrawn_authorisation_makes_the_schools_change_count_no_longer() -> None:
    """GATE-4."""
    window = amended(change(end=day("2026-09-05")))
    moment = paris("2026-09-03")
    assert not decide(person(guardian(1)), moment, compiled(window)).allowed
    assert decide(person(guardian(1)), moment, compiled(window, schools_may_amend=False)).allowed
    own = families(id=3, source=Source.SCHOOL, school_id=1, start=day("2026-09-02"), end=day("2026-09-04"))
    assert decide(person(guardian(1)), moment, compiled(own)).rule == "GATE-4"
    assert decide(person(guardian(1)), moment, compiled(own, schools_may_amend=False)).allowed


def test_the_project_moves_a_schools_dates_beyond_limits_and_authorisation() -> None:
    """GATE-17."""
    window = amended(
        change(10, end=day("2026-08-25")),
        change(11, end=day("2026-09-20"), by_operator=True),
        limits=Limits(latest_end=date(2026, 9, 3)),
    )
    for authorised in (True, False):
        decision = decide(person(guardian(1)), paris("2026-09-15"), compiled(window, schools_may_amend=authorised))
        assert (decision.allowed, decision.rule, decision.reopens_at) == (False, "GATE-2", paris("2026-09-21"))


def test_each_field_is_inherited_on_its_own() -> None:
    """GATE-13: class before level before school before project, field by field."""
    window = amended(
        change(10, start=day("2026-08-19"), end=day("2026-08-28"), message="école"),
        change(11, level="6e", end=day("2026-08-29"), message="sixièmes"),
        change(12, class_id=11, end=day("2026-08-30")),
        message="projet",
    )
    zone = zone_of("Europe/Paris")
    found = effective(window, window.amendments, zone, level="6e", class_id=11)
    assert (found.start, found.end, found.message) == (paris("2026-08-19"), paris("2026-08-31"), "sixièmes")
    assert (found.start_from, found.end_from, found.message_from) == (Origin.SCHOOL, Origin.CLASS, Origin.LEVEL)
    assert effective(window, window.amendments, zone, level="6e", class_id=12).end == paris("2026-08-30")
    assert effective(window, window.amendments, zone, level="5e").end == paris("2026-08-29")


def test_a_class_comes_before_the_operator_who_spoke_to_the_school() -> None:
    """GATE-13: scope before author; at one scope the operator's comes first, then the newer."""
    zone = zone_of("Europe/Paris")
    window = amended(
        change(10, end=day("2026-09-05"), by_operator=True),
        change(11, level="6e", end=day("2026-09-04"), by_operator=True),
        change(12, level="6e", end=day("2026-09-03")),
        change(13, class_id=11, end=day("2026-09-01")),
        change(14, class_id=11, end=day("2026-09-02")),
    )
    found = [
        effective(window, window.amendments, zone, level=level, class_id=class_id).end
        for level, class_id in (("6e", 11), ("6e", 12), ("5e", 13))
    ]
    assert found == [paris("2026-09-03"), paris("2026-09-05"), paris("2026-09-06")]


# Staggered first days and several places -------------------------------------------------------------------------------

TUESDAY, WEDNESDAY, THURSDAY = paris("2026-09-01"), paris("2026-09-02"), paris("2026-09-03")


def staggered() -> Window:
    """6e on Tuesday, 6e-2 (class 12) on Thursday, the others on Wednesday."""
    return amended(
        change(10, level="6e", end=day("2026-08-31")),
        change(11, class_id=12, end=day("2026-09-02")),
        end=day("2026-09-01"),
    )


@pytest.mark.parametrize(
    ("level", "class_id", "opens"),
    [
        ("6e", 11, TUESDAY),
        ("6e", 12, THURSDAY),
        ("5e", 13, WEDNESDAY),
        (None, None, WEDNESDAY),
        ("6e", None, TUESDAY),
        (None, 11, TUESDAY),
        (None, 12, THURSDAY),
    ],
)
def test_each_level_and_class_comes_in_on_its_own_day(level: str | None, class_id: int | None, opens: datetime) -> None:
    """GATE-13: a pupil without a class follows the school; without a level, the level of their class."""
    closures = compiled(staggered(), grids_published=frozenset({1}))
    visitor = person(Place(school_id=1, profile=Profile.STUDENT, level=level, class_id=class_id))
    before = decide(visitor, opens - MICROSECOND, closures)
    assert (before.allowed, before.reopens_at, before.reopens_between) == (False, opens, None)
    assert before.rule == ("GATE-2" if opens == WEDNESDAY else "GATE-13")
    assert decide(visitor, opens, closures).allowed


def test_until_the_grid_is_published_a_class_hears_the_span_of_its_level() -> None:
    """GATE-16: a personal day would tell the class."""
    closures = compiled(staggered())
    for class_id in (None, 11, 12):
        decision = decide(person(guardian(1, "6e", class_id)), DURING, closures)
        assert decision.reopens_between == (TUESDAY, THURSDAY)
        assert decision.told_reopening == TUESDAY
        assert "entre le mardi 1er septembre 2026 et le jeudi 3 septembre 2026, selon la classe" in str(decision.reason)
    for place in (guardian(1, "5e", 13), guardian(1)):
        assert decide(person(place), DURING, closures).reopens_between is None
    assert decide(person(guardian(1, "6e", 12)), TUESDAY, closures).reopens_between is None


def test_a_pupil_in_a_class_of_another_level_hears_a_span_too() -> None:
    """GATE-16: a class of several levels belongs to that of each of its pupils."""
    closures = compiled(amended(change(10, class_id=11, end=day("2026-09-02"))))
    assert decide(person(guardian(1, "5e", 11)), DURING, closures).reopens_between == (TUESDAY, THURSDAY)


def test_a_span_ahead_supposes_that_a_held_maintenance_of_the_others_ends_as_announced() -> None:
    """GATE-14, GATE-16: although the class's own end is certain."""
    release = Amendment(id=1, window_id=2, school_id=1, class_id=11, end=day("2026-07-28"), by_operator=True)
    closures = compiled(
        maintenance(holds=True, amendments=(release,)), families(start=day("2026-07-19"), end=day("2026-07-25"))
    )
    child, later = person(guardian(1, "6e", 11)), paris("2026-07-20")
    ahead = decide(child, later, closures, asked_at=IN_MAINTENANCE)
    assert ahead.reopens_between == (paris("2026-07-26"), paris("2026-07-29"))
    assert decide(child, later, closures).reopens_between is None


def test_a_guardian_comes_in_with_the_first_child_and_the_others_stay_closed() -> None:
    """GATE-13."""
    closures = compiled(staggered())
    first, second = guardian(1, "6e", 11), guardian(1, "6e", 12)
    visitor = person(second, first)
    assert decide(visitor, TUESDAY - MICROSECOND, closures).reopens_at == TUESDAY
    decision = decide(visitor, TUESDAY, closures)
    assert (decision.allowed, decision.open_schools) == (True, {1})
    assert closed_places(visitor, TUESDAY, closures) == (second,)
    assert [d.allowed for _place, d in standings(visitor, TUESDAY, closures)] == [False, True]


def test_siblings_in_two_schools_are_answered_school_by_school() -> None:
    """GATE-15."""
    closures = compiled(families(school_id=1))
    decision = decide(person(guardian(1), guardian(2)), DURING, closures)
    assert (decision.allowed, decision.open_schools) == (True, {2})
    assert closed_places(person(guardian(1), guardian(2)), DURING, closures) == (guardian(1),)
    assert decide(person(guardian(1), guardian(2)), OPENS, closures).open_schools == {1, 2}


def test_of_several_closed_places_the_first_to_reopen_decides_and_the_unknown_comes_last() -> None:
    closures = compiled(families(), maintenance(school_id=1, start=day("2026-08-24"), end=None))
    decision = decide(person(guardian(1), guardian(2)), DURING, closures)
    assert (decision.school_id, decision.rule) == (2, "GATE-2")
    assert decision.open_schools == frozenset()


# Grace -----------------------------------------------------------------------------------------------------------------


def test_the_grace_counts_from_the_start_of_every_window_that_closes() -> None:
    """A form served before the closing is taken; one of somebody long closed out is not, when a maintenance follows."""
    starts = paris("2026-08-20")
    assert decide(person(guardian()), starts, compiled(families())).grace_until == starts + timedelta(seconds=120)
    assert decide(person(guardian()), starts, compiled(families(grace=0))).grace_until == starts
    later = maintenance(start=at(DURING), end=None)
    assert decide(person(guardian()), DURING, compiled(families(), later)).grace_until == starts + timedelta(
        seconds=120
    )


def test_somebody_in_two_schools_has_the_grace_of_the_one_that_closed_last() -> None:
    closures = compiled(
        families(school_id=1, end=day("2026-08-27")), families(id=3, school_id=2, start=day("2026-08-25"))
    )
    now = paris("2026-08-24", "22:00") + MICROSECOND
    decision = decide(person(guardian(1), guardian(2)), now, closures)
    assert decision.school_id == 1
    assert decision.grace_until == paris("2026-08-24", "22:02")


# The compiled whole ----------------------------------------------------------------------------------------------------


def test_the_next_change_is_the_next_bound_of_anybody() -> None:
    closures = compiled(families(), maintenance())
    moments = closures.boundaries_between(paris("2026-07-01"), paris("2026-09-10"))
    assert moments[:2] == (paris("2026-07-15", "20:00"), paris("2026-07-18", "08:00"))
    assert moments[2:] == (
        paris("2026-08-19", "22:00"), paris("2026-08-20"), paris("2026-08-31", "22:00"), paris("2026-09-01"),
    )  # fmt: skip
    assert closures.next_change(moments[0] - MICROSECOND) == moments[0]
    assert closures.next_change(moments[0]) == moments[1]
    assert closures.next_change(moments[-1]) is None


def test_schools_in_which_the_same_counts_share_their_boundaries() -> None:
    closures = compile_closures(
        summer(families(), schools=tuple(replace(s, zone="Europe/Paris") for s in summer().schools))
    )
    one, two = (closures.timeline(guardian(school)) for school in (1, 2))
    assert one.boundaries is two.boundaries
    assert one.decisions[1].school_id == 1
    assert two.decisions[1].school_id == 2


def test_the_same_instant_is_told_in_each_schools_own_zone() -> None:
    closures = compiled(maintenance())
    told = [
        str(decide(person(teacher(school)), IN_MAINTENANCE, closures).reason).replace("\u00a0", " ")
        for school in (1, 2)
    ]
    assert told == [
        "Le portail est en maintenance. Il rouvre le samedi 18 juillet 2026 à 8 h.",
        "Le portail est en maintenance. Il rouvre le samedi 18 juillet 2026 à 10 h.",
    ]


def test_no_windows_at_all_leave_everything_open() -> None:
    closures = compiled()
    now = datetime(2026, 8, 1, tzinfo=UTC)
    decision = decide(person(guardian()), now, closures)
    assert (decision.allowed, decision.rule, decision.open_schools) == (True, None, {1})
    assert closures.next_change(now) is None
    assert closures.states(1, Profile.STUDENT, now, now + timedelta(days=1)) == [
        (now, now + timedelta(days=1), closures.at_place(Place(school_id=1, profile=Profile.STUDENT), now))
    ]
    assert closures.states(1, Profile.STUDENT, now, now) == []
