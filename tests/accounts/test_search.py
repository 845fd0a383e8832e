"""Whom somebody finds in the directory, and what a card tells (PORTAL-6, KIN-2, KIN-4, ACCT-8, GATE-13, GATE-15)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.accounts.search.queries import PAGE, search_everywhere
from app.accounts.search.sight import Pupils, after_prefix, sight_in
from app.db import db
from app.directory.models import Person, School, SchoolClass
from app.profiles import Place, Profile, Visitor
from app.pulse import set_clock
from tests import builders
from tests.conftest import StatementCount
from tests.people import Cast, Someone, cast
from tests.signing import sign_in

JUNE, SEPTEMBER = datetime(2026, 6, 15, 9, tzinfo=UTC), datetime(2026, 9, 7, 9, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_clock(db.session(), JUNE - clock.machine_now())
    db.session.commit()
    return made


#: Who opens whose card, in June of year N. Everybody opens their own.
CARDS = {
    "student": {"head", "school_admin", "teacher", "staff", "teacher_and_parent"},
    "guardian": {
        "head", "school_admin", "teacher", "staff", "teacher_and_parent", "primary_head", "student", "pupil",
    },
    "movers_guardian": {
        "head", "school_admin", "teacher", "staff", "teacher_and_parent", "primary_head", "mover",
    },
    "teacher": {
        "head", "school_admin", "staff", "teacher_and_parent", "student", "guardian", "other_guardian",
        "movers_guardian", "authority", "guest", "mover", "other_student",
    },
    "guest": {"head", "school_admin", "teacher", "staff", "teacher_and_parent"},
    "primary_head": {
        "pupil", "mover", "guardian", "other_guardian", "movers_guardian", "head", "school_admin", "teacher", "staff",
        "teacher_and_parent",
    },
}  # fmt: skip
EVERYBODY = (
    "head", "school_admin", "primary_head", "teacher", "staff", "teacher_and_parent", "student", "pupil", "mover",
    "other_student", "guardian", "other_guardian", "movers_guardian", "contact", "authority", "guest", "operator",
)  # fmt: skip


@pytest.mark.postgresql_for("guardian", "teacher")
@pytest.mark.parametrize("who", CARDS)
def test_the_matrix_of_cards(people: Cast, client: FlaskClient, who: str) -> None:
    """KIN-2: no guardian opens another's card; KIN-4: no school reads another's families."""
    sign_in(client, getattr(people, who))
    opened = {whom for whom in EVERYBODY if client.get(f"/annuaire/{getattr(people, whom).id}").status_code == 200}
    assert opened - {who} == CARDS[who]
    found = client.get("/annuaire?q=moreau").text
    for whom in ("guardian", "other_guardian", "student", "pupil"):
        somebody: Someone = getattr(people, whom)
        if whom not in CARDS[who] and whom != who and somebody.name not in getattr(people, who).name:
            assert somebody.name not in found


@pytest.mark.both_databases
def test_a_classmate_is_found_in_ones_own_class_only(people: Cast, client: FlaskClient) -> None:
    school = db.session.get_one(School, people.college.id)
    mate, other = builders.make_person("Inès", "Moreau"), builders.make_person("Yanis", "Moreau")
    for person, code in ((mate, "6A"), (other, "5A")):
        builders.affiliate(person, school, Profile.STUDENT)
        builders.enrol(person, db.session.get_one(SchoolClass, people.college.classes[2025][code]))
    db.session.commit()
    sign_in(client, people.student)
    page = client.get("/annuaire?q=moreau").text
    assert "Inès Moreau" in page
    assert "Yanis Moreau" not in page
    assert people.guardian.name not in page
    assert client.get(f"/annuaire/{other.id}").status_code == 404


def test_next_years_class_stands_on_no_card_before_its_day(people: Cast, client: FlaskClient, app: Flask) -> None:
    """GATE-13: those who work there prepare the year, families learn it on the first day."""
    sign_in(client, people.teacher)
    assert "5A" in client.get(f"/annuaire/{people.student.id}").text
    sign_in(client, people.student)
    page = client.get(f"/annuaire/{people.student.id}").text.split("<main")[1]
    assert "6A" in page
    assert ">5A" not in page
    set_clock(db.session(), SEPTEMBER - clock.machine_now())
    db.session.commit()
    app.extensions["pulse"].forget()
    assert "5A" in client.get(f"/annuaire/{people.student.id}").text


def test_a_card_names_the_source_to_those_who_keep_the_directory_only(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    page = client.get(f"/annuaire/{people.teacher.id}").text
    assert "compte fait à la main" in page
    assert people.teacher.login in page
    assert people.teacher.email not in page
    sign_in(client, people.student)
    page = client.get(f"/annuaire/{people.teacher.id}").text
    assert "compte fait à la main" not in page
    assert people.teacher.login not in page


def test_who_is_also_a_parent_is_shown_as_who_they_are_at_work(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.guardian)
    page = client.get(f"/annuaire/{people.teacher_and_parent.id}").text
    assert "Enseignant" in page
    assert "Responsable" not in page


def test_the_dead_are_found_by_those_only_who_keep_the_directory(people: Cast, client: FlaskClient) -> None:
    """ACCT-8."""
    db.session.get_one(Person, people.staff.id).died_on = date(2026, 5, 2)
    db.session.commit()
    sign_in(client, people.teacher)
    assert people.staff.name not in client.get("/annuaire?q=leroux").text
    sign_in(client, people.head)
    assert people.staff.name in client.get("/annuaire?q=leroux").text


@pytest.mark.both_databases
def test_the_advanced_search_finds_other_schools_staff_and_no_family_of_theirs(
    people: Cast, client: FlaskClient
) -> None:
    """KIN-4."""
    sign_in(client, people.head)
    assert people.primary_head.name in client.get("/annuaire/avancee?q=roche").text
    found = client.get("/annuaire/avancee?q=moreau").text
    assert people.student.name in found
    assert people.pupil.name not in found
    by_school = client.get(f"/annuaire/avancee?etablissement={people.primary.uai}").text
    assert people.primary_head.name in by_school
    assert people.pupil.name not in by_school
    assert people.head.name in client.get("/annuaire/avancee?q=garnier&fonction=DIR").text
    assert people.teacher.name not in client.get("/annuaire/avancee?q=marchand&fonction=DIR").text
    assert people.student.name in client.get("/annuaire/avancee?q=moreau&classe=6A").text
    assert "Écrivez un nom" in client.get("/annuaire/avancee?profil=guardian").text
    sign_in(client, people.operator)
    assert people.pupil.name in client.get("/annuaire/avancee?q=moreau").text
    for who in (people.teacher, people.guardian, people.student):
        sign_in(client, who)
        assert client.get("/annuaire/avancee").status_code == 404
        assert client.get("/annuaire/technique").status_code == 404


@pytest.mark.both_databases
def test_the_technical_search_stays_within_ones_own_schools(people: Cast, client: FlaskClient) -> None:
    db.session.get_one(Person, people.pupil.id).ine = "120000001AB"
    db.session.get_one(Person, people.student.id).ine = "120000002CD"
    db.session.commit()
    sign_in(client, people.head)
    assert people.student.name in client.get("/annuaire/technique?cle=120000002cd").text
    assert people.pupil.name not in client.get("/annuaire/technique?cle=120000001AB").text
    assert people.student.name in client.get(f"/annuaire/technique?cle={people.student.id}").text
    assert people.student.name in client.get(f"/annuaire/technique?cle={people.student.login}").text
    sign_in(client, people.operator)
    assert people.pupil.name in client.get("/annuaire/technique?cle=120000001AB").text


def test_htmx_gets_the_list_alone(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    for path in ("/annuaire?q=hugo",):
        block = client.get(path, headers={"HX-Request": "true"}).text
        assert people.student.name in block
        assert "<html" not in block


def _crowd(people: Cast, number: int) -> None:
    school = db.session.get_one(School, people.college.id)
    for index in range(number):
        person = builders.make_person(f"Zoé{index:03d}", "Zimmer")
        builders.affiliate(person, school, Profile.STAFF)
        builders.give_function(person, school, "ENS", "ENSEIGNEMENT")
    db.session.commit()


@pytest.mark.both_databases
def test_a_page_costs_the_same_whatever_it_finds_and_leads_on(people: Cast, client: FlaskClient) -> None:
    _crowd(people, PAGE + 5)
    sign_in(client, people.head)
    for path in ("/annuaire", "/annuaire/avancee"):
        client.get(f"{path}?q=garnier")
        counts = []
        for name in ("garnier", "zimmer"):
            with StatementCount(db.engine) as sent:
                page = client.get(f"{path}?q={name}").text
            counts.append(len([one for one in sent if "FROM revision" not in " ".join(one.split())]))
            assert not [one for one in sent if "count(" in one.lower()]
        assert counts[0] == counts[1]
        following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = client.get(following).text
        assert f"Zoé{PAGE:03d}" in second
        assert "Zoé000" not in second


@pytest.mark.both_databases
def test_the_advanced_search_looks_names_up_in_the_index(
    people: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """A directory of a million people: the beginning of a name is a range of the index, never a walk through the table."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(db.text("SET LOCAL enable_seqscan = off"))
    with StatementCount(db.engine) as sent:
        search_everywhere(None, "moreau hugo")
    query = next(one for one in sent if "FROM person" in one)
    assert "search_name >=" in query
    if db.engine.dialect.name == "sqlite":
        plan = db.session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM person WHERE (search_name >= 'moreau' AND search_name < 'moreav' "
            "OR search_name >= 'hugo' AND search_name < 'hugp') AND search_name LIKE 'moreau%' ORDER BY search_name, id"
        )
    else:
        plan = db.session.connection().exec_driver_sql(
            "EXPLAIN SELECT id FROM person WHERE (search_name >= 'moreau' AND search_name < 'moreav' "
            "OR search_name >= 'hugo' AND search_name < 'hugp') ORDER BY search_name, id"
        )
    assert "ix_person_search_name" in " ".join(str(row) for row in plan)


def test_a_prefix_ends_where_the_next_one_begins() -> None:
    assert (after_prefix("dupont"), after_prefix("diaz"), after_prefix("zz")) == ("duponu", "dib", "zzzzzzzzzz")
    assert after_prefix("dupont") > "dupont zz" > "dupont"


def test_what_each_profile_may_find_in_a_school() -> None:
    def seen(*profiles: Profile) -> tuple[frozenset[Profile], Pupils] | None:
        places = tuple(Place(school_id=1, profile=profile) for profile in profiles)
        sight = sight_in(Visitor(person_id=9, places=places), 1)
        return (sight.profiles, sight.pupils) if sight else None

    working = frozenset({Profile.TEACHER, Profile.STAFF})
    assert seen() is None
    assert seen(Profile.GUARDIAN) == seen(Profile.GUEST) == seen(Profile.AUTHORITY) == (working, Pupils.NONE)
    assert seen(Profile.STUDENT) == seen(Profile.STUDENT, Profile.GUARDIAN) == (working, Pupils.OWN_CLASS)
    assert seen(Profile.TEACHER) == (frozenset(Profile) - {Profile.STUDENT}, Pupils.KNOWN_CLASSES)
