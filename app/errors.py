"""The domain's exceptions. Each says what happened and what to do; one handler renders them, a command prints them."""

from __future__ import annotations

from collections.abc import Mapping

from app.words import N_, Words


def _words(template: str, values: Mapping[str, object]) -> Words:
    return Words(template, zone="Europe/Paris", **values)


class Refused(Exception):
    """Something the portal will not do, and why (exit code 3 on the command line, 409 or 422 on a page).

    ``words`` says what happened, ``hint`` what to do about it, ``field`` the form field it concerns, if one.
    """

    status = 409
    exit_code = 3
    message = N_("Cette action est refusée.")
    advice = ""

    def __init__(
        self, words: Words | None = None, *, hint: Words | None = None, field: str | None = None, **values: object
    ) -> None:
        self.words = words if words is not None else _words(self.message, values)
        self.hint = hint if hint is not None else (_words(self.advice, values) if self.advice else None)
        self.field = field
        super().__init__(str(self.words))


class Misused(Refused):
    """A command or form was given something that it cannot read (exit code 2)."""

    status = 422
    exit_code = 2
    message = N_("Cette demande n’est pas lisible.")


class NotFound(Refused):
    """What was asked for does not exist, or not for this person: the answer is the same (404)."""

    status = 404
    message = N_("Introuvable.")


class UnknownSchool(NotFound):
    message = N_("Aucun établissement n’a l’UAI « %(uai)s ».")
    advice = N_("Vérifiez les sept chiffres et la lettre de l’UAI.")


class UnknownPerson(NotFound):
    message = N_("Aucun compte n’a l’identifiant « %(login)s ».")
    advice = N_("Cherchez la personne avec la commande « people list ».")


class UnknownProfile(Misused):
    message = N_("Le profil « %(profile)s » n’existe pas.")
    advice = N_("Les profils sont : student, guardian, teacher, staff, authority, guest.")


class NotSetUp(Refused):
    message = N_("Le portail n’est pas encore installé.")
    advice = N_("Lancez d’abord la commande « setup ».")
