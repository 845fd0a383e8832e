"""The guide: at every moment people to enter as, on pages that open for them."""

from __future__ import annotations

import re

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app.demo.cast import cast, demo_academy
from app.demo.guide import VISITS
from app.demo.moments import BEGINNING, MOMENTS
from app.demo.queries import demo, invitations, summer

BROWSER = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def visitor(demo_app: Flask) -> FlaskClient:
    return demo_app.test_client()


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)
    assert found
    return found[1]


def test_every_moment_has_visits_by_people_of_the_cast() -> None:
    assert VISITS.keys() == {moment.name for moment in MOMENTS}
    names = {member.name for member in cast(demo_academy())}
    for visits in VISITS.values():
        assert len(visits) >= 2
        assert {visit.who for visit in visits} <= names


def test_the_guide_shows_every_moment_with_its_visits(visitor: FlaskClient) -> None:
    page = visitor.get("/demo/guide")
    assert page.status_code == 200
    for moment in MOMENTS:
        assert f'id="{moment.name}"' in page.text
    assert page.text.count('<form method="post" action="/demo/entrer/') == sum(map(len, VISITS.values()))
    assert 'href="/demo/guide"' in visitor.get("/").text


def test_a_visit_signs_in_and_leads_to_its_page(visitor: FlaskClient) -> None:
    fields = {"csrf_token": _token(visitor), "next": "/administration/campagnes"}
    answer = visitor.post("/demo/entrer/14", data=fields)
    assert (answer.status_code, answer.location) == (303, "/administration/campagnes")
    fields["next"] = "https://ailleurs.example/"
    assert visitor.post("/demo/entrer/14", data=fields).location == "/espace"


def test_every_page_of_the_guide_opens_before_the_closing(demo_app: Flask) -> None:
    """Whoever is invited may see the page: on a day when all is open."""
    with demo_app.app_context():
        found = demo()
        assert found is not None
        told = invitations(found, summer(BEGINNING).campaigns)
    with demo_app.test_request_context():
        pages = {
            (one.playing.member.number, url_for(one.endpoint, **one.values))
            for visits in told.values()
            for one in visits
        }
    assert sum(map(len, told.values())) == sum(map(len, VISITS.values()))
    for number, path in sorted(pages):
        client = demo_app.test_client()
        client.post("/demo/temps", data={"csrf_token": _token(client), "moment": "last-day"})
        answer = client.post(f"/demo/entrer/{number}", data={"csrf_token": _token(client), "next": path})
        assert answer.location == path
        page = client.get(path, headers=BROWSER, follow_redirects=True)
        assert page.status_code == 200, (number, path)


def test_without_a_demo_there_is_no_guide(app: Flask) -> None:
    assert app.test_client().get("/demo/guide").status_code == 404
