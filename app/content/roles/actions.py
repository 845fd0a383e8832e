"""Giving and withdrawing roles in a section (PORTAL-2)."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import Actor, record
from app.content.models import Section, SectionRole
from app.content.roles.problems import GivenAlready
from app.content.roles.queries import same
from app.content.spaces import SpaceRole
from app.db import db


def give(section: Section, role: SpaceRole, subject: dict[str, object], *, by: Actor, now: datetime) -> SectionRole:
    """Give ``role`` to what ``subject`` names by columns; nothing named is the whole school. Raises ``GivenAlready``."""
    if same(section.id, role, subject):
        raise GivenAlready()
    made = SectionRole(section_id=section.id, role=role, given_at=now, **subject)
    db.session.add(made)
    db.session.flush()
    _record("section-role.given", section, made, by=by, now=now)
    return made


def withdraw(section: Section, given: SectionRole, *, by: Actor, now: datetime) -> None:
    """Take a role back."""
    _record("section-role.withdrawn", section, given, by=by, now=now)
    db.session.delete(given)


def _record(action: str, section: Section, given: SectionRole, *, by: Actor, now: datetime) -> None:
    names = ("role", "person_id", "group_id", "teaching_group_id", "class_id", "profile")
    facts = {name: str(value) for name in names if (value := getattr(given, name)) is not None}
    record(action, by=by, now=now, subject=("section", section.id), school_id=section.school_id, after=facts)
