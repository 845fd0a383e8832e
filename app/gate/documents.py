"""The documents that commands print: their shapes are a stable contract. Instants carry the offset of the zone they are told in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.gate.announced import to_whom
from app.gate.decision import Decision, moment_words
from app.gate.effective import Effective
from app.gate.services.closing import SERVICE_NAMES, SOURCE_NAMES, Closing, Service
from app.gate.windows import Window, WindowKind, end_instant, start_instant
from app.gate.written import in_order
from app.words import N_, Words


def instant_told(value: datetime | None, zone: str) -> str | None:
    """ISO 8601 with the offset of ``zone``."""
    return None if value is None else value.astimezone(ZoneInfo(zone)).isoformat()


def window_document(
    window: Window, *, zone: str, uais: Mapping[int, str], effective: Effective | None = None
) -> dict[str, Any]:
    """A window as it was written, or as ``effective`` somewhere. ``to`` is not included; None where no end is announced."""
    place = ZoneInfo(zone)
    start = start_instant(window.start, place) if effective is None else effective.start
    if effective is not None:
        end = effective.end if effective.end is not None else effective.announced_end
    else:
        end = end_instant(window.end, place) if window.end is not None else None
        if window.ended_at is not None:
            end = window.ended_at if end is None else min(end, window.ended_at)
    return {
        "id": window.id,
        "kind": window.kind.value,
        "scope": "project" if window.school_id is None else "school",
        "school": uais.get(window.school_id) if window.school_id is not None else None,
        "profiles": in_order(window.profiles),
        "from": instant_told(start, zone),
        "to": instant_told(end, zone),
        "message": window.message if effective is None else effective.message,
        "source": window.source.value,
    }


def decision_document(
    decision: Decision, *, zone: str, reason: str, window: dict[str, Any] | None, services: Sequence[Closing] = ()
) -> dict[str, Any]:
    """The gate's answer; ``reason`` in the reader's language. ``services``: what is closed on its own at that instant (GATE-10)."""
    return {
        "allowed": decision.allowed,
        "rule": decision.rule,
        "window": window,
        "reopens_at": instant_told(decision.reopens_at, zone),
        "reason": reason,
        "assumes": decision.assumes,
        "services": [
            {
                "service": one.service,
                "since": instant_told(one.since, zone),
                "until": instant_told(one.until, zone),
                "source": one.source,
            }
            for one in services
        ],
    }


def service_line(closing: Closing, *, school: str, zone: str) -> Words:
    """A service that is closed on its own, in one line for a person."""
    return Words(
        N_("Fermé à part : %(service)s, %(school)s, depuis le %(since)s, par %(who)s (GATE-10)."),
        service=Words(SERVICE_NAMES[Service(closing.service)]),
        school=school,
        since=closing.since,
        who=Words(SOURCE_NAMES[closing.source]),
        zone=zone,
    )


def window_line(window: Window, document: Mapping[str, Any], zone: str) -> Words:
    """A window in one line for a person."""
    starts = moment_words(datetime.fromisoformat(document["from"]), zone)
    who = Words(N_("à tous")) if window.kind == WindowKind.MAINTENANCE else to_whom(window.profiles)
    where = document["school"] or Words(N_("tout le projet"))
    if document["to"] is None:
        sentence = N_("%(number)s : %(where)s, ferme %(who)s %(starts)s, sans fin annoncée.")
        return Words(sentence, number=window.id, who=who, where=where, starts=starts)
    ends = moment_words(datetime.fromisoformat(document["to"]), zone)
    sentence = N_("%(number)s : %(where)s, ferme %(who)s %(starts)s, rouvre %(ends)s.")
    return Words(sentence, number=window.id, who=who, where=where, starts=starts, ends=ends)
