"""Signing in by the portal's own door (GATE-9, GATE-15, ACCT-2), through HTTP only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app import clock
from app.accounts import actions
from app.accounts.models import Account, SignInSession, Throttle
from app.audit.actions import COMMAND
from app.audit.models import AuditLine
from app.db import db
from app.gate.models import ClosingWindow
from app.pulse import GATE, bump
from tests.people import Cast, Someone, cast
from tests.signing import form_token, send

NEW = "Un nouveau mot de passe bien long"


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def enter(client: FlaskClient, person: Someone, door: str = "", **changed: str):  # type: ignore[no-untyped-def]
    fields = {"login": person.login, "password": person.password, **changed}
    return send(client, f"/connexion/{door or person.door}", fields)


def code_for(person: Someone) -> str:
    account = db.session.get_one(Account, person.id)
    code = actions.issue_code(account, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    return code


def test_the_doors_are_four_and_lead_to_their_forms(people: Cast, client: FlaskClient) -> None:
    page = client.get("/connexion").text
    for door in ("families", "school", "authority", "guest"):
        assert f'href="/connexion/{door}"' in page
        assert client.get(f"/connexion/{door}").status_code == 200
    assert client.get("/connexion/cellar").status_code == 404


@pytest.mark.postgresql_for("guardian", "head")
@pytest.mark.parametrize("who", ["guardian", "student", "teacher", "head", "authority", "guest", "operator", "owner"])
def test_everybody_comes_in_by_their_door(people: Cast, client: FlaskClient, who: str) -> None:
    person: Someone = getattr(people, who)
    answer = enter(client, person)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/espace")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("bascule="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    home = client.get("/espace")
    assert home.status_code == 200
    assert person.name in home.text
    assert home.headers["Cache-Control"] == "no-store"


def test_the_cookie_is_secure_over_https(database: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    from app import create_app
    from tests.conftest import settings_for

    app = create_app(settings_for(database, tmp_path_factory.mktemp("https"), BASCULE_HTTPS="1"), testing=True)
    with app.app_context():
        people = cast(app)
        client = app.test_client()
        page = client.get("/connexion/school", base_url="https://localhost")
        assert page.headers["Set-Cookie"].startswith("__Host-bascule-form=")
        answer = client.post(
            "/connexion/school",
            data={
                "login": people.teacher.login,
                "password": people.teacher.password,
                "csrf_token": form_token(page.text),
            },
            base_url="https://localhost",
            headers={"Referer": "https://localhost/connexion/school"},
        )
        cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-bascule="))
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert client.get("/espace", base_url="https://localhost").status_code == 200
        db.session.remove()
        db.engine.dispose()


def test_a_login_is_read_without_its_capitals(people: Cast, client: FlaskClient) -> None:
    assert enter(client, people.teacher, login=f"  {people.teacher.login.upper()} ").status_code == 303


@pytest.mark.parametrize(
    ("login", "password"), [("t.marchand", "no"), ("nobody", "no"), ("nobody", "Tulipe-Bateau-42")]
)
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(
    people: Cast, client: FlaskClient, login: str, password: str
) -> None:
    answer = enter(client, people.teacher, login=login, password=password)
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in answer.text
    assert "no" not in [value for value in answer.text.split('value="')[1:] if value.startswith("no")]
    assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_empty_fields_are_asked_for(people: Cast, client: FlaskClient) -> None:
    answer = enter(client, people.teacher, login="", password="")
    assert answer.status_code == 422
    assert "Écrivez votre identifiant." in answer.text
    assert db.session.scalar(select(func.count()).select_from(Throttle)) == 0


def test_a_form_without_its_token_is_refused(people: Cast, client: FlaskClient) -> None:
    answer = client.post("/connexion/school", data={"login": people.teacher.login, "password": people.teacher.password})
    assert answer.status_code == 400
    forged = client.post("/connexion/school", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 400


def test_the_right_password_at_the_wrong_door_is_told_which_door(people: Cast, client: FlaskClient) -> None:
    answer = enter(client, people.teacher, "families")
    assert answer.status_code == 403
    assert "Enseignants et personnels" in answer.text
    assert 'href="/connexion/school"' in answer.text
    assert client.get("/espace").status_code == 303


def test_somebody_without_any_profile_is_told_whom_to_ask(people: Cast, client: FlaskClient) -> None:
    from app.directory.models import Affiliation

    db.session.execute(
        update(Affiliation).where(Affiliation.person_id == people.teacher.id).values(person_id=people.operator.id)
    )
    answer = enter(client, people.teacher)
    assert answer.status_code == 403
    assert "aucun établissement" in answer.text


def test_a_disabled_account_is_told_so_only_to_whoever_knows_its_password(people: Cast, client: FlaskClient) -> None:
    db.session.execute(
        update(Account).where(Account.person_id == people.teacher.id).values(disabled_at=clock.machine_now())
    )
    assert enter(client, people.teacher, password="wrong").status_code == 422
    answer = enter(client, people.teacher)
    assert answer.status_code == 403
    assert "désactivé" in answer.text


@pytest.mark.both_databases
def test_after_five_wrong_passwords_one_waits_even_with_the_right_one(people: Cast, client: FlaskClient) -> None:
    for _ in range(5):
        assert enter(client, people.teacher, password="wrong").status_code == 422
    answer = enter(client, people.teacher)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "Trop d’essais" in answer.text
    db.session.execute(update(Throttle).values(blocked_until=clock.machine_now() - timedelta(seconds=1)))
    assert enter(client, people.teacher).status_code == 303
    kinds = db.session.scalars(select(Throttle.key)).all()
    assert not [key for key in kinds if key.startswith("login:")]


def test_an_unknown_login_is_slowed_alike(people: Cast, client: FlaskClient) -> None:
    for _ in range(5):
        assert enter(client, people.teacher, login="nobody").status_code == 422
    assert enter(client, people.teacher, login="nobody").status_code == 429


def test_the_way_back_is_kept_and_never_leads_elsewhere(people: Cast, client: FlaskClient) -> None:
    fields = {"login": people.teacher.login, "password": people.teacher.password}
    assert send(client, "/connexion/school?next=/compte", fields).headers["Location"] == "/compte"
    for evil in ("https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"):
        assert send(client, f"/connexion/school?next={evil}", fields).headers["Location"] == "/espace"


def test_the_language_of_the_page_is_kept(people: Cast, client: FlaskClient) -> None:
    fields = {"login": people.teacher.login, "password": people.teacher.password}
    assert client.get("/en/espace").headers["Location"] == "/en/connexion?next=/en/espace"
    assert send(client, "/en/connexion/school?next=/en/espace", fields).headers["Location"] == "/en/espace"


def test_a_new_sign_in_ends_the_browsers_former_session(people: Cast, client: FlaskClient) -> None:
    enter(client, people.teacher)
    enter(client, people.head)
    ended = dict(db.session.execute(select(SignInSession.person_id, SignInSession.ended_at)).all())
    assert ended[people.teacher.id] is not None
    assert ended[people.head.id] is None


def test_a_sign_in_leaves_a_line(people: Cast, client: FlaskClient) -> None:
    enter(client, people.teacher)
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "session.opened")).one()
    assert (line.actor_id, line.subject_id) == (people.teacher.id, people.teacher.id)
    assert db.session.get_one(Account, people.teacher.id).first_sign_in_at is not None


# One-time codes --------------------------------------------------------------------------------------------------------


def test_a_code_opens_nothing_but_the_choice_of_a_password(people: Cast, client: FlaskClient) -> None:
    code = code_for(people.teacher)
    assert enter(client, people.teacher).status_code == 422
    assert enter(client, people.teacher, password=code.lower()).status_code == 303
    for path in ("/espace", "/compte", "/espace/eleves", "/compte/adresse"):
        assert client.get(path).headers["Location"] == "/compte/mot-de-passe"
    assert client.get("/espace", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/compte/mot-de-passe"
    short = send(client, "/compte/mot-de-passe", {"new_password": "court", "new_password_again": "court"})
    assert short.status_code == 422
    assert "au moins 12" in short.text
    apart = send(client, "/compte/mot-de-passe", {"new_password": NEW, "new_password_again": NEW + "!"})
    assert "ne sont pas les mêmes" in apart.text
    chosen = send(client, "/compte/mot-de-passe", {"new_password": NEW, "new_password_again": NEW})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/espace")
    assert client.get("/espace").status_code == 200


@pytest.mark.both_databases
def test_a_code_is_good_once_a_password_only_until_it_is_replaced(people: Cast, client: FlaskClient) -> None:
    code = code_for(people.teacher)
    enter(client, people.teacher, password=code)
    send(client, "/compte/mot-de-passe", {"new_password": NEW, "new_password_again": NEW})
    assert enter(client, people.teacher, password=code).status_code == 422
    assert enter(client, people.teacher, password=NEW).status_code == 303
    assert client.get("/espace").status_code == 200


def test_an_interrupted_first_sign_in_can_be_taken_up_again(people: Cast, client: FlaskClient, app: Flask) -> None:
    code = code_for(people.guardian)
    assert enter(client, people.guardian, password=code).status_code == 303
    elsewhere = app.test_client()
    assert enter(elsewhere, people.guardian, password=code).status_code == 303
    assert elsewhere.get("/espace").headers["Location"] == "/compte/mot-de-passe"


def test_a_code_that_has_expired_is_told_to_whoever_has_it(people: Cast, client: FlaskClient) -> None:
    code = code_for(people.teacher)
    db.session.execute(update(Account).values(code_expires_at=clock.machine_now()))
    answer = enter(client, people.teacher, password=code)
    assert answer.status_code == 422
    assert "plus valable" in answer.text


@pytest.mark.both_databases
def test_a_new_code_ends_password_sessions_and_the_code_before(people: Cast, client: FlaskClient) -> None:
    enter(client, people.teacher)
    first = code_for(people.teacher)
    assert client.get("/espace").status_code == 303
    second = code_for(people.teacher)
    assert enter(client, people.teacher, password=first).status_code == 422
    assert enter(client, people.teacher, password=second).status_code == 303


def test_codes_are_kept_as_digests_and_leave_a_line_without_them(people: Cast, client: FlaskClient) -> None:
    from app.audit.models import AuditDetail

    code = code_for(people.teacher)
    assert code not in str(vars(db.session.get_one(Account, people.teacher.id)))
    assert not [d for d in db.session.scalars(select(AuditDetail)) if code in str(d.values)]
    assert db.session.scalar(
        select(AuditLine.id if hasattr(AuditLine, "id") else AuditLine.number).where(
            AuditLine.action == "account.code-issued"
        )
    )


def test_whoever_is_blocked_gets_the_redirect_page_before_the_choice_of_a_password(
    people: Cast, client: FlaskClient, app: Flask
) -> None:
    """GATE-6: the redirect page of the profile and nothing else; a second after the end the choice comes."""
    code = code_for(people.guardian)
    now = clock.portal_now()
    window = ClosingWindow(
        kind="profiles",
        profiles=["guardian", "student"],
        start_at=now - timedelta(days=1),
        end_at=now + timedelta(days=1),
        source="operator",
        created_at=now,
    )
    db.session.add(window)
    bump(db.session(), GATE)
    db.session.commit()
    assert enter(client, people.guardian, password=code).status_code == 303
    answer = client.get("/espace", headers={"Accept": "text/html"})
    assert "/fermeture/guardian" in answer.headers["Location"]
    assert client.get("/compte/mot-de-passe", headers={"Accept": "text/html"}).headers["Location"].endswith("/guardian")
    window.end_at = now - timedelta(seconds=1)
    bump(db.session(), GATE)
    db.session.commit()
    app.extensions["pulse"].forget()
    assert client.get("/espace").headers["Location"] == "/compte/mot-de-passe"
