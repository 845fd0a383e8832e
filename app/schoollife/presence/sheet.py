"""The marks of a roll-call sheet, and what they say of an absence. Plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.words import N_


class Presence(StrEnum):
    """What a sheet says of a pupil; the names of absences are those of ``Absence.kind``."""

    PRESENT = "present"
    ABSENT = "absent"
    LATE = "late"
    EXCUSED = "excused-from"


PRESENCE_NAMES: dict[Presence, str] = {
    Presence.PRESENT: N_("Présent"),
    Presence.ABSENT: N_("Absent"),
    Presence.LATE: N_("En retard"),
    Presence.EXCUSED: N_("Dispensé"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetMark:
    """One pupil on a sheet. ``minutes``: how late."""

    presence: Presence
    minutes: int = 0


def read_marks(
    form: Mapping[str, str], student_ids: list[int], *, late_minutes: int
) -> tuple[dict[int, SheetMark], dict[int, str]]:
    """The marks typed for each pupil ('status-<id>', 'minutes-<id>'), and what could not be read of the minutes.

    A pupil without a mark is present. Minutes left empty are the school's ``late_minutes``.
    """
    marks: dict[int, SheetMark] = {}
    wrong: dict[int, str] = {}
    for number in student_ids:
        given = form.get(f"status-{number}", Presence.PRESENT)
        presence = Presence(given) if given in set(Presence) else Presence.PRESENT
        minutes = 0
        if presence == Presence.LATE:
            typed = form.get(f"minutes-{number}", "").strip()
            if not typed:
                minutes = late_minutes
            elif typed.isdecimal() and len(typed) < 4 and 0 < int(typed) <= 240:
                minutes = int(typed)
            else:
                wrong[number] = typed
        marks[number] = SheetMark(presence=presence, minutes=minutes)
    return marks, wrong


def span(mark: SheetMark, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """From when to when a pupil was missing in a lesson; a late one until they came, at most the whole lesson."""
    if mark.presence == Presence.LATE:
        return starts_at, min(starts_at + timedelta(minutes=mark.minutes), ends_at)
    return starts_at, ends_at
