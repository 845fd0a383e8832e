"""The table of all jobs: what wakes the portal, how often, and why. Plain: names, sentences and arithmetic of instants.

A job runs every so often (slots of machine time counted from 1970, so that several workers mean the same slot), and some also at
each boundary of the gate, whose portal time is computed back to machine time. ``jobs.RUNNERS`` says what each name runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.words import N_, Words


@dataclass(frozen=True, kw_only=True)
class Job:
    """One row of the table.

    ``at_boundaries``: also at each instant at which somebody's access changes; ``at_events``: at each of the campaigns' events.
    """

    name: str
    title: str
    sentence: str
    every: timedelta
    at_boundaries: bool = False
    at_events: bool = False


JOBS: tuple[Job, ...] = (
    Job(
        name="outbox",
        title=N_("Envoi des messages"),
        sentence=N_("Remet au serveur de messagerie ce qui attend dans la boîte d’envoi."),
        every=timedelta(seconds=10),
    ),
    Job(
        name="boundaries",
        title=N_("Ouvertures et fermetures"),
        sentence=N_(
            "À chaque ouverture ou fermeture, renouvelle les pages publiques ; efface les brouillons de plus de sept jours."
        ),
        every=timedelta(minutes=1),
        at_boundaries=True,
    ),
    Job(
        name="reopenings",
        title=N_("Annonce des réouvertures"),
        sentence=N_(
            "Écrit à ceux qui ont demandé à être prévenus, dès que leur espace est vraiment ouvert, et efface leur adresse."
        ),
        every=timedelta(minutes=1),
        at_boundaries=True,
    ),
    Job(
        name="notices",
        title=N_("Avis pratiques"),
        sentence=N_("Envoie aux responsables les avis pratiques que leur établissement leur adresse."),
        every=timedelta(seconds=30),
    ),
    Job(
        name="exits",
        title=N_("Départs en cours d’année"),
        sentence=N_("Ferme un établissement aux élèves exclus définitivement ou partis, le jour dit."),
        every=timedelta(minutes=5),
    ),
    Job(
        name="functions",
        title=N_("Suppléances"),
        sentence=N_(
            "Donne et retire, le jour dit, les droits de qui supplée ; remet ce qui s’adresse à une fonction à qui la tient."
        ),
        every=timedelta(minutes=5),
    ),
    Job(
        name="leavers",
        title=N_("Comptes des partants"),
        sentence=N_(
            "Repère qui n’est plus dans aucun établissement, prévient, ferme l’accès, puis efface le compte et les données"
            " personnelles dans le délai de la loi."
        ),
        every=timedelta(hours=1),
    ),
    Job(
        name="blobs",
        title=N_("Fichiers sans référence"),
        sentence=N_("Efface les fichiers que plus rien ne cite depuis 24 heures."),
        every=timedelta(hours=1),
    ),
    Job(
        name="sessions",
        title=N_("Sessions terminées"),
        sentence=N_("Efface les sessions finies depuis 30 jours, les liens périmés et les essais oubliés."),
        every=timedelta(hours=1),
    ),
    Job(
        name="forgetting",
        title=N_("Ce qui a fait son temps"),
        sentence=N_("Efface les vieux messages, les demandes restées sans réponse et l’historique des tâches."),
        every=timedelta(hours=6),
    ),
    Job(
        name="spaces",
        title=N_("Espaces de classe"),
        sentence=N_("Ouvre un espace à chaque classe de l’année en cours qui n’en a pas."),
        every=timedelta(days=1),
    ),
    Job(
        name="choices",
        title=N_("Choix des classes"),
        sentence=N_(
            "Propose aux enseignants ce que leur classe a laissé, commence et finit les remplacements, repère les classes qui se"
            " partagent ou se réunissent."
        ),
        every=timedelta(minutes=30),
    ),
    Job(
        name="dated",
        title=N_("Envois différés"),
        sentence=N_("Fait partir les messages et les communications dont l’heure est venue, ou prévient leur auteur."),
        every=timedelta(minutes=1),
    ),
    Job(
        name="held",
        title=N_("Messages en attente d’ouverture"),
        sentence=N_("Remet aux familles ce qui attendait la réouverture de leur accès, à l’instant où il s’ouvre."),
        every=timedelta(minutes=1),
        at_boundaries=True,
    ),
    Job(
        name="cut-links",
        title=N_("Messages de liens coupés"),
        sentence=N_("Efface les messages non lus d’un responsable dont le lien avec l’élève a été coupé."),
        every=timedelta(hours=1),
    ),
    Job(
        name="calendar",
        title=N_("Calendrier des campagnes"),
        sentence=N_("À l’instant de chaque événement : messages, arrêts et reprises, étapes ; puis l’étape suivante."),
        every=timedelta(seconds=30),
        at_events=True,
    ),
    Job(
        name="inbox",
        title=N_("Dossier de dépôt"),
        sentence=N_(
            "Prend les livraisons de l’annuaire déposées dans le dossier de dépôt, dès qu’elles y sont entières."
        ),
        every=timedelta(minutes=1),
    ),
    Job(
        name="expunging",
        title=N_("Effacement définitif"),
        sentence=N_("Efface ce que les étapes ont mis de côté et qui ne peut plus être rétabli."),
        every=timedelta(hours=1),
    ),
)
BY_NAME: dict[str, Job] = {job.name: job for job in JOBS}

#: What a job says of its run: 'word count' pairs parted by commas, so that each reader gets their own language.
RESULTS: dict[str, str] = {
    "sent": N_("messages envoyés : %(count)s"),
    "failed": N_("messages en échec : %(count)s"),
    "uncertain": N_("messages incertains : %(count)s"),
    "kept": N_("messages gardés, sans serveur : %(count)s"),
    "told": N_("personnes prévenues : %(count)s"),
    "queued": N_("messages mis en file : %(count)s"),
    "crossed": N_("ouvertures et fermetures passées : %(count)s"),
    "removed": N_("fichiers effacés : %(count)s"),
    "released": N_("messages remis à l’ouverture : %(count)s"),
    "left": N_("partants repérés : %(count)s"),
    "returned": N_("partants revenus : %(count)s"),
    "disabled": N_("accès fermés : %(count)s"),
    "gone": N_("partants effacés : %(count)s"),
    "closed": N_("départs pris en compte : %(count)s"),
    "erased": N_("lignes effacées : %(count)s"),
    "standins": N_("suppléances commencées ou finies : %(count)s"),
    "handed": N_("messages remis à qui tient la fonction : %(count)s"),
    "spaces": N_("espaces ouverts : %(count)s"),
    "choices": N_("choix de classe mis à jour : %(count)s"),
    "runs": N_("anciens passages effacés : %(count)s"),
    "events": N_("événements du calendrier faits : %(count)s"),
    "swept": N_("livraisons abandonnées, effacées : %(count)s"),
    "arrived": N_("livraisons reçues : %(count)s"),
    "turned-away": N_("livraisons refusées : %(count)s"),
    "broken-off": N_("réceptions interrompues : %(count)s"),
}

#: A run is told as late beyond this.
LATE = timedelta(seconds=5)
#: How long the history is kept: runs that did nothing, and the others.
IDLE_RUNS_KEPT = timedelta(hours=1)
RUNS_KEPT = timedelta(days=60)
#: A run that has not ended after this lost its worker.
LOST_AFTER = timedelta(minutes=30)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def result(message: str) -> list[Words]:
    """What a run did, in sentences; a message of another shape, an error's, is told as it is."""
    pairs = [part.split(" ") for part in message.split(", ")] if message else []
    if not all(len(pair) == 2 and pair[0] in RESULTS and pair[1].isdecimal() for pair in pairs):
        return [Words("%(message)s", message=message)]
    return [Words(RESULTS[word], count=int(count)) for word, count in pairs]


def slot(job: Job, now: datetime) -> datetime:
    """The latest instant, not after ``now``, at which ``job`` was due by its period (machine time)."""
    return now - (now - _EPOCH) % job.every


def next_slot(job: Job, now: datetime) -> datetime:
    """The next instant after ``now`` at which ``job`` is due by its period (machine time)."""
    return slot(job, now) + job.every


def on_the_machine(boundary: datetime, offset: timedelta) -> datetime:
    """The machine's instant at which portal time is ``boundary``; ``offset`` is portal time minus machine time."""
    return boundary - offset


def lateness(job: Job, due_at: datetime, started_at: datetime, last_due: datetime | None) -> timedelta:
    """How late a run is that was due at ``due_at``: counted from the first slot that was missed since ``last_due``.

    A slot is not late before it is over; a boundary is late at once.
    """
    by_period = slot(job, due_at) == due_at
    if not by_period:
        return max(started_at - due_at, timedelta())
    if last_due is None:
        return timedelta()
    first_missed = next_slot(job, last_due)
    if first_missed >= due_at:
        return timedelta() if started_at < due_at + job.every else started_at - due_at
    return started_at - first_missed


def overdue(job: Job, last_due: datetime | None, now: datetime) -> bool:
    """Has the job not run for so long that no worker can be running?"""
    return last_due is None or now - last_due > job.every + max(job.every, timedelta(minutes=2))
