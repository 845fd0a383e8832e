"""Every kind of school life: who writes it, who reads it, on which page, and the browser test that shows it. Plain.

``docs/schoollife.md`` is printed from this table, from ``fates`` and from ``standing``; a test compares and asks that no line is
empty, that every page exists and that every test named does.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.fates import FATE_NAMES, RETENTION_NAMES, Fate, Preset, Retention, Rule, Space, kind_called
from app.schoollife.standing import RIGHT_NAMES, RIGHTS, STANDING_NAMES, Right, Standing

#: The browser tests of both halves of school life.
DAILY, RESULTS = "tests/browser/test_schoollife_daily.py", "tests/browser/test_schoollife_results.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeKind:
    """A kind of ``fates``. ``only``: who among those who hold the right, where it is not all of them. ``test``: file::function."""

    key: str
    writers: Right
    readers: Right
    endpoint: str
    test: str
    only: str = ""


KINDS: tuple[LifeKind, ...] = (
    LifeKind(
        key="lesson",
        writers=Right.WRITE_DIARY,
        readers=Right.READ_DIARY,
        endpoint="schoollife_diary.diary",
        test=f"{DAILY}::test_a_lesson_and_work_with_a_file_reach_the_pupil_who_hands_it_in",
        only="changed by its teacher, the stand-in and the head",
    ),
    LifeKind(
        key="homework",
        writers=Right.WRITE_DIARY,
        readers=Right.READ_DIARY,
        endpoint="schoollife_diary.homework",
        test=f"{DAILY}::test_a_lesson_and_work_with_a_file_reach_the_pupil_who_hands_it_in",
        only="changed by its author and the head",
    ),
    LifeKind(
        key="homework-state",
        writers=Right.DO_HOMEWORK,
        readers=Right.CORRECT,
        endpoint="schoollife_diary.task",
        test=f"{DAILY}::test_a_lesson_and_work_with_a_file_reach_the_pupil_who_hands_it_in",
        only="a pupil's copy is read by that pupil and their guardians too",
    ),
    LifeKind(
        key="activity",
        writers=Right.WRITE_DIARY,
        readers=Right.WRITE_DIARY,
        endpoint="schoollife_diary.binder",
        test=f"{DAILY}::test_an_activity_goes_from_the_binder_to_a_pupil",
        only="its author alone",
    ),
    LifeKind(
        key="activity-given",
        writers=Right.WRITE_DIARY,
        readers=Right.READ_DIARY,
        endpoint="schoollife_diary.activity",
        test=f"{DAILY}::test_an_activity_goes_from_the_binder_to_a_pupil",
        only="given by its author; read by the author, the pupil and their guardians",
    ),
    LifeKind(
        key="liaison",
        writers=Right.WRITE_LIAISON,
        readers=Right.READ_LIAISON,
        endpoint="schoollife_liaison.mine",
        test=f"{DAILY}::test_a_guardian_signs_a_word_and_the_school_sees_it",
        only="a guardian writes to the school too; what a guardian writes or answers is read by that guardian and the school (KIN-2)",
    ),
    LifeKind(
        key="agenda-class",
        writers=Right.WRITE_AGENDA,
        readers=Right.READ_AGENDA,
        endpoint="schoollife_liaison.class_agenda",
        test=f"{DAILY}::test_dates_of_a_class_and_of_its_school_are_told",
    ),
    LifeKind(
        key="agenda-school",
        writers=Right.WRITE_AGENDA,
        readers=Right.READ_AGENDA,
        endpoint="schoollife_liaison.school_agenda",
        test=f"{DAILY}::test_dates_of_a_class_and_of_its_school_are_told",
        only="written by the office, the head and administrators",
    ),
    LifeKind(
        key="replacement",
        writers=Right.WRITE_DIARY,
        readers=Right.READ_DIARY,
        endpoint="schoollife_diary.replace",
        test=f"{DAILY}::test_a_stand_in_calls_the_roll_and_the_office_sees_who_is_missing",
        only="written by the lesson's teacher and the head",
    ),
    LifeKind(
        key="roll-call",
        writers=Right.CALL_ROLL,
        readers=Right.SEE_ALL_CALLS,
        endpoint="schoollife_presence.call",
        test=f"{DAILY}::test_a_stand_in_calls_the_roll_and_the_office_sees_who_is_missing",
        only="a stand-in calls too; a teacher reads the sheets of their classes",
    ),
    LifeKind(
        key="absence",
        writers=Right.RECORD_ABSENCE,
        readers=Right.READ_ABSENCES,
        endpoint="schoollife_presence.absences",
        test=f"{DAILY}::test_a_stand_in_calls_the_roll_and_the_office_sees_who_is_missing",
        only="a sheet writes them too; a guardian's explanation is read by that guardian and the school (KIN-2)",
    ),
    LifeKind(
        key="assessment",
        writers=Right.MARK,
        readers=Right.READ_RESULTS,
        endpoint="schoollife_results.assessments",
        test=f"{RESULTS}::test_a_class_is_marked_and_the_family_reads",
        only="changed by its author and the head; families and support workers read the published ones",
    ),
    LifeKind(
        key="mark",
        writers=Right.MARK,
        readers=Right.READ_RESULTS,
        endpoint="schoollife_results.sheet",
        test=f"{RESULTS}::test_a_class_is_marked_and_the_family_reads",
        only="written by the assessment's author and the head; once published, read about their own pupil by families",
    ),
    LifeKind(
        key="skill-record",
        writers=Right.MARK,
        readers=Right.READ_RESULTS,
        endpoint="schoollife_results.skills",
        test=f"{RESULTS}::test_skills_of_a_class_are_entered_and_read",
    ),
    LifeKind(
        key="report-card",
        writers=Right.FINISH_REPORTS,
        readers=Right.READ_RESULTS,
        endpoint="schoollife_reports.card",
        test=f"{RESULTS}::test_a_report_card_is_completed_published_and_read",
        only="a subject's words by its teacher; families read the published ones",
    ),
    LifeKind(
        key="report-card-model",
        writers=Right.SET_PARAMETERS,
        readers=Right.SET_PARAMETERS,
        endpoint="schoollife_reports_admin.layout",
        test=f"{RESULTS}::test_a_report_card_is_completed_published_and_read",
    ),
    LifeKind(
        key="cycle-review",
        writers=Right.FINISH_REPORTS,
        readers=Right.READ_RESULTS,
        endpoint="schoollife_reports.review",
        test=f"{RESULTS}::test_a_review_and_a_council_reach_the_family",
        only="families read the published ones",
    ),
    LifeKind(
        key="council",
        writers=Right.WRITE_COUNCIL,
        readers=Right.READ_COUNCIL,
        endpoint="schoollife_reports.council",
        test=f"{RESULTS}::test_a_review_and_a_council_reach_the_family",
        only="families read the published summaries",
    ),
    LifeKind(
        key="punishment",
        writers=Right.PUNISH,
        readers=Right.READ_PUNISHMENTS,
        endpoint="schoollife_conduct.measures",
        test=f"{RESULTS}::test_a_punishment_and_a_sanction_are_given_and_read_by_the_family",
        only="changed by its author, school life and the head; the author reads it too",
    ),
    LifeKind(
        key="sanction",
        writers=Right.SANCTION,
        readers=Right.READ_SANCTIONS,
        endpoint="schoollife_conduct.measures",
        test=f"{RESULTS}::test_a_punishment_and_a_sanction_are_given_and_read_by_the_family",
    ),
    LifeKind(
        key="project",
        writers=Right.WRITE_PROJECTS,
        readers=Right.READ_PROJECTS,
        endpoint="schoollife_pupils.project",
        test=f"{RESULTS}::test_a_project_photos_and_letters_of_a_class",
        only="what is said of a pupil is read by their own family only (KIN-2)",
    ),
    LifeKind(
        key="letter",
        writers=Right.WRITE_LETTERS,
        readers=Right.WRITE_LETTERS,
        endpoint="schoollife_pupils.letter",
        test=f"{RESULTS}::test_a_project_photos_and_letters_of_a_class",
        only="printed one a guardian, each with their own address only (KIN-2)",
    ),
    LifeKind(
        key="photo",
        writers=Right.KEEP_PHOTOS,
        readers=Right.SEE_PHOTOS,
        endpoint="schoollife_pupils.faces",
        test=f"{RESULTS}::test_a_project_photos_and_letters_of_a_class",
        only="adults of the school",
    ),
    LifeKind(
        key="period",
        writers=Right.SET_PARAMETERS,
        readers=Right.SET_PARAMETERS,
        endpoint="schoollife_years_admin.periods",
        test=f"{DAILY}::test_a_head_sets_periods_weeks_lists_and_settings",
    ),
    LifeKind(
        key="rotation",
        writers=Right.SET_PARAMETERS,
        readers=Right.READ_DIARY,
        endpoint="schoollife_years_admin.rotations",
        test=f"{DAILY}::test_a_head_sets_periods_weeks_lists_and_settings",
    ),
    LifeKind(
        key="parameter",
        writers=Right.SET_PARAMETERS,
        readers=Right.SET_PARAMETERS,
        endpoint="schoollife_years_admin.entries",
        test=f"{DAILY}::test_a_head_sets_periods_weeks_lists_and_settings",
        only="whoever records an absence, a measure or a mark chooses from them",
    ),
    LifeKind(
        key="school-life-settings",
        writers=Right.SET_PARAMETERS,
        readers=Right.SET_PARAMETERS,
        endpoint="schoollife_years_admin.settings",
        test=f"{DAILY}::test_a_head_sets_periods_weeks_lists_and_settings",
    ),
)

_HEAD = """\
# School life: who writes, who reads, what becomes of it

Printed from `app/schoollife/kinds.py`, `app/schoollife/standing.py` and `app/fates.py` by `flask --app wsgi schoollife tables`; a test
compares. The French words are those of the pages. Rights are those of the second table; a page asks them, and the gate before them.

## Kinds

| kind | | written by | read by | page | fate in secondary schools | fate in primary schools | shown by |
|---|---|---|---|---|---|---|---|
"""


def document() -> str:
    """docs/schoollife.md, whole."""
    lines = [_HEAD.rstrip("\n")]
    for kind in KINDS:
        fate = kind_called(kind.key)
        note = f"; {kind.only}" if kind.only else ""
        cells = [
            f"`{kind.key}`",
            fate.label,
            f"`{kind.writers}`{note}",
            f"`{kind.readers}`",
            f"`{kind.endpoint}`",
            _told(fate.fate(Preset.SECONDARY, Space.NONE)),
            _told(fate.fate(Preset.PRIMARY, Space.NONE)),
            f"`{kind.test}`",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## Rights", "", "| right | | " + " | ".join(f"`{one}`" for one in Standing) + " |"]
    lines.append("|---|---|" + "---|" * len(Standing))
    for right in Right:
        marks = " | ".join("yes" if right in RIGHTS[standing] else "" for standing in Standing)
        lines.append(f"| `{right}` | {RIGHT_NAMES[right]} | {marks} |")
    lines += ["", *(f"- `{standing}`: {STANDING_NAMES[standing]}" for standing in Standing), ""]
    return "\n".join(lines)


def _told(rule: Rule) -> str:
    """'archivé (step 3, first as grade-records)'."""
    parts = [] if rule.fate == Fate.KEPT else [f"step {rule.step}"]
    parts += [f"first as {rule.archive}"] if rule.archive else []
    how = ", ".join(parts)
    told = f"{FATE_NAMES[rule.fate]} ({how})" if how else FATE_NAMES[rule.fate]
    return (
        told
        if rule.retention == Retention.NONE
        else f"{told}: {RETENTION_NAMES[rule.retention] % {'years': '`BASCULE_ARCHIVE_YEARS`'}}"
    )
