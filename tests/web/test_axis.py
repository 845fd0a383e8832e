"""The axis of a picture of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.axis import Axis

PARIS = ZoneInfo("Europe/Paris")
SUMMER = Axis(datetime(2026, 7, 1, tzinfo=PARIS), datetime(2026, 9, 15, tzinfo=PARIS))


def test_instants_become_percentages_and_what_lies_outside_is_at_the_nearer_end() -> None:
    assert SUMMER.at(SUMMER.start) == 0
    assert SUMMER.at(SUMMER.end) == 100
    assert SUMMER.at(SUMMER.start + timedelta(days=38)) == 50
    assert SUMMER.at(SUMMER.start - timedelta(days=1)) == 0
    assert SUMMER.segment(SUMMER.start - timedelta(days=9), SUMMER.start + timedelta(days=19)) == (0, 25)
    assert SUMMER.holds(SUMMER.end)
    assert not SUMMER.holds(SUMMER.end + timedelta(seconds=1))


def test_a_summer_is_told_in_half_months_in_both_languages() -> None:
    assert [tick.label for tick in SUMMER.ticks(PARIS)] == ["1er juil.", "15 juil.", "1er août", "15 août", "1er sept."]
    assert [tick.label for tick in SUMMER.ticks(PARIS, "en")] == ["1 Jul", "15 Jul", "1 Aug", "15 Aug", "1 Sep"]


def test_a_week_is_told_in_days_and_a_year_in_months() -> None:
    week = Axis(datetime(2026, 8, 31, tzinfo=PARIS), datetime(2026, 9, 7, tzinfo=PARIS))
    assert [tick.label for tick in week.ticks(PARIS)][:2] == ["lun. 31 août", "mar. 1er sept."]
    year = Axis(datetime(2026, 9, 1, tzinfo=PARIS), datetime(2027, 8, 31, tzinfo=PARIS))
    assert [tick.label for tick in year.ticks(PARIS)][:5] == ["sept.", "oct.", "nov.", "déc.", "janv. 2027"]


def test_a_tick_is_a_midnight_of_the_school_not_of_paris() -> None:
    noumea = ZoneInfo("Pacific/Noumea")
    first = next(tick for tick in SUMMER.ticks(noumea) if tick.label == "1er août")
    assert first.at == SUMMER.at(datetime(2026, 8, 1, tzinfo=noumea))


@given(st.integers(1, 24 * 900), st.integers(0, 24 * 400))
def test_ticks_are_few_in_order_and_leave_room_for_their_words(hours: int, offset: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=offset)
    ticks = Axis(start, start + timedelta(hours=hours)).ticks(PARIS)
    places = [tick.at for tick in ticks]
    assert places == sorted(set(places))
    assert len(ticks) <= 14
    assert sum(not tick.minor for tick in ticks) <= 5
    assert all(0 <= place < 96 for place in places)


def test_naive_instants_and_empty_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Axis(datetime(2026, 7, 1), datetime(2026, 9, 1, tzinfo=PARIS))  # noqa: DTZ001
    with pytest.raises(ValueError, match="after"):
        Axis(SUMMER.end, SUMMER.start)
