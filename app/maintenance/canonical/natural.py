"""By what a row is known once its number is gone, which school it belongs to, and what the canonical export leaves out. Plain.

Every table stands in ``NATURAL`` or in ``LEFT_OUT``; a test fails for one that stands in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: The whole line is the key: nothing shorter tells the row from another.
WHOLE: tuple[str, ...] = ()

#: Table -> the columns by which its rows are known; a foreign key stands for the key of the row that it names, and so on. Rows with
#: the same key are counted in the order of their numbers. ``LEFT_IF`` holds in keys too.
NATURAL: Mapping[str, tuple[str, ...]] = {
    # the project, its schools and people
    "project": WHOLE,
    "school_year": ("begins",),
    "school": ("uai",),
    "school_site": WHOLE,
    "person": ("source", "source_key"),
    "affiliation": WHOLE,
    "person_function": WHOLE,
    "role_grant": WHOLE,
    "school_class": ("school_id", "year_id", "code"),
    "class_membership": WHOLE,
    "teaching_group": ("school_id", "year_id", "code"),
    "group_membership": WHOLE,
    "guardianship": ("student_id", "guardian_id"),
    "link_cut": WHOLE,
    "pupil_exit": WHOLE,
    "phone_change": WHOLE,
    "support_link": WHOLE,
    "stand_in": WHOLE,
    "free_group": ("school_id", "name", "lifetime"),
    "free_group_member": WHOLE,
    "mef": WHOLE,
    "subject": WHOLE,
    "account": WHOLE,
    **dict.fromkeys(("leaver", "unplaced"), WHOLE),
    "leaver_pause": ("begins",),
    "foreign_identity": WHOLE,
    "email_token": WHOLE,
    "blob": ("sha256",),
    "archive": WHOLE,
    # the gate
    "gate_rules": WHOLE,
    "closing_window": ("kind", "school_id", "source", "start_day", "start_at"),
    "window_amendment": WHOLE,
    "school_days": WHOLE,
    "service_closure": ("school_id", "service"),
    "redirect_text": WHOLE,
    "practical_notice": WHOLE,
    "reopening_wish": WHOLE,
    "draft": WHOLE,
    # spaces
    "section": ("school_id", "person_id", "slug"),
    "section_role": WHOLE,
    "partnership_class": WHOLE,
    "category": ("section_id", "name"),
    "article": ("section_id", "author_id", "title"),
    "article_attachment": WHOLE,
    "comment": WHOLE,
    "folder": ("section_id", "parent_id", "shared", "name"),
    "media_file": WHOLE,
    "contest": ("section_id", "title"),
    "contest_entry": WHOLE,
    "map_point": WHOLE,
    "minisite_page": WHOLE,
    "search_link": WHOLE,
    # messages
    "message": ("school_id", "author_id", "subject", "written_at"),
    "message_attachment": WHOLE,
    "message_copy": WHOLE,
    "message_folder": ("owner_id", "name"),
    "messaging_choice": WHOLE,
    "announcement": ("school_id", "author_id", "title", "written_at"),
    "announcement_copy": WHOLE,
    "announcement_grant": WHOLE,
    "announcement_offline": WHOLE,
    "hidden_entry": WHOLE,
    # school life
    "lesson": ("school_id", "class_id", "group_id", "teacher_id", "subject", "starts_at"),
    "lesson_replacement": WHOLE,
    "homework": ("school_id", "class_id", "group_id", "author_id", "title", "given_on", "due_on"),
    "homework_state": ("homework_id", "student_id"),
    "activity": ("school_id", "author_id", "title", "written_at"),
    "activity_given": WHOLE,
    "school_life_file": WHOLE,
    "liaison_entry": ("school_id", "class_id", "student_id", "author_id", "title", "written_at"),
    "liaison_receipt": WHOLE,
    "agenda_event": WHOLE,
    "roll_call": ("lesson_id",),
    "absence": ("student_id", "kind", "starts_at"),
    "absence_explanation": WHOLE,
    "period": ("school_id", "year_id", "position"),
    "week_rotation": WHOLE,
    "assessment": ("school_id", "class_id", "group_id", "author_id", "subject", "title", "held_on"),
    "mark": WHOLE,
    "skill_record": WHOLE,
    "report_card": ("student_id", "year_id", "period_id"),
    "report_line": WHOLE,
    "report_card_model": WHOLE,
    "cycle_review": WHOLE,
    "class_council": ("class_id", "period_id", "held_at"),
    "measure": WHOLE,
    "interdisciplinary_project": ("school_id", "class_id", "title", "first_day"),
    "project_pupil": WHOLE,
    "letter": WHOLE,
    "pupil_photo": WHOLE,
    "school_parameter": ("school_id", "list", "label"),
    "school_life_settings": WHOLE,
    # the choice of a class
    "class_choice": ("person_id", "school_id", "year_id"),
    "chosen_class": WHOLE,
    "class_offer": WHOLE,
    "class_carry": WHOLE,
    "closed_class": WHOLE,
    "class_level": WHOLE,
    "class_replacement": WHOLE,
    "class_roster": WHOLE,
    "class_change": WHOLE,
    # feeds
    "feed_import": ("source", "year_id", "digest", "started_at"),
    "feed_reject": WHOLE,
    "feed_import_school": ("import_id", "key"),
    "feed_decision": ("import_id", "school_id", "code"),
    "feed_refused_class": ("school_id", "year_id", "code"),
    "school_declaration": WHOLE,
    "feed_alias": WHOLE,
    "feed_departure": WHOLE,
    "feed_structure": WHOLE,
    "guardian_merge": WHOLE,
    "hand_verdict": WHOLE,
    "feed_pause": WHOLE,
    "feed_rhythm": ("source", "weekday"),
    # what is somebody's own
    "bookmark": WHOLE,
    "preference": WHOLE,
    "personal_event": WHOLE,
    "questionnaire": ("school_id", "author_id", "title", "created_at"),
    "questionnaire_answer": WHOLE,
}

_CAMPAIGN = "the campaign's own book-keeping: what is planned and done, not what is there"

#: What the export never shows, and why: a table, a table's column, or a column wherever it is ('*').
LEFT_OUT: Mapping[str, str] = {
    "*.id": "natural keys stand in its place",
    "*.set_aside_by": "only live rows are exported, and they have none",
    "*.made_by": "a ledger's mark: which task has made the row",
    "*.version": "counts the edits; setting aside and bringing back are not one",
    "*.carried_from": "the number of a row of last year's space, which is set aside or erased",
    "*.carried_by": "the number of an act of taking along, which tells of itself",
    "class_carry.from_section_id": "the number of last year's space; its title stands beside",
    "class_carry.to_section_id": "the number of the space of the class, which stands beside",
    "class_offer.partnerships": "numbers of sections that the new class may rejoin; a join tells of itself",
    "class_change.into": "a proposal from pupils that are there; the decision tells of itself",
    # audit
    "audit_head": "the audit tells what happened, not what is there; it goes on through an undo",
    "audit_line": "as audit_head",
    "audit_detail": "as audit_head",
    "erasure": "a ledger: what is no longer there",
    "backup_made": "a ledger: which backups were made",
    "feed_arrival": "the drop folder's list; the import's own report tells of what was taken",
    # the campaign
    "campaign": _CAMPAIGN,
    "campaign_school": _CAMPAIGN,
    "calendar_event": _CAMPAIGN,
    "event_pause": _CAMPAIGN,
    "event_school": _CAMPAIGN,
    "event_window": _CAMPAIGN,
    "rollover_plan": _CAMPAIGN,
    "rollover_plan_line": _CAMPAIGN,
    "rollover_approval": _CAMPAIGN,
    "rollover_run": _CAMPAIGN,
    "rollover_part": _CAMPAIGN,
    "rollover_task": _CAMPAIGN,
    "rollover_image": _CAMPAIGN,
    "rollover_problem": _CAMPAIGN,
    "gate_hold": _CAMPAIGN,
    **dict.fromkeys(
        ("unplaced.delivery", "feed_structure.delivered_with"), "a delivery's number; its report may be gone"
    ),
    "service_closure.run_id": "the number of a run, which is left out",
    "archive.campaign_id": "the number of a campaign, which is left out",
    "archive.unit_id": "the number of a class or a pupil, of whom the title and the owner tell",
    # what passes
    "outbox_message": "letters on their way: they leave and end by themselves",
    "sign_in_session": "sessions",
    "sessions_cut": "since when sessions are valid",
    "person.sessions_valid_from": "since when sessions are valid",
    "throttle": "counts attempts for minutes",
    "wish_count": "counts attempts for an hour",
    "job_run": "the scheduler's ledger",
    "revision": "numbers that caches compare; they only go up",
    "gate_rules.boundaries_seen_until": "how far the scheduler has looked",
    "blob.stored_at": "when the bytes first came; a run's archive may have brought the same ones",
    "blob.unreferenced_at": "when a job saw no reference; bytes without one are not exported",
}


@dataclass(frozen=True, kw_only=True)
class LeftIf:
    """What a run sets, above all instants: ``columns`` of the rows of ``table`` for which ``holds`` says so of the column ``when``."""

    table: str
    columns: tuple[str, ...]
    reason: str
    when: str = "made_by"
    equals: str | None = None
    unset: bool = False

    def holds(self, value: object) -> bool:
        """Is it so for a row whose column ``when`` is ``value``: set at all, ``equals``, or ``unset``?"""
        if self.unset:
            return value is None
        return value is not None if self.equals is None else value == self.equals


def _made(table: str, *columns: str) -> LeftIf:
    return LeftIf(table=table, columns=columns, reason="when the run made the row")


LEFT_IF: tuple[LeftIf, ...] = (
    LeftIf(
        table="section",
        columns=("trashed_at",),
        when="trash_reason",
        equals="archived",
        reason="when step 2 put the section into the trash",
    ),
    LeftIf(
        table="service_closure",
        columns=("closed_from",),
        when="source",
        equals="campaign",
        reason="when step 3 closed the service",
    ),
    LeftIf(
        table="service_closure",
        columns=("closed_from",),
        when="run_id",
        reason="when the run closed the service",
    ),
    LeftIf(
        table="announcement",
        columns=("cancelled_at",),
        when="cancelled_by_id",
        unset=True,
        reason="when step 3 cancelled what was addressed to the year that ends; nobody's name stands beside it",
    ),
    _made("absence", "recorded_at"),
    _made("account", "created_at"),
    _made("activity", "written_at"),
    _made("announcement", "written_at", "shown_from", "spread_at"),
    _made("announcement_copy", "told_at"),
    _made("archive", "made_at", "verified_at"),
    _made("article", "changed_at", "published_at"),
    _made("contest", "created_at"),
    _made("folder", "created_at"),
    _made("free_group", "created_at"),
    _made("free_group_member", "since"),
    _made("homework", "changed_at"),
    _made("lesson", "changed_at"),
    _made("map_point", "created_at"),
    _made("media_file", "created_at"),
    # The key of what a task has written holds the task's number.
    _made("message", "written_at", "sent_at", "form_key"),
    _made("message_copy", "arrived_at"),
    _made("message_folder", "created_at"),
    _made("minisite_page", "changed_at"),
    _made("partnership_class", "joined_at"),
    _made("person", "created_at"),
    _made("role_grant", "granted_at"),
    _made("section", "created_at"),
    _made("section_role", "given_at"),
    _made("support_link", "made_at"),
)

#: Columns whose value opens a door: their SHA-256 stands in its place.
SECRET: frozenset[str] = frozenset(
    {"account.password_hash", "account.code_hash", "email_token.token_hash", "questionnaire.token"}
)

#: Tables that do not name their school: the columns, in this order, through which a row belongs to one; the first that is set decides.
#: Through a person: that person's home school, without one the first school where they hold a profile.
SCHOOL_BY: Mapping[str, tuple[str, ...]] = {
    "section": ("school_id", "person_id"),
    "article": ("school_id", "section_id"),
    "folder": ("school_id", "section_id"),
    "media_file": ("school_id", "section_id"),
    "contest": ("school_id", "section_id"),
    "map_point": ("school_id", "section_id"),
    "minisite_page": ("school_id", "section_id"),
    "category": ("section_id",),
    "search_link": ("section_id",),
    "section_role": ("section_id",),
    "article_attachment": ("article_id",),
    "comment": ("article_id",),
    "contest_entry": ("contest_id",),
    "message": ("school_id", "author_id"),
    "message_attachment": ("message_id",),
    "message_copy": ("school_id", "owner_id"),
    "message_folder": ("owner_id",),
    "messaging_choice": ("person_id",),
    "announcement": ("school_id", "author_id"),
    "announcement_copy": ("announcement_id",),
    "class_membership": ("class_id",),
    "group_membership": ("group_id",),
    "guardianship": ("student_id",),
    "guardian_merge": ("school_id", "kept_id"),
    "free_group_member": ("group_id",),
    "phone_change": ("person_id",),
    **dict.fromkeys(("leaver", "unplaced"), ("person_id",)),
    "account": ("person_id",),
    "foreign_identity": ("person_id",),
    "email_token": ("person_id",),
    "draft": ("person_id",),
    "lesson_replacement": ("lesson_id",),
    "homework_state": ("homework_id",),
    "activity_given": ("activity_id",),
    "school_life_file": ("lesson_id", "homework_id", "state_id", "activity_id", "liaison_id", "council_id"),
    "liaison_receipt": ("entry_id",),
    "absence_explanation": ("absence_id",),
    "project_pupil": ("project_id",),
    "mark": ("assessment_id",),
    "report_line": ("card_id",),
    "feed_alias": ("person_id",),
    "feed_departure": ("person_id",),
    **dict.fromkeys(("bookmark", "preference", "personal_event"), ("person_id",)),
    "questionnaire": ("school_id", "author_id"),
    "questionnaire_answer": ("questionnaire_id",),
}

#: What belongs to no school: it is in the project's export only.
PROJECT_WIDE: frozenset[str] = frozenset(
    {
        "project",
        "school_year",
        "mef",
        "subject",
        "gate_rules",
        "feed_import",
        "feed_pause",
        "feed_rhythm",
        "leaver_pause",
    }
)

#: Which table a number inside a list of recipients names (app/messaging/populations.py).
_RECIPIENTS = {
    "person": "person",
    "class": "school_class",
    "free-group": "free_group",
    "teaching-group": "teaching_group",
}

Lookup = Callable[[str, int], Any]


def left_out(table: str, column: str | None = None) -> bool:
    """Is the table, or the table's column, never exported?"""
    if table in LEFT_OUT:
        return True
    return column is not None and (f"{table}.{column}" in LEFT_OUT or f"*.{column}" in LEFT_OUT)


def without_numbers(table: str, column: str, value: Any, key_of: Lookup) -> Any:
    """A JSON column's value with keys in the place of numbers; ``key_of`` gives a row's key, None for one that is not live."""
    if column == "recipients" and isinstance(value, list):
        return [_recipient(one, key_of) for one in value]
    if (table, column) == ("archive", "covers") and isinstance(value, dict):
        # The second figure is a sum of numbers.
        return {kind: counted[0] for kind, counted in value.items()}
    if (table, column) == ("pupil_exit", "taken") and isinstance(value, dict):
        return value | _taken(value, key_of)
    return value


def _recipient(spelled: Mapping[str, Any], key_of: Lookup) -> dict[str, Any]:
    full = dict(spelled)
    if full.get("school") is not None:
        full["school"] = key_of("school", full["school"])
    if full.get("number") is not None and full.get("kind") in _RECIPIENTS:
        full["number"] = key_of(_RECIPIENTS[full["kind"]], full["number"])
    return full


def _taken(taken: Mapping[str, Any], key_of: Lookup) -> dict[str, Any]:
    """What an exit has taken (app/directory/kin/actions.py): classes and groups by their numbers, guardians by theirs."""
    told: dict[str, Any] = {}
    for name, table in (("classes", "school_class"), ("groups", "teaching_group")):
        if name in taken:
            told[name] = [[key_of(table, number), source] for number, source in taken[name]]
    if "guardians" in taken:
        told["guardians"] = [one | {"person": key_of("person", one["person"])} for one in taken["guardians"]]
    return told
