"""May this profile know of year N+1 yet? (GATE-8)"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from app.gate.closures import compile_closures
from app.gate.disclosure import Ground, may_know, opening, visitor_may_know
from app.gate.windows import Amendment, Rules
from app.profiles import Place, Profile, Role, Visitor
from tests.gate.worlds import MICROSECOND, day, families, guardian, maintenance, paris, person, summer, teacher

FIRST_DAY = paris("2026-09-01")


def knows(rules: Rules, place: Place, now: datetime, year: int = 2026) -> bool:
    return may_know(compile_closures(rules), place, year, now).allowed


def grounds(rules: Rules, place: Place, now: datetime, year: int = 2026) -> tuple[Ground, datetime | None]:
    answer = may_know(compile_closures(rules), place, year, now)
    assert str(answer.reason)
    return answer.ground, answer.since


@pytest.mark.parametrize("profile", Profile)
def test_families_and_bystanders_wait_and_those_who_prepare_the_year_know(profile: Profile) -> None:
    place = Place(school_id=1, profile=profile)
    prepares = profile in (Profile.TEACHER, Profile.STAFF)
    assert knows(summer(families()), place, FIRST_DAY - MICROSECOND) is prepares
    assert knows(summer(families()), place, FIRST_DAY)


def test_operators_always_know() -> None:
    operator = person(roles=frozenset({(Role.OPERATOR, None)}))
    closures = compile_closures(summer(families()))
    assert visitor_may_know(closures, operator, school_id=1, year_begins=2026, now=paris("2026-07-20")).allowed


def test_the_year_in_course_is_known_even_while_it_is_closed() -> None:
    """Year N always; a blocked person is stopped by the gate, not by this."""
    assert grounds(summer(families()), guardian(), paris("2026-08-25"), 2025) == (Ground.CURRENT_YEAR, None)


def test_the_year_after_the_next_is_not_known() -> None:
    assert grounds(summer(families()), guardian(), paris("2026-09-25"), 2027) == (Ground.UNKNOWN_DATES, None)


def test_before_the_opening_the_answer_tells_when() -> None:
    assert grounds(summer(families()), guardian(), paris("2026-07-10")) == (Ground.NOT_YET, FIRST_DAY)
    assert grounds(summer(families()), guardian(), FIRST_DAY) == (Ground.OPENED, FIRST_DAY)


def test_a_window_that_ends_before_the_first_day_discloses_at_its_end() -> None:
    """GATE-2: 'or another agreed date'."""
    rules = summer(families(end=day("2026-08-28")))
    assert not knows(rules, guardian(), paris("2026-08-29") - MICROSECOND)
    assert knows(rules, guardian(), paris("2026-08-29"))


def test_without_a_window_the_first_day_decides_in_the_schools_own_zone() -> None:
    rules = summer()
    assert grounds(rules, guardian(1), paris("2026-08-31")) == (Ground.NOT_YET, FIRST_DAY)
    assert knows(rules, guardian(1), FIRST_DAY)
    reunion = paris("2026-08-17", "22:00")
    assert not knows(rules, guardian(2), reunion - MICROSECOND)
    assert knows(rules, guardian(2), reunion)


def test_unknown_dates_disclose_nothing() -> None:
    later = paris("2026-12-01")
    assert grounds(summer(first_days={}), guardian(), later) == (Ground.UNKNOWN_DATES, None)
    assert grounds(summer(families(), last_days={}), guardian(), later) == (Ground.UNKNOWN_DATES, None)
    assert knows(summer(families(), first_days={}), guardian(), later), "the window's end is known"


def test_a_window_of_the_old_year_says_nothing_of_the_new() -> None:
    rules = summer(families(start=day("2026-06-01"), end=day("2026-06-02")))
    assert grounds(rules, guardian(), paris("2026-07-10")) == (Ground.NOT_YET, FIRST_DAY)


def test_a_window_counts_that_ends_after_the_old_year_and_began_before_the_first_day_was_over() -> None:
    """To the instant."""
    for start, end, opens in (
        ("2026-07-01", "2026-07-04", FIRST_DAY),
        ("2026-07-01", "2026-07-05", paris("2026-07-06")),
        ("2026-09-01", "2026-09-03", paris("2026-09-04")),
        ("2026-09-02", "2026-09-03", FIRST_DAY),
    ):
        rules = summer(families(start=day(start), end=day(end)))
        assert opening(compile_closures(rules), guardian()) == opens, (start, end)


def test_a_window_that_is_held_open_ended_discloses_nothing_before_it_is_released() -> None:
    """CAL-11: where the new classes have not come, the announced end is no promise."""
    held = families(holds=True)
    assert grounds(summer(held), guardian(), paris("2026-09-05")) == (Ground.UNKNOWN_DATES, None)
    released = families(holds=True, ended_at=paris("2026-09-04", "10:00"))
    assert grounds(summer(released), guardian(), paris("2026-09-05")) == (Ground.OPENED, paris("2026-09-04", "10:00"))


def test_a_window_in_november_takes_back_nothing() -> None:
    strike = families(id=3, start=day("2026-11-10"), end=day("2026-11-12"))
    rules = summer(families(), strike)
    assert knows(rules, guardian(), paris("2026-10-01"))
    assert grounds(rules, guardian(), paris("2026-11-11")) == (Ground.CLOSED, paris("2026-11-13"))
    assert knows(rules, guardian(), paris("2026-11-13"))


def test_a_maintenance_over_the_opening_delays_it() -> None:
    """Never while closed; the answer tells the hour after it."""
    rules = summer(families(), maintenance(start=day("2026-08-31"), end=day("2026-09-02")))
    assert grounds(rules, guardian(), paris("2026-08-25")) == (Ground.NOT_YET, paris("2026-09-03"))
    assert grounds(rules, guardian(), paris("2026-09-02")) == (Ground.CLOSED, paris("2026-09-03"))
    held = summer(families(), maintenance(start=day("2026-08-31"), end=day("2026-09-01"), holds=True))
    assert grounds(held, guardian(), paris("2026-08-25")) == (Ground.NOT_YET, paris("2026-09-02"))
    assert grounds(held, guardian(), paris("2026-09-02")) == (Ground.CLOSED, None)


def staggered() -> Rules:
    changes = (
        Amendment(id=1, window_id=1, school_id=1, level="6e", end=day("2026-08-31")),
        Amendment(id=2, window_id=1, school_id=1, class_id=12, end=day("2026-09-02")),
    )
    return summer(families(end=day("2026-09-01"), amendments=changes), grids_published=frozenset({1}))


def test_each_level_and_class_has_its_own_day() -> None:
    """GATE-13."""
    closures = compile_closures(staggered())
    assert opening(closures, guardian(1, "6e", 11)) == paris("2026-09-01")
    assert opening(closures, guardian(1, "6e", 12)) == paris("2026-09-03")
    assert opening(closures, guardian(1, "5e", 13)) == paris("2026-09-02")


def ask(visitor: Visitor, now: datetime, **subject: object) -> bool:
    closures = compile_closures(staggered())
    return visitor_may_know(closures, visitor, school_id=1, year_begins=2026, now=now, **subject).allowed  # type: ignore[arg-type]


def test_who_came_in_with_the_first_child_learns_nothing_yet_of_the_other() -> None:
    """GATE-13, GATE-15."""
    both = person(guardian(1, "6e", 11), guardian(1, "6e", 12))
    tuesday = paris("2026-09-01", "10:00")
    assert ask(both, tuesday)
    assert ask(both, tuesday, level="6e", class_id=11)
    assert not ask(both, tuesday, level="6e", class_id=12)
    assert ask(both, tuesday + timedelta(days=2), level="6e", class_id=12)


def test_who_still_waits_learns_nothing_of_a_class_that_is_in() -> None:
    waiting = person(guardian(1, "6e", 12))
    assert not ask(waiting, paris("2026-09-02", "10:00"), level="6e", class_id=11)


def test_who_has_no_place_in_the_school_learns_nothing() -> None:
    """GATE-15: neither a teacher of another school nor somebody without any."""
    for visitor in (person(teacher(2)), person(), person(roles=frozenset({(Role.OWNER, None)}))):
        closures = compile_closures(summer(families()))
        answer = visitor_may_know(closures, visitor, school_id=1, year_begins=2026, now=paris("2026-12-01"))
        assert (answer.allowed, answer.ground) == (False, Ground.ELSEWHERE)


def test_a_teacher_who_is_also_a_parent_knows_by_the_door_used() -> None:
    """GATE-15: places are those of one door."""
    now = paris("2026-08-25")
    assert ask(person(teacher(1)), now, class_id=12)
    assert not ask(person(guardian(1, "6e", 12)), now, class_id=12)


def test_two_zones_away_the_old_year_may_have_ended_on_another_day() -> None:
    """The window of 2 to 3 July is of the new year in La Réunion only, where year N ended on the 2nd."""
    early = families(start=day("2026-07-02"), end=day("2026-07-03"))
    rules = summer(early, last_days={1: date(2026, 7, 4), 2: date(2026, 7, 2)})
    closures = compile_closures(rules)
    assert opening(closures, guardian(1)) == FIRST_DAY
    assert opening(closures, guardian(2)) == paris("2026-07-03", "22:00")
