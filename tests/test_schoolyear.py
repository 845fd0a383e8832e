"""Days as instants in every zone of the French schools, daylight saving included (GATE-3, CAL-12)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schoolyear import (
    SCHOOL_ZONES,
    NoSuchHour,
    YearName,
    end_of_day,
    instant_of,
    local_day,
    start_of_day,
    zone_of,
)

ZONES = sorted(SCHOOL_ZONES)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize("name", ZONES)
def test_every_day_of_twelve_years_begins_and_ends_on_the_clock(name: str) -> None:
    """GATE-3: its first instant is of that day, the one before is of the day before; it ends where the next begins."""
    zone = ZoneInfo(name)
    day = date(2024, 1, 1)
    while day < date(2036, 1, 1):
        start = start_of_day(day, zone)
        assert start.tzinfo is UTC
        assert local_day(start, zone) == day
        assert local_day(start - INSTANT, zone) == day - timedelta(days=1)
        assert end_of_day(day, zone) == start_of_day(day + timedelta(days=1), zone)
        day += timedelta(days=1)


@pytest.mark.parametrize("name", ZONES)
def test_a_day_has_23_24_or_25_hours_and_the_odd_ones_are_the_changes_of_the_clock(name: str) -> None:
    zone = ZoneInfo(name)
    changes = 0
    for number in range(366):
        day = date(2028, 1, 1) + timedelta(days=number)
        noon_before, noon = (datetime(d.year, d.month, d.day, 12, tzinfo=zone) for d in (day - timedelta(days=1), day))
        change = noon.utcoffset() - noon_before.utcoffset()  # type: ignore[operator]
        changes += change != timedelta()
        # The clocks change in the night before noon, hence within that day.
        assert end_of_day(day, zone) - start_of_day(day, zone) == timedelta(hours=24) - change
    assert changes == (2 if name in ("Europe/Paris", "America/Miquelon") else 0)


@given(days, zones)
def test_every_day_of_every_zone_contains_its_noon(day: date, zone: ZoneInfo) -> None:
    noon = instant_of(datetime(day.year, day.month, day.day, 12), zone)  # noqa: DTZ001
    assert start_of_day(day, zone) < noon < end_of_day(day, zone)
    assert local_day(noon, zone) == day


@given(st.datetimes(datetime(2015, 1, 2), datetime(2045, 12, 30)), zones)  # noqa: DTZ001
def test_a_wall_hour_is_told_back_or_does_not_exist(wall: datetime, zone: ZoneInfo) -> None:
    read_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if read_back == wall:
        assert instant_of(wall, zone).astimezone(zone).replace(tzinfo=None) == wall
    else:
        with pytest.raises(NoSuchHour, match=wall.strftime("%H:%M")):
            instant_of(wall, zone)
        assert zone.utcoffset(wall + timedelta(hours=2)) != zone.utcoffset(wall - timedelta(hours=2))


def test_the_hour_that_spring_skips_does_not_exist() -> None:
    with pytest.raises(NoSuchHour, match="02:30"):
        instant_of(datetime(2027, 3, 28, 2, 30), ZoneInfo("Europe/Paris"))  # noqa: DTZ001
    with pytest.raises(NoSuchHour):
        instant_of(datetime(2027, 3, 14, 2, 30), ZoneInfo("America/Miquelon"))  # noqa: DTZ001


def test_the_hour_that_autumn_repeats_is_the_first() -> None:
    instant = instant_of(datetime(2026, 10, 25, 2, 30), ZoneInfo("Europe/Paris"))  # noqa: DTZ001
    assert instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "day", "start"),
    [
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_where_midnight_is_skipped_the_day_begins_with_the_first_hour_that_exists(
    name: str, day: date, start: datetime
) -> None:
    zone = ZoneInfo(name)
    assert start_of_day(day, zone) == start
    assert local_day(start, zone) == day
    assert local_day(start - INSTANT, zone) < day


def test_the_zones_of_the_french_schools_are_known_and_others_may_be_named() -> None:
    assert len(SCHOOL_ZONES) == 12
    assert all(str(zone_of(name)) == name for name in SCHOOL_ZONES)
    assert str(zone_of("Indian/Mauritius")) == "Indian/Mauritius"
    for wrong in ("Europe/Lyon", "../etc/passwd", ""):
        with pytest.raises(ValueError):
            zone_of(wrong)


def test_a_school_year_is_named_by_both_its_years() -> None:
    year = YearName(begins=2026)
    assert str(year) == "2026-2027"
    assert (str(year.previous), str(year.following)) == ("2025-2026", "2027-2028")
    assert year.previous < year
