"""Who may see, make and change a free group (PORTAL-7, KIN-2). Plain."""

from __future__ import annotations

from collections.abc import Iterable

from app.profiles import Profile, Verb, Visitor

WORKING = frozenset({Profile.TEACHER, Profile.STAFF})


def works_in(visitor: Visitor, school_id: int) -> bool:
    """Does the visitor come as somebody who works in that school, or who keeps its directory?"""
    return any(visitor.has_profile(profile, school_id) for profile in WORKING) or visitor.may(
        Verb.KEEP_PEOPLE, school_id
    )


def schools_worked_in(visitor: Visitor) -> frozenset[int]:
    """The schools in which the visitor may make a group; those of a project's role are too many to list."""
    kept = visitor.schools_for(Verb.KEEP_PEOPLE) or frozenset()
    return kept | {place.school_id for place in visitor.places if place.profile in WORKING}


def may_change(visitor: Visitor, school_id: int, *, manages: bool) -> bool:
    """May the visitor change a group of that school? Its managers, at the school's door; whoever keeps the directory."""
    return visitor.may(Verb.KEEP_PEOPLE, school_id) or (manages and works_in(visitor, school_id))


def may_see(visitor: Visitor, school_id: int, *, member: bool) -> bool:
    """May the visitor open a group's page? Its members, and those who work in the school."""
    return member or works_in(visitor, school_id)


def profiles_shown(visitor: Visitor, school_id: int) -> frozenset[Profile] | None:
    """Whose names among a group's members the visitor may read; None: everybody's. A guardian never sees another one."""
    if works_in(visitor, school_id):
        return None
    return WORKING | {Profile.STUDENT} if visitor.has_profile(Profile.STUDENT, school_id) else WORKING


def chosen(numbers: Iterable[str]) -> set[int]:
    """The numbers that a form's check boxes sent; what is no number is passed over."""
    return {int(text) for text in numbers if text.isdecimal() and len(text) < 18}
