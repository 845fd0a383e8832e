"""Who can be tried in the demo: a few people with names of their own, put among the academy's, and where to find them. Plain.

The demo's academy is always the same: its seed, size and cast are written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.demo.academy import Academy, KnownMember, make_academy
from app.demo.families import FamilyMaker
from app.demo.people import ASCENDANT, FATHER, FOSTER, MOTHER, ONESELF, Adult, Family, Link, Pupil
from app.demo.schools import SchoolPlan
from app.words import N_

#: The demo's own academy: one primary school, one collège, one lycée.
SEED, SCHOOLS, PEOPLE = 2026, 3, 1500
PROJECT_NAME = "Académie de Valmont"
OPERATOR_LOGIN = "operator"


@dataclass(frozen=True, kw_only=True)
class CastMember:
    """Somebody to try: ``key`` is the feed's join key, or the key of a person made by hand (``by_hand``)."""

    number: int
    first_name: str
    last_name: str
    who: str
    door: str
    key: str
    by_hand: bool = False
    #: For people made by hand: role granted, and (school's kind, profile) held.
    role: str = ""
    place: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def demo_academy() -> Academy:
    """The demo's academy with its cast in it."""
    academy = make_academy(SEED, SCHOOLS, PEOPLE)
    primary, college, lycee = academy.schools
    academy.known_staff = {
        (primary.key, 0): KnownMember(title="M.", first_name="Denis", last_name="Roche"),
        (college.key, 0): KnownMember(title="Mme", first_name="Hélène", last_name="Vasseur"),
        (college.key, 1): KnownMember(title="M.", first_name="Adrien", last_name="Colin"),
        (college.key, 2): KnownMember(title="Mme", first_name="Aurélie", last_name="Picard"),
        (lycee.key, 0): KnownMember(title="M.", first_name="Étienne", last_name="Lemaître"),
        (college.key, _mathematician(academy, college)): KnownMember(
            title="M.", first_name="Marc", last_name="Delaunay", also=lycee
        ),
    }
    academy.first_families = _families
    return academy


def _mathematician(academy: Academy, college: SchoolPlan) -> int:
    return next(
        index
        for index, (_code, _label, discipline) in enumerate(academy.posts[college.key])
        if discipline is not None and discipline.subject == "061300"
    )


def cast(academy: Academy) -> tuple[CastMember, ...]:
    """The cast, in the order in which the bar shows it."""
    primary, college, _lycee = academy.schools
    posts = [(plan.key, index) for plan in academy.schools for index in range(len(academy.posts[plan.key]))]

    def post(plan: SchoolPlan, index: int) -> str:
        return str(3_000_001 + posts.index((plan.key, index)))

    families, school = "families", "school"
    mathematician = post(college, _mathematician(academy, college))
    rows = (
        ("Nadia", "Benali", N_("mère d’Inès (collège) et de Yanis (école)"), families, "2000001"),
        ("Karim", "Haddad", N_("leur père, qui habite ailleurs"), families, "2000002"),
        ("Inès", "Haddad", N_("élève de 6e au collège"), families, "1000001"),
        ("Monique", "Perrin", N_("famille d’accueil d’Enzo, en charge de lui"), families, "2000005"),
        ("Théo", "Garnier", N_("élève majeur, responsable de lui-même"), families, "1000009"),
        ("Marc", "Delaunay", N_("enseigne les mathématiques au collège et au lycée"), school, mathematician),
        ("Denis", "Roche", N_("directeur de l’école, qui enseigne aussi"), school, post(primary, 0)),
        ("Aurélie", "Picard", N_("conseillère principale d’éducation du collège"), school, post(college, 2)),
        ("Hélène", "Vasseur", N_("principale du collège"), school, post(college, 0)),
        ("Adrien", "Colin", N_("administrateur du portail au collège"), school, post(college, 1)),
    )  # fmt: skip
    fed = [
        CastMember(number=number, first_name=first, last_name=last, who=who, door=door, key=key)
        for number, (first, last, who, door, key) in enumerate(rows, 1)
    ]
    by_hand = (
        ("Patrick", "Lemoine", N_("chargé des collèges au département"), "authority", "demo:authority", "", ("college", "authority")),
        ("Solène", "Hamon", N_("intervenante invitée au collège"), "guest", "demo:guest", "", ("college", "guest")),
        ("Olivier", "Renaud", N_("porteur du projet à l’académie"), "guest", "demo:owner", "owner", None),
        ("Odile", "Ferrand", N_("exploitante du portail"), "guest", f"operator:{OPERATOR_LOGIN}", "operator", None),
    )  # fmt: skip
    made = [
        CastMember(
            number=number,
            first_name=first,
            last_name=last,
            who=who,
            door=door,
            key=key,
            by_hand=True,
            role=role,
            place=place,
        )
        for number, (first, last, who, door, key, role, place) in enumerate(by_hand, len(fed) + 1)
    ]
    return (*fed, *made)


#: School-level roles of people who come from the feed: (number in the cast, role, school's kind).
GRANTED = ((10, "school-admin", "college"),)


def _families(maker: FamilyMaker) -> Iterator[Family]:
    """The families of the cast, with everything that a directory finds hard: they are seated before all others."""
    # Separated parents, two addresses, children in two schools.
    hers, his = maker.address(), maker.address()
    nadia, karim = _woman(maker, "Nadia", "Benali", hers), _man(maker, "Karim", "Haddad", his)
    both = [(nadia, MOTHER, "1"), (karim, FATHER, "1")]
    ines = _child(maker, 11, "Inès", "Haddad", "Mme", both, hers)
    yield Family([nadia, karim], [ines, _child(maker, 9, "Yanis", "Haddad", "M.", both, hers)])
    # One child in each school of the sector, and a grandmother who is only a contact.
    home = maker.address()
    sophie, julien = _woman(maker, "Sophie", "Lefèvre", home), _man(maker, "Julien", "Lefèvre", home)
    couple = [(sophie, MOTHER, "1"), (julien, FATHER, "1")]
    lucie = _child(maker, 6, "Lucie", "Lefèvre", "Mme", couple, home)
    tom = _child(maker, 14, "Tom", "Lefèvre", "M.", couple, home)
    jeanne = _child(maker, 16, "Jeanne", "Lefèvre", "Mme", couple, home)
    yield Family([sophie, julien], [lucie, tom, jeanne])
    # A foster family: the person in charge and, elsewhere, the mother.
    home = maker.address()
    monique, sandra = _woman(maker, "Monique", "Perrin", home), _woman(maker, "Sandra", "Da Silva", maker.address())
    enzo = _child(maker, 12, "Enzo", "Da Silva", "M.", [(monique, FOSTER, "2"), (sandra, MOTHER, "1")], home)
    yield Family([monique, sandra], [enzo])
    # Namesakes: two girls and their two mothers; one has a grandmother to call.
    for age in (11, 12):
        home = maker.address()
        mother = _woman(maker, "Nathalie", "Martin", home)
        links = [(mother, MOTHER, "1")]
        adults = [mother]
        if age == 11:
            adults.append(_woman(maker, "Colette", "Girard", maker.address()))
            links.append((adults[1], ASCENDANT, "0"))
        yield Family(adults, [_child(maker, age, "Léa", "Martin", "Mme", links, home)])
    # A pupil of age who stands for himself.
    home = maker.address()
    theo = _child(maker, 17, "Théo", "Garnier", "M.", [], home)
    theo.links.append(Link(theo.key, ONESELF, "1", "1"))
    theo.birth = "14/03/2008"
    yield Family([], [theo])


def _woman(maker: FamilyMaker, first: str, last: str, home: tuple[str, str, str]) -> Adult:
    return maker.adult("Mme", last, first, home)


def _man(maker: FamilyMaker, first: str, last: str, home: tuple[str, str, str]) -> Adult:
    return maker.adult("M.", last, first, home)


def _child(
    maker: FamilyMaker,
    age: int,
    first: str,
    last: str,
    title: str,
    adults: list[tuple[Adult, str, str]],
    home: tuple[str, str, str],
) -> Pupil:
    place = maker.seat(age)
    if place is None:
        raise ValueError(f"no school of the demo teaches children of {age}")
    links = [
        Link(adult.key, code, legal, "1" if index == 0 else "0") for index, (adult, code, legal) in enumerate(adults)
    ]
    pupil = maker.pupil(place, last, links, home, first, title)
    pupil.birth = pupil.birth[:6] + str(2025 - age)
    return pupil
