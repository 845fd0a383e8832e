"""Rights, groups, spaces and import channels of people who are not, or no longer, of a school (CHECK-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select

from app.content.models import Section, SectionRole
from app.content.spaces import SpaceKind, SpaceRole
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.leaving.models import Leaver
from app.directory.models import Affiliation, Person, RoleGrant
from app.directory.names import name_of
from app.directory.standins.terms import SOURCE
from app.messaging.models import AnnouncementGrant
from app.profiles import TABLE, Role, Verb

#: Things of each sort that one page shows.
MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """Something held: ``sort`` is 'role', 'channel', 'group', 'space' or 'announcements'; ``title`` its name or the role's."""

    sort: str
    title: str
    endpoint: str
    values: Mapping[str, Any]


@dataclass(kw_only=True, slots=True)
class Departed:
    """Somebody who is not of the school, and what they hold there."""

    person_id: int
    name: str
    things: list[Thing] = field(default_factory=list)


def _gone(school_id: int | None) -> ColumnElement[bool]:
    """Is a person nothing in that school any more, or in no school of the project? Those made by hand never were in a feed:
    they have left when they are marked as leavers.
    """
    here = select(Affiliation.id).where(Affiliation.person_id == Person.id)
    if school_id is not None:
        here = here.where(Affiliation.school_id == school_id)
    left = select(Leaver.person_id).where(Leaver.person_id == Person.id)
    return or_((Person.source != "hand") & ~here.exists(), left.exists())


def _of(person: Any, school_id: int | None) -> Any:
    return db.session.execute(person.where(_gone(school_id)).order_by(Person.search_name, Person.id).limit(MOST))


def departed(school_id: int | None, uai: str = "") -> list[Departed]:
    """Who has left the school, or where it is None the project, and holds something there still, by name; four queries."""
    who = (
        Person.id.label("person_id"),
        Person.used_first_name,
        Person.first_name,
        Person.last_name,
        Person.search_name,
    )
    same_role = RoleGrant.school_id.is_(None) if school_id is None else RoleGrant.school_id == school_id
    roles = select(*who, RoleGrant.role).join(RoleGrant, RoleGrant.person_id == Person.id)
    found: dict[int, Departed] = {}
    order: dict[int, tuple[str, int]] = {}

    def note(row: Any, thing: Thing) -> None:
        known = found.setdefault(row.person_id, Departed(person_id=row.person_id, name=name_of(row)))
        order[row.person_id] = (row.search_name, row.person_id)
        if thing not in known.things:
            known.things.append(thing)

    for row in _of(roles.where(same_role, RoleGrant.source != SOURCE), school_id):
        where = {"uai": uai} if school_id is not None else {}
        endpoint = "accounts_admin.school_roles" if school_id is not None else "accounts_admin.roles"
        note(row, Thing(sort="role", title=row.role, endpoint=endpoint, values=where))
        if Verb.IMPORT_FEEDS in TABLE[Role(row.role)]:
            note(row, Thing(sort="channel", title="", endpoint="feeds_admin.imports", values={}))
    granted = select(*who, literal("").label("title")).join(AnnouncementGrant, AnnouncementGrant.person_id == Person.id)
    if school_id is None:
        for row in _of(granted.where(AnnouncementGrant.school_id.is_(None)), None):
            note(row, Thing(sort="announcements", title="", endpoint="accounts_admin.roles", values={}))
        return sorted(found.values(), key=lambda one: order[one.person_id])
    for row in _of(granted.where(AnnouncementGrant.school_id == school_id), school_id):
        thing = Thing(
            sort="announcements", title="", endpoint="messaging_announcements_admin.grants", values={"uai": uai}
        )
        note(row, thing)
    groups = (
        select(*who, FreeGroup.id.label("number"), FreeGroup.name.label("title"))
        .join(FreeGroupMember, FreeGroupMember.person_id == Person.id)
        .join(FreeGroup, FreeGroup.id == FreeGroupMember.group_id)
        .where(FreeGroup.school_id == school_id, FreeGroupMember.manager)
    )
    for row in _of(groups, school_id):
        values = {"group_id": row.number}
        note(row, Thing(sort="group", title=row.title, endpoint="accounts_groups.group", values=values))
    spaces = (
        select(*who, Section.id.label("number"), Section.title.label("title"))
        .join(SectionRole, SectionRole.person_id == Person.id)
        .join(Section, Section.id == SectionRole.section_id)
        .where(
            Section.school_id == school_id,
            Section.kind != SpaceKind.PERSONAL,
            Section.trashed_at.is_(None),
            SectionRole.role == SpaceRole.MANAGER,
        )
    )
    for row in _of(spaces, school_id):
        values = {"section_id": row.number}
        note(row, Thing(sort="space", title=row.title, endpoint="content_roles.roles", values=values))
    return sorted(found.values(), key=lambda one: order[one.person_id])
