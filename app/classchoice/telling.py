"""The words of the room's letters. Plain: stored in French like every message of the portal."""

from __future__ import annotations

from collections.abc import Sequence

from app.messaging.ending.letters import Letter, listed, plain


def chosen(number: int, version: int, to: int, school_id: int, teacher: str, classes: Sequence[str]) -> Letter:
    """To a head: a teacher has chosen (CLASS-8)."""
    words = (
        f"{plain(teacher)} a choisi\u00a0:\n\n{listed(classes)}" if classes else f"{plain(teacher)} a annulé son choix."
    )
    return Letter(
        key=f"cc{number}v{version}t{to}",
        to=to,
        school_id=school_id,
        subject="Un enseignant a choisi sa classe",
        source=f"{words}\n\nLa page « Choix des classes » de l’administration montre tous les choix et permet de les corriger.",
    )


def reminder(day: str, to: int, school_id: int, school: str) -> Letter:
    """To a teacher who has not chosen yet; once a day at most. ``day``: eight digits."""
    return Letter(
        key=f"cr{day}s{school_id}t{to}",
        to=to,
        school_id=school_id,
        subject="Votre classe de cette année reste à choisir",
        source=(
            f"Dans « {plain(school)} », vous n’avez pas encore choisi votre classe. Tant que le choix n’est pas fait, l’espace de la"
            " classe ne vous est pas ouvert.\n\nOuvrez « Mon espace »\u00a0: la page du choix vous y attend. Ce que vous aviez préparé"
            " l’an dernier peut y être repris."
        ),
    )
