"""A school's lists and settings of school life, which survive the year (DATA-8). Plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from app.words import N_


class ParameterList(StrEnum):
    """The lists that a school keeps."""

    ABSENCE_REASON = "absence-reason"
    ABSENCE_ACTION = "absence-action"
    PUNISHMENT_TYPE = "punishment-type"
    PUNISHMENT_REASON = "punishment-reason"
    SANCTION_TYPE = "sanction-type"
    SANCTION_REASON = "sanction-reason"
    NON_ASSESSMENT = "non-assessment"
    SUBJECT_AREA = "subject-area"


LIST_NAMES: dict[ParameterList, str] = {
    ParameterList.ABSENCE_REASON: N_("Motifs d’absence"),
    ParameterList.ABSENCE_ACTION: N_("Suites données aux absences"),
    ParameterList.PUNISHMENT_TYPE: N_("Types de punition"),
    ParameterList.PUNISHMENT_REASON: N_("Motifs de punition"),
    ParameterList.SANCTION_TYPE: N_("Types de sanction"),
    ParameterList.SANCTION_REASON: N_("Motifs de sanction"),
    ParameterList.NON_ASSESSMENT: N_("Motifs de non-évaluation"),
    ParameterList.SUBJECT_AREA: N_("Pôles disciplinaires"),
}

#: What a school begins with, made in one click; labels are the school's own words afterwards, so they are not translated.
DEFAULTS: dict[ParameterList, tuple[str, ...]] = {
    ParameterList.ABSENCE_REASON: (
        "Maladie", "Rendez-vous médical", "Raison familiale", "Transport", "Convocation officielle", "Stage", "Sans motif",
    ),
    ParameterList.ABSENCE_ACTION: (
        "Appel à la famille", "Message à la famille", "Entretien avec l’élève", "Courrier", "Signalement",
    ),
    ParameterList.PUNISHMENT_TYPE: (
        "Excuse orale ou écrite", "Devoir supplémentaire", "Retenue", "Exclusion ponctuelle du cours",
    ),
    ParameterList.PUNISHMENT_REASON: (
        "Travail non fait", "Bavardages répétés", "Retards répétés", "Matériel oublié", "Téléphone", "Manque de respect",
    ),
    ParameterList.SANCTION_TYPE: (
        "Avertissement", "Blâme", "Mesure de responsabilisation", "Exclusion temporaire de la classe",
        "Exclusion temporaire de l’établissement", "Exclusion définitive",
    ),
    ParameterList.SANCTION_REASON: (
        "Violence verbale", "Violence physique", "Dégradation", "Vol", "Mise en danger", "Absences répétées",
    ),
    ParameterList.NON_ASSESSMENT: ("Absent", "Dispensé", "Travail non rendu", "Non évalué"),
    ParameterList.SUBJECT_AREA: ("Littéraire", "Scientifique", "Artistique", "Sportif", "Technologique"),
}  # fmt: skip
#: Which absence reason a reason for non-assessment goes with, among the defaults.
DEFAULT_COUNTERPARTS: dict[str, str] = {"Absent": "Maladie", "Dispensé": "Rendez-vous médical"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a school decides once about sheets, delays, marks and report cards."""

    #: For how many days a sheet that was not validated is still asked for.
    calls_asked_days: int = 14
    #: How many minutes a pupil who is late has missed, unless the sheet says otherwise.
    late_minutes: int = 5
    #: Absences without a reason are listed for the office after this many days.
    reason_due_days: int = 2
    marks_out_of: int = 20
    class_average_shown: bool = True
    extremes_shown: bool = False
    absences_on_report: bool = True
    distinctions: bool = True

    def stored(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Settings:
        """From JSON values; what is missing, unknown or of another type is as in a new school."""
        known: dict[str, type] = {one.name: type(one.default) for one in fields(cls)}
        taken: dict[str, Any] = {name: value for name, value in values.items() if type(value) is known.get(name)}
        return cls(**taken)
