"""Reading the directory: what the gate needs of a visitor (GATE-13, GATE-15, KIN-1, KIN-3), and searches."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.directory import queries
from app.directory.models import Guardianship, School
from app.errors import NotFound, NotSetUp, UnknownSchool
from app.profiles import FAMILIES, Place, Profile, Role
from tests import builders
from tests.people import Cast, cast

SCHOOL_DOOR = frozenset({Profile.TEACHER, Profile.STAFF})


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def test_before_setup_the_project_says_that_it_is_not_set_up(app: Flask) -> None:
    with pytest.raises(NotSetUp):
        queries.project()
    with pytest.raises(NotSetUp):
        queries.rollover_year()


def test_the_years_are_found_by_the_civil_year_in_which_they_begin(people: Cast) -> None:
    assert set(queries.years()) == {2025, 2026}
    assert queries.rollover_year().id == people.years[2026].id


def test_a_school_is_found_by_its_uai_and_a_service_is_not(people: Cast) -> None:
    assert queries.school_by_uai("9990002b ").id == people.college.id
    db.session.get_one(School, people.college.id).in_service = False
    with pytest.raises(UnknownSchool):
        queries.school_by_uai(people.college.uai)
    assert [school.id for school in queries.schools()] == [people.primary.id]
    assert {school.id for school in queries.schools(in_service=False)} == {people.primary.id, people.college.id}


@pytest.mark.parametrize("text", ["jules ferry", "JULES-F", "école", "ferry valm", "9990001", "9990001A"])
def test_a_school_is_found_without_accents_by_words_or_uai(people: Cast, text: str) -> None:
    assert [school.id for school in queries.search_schools(text)] == [people.primary.id]


def test_searching_schools_takes_percent_signs_for_what_they_are(people: Cast) -> None:
    assert len(queries.search_schools("%")) == 2  # no word at all: every school
    assert queries.search_schools("ferry%zola") == []


def test_a_class_is_found_by_its_exact_code_in_its_year(people: Cast) -> None:
    found = queries.class_by_code(people.college.id, people.years[2026].id, "6A")
    assert found.id == people.college.classes[2026]["6A"]
    with pytest.raises(NotFound, match="6a"):
        queries.class_by_code(people.college.id, people.years[2026].id, "6a")


def test_a_guardian_stands_in_each_childs_class_of_the_new_year(people: Cast) -> None:
    places, roles = queries.visitor_facts(people.guardian.id, FAMILIES)
    college, primary = people.college, people.primary
    assert set(places) == {
        Place(school_id=college.id, profile=Profile.GUARDIAN, level="5e", class_id=college.classes[2026]["5A"]),
        Place(school_id=primary.id, profile=Profile.GUARDIAN, level="CM2", class_id=primary.classes[2026]["CM2"]),
    }
    assert roles == frozenset()


def test_a_pupil_fed_in_two_schools_has_the_class_of_each(people: Cast) -> None:
    places, _ = queries.visitor_facts(people.mover.id, FAMILIES)
    assert {(place.school_id, place.level) for place in places} == {
        (people.primary.id, "CM2"),
        (people.college.id, "6e"),
    }


def test_the_door_used_decides_which_places_count(people: Cast) -> None:
    at_school, _ = queries.visitor_facts(people.teacher_and_parent.id, SCHOOL_DOOR)
    at_home, _ = queries.visitor_facts(people.teacher_and_parent.id, FAMILIES)
    assert [place.profile for place in at_school] == [Profile.TEACHER]
    assert [place.profile for place in at_home] == [Profile.GUARDIAN]


def test_a_cut_link_and_a_mere_contact_give_no_place(people: Cast) -> None:
    assert queries.visitor_facts(people.contact.id, FAMILIES)[0] == ()
    for link in db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == people.guardian.id)):
        link.cut_at = datetime(2026, 6, 2, tzinfo=UTC)
    assert queries.visitor_facts(people.guardian.id, FAMILIES)[0] == ()
    assert queries.children_of(people.guardian.id) == []
    assert len(queries.children_of(people.other_guardian.id)) == 2


def test_roles_come_with_their_school(people: Cast) -> None:
    assert queries.visitor_facts(people.operator.id, frozenset())[1] == {(Role.OPERATOR, None)}
    assert queries.visitor_facts(people.head.id, SCHOOL_DOOR)[1] == {(Role.HEAD, people.college.id)}
    assert [person.id for person in queries.holders(Role.HEAD, people.primary.id)] == [people.primary_head.id]


def test_the_facts_of_a_visitor_cost_a_fixed_number_of_queries(people: Cast, count_queries) -> None:  # type: ignore[no-untyped-def]
    alice = queries.person_by_id(people.guardian.id)
    school = db.session.get_one(School, people.college.id)
    for number in range(8):
        child = builders.make_person(f"Enfant{number}", "Moreau")
        builders.affiliate(child, school, Profile.STUDENT)
        builders.guard(alice, child)
    with count_queries() as queries_sent:
        places, _ = queries.visitor_facts(alice.id, FAMILIES)
    assert len(places) >= 3
    assert len(queries_sent) == 4


def test_people_are_found_by_the_words_of_their_name_in_the_schools_one_may_see(people: Cast) -> None:
    found = queries.search_people({people.primary.id}, "moreau chlo")
    assert [person.id for person in found] == [people.pupil.id]
    assert queries.search_people({people.primary.id}, "hugo") == []
    everywhere = [person.first_name for person in queries.search_people(None, "MORÉAU")]
    assert everywhere == ["Alice", "Bruno", "Chloé", "Colette", "Hugo"]
    assert queries.search_people(None, "%") == []
    assert queries.search_people(set(), "") == []


def test_people_come_in_pages_without_gap_or_repetition(people: Cast) -> None:
    whole = [person.id for person in queries.search_people({people.college.id}, "", 100)]
    paged: list[int] = []
    after = None
    while page := queries.search_people({people.college.id}, "", 3, after=after):
        paged += [person.id for person in page]
        after = (page[-1].search_name, page[-1].id)
    assert paged == whole
    students = queries.search_people({people.college.id}, "", profile=Profile.STUDENT)
    assert len(students) == queries.people_count(people.college.id)[Profile.STUDENT] == 3
