"""What a session is and when it is over; plain facts first, then through HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import clock
from app.accounts import sessions
from app.accounts.models import Account, SignInSession
from app.audit.actions import COMMAND
from app.db import db
from app.directory.actions import end_sessions_of_person, end_sessions_of_profile, grant_role
from app.directory.models import Guardianship, Person, School
from app.profiles import Place, Profile, Role
from app.pulse import DIRECTORY, bump
from tests.conftest import StatementCount
from tests.people import Cast, cast
from tests.signing import send, sign_in

AT = datetime(2026, 9, 1, 7, tzinfo=UTC)
PLACE = Place(school_id=4, profile=Profile.TEACHER)


def test_a_session_idles_out() -> None:
    assert not sessions.over(ended_at=None, seen_at=AT, hours=12, at=AT + timedelta(hours=12))
    assert sessions.over(ended_at=None, seen_at=AT, hours=12, at=AT + timedelta(hours=12, seconds=1))
    assert sessions.over(ended_at=AT, seen_at=AT, hours=12, at=AT)


def test_sessions_valid_from_ends_only_older_ones() -> None:
    before, after = AT - timedelta(seconds=1), AT + timedelta(seconds=1)
    assert sessions.cut_off(before, valid_from=AT, cuts=[], places=[PLACE])
    assert not sessions.cut_off(after, valid_from=AT, cuts=[], places=[PLACE])
    assert sessions.cut_off(before, valid_from=None, cuts=[(4, Profile.TEACHER, AT)], places=[PLACE])
    assert not sessions.cut_off(before, valid_from=None, cuts=[(4, Profile.STUDENT, AT)], places=[PLACE])
    assert not sessions.cut_off(before, valid_from=None, cuts=[(5, Profile.TEACHER, AT)], places=[PLACE])


def test_facts_are_written_down_and_read_again() -> None:
    places = (PLACE, Place(school_id=4, profile=Profile.STUDENT, level="6e", class_id=9))
    roles = frozenset({(Role.HEAD, 4), (Role.OWNER, None)})
    found = sessions.visitor_of(7, sessions.facts_of("Marie Curie", places, roles))
    assert (found.person_id, found.places, found.roles) == (7, places, roles)


def test_the_cookie_is_tied_to_the_host_over_https() -> None:
    assert sessions.cookie_name(True) == "__Host-bascule"
    assert sessions.cookie_options(True) == {"secure": True, "httponly": True, "samesite": "Lax", "path": "/"}


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_told_in_a_few_words(agent: str, told: str) -> None:
    assert sessions.browser_of(agent) == told


# Through HTTP ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def look_again(app: Flask) -> None:
    app.extensions["pulse"].forget()


def is_in(client: FlaskClient) -> bool:
    return client.get("/compte").status_code == 200


def test_only_the_digest_of_the_secret_is_stored(people: Cast, client: FlaskClient) -> None:
    token = sign_in(client, people.teacher)
    row = db.session.scalars(select(SignInSession)).one()
    assert row.token_hash == sessions.digest(token)
    assert token not in str(vars(row))


def test_an_ordinary_request_costs_one_query_and_the_gate_none(people: Cast, client: FlaskClient, app: Flask) -> None:
    @app.get("/nothing")
    @_signed_in
    def nothing() -> str:
        return "here"

    sign_in(client, people.guardian)
    client.get("/nothing")
    with StatementCount(db.engine) as statements:
        assert client.get("/nothing").text == "here"
    asked = [statement for statement in statements if "revision" not in statement.split("FROM")[-1]]
    assert len(asked) == 1
    assert "sign_in_session" in asked[0]


def test_a_public_page_neither_looks_for_a_session_nor_sets_a_cookie(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.guardian)
    client.get("/connexion")
    with StatementCount(db.engine) as statements:
        answer = client.get("/connexion")
    assert not [statement for statement in statements if "sign_in_session" in statement]
    assert "Set-Cookie" not in answer.headers
    assert people.guardian.name not in answer.text


def test_no_cookie_and_a_foreign_cookie_are_nobody(people: Cast, client: FlaskClient) -> None:
    assert client.get("/espace").headers["Location"] == "/connexion?next=/espace"
    client.set_cookie("bascule", "made-up")
    assert not is_in(client)


def test_flask_login_knows_who_is_signed_in(people: Cast, client: FlaskClient, app: Flask) -> None:
    from flask_login import current_user

    @app.get("/who")
    @_signed_in
    def who() -> str:
        return f"{current_user.get_id()} {current_user.name} {current_user.is_authenticated}"

    sign_in(client, people.teacher)
    assert client.get("/who").text == f"{people.teacher.id} Thérèse Marchand True"
    sign_in(client, people.head)
    assert client.get("/who").text == f"{people.head.id} Hélène Garnier True"


def test_an_idle_session_is_over(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    assert is_in(client)
    db.session.execute(update(SignInSession).values(seen_at=clock.machine_now() - timedelta(hours=12, minutes=1)))
    assert not is_in(client)


@pytest.mark.both_databases
def test_the_last_request_is_noted_at_most_every_five_minutes(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.teacher)
    recent = clock.machine_now() - timedelta(minutes=4)
    db.session.execute(update(SignInSession).values(seen_at=recent))
    assert is_in(client)
    assert db.session.scalar(select(SignInSession.seen_at)) == recent
    db.session.execute(update(SignInSession).values(seen_at=recent - timedelta(minutes=2)))
    assert is_in(client)
    assert db.session.scalar(select(SignInSession.seen_at)) > recent


def test_a_new_role_counts_without_a_new_sign_in(people: Cast, client: FlaskClient, app: Flask) -> None:
    address = f"/administration/ecole/{people.college.uai}/personnes"
    sign_in(client, people.staff)
    assert client.get(address).status_code == 404
    person, school = db.session.get_one(Person, people.staff.id), db.session.get_one(School, people.college.id)
    grant_role(person, Role.SCHOOL_ADMIN, school, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    look_again(app)
    assert client.get(address).status_code == 200


def test_sessions_valid_from_ends_a_persons_sessions(people: Cast, client: FlaskClient, app: Flask) -> None:
    sign_in(client, people.teacher)
    end_sessions_of_person(people.teacher.id, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    look_again(app)
    assert not is_in(client)
    assert db.session.scalar(select(SignInSession.ended_at)) is not None
    sign_in(client, people.teacher)
    assert is_in(client)


@pytest.mark.both_databases
def test_one_row_ends_all_sessions_of_a_profile_in_a_school(people: Cast, client: FlaskClient, app: Flask) -> None:
    others = app.test_client()
    sign_in(client, people.teacher)
    sign_in(others, people.student)
    end_sessions_of_profile(people.college.id, Profile.TEACHER, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    look_again(app)
    assert not is_in(client)
    assert is_in(others)


def test_a_link_that_is_cut_ends_the_session_of_a_guardian_without_other_children(
    people: Cast, client: FlaskClient, app: Flask
) -> None:
    """KIN-3: nothing is left behind their door."""
    sign_in(client, people.movers_guardian)
    db.session.execute(
        update(Guardianship)
        .where(Guardianship.guardian_id == people.movers_guardian.id)
        .values(cut_at=clock.machine_now())
    )
    bump(db.session(), DIRECTORY)
    db.session.commit()
    look_again(app)
    assert not is_in(client)


def test_a_disabled_account_is_out_at_once(people: Cast, client: FlaskClient, app: Flask) -> None:
    sign_in(client, people.teacher)
    db.session.execute(
        update(Account).where(Account.person_id == people.teacher.id).values(disabled_at=clock.machine_now())
    )
    bump(db.session(), DIRECTORY)
    db.session.commit()
    look_again(app)
    assert not is_in(client)


def test_the_door_used_decides_the_places(people: Cast, client: FlaskClient, app: Flask) -> None:
    """GATE-15: Thomas teaches, and has a son in the same school."""
    sign_in(client, people.teacher_and_parent, door="school")
    assert client.get("/espace/eleves").status_code == 200
    sign_in(client, people.teacher_and_parent, door="families")
    assert client.get("/espace/eleves").status_code == 404


def test_signing_out_ends_the_row_and_the_cookie(people: Cast, client: FlaskClient) -> None:
    token = sign_in(client, people.teacher)
    answer = send(client, "/deconnexion", page="/compte")
    assert answer.status_code == 303
    assert "bascule=;" in " ".join(answer.headers.getlist("Set-Cookie"))
    assert db.session.scalar(select(SignInSession.ended_at)) is not None
    client.set_cookie("bascule", token)
    assert not is_in(client)
    assert "déconnecté" in client.get("/connexion").text


def _signed_in(view):  # type: ignore[no-untyped-def]
    from app.web.allowed import SIGNED_IN, allowed

    return allowed(SIGNED_IN)(view)
