"""What the feed says of teachers who have chosen, and what would go back (CLASS-5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import or_, select

from app.classchoice.models import ChosenClass as ChosenClass
from app.classchoice.models import ClassChoice as ClassChoice
from app.classchoice.queries import of_new_year
from app.classchoice.returning.queries import GoingBack as GoingBack
from app.classchoice.returning.queries import would_go_back as would_go_back
from app.db import db
from app.directory.models import ClassMembership, SchoolClass
from app.errors import NotFound

#: Links that people have made, not feeds.
BY_PEOPLE = ("choice", "hand", "replacement")


def fed_classes(person_ids: Collection[int], school_id: int) -> dict[int, dict[int, str]]:
    """Teacher -> the classes of N+1 of a school in which a feed puts them (confirmed links only), with their names; one query."""
    query = (
        select(ClassMembership.person_id, SchoolClass.id, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .where(
            ClassMembership.person_id.in_(person_ids),
            ClassMembership.role != "student",
            SchoolClass.school_id == school_id,
            of_new_year(),
            or_(ClassMembership.source.not_in(BY_PEOPLE), ClassMembership.also_from.is_not(None)),
        )
        .order_by(SchoolClass.name, SchoolClass.id)
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for person_id, class_id, name in db.session.execute(query):
        found[person_id][class_id] = name
    return found


def choice_in(school_id: int, choice_id: int) -> ClassChoice:
    """A choice made in that school. Raises ``NotFound`` for another's."""
    query = select(ClassChoice).where(ClassChoice.id == choice_id, ClassChoice.school_id == school_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found
