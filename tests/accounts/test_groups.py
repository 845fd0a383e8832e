"""Free groups on screens: who makes, sees, changes and keeps them (PORTAL-7, S3-2 to S3-4, DATA-3, KIN-2)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.audit.models import AuditLine
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.groups.queries import groups_ending
from app.directory.models import School
from app.directory.rollover import owned
from app.fates import Space
from app.profiles import Profile
from app.pulse import set_clock
from tests import builders
from tests.directory.rows import make_free_group, make_teaching_group
from tests.people import Cast, cast
from tests.signing import send, sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def free_group(*args: Any, **how: Any) -> FreeGroup:
    """A group, committed: requests have transactions of their own."""
    group = make_free_group(*args, **how)
    db.session.commit()
    return group


def inside(group_id: int) -> dict[int, bool]:
    """Who is in the group, and whether they manage it."""
    query = select(FreeGroupMember.person_id, FreeGroupMember.manager).where(FreeGroupMember.group_id == group_id)
    return dict(db.session.execute(query).all())


def made_by(people: Cast, client: FlaskClient, **fields: str) -> FreeGroup:
    given = {"name": "Club théâtre", "words": "", "lifetime": "year", "school": str(people.college.id), **fields}
    assert send(client, "/groupes/nouveau", given).status_code == 303
    return db.session.scalars(select(FreeGroup).order_by(FreeGroup.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.both_databases
def test_a_teacher_makes_a_group_fills_it_and_keeps_it(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    group = made_by(people, client)
    add = f"/groupes/{group.id}/ajouter"
    assert people.student.name in client.get(f"{add}?q=hugo").text
    assert people.pupil.name not in client.get(f"{add}?q=moreau").text, "Chloé is in the other school"
    fields = {"people": [str(people.student.id), str(people.pupil.id), "x"]}
    assert send(client, add, fields).status_code == 303
    assert inside(group.id) == {people.teacher.id: True, people.student.id: False}
    keep = f"/groupes/{group.id}/garder"
    assert "après l’année scolaire" in client.get(keep).text
    assert db.session.get_one(FreeGroup, group.id).lifetime == "year", "looking changes nothing"
    assert send(client, keep).status_code == 303
    assert db.session.get_one(FreeGroup, group.id).lifetime == "unlimited"
    assert "déjà sans limite" in client.get(keep).text
    line = db.session.scalar(select(AuditLine).where(AuditLine.action == "group.lifetime-changed"))
    assert line is not None
    assert (line.actor_id, line.subject_id, line.school_id) == (people.teacher.id, group.id, people.college.id)


@pytest.mark.both_databases
def test_a_whole_class_is_added_at_once(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    group = made_by(people, client)
    number = people.college.classes[2025]["6A"]
    assert send(client, f"/groupes/{group.id}/ajouter", {"class_id": str(number)}).status_code == 303
    assert people.student.id in inside(group.id)
    foreign = people.primary.classes[2025]["CM1"]
    assert send(client, f"/groupes/{group.id}/ajouter", {"class_id": str(foreign)}).status_code == 404
    assert people.pupil.id not in inside(group.id)


@pytest.mark.parametrize("who", ["student", "guardian", "authority", "guest"])
def test_families_and_guests_make_none(people: Cast, client: FlaskClient, who: str) -> None:
    group = free_group(people.college.id, managers=(people.teacher.id,))
    sign_in(client, getattr(people, who))
    assert client.get("/groupes").status_code == 200
    assert client.get("/groupes/nouveau").status_code == 404
    assert client.get(f"/groupes/etablissement/{people.college.uai}").status_code == 404
    for rest in ("", "/garder", "/limiter", "/modifier", "/ajouter", "/supprimer"):
        assert client.get(f"/groupes/{group.id}{rest}").status_code == 404


def test_another_school_sees_nothing(people: Cast, client: FlaskClient) -> None:
    group = free_group(people.college.id, managers=(people.teacher.id,))
    sign_in(client, people.primary_head)
    for path in (f"/groupes/{group.id}", f"/groupes/etablissement/{people.college.uai}", f"/groupes/{group.id}/garder"):
        assert client.get(path).status_code == 404


def test_a_colleague_sees_a_group_and_does_not_change_it(people: Cast, client: FlaskClient) -> None:
    group = free_group(people.college.id, managers=(people.teacher.id,), members=(people.student.id,))
    sign_in(client, people.staff)
    assert people.student.name in client.get(f"/groupes/{group.id}").text
    assert client.get(f"/groupes/{group.id}/modifier").status_code == 404
    way = f"/groupes/{group.id}/membres/{people.student.id}/retrait"
    assert send(client, way, page="/compte").status_code == 404
    sign_in(client, people.school_admin)
    assert send(client, f"/groupes/{group.id}/limiter", page="/compte").status_code == 303


def test_no_guardian_reads_anothers_name_in_a_group(people: Cast, client: FlaskClient) -> None:
    """KIN-2: two guardians of one pupil are in the same group."""
    both = (people.guardian.id, people.other_guardian.id, people.student.id)
    group = free_group(people.college.id, managers=(people.teacher.id,), members=both)
    sign_in(client, people.guardian)
    page = client.get(f"/groupes/{group.id}").text
    assert people.other_guardian.first_name not in page
    assert people.teacher.name in page
    assert people.student.name in page, "her own child"
    assert "noms des autres familles" in page


def test_only_somebody_of_the_school_manages_and_one_manager_stays(people: Cast, client: FlaskClient) -> None:
    members = (people.student.id, people.staff.id)
    group = free_group(people.college.id, managers=(people.teacher.id,), members=members)
    sign_in(client, people.teacher)

    def manage(person_id: int, value: str) -> str:
        way = f"/groupes/{group.id}/membres/{person_id}/gestion"
        assert send(client, way, {"manages": value}, page=f"/groupes/{group.id}").status_code == 303
        return client.get("/groupes").text

    assert "Seul un enseignant" in manage(people.student.id, "1")
    assert "dernier gestionnaire" in manage(people.teacher.id, "0")
    manage(people.staff.id, "1")
    manage(people.teacher.id, "0")
    assert inside(group.id) == {people.teacher.id: False, people.student.id: False, people.staff.id: True}


def test_two_who_edit_the_same_group_the_second_is_told(people: Cast, client: FlaskClient) -> None:
    group = free_group(people.college.id, managers=(people.teacher.id,))
    sign_in(client, people.teacher)
    way = f"/groupes/{group.id}/modifier"
    assert send(client, way, {"name": "Théâtre", "version": "1"}).status_code == 303
    late = send(client, way, {"name": "Chorale", "version": "1"})
    assert late.status_code == 409
    assert "Chorale" in late.text
    assert db.session.get_one(FreeGroup, group.id).name == "Théâtre"


@pytest.mark.both_databases
def test_a_group_goes_by_a_typed_word(people: Cast, client: FlaskClient) -> None:
    group = free_group(people.college.id, managers=(people.teacher.id,), members=(people.student.id,))
    sign_in(client, people.teacher)
    number = group.id
    way = f"/groupes/{number}/supprimer"
    assert send(client, way, {"word": "oui"}).status_code == 422
    assert send(client, way, {"word": "supprimer"}).status_code == 303
    assert db.session.scalar(select(FreeGroup.id).where(FreeGroup.id == number)) is None
    assert inside(number) == {}


def test_whoever_comes_in_by_the_families_door_manages_nothing(people: Cast, client: FlaskClient) -> None:
    """GATE-15."""
    group = free_group(people.college.id, managers=(people.teacher_and_parent.id,))
    sign_in(client, people.teacher_and_parent, door="families")
    assert client.get(f"/groupes/{group.id}/garder").status_code == 404
    sign_in(client, people.teacher_and_parent)
    assert client.get(f"/groupes/{group.id}/garder").status_code == 200


def test_what_ends_with_the_year_is_counted_and_listed(people: Cast) -> None:
    """DATA-3, S3-4."""
    free_group(people.college.id, "A", managers=(people.teacher.id,))
    free_group(people.college.id, "B", lifetime="unlimited", managers=(people.teacher.id,))
    free_group(people.college.id, "C", managers=(people.staff.id,), members=(people.teacher.id,))
    assert [line.name for line in groups_ending(people.teacher.id)] == ["A"]
    counted = owned(people.teacher.id, clock.portal_now())
    assert counted == {("group-year", Space.NONE): 1, ("group-unlimited", Space.NONE): 1}


def test_fed_groups_of_the_coming_year_are_told_on_their_day(people: Cast, client: FlaskClient) -> None:
    """GATE-13."""
    set_clock(db.session(), datetime(2026, 6, 15, 9, tzinfo=UTC) - clock.machine_now())
    make_teaching_group(people.college.id, people.years[2025].id, "Latin", people.student.id)
    make_teaching_group(people.college.id, people.years[2026].id, "Grec", people.student.id)
    db.session.commit()
    sign_in(client, people.student)
    page = client.get("/groupes").text
    assert "Latin" in page
    assert "Grec" not in page


def test_a_groups_page_costs_the_same_whatever_its_size(
    people: Cast, client: FlaskClient, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    few = free_group(people.college.id, "Petit", managers=(people.teacher.id,))
    many = free_group(people.college.id, "Grand", managers=(people.teacher.id,))
    school = db.session.get_one(School, people.college.id)
    for number in range(60):
        person = builders.make_person(f"Zoé{number:03d}", "Zimmer")
        builders.affiliate(person, school, Profile.STUDENT)
        db.session.add(FreeGroupMember(group_id=many.id, person_id=person.id, since=builders.MADE))
    db.session.commit()
    sign_in(client, people.teacher)
    client.get(f"/groupes/{few.id}")
    counts = []
    for group in (few, many):
        with count_queries() as queries:
            page = client.get(f"/groupes/{group.id}").text
        counts.append(len([one for one in queries if "FROM revision" not in " ".join(one.split())]))
    assert counts[0] == counts[1]
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Zoé059" in client.get(following).text
