"""What a calendar refuses, each with the way on. Plain."""

from __future__ import annotations

from app.errors import Misused, Refused
from app.words import N_


class UnknownPreset(Misused):
    message = N_("Le calendrier « %(preset)s » n’existe pas.")
    advice = N_("Les calendriers sont : %(known)s.")


class UnknownVariant(Misused):
    message = N_("Ce calendrier n’a pas de variante « %(variant)s ».")
    advice = N_("Choisissez parmi celles que le formulaire propose.")


class YearUnknown(Refused):
    message = N_("Le portail ne connaît pas la rentrée des élèves de l’année %(year)s.")
    advice = N_("Donnez-la avec « setup --year %(year)s --first-day … », ou dans le formulaire.")


class NoSchools(Refused):
    message = N_("Aucun établissement n’est du genre que ce calendrier conduit.")
    advice = N_("Importez d’abord l’annuaire, ou nommez les établissements.")


class SchoolsTaken(Refused):
    message = N_("%(count)s établissement(s) sont déjà dans une campagne active : %(schools)s.")
    advice = N_("Un établissement n’est que dans une campagne : choisissez les autres, ou terminez la première.")


class PastDate(Refused):
    status = 422
    message = N_("Cette date est passée : elle ne se change plus.")
    advice = N_("Notez plutôt ce qui a été fait.")


class DateInPast(Refused):
    status = 422
    message = N_("Choisissez une date à venir : %(at)s est passé.")


class EndsBeforeItBegins(Refused):
    status = 422
    message = N_("La fin doit venir après le début.")


class NeedsInstant(Refused):
    status = 422
    message = N_("Ce que le portail fait lui-même a besoin d’un jour et d’une heure.")


class NeedsDay(Refused):
    status = 422
    message = N_("Donnez au moins un jour.")


class NotTracked(Refused):
    message = N_("Le portail fait cela lui-même : il n’y a rien à noter.")


class NotWaiting(Refused):
    message = N_("Cet événement n’attend pas de décision.")
