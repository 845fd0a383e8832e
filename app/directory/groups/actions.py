"""Making and changing free groups (PORTAL-7, S3-3, S3-4). Never commits; every change leaves an audit line.

Who may do it is asked by the page before; here stand the rules that hold for everybody: only people of the group's school are
members, only those who work there are managers, and a group keeps one manager as long as it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from app.audit.actions import Actor, record
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import Affiliation, ClassMembership, SchoolClass
from app.errors import NotFound, Refused
from app.profiles import Profile
from app.pulse import DIRECTORY, bump
from app.words import N_

UNLIMITED, YEAR = "unlimited", "year"
LIFETIMES: dict[str, str] = {YEAR: N_("limité à l’année scolaire"), UNLIMITED: N_("sans limite")}
#: Who may manage a group: those who work in the school.
_MANAGERS = (Profile.TEACHER, Profile.STAFF)


class ChangedSince(Refused):
    """Somebody else saved the same group since the form was opened."""

    message = N_(
        "Quelqu’un d’autre a modifié ce groupe pendant que vous écriviez. Votre texte est encore dans le formulaire."
    )
    advice = N_("Comparez, puis enregistrez de nouveau pour remplacer.")


class NotAManager(Refused):
    status = 422
    message = N_("Seul un enseignant ou un personnel de l’établissement peut gérer un groupe.")


class LastManager(Refused):
    message = N_("C’est le dernier gestionnaire du groupe.")
    advice = N_("Donnez d’abord la gestion à quelqu’un d’autre, ou supprimez le groupe.")


def make_group(
    school_id: int,
    *,
    name: str,
    words: str = "",
    lifetime: str = YEAR,
    teaching: bool = False,
    manager_id: int | None,
    by: Actor,
    now: datetime,
) -> FreeGroup:
    """A new free group of a school, managed by ``manager_id`` if given. ``now`` is portal time."""
    group = FreeGroup(school_id=school_id, name=name, words=words, lifetime=lifetime, teaching=teaching, created_at=now)
    group.created_by_id = by.person_id
    db.session.add(group)
    db.session.flush()
    if manager_id is not None:
        db.session.add(FreeGroupMember(group_id=group.id, person_id=manager_id, manager=True, since=now))
    _record("group.made", group, by=by, now=now, after={"lifetime": lifetime, "teaching": teaching})
    return group


def change_group(
    group: FreeGroup, *, name: str, words: str, teaching: bool, version: int, by: Actor, now: datetime
) -> None:
    """Another name, other words, used for teaching or not. Raises ``ChangedSince`` where ``version`` is an older state."""
    if group.version != version:
        raise ChangedSince()
    before = {"teaching": group.teaching}
    if (group.name, group.words, group.teaching) == (name, words, teaching):
        return
    group.name, group.words, group.teaching = name, words, teaching
    _record("group.changed", group, by=by, now=now, before=before, after={"teaching": teaching})


def set_lifetime(group: FreeGroup, lifetime: str, *, by: Actor, now: datetime) -> bool:
    """'unlimited' keeps the group after the school year, 'year' lets it go with it (DATA-3, S3-2). False: it was so."""
    if lifetime not in LIFETIMES:
        raise NotFound()
    if group.lifetime == lifetime:
        return False
    before, group.lifetime = group.lifetime, lifetime
    _record("group.lifetime-changed", group, by=by, now=now, before={"lifetime": before}, after={"lifetime": lifetime})
    return True


def remove_group(group: FreeGroup, *, by: Actor, now: datetime) -> None:
    """Remove the group and its members' list; what was given to it in sections stays without it."""
    _record("group.removed", group, by=by, now=now, before={"lifetime": group.lifetime})
    db.session.execute(delete(FreeGroupMember).where(FreeGroupMember.group_id == group.id))
    db.session.delete(group)


def add_members(group: FreeGroup, person_ids: Iterable[int], *, by: Actor, now: datetime) -> int:
    """Add people of the group's school; who is in it already, or elsewhere, is passed over. How many were added."""
    wanted = set(person_ids)
    here = select(Affiliation.person_id).where(
        Affiliation.school_id == group.school_id, Affiliation.person_id.in_(wanted)
    )
    inside = select(FreeGroupMember.person_id).where(
        FreeGroupMember.group_id == group.id, FreeGroupMember.person_id.in_(wanted)
    )
    added = sorted(set(db.session.scalars(here)) - set(db.session.scalars(inside))) if wanted else []
    db.session.add_all(FreeGroupMember(group_id=group.id, person_id=number, since=now) for number in added)
    if added:
        _record("group.members-added", group, by=by, now=now, after={"people": added})
    return len(added)


def add_class(group: FreeGroup, class_id: int, *, by: Actor, now: datetime) -> int:
    """Add the pupils of a class of the group's school. How many were added. Raises ``NotFound`` for another school's."""
    found = db.session.get(SchoolClass, class_id)
    if found is None or found.school_id != group.school_id:
        raise NotFound()
    pupils = select(ClassMembership.person_id).where(
        ClassMembership.class_id == class_id, ClassMembership.role == "student"
    )
    return add_members(group, db.session.scalars(pupils).all(), by=by, now=now)


def remove_member(member: FreeGroupMember, group: FreeGroup, *, by: Actor, now: datetime) -> None:
    """Take somebody out. Raises ``LastManager``."""
    if member.manager:
        _demand_another(group.id, member.person_id)
    db.session.delete(member)
    _record("group.member-removed", group, by=by, now=now, before={"people": [member.person_id]})


def set_manager(member: FreeGroupMember, group: FreeGroup, manager: bool, *, by: Actor, now: datetime) -> None:
    """Let a member manage the group, or no longer. Raises ``NotAManager`` and ``LastManager``."""
    if member.manager == manager:
        return
    if manager:
        works = select(Affiliation.id).where(
            Affiliation.person_id == member.person_id,
            Affiliation.school_id == group.school_id,
            Affiliation.profile.in_(_MANAGERS),
        )
        if db.session.scalar(works.limit(1)) is None:
            raise NotAManager()
    else:
        _demand_another(group.id, member.person_id)
    member.manager = manager
    values = {"person": member.person_id, "manager": manager}
    _record("group.manager-changed", group, by=by, now=now, after=values)


def _demand_another(group_id: int, person_id: int) -> None:
    others = select(FreeGroupMember.id).where(
        FreeGroupMember.group_id == group_id, FreeGroupMember.manager, FreeGroupMember.person_id != person_id
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastManager()


def _record(
    action: str,
    group: FreeGroup,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(action, by=by, now=now, subject=("group", group.id), school_id=group.school_id, before=before, after=after)
    # Who belongs to which group decides about sections and messages.
    bump(db.session(), DIRECTORY)
