"""Pictures of time for the administration: the range that limits allow, and who enters over the weeks. Facts for macro ``strips``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.gate.closures import Closures
from app.gate.decision import moment_words
from app.gate.effective import Effective
from app.gate.strips import Stretch, strip
from app.gate.windows import Limits
from app.profiles import PROFILE_PLURALS, Profile
from app.schoolyear import end_of_day, start_of_day
from app.web.axis import Axis, Tick
from app.words import N_, Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """Rows and ticks for the macro; ``now`` in percent, None outside the axis."""

    rows: tuple[dict[str, Any], ...]
    ticks: tuple[Tick, ...]
    now: float | None


def limits_picture(limits: Limits, w: Effective, now: datetime, zone_name: str, language: str) -> Picture | None:
    """What a school may choose: where a start and an end may lie, and where they lie now. None where nothing limits."""
    if not any((limits.earliest_start, limits.latest_start, limits.earliest_end, limits.latest_end)):
        return None
    zone = ZoneInfo(zone_name)
    starts = _range(limits.earliest_start, limits.latest_start, zone, is_end=False)
    ends = _range(limits.earliest_end, limits.latest_end, zone, is_end=True)
    end = w.end or w.announced_end
    known = [moment for moment in (*starts, *ends, w.start, end) if moment is not None]
    margin = max(timedelta(days=3), (max(known) - min(known)) / 12)
    axis = Axis(min(known) - margin, max(known) + margin)
    rows = [
        _allowed(axis, Words(N_("Le début peut être choisi ici")), starts),
        _allowed(axis, Words(N_("La fin peut être choisie ici")), ends),
        {
            "label": Words(N_("Fermeture qui compte aujourd’hui")),
            "segments": [_segment(axis, w.start, end or axis.end, "closed", _period(w.start, end, zone_name))],
        },
    ]
    return Picture(rows=tuple(rows), ticks=axis.ticks(zone, language), now=_now(axis, now))


def weeks_picture(closures: Closures, school_id: int, now: datetime, language: str) -> tuple[Picture, list[Any]]:
    """One strip a profile over the weeks, and the same facts for a table: (profile, stretches) pairs."""
    zone_name = closures.zone(school_id)
    zone = ZoneInfo(zone_name)
    ahead = [moment for moment in closures.boundaries if now < moment < now + timedelta(days=300)]
    axis = Axis(now - timedelta(days=7), max([now + timedelta(days=35), *(m + timedelta(days=7) for m in ahead)]))
    rows, table = [], []
    for profile in Profile:
        stretches = strip(closures, school_id, profile, axis.start, axis.end, now=now)
        segments = [
            _segment(axis, one.since, one.until, one.state.value, stretch_words(one, zone_name))
            for one in _joined(stretches)
        ]
        rows.append({"label": Words(PROFILE_PLURALS[profile]), "segments": segments})
        table.append((profile, [one for one in stretches if one.until > now]))
    return Picture(rows=tuple(rows), ticks=axis.ticks(zone, language), now=_now(axis, now)), table


def stretch_words(stretch: Stretch, zone: str) -> Words:
    """What a stretch says when it is pointed at: until when, and why."""
    if stretch.decision.allowed and not stretch.others:
        return Words(N_("Ouvert jusqu’à : %(until)s."), until=moment_words(stretch.until, zone))
    return Words(
        N_("De : %(since)s. %(reason)s"), since=moment_words(stretch.since, zone), reason=stretch.decision.reason
    )


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Neighbours of one state as one piece: a picture shows states, the table tells answers."""
    pieces: list[Stretch] = []
    for one in stretches:
        if pieces and pieces[-1].state == one.state:
            last = pieces.pop()
            one = Stretch(
                since=last.since, until=one.until, state=last.state, decision=last.decision, others=last.others
            )
        pieces.append(one)
    return pieces


def _range(
    earliest: date | None, latest: date | None, zone: ZoneInfo, *, is_end: bool
) -> tuple[datetime | None, datetime | None]:
    """The first and last instants that limits allow for a bound."""
    instant = end_of_day if is_end else start_of_day
    return (
        instant(earliest, zone) if earliest is not None else None,
        instant(latest, zone) if latest is not None else None,
    )


def _allowed(axis: Axis, label: Words, span: tuple[datetime | None, datetime | None]) -> dict[str, Any]:
    first, last = span[0] or axis.start, span[1] or axis.end
    # A single allowed day is still to be seen.
    last = max(last, first + (axis.end - axis.start) / 100)
    segment = _segment(axis, first, last, "allowed", label) | {"word": Words(N_("Permis"))}
    return {"label": label, "segments": [segment]}


def _segment(axis: Axis, start: datetime, end: datetime, state: str, words: Words) -> dict[str, Any]:
    at, width = axis.segment(start, end)
    return {"at": at, "width": width, "state": state, "words": words}


def _period(start: datetime, end: datetime | None, zone: str) -> Words:
    if end is None:
        return Words(N_("Ferme %(start)s, sans fin annoncée."), start=moment_words(start, zone))
    return Words(N_("Ferme %(start)s, rouvre %(end)s."), start=moment_words(start, zone), end=moment_words(end, zone))


def _now(axis: Axis, now: datetime) -> float | None:
    return axis.at(now) if axis.holds(now) else None
