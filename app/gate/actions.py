"""Changing the gate: windows, amendments, closing and opening, the authorisation, first days, texts, notices.

Every verb leaves an audit line with what was before and after, and makes caches stale; none commits. Bounds are ``Bound``s,
instants aware UTC, ``now`` portal time. What cannot stay raises ``Unacceptable`` with every problem, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from app.audit.actions import Actor, record
from app.db import db
from app.gate.effective import effective
from app.gate.holds.actions import override
from app.gate.models import ClosingWindow, GateRules, PracticalNotice, RedirectText, SchoolDays, WindowAmendment
from app.gate.moving import Move, moves_of
from app.gate.notice_text import check_notice
from app.gate.plain_text import Problem
from app.gate.problems import refuse_if
from app.gate.queries import class_codes, closures, facts_of_row, window_row
from app.gate.redirect_text import check_text
from app.gate.running import closes_somebody
from app.gate.windows import Bound, Limits, Source, WindowKind, check_amendment, check_window, read_profiles
from app.gate.written import amendment_written, in_order, window_written, written
from app.profiles import Profile
from app.pulse import GATE, PUBLIC, bump
from app.words import N_, Words

#: No limit on what a school may choose.
FREE = Limits()
#: What ``change_window`` may change.
CHANGEABLE = frozenset({"start", "end", "profiles", "message", "limits", "holds", "next_news"})

# Windows ---------------------------------------------------------------------------------------------------------------


def add_window(
    *,
    kind: str,
    start: Bound | None,
    end: Bound | None,
    profiles: Iterable[str] = (),
    school_id: int | None = None,
    message: str = "",
    source: Source = Source.OPERATOR,
    limits: Limits = FREE,
    holds: bool = False,
    next_news: datetime | None = None,
    grace: int | None = None,
    by: Actor,
    now: datetime,
) -> ClosingWindow:
    """A new window (GATE-1, GATE-2), of the whole project where ``school_id`` is None; past days are allowed.

    ``holds``: its end is only announced, it stays closed until it is opened (GATE-14). ``grace``: seconds after the start,
    those of the settings unless given.
    """
    names = list(profiles)
    zone = ZoneInfo(closures().zone(school_id) if school_id is not None else closures().rules.zone)
    refuse_if(
        check_window(
            kind=kind, profiles=names, start=start, end=end, message=message, zone=zone, source=source, limits=limits
        )
    )
    row = ClosingWindow(
        kind=kind,
        school_id=school_id,
        profiles=in_order(read_profiles(names)[0]) if kind == WindowKind.PROFILES else [],
        message=message.strip(),
        source=source.value,
        holds=holds and kind == WindowKind.MAINTENANCE,
        next_news=next_news,
        grace=current_app.extensions["settings"].grace if grace is None else grace,
        created_at=now,
        **asdict(limits),
    )
    _set_bounds(row, start, end)
    db.session.add(row)
    db.session.flush()
    _changed("window.added", ("window", row.id), school_id, None, window_written(row), by=by, now=now)
    return row


def change_window(row: ClosingWindow, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Change what ``changes`` names (``CHANGEABLE``): bounds, profile names, message, limits, holding, next news."""
    if unknown := set(changes) - CHANGEABLE:
        raise ValueError(f"a window has no {unknown}")
    facts = facts_of_row(row)
    names = list(changes.get("profiles", in_order(facts.profiles)))
    given = {name: value for name, value in changes.items() if name != "profiles"}
    zone = ZoneInfo(closures().zone(row.school_id) if row.school_id is not None else closures().rules.zone)
    start = given.get("start", facts.start)
    checked = {"end": facts.end, "message": facts.message, "limits": facts.limits} | {
        name: value for name, value in given.items() if name in ("end", "message", "limits")
    }
    refuse_if(check_window(kind=row.kind, profiles=names, start=start, zone=zone, source=facts.source, **checked))
    before = window_written(row)
    _set_bounds(row, start, checked["end"])
    row.message = checked["message"].strip()
    row.profiles = in_order(read_profiles(names)[0]) if row.kind == WindowKind.PROFILES else []
    row.holds = bool(given.get("holds", row.holds)) and row.kind == WindowKind.MAINTENANCE
    row.next_news = given.get("next_news", row.next_news)
    for name, value in asdict(checked["limits"]).items():
        setattr(row, name, value)
    if (after := window_written(row)) != before:
        _changed("window.changed", ("window", row.id), row.school_id, before, after, by=by, now=now)


def remove_window(row: ClosingWindow, *, by: Actor, now: datetime) -> None:
    """Take a window away: it closes nothing any more; the row stays for the history."""
    row.removed_at = now
    _changed("window.removed", ("window", row.id), row.school_id, window_written(row), None, by=by, now=now)


def amend_window(
    row: ClosingWindow,
    *,
    school_id: int,
    level: str | None = None,
    class_id: int | None = None,
    start: Bound | None = None,
    end: Bound | None = None,
    message: str | None = None,
    by_operator: bool,
    by: Actor,
    now: datetime,
) -> WindowAmendment:
    """A school's, level's or class's own dates or words inside a window (GATE-4, GATE-13); None inherits.

    It replaces what the same hand (the school's or the operator's) had written for the same part.
    """
    facts = facts_of_row(row, school_id)
    rules = closures().rules
    zone = ZoneInfo(closures().zone(school_id))
    key = (school_id, level, class_id, by_operator)
    others = [a for a in facts.amendments if (a.school_id, a.level, a.class_id, a.by_operator) != key]
    inherited = effective(facts, others, zone, level=level, class_id=class_id)
    problems = check_amendment(
        window=facts,
        start=start,
        end=end,
        message=message,
        zone=zone,
        by_operator=by_operator,
        authorised=rules.schools_may_amend,
        inherits_start=inherited.start,
        inherits_end=inherited.announced_end,
    )
    if row.school_id not in (None, school_id):
        problems.insert(0, Problem("", Words(N_("Cette fenêtre est celle d’un autre établissement."))))
    refuse_if(problems)
    amendment = next((a for a in row.amendments if (a.school_id, a.level, a.class_id, a.by_operator) == key), None)
    before = None if amendment is None else amendment_written(amendment)
    if amendment is None:
        amendment = WindowAmendment(school_id=school_id, level=level, class_id=class_id, by_operator=by_operator)
        amendment.changed_at = now
        row.amendments.append(amendment)
    _set_bounds(amendment, start, end)
    amendment.message = None if message is None else message.strip()
    amendment.changed_at = now
    db.session.flush()
    after = amendment_written(amendment)
    if after != before:
        _changed("window.amended", ("window", row.id), school_id, before, after, by=by, now=now)
    return amendment


def remove_amendment(row: ClosingWindow, amendment: WindowAmendment, *, by: Actor, now: datetime) -> None:
    """Take an amendment back: that school, level or class follows again what is above it."""
    before = amendment_written(amendment)
    row.amendments.remove(amendment)
    _changed("window.amendment-removed", ("window", row.id), amendment.school_id, before, None, by=by, now=now)


def close(
    *,
    school_id: int | None = None,
    until: Bound | None = None,
    grace: int = 0,
    message: str = "",
    by: Actor,
    now: datetime,
) -> ClosingWindow:
    """Close to everybody but operators from ``now``, by hand: it ends ``until`` that bound, or when it is opened (GATE-1)."""
    start, kind = Bound(instant=now), WindowKind.MAINTENANCE
    return add_window(
        kind=kind, start=start, end=until, school_id=school_id, message=message, grace=grace, by=by, now=now
    )


def open_(*, school_id: int | None = None, reason: str = "", by: Actor, now: datetime) -> list[int]:
    """End every maintenance that runs at ``now``: everywhere, or for one school alone. The windows' numbers (GATE-14).

    A school is let out of the project's maintenance by an amendment of the operator's. ``reason`` is kept in the audit; where a
    run is unfinished there it is demanded (``RunUnfinished``), and the run stops first (G13).
    """
    override(school_id, reason, by=by, now=now)
    query = select(ClosingWindow.id).where(
        ClosingWindow.kind == WindowKind.MAINTENANCE.value, ClosingWindow.removed_at.is_(None)
    )
    if school_id is not None:
        query = query.where(ClosingWindow.school_id.is_(None) | (ClosingWindow.school_id == school_id))
    known, opened = closures(), []
    for number in db.session.scalars(query.order_by(ClosingWindow.id)).all():
        row = window_row(number)
        if closes_somebody(facts_of_row(row), school_id, known.rules.zone, known.zones, now):
            _open_one(row, school_id, reason, by=by, now=now)
            opened.append(row.id)
    return opened


def end_window(row: ClosingWindow, *, by: Actor, now: datetime, reason: str = "") -> None:
    """End one window at ``now``: what it closed opens, unless another closes it too (GATE-14)."""
    if row.ended_at is None:
        _open_one(row, None, reason, by=by, now=now)


def _open_one(row: ClosingWindow, school_id: int | None, reason: str, *, by: Actor, now: datetime) -> None:
    before = window_written(row)
    if school_id is None or row.school_id == school_id:
        row.ended_at = now
    else:
        for finer in [a for a in row.amendments if a.school_id == school_id and (a.level or a.class_id)]:
            remove_amendment(row, finer, by=by, now=now)
        amend_window(row, school_id=school_id, end=Bound(instant=now), by_operator=True, by=by, now=now)
    after = window_written(row) | {"reason": reason}
    _changed("window.opened", ("window", row.id), school_id or row.school_id, before, after, by=by, now=now)


# What the project decides for schools ----------------------------------------------------------------------------------


def authorise_schools(allowed: bool, *, by: Actor, now: datetime) -> None:
    """Let schools change their windows within the limits, or no longer: what they wrote is kept (GATE-4)."""
    rules = db.session.get(GateRules, 1)
    if rules is None:
        rules = GateRules(id=1, schools_may_amend=True)
        db.session.add(rules)
    if rules.schools_may_amend != allowed:
        rules.schools_may_amend = allowed
        before, after = {"schools_may_amend": not allowed}, {"schools_may_amend": allowed}
        _changed(
            "gate.authorised" if allowed else "gate.unauthorised", ("gate", 1), None, before, after, by=by, now=now
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What moving first days did: schools moved, ends that followed, schools whose window had ended already."""

    schools: int
    ends: int
    over: tuple[int, ...]


def move_first_day(school_ids: Sequence[int], day: date, *, by: Actor, now: datetime) -> Moved:
    """Move the pupils' first day of some schools, beyond any limit; their windows' ends follow (GATE-17)."""
    known = closures()
    facts = {school.id: school for school in known.rules.schools}
    rows: dict[int, ClosingWindow] = {}
    moved, ends, over = 0, 0, []
    for school_id in dict.fromkeys(school_ids):
        first_day = known.rules.first_days.get(school_id)
        if first_day == day:
            continue
        following = moves_of(known.rules, facts[school_id], day, now)
        _days_of(school_id).first_day = day
        before, after = {"first_day": written(first_day)}, {"first_day": written(day)}
        _changed("gate.first-day-moved", ("school", school_id), school_id, before, after, by=by, now=now)
        for move in following.moves:
            rows[move.window_id] = rows.get(move.window_id) or window_row(move.window_id)
            given = {name: getattr(move, name) for name in Move.__slots__ if name != "window_id"}
            amend_window(rows[move.window_id], **given, by_operator=True, by=by, now=now)
        moved, ends = moved + 1, ends + len(following.moves)
        over += [school_id] if following.over else []
    return Moved(schools=moved, ends=ends, over=tuple(over))


def publish_grid(school_id: int, published: bool, *, by: Actor, now: datetime) -> None:
    """Say that a school has published which class comes back when, so that pages may tell a class's day (GATE-16)."""
    own = _days_of(school_id)
    if own.grid_published != published:
        own.grid_published = published
        before, after = {"grid_published": not published}, {"grid_published": published}
        _changed("gate.grid-published", ("school", school_id), school_id, before, after, by=by, now=now)


def _days_of(school_id: int) -> SchoolDays:
    own = db.session.get(SchoolDays, school_id)
    if own is None:
        own = SchoolDays(school_id=school_id, grid_published=False)
        db.session.add(own)
    return own


# Words -----------------------------------------------------------------------------------------------------------------


def set_text(
    words: str, *, profile: Profile | None, school_id: int | None, language: str = "fr", by: Actor, now: datetime
) -> None:
    """The words of a redirect page, of the project or a school; profile None is the closed page (GATE-7). Empty: cleared."""
    name = profile.value if profile is not None else ""
    same_school = RedirectText.school_id.is_(None) if school_id is None else RedirectText.school_id == school_id
    text = db.session.scalar(
        select(RedirectText).where(same_school, RedirectText.profile == name, RedirectText.language == language)
    )
    before = None if text is None else {"words": text.words, "profile": name, "language": language}
    words = words.replace("\r\n", "\n").strip()
    if words:
        refuse_if(check_text(words))
        if text is None:
            text = RedirectText(school_id=school_id, profile=name, language=language)
            db.session.add(text)
        text.words = words
    elif text is not None:
        db.session.delete(text)
    after = {"words": words, "profile": name, "language": language} if words else None
    if after != before:
        _changed("text.set" if words else "text.cleared", ("text", None), school_id, before, after, by=by, now=now)


def publish_notice(
    school_id: int,
    text: str,
    *,
    shown_from: datetime | None = None,
    shown_until: datetime | None = None,
    send: bool = False,
    by: Actor,
    now: datetime,
) -> PracticalNotice:
    """Show a practical notice on the school's public and redirect pages; ``send``: to its guardians too (SITE-8)."""
    starts = shown_from or now
    refuse_if(check_notice(text, class_codes(school_id), shown_from=starts, shown_until=shown_until))
    notice = PracticalNotice(school_id=school_id, text=text.strip(), send_wanted=send, created_at=now)
    notice.shown_from, notice.shown_until = starts, shown_until
    db.session.add(notice)
    db.session.flush()
    after = {"text": notice.text, "from": written(starts), "until": written(shown_until), "send": send}
    _changed("notice.published", ("notice", notice.id), school_id, None, after, by=by, now=now)
    return notice


def withdraw_notice(notice: PracticalNotice, *, by: Actor, now: datetime) -> None:
    """Take a notice off the pages; mails that have left have left."""
    before = {"text": notice.text, "until": written(notice.shown_until)}
    notice.shown_until = max(now, notice.shown_from)
    after = {"until": written(notice.shown_until)}
    _changed("notice.withdrawn", ("notice", notice.id), notice.school_id, before, after, by=by, now=now)


# How it is written and told to the audit --------------------------------------------------------------------------------


def _changed(
    action: str,
    subject: tuple[str, int | None],
    school_id: int | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    record(action, by=by, now=now, subject=subject, school_id=school_id, before=before, after=after)
    bump(db.session(), GATE, PUBLIC)


def _set_bounds(row: ClosingWindow | WindowAmendment, start: Bound | None, end: Bound | None) -> None:
    row.start_day, row.start_at = (start.day, start.instant) if start is not None else (None, None)
    row.end_day, row.end_at = (end.day, end.instant) if end is not None else (None, None)
