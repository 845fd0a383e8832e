"""The tables of school life, part by part."""

from app.schoollife.conduct.models import Measure
from app.schoollife.diary.models import (
    Activity,
    ActivityGiven,
    Homework,
    HomeworkState,
    Lesson,
    LessonReplacement,
    SchoolLifeFile,
)
from app.schoollife.liaison.models import AgendaEvent, LiaisonEntry, LiaisonReceipt
from app.schoollife.presence.models import Absence, AbsenceExplanation, RollCall
from app.schoollife.pupils.models import InterdisciplinaryProject, Letter, ProjectPupil, PupilPhoto
from app.schoollife.results.models import (
    Assessment,
    ClassCouncil,
    CycleReview,
    Mark,
    ReportCard,
    ReportCardModel,
    ReportLine,
    SkillRecord,
)
from app.schoollife.years.models import Period, SchoolLifeSettings, SchoolParameter, WeekRotation

__all__ = [
    "Absence",
    "AbsenceExplanation",
    "Activity",
    "ActivityGiven",
    "AgendaEvent",
    "Assessment",
    "ClassCouncil",
    "CycleReview",
    "Homework",
    "HomeworkState",
    "InterdisciplinaryProject",
    "Lesson",
    "LessonReplacement",
    "Letter",
    "LiaisonEntry",
    "LiaisonReceipt",
    "Mark",
    "Measure",
    "Period",
    "ProjectPupil",
    "PupilPhoto",
    "ReportCard",
    "ReportCardModel",
    "ReportLine",
    "RollCall",
    "SchoolLifeFile",
    "SchoolLifeSettings",
    "SchoolParameter",
    "SkillRecord",
    "WeekRotation",
]
