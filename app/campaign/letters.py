"""What the campaign writes to schools, in words of the portal's own (CAL-6, CAL-7, CAL-11). Plain.

A message is one for all who read it, so it is in French. It names no class, pupil or subject of the new year (GATE-8), and
promises no date that nobody has decided (CAL-7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.campaign.calendar import Event, EventKind, State, by_key
from app.campaign.presets.beside import EXPORTS
from app.schoolyear import YearName, local_day
from app.wording import day as told_day
from app.wording import instant as told_instant


class Audience(StrEnum):
    """To whom a message of the campaign goes, in each of its schools; OWNERS are the project's."""

    ADMINISTRATORS = "administrators"
    SCHOOL_LIFE = "school-life"
    TEACHERS = "teachers"
    HEADS = "heads"
    OWNERS = "owners"


#: CAL-6: administrators, school-life managers and teachers; heads read what concerns their school.
STAFF = frozenset({Audience.ADMINISTRATORS, Audience.SCHOOL_LIFE, Audience.TEACHERS, Audience.HEADS})
AUDIENCES: Mapping[str, frozenset[Audience]] = {
    "notice-procedure": STAFF,
    "notice-restriction": STAFF,
    "notice-new-year": STAFF,
    "notice-sts": frozenset({Audience.TEACHERS}),
    "notice-finished": frozenset({Audience.HEADS}),
}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message: its subject and its text, in the light markup of ``content.markup``."""

    subject: str
    source: str


@dataclass(frozen=True, kw_only=True)
class About:
    """What a message may tell: the portal's name, the new school year, the campaign's calendar, its zone."""

    portal: str
    year: YearName
    events: Sequence[Event]
    zone: ZoneInfo

    def event(self, key: str) -> Event | None:
        """The event called ``key`` unless it was left out."""
        found = by_key(list(self.events)).get(key)
        return None if found is None or found.state == State.SKIPPED else found

    def first(self, kind: EventKind, step: int | None = None) -> Event | None:
        """The first event of that kind, of those that run ``step`` where it is given."""
        return next(
            (
                one
                for one in self.events
                if one.kind == kind and one.state != State.SKIPPED and (step is None or step in one.steps)
            ),
            None,
        )

    def at(self, moment: datetime) -> str:
        """An instant in words."""
        return told_instant(moment, self.zone)

    def day(self, moment: datetime) -> str:
        """The day of an instant in words."""
        return told_day(local_day(moment, self.zone))


def letter(key: str, about: About) -> Letter:
    """The message of the event called ``key``. Raises ``KeyError`` for one that has no text."""
    return _LETTERS[key](about)


def _procedure(about: About) -> Letter:
    lines = [
        f"Bonjour,\n\nLe passage de {about.portal} à l’année {about.year} se prépare dans votre établissement. "
        "Voici ce qui va se passer, et ce que vous pouvez faire d’ici là."
    ]
    points = []
    pause, steps = about.first(EventKind.PAUSE), about.first(EventKind.STEPS, 1)
    if pause is not None and pause.at is not None:
        points.append(f"- Les imports de l’annuaire s’arrêtent {about.at(pause.at)}.")
    if steps is not None and steps.at is not None and not steps.chain:
        ends = f" La réouverture est annoncée pour {about.at(steps.until)}." if steps.until is not None else ""
        points.append(
            f"- L’espace authentifié ferme à tous {about.at(steps.at)} ; le site public reste en ligne.{ends}"
        )
        points.append(
            "- Pendant cette fermeture, les espaces de classe et les cahiers de textes sont archivés, puis l’année "
            "écoulée est retirée."
        )
    if points:
        lines.append("\n".join(points))
    lines.append(
        "Avant la fermeture, rangez dans un dossier personnel les messages à garder, rendez permanentes les rubriques "
        "et les groupes qui doivent rester, et regardez la corbeille de l’établissement. « Mes données et la bascule », "
        "dans votre espace, dit ce que devient chaque chose."
    )
    if any(about.event(one.key) is not None for one in EXPORTS):
        # S3-6, S2-7: what the steps neither keep nor can bring back for it.
        lines.append(
            "Les exports du ministère ne peuvent plus être faits une fois l’année retirée : faites ceux de Parcoursup avant "
            "la fin de l’année, ceux des livrets scolaires (LSL, LSU) avant la fermeture, et notez-les dans le calendrier "
            "de votre établissement. Ne sont pas archivés non plus : les fiches d’absence, les statistiques des punitions "
            "et des sanctions, les photos des élèves et les synthèses des conseils de classe."
        )
    return Letter(subject=f"Changement d’année : la procédure commence ({about.year})", source="\n\n".join(lines))


def _restriction(about: About) -> Letter:
    families = about.first(EventKind.FAMILIES)
    sentence = "L’espace authentifié est fermé aux élèves et aux responsables jusqu’à la rentrée."
    if families is not None and families.at is not None and families.until is not None:
        sentence = f"L’espace authentifié est fermé aux élèves et aux responsables {_from_to(families, about)}."
    return Letter(
        subject="Accès des élèves et des responsables : fermé jusqu’à la rentrée",
        source=(
            f"Bonjour,\n\n{sentence}\n\nAinsi les classes et les emplois du temps de l’année {about.year} ne sont pas "
            "connus avant la rentrée. Vous, vous entrez normalement et pouvez préparer l’année.\n\nCe que vous envoyez "
            "à une famille pendant ce temps l’attend et lui est remis à l’ouverture. Un chef d’établissement ou un "
            "administrateur peut adapter les dates de son établissement dans « Accès portail », dans les limites que "
            "le projet a fixées."
        ),
    )


def _from_to(families: Event, about: About) -> str:
    start, end = families.at, families.until
    if start is None or end is None:
        return ""
    begins = f"du {about.day(start)}" if families.starts_whole else f"depuis le {about.at(start)}"
    if families.ends_whole:
        return f"{begins} au {about.day(end - timedelta(microseconds=1))} inclus"
    return f"{begins} jusqu’au {about.at(end)}"


def _new_year(about: About) -> Letter:
    first = about.event("first-day")
    opening = f" Les familles entrent {about.at(first.at)}." if first is not None and first.at is not None else ""
    return Letter(
        subject=f"L’annuaire de l’année {about.year} est en place",
        source=(
            f"Bonjour,\n\nL’annuaire de l’année {about.year} vient d’être installé dans {about.portal}.{opening}\n\n"
            "Vérifiez vos classes et vos groupes, et signalez à l’administrateur ce qui manque : une correction faite "
            "dans la base de l’académie met deux à trois jours à paraître. Certains enseignants gardent encore des "
            "classes de l’an dernier tant que les services de leur établissement ne sont pas arrivés ; c’est attendu."
        ),
    )


def _sts(about: About) -> Letter:
    return Letter(
        subject="La campagne STS commence",
        source=(
            f"Bonjour,\n\nLes services d’enseignement de l’année {about.year} sont en cours de saisie dans STS. Tant que "
            "ceux de votre établissement ne sont pas arrivés, vos classes peuvent être incomplètes, ou encore celles de "
            "l’an dernier. Cela se règle de soi-même ; inutile d’ouvrir un ticket avant la fin de la campagne."
        ),
    )


def _finished(about: About) -> Letter:
    return Letter(
        subject="Le premier traitement de la nouvelle année est terminé",
        source=(
            f"Bonjour,\n\nLe premier traitement de l’année {about.year} est terminé dans votre établissement : les "
            "nouvelles classes sont dans le portail.\n\nVérifiez avec votre équipe que les classes et les élèves sont "
            "justes, que chaque enseignant a ses classes et qu’il ne reste rien de l’an dernier."
        ),
    )


_LETTERS: Mapping[str, Callable[[About], Letter]] = {
    "notice-procedure": _procedure,
    "notice-restriction": _restriction,
    "notice-new-year": _new_year,
    "notice-sts": _sts,
    "notice-finished": _finished,
}


def directory_due(about: About, teachers: date, *, school: str = "", schools: Sequence[str] = ()) -> Letter:
    """CAL-11: to a head whose school has no class of the new year yet, or to the owner about all of these ``schools``."""
    first = about.first(EventKind.FAMILIES)
    stays = (
        " La fermeture aux familles ne se lève pas d’elle-même dans un établissement sans classe de la nouvelle année."
        if first is not None
        else ""
    )
    if school:
        source = (
            f"Bonjour,\n\nLa rentrée des enseignants est le {told_day(teachers)}, et {school} n’a encore aucune classe de "
            f"l’année {about.year} dans le portail.{stays}\n\nL’exploitant et le porteur du projet en sont prévenus ; "
            "rapprochez-vous d’eux si rien n’arrive."
        )
    else:
        listed = "\n".join(f"- {name}" for name in schools[:30])
        more = f"\n\nEt {len(schools) - 30} autres." if len(schools) > 30 else ""
        source = (
            f"Bonjour,\n\nLa rentrée des enseignants est le {told_day(teachers)}. Ces établissements n’ont encore aucune "
            f"classe de l’année {about.year} :\n\n{listed}{more}\n\nVérifiez que l’import d’initialisation est arrivé.{stays} "
            "À vous de la prolonger, ou d’ouvrir avec « classes à venir »."
        )
    return Letter(subject=f"L’annuaire de l’année {about.year} n’est pas arrivé", source=source)


#: Sections named in a message.
_NAMED = 20


def late_in_trash(
    *, school: str, sections: Sequence[tuple[str, datetime]], purge_at: datetime, link: str, zone: ZoneInfo
) -> Letter:
    """S1-2: to the administrators of ``school``; ``sections`` are titles, and when each came into the trash (portal time)."""
    listed = "\n".join(f"- {title} (mise à la corbeille {told_instant(at, zone)})" for title, at in sections[:_NAMED])
    more = f"\n\nEt {len(sections) - _NAMED} autres." if len(sections) > _NAMED else ""
    return Letter(
        subject="La corbeille sera vidée : des rubriques y sont depuis peu",
        source=(
            f"Bonjour,\n\nLa corbeille de « {school} » est vidée {told_instant(purge_at, zone)}, avec le changement d’année. "
            f"Ces rubriques n’y sont que depuis quelques jours :\n\n{listed}{more}\n\n"
            f"Pour en garder une, [ouvrez la corbeille]({link}) et rétablissez-la avant cette heure. "
            "Ce qui doit partir peut y rester : il n’y a rien à faire."
        ),
    )
