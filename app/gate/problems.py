"""A refusal that carries everything that is wrong at once, field by field, for a form or a command."""

from __future__ import annotations

from collections.abc import Iterable

from app.errors import Misused, NotFound, Refused
from app.gate.plain_text import Problem
from app.words import N_, Words


class UnknownWindow(NotFound):
    message = N_("Aucune fenêtre n’a le numéro %(number)s, ou elle a été supprimée.")
    advice = N_("La liste des fenêtres donne leurs numéros.")


class UnknownKind(Misused):
    message = N_("Une fenêtre est « maintenance » ou « profiles », pas « %(kind)s ».")


class Unacceptable(Refused):
    """Something cannot stay as it was given; nothing was changed.

    ``problems`` are all of them, in the order of the form; ``words`` tells them one after the other.
    """

    status = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        told = self.problems[0].words
        for problem in self.problems[1:]:
            told = Words(N_("%(some)s %(more)s"), some=told, more=problem.words)
        super().__init__(told, field=self.problems[0].field or None)


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise ``Unacceptable`` if there are any ``problems``."""
    if found := tuple(problems):
        raise Unacceptable(found)
