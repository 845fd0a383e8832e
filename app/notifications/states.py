"""What has become of a message: one state machine, each arrow a sentence, and when a failed attempt is tried again.

- waiting -> taken     a sender has taken it, by a conditional UPDATE: nobody else sends it
- taken -> sent        the mail server has accepted it
- taken -> waiting     the attempt failed before the server accepted it: it is tried again later
- taken -> failed      the server refused it for good, or too many attempts failed
- taken -> (uncertain) whether the server accepted it is unknown: a person decides, nothing is sent by itself
- waiting -> kept      no mail server is set up: the outbox page shows what would have been sent
- failed, uncertain -> waiting, sent or dropped   as the person decides; waiting -> dropped too
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from app.words import N_


class State(StrEnum):
    """Where a message stands. ``UNCERTAIN`` is never stored: it is a message taken whose end is not known."""

    WAITING = "waiting"
    TAKEN = "taken"
    SENT = "sent"
    KEPT = "kept"
    FAILED = "failed"
    DROPPED = "dropped"
    UNCERTAIN = "uncertain"


STATE_NAMES: dict[State, str] = {
    State.WAITING: N_("en attente"),
    State.TAKEN: N_("en cours d’envoi"),
    State.SENT: N_("envoyé"),
    State.KEPT: N_("aurait été envoyé"),
    State.FAILED: N_("en échec"),
    State.DROPPED: N_("abandonné"),
    State.UNCERTAIN: N_("incertain"),
}
STATE_SENTENCES: dict[State, str] = {
    State.WAITING: N_("Le message partira au prochain passage, ou à l’heure indiquée."),
    State.TAKEN: N_("Un envoi est en train de remettre ce message au serveur."),
    State.SENT: N_("Le serveur de messagerie a accepté le message."),
    State.KEPT: N_("Aucun serveur de messagerie n’est configuré : voici ce qui serait parti."),
    State.FAILED: N_("Le message n’est pas parti et le portail n’essaie plus."),
    State.DROPPED: N_("Quelqu’un a décidé que ce message ne partirait pas."),
    State.UNCERTAIN: N_(
        "L’envoi s’est interrompu : le message est peut-être parti, peut-être pas. Le portail ne le renvoie pas de lui-même."
    ),
}

#: A message taken for longer than this has lost its sender.
LOST_AFTER = timedelta(minutes=10)

#: How long to wait after the first, second ... failed attempt; after the last one the message has failed.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
ATTEMPTS = len(PAUSES) + 1


def standing(state: str, taken_at: datetime | None, error: str, now: datetime) -> State:
    """The state to show at ``now`` (machine time): a message taken too long ago, or whose answer was lost, is uncertain."""
    if state == State.TAKEN and (error or (taken_at is not None and now - taken_at >= LOST_AFTER)):
        return State.UNCERTAIN
    return State(state)


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` failed ones, the last at ``now``; None when it is enough."""
    return now + PAUSES[attempts - 1] if attempts < ATTEMPTS else None


class Verdict(StrEnum):
    """What a person decides about a message."""

    RESEND = "resend"
    SENT = "sent"
    DROP = "drop"


#: From which shown states each decision may be taken.
VERDICTS: dict[Verdict, frozenset[State]] = {
    Verdict.RESEND: frozenset({State.FAILED, State.UNCERTAIN}),
    Verdict.SENT: frozenset({State.UNCERTAIN}),
    Verdict.DROP: frozenset({State.WAITING, State.FAILED, State.UNCERTAIN}),
}
