"""The doors of GATE-9: who signs in where, what counts behind each (GATE-15), and whom to ask when it does not open. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.profiles import PROFILE_NAMES, Place, Profile, Role
from app.words import N_, Words

Roles = frozenset[tuple[Role, int | None]]


class Door(StrEnum):
    """A door; its value stands in addresses and in sessions."""

    FAMILIES = "families"
    SCHOOL = "school"
    AUTHORITY = "authority"
    GUEST = "guest"


PROFILES: dict[Door, frozenset[Profile]] = {
    Door.FAMILIES: frozenset({Profile.STUDENT, Profile.GUARDIAN}),
    Door.SCHOOL: frozenset({Profile.TEACHER, Profile.STAFF}),
    Door.AUTHORITY: frozenset({Profile.AUTHORITY}),
    Door.GUEST: frozenset({Profile.GUEST}),
}
NAMES: dict[Door, str] = {
    Door.FAMILIES: N_("Élèves et responsables"),
    Door.SCHOOL: N_("Enseignants et personnels"),
    Door.AUTHORITY: N_("Collectivité"),
    Door.GUEST: N_("Invités et administration du portail"),
}
#: Whom to ask for a new code, where the portal keeps the password (ACCT-4).
WHOM_TO_ASK: dict[Door, str] = {
    Door.FAMILIES: N_(
        "Un élève demande un nouveau code à un de ses enseignants ou à l’administrateur du portail dans "
        "l’établissement. Un responsable s’adresse au secrétariat de l’établissement, qui transmet au projet."
    ),
    Door.SCHOOL: N_(
        "Demandez un nouveau code à l’administrateur du portail dans votre établissement, ou à votre chef "
        "d’établissement ou directeur."
    ),
    Door.AUTHORITY: N_("Demandez un nouveau code aux exploitants du projet."),
    Door.GUEST: N_("Demandez un nouveau code aux exploitants du projet, ou à l’établissement qui vous a invité."),
}
#: Who answers for somebody whom a provider knows and the portal does not, or who has nothing behind a door.
WHO_ANSWERS: dict[Door, str] = {
    Door.FAMILIES: N_(
        "Demandez au secrétariat de l’établissement de vérifier que l’élève et ses responsables y sont inscrits : "
        "c’est de là que vient l’annuaire du portail."
    ),
    Door.SCHOOL: N_(
        "Demandez à votre chef d’établissement ou directeur de vérifier votre affectation : c’est de l’académie que vient "
        "l’annuaire du portail."
    ),
    Door.AUTHORITY: N_("Demandez aux exploitants du projet de vérifier que votre collectivité y est inscrite."),
    Door.GUEST: N_("Demandez à l’établissement qui vous a invité, ou aux exploitants du projet."),
}


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An identity provider of one door, from the settings. ``claim`` names the claim that tells who somebody is."""

    id: str
    door: Door
    title: str
    issuer: str
    client_id: str
    client_secret: str
    claim: str
    portal_too: bool


@dataclass(frozen=True, kw_only=True)
class WaysIn:
    """How a door is opened: by its providers, by the portal's own login and password, or by both."""

    door: Door
    providers: tuple[Provider, ...]
    portal: bool


def providers_of(settings: Iterable[Mapping[str, str]]) -> tuple[Provider, ...]:
    """The providers that the setting BASCULE_OIDC lists."""
    return tuple(
        Provider(
            id=entry["id"],
            door=Door(entry["door"]),
            title=entry["title"],
            issuer=entry["issuer"].rstrip("/"),
            client_id=entry["client_id"],
            client_secret=entry["client_secret"],
            claim=entry["claim"],
            portal_too=entry["portal_too"] == "1",
        )
        for entry in settings
    )


def ways_in(door: Door, providers: Iterable[Provider]) -> WaysIn:
    """A door without a provider is the portal's own; ``portal_too`` opens it both ways (GATE-9)."""
    own = tuple(provider for provider in providers if provider.door == door)
    return WaysIn(door=door, providers=own, portal=not own or any(provider.portal_too for provider in own))


def doors_of(places: Iterable[Place], roles: Roles) -> tuple[Door, ...]:
    """The doors that open to somebody who stands at ``places`` and holds ``roles``.

    A role alone is reached by the guests' door; whoever also works in a school takes that door, so that no role leads around
    the windows of their profile (GATE-2).
    """
    held = {place.profile for place in places}
    found = [door for door in Door if PROFILES[door] & held]
    at_work = Door.SCHOOL in found or Door.AUTHORITY in found
    if roles and not at_work and Door.GUEST not in found:
        found.append(Door.GUEST)
    return tuple(found)


def behind(door: Door, places: Iterable[Place], roles: Roles) -> tuple[tuple[Place, ...], Roles]:
    """What counts of somebody's places and roles behind ``door`` (GATE-15).

    Roles are exercised at work: a head who comes in as a parent is a parent.
    """
    return (
        tuple(place for place in places if place.profile in PROFILES[door]),
        frozenset() if door == Door.FAMILIES else roles,
    )


def refusal(door: Door, places: Iterable[Place], roles: Roles) -> Words:
    """Why ``door`` does not open to somebody whose secret was right, and what to do."""
    theirs = doors_of(places, roles)
    if not theirs:
        return Words(
            N_("Votre compte existe, mais l’annuaire ne vous connaît aujourd’hui dans aucun établissement. %(whom)s"),
            whom=Words(WHO_ANSWERS[door]),
        )
    if len(theirs) == 1:
        return Words(
            N_("Votre identifiant est le bon, mais votre porte est « %(door)s »."), door=Words(NAMES[theirs[0]])
        )
    return Words(
        N_("Votre identifiant est le bon, mais vos portes sont « %(first)s » et « %(second)s »."),
        first=Words(NAMES[theirs[0]]),
        second=Words(NAMES[theirs[1]]),
    )


def profile_words(door: Door) -> tuple[Words, ...]:
    """The names of the profiles behind a door."""
    return tuple(Words(PROFILE_NAMES[profile]) for profile in Profile if profile in PROFILES[door])
