"""Photos, adults who may follow a pupil, interdisciplinary projects, letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.directory.models import Affiliation, ClassMembership, Guardianship, Person
from app.directory.names import folded, name_of
from app.errors import NotFound
from app.profiles import Profile, Visitor
from app.schoollife.pupils.models import InterdisciplinaryProject as InterdisciplinaryProject
from app.schoollife.pupils.models import Letter as Letter
from app.schoollife.pupils.models import ProjectPupil as ProjectPupil
from app.schoollife.pupils.models import PupilPhoto as PupilPhoto
from app.schoollife.queries import class_for, whole_class_for
from app.schoollife.standing import ClassFacts, Right


def photos_of(school_id: int, student_ids: Collection[int]) -> dict[int, PupilPhoto]:
    """The photos that a school keeps of some pupils, by pupil."""
    query = select(PupilPhoto).where(PupilPhoto.school_id == school_id, PupilPhoto.student_id.in_(student_ids))
    return {photo.student_id: photo for photo in db.session.scalars(query)}


def adults_of(school_id: int, text: str, limit: int = 30) -> Sequence[Person]:
    """The people who work in a school and whose names begin with the words of ``text``, by name."""
    words = folded(text).split()
    if not words:
        return []
    works = select(Affiliation.person_id).where(
        Affiliation.school_id == school_id, Affiliation.profile.in_((Profile.STAFF, Profile.TEACHER))
    )
    query = select(Person).where(Person.id.in_(works))
    for word in words:
        query = query.where(or_(Person.search_name.like(f"{word}%"), Person.search_name.like(f"% {word}%")))
    return db.session.scalars(query.order_by(Person.search_name, Person.id).limit(limit)).unique().all()


# Interdisciplinary projects ----------------------------------------------------------------------------------------------


def projects_of(class_id: int) -> Sequence[InterdisciplinaryProject]:
    """The projects of a class, the newest first."""
    query = select(InterdisciplinaryProject).where(InterdisciplinaryProject.class_id == class_id)
    query = query.order_by(InterdisciplinaryProject.first_day.desc(), InterdisciplinaryProject.id.desc())
    return db.session.scalars(query.limit(60)).all()


def project_for(
    visitor: Visitor, project_id: int, now: datetime, *, for_change: bool = False
) -> tuple[InterdisciplinaryProject, ClassFacts]:
    """The project, to whoever may read those of its class. ``for_change``: to whoever keeps them, locked. Raises ``NotFound``."""
    query = select(InterdisciplinaryProject).where(InterdisciplinaryProject.id == project_id)
    found = db.session.scalar(query.with_for_update() if for_change else query)
    if found is None or found.class_id is None:
        raise NotFound()
    if for_change:
        return found, whole_class_for(visitor, found.class_id, Right.WRITE_PROJECTS, now)
    return found, class_for(visitor, found.class_id, Right.READ_PROJECTS, now)


def pupils_in(project_id: int) -> dict[int, ProjectPupil]:
    """The pupils in a project, with what is said of their work."""
    rows = db.session.scalars(select(ProjectPupil).where(ProjectPupil.project_id == project_id))
    return {row.student_id: row for row in rows}


# Letters -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """A guardian to whom a letter about a pupil goes, with their own address and nobody else's (KIN-2)."""

    student_id: int
    pupil: str
    guardian_id: int
    name: str
    address: str


def letters_of(class_id: int) -> Sequence[tuple[Letter, str]]:
    """The letters of a class, newest first, each with its author's name."""
    query = select(Letter, Person).outerjoin(Person, Person.id == Letter.author_id).where(Letter.class_id == class_id)
    query = query.order_by(Letter.written_at.desc(), Letter.id.desc()).limit(100)
    return [(letter, name_of(person) if person is not None else "") for letter, person in db.session.execute(query)]


def letter_for(visitor: Visitor, letter_id: int, now: datetime) -> tuple[Letter, ClassFacts]:
    """The letter, to whoever writes letters to that class. Raises ``NotFound``."""
    found = db.session.get(Letter, letter_id)
    if found is None or found.class_id is None:
        raise NotFound()
    return found, whole_class_for(visitor, found.class_id, Right.WRITE_LETTERS, now)


def addressees(class_id: int) -> list[Addressee]:
    """Every guardian of every pupil of a class, by pupil: legal ones and persons in charge whose link counts (KIN-1, KIN-3).

    One query. Nobody who has died is written to (ACCT-8).
    """
    pupil, guardian = aliased(Person), aliased(Person)
    query = (
        select(pupil, guardian)
        .join(ClassMembership, ClassMembership.person_id == pupil.id)
        .join(Guardianship, Guardianship.student_id == pupil.id)
        .join(guardian, guardian.id == Guardianship.guardian_id)
        .where(
            ClassMembership.class_id == class_id,
            ClassMembership.role == "student",
            Guardianship.standing.in_(("legal", "in-charge")),
            Guardianship.cut_at.is_(None),
            guardian.died_on.is_(None),
            pupil.died_on.is_(None),
        )
        .order_by(pupil.search_name, pupil.id, guardian.search_name, guardian.id)
    )
    return [
        Addressee(
            student_id=child.id,
            pupil=name_of(child),
            guardian_id=person.id,
            name=f"{person.title} {name_of(person)}".strip(),
            address="\n".join(
                part for part in (person.address, f"{person.postal_code} {person.town}".strip(), person.country) if part
            ),
        )
        for child, person in db.session.execute(query)
    ]
