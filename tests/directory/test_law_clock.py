"""When the law's clock starts, and the days that follow from it (LAW-1, CAL-11, CAL-12, S4-4)."""

from __future__ import annotations

from datetime import date

import pytest

from app.directory.leaving.law_clock import Delays, YearDays, clock_start, dates
from app.settings import Settings, WrongSetting

N = YearDays(begins=2025, first_day=date(2025, 9, 1), last_day=date(2026, 7, 4))
NEXT = YearDays(begins=2026, first_day=date(2026, 9, 1))
YEARS = [N, NEXT]
FED = {2025: date(2025, 8, 28), 2026: date(2026, 8, 24)}


@pytest.mark.parametrize(
    ("left", "start"),
    [
        # in mid-year on the day of leaving, the first and the last day included
        (date(2026, 3, 5), date(2026, 3, 5)),
        (date(2025, 9, 1), date(2025, 9, 1)),
        (date(2026, 7, 4), date(2026, 7, 4)),
        # between the years never before 1 September
        (date(2026, 7, 5), date(2026, 9, 1)),
        (date(2026, 8, 24), date(2026, 9, 1)),
        # a late delivery of the new year tells it in September
        (date(2026, 9, 10), date(2026, 9, 10)),
    ],
)
def test_the_clock_starts_on_the_day_of_leaving_or_with_the_new_year(left: date, start: date) -> None:
    assert clock_start(left, YEARS, FED) == start


def test_without_the_new_years_directory_the_clock_waits() -> None:
    """CAL-11: a missing feed makes nobody a leaver."""
    assert clock_start(date(2026, 7, 20), YEARS, {2025: date(2025, 8, 28)}) is None
    assert clock_start(date(2026, 7, 20), YEARS, FED | {2026: date(2026, 9, 14)}) == date(2026, 9, 14)
    assert clock_start(date(2026, 3, 5), YEARS, {}) == date(2026, 3, 5)


def test_an_overseas_year_begins_in_its_own_month() -> None:
    """CAL-12: in New Caledonia it lies inside one civil year; 'September' is February there."""
    years = [
        YearDays(begins=2026, first_day=date(2026, 2, 16), last_day=date(2026, 12, 18)),
        YearDays(begins=2027, first_day=date(2027, 2, 15)),
    ]
    fed = {2027: date(2027, 1, 25)}
    assert clock_start(date(2026, 12, 20), years, fed) == date(2027, 2, 1)
    assert clock_start(date(2026, 10, 1), years, fed) == date(2026, 10, 1)


def test_years_whose_days_are_not_known_hold_no_clock_back_for_ever() -> None:
    unknown_end = [YearDays(begins=2025, first_day=date(2025, 9, 1)), NEXT]
    assert clock_start(date(2026, 6, 1), unknown_end, {}) == date(2026, 6, 1)
    assert clock_start(date(2026, 7, 20), unknown_end, FED) == date(2026, 9, 1)
    assert clock_start(date(2026, 7, 20), [N], FED) is None
    assert clock_start(date(2026, 7, 20), [YearDays(begins=2025)], FED) is None


def test_everything_is_over_within_ninety_days() -> None:
    """LAW-1: the first day counts; nobody loses access after they are erased."""
    ahead = dates(date(2026, 9, 1), Delays(warned=14, disabled=50, erased=90))
    assert (ahead.warned_on, ahead.disabled_on) == (date(2026, 9, 15), date(2026, 10, 21))
    assert ahead.erased_on == date(2026, 11, 29)
    assert (ahead.erased_on - date(2026, 9, 1)).days < 90
    early = dates(date(2026, 9, 1), Delays(warned=14, disabled=90, erased=30))
    assert early.disabled_on == early.erased_on == date(2026, 9, 30)


def test_no_setting_keeps_leavers_longer_than_the_law_allows() -> None:
    """G17, S4-4: more than ninety days is refused, and so is a notice later than mid-September."""
    key = {"SECRET_KEY": "k" * 40}
    for name, most in (("LEAVER_ERASURE_DAYS", 90), ("LEAVER_ACCESS_DAYS", 90), ("LEAVER_NOTICE_DAYS", 14)):
        Settings(key | {f"BASCULE_{name}": str(most)})
        with pytest.raises(WrongSetting):
            Settings(key | {f"BASCULE_{name}": str(most + 1)})
