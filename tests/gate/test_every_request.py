"""The gate before every request, through HTTP: each cell of the answer table, for whom it stops and for whom not (GATE-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.db import db
from app.gate import actions
from app.gate.models import Draft
from app.gate.queries import snapshot
from app.web.allowed import SIGNED_IN, allowed
from tests.gate.stage import FETCH, HTMX, NAVIGATION, OPENING, SUMMER, bound, families_window, maintenance, set_time
from tests.people import Cast, Someone, cast
from tests.signing import form_token, sign_in

PRIVATE = "/espace"


@pytest.fixture
def people(app: Flask) -> Cast:
    """The cast, on 20 August, and a page for forms."""

    @app.route("/essai", methods=["GET", "POST"], endpoint="essai")
    @allowed(SIGNED_IN)
    def essai() -> str:
        return f"taken, open: {sorted(g.open_schools)}"

    app.config["WTF_CSRF_ENABLED"] = False
    made = cast(app)
    set_time(SUMMER)
    return made


def entered(client: FlaskClient, person: Someone, door: str | None = None) -> FlaskClient:
    sign_in(client, person, door)
    return client


def test_a_navigation_in_the_families_window_is_led_to_the_page_of_the_profile(
    people: Cast, client: FlaskClient
) -> None:
    families_window()
    answer = entered(client, people.student).get(PRIVATE, headers=NAVIGATION)
    assert answer.status_code == 303
    assert answer.location == f"/ecole/{people.college.uai}/fermeture/student"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Cookie", "HX-Request"} <= set(answer.vary.as_set(preserve_casing=True))
    assert answer.headers["Retry-After"] == "3600"


def test_the_language_of_the_request_is_that_of_the_redirect_page(people: Cast, client: FlaskClient) -> None:
    families_window()
    answer = entered(client, people.student).get("/en/espace", headers=NAVIGATION)
    assert answer.location == f"/en/ecole/{people.college.uai}/fermeture/student"


def test_an_htmx_request_is_led_there_by_its_own_header_and_never_by_a_redirect(
    people: Cast, client: FlaskClient
) -> None:
    families_window()
    answer = entered(client, people.student).get(PRIVATE, headers=HTMX)
    assert (answer.status_code, answer.data) == (503, b"")
    assert answer.headers["HX-Redirect"] == f"/ecole/{people.college.uai}/fermeture/student"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_fetch_gets_a_problem_with_its_reason_and_the_reopening(people: Cast, client: FlaskClient) -> None:
    families_window()
    answer = entered(client, people.student).get(PRIVATE, headers=FETCH)
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert datetime.fromisoformat(answer.json["reopens_at"]) == OPENING
    assert "mardi 1er septembre 2026 à 8" in answer.json["reason"]
    assert answer.json["status"] == 503


def test_a_maintenance_is_told_in_place_so_that_reloading_works_after_the_reopening(
    people: Cast, client: FlaskClient
) -> None:
    maintenance(end=datetime(2026, 8, 20, 7, 10, tzinfo=UTC))
    answer = entered(client, people.teacher).get(PRIVATE, headers=NAVIGATION)
    assert answer.status_code == 503
    assert "L’espace rouvre jeudi 20 août 2026 à 9\u00a0h\u00a010." in answer.text
    assert 595 <= int(answer.headers["Retry-After"]) <= 660
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Se déconnecter" not in answer.text  # the layout's own form would need the private layout
    assert 'action="/deconnexion"' in answer.text
    set_time(datetime(2026, 8, 20, 7, 10, tzinfo=UTC))
    assert client.get(PRIVATE, headers=NAVIGATION).status_code == 200


def test_htmx_in_a_maintenance_asks_again_for_the_page_it_stands_on(people: Cast, client: FlaskClient) -> None:
    maintenance()
    answer = entered(client, people.teacher).get(PRIVATE, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (503, "/espace")
    assert 900 <= int(answer.headers["Retry-After"]) <= 990


def test_a_maintenance_of_unknown_length_announces_no_hour_to_programs(people: Cast, client: FlaskClient) -> None:
    maintenance()
    answer = entered(client, people.teacher).get(PRIVATE, headers=FETCH)
    assert answer.status_code == 503
    assert answer.json["reopens_at"] is None
    assert answer.json["rule"] == "GATE-1"


def test_a_maintenance_that_overruns_tells_the_next_news_and_no_past_hour(people: Cast, client: FlaskClient) -> None:
    maintenance(
        end=datetime(2026, 8, 20, 6, 30, tzinfo=UTC), holds=True, next_news=datetime(2026, 8, 20, 9, tzinfo=UTC)
    )
    answer = entered(client, people.teacher).get(PRIVATE, headers=NAVIGATION)
    assert answer.status_code == 503
    assert "plus longtemps que prévu. Prochaines nouvelles le jeudi 20 août 2026 à 11\u00a0h" in answer.text
    assert "8\u00a0h\u00a030" not in answer.text


def test_a_form_served_before_the_closing_is_taken_within_the_grace_and_kept_after_it(
    people: Cast, client: FlaskClient
) -> None:
    entered(client, people.teacher)
    maintenance(start=SUMMER - timedelta(seconds=60), grace=120)
    answer = client.post("/essai", data={"text": "Bonjour"}, headers=NAVIGATION)
    assert answer.status_code == 200
    assert answer.text.startswith("taken")
    assert client.get("/essai", headers=NAVIGATION).status_code == 503
    set_time(SUMMER + timedelta(seconds=61))
    answer = client.post(
        "/essai",
        data={"text": "Mes notes\nsur deux lignes", "password": "secret-1", "csrf_token": "abc"},
        headers=NAVIGATION,
    )
    assert answer.status_code == 503
    assert "Mes notes<br>sur deux lignes" in answer.text
    assert "secret-1" not in answer.text
    kept = db.session.scalars(select(Draft)).one()
    assert kept.fields == {"text": ["Mes notes\nsur deux lignes"]}
    assert (kept.person_id, kept.path) == (people.teacher.id, "/essai")


def test_a_maintenance_by_hand_has_no_grace(people: Cast, client: FlaskClient) -> None:
    entered(client, people.teacher)
    actions.close(by=COMMAND, now=SUMMER)
    db.session.commit()
    assert client.post("/essai", data={"text": "x"}, headers=NAVIGATION).status_code == 503


@pytest.mark.parametrize("headers", [HTMX, FETCH], ids=["htmx", "fetch"])
def test_what_was_typed_is_kept_whichever_kind_of_request_brings_it(
    people: Cast, client: FlaskClient, headers: dict[str, str]
) -> None:
    maintenance()
    answer = entered(client, people.teacher).post("/essai", data={"text": "précieux"}, headers=headers)
    assert answer.status_code == 503
    assert db.session.scalars(select(Draft)).one().fields == {"text": ["précieux"]}


def test_html_in_a_late_form_is_shown_as_text(people: Cast, client: FlaskClient) -> None:
    maintenance()
    answer = entered(client, people.teacher).post("/essai", data={"text": "<b>gras</b>"}, headers=NAVIGATION)
    assert "&lt;b&gt;gras" in answer.text
    assert "<b>gras" not in answer.text


@pytest.mark.both_databases
def test_a_draft_is_given_back_after_the_reopening_to_its_writer_alone(people: Cast, client: FlaskClient) -> None:
    row = maintenance()
    entered(client, people.teacher).post("/essai", data={"text": "précieux"}, headers=NAVIGATION)
    number = db.session.scalars(select(Draft)).one().id
    assert client.get(f"/brouillons/{number}", headers=NAVIGATION).status_code == 503
    actions.open_(by=COMMAND, now=SUMMER)
    db.session.commit()
    assert row.ended_at is not None
    page = client.get(f"/brouillons/{number}")
    assert page.status_code == 200
    assert "précieux" in page.text
    assert 'href="/essai"' in page.text
    assert "précieux" in client.get("/brouillons").text
    assert 'href="/brouillons"' in client.get("/espace").text
    other = client.application.test_client()
    sign_in(other, people.staff)
    assert other.get(f"/brouillons/{number}").status_code == 404
    assert "précieux" not in other.get("/brouillons").text
    assert client.post(f"/brouillons/{number}").status_code == 303
    assert db.session.scalars(select(Draft)).all() == []


def test_a_draft_is_gone_after_seven_days(people: Cast, client: FlaskClient) -> None:
    maintenance(end=SUMMER + timedelta(hours=1))
    entered(client, people.teacher).post("/essai", data={"text": "précieux"}, headers=NAVIGATION)
    number = db.session.scalars(select(Draft)).one().id
    set_time(SUMMER + timedelta(days=7, seconds=1))
    assert client.get(f"/brouillons/{number}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/espace", NAVIGATION, 303),
        ("GET", "/espace", HTMX, 503),
        ("GET", "/espace", FETCH, 503),
        ("GET", "/brouillons/1", NAVIGATION, 303),
        ("POST", "/essai", {**NAVIGATION, "Content-Type": "application/x-www-form-urlencoded"}, 503),
        ("POST", "/essai", {**FETCH, "Content-Type": "application/json"}, 503),
        ("HEAD", "/espace", NAVIGATION, 303),
    ],
    ids=["page", "htmx", "api", "download", "form", "api-post", "head"],
)
def test_an_open_session_is_stopped_at_its_next_request_whatever_it_is(
    people: Cast, client: FlaskClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    families_window(start=SUMMER + timedelta(minutes=1))
    entered(client, people.student)
    assert client.get(PRIVATE, headers=NAVIGATION).status_code == 200
    set_time(SUMMER + timedelta(minutes=10))
    assert client.open(path, method=method, headers=headers).status_code == status


def test_a_second_after_the_end_the_next_request_passes(people: Cast, client: FlaskClient) -> None:
    families_window()
    set_time(OPENING - timedelta(seconds=30))
    assert entered(client, people.guardian).get(PRIVATE, headers=NAVIGATION).status_code == 303
    set_time(OPENING)
    assert client.get(PRIVATE, headers=NAVIGATION).status_code == 200


def test_profiles_that_are_not_named_come_in(people: Cast, client: FlaskClient) -> None:
    families_window()
    for person in (people.teacher, people.head, people.authority, people.guest, people.operator, people.owner):
        somebody = client.application.test_client()
        sign_in(somebody, person)
        assert somebody.get(PRIVATE, headers=NAVIGATION).status_code == 200, person.name


def test_only_operators_come_in_during_a_maintenance(people: Cast, client: FlaskClient) -> None:
    maintenance()
    for person in people.everybody:
        somebody = client.application.test_client()
        sign_in(somebody, person)
        expected = 200 if person == people.operator else 503
        assert somebody.get("/essai", headers=NAVIGATION).status_code == expected, person.name


def test_the_door_used_decides(people: Cast, client: FlaskClient) -> None:
    """GATE-15: a teacher who is also a parent."""
    families_window()
    assert entered(client, people.teacher_and_parent, "school").get(PRIVATE, headers=NAVIGATION).status_code == 200
    parent = client.application.test_client()
    sign_in(parent, people.teacher_and_parent, "families")
    assert parent.get(PRIVATE, headers=NAVIGATION).status_code == 303


def test_somebody_in_two_schools_comes_in_for_the_open_one_alone(people: Cast, client: FlaskClient) -> None:
    """GATE-15: Léa is in CM2 and already fed in 6e."""
    families_window(school_id=people.college.id)
    answer = entered(client, people.mover).get("/essai", headers=NAVIGATION)
    assert answer.text == f"taken, open: [{people.primary.id}]"


def test_a_guardian_comes_in_with_the_first_of_their_children(people: Cast, client: FlaskClient) -> None:
    """GATE-13: Chloé's primary school opens on Monday, Hugo's collège on Tuesday."""
    row = families_window()
    monday = datetime(2026, 8, 31, 6, 0, tzinfo=UTC)
    actions.amend_window(row, school_id=people.primary.id, end=bound(monday), by_operator=True, by=COMMAND, now=SUMMER)
    db.session.commit()
    entered(client, people.guardian)
    assert client.get("/essai", headers=NAVIGATION).status_code == 303
    set_time(monday)
    assert client.get("/essai", headers=NAVIGATION).text == f"taken, open: [{people.primary.id}]"
    set_time(OPENING)
    both = sorted([people.primary.id, people.college.id])
    assert client.get("/essai", headers=NAVIGATION).text == f"taken, open: {both}"


def test_signing_out_works_while_the_gate_is_closed(people: Cast, client: FlaskClient) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True
    maintenance()
    page = entered(client, people.teacher).get(PRIVATE, headers=NAVIGATION)
    answer = client.post("/deconnexion", data={"csrf_token": form_token(page.text)}, headers=NAVIGATION)
    assert answer.status_code == 303
    assert "connexion" in client.get(PRIVATE, headers=NAVIGATION).location


def test_public_pages_are_never_gated_and_never_private(people: Cast, client: FlaskClient) -> None:
    """SITE-1: signed in or not, whatever is closed."""
    families_window()
    maintenance()
    entered(client, people.student)
    for path in ("/", f"/ecole/{people.college.uai}/", "/fermetures", "/healthz", "/accessibilite", "/connexion"):
        answer = client.get(path, headers=NAVIGATION)
        assert answer.status_code == 200, path


def test_whoever_is_not_signed_in_is_led_to_the_doors_whatever_is_closed(people: Cast, client: FlaskClient) -> None:
    maintenance()
    answer = client.get(PRIVATE, headers=NAVIGATION)
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")


def test_what_passes_is_kept_by_nobody(people: Cast, client: FlaskClient) -> None:
    answer = entered(client, people.teacher).get("/essai", headers=NAVIGATION)
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Cookie", "HX-Request"} <= set(answer.vary.as_set(preserve_casing=True))


def test_the_gate_adds_no_query_to_a_request(people: Cast, client: FlaskClient, count_queries: Any) -> None:
    families_window(profiles=["guardian"])
    entered(client, people.teacher)
    assert client.get("/essai").status_code == 200
    snapshot()
    with count_queries() as queries:
        assert client.get("/essai").status_code == 200
    # The session's row is the accounts'; the revisions are looked at once a second at most.
    asked = [one for one in queries if "FROM sign_in_session" not in one]
    assert all("FROM revision" in one for one in asked)
    assert len(asked) <= 1


def test_an_unsafe_way_back_is_not_offered_with_a_draft(people: Cast, client: FlaskClient) -> None:
    entered(client, people.teacher)
    draft = Draft(person_id=people.teacher.id, path="//evil.example/", fields={"text": ["a"]}, saved_at=SUMMER)
    db.session.add(draft)
    db.session.commit()
    assert "evil.example" not in client.get(f"/brouillons/{draft.id}").text


@pytest.mark.both_databases
def test_days_of_a_window_are_those_of_the_school(people: Cast, client: FlaskClient) -> None:
    """GATE-3: the end day is inclusive, to midnight in the school's zone."""
    families_window(end=date(2026, 8, 31))
    entered(client, people.student)
    set_time(datetime(2026, 8, 31, 21, 59, 30, tzinfo=UTC))
    assert client.get(PRIVATE, headers=NAVIGATION).status_code == 303
    set_time(datetime(2026, 8, 31, 22, 0, tzinfo=UTC))
    assert client.get(PRIVATE, headers=NAVIGATION).status_code == 200
