"""Who teaches somewhere in the portal and may stand in for a teacher: an existing account comes first (CLASS-8)."""

from __future__ import annotations

from app.directory.names import name_of
from app.directory.queries import affiliations_of, person_by_id, schools, search_people
from app.errors import NotFound
from app.profiles import Profile

#: People shown; who is not among them is sought by more of the name.
MOST = 20


def teachers_called(text: str) -> list[tuple[int, str, str]]:
    """Teachers of the whole portal whose name begins so: number, name, schools. Three queries."""
    shown = search_people(None, text, MOST, profile=Profile.TEACHER)
    held, names = affiliations_of([one.id for one in shown]), {one.id: one.name for one in schools()}
    return [
        (
            one.id,
            name_of(one),
            ", ".join(
                dict.fromkeys(
                    names[school_id]
                    for school_id, profile in held.get(one.id, [])
                    if profile == Profile.TEACHER and school_id in names
                )
            ),
        )
        for one in shown
        if one.died_on is None
    ]


def teacher_called(person_id: int) -> str:
    """The name of somebody who teaches somewhere in the portal. Raises ``NotFound`` for others."""
    found = person_by_id(person_id)
    if not any(profile == Profile.TEACHER for _school, profile in affiliations_of([person_id]).get(person_id, [])):
        raise NotFound()
    return name_of(found)
