"""Days and instants in words, and back again (GATE-3)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import wording
from app.schoolyear import SCHOOL_ZONES, end_of_day, instant_of, start_of_day

PARIS = ZoneInfo("Europe/Paris")
days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
zones = st.sampled_from(sorted(SCHOOL_ZONES)).map(ZoneInfo)
languages = st.sampled_from(("fr", "en"))
INCLUSIVE = {"fr": " inclus", "en": " inclusive"}


def day_read(told: str, language: str) -> date:
    """The day that the words name; the weekday must be its own."""
    weekday, number, month, year = told.split(" ")
    found = date(int(year), wording.MONTHS[language].index(month) + 1, int(number.removesuffix("er")))
    assert wording.WEEKDAYS[language][found.weekday()] == weekday
    return found


def moment_read(told: str, language: str) -> datetime:
    """The wall hour that the words name."""
    day, hour = told.split(" à " if language == "fr" else " at ")
    found = re.fullmatch(r"(\d+)(?:\u00a0h(?:\u00a0)?|:)(\d\d)?", hour)
    assert found
    return datetime.combine(day_read(day, language), time(int(found[1]), int(found[2] or 0)))


@given(days, zones, languages)
def test_an_inclusive_end_day_is_told_and_read_back(day: date, zone: ZoneInfo, language: str) -> None:
    """GATE-3: what is shown is the day that was typed, in every zone and over every change of the clocks."""
    told = wording.last_moment(end_of_day(day, zone), zone, language)
    assert told.endswith(INCLUSIVE[language])
    assert day_read(told.removesuffix(INCLUSIVE[language]), language) == day


@given(days, zones, languages)
def test_a_start_day_is_told_and_read_back(day: date, zone: ZoneInfo, language: str) -> None:
    assert day_read(wording.first_moment(start_of_day(day, zone), zone, language), language) == day


@given(days, st.integers(0, 23), st.integers(0, 59), zones, languages)
def test_an_instant_is_told_and_read_back(day: date, hour: int, minute: int, zone: ZoneInfo, language: str) -> None:
    """First and last moments alike; an hour that comes twice is told alike both times."""
    wall = datetime.combine(day, time(hour, minute))
    if (hour, minute) == (0, 0) or wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(
        tzinfo=None
    ) != wall:
        return
    instant = instant_of(wall, zone)
    for tell in (wording.instant, wording.first_moment, wording.last_moment):
        assert moment_read(tell(instant, zone, language), language) == wall


@given(days, zones, languages)
def test_a_start_and_an_end_of_the_same_instant_name_neighbouring_days(
    day: date, zone: ZoneInfo, language: str
) -> None:
    """'jusqu'au 31 août inclus' and 'à partir du 1er septembre' meet."""
    instant = start_of_day(day, zone)
    ends = wording.last_moment(instant, zone, language).removesuffix(INCLUSIVE[language])
    assert day_read(wording.first_moment(instant, zone, language), language) - day_read(ends, language) == timedelta(
        days=1
    )


def test_the_words_are_those_of_a_notice_on_a_door() -> None:
    moment = datetime(2026, 8, 27, 7, tzinfo=UTC)
    assert wording.instant(moment, PARIS) == "jeudi 27 août 2026 à 9\u00a0h"
    assert wording.instant(moment + timedelta(minutes=5), PARIS) == "jeudi 27 août 2026 à 9\u00a0h\u00a005"
    assert wording.instant(moment, PARIS, "en") == "Thursday 27 August 2026 at 09:00"
    assert wording.day(date(2026, 9, 1)) == "mardi 1er septembre 2026"
    assert wording.day(date(2026, 9, 1), "en") == "Tuesday 1 September 2026"
    assert wording.last_moment(end_of_day(date(2026, 9, 2), PARIS), PARIS) == "mercredi 2 septembre 2026 inclus"


def test_a_naive_instant_is_not_told() -> None:
    with pytest.raises(ValueError, match="naive"):
        wording.instant(datetime(2026, 8, 27), PARIS)  # noqa: DTZ001
