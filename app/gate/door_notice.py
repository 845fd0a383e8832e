"""What stands on the door: the redirect page of a profile and the closed page of a maintenance (GATE-6, 7, 14, 16).

The answer comes first: until when, as a day and an hour; then why, and that nothing is broken. A page that everybody may read
takes all levels together and tells no day finer than a level; a page shown in place speaks to one person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.gate.announced import announced, sentence
from app.gate.closures import Closures, Timeline
from app.gate.decision import Decision, moment_words
from app.gate.plain_text import paragraphs
from app.gate.redirect_text import TextFacts, default_text, facts_of, render, reopening_words
from app.gate.snapshot import Notice, SchoolCard, Snapshot
from app.gate.strips import State, state_of
from app.gate.windows import WindowKind
from app.profiles import Place, Profile
from app.schoolyear import YearName
from app.words import N_, Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """In which language a page speaks: 'fr' or 'en', and what translates the French sentences into it."""

    language: str = "fr"
    translate: Callable[[str], str] = str


FRENCH = Voice()


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelLine:
    """When a level comes back, all closings taken together; '' is every level without days of its own.

    ``ends`` is None while it is unknown and where it is ``open`` already; ``ends_between`` where its classes differ (GATE-16).
    """

    level: str
    open: bool
    ends: datetime | None
    ends_between: tuple[datetime, datetime] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorNotice:
    """The notice. ``state`` is one of the look's: open, partly, closed, maintenance, late.

    ``answer`` is the page's first sentence, ``why`` the second. ``message`` is the window's own, ``words`` the text of the
    redirect page, both as paragraphs. ``levels``: when each comes back, where they differ. ``coming``: what will close.
    """

    state: str
    answer: Words
    why: Words
    message: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    levels: tuple[LevelLine, ...] = ()
    coming: Words | None = None
    notices: tuple[Notice, ...] = ()
    zone: str
    school: SchoolCard | None = None
    profile: Profile | None = None

    @property
    def closed(self) -> bool:
        return self.state != State.OPEN

    @property
    def kind(self) -> str:
        """How the plate is painted: '' (a profile's closing), 'maintenance' or 'open'."""
        return {"open": "open", "maintenance": "maintenance", "late": "maintenance"}.get(self.state, "")


def for_everybody(
    known: Snapshot,
    school_id: int | None,
    profile: Profile,
    at: datetime,
    *,
    asked_at: datetime | None = None,
    voice: Voice = FRENCH,
    text: str | None = None,
) -> DoorNotice:
    """The page of a profile in a school (None: in the project) at ``at``, whoever reads it.

    ``asked_at`` is the true now where ``at`` is another instant. ``text`` stands instead of the words that are kept, for a
    preview.
    """
    number = school_id or 0
    place = Place(school_id=number, profile=profile)
    decisions = [line.at(at, asked_at) for line in known.closures.timelines(place)]
    school = known.schools.get(number)
    facts = facts_of(
        known.closures,
        place,
        at,
        portal=known.portal,
        school=school.name if school is not None else known.portal,
        everybody=True,
        asked_at=asked_at,
    )
    closed = next((d for d in decisions if not d.allowed), None)
    if facts is None or closed is None:
        return _open(known, number, profile, at)
    state = "late" if closed.overrun else state_of(decisions).value
    notice = _closed(known, closed, facts, state, at, voice, text)
    return replace(notice, levels=_levels(known.closures, place, at, asked_at))


def for_one(
    known: Snapshot, decision: Decision, place: Place | None, now: datetime, *, voice: Voice = FRENCH
) -> DoorNotice:
    """The page shown in place to somebody whom ``decision`` stops; ``place`` is the deciding one, None without a school."""
    line: Timeline = known.closures.project[None] if place is None else known.closures.timeline(place)
    starts = [w.start for part in (line.windows, *line.peers) for w in part if w.window_id == decision.window_id]
    school = known.schools.get(place.school_id) if place is not None else None
    facts = TextFacts(
        portal=known.portal,
        school=school.name if school is not None else known.portal,
        year=str(YearName(begins=known.closures.rules.new_year)),
        zone=line.zone,
        starts=min(starts, default=now),
        reopens_at=decision.reopens_at,
        reopens_between=decision.reopens_between,
    )
    state = "maintenance" if decision.kind == WindowKind.MAINTENANCE else "closed"
    return _closed(known, decision, facts, "late" if decision.overrun else state, now, voice, None)


def _open(known: Snapshot, school_id: int, profile: Profile, at: datetime) -> DoorNotice:
    coming = [
        closure
        for closure in announced(known.closures, at, school_id)
        if not closure.running and (closure.kind == WindowKind.MAINTENANCE or profile in closure.profiles)
    ]
    return DoorNotice(
        state="open",
        answer=Words(N_("L’espace est ouvert.")),
        why=Words(N_("Vous pouvez vous connecter.")),
        coming=sentence(coming[0]) if coming else None,
        zone=known.closures.zone(school_id),
        school=known.schools.get(school_id),
        profile=profile,
    )


def _closed(
    known: Snapshot,
    decision: Decision,
    facts: TextFacts,
    state: str,
    at: datetime,
    voice: Voice,
    text: str | None,
) -> DoorNotice:
    maintenance = decision.kind == WindowKind.MAINTENANCE
    school_id = decision.school_id or 0
    own_of = None if maintenance else decision.profile
    if text is None:
        text = known.own_text(decision.school_id, own_of, voice.language)
    if text is None:
        text = voice.translate(default_text(own_of))
    return DoorNotice(
        state=state,
        answer=_answer(decision, facts, state, voice),
        why=_why(decision, state),
        message=paragraphs(decision.message),
        words=render(text, facts, language=voice.language, translate=voice.translate),
        notices=tuple(notice for notice in known.notices.get(school_id, ()) if notice.shown(at)),
        zone=facts.zone,
        school=known.schools.get(school_id),
        profile=decision.profile,
    )


def _levels(closures: Closures, place: Place, at: datetime, asked_at: datetime | None) -> tuple[LevelLine, ...]:
    """Each level that has days of its own, and all others, where they differ."""
    cell = closures.cells.get(place.school_id, {}).get(place.profile)
    if cell is None or cell.finer is None:
        return ()
    answers: dict[str, list[Decision]] = defaultdict(list)
    for (level, class_id), line in cell.finer.items():
        # A class counts in its own level only.
        if class_id is None or (cell.class_levels or {}).get(class_id) == level:
            answers[level or ""].append(line.at(at, asked_at))
    lines = [
        _level(level, decisions) for level, decisions in sorted(answers.items(), key=lambda one: (not one[0], one[0]))
    ]
    differing = {(line.open, line.ends, line.ends_between) for line in lines}
    return tuple(lines) if len(differing) > 1 else ()


def _level(level: str, decisions: list[Decision]) -> LevelLine:
    closed = [decision.reopens_at for decision in decisions if not decision.allowed]
    known = sorted({moment for moment in closed if moment is not None})
    certain = None not in closed and bool(known)
    return LevelLine(
        level=level,
        open=not closed,
        ends=known[-1] if certain else None,
        ends_between=(known[0], known[-1]) if certain and len(known) > 1 else None,
    )


def _answer(decision: Decision, facts: TextFacts, state: str, voice: Voice) -> Words:
    if state == "late":
        if decision.next_news is not None:
            news = moment_words(decision.next_news, facts.zone)
            return Words(N_("La maintenance dure plus longtemps que prévu. Prochaines nouvelles %(news)s."), news=news)
        return Words(N_("La maintenance dure plus longtemps que prévu."))
    if facts.reopens_at is None and facts.reopens_between is None:
        return Words(N_("L’espace est fermé pour le moment."))
    when = reopening_words(facts, language=voice.language, translate=voice.translate)
    if state == State.PARTLY:
        return Words(N_("L’espace a rouvert pour certains niveaux ; pour les autres il rouvre %(when)s."), when=when)
    return Words(N_("L’espace rouvre %(when)s."), when=when)


def _why(decision: Decision, state: str) -> Words:
    if state == "late":
        return Words(N_("Rien n’est perdu : le travail n’est pas terminé, et l’espace rouvrira dès qu’il le sera."))
    if decision.kind == WindowKind.MAINTENANCE:
        return Words(
            N_("Le portail n’est pas en panne : il est en maintenance, et la partie réservée est fermée à tous.")
        )
    return Words(N_("Le portail n’est pas en panne : votre accès fait une pause prévue."))
