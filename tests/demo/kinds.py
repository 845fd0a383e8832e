"""How many rows of each kind of the table of fates every school has: the kinds' conditions and the way to the school, in SQL."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fates import KINDS, Kind

_LIFETIME = "(SELECT c.archive_lifetime FROM messaging_choice c WHERE c.person_id = t.owner_id)"
WHERE = {
    "": "1 = 1",
    "not shared": "NOT t.shared",
    "shared": "t.shared",
    "place inbox": "t.place = 'inbox'",
    "place folder": "t.place = 'folder' AND t.folder_id IS NOT NULL",
    "place archived, lifetime year": f"t.place = 'archived' AND {_LIFETIME} = 'year'",
    "place archived, lifetime kept": f"t.place = 'archived' AND {_LIFETIME} = 'kept'",
    "place trash": "t.place = 'trash'",
    "sent": "t.sent_at IS NOT NULL",
    "neither sent nor dated": "t.sent_at IS NULL AND t.leaves_at IS NULL",
    "dated, not sent": "t.sent_at IS NULL AND t.leaves_at IS NOT NULL",
    "lifetime year": "t.lifetime = 'year'",
    "lifetime unlimited": "t.lifetime = 'unlimited'",
    "lifetime not year": "(t.lifetime IS NULL OR t.lifetime <> 'year')",
    "of a class": "t.class_id IS NOT NULL",
    "of a school": "t.class_id IS NULL",
    "punishment": "t.kind = 'punishment'",
    "sanction": "t.kind = 'sanction'",
}
#: Tables without a school of their own: what leads to it.
_PARENTS = {
    "contest_entry": ("contest", "contest_id"),
    "search_link": ("section", "section_id"),
    "comment": ("article", "article_id"),
    "homework_state": ("homework", "homework_id"),
    "activity_given": ("activity", "activity_id"),
    "lesson_replacement": ("lesson", "lesson_id"),
    "mark": ("assessment", "assessment_id"),
}
#: Tables of people: a school has those of the people who have a profile there.
_PERSONAL = {"bookmark", "preference", "personal_event"}
#: Of no school.
PROJECT_WIDE = {"import-report"}


def count(session: Session, kind: Kind, school_id: int) -> int:
    """How many rows of ``kind`` the school has."""
    if kind.table in _PARENTS:
        parent, column = _PARENTS[kind.table]
        source = f"{kind.table} t JOIN {parent} p ON p.id = t.{column} WHERE p.school_id = :school"
    elif kind.table in _PERSONAL:
        source = f"{kind.table} t JOIN affiliation p ON p.person_id = t.person_id WHERE p.school_id = :school"
    elif kind.table == "person":
        source = "person t JOIN affiliation p ON p.person_id = t.id WHERE p.school_id = :school"
    else:
        source = f"{kind.table} t WHERE t.school_id = :school"
    query = text(f"SELECT COUNT(*) FROM {source} AND {WHERE[kind.where]}")
    return session.scalar(query, {"school": school_id}) or 0


def missing(session: Session, school_id: int) -> list[str]:
    """The kinds of which a school has nothing."""
    return [kind.key for kind in KINDS if kind.key not in PROJECT_WIDE and not count(session, kind, school_id)]
