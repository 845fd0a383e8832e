"""Recipients in words, and which of them a reader may see (KIN-2). Plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.messaging.populations import HEADS, Recipient, RecipientKind
from app.profiles import FAMILIES, PROFILE_PLURALS, Profile
from app.words import N_, Words

#: The heads of the list of what may be addressed, in their order.
GROUPS: dict[str, str] = {
    "school": N_("Tout l’établissement"),
    "guardians": N_("Responsables d’une classe"),
    "pupils": N_("Élèves d’une classe"),
    "teachers": N_("Enseignants d’une classe"),
    "levels": N_("Niveaux"),
    "groups": N_("Groupes"),
    "functions": N_("Fonctions"),
    "subjects": N_("Disciplines"),
    "project": N_("Projet"),
}

#: What functions are called where the feed does not say.
FUNCTION_NAMES: dict[str, str] = {
    "DIR": N_("Direction"),
    "EDU": N_("Vie scolaire (CPE)"),
    "AED": N_("Assistants d’éducation"),
    "DOC": N_("Documentation"),
    "ENS": N_("Enseignants"),
}


def profiles_words(profiles: Iterable[Profile]) -> Words | str:
    """'Élèves', 'Élèves et responsables'."""
    held = [profile for profile in Profile if profile in set(profiles)]
    words: Words | str = Words(PROFILE_PLURALS[held[0]]) if held else ""
    for profile in held[1:]:
        words = Words(N_("%(one)s et %(other)s"), one=words, other=Words(PROFILE_PLURALS[profile]))
    return words


def in_words(to: Recipient, names: Mapping[tuple[RecipientKind, object], str], new_year: int) -> Words:
    """One entry: 'responsables – 6A'. ``names`` are those of classes, groups, people, functions and disciplines."""
    who = profiles_words(to.profiles)
    key: object = to.code if to.kind in (RecipientKind.FUNCTION, RecipientKind.SUBJECT) else to.number
    name = names.get((to.kind, key), "")
    if to.kind == RecipientKind.PERSON:
        return Words(N_("%(name)s"), name=name or Words(N_("une personne qui n’est plus dans l’annuaire")))
    if to.kind == RecipientKind.FUNCTION and to.code == HEADS:
        if to.school_id is None:
            return Words(N_("chefs d’établissement et directeurs de tous les établissements"))
        return Words(N_("chef d’établissement ou directeur"))
    if to.kind == RecipientKind.FUNCTION:
        return Words(N_("fonction : %(name)s"), name=name or Words(FUNCTION_NAMES.get(to.code, "")))
    if to.kind == RecipientKind.SUBJECT:
        return Words(N_("discipline : %(name)s"), name=name)
    if to.kind == RecipientKind.PROFILE and to.school_id is None:
        return Words(N_("%(who)s de tous les établissements"), who=who)
    if to.kind == RecipientKind.PROFILE:
        return Words(N_("%(who)s de l’établissement"), who=who)
    if to.kind == RecipientKind.LEVEL:
        return Words(N_("%(who)s, niveau %(name)s"), who=who, name=_of_year(to.code, to, new_year))
    if not name:
        return Words(N_("%(who)s d’une classe ou d’un groupe qui n’existe plus"), who=who)
    return Words(N_("%(who)s – %(name)s"), who=who, name=_of_year(name, to, new_year))


def _of_year(name: str, to: Recipient, new_year: int) -> str:
    """A class of year N+1 is told with its year, so that nobody takes it for this year's."""
    return f"{name} ({to.year}-{to.year + 1})" if to.year is not None and to.year >= new_year else name


def shown_to(recipients: Iterable[Recipient], *, family: bool, reader_id: int | None) -> list[Recipient]:
    """The entries that a reader may see: a family never sees another family named, only populations and who works there (KIN-2)."""
    return [
        to
        for to in recipients
        if not family or to.kind != RecipientKind.PERSON or to.number == reader_id or not to.profiles & FAMILIES
    ]


def answered_to(recipients: Iterable[Recipient], *, family: bool, reader_id: int | None) -> list[Recipient]:
    """Whom 'answer all' adds to the author: the people named, and for a family those who work in the school only (KIN-2)."""
    return [
        to
        for to in shown_to(recipients, family=family, reader_id=reader_id)
        if to.kind == RecipientKind.PERSON and to.number != reader_id and to.school_id is not None
    ]
