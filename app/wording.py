"""Days, instants and periods in words that a parent understands: "jeudi 27 août 2026 à 9 h".

Plain functions of a value, a zone and a language ('fr' or 'en'). Relative times never stand alone, so there are none here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def day(value: date, language: str = "fr") -> str:
    """'mardi 1er septembre 2026', 'Tuesday 1 September 2026'."""
    number = "1er" if language == "fr" and value.day == 1 else str(value.day)
    return f"{WEEKDAYS[language][value.weekday()]} {number} {MONTHS[language][value.month - 1]} {value.year}"


def hour(value: datetime, language: str = "fr") -> str:
    """'9 h', '9 h 05' (no-break spaces); '09:05' in English. ``value`` is already in the reader's zone."""
    if language == "fr":
        return f"{value.hour}\u00a0h" if value.minute == 0 else f"{value.hour}\u00a0h\u00a0{value.minute:02d}"
    return f"{value.hour:02d}:{value.minute:02d}"


def instant(value: datetime, zone: ZoneInfo, language: str = "fr") -> str:
    """'jeudi 27 août 2026 à 9 h' in ``zone``. ``value`` must be aware. Raises ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("a naive instant cannot be told")
    local = value.astimezone(zone)
    joint = "à" if language == "fr" else "at"
    return f"{day(local.date(), language)} {joint} {hour(local, language)}"


def last_moment(value: datetime, zone: ZoneInfo, language: str = "fr") -> str:
    """An end, told inclusively when it is a midnight (GATE-3): the end of 2 September is 'mercredi 2 septembre inclus'."""
    local = value.astimezone(zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        told = day(local.date() - timedelta(days=1), language)
        return f"{told} inclus" if language == "fr" else f"{told} inclusive"
    return instant(value, zone, language)


def first_moment(value: datetime, zone: ZoneInfo, language: str = "fr") -> str:
    """A start: the day alone when it is a midnight, else the instant."""
    local = value.astimezone(zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return day(local.date(), language)
    return instant(value, zone, language)
