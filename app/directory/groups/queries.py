"""Who belongs to which class and group."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Integer, cast, literal, select, union_all

from app.db import db
from app.directory.belonging import Belonging
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import ClassMembership, GroupMembership, Guardianship
from app.profiles import Profile, Visitor

_STANDING = ("legal", "in-charge")


def belonging(visitor: Visitor) -> Belonging:
    """The classes and groups of ``visitor``, as far as the door used lets them be those people; one query (GATE-15).

    A class of year N+1 counts too: whether it may be told of is ``disclosure``'s question.
    """
    if visitor.person_id is None:
        return Belonging()
    me = visitor.person_id
    parts = [
        select(literal("manages" if manager else "groups").label("what"), FreeGroupMember.group_id.label("id"))
        .join(FreeGroup, FreeGroup.id == FreeGroupMember.group_id)
        .where(FreeGroupMember.person_id == me, FreeGroupMember.manager.is_(manager))
        for manager in (True, False)
    ]
    if visitor.has_profile(Profile.STUDENT):
        parts.append(
            select(literal("student_of"), ClassMembership.class_id).where(
                ClassMembership.person_id == me, ClassMembership.role == "student"
            )
        )
    if visitor.has_profile(Profile.TEACHER) or visitor.has_profile(Profile.STAFF):
        parts.append(
            select(literal("teaches"), ClassMembership.class_id).where(
                ClassMembership.person_id == me, ClassMembership.role != "student"
            )
        )
    parts.append(select(literal("teaching_groups"), GroupMembership.group_id).where(GroupMembership.person_id == me))
    if visitor.has_profile(Profile.GUARDIAN):
        counts = (
            Guardianship.guardian_id == me,
            Guardianship.standing.in_(_STANDING),
            Guardianship.cut_at.is_(None),
        )
        parts.append(select(literal("children"), Guardianship.student_id).where(*counts))
        parts.append(
            select(literal("children_in"), ClassMembership.class_id)
            .join(Guardianship, Guardianship.student_id == ClassMembership.person_id)
            .where(*counts, ClassMembership.role == "student")
        )
    found: dict[str, set[int]] = defaultdict(set)
    every = union_all(*parts).subquery()
    for what, number in db.session.execute(select(every.c.what, cast(every.c.id, Integer))):
        found[what].add(number)
    found["groups"] |= found["manages"]
    return Belonging(**{what: frozenset(numbers) for what, numbers in found.items()})
