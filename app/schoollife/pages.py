"""The pages of one class, in the order in which every one of them offers the others. Plain."""

from __future__ import annotations

from dataclasses import dataclass

from app.schoollife.standing import ClassFacts, Right
from app.words import N_


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassPage:
    """A page that takes ``class_id``, open to whoever has ``right`` in the class; ``whole``: about every pupil of it."""

    endpoint: str
    right: Right
    label: str
    whole: bool = False


CLASS_PAGES: tuple[ClassPage, ...] = (
    ClassPage(endpoint="schoollife_diary.diary", right=Right.READ_DIARY, label=N_("Cahier de textes")),
    ClassPage(endpoint="schoollife_liaison.notebook", right=Right.READ_LIAISON, label=N_("Cahier de liaison")),
    ClassPage(endpoint="schoollife_liaison.class_agenda", right=Right.READ_AGENDA, label=N_("Agenda")),
    ClassPage(
        endpoint="schoollife_presence.class_absences", right=Right.READ_ABSENCES, label=N_("Absences"), whole=True
    ),
    ClassPage(endpoint="schoollife_results.assessments", right=Right.READ_RESULTS, label=N_("Notes"), whole=True),
    ClassPage(endpoint="schoollife_results.skills", right=Right.READ_RESULTS, label=N_("Compétences"), whole=True),
    ClassPage(endpoint="schoollife_reports.cards", right=Right.READ_RESULTS, label=N_("Bulletins"), whole=True),
    ClassPage(endpoint="schoollife_reports.reviews", right=Right.READ_RESULTS, label=N_("Bilans de cycle"), whole=True),
    ClassPage(endpoint="schoollife_reports.councils", right=Right.READ_COUNCIL, label=N_("Conseils de classe")),
    ClassPage(
        endpoint="schoollife_conduct.class_measures", right=Right.READ_PUNISHMENTS, label=N_("Punitions"), whole=True
    ),
    ClassPage(endpoint="schoollife_pupils.projects", right=Right.READ_PROJECTS, label=N_("Projets (EPI)")),
    ClassPage(endpoint="schoollife_pupils.faces", right=Right.SEE_PHOTOS, label=N_("Trombinoscope"), whole=True),
    ClassPage(endpoint="schoollife_pupils.letters", right=Right.WRITE_LETTERS, label=N_("Courriers"), whole=True),
)


def class_pages(facts: ClassFacts) -> list[ClassPage]:
    """The pages of the class that whoever asked may open."""
    return [page for page in CLASS_PAGES if (facts.may_for_all(page.right) if page.whole else facts.may(page.right))]
