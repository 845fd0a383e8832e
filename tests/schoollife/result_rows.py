"""The collège's 5A with three pupils and everybody who works around them, and rows of results, conduct and pupils.

``class_world(app)`` adds to the cast: Inès and Tom in 5A, a CPE, an education assistant, a form teacher, an AESH, the school's
lists, two periods. Functions flush and never commit; ``class_world`` commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Flask

from app import clock
from app.db import db
from app.directory.kin.models import SupportLink
from app.directory.models import Person, School, SchoolClass
from app.profiles import Profile
from app.pulse import set_clock
from app.schoollife.conduct.models import Measure
from app.schoollife.pupils.models import InterdisciplinaryProject, Letter
from app.schoollife.results.models import Assessment, ClassCouncil, CycleReview, Mark, ReportCard, ReportLine
from app.schoollife.years.models import Period, SchoolParameter
from app.schoollife.years.parameters import DEFAULTS, ParameterList
from tests import builders, people
from tests.builders import MADE
from tests.people import Cast, Someone

#: A Monday in the first term of 2026-2027.
OCTOBER = datetime(2026, 10, 12, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ClassWorld:
    """The cast and what stands around 5A."""

    cast: Cast
    class_id: int
    #: The class next door, in the same school.
    other_class_id: int
    #: Hugo's classmates.
    ines: Someone
    tom: Someone
    ines_guardian: Someone
    form_teacher: Someone
    cpe: Someone
    assistant: Someone
    aesh: Someone
    term: int
    second_term: int
    #: The school's list entries by their words.
    entries: dict[str, int]


def at_october(app: Flask) -> None:
    """Move the portal to a Monday of October 2026."""
    set_clock(db.session(), OCTOBER - clock.machine_now())
    db.session.commit()
    app.extensions["pulse"].forget()


def class_world(app: Flask) -> ClassWorld:
    """Insert the cast and 5A's people, lists and periods, in October 2026."""
    cast = people.cast(app)
    at_october(app)
    college = db.session.get_one(School, cast.college.id)
    school_class = db.session.get_one(SchoolClass, cast.college.classes[2026]["5A"])

    def someone(first: str, last: str, profile: Profile, door: str) -> tuple[Person, Someone]:
        person = builders.make_person(first, last)
        builders.affiliate(person, college, profile)
        login = builders.make_account(person).login
        return person, Someone(id=person.id, first_name=first, last_name=last, login=login, door=door)

    ines_row, ines = someone("Inès", "Blanc", Profile.STUDENT, "families")
    tom_row, tom = someone("Tom", "Noir", Profile.STUDENT, "families")
    guardian_row, ines_guardian = someone("Rose", "Blanc", Profile.GUARDIAN, "families")
    builders.guard(guardian_row, ines_row)
    form_row, form_teacher = someone("Fanny", "Principal", Profile.TEACHER, "school")
    cpe_row, cpe = someone("Carole", "Vie", Profile.STAFF, "school")
    assistant_row, assistant = someone("Antoine", "Aide", Profile.STAFF, "school")
    _aesh_row, aesh = someone("Sami", "Suivi", Profile.STAFF, "school")
    for row in (ines_row, tom_row):
        builders.enrol(row, school_class)
    builders.enrol(form_row, school_class, "head-teacher")
    builders.give_function(cpe_row, college, "EDU", "EDUCATION")
    builders.give_function(assistant_row, college, "AED", "ASSISTANT D’ÉDUCATION")
    entries = {}
    for which in ParameterList:
        for position, label in enumerate(DEFAULTS[which]):
            row = SchoolParameter(school_id=college.id, list=which, label=label, position=position)
            db.session.add(row)
            db.session.flush()
            entries.setdefault(label, row.id)
    terms = [
        Period(
            school_id=college.id, year_id=school_class.year_id, position=n, name=name, first_day=first, last_day=last
        )
        for n, name, first, last in (
            (1, "Premier trimestre", date(2026, 9, 1), date(2026, 12, 4)),
            (2, "Deuxième trimestre", date(2026, 12, 5), date(2027, 3, 12)),
        )
    ]
    db.session.add_all(terms)
    db.session.flush()
    made = ClassWorld(
        cast=cast,
        class_id=school_class.id,
        other_class_id=cast.college.classes[2026]["6A"],
        ines=ines,
        tom=tom,
        ines_guardian=ines_guardian,
        form_teacher=form_teacher,
        cpe=cpe,
        assistant=assistant,
        aesh=aesh,
        term=terms[0].id,
        second_term=terms[1].id,
        entries=entries,
    )
    db.session.commit()
    return made


def make_assessment(
    world: ClassWorld,
    marks: dict[int, int | None],
    *,
    title: str = "Fractions",
    subject: str = "Mathématiques",
    author: Someone | None = None,
    weight: int = 100,
    out_of: int = 2000,
    published: bool = True,
) -> Assessment:
    """An assessment of 5A in the first term; marks in hundredths by pupil."""
    made = Assessment(
        school_id=world.cast.college.id,
        year_id=world.cast.years[2026].id,
        class_id=world.class_id,
        period_id=world.term,
        author_id=(author or world.cast.teacher).id,
        subject=subject,
        title=title,
        held_on=date(2026, 10, 5),
        out_of=out_of,
        weight=weight,
        published_at=OCTOBER if published else None,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(Mark(assessment_id=made.id, student_id=student, value=value) for student, value in marks.items())
    db.session.flush()
    return made


def make_card(world: ClassWorld, student: Someone, *, words: str = "", published: bool = False) -> ReportCard:
    """A report card of the first term with one line."""
    card = ReportCard(
        school_id=world.cast.college.id,
        year_id=world.cast.years[2026].id,
        class_id=world.class_id,
        period_id=world.term,
        student_id=student.id,
        words=words,
        distinction="",
        published_at=OCTOBER if published else None,
    )
    db.session.add(card)
    db.session.flush()
    db.session.add(
        ReportLine(card_id=card.id, subject="Mathématiques", average=1200, class_average=1100, words="Bien.")
    )
    db.session.flush()
    return card


def make_review(world: ClassWorld, student: Someone, *, cycle: int = 4, published: bool = False) -> CycleReview:
    """An end-of-cycle review with one level."""
    review = CycleReview(
        school_id=world.cast.college.id,
        year_id=world.cast.years[2026].id,
        class_id=world.class_id,
        student_id=student.id,
        cycle=cycle,
        levels={"french": 3},
        words="Des progrès.",
        published_at=OCTOBER if published else None,
    )
    db.session.add(review)
    db.session.flush()
    return review


def make_council(world: ClassWorld, *, published: bool = False) -> ClassCouncil:
    """A council of the first term with a summary."""
    council = ClassCouncil(
        school_id=world.cast.college.id,
        year_id=world.cast.years[2026].id,
        class_id=world.class_id,
        period_id=world.term,
        held_at=OCTOBER,
        place="Salle 12",
        source="Une classe agréable.",
        body="<p>Une classe agréable.</p>",
        published_at=OCTOBER if published else None,
    )
    db.session.add(council)
    db.session.flush()
    return council


def make_measure(
    world: ClassWorld, student: Someone, kind: str = "punishment", *, author: Someone | None = None
) -> Measure:
    """A punishment or a sanction of a pupil of 5A."""
    label = "Retenue" if kind == "punishment" else "Blâme"
    measure = Measure(
        school_id=world.cast.college.id,
        year_id=world.cast.years[2026].id,
        class_id=world.class_id,
        student_id=student.id,
        kind=kind,
        type_id=world.entries[label],
        words=f"Motif de {label.lower()}",
        decided_on=date(2026, 10, 9),
        author_id=(author or world.cast.head).id,
        recorded_at=OCTOBER,
    )
    db.session.add(measure)
    db.session.flush()
    return measure


def make_project(world: ClassWorld) -> InterdisciplinaryProject:
    """An interdisciplinary project of 5A."""
    project = InterdisciplinaryProject(
        school_id=world.cast.college.id,
        year_id=world.cast.years[2026].id,
        class_id=world.class_id,
        title="L’eau",
        source="",
        body="",
        author_id=world.cast.teacher.id,
        first_day=date(2026, 10, 1),
        last_day=date(2026, 12, 18),
    )
    db.session.add(project)
    db.session.flush()
    return project


def make_letter(world: ClassWorld, source: str = "Bonjour {responsable}, {élève} est en {classe}.") -> Letter:
    """A letter to the families of 5A."""
    letter = Letter(
        school_id=world.cast.college.id,
        year_id=world.cast.years[2026].id,
        class_id=world.class_id,
        title="Réunion",
        source=source,
        author_id=world.form_teacher.id,
        written_at=OCTOBER,
    )
    db.session.add(letter)
    db.session.flush()
    return letter


def make_support(world: ClassWorld, student: Someone, adult: Someone) -> SupportLink:
    """An adult who follows a pupil."""
    link = SupportLink(
        school_id=world.cast.college.id, student_id=student.id, adult_id=adult.id, kind="aesh", made_at=MADE
    )
    db.session.add(link)
    db.session.flush()
    return link
