"""People of a school, new codes (ACCT-4) and roles on screens, through HTTP only."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Account
from app.accounts.people.queries import PAGE
from app.audit.models import AuditLine
from app.db import db
from app.directory.models import Person, RoleGrant, School
from app.profiles import Profile, Role
from app.pulse import DIRECTORY, bump
from tests import builders
from tests.conftest import StatementCount
from tests.people import Cast, Someone, cast
from tests.signing import send, sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def at(people: Cast, rest: str = "", *, school: str = "college") -> str:
    return f"/administration/ecole/{getattr(people, school).uai}/personnes{rest}"


def line(action: str, person: Someone) -> AuditLine | None:
    return db.session.scalar(select(AuditLine).where(AuditLine.action == action, AuditLine.subject_id == person.id))


# The list --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["operator", "owner", "head", "school_admin"])
def test_those_who_answer_for_a_school_see_its_people(people: Cast, client: FlaskClient, who: str) -> None:
    sign_in(client, getattr(people, who))
    page = client.get(at(people)).text
    assert people.student.name in page
    assert people.teacher.name in page
    assert people.pupil.name not in page, "Chloé is in the other school"
    assert people.contact.name not in page, "a contact has no profile"


@pytest.mark.parametrize("who", ["teacher", "staff", "student", "guardian", "authority", "guest", "primary_head"])
def test_nobody_else_does(people: Cast, client: FlaskClient, who: str) -> None:
    sign_in(client, getattr(people, who))
    for rest in ("", f"/{people.student.id}", f"/{people.student.id}/code"):
        assert client.get(at(people, rest)).status_code == 404


@pytest.mark.both_databases
def test_search_and_filter(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    assert people.student.name in client.get(at(people, "?q=hugo+mor")).text
    found = client.get(at(people, "?q=moreau&profil=guardian")).text
    assert people.guardian.name in found
    assert f"personnes/{people.student.id}" not in found
    assert "Personne ne correspond" in client.get(at(people, "?q=xyz")).text
    assert client.get(at(people, "?q=%25&profil=nothing&numero=x")).status_code == 200


def test_htmx_gets_the_list_alone(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    block = client.get(at(people, "?q=hugo"), headers={"HX-Request": "true"}).text
    assert people.student.name in block
    assert "<html" not in block


@pytest.mark.both_databases
def test_pages_follow_each_other_at_a_fixed_price(people: Cast, client: FlaskClient, app: Flask) -> None:
    school = db.session.get_one(School, people.college.id)
    for number in range(PAGE + 5):
        person = builders.make_person(f"Zoé{number:03d}", "Zimmer")
        builders.affiliate(person, school, Profile.STUDENT)
        builders.make_account(person, f"z.zimmer{number}")
    db.session.commit()
    sign_in(client, people.head)
    client.get(at(people, "?q=zimmer"))
    with StatementCount(db.engine) as many:
        first = client.get(at(people, "?q=zimmer"))
    with StatementCount(db.engine) as few:
        client.get(at(people, "?q=hugo"))
    count = [len([s for s in found if "FROM revision" not in " ".join(s.split())]) for found in (many, few)]
    assert count[0] == count[1] == 5, many
    assert "Zoé039" in first.text
    assert "Zoé040" not in first.text
    following = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    assert "Zoé040" in second
    assert "Zoé039" not in second


def test_somebodys_page_shows_this_school_only(people: Cast, client: FlaskClient) -> None:
    """G11: Léa is in both schools; each sees its own. KIN-2: no address, phone or mail of anybody."""
    sign_in(client, people.primary_head)
    page = client.get(at(people, f"/{people.mover.id}", school="primary"))
    assert page.status_code == 200
    assert "CM2" in page.text
    assert "6A" not in page.text.split("<main")[1].split("csrf_token")[0]
    assert client.get(at(people, f"/{people.student.id}", school="primary")).status_code == 404
    sign_in(client, people.head)
    pupil = client.get(at(people, f"/{people.student.id}")).text
    assert people.guardian.name in pupil
    assert people.contact.name in pupil
    assert people.guardian.email not in pupil


# New codes -------------------------------------------------------------------------------------------------------------


def code_in(html: str) -> str:
    return html.split('<span class="code">')[1].split("<")[0]


def test_a_head_gives_a_pupil_a_code_which_is_shown_once(people: Cast, client: FlaskClient, app: Flask) -> None:
    sign_in(client, people.head)
    way = at(people, f"/{people.student.id}/code")
    assert "ne vaudra plus rien" in client.get(way).text
    shown = send(client, way)
    code = code_in(shown.text)
    assert shown.headers["Cache-Control"] == "no-store"
    assert code not in client.get(at(people, f"/{people.student.id}")).text
    pupil = app.test_client()
    fields = {"login": people.student.login, "password": code}
    assert send(pupil, "/connexion/families", fields).status_code == 303
    found = line("account.code-issued", people.student)
    assert found is not None
    assert found.actor_id == people.head.id


@pytest.mark.parametrize("who", ["guardian", "authority", "head"])
def test_a_head_gives_no_code_to_others_nor_to_themselves(people: Cast, client: FlaskClient, who: str) -> None:
    sign_in(client, people.head)
    person: Someone = getattr(people, who)
    way = at(people, f"/{person.id}/code")
    assert client.get(way).status_code == 403
    assert send(client, way, page="/compte").status_code == 403
    assert db.session.get_one(Account, person.id).password_hash is not None
    assert line("account.code-issued", person) is None


def test_an_administrator_does_not_take_over_an_operator(people: Cast, client: FlaskClient, app: Flask) -> None:
    builders.grant(db.session.get_one(Person, people.staff.id), Role.OPERATOR)
    bump(db.session(), DIRECTORY)
    db.session.commit()
    sign_in(client, people.school_admin)
    assert send(client, at(people, f"/{people.staff.id}/code"), page="/compte").status_code == 403
    sign_in(client, people.operator)
    assert send(client, at(people, f"/{people.staff.id}/code")).status_code == 200


def test_a_teacher_gives_codes_to_the_pupils_of_their_classes_only(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    listed = client.get("/espace/eleves").text
    assert people.student.name in listed
    assert people.pupil.name not in listed
    assert code_in(send(client, f"/espace/eleves/{people.student.id}/code").text)
    for person in (people.pupil, people.guardian, people.staff, people.teacher):
        assert send(client, f"/espace/eleves/{person.id}/code", page="/compte").status_code == 404
    sign_in(client, people.teacher_and_parent)
    assert send(client, f"/espace/eleves/{people.other_student.id}/code", page="/compte").status_code == 404, (
        "his own son is in no class of his"
    )


def test_pupils_and_guardians_have_no_such_page(people: Cast, client: FlaskClient) -> None:
    for person in (people.student, people.guardian):
        sign_in(client, person)
        assert client.get("/espace/eleves").status_code == 404
        assert client.get(f"/espace/eleves/{people.student.id}/code").status_code == 404


# Roles -----------------------------------------------------------------------------------------------------------------


def roles_of(person: Someone) -> set[tuple[str, int | None]]:
    query = select(RoleGrant.role, RoleGrant.school_id).where(RoleGrant.person_id == person.id)
    return {(role, school_id) for role, school_id in db.session.execute(query)}


def school_roles(people: Cast) -> str:
    return f"/administration/ecole/{people.college.uai}/roles"


@pytest.mark.both_databases
def test_a_head_gives_and_takes_back_a_role_in_their_school(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    fields = {"login": people.staff.login, "role": "school-admin"}
    assert send(client, school_roles(people), fields).status_code == 303
    assert roles_of(people.staff) == {("school-admin", people.college.id)}
    assert people.staff.name in client.get(school_roles(people)).text
    way = f"{school_roles(people)}/{people.staff.id}/school-admin/retrait"
    assert send(client, way, {"word": "oui"}).status_code == 422
    assert send(client, way, {"word": "retirer"}).status_code == 303
    assert roles_of(people.staff) == set()
    granted, revoked = line("role.granted", people.staff), line("role.revoked", people.staff)
    assert granted is not None
    assert revoked is not None
    assert granted.actor_id == revoked.actor_id == people.head.id


def test_no_role_beyond_ones_own(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    for fields in (
        {"login": people.staff.login, "role": "operator"},
        {"login": people.staff.login, "role": "owner"},
        {"login": people.head.login, "role": "school-admin"},
        {"login": people.student.login, "role": "school-admin"},
        {"login": people.guardian.login, "role": "school-admin"},
        {"login": people.operator.login, "role": "school-admin"},
        {"login": "nobody", "role": "school-admin"},
    ):
        assert send(client, school_roles(people), fields).status_code == 422, fields
    before = db.session.scalar(select(func.count()).select_from(RoleGrant))
    assert before == 5, "the cast's own"
    foreign = f"/administration/ecole/{people.primary.uai}/roles"
    assert client.get(foreign).status_code == 404
    assert client.get("/administration/roles").status_code == 404


def test_only_operators_give_the_projects_roles(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.owner)
    assert client.get("/administration/roles").status_code == 404
    sign_in(client, people.operator)
    fields = {"login": people.staff.login, "role": "operator"}
    assert send(client, "/administration/roles", fields).status_code == 303
    assert ("operator", None) in roles_of(people.staff)
    fields = {"login": people.staff.login, "role": "head"}
    assert send(client, "/administration/roles", fields).status_code == 422


def test_the_last_operator_stays(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.operator)
    way = f"/administration/roles/{people.operator.id}/operator/retrait"
    answer = send(client, way, {"word": "RETIRER"})
    assert answer.status_code == 409
    assert "dernier exploitant" in answer.text
    assert roles_of(people.operator) == {("operator", None)}


def test_a_role_taken_back_is_gone_at_the_next_request(people: Cast, client: FlaskClient, app: Flask) -> None:
    admin = app.test_client()
    sign_in(admin, people.school_admin)
    assert admin.get(at(people)).status_code == 200
    sign_in(client, people.head)
    way = f"{school_roles(people)}/{people.school_admin.id}/school-admin/retrait"
    assert send(client, way, {"word": "RETIRER"}).status_code == 303
    assert admin.get(at(people)).status_code == 404
