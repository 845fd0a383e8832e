"""The systems beside the portal that a rollover concerns, and what an event of one's own may say (CHECK-3, EXT-1 to EXT-5). Plain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.campaign.calendar import Actor
from app.words import N_, Words

#: Systems by the rule that speaks of them; '' is anything else.
SYSTEMS: dict[str, str] = {
    "EXT-1": N_("Moodle : catégories de cours de ceux qui ne sont plus alimentés"),
    "EXT-2": N_("GAR et médiacentre : affectations remises à zéro et refaites"),
    "EXT-3": N_("serveurs pédagogiques (Scribe, KoXo) : nettoyage et imports"),
    "EXT-4": N_("emploi du temps et notes (EDT, UDT, Pronote) : versions, identifiants, premier import"),
    "EXT-5": N_("STS et SIECLE : affectations, classes, groupes, INE"),
    "": N_("autre chose"),
}
#: Who may do something of one's own; what the portal does itself comes from the calendar type.
ACTORS: tuple[Actor, ...] = tuple(actor for actor in Actor if actor not in (Actor.PORTAL, Actor.NOBODY))
LONGEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Addition:
    """An event of one's own: its days are inclusive, one of the two may be open. ``tracked``: somebody notes that it is done."""

    title: str
    actor: Actor
    system: str
    tracked: bool
    earliest: date | None
    latest: date | None


def problem(added: Addition) -> tuple[str, Words] | None:
    """The field that is wrong, and why; None where nothing is."""
    if not added.title:
        return "title", Words(N_("Dites en quelques mots ce qu’il y a à faire."))
    if len(added.title) > LONGEST:
        return "title", Words(N_("Le titre a plus de deux cents caractères."))
    if "%" in added.title:
        return "title", Words(N_("Écrivez « pour cent » en toutes lettres."))
    if added.system not in SYSTEMS:
        return "system", Words(N_("Choisissez un des systèmes, ou « autre chose »."))
    if added.actor not in ACTORS:
        return "actor", Words(N_("Dites qui le fait."))
    if added.earliest is None and added.latest is None:
        return "earliest", Words(N_("Donnez au moins un jour."))
    if added.earliest is not None and added.latest is not None and added.latest < added.earliest:
        return "latest", Words(N_("La fin doit venir après le début."))
    return None
