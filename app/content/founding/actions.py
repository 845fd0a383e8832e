"""Opening spaces, joining and leaving partnerships."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from app.audit.actions import Actor, record
from app.content.actions import add_section
from app.content.founding.problems import JoinedAlready
from app.content.founding.queries import joined, personal_of, space_of_group
from app.content.models import PartnershipClass, Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.groups.models import FreeGroup

#: Letters and digits that are not mistaken for each other when somebody dictates them.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def open_personal(person_id: int, title: str, *, by: Actor, now: datetime) -> Section:
    """Somebody's personal space, made now unless it is there."""
    return personal_of(person_id) or add_section(
        None,
        title=title,
        introduction="",
        visible=False,
        restricted=True,
        kind=SpaceKind.PERSONAL,
        person_id=person_id,
        by=by,
        now=now,
    )


def open_group(group: FreeGroup, *, by: Actor, now: datetime) -> Section:
    """The space of a free group, made now unless it is there; it lasts as long as the group (S3-2, S3-3)."""
    return space_of_group(group.id) or add_section(
        group.school_id,
        title=group.name,
        introduction=group.words,
        visible=True,
        restricted=True,
        kind=SpaceKind.GROUP,
        temporary=group.lifetime == "year",
        group_id=group.id,
        by=by,
        now=now,
    )


def found_partnership(
    school_id: int, class_id: int, *, title: str, introduction: str, by: Actor, now: datetime
) -> Section:
    """A partnership between classes, founded by one of them; others join with its code (DATA-6)."""
    made = add_section(
        school_id,
        title=title,
        introduction=introduction,
        visible=True,
        restricted=True,
        kind=SpaceKind.PARTNERSHIP,
        code="".join(secrets.choice(_SIGNS) for _sign in range(8)),
        by=by,
        now=now,
    )
    join(made, class_id, school_id, by=by, now=now)
    return made


def join(section: Section, class_id: int, school_id: int, *, by: Actor, now: datetime) -> None:
    """Join a partnership with a class. Raises ``JoinedAlready``."""
    if joined(section.id, [class_id]):
        raise JoinedAlready()
    db.session.add(PartnershipClass(section_id=section.id, class_id=class_id, school_id=school_id, joined_at=now))
    _record("partnership.joined", section, class_id, by=by, now=now)


def leave(section: Section, class_ids: Sequence[int], *, by: Actor, now: datetime) -> int:
    """Take classes out of a partnership; how many left."""
    rows = joined(section.id, class_ids)
    for row in rows:
        _record("partnership.left", section, row.class_id, by=by, now=now)
        db.session.delete(row)
    return len(rows)


def _record(action: str, section: Section, class_id: int, *, by: Actor, now: datetime) -> None:
    after = {"class": class_id}
    record(action, by=by, now=now, subject=("section", section.id), school_id=section.school_id, after=after)
