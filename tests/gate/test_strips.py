"""The facts of the strips of 'Qui entre, quand ?' (GATE-11, GATE-13)."""

from __future__ import annotations

from app.gate.closures import compile_closures
from app.gate.strips import State, strip
from app.gate.windows import Amendment
from app.profiles import Profile
from tests.gate.worlds import day, families, maintenance, paris, summer

SUMMER = (paris("2026-07-10"), paris("2026-09-10"))


def test_a_strip_shows_open_closed_partly_and_maintenance_in_order() -> None:
    window = families(amendments=(Amendment(id=1, window_id=1, school_id=1, level="6e", end=day("2026-08-29")),))
    stretches = strip(compile_closures(summer(window, maintenance())), 1, Profile.STUDENT, *SUMMER)
    assert [(s.since, s.state) for s in stretches] == [
        (SUMMER[0], State.OPEN),
        (paris("2026-07-15", "20:00"), State.MAINTENANCE),
        (paris("2026-07-18", "08:00"), State.OPEN),
        (paris("2026-08-20"), State.CLOSED),
        (paris("2026-08-30"), State.PARTLY),
        (paris("2026-09-01"), State.OPEN),
    ]
    assert stretches[-1].until == SUMMER[1]
    partly = stretches[4]
    assert not partly.decision.allowed
    assert [d.allowed for d in partly.others] == [True]


def test_a_profile_without_levels_is_never_partly_closed() -> None:
    stretches = strip(compile_closures(summer(families(), maintenance())), 1, Profile.TEACHER, *SUMMER)
    assert [s.state for s in stretches] == [State.OPEN, State.MAINTENANCE, State.OPEN]
    assert all(s.others == () for s in stretches)


def test_a_later_maintenance_is_drawn_as_announced_and_a_late_one_to_the_edge() -> None:
    """GATE-14."""
    closures = compile_closures(summer(maintenance(holds=True)))
    ahead = strip(closures, 1, Profile.TEACHER, *SUMMER, now=SUMMER[0])
    assert [s.state for s in ahead] == [State.OPEN, State.MAINTENANCE, State.OPEN]
    assert ahead[2].decision.assumes == "announced end"
    late = strip(closures, 1, Profile.TEACHER, *SUMMER, now=paris("2026-07-19"))
    assert [(s.state, s.decision.overrun) for s in late] == [
        (State.OPEN, False), (State.MAINTENANCE, False), (State.MAINTENANCE, True),
    ]  # fmt: skip


def test_no_time_has_no_stretches() -> None:
    assert strip(compile_closures(summer(families())), 1, Profile.STUDENT, SUMMER[0], SUMMER[0]) == ()
