"""The archives of school life: their names, the sections in which they are filed, who reads these (S2-3, S2-5, S2-9). Plain."""

from __future__ import annotations

from app.schoollife.standing import Standing
from app.words import N_

_DIRECTION = (Standing.HEAD, Standing.ADMINISTRATOR)
_SCHOOL_LIFE = (*_DIRECTION, Standing.SCHOOL_LIFE, Standing.ASSISTANT)

#: Archive -> the title of its section under 'Classes', and who reads it by default: the head (a deputy has the head's role) and
#: administrators, with school-life staff for roll calls and punishments (S2-9). The sanctions' CSV stands in no section (S2-6).
SECTIONS: dict[str, tuple[str, tuple[Standing, ...]]] = {
    "diary": (N_("Archives des cahiers de textes"), _DIRECTION),
    "roll-calls": (N_("Archives des registres d’appel"), _SCHOOL_LIFE),
    "grade-records": (N_("Archives des relevés de notes"), _DIRECTION),
    "skills-records": (N_("Archives des relevés de compétences"), _DIRECTION),
    "report-cards": (N_("Archives des bulletins"), _DIRECTION),
    "cycle-reviews": (N_("Archives des bilans de fin de cycle"), _DIRECTION),
    "punishments": (N_("Archives des punitions"), _SCHOOL_LIFE),
    "projects": (N_("Archives des projets interdisciplinaires"), _DIRECTION),
    "absence-statistics": (N_("Archives des statistiques d’absences"), _DIRECTION),
}

#: What each register is called on its first page.
TITLES: dict[str, str] = {
    "roll-calls": N_("Registres d’appel"),
    "grade-records": N_("Relevés de notes"),
    "skills-records": N_("Relevés de compétences"),
    "report-cards": N_("Bulletins"),
    "cycle-reviews": N_("Bilans de fin de cycle"),
    "punishments": N_("Punitions"),
    "projects": N_("Projets interdisciplinaires (EPI)"),
    "absence-statistics": N_("Statistiques d’absences"),
    "sanctions-csv": N_("Sanctions"),
}
