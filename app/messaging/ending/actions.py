"""Warning the managers of groups that go with the school year (S3-4). Never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import Person, School
from app.messaging.ending.letters import REMINDER, WARNING, Letter, plain
from app.messaging.ending.loaders import send
from app.web.absolute import absolute
from app.wording import day

#: The step that takes these groups.
STEP = 3


def warn_managers(school_ids: Collection[int], *, reminder: bool, removal_on: date, by: Actor, now: datetime) -> int:
    """Tell each manager which of their groups go on ``removal_on``, with a link each that keeps the group; how many were told.

    One message a manager and school, once for the removal of that year, and once more as the ``reminder``; both list the groups as
    they are when it leaves, so that those made after the warning are in the reminder. ``now`` is portal time. Never tells the dead.
    """
    query = (
        select(FreeGroup.id, FreeGroup.name, School.id, School.name, FreeGroupMember.person_id)
        .join(FreeGroupMember, FreeGroupMember.group_id == FreeGroup.id)
        .join(Person, Person.id == FreeGroupMember.person_id)
        .join(School, School.id == FreeGroup.school_id)
        .where(
            FreeGroup.school_id.in_(school_ids),
            FreeGroup.lifetime == "year",
            FreeGroupMember.manager,
            Person.died_on.is_(None),
        )
        .order_by(School.id, FreeGroupMember.person_id, FreeGroup.name, FreeGroup.id)
    )
    groups: dict[tuple[int, str, int], list[str]] = defaultdict(list)
    for group_id, name, school_id, school, person_id in db.session.execute(query):
        link = absolute("accounts_groups.keep", group_id=group_id)
        groups[school_id, school, person_id].append(f"- [{plain(name)}]({link})")
    model, sign = (REMINDER, "r") if reminder else (WARNING, "w")
    letters = [
        Letter(
            key=f"g{sign}{removal_on.year}-{school_id}-{person_id}",
            to=person_id,
            school_id=school_id,
            subject=model.subject,
            source=model.text(school=plain(school), day=day(removal_on), groups="\n".join(links)),
        )
        for (school_id, school, person_id), links in groups.items()
    ]
    told = send(letters, step=STEP, now=now)
    if told:
        after = {"told": told, "reminder": reminder, "removal": removal_on.isoformat()}
        record("groups.managers-warned", by=by, now=now, subject=("project", 1), after=after)
    return told
