"""The words on a redirect page: default texts, the places in a text, and what fills them (GATE-7, GATE-16).

A text is plain, with paragraphs; its places are written ``{portail}``. The project has one per profile, a school may have its
own. No day told here is finer than a level: where the classes of one level come back on different days the page gives the
span, and names no class.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app import wording
from app.gate.closures import Closures, Timeline
from app.gate.decision import Decision
from app.gate.effective import Effective, Origin
from app.gate.plain_text import TEXT_LIMIT, Problem, check_plain_text, paragraphs
from app.profiles import Place, Profile
from app.schoolyear import YearName
from app.words import N_, Words

#: The places of a text, as an administrator writes them (accents may be left out), and what stands there.
PLACES: dict[str, str] = {
    "portail": N_("nom du portail"),
    "établissement": N_("nom de l’établissement"),
    "premier_jour": N_("premier jour de la fermeture"),
    "dernier_jour": N_("dernier jour de la fermeture"),
    "réouverture": N_("jour et heure de la réouverture"),
    "année_scolaire": N_("année scolaire qui vient"),
}

_DEFAULTS: dict[Profile | None, str] = {
    Profile.STUDENT: N_(
        "{portail} se prépare pour l’année scolaire {année_scolaire}. Ce n’est pas une panne : la partie réservée aux élèves"
        " fait une pause du {premier_jour} au {dernier_jour}.\n\n"
        "Elle rouvre {réouverture}. C’est là que vous trouverez votre classe et votre emploi du temps."
    ),
    Profile.GUARDIAN: N_(
        "{portail} se prépare pour l’année scolaire {année_scolaire}. Ce n’est pas une panne : la partie réservée aux familles"
        " fait une pause du {premier_jour} au {dernier_jour}.\n\n"
        "Elle rouvre {réouverture}. La classe de votre enfant et son emploi du temps y seront affichés ce jour-là, pas avant :"
        " tout le monde les découvre en même temps."
    ),
    Profile.TEACHER: N_(
        "L’accès des enseignants à {portail} fait une pause du {premier_jour} au {dernier_jour}, le temps de passer à l’année"
        " scolaire {année_scolaire}.\n\n"
        "Il rouvre {réouverture}."
    ),
    Profile.STAFF: N_(
        "L’accès des personnels à {portail} fait une pause du {premier_jour} au {dernier_jour}, le temps de passer à l’année"
        " scolaire {année_scolaire}.\n\n"
        "Il rouvre {réouverture}."
    ),
    Profile.AUTHORITY: N_(
        "L’accès de la collectivité à {portail} fait une pause du {premier_jour} au {dernier_jour}, le temps de passer à l’année"
        " scolaire {année_scolaire}.\n\n"
        "Il rouvre {réouverture}."
    ),
    Profile.GUEST: N_(
        "L’accès des invités à {portail} fait une pause du {premier_jour} au {dernier_jour}, le temps de passer à l’année"
        " scolaire {année_scolaire}.\n\n"
        "Il rouvre {réouverture}."
    ),
    None: N_(
        "{portail} passe à l’année scolaire {année_scolaire}. Pendant ce travail, la partie réservée est fermée à tout le monde."
        " Ce n’est pas une panne.\n\n"
        "Elle rouvre {réouverture}."
    ),
}

_PLACE = re.compile(r"\{\s*([^{}]*?)\s*\}")


def default_text(profile: Profile | None) -> str:
    """The French text (to be translated) for a profile; None is the closed page of a maintenance."""
    return _DEFAULTS[profile]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextFacts:
    """What fills the places. Instants are UTC, told in ``zone`` (IANA name).

    ``reopens_between``: the closed parts come back at different instants, the first and the last of these; they differ by
    class, or only by level where ``by_level``. Without it ``reopens_at`` is told; None: nobody knows yet.
    """

    portal: str
    school: str
    year: str
    zone: str
    starts: datetime
    reopens_at: datetime | None
    reopens_between: tuple[datetime, datetime] | None = None
    by_level: bool = False


def check_text(text: str, *, field: str = "words") -> list[Problem]:
    """What cannot stay in a text that somebody wrote: HTML, unknown places, a lone brace, too many characters."""
    problems = check_plain_text(text, field=field, limit=TEXT_LIMIT)
    known = ", ".join(f"{{{name}}}" for name in PLACES)
    for found in _PLACE.finditer(text):
        if _plain(found[1]) not in _BY_PLAIN_NAME:
            sentence = N_("La place « %(place)s » n’existe pas. Vous pouvez écrire : %(known)s.")
            problems.append(Problem(field, Words(sentence, place=found[0], known=known)))
    if re.search(r"[{}]", _PLACE.sub("", text)):
        sentence = N_("Une accolade est seule. Une place s’écrit avec deux accolades, comme %(example)s.")
        problems.append(Problem(field, Words(sentence, example="{portail}")))
    if not text.strip():
        problems.append(Problem(field, Words(N_("Le texte est vide. Supprimez-le pour revenir au texte du projet."))))
    return problems


def render(
    text: str, facts: TextFacts, *, language: str = "fr", translate: Callable[[str], str] = str
) -> tuple[str, ...]:
    """``text`` as plain paragraphs, its places filled in ``language``; ``translate`` puts the French phrases into it.

    Whoever shows them escapes them as any text. What is no place stays as it stands: a page never fails over a text.
    """
    values = _values(facts, language, translate)

    def fill(found: re.Match[str]) -> str:
        name = _BY_PLAIN_NAME.get(_plain(found[1]))
        return found[0] if name is None else values[name]

    return tuple(_PLACE.sub(fill, paragraph) for paragraph in paragraphs(text))


def reopening_words(facts: TextFacts, *, language: str = "fr", translate: Callable[[str], str] = str) -> str:
    """What stands at {réouverture}: a day with its hour, a span, or that it will be announced."""
    return _values(facts, language, translate)["réouverture"]


def facts_of(
    closures: Closures,
    place: Place,
    at: datetime,
    *,
    portal: str,
    school: str,
    everybody: bool = False,
    asked_at: datetime | None = None,
) -> TextFacts | None:
    """The facts for ``place`` at ``at``; None where it is open.

    ``everybody``: for the public page of a school and profile, which does not know who reads it. All levels and classes are
    then taken together, and those that are open already left aside.
    """
    timelines = closures.timelines(place) if everybody else (closures.timeline(place),)
    answers = [(timeline, timeline.at(at, asked_at)) for timeline in timelines]
    closed = [(timeline, decision) for timeline, decision in answers if not decision.allowed]
    if not closed:
        return None
    between = _span(decision for _timeline, decision in closed)
    reopens = [decision.reopens_at for _timeline, decision in closed]
    return TextFacts(
        portal=portal,
        school=school,
        year=str(YearName(begins=closures.rules.new_year)),
        zone=closures.zone(place.school_id),
        starts=min(_start(timeline, decision) for timeline, decision in closed),
        reopens_at=None if None in reopens else reopens[0],
        reopens_between=between,
        by_level=not any(w.end_from == Origin.CLASS for timeline, _decision in closed for w in _of_level(timeline)),
    )


def _span(closed: Iterable[Decision]) -> tuple[datetime, datetime] | None:
    """The first and last reopening of all parts that are still closed, where they differ and are known."""
    moments: set[datetime] = set()
    for decision in closed:
        if decision.reopens_at is None:
            return None
        moments.update(decision.reopens_between or (decision.reopens_at,))
    return (min(moments), max(moments)) if len(moments) > 1 else None


def _of_level(timeline: Timeline) -> list[Effective]:
    """The windows of a place, and of its whole level where its classes differ."""
    return [w for part in timeline.peers or (timeline.windows,) for w in part]


def _start(timeline: Timeline, decision: Decision) -> datetime:
    """The first instant of the deciding window, of the whole level where its classes differ."""
    return min(w.start for w in _of_level(timeline) if w.window_id == decision.window_id)


def _values(facts: TextFacts, language: str, translate: Callable[[str], str]) -> dict[str, str]:
    zone = ZoneInfo(facts.zone)
    if facts.reopens_between is not None:
        first, last = facts.reopens_between
        span = N_("entre %(first)s et %(last)s, selon la classe")
        latest = N_("%(day)s au plus tard, selon la classe")
        if facts.by_level:
            span = N_("entre %(first)s et %(last)s, selon le niveau")
            latest = N_("%(day)s au plus tard, selon le niveau")
        early, late = _pair(first, last, zone, language)
        reopening = translate(span) % {"first": early, "last": late}
        last_day = translate(latest) % {"day": wording.last_moment(last, zone, language)}
    elif facts.reopens_at is not None:
        reopening = wording.first_moment(facts.reopens_at, zone, language)
        last_day = wording.last_moment(facts.reopens_at, zone, language)
    else:
        reopening = translate(N_("à une date qui sera annoncée ici"))
        last_day = translate(N_("jour de la réouverture, qui sera annoncé ici"))
    return {
        "portail": facts.portal,
        "établissement": facts.school,
        "premier_jour": wording.first_moment(facts.starts, zone, language),
        "dernier_jour": last_day,
        "réouverture": reopening,
        "année_scolaire": facts.year,
    }


def _pair(first: datetime, last: datetime, zone: ZoneInfo, language: str) -> tuple[str, str]:
    """Two moments to be joined: 'mardi 1er' and 'jeudi 3 septembre 2026 à 8 h' where month and hour are the same."""
    early, late = first.astimezone(zone), last.astimezone(zone)
    told = wording.first_moment(first, zone, language), wording.first_moment(last, zone, language)
    if (early.year, early.month, early.time()) != (late.year, late.month, late.time()):
        return told
    weekday, number = wording.day(early.date(), language).split(" ")[:2]
    return f"{weekday} {number}", told[1]


def _plain(name: str) -> str:
    """A place's name without accents and capitals, as it is recognised."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()


_BY_PLAIN_NAME = {_plain(name): name for name in PLACES}
