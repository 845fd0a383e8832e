"""How somebody stands to a class or a pupil, and what that lets them do: one table (PORTAL-9, PORTAL-17, PORTAL-18, KIN-2). Plain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.gate.services.closing import Service
from app.words import N_

#: The academy's function codes: heads of school life (CPE), who may link support workers (PORTAL-9), and their assistants.
SCHOOL_LIFE_HEADS = frozenset({"EDU"})
SCHOOL_LIFE_ASSISTANTS = frozenset({"AED", "SUR"})


class Standing(StrEnum):
    """What somebody is to a class, or to a pupil of it."""

    PUPIL = "pupil"
    GUARDIAN = "guardian"
    SUPPORT = "support"
    TEACHER = "teacher"
    FORM_TEACHER = "form-teacher"
    COLLEAGUE = "colleague"
    ASSISTANT = "assistant"
    SCHOOL_LIFE = "school-life"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    HEAD = "head"


STANDING_NAMES: dict[Standing, str] = {
    Standing.PUPIL: N_("élève"),
    Standing.GUARDIAN: N_("responsable"),
    Standing.SUPPORT: N_("accompagnant (AESH, tuteur)"),
    Standing.TEACHER: N_("enseignant de la classe"),
    Standing.FORM_TEACHER: N_("professeur principal"),
    Standing.COLLEAGUE: N_("enseignant de l’établissement"),
    Standing.ASSISTANT: N_("assistant d’éducation"),
    Standing.SCHOOL_LIFE: N_("conseiller principal d’éducation"),
    Standing.STAFF: N_("autre personnel"),
    Standing.ADMINISTRATOR: N_("administrateur de l’établissement"),
    Standing.HEAD: N_("chef d’établissement ou directeur"),
}


class Right(StrEnum):
    """What can be done in school life."""

    SEE_CLASS = "see-class"
    READ_DIARY = "read-diary"
    WRITE_DIARY = "write-diary"
    DO_HOMEWORK = "do-homework"
    CORRECT = "correct"
    READ_LIAISON = "read-liaison"
    WRITE_LIAISON = "write-liaison"
    SIGN_LIAISON = "sign-liaison"
    READ_AGENDA = "read-agenda"
    WRITE_AGENDA = "write-agenda"
    CALL_ROLL = "call-roll"
    SEE_ALL_CALLS = "see-all-calls"
    READ_ABSENCES = "read-absences"
    EXPLAIN_ABSENCE = "explain-absence"
    RECORD_ABSENCE = "record-absence"
    READ_RESULTS = "read-results"
    MARK = "mark"
    WRITE_REPORT_LINE = "write-report-line"
    FINISH_REPORTS = "finish-reports"
    READ_COUNCIL = "read-council"
    WRITE_COUNCIL = "write-council"
    READ_PUNISHMENTS = "read-punishments"
    PUNISH = "punish"
    READ_SANCTIONS = "read-sanctions"
    SANCTION = "sanction"
    READ_PROJECTS = "read-projects"
    WRITE_PROJECTS = "write-projects"
    SEE_PHOTOS = "see-photos"
    KEEP_PHOTOS = "keep-photos"
    WRITE_LETTERS = "write-letters"
    LINK_SUPPORT = "link-support"
    SET_PARAMETERS = "set-parameters"


RIGHT_NAMES: dict[Right, str] = {
    Right.SEE_CLASS: N_("ouvrir la page de la classe"),
    Right.READ_DIARY: N_("lire le cahier de textes"),
    Right.WRITE_DIARY: N_("écrire dans le cahier de textes, donner du travail ou une activité"),
    Right.DO_HOMEWORK: N_("dire qu’un travail est fait, le rendre"),
    Right.CORRECT: N_("corriger un travail rendu"),
    Right.READ_LIAISON: N_("lire le cahier de liaison"),
    Right.WRITE_LIAISON: N_("écrire dans le cahier de liaison"),
    Right.SIGN_LIAISON: N_("signer un mot et y répondre"),
    Right.READ_AGENDA: N_("lire l’agenda"),
    Right.WRITE_AGENDA: N_("écrire dans l’agenda"),
    Right.CALL_ROLL: N_("faire l’appel"),
    Right.SEE_ALL_CALLS: N_("voir tous les appels"),
    Right.READ_ABSENCES: N_("lire les absences"),
    Right.EXPLAIN_ABSENCE: N_("donner le motif d’une absence"),
    Right.RECORD_ABSENCE: N_("saisir et justifier une absence"),
    Right.READ_RESULTS: N_("lire les notes, les compétences, les bulletins publiés"),
    Right.MARK: N_("noter, évaluer des compétences"),
    Right.WRITE_REPORT_LINE: N_("écrire l’appréciation de sa matière"),
    Right.FINISH_REPORTS: N_("écrire l’appréciation générale, publier les bulletins et les bilans"),
    Right.READ_COUNCIL: N_("lire la synthèse publiée d’un conseil de classe"),
    Right.WRITE_COUNCIL: N_("préparer un conseil de classe et en écrire la synthèse"),
    Right.READ_PUNISHMENTS: N_("lire les punitions"),
    Right.PUNISH: N_("donner une punition"),
    Right.READ_SANCTIONS: N_("lire les sanctions"),
    Right.SANCTION: N_("prononcer une sanction"),
    Right.READ_PROJECTS: N_("lire les projets interdisciplinaires"),
    Right.WRITE_PROJECTS: N_("tenir un projet interdisciplinaire"),
    Right.SEE_PHOTOS: N_("voir le trombinoscope"),
    Right.KEEP_PHOTOS: N_("tenir le trombinoscope"),
    Right.WRITE_LETTERS: N_("préparer un publipostage"),
    Right.LINK_SUPPORT: N_("lier un accompagnant à un élève"),
    Right.SET_PARAMETERS: N_("régler les périodes, les motifs, les types, les bulletins"),
}

_FAMILY = frozenset(
    {
        Right.SEE_CLASS, Right.READ_DIARY, Right.READ_LIAISON, Right.READ_AGENDA, Right.READ_ABSENCES, Right.READ_RESULTS,
        Right.READ_COUNCIL, Right.READ_PUNISHMENTS, Right.READ_SANCTIONS, Right.READ_PROJECTS,
    }
)  # fmt: skip
_TEACHER = frozenset(
    {
        Right.SEE_CLASS, Right.READ_DIARY, Right.WRITE_DIARY, Right.CORRECT, Right.READ_LIAISON, Right.WRITE_LIAISON,
        Right.READ_AGENDA, Right.WRITE_AGENDA, Right.CALL_ROLL, Right.READ_ABSENCES, Right.READ_RESULTS, Right.MARK,
        Right.WRITE_REPORT_LINE, Right.READ_COUNCIL, Right.READ_PUNISHMENTS, Right.PUNISH, Right.READ_PROJECTS,
        Right.WRITE_PROJECTS, Right.SEE_PHOTOS,
    }
)  # fmt: skip
_OFFICE = frozenset(
    {
        Right.SEE_CLASS, Right.READ_DIARY, Right.READ_LIAISON, Right.WRITE_LIAISON, Right.READ_AGENDA, Right.WRITE_AGENDA,
        Right.CALL_ROLL, Right.SEE_ALL_CALLS, Right.READ_ABSENCES, Right.RECORD_ABSENCE, Right.READ_PUNISHMENTS, Right.PUNISH,
        Right.READ_PROJECTS, Right.SEE_PHOTOS,
    }
)  # fmt: skip

#: The table. Administrators prepare the year's settings and photos; they read no pupil's record (PORTAL-9).
RIGHTS: dict[Standing, frozenset[Right]] = {
    Standing.PUPIL: _FAMILY | {Right.DO_HOMEWORK},
    Standing.GUARDIAN: _FAMILY | {Right.SIGN_LIAISON, Right.EXPLAIN_ABSENCE},
    # What following a pupil needs (PORTAL-9).
    Standing.SUPPORT: frozenset(
        {Right.SEE_CLASS, Right.READ_DIARY, Right.READ_AGENDA, Right.READ_ABSENCES, Right.READ_RESULTS}
    ),
    Standing.TEACHER: _TEACHER,
    Standing.FORM_TEACHER: _TEACHER | {Right.FINISH_REPORTS, Right.WRITE_COUNCIL, Right.WRITE_LETTERS},
    Standing.COLLEAGUE: frozenset({Right.SEE_CLASS, Right.READ_AGENDA, Right.PUNISH, Right.SEE_PHOTOS}),
    Standing.ASSISTANT: _OFFICE,
    Standing.SCHOOL_LIFE: _OFFICE
    | {
        Right.READ_RESULTS,
        Right.READ_COUNCIL,
        Right.READ_SANCTIONS,
        Right.KEEP_PHOTOS,
        Right.LINK_SUPPORT,
        Right.WRITE_LETTERS,
    },
    Standing.STAFF: frozenset({Right.SEE_CLASS, Right.READ_AGENDA, Right.PUNISH, Right.SEE_PHOTOS}),
    Standing.ADMINISTRATOR: frozenset(
        {
            Right.SEE_CLASS,
            Right.READ_AGENDA,
            Right.WRITE_AGENDA,
            Right.SEE_PHOTOS,
            Right.KEEP_PHOTOS,
            Right.WRITE_LETTERS,
            Right.SET_PARAMETERS,
        }
    ),
    Standing.HEAD: frozenset(Right) - {Right.DO_HOMEWORK, Right.SIGN_LIAISON, Right.EXPLAIN_ABSENCE},
}
#: Rights over what closes with the class diary, between two school years (GATE-10).
_OF_DIARY = frozenset({Right.READ_DIARY, Right.WRITE_DIARY, Right.DO_HOMEWORK, Right.CORRECT})
ADULTS_OF_SCHOOL = frozenset(Standing) - {Standing.PUPIL, Standing.GUARDIAN}


def may(standings: Iterable[Standing], right: Right) -> bool:
    """Does any of ``standings`` give ``right``?"""
    return any(right in RIGHTS[standing] for standing in standings)


def service_of(right: Right) -> Service | None:
    """The service to which ``right`` belongs, where that can be closed on its own (GATE-10)."""
    return Service.DIARY if right in _OF_DIARY else None


#: Who stands to a class through one pupil of it: what they may read is about that pupil.
THROUGH_A_PUPIL = frozenset({Standing.PUPIL, Standing.GUARDIAN, Standing.SUPPORT})


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassFacts:
    """A class, and how whoever asked stands to it. ``zone`` is the school's."""

    id: int
    name: str
    level: str | None
    school_id: int
    school: str
    uai: str
    school_kind: str
    zone: str
    year_id: int
    year_begins: int
    standings: frozenset[Standing]

    def may(self, right: Right) -> bool:
        """May whoever asked do ``right`` in this class?"""
        return may(self.standings, right)

    def may_for_all(self, right: Right) -> bool:
        """May whoever asked do ``right`` about every pupil of the class, and not only about their own?"""
        return may(self.standings - THROUGH_A_PUPIL, right)


@dataclass(frozen=True, kw_only=True, slots=True)
class PupilFacts:
    """A pupil in one class, and how whoever asked stands to them."""

    id: int
    name: str
    first_name: str
    last_name: str
    school_class: ClassFacts
    standings: frozenset[Standing]

    def may(self, right: Right) -> bool:
        """May whoever asked do ``right`` about this pupil?"""
        return may(self.standings, right)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupFacts:
    """A teaching group, and how whoever asked stands to it. ``zone`` is the school's."""

    id: int
    name: str
    school_id: int
    school: str
    uai: str
    zone: str
    year_id: int
    year_begins: int
    standings: frozenset[Standing]

    def may(self, right: Right) -> bool:
        """May whoever asked do ``right`` in this group?"""
        return may(self.standings, right)
