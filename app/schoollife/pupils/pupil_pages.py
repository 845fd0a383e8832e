"""The pages about one pupil, in the order in which the pupil's own page offers them. Plain."""

from __future__ import annotations

from dataclasses import dataclass

from app.schoollife.standing import PupilFacts, Right
from app.words import N_


@dataclass(frozen=True, kw_only=True, slots=True)
class PupilPage:
    """A page that takes ``student_id``, open to whoever has ``right`` about the pupil."""

    endpoint: str
    right: Right
    label: str
    words: str
    symbol: str


PUPIL_PAGES: tuple[PupilPage, ...] = (
    PupilPage(
        endpoint="schoollife_results.pupil",
        right=Right.READ_RESULTS,
        label=N_("Notes et compétences"),
        words=N_("Par matière et par période, avec les moyennes."),
        symbol="list",
    ),
    PupilPage(
        endpoint="schoollife_reports.pupil_cards",
        right=Right.READ_RESULTS,
        label=N_("Bulletins et bilans"),
        words=N_("Les bulletins de chaque période, les bilans de fin de cycle."),
        symbol="file-text",
    ),
    PupilPage(
        endpoint="schoollife_conduct.measures",
        right=Right.READ_PUNISHMENTS,
        label=N_("Punitions"),
        words=N_("Ce qui a été décidé, pourquoi, et ce qui reste à faire."),
        symbol="triangle-alert",
    ),
    PupilPage(
        endpoint="schoollife_conduct.punish",
        right=Right.PUNISH,
        label=N_("Donner une punition"),
        words=N_("Avec un motif\u00a0; l’élève et ses responsables la lisent."),
        symbol="plus",
    ),
    PupilPage(
        endpoint="schoollife_conduct.sanction",
        right=Right.SANCTION,
        label=N_("Prononcer une sanction"),
        words=N_("Réservé au chef d’établissement."),
        symbol="plus",
    ),
    PupilPage(
        endpoint="schoollife_liaison.write_to_school",
        right=Right.SIGN_LIAISON,
        label=N_("Écrire à l’établissement"),
        words=N_("Un mot que l’école lit, et elle seule."),
        symbol="pencil",
    ),
    PupilPage(
        endpoint="schoollife_pupils.support",
        right=Right.LINK_SUPPORT,
        label=N_("Accompagnants"),
        words=N_("Qui suit l’élève\u00a0: AESH, tuteur."),
        symbol="life-buoy",
    ),
)


def pupil_pages(pupil: PupilFacts) -> list[PupilPage]:
    """The pages about the pupil that whoever asked may open."""
    return [page for page in PUPIL_PAGES if pupil.may(page.right)]
