"""What would go with a class, and what hangs on it (S4-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Table, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.content.models import Section
from app.db import Base, db
from app.directory.models import ClassMembership, SchoolClass, SchoolYear
from app.directory.queries import project
from app.errors import NotFound
from app.feeds.models import FeedImportSchool as FeedImportSchool
from app.words import N_, Words

#: Made with the class and by itself, or about the very question which class it is: no work of anybody.
_OF_ITSELF = frozenset({"class_membership", "section", "class_roster", "class_change", "closed_class", "hand_verdict"})
#: What people make, in their words; whatever is not named here is said to be other work.
_KINDS: Mapping[str, str] = {
    "lesson": N_("des séances du cahier de textes"),
    "homework": N_("du travail à faire"),
    "activity_given": N_("des activités données"),
    "absence": N_("des absences"),
    "roll_call": N_("des appels"),
    "assessment": N_("des évaluations"),
    "skill_record": N_("des compétences évaluées"),
    "report_card": N_("des bulletins"),
    "class_council": N_("des conseils de classe"),
    "measure": N_("des punitions ou sanctions"),
    "liaison_entry": N_("des mots de liaison"),
    "agenda_event": N_("des dates de l’agenda"),
    "article": N_("des articles"),
    "media_file": N_("des fichiers"),
    "contest": N_("des concours"),
    "map_point": N_("des points de la carte"),
    "chosen_class": N_("le choix d’un enseignant"),
    "class_level": N_("le niveau dit par un enseignant"),
    "class_replacement": N_("un remplacement"),
    "class_carry": N_("des contenus repris de l’année passée"),
}
_OTHER = N_("d’autres contenus")
_BY_HAND = N_("des personnes que l’annuaire n’y a pas mises")


@dataclass(frozen=True, kw_only=True)
class Removable:
    """A class that a feed made: ``alone`` of its ``pupils`` have no other class of the year; ``hanging`` is what was done in it."""

    school_class: SchoolClass
    pupils: int
    alone: int
    hanging: Sequence[Words] = field(default_factory=tuple)


def classes_fed(school_id: int) -> Sequence[SchoolClass]:
    """The classes of N+1 that a feed has made in the school, by name; those that have nobody of the feed left are not among them."""
    fed = exists().where(ClassMembership.class_id == SchoolClass.id, ClassMembership.source == SchoolClass.source)
    query = (
        select(SchoolClass)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(SchoolClass.school_id == school_id, SchoolYear.begins == project().rollover_year)
        .where(SchoolClass.source.not_in(("", "hand", "manual")), fed)
    )
    return db.session.scalars(query.order_by(SchoolClass.name)).all()


def removable(class_id: int, school_id: int) -> Removable:
    """What would go with the class. Raises ``NotFound`` for a class of another school, of another year, or made by hand."""
    found = next((one for one in classes_fed(school_id) if one.id == class_id), None)
    if found is None:
        raise NotFound()
    other = aliased(ClassMembership)
    elsewhere = (
        exists()
        .where(other.person_id == ClassMembership.person_id, other.role == "student", other.class_id != class_id)
        .where(other.class_id.in_(select(SchoolClass.id).where(SchoolClass.year_id == found.year_id)))
    )
    query = select(func.count(), func.count().filter(~elsewhere)).where(
        ClassMembership.class_id == class_id,
        ClassMembership.role == "student",
        ClassMembership.source == found.source,
    )
    pupils, alone = db.session.execute(query).one()
    return Removable(school_class=found, pupils=pupils, alone=alone, hanging=_hanging(found))


def _hanging(found: SchoolClass) -> Sequence[Words]:
    """Every table that names the class or its space is asked, so that none is forgotten; one question."""
    spaces = select(Section.id).where(Section.class_id == found.id).execution_options(set_aside=True)
    asked = []
    for table in Base.metadata.sorted_tables:
        names_it = []
        for key in table.foreign_keys:
            if key.column.table.name == "school_class" and table.name not in _OF_ITSELF:
                names_it.append(key.parent == found.id)
            elif key.column.table.name == "section":
                names_it.append(key.parent.in_(spaces))
        if names_it:
            asked.append((table, exists().where(or_(*names_it)).select_from(table)))
    answers = db.session.execute(select(*(question.label(table.name) for table, question in asked))).one()
    told = [_words(table) for (table, _question), there in zip(asked, answers, strict=True) if there]
    by_hand = exists().where(ClassMembership.class_id == found.id, ClassMembership.source != found.source)
    if db.session.scalar(select(by_hand)):
        told.append(Words(_BY_HAND))
    return list(dict.fromkeys(told))


def _words(table: Table) -> Words:
    return Words(_KINDS.get(table.name, _OTHER))
