"""The public pages answer everybody, at every moment, with the same words (SITE-1 to SITE-5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.actions import COMMAND
from app.content import actions as content
from app.db import db
from app.directory.models import School
from app.gate import actions as gate
from app.gate.queries import window_row
from app.gate.windows import Bound
from app.profiles import Place, Profile, Visitor
from app.publicsite import actions, queries
from app.pulse import pulse, set_clock
from tests import people
from tests.people import Cast
from tests.signing import sign_in

#: A Monday in the week before the first day of school.
NOW = datetime(2026, 8, 24, 8, 0, tzinfo=UTC)
OPENING = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)


@pytest.fixture
def cast(app: Flask) -> Cast:
    found = people.cast(app)
    set_clock(db.session(), NOW - clock.machine_now())
    db.session.commit()
    return found


@pytest.fixture
def written(cast: Cast) -> int:
    """A public article of the collège, its number."""
    section = content.add_section(
        cast.college.id, title="Vie", introduction="", visible=True, restricted=False, by=COMMAND, now=NOW
    )
    article = content.write_article(
        section, title="Le musée", summary="", source="Texte", author_id=None, by=COMMAND, now=NOW
    )
    content.publish_article(article, by=COMMAND, now=NOW - timedelta(days=1))
    db.session.commit()
    return article.id


def close_families(end: datetime = OPENING, **more: object) -> int:
    """The families' window of the project, running."""
    window = gate.add_window(
        kind="profiles",
        start=Bound(day=date(2026, 8, 17)),
        end=Bound(instant=end),
        profiles=["student", "guardian"],
        by=COMMAND,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )
    db.session.commit()
    return window.id


def close_all() -> None:
    """A maintenance, by hand, of everything."""
    gate.close(by=COMMAND, now=NOW - timedelta(hours=1))
    db.session.commit()


def paths(cast: Cast, article: int) -> list[str]:
    uai = cast.college.uai
    school = [f"/ecole/{uai}/{rest}" for rest in ("", "actualites", "rubrique/vie", f"article/{article}", "contact")]
    return [
        "/", "/etablissements", "/fermetures", "/status.json", "/closures.ics", "/accessibilite", "/mentions-legales",
        "/donnees-personnelles", "/healthz", f"/ecole/{uai}/fermetures", f"/ecole/{uai}/closures.ics", *school,
    ]  # fmt: skip


def test_every_public_page_works_while_everything_is_closed(client: FlaskClient, cast: Cast, written: int) -> None:
    close_all()
    for path in paths(cast, written):
        for language in ("", "/en"):
            assert client.get(language + path).status_code == 200, language + path


def test_public_pages_are_the_same_signed_in_or_not_and_set_no_cookie(app: Flask, cast: Cast, written: int) -> None:
    close_families()
    anybody, guardian = app.test_client(), app.test_client()
    sign_in(guardian, cast.guardian)
    for path in paths(cast, written):
        app.extensions["pagecache"].clear()
        first = anybody.get(path)
        app.extensions["pagecache"].clear()
        second = guardian.get(path)
        if path not in ("/status.json", "/closures.ics", f"/ecole/{cast.college.uai}/closures.ics"):
            assert first.data == second.data, path
        assert cast.guardian.last_name not in second.text, path
        assert "csrf_token" not in second.text, path
        assert "Set-Cookie" not in second.headers, path
        assert "Vary" not in second.headers, path


def test_kept_pages_cost_no_query(
    client: FlaskClient, cast: Cast, written: int, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    close_families()
    kept = [path for path in paths(cast, written) if path != "/healthz"]
    kept.append(f"/ecole/{cast.college.uai}/fermeture/guardian")
    for path in kept:
        assert client.get(path).headers["Cache-Control"].startswith("public, max-age="), path
    with count_queries() as sent:
        for path in kept:
            client.get(path)
    assert [query for query in sent if "FROM revision" not in query] == []
    assert len(sent) <= 2


def test_what_every_page_is_given_costs_no_query_while_nothing_changes(
    app: Flask, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    close_families()
    reader = Visitor(person_id=cast.guardian.id, places=(Place(school_id=cast.college.id, profile=Profile.GUARDIAN),))
    with app.test_request_context("/espace"):
        queries.project_facts()
        told = queries.closures_for(reader, NOW)
        with count_queries() as sent:
            queries.project_facts()
            assert queries.closures_for(reader, NOW + timedelta(minutes=1)) == told
            assert queries.announced_closures(NOW)
    assert [query for query in sent if "FROM revision" not in query] == []


def test_a_reader_is_told_the_coming_closings_of_their_own_schools_and_profile(app: Flask, cast: Cast) -> None:
    gate.add_window(
        kind="profiles", start=Bound(day=date(2026, 10, 1)), end=Bound(day=date(2026, 10, 2)), profiles=["guardian"],
        by=COMMAND, now=NOW,
    )  # fmt: skip
    db.session.commit()
    college, primary = (Place(school_id=s.id, profile=Profile.GUARDIAN) for s in (cast.college, cast.primary))
    teacher = Place(school_id=cast.college.id, profile=Profile.TEACHER)
    with app.test_request_context("/espace"):
        parent = Visitor(person_id=1, places=(college, primary))
        alike, _names = queries.closures_for(parent, NOW)
        assert [closure.school_id for closure in alike] == [None], "what closes both schools alike is told once"
        gate.add_window(
            kind="profiles", start=Bound(day=date(2026, 11, 3)), end=Bound(day=date(2026, 11, 4)), profiles=["guardian"],
            school_id=cast.primary.id, by=COMMAND, now=NOW,
        )  # fmt: skip
        db.session.commit()
        told, names = queries.closures_for(parent, NOW)
        assert {closure.school_id for closure in told} == {None, cast.primary.id}
        assert names is not None
        assert names[cast.primary.id] == cast.primary.name
        assert queries.closures_for(Visitor(person_id=2, places=(teacher,)), NOW) == ([], {})


def test_a_school_that_is_still_closed_to_a_family_is_not_named_to_it(app: Flask, cast: Cast) -> None:
    close_families(school_id=cast.college.id)
    college, primary = (Place(school_id=s.id, profile=Profile.GUARDIAN) for s in (cast.college, cast.primary))
    with app.test_request_context("/espace"):
        told, _names = queries.closures_for(Visitor(person_id=1, places=(college, primary)), NOW)
    assert told == []


def test_health_asks_no_database(
    client: FlaskClient, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.get("/healthz")
    with count_queries() as sent:
        answer = client.get("/healthz")
    assert answer.json == {"status": "ok"}
    assert [query for query in sent if "FROM revision" not in query] == []


def test_the_pages_speak_the_language_of_their_path(client: FlaskClient, cast: Cast) -> None:
    assert '<html lang="fr">' in client.get("/").text
    english = client.get("/en/").text
    assert '<html lang="en">' in english
    assert 'href="/en/etablissements"' in english
    assert 'href="/" hreflang="fr"' in english


def test_the_home_page_tells_what_is_closed_and_where_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    close_families()
    page = client.get("/").text
    assert "L’espace est fermé aux élèves et aux responsables. Il rouvre le mardi 1er septembre 2026" in page
    for door in ("families", "school", "authority", "guest"):
        assert f'href="/connexion/{door}"' in page
    assert cast.college.name in page


def test_a_change_of_the_gate_is_on_the_next_page(client: FlaskClient, cast: Cast) -> None:
    assert "fermé aux élèves" not in client.get("/").text
    close_families()
    assert "fermé aux élèves" in client.get("/").text


def test_a_page_is_kept_no_longer_than_until_the_next_opening(client: FlaskClient, cast: Cast) -> None:
    close_families(NOW + timedelta(seconds=30))
    seconds = int(client.get("/").headers["Cache-Control"].partition("max-age=")[2])
    assert 20 <= seconds <= 30


@pytest.mark.both_databases
def test_schools_are_found_without_accents_and_by_town(client: FlaskClient, cast: Cast) -> None:
    for asked in ("college simone", "SIMONE", "veil", "9990002"):
        page = client.get("/etablissements", query_string={"q": asked}).text
        assert cast.college.name in page, asked
        assert cast.primary.name not in page, asked
    nothing = client.get("/etablissements", query_string={"q": "<script>zz"}).text
    assert "Aucun établissement ne répond" in nothing
    assert "<script>zz" not in nothing


@pytest.mark.both_databases
def test_many_schools_come_in_pages(client: FlaskClient, cast: Cast) -> None:
    for number in range(90):
        db.session.add(
            School(uai=f"{number:07d}Z", name=f"École {number}", search_name=f"ecole {number:03d}", created_at=NOW)
        )
    db.session.commit()
    pulse().forget()
    first = client.get("/etablissements").text
    assert "Page 1 sur 3" in first
    assert "/etablissements?page=2" in first
    assert client.get("/etablissements?page=99").text.count("<tr>") == 1 + 92 - 80


def test_an_unknown_school_or_one_out_of_service_does_not_exist(client: FlaskClient, cast: Cast) -> None:
    db.session.get_one(School, cast.primary.id).in_service = False
    db.session.commit()
    for uai in ("0000000X", cast.primary.uai, "%2e%2e"):
        assert client.get(f"/ecole/{uai}/").status_code == 404
        assert client.get(f"/ecole/{uai}/closures.ics").status_code == 404
    assert client.get("/status.json?school=0000000X").status_code == 404


def test_a_school_with_a_host_name_has_its_home_there(client: FlaskClient, cast: Cast) -> None:
    db.session.get_one(School, cast.college.id).hostname = "college.exemple.test"
    actions.change_project(name="Portail", accent="#17505c", contact="", seen=None, by=COMMAND, now=NOW)
    db.session.commit()
    own = client.get("/", base_url="http://College.exemple.test:8000/")
    assert f"<h1>{cast.college.name}</h1>" in own.text
    assert "<h1>Portail</h1>" in client.get("/").text, "the portal's own host keeps the project's home"


def test_a_schools_home_shows_what_the_school_says_of_itself(client: FlaskClient, cast: Cast, written: int) -> None:
    actions.change_site(
        cast.college.id,
        welcome="Bienvenue <b>à tous</b>.",
        opening_hours="Lundi 8 h",
        contact="Secrétariat",
        colour="#7b2d26",
        place=None,
        seen=None,
        by=COMMAND,
        now=NOW,
    )
    gate.publish_notice(cast.college.id, "Manuels au gymnase.", by=COMMAND, now=NOW - timedelta(hours=1))
    db.session.commit()
    page = client.get(f"/ecole/{cast.college.uai}/").text
    for told in ("Bienvenue &lt;b&gt;à tous&lt;/b&gt;.", "Manuels au gymnase.", "Le musée"):
        assert told in page
    contact = client.get(f"/ecole/{cast.college.uai}/contact").text
    assert "https://www.openstreetmap.org/" in contact
    assert "<iframe" not in contact
    assert "<script" not in contact


def test_a_schools_colour_is_in_its_own_sheet_only(client: FlaskClient, cast: Cast) -> None:
    actions.change_site(
        cast.college.id, welcome="", opening_hours="", contact="", colour="#7b2d26", place=None, seen=None,
        by=COMMAND, now=NOW,
    )  # fmt: skip
    db.session.commit()

    def sheet(path: str) -> str:
        url = client.get(path).text.partition('href="/theme/')[2].partition('"')[0]
        answer = client.get(f"/theme/{url}")
        assert "immutable" in answer.headers["Cache-Control"]
        return answer.text

    assert "#7b2d26" in sheet(f"/ecole/{cast.college.uai}/")
    assert "#7b2d26" not in sheet("/")
    assert "#7b2d26" not in sheet(f"/ecole/{cast.primary.uai}/")


def test_a_theme_of_before_gets_todays_sheet_for_a_minute(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/theme/0123456789abcdef.css")
    assert "--accent:" in answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_levels_that_come_back_later_are_told_by_level_and_never_finer(client: FlaskClient, cast: Cast) -> None:
    number = close_families()
    row = window_row(number)
    later = Bound(instant=datetime(2026, 9, 2, 6, tzinfo=UTC))
    gate.amend_window(row, school_id=cast.college.id, level="5e", end=later, by_operator=True, by=COMMAND, now=NOW)
    db.session.commit()
    gate.amend_window(
        window_row(number), school_id=cast.college.id, class_id=cast.college.classes[2026]["6A"],
        end=Bound(instant=datetime(2026, 9, 3, 6, tzinfo=UTC)), by_operator=True, by=COMMAND, now=NOW,
    )  # fmt: skip
    db.session.commit()
    page = client.get(f"/ecole/{cast.college.uai}/fermetures").text
    assert "mercredi 2 septembre 2026" in page
    for text in (page, client.get(f"/status.json?school={cast.college.uai}").text):
        assert re.search(r"\b6A\b", text) is None
    assert "Des établissements ont leurs propres dates" in client.get("/").text


def test_the_frame_stands_before_the_portal_is_set_up(client: FlaskClient) -> None:
    home = client.get("/")
    assert home.status_code == 200
    assert "Bascule" in home.text


def test_pages_still_answer_from_memory_when_the_database_is_gone(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get("/").data

    def gone(*_args: object, **_more: object) -> None:
        from sqlalchemy.exc import OperationalError

        raise OperationalError("connect", {}, Exception("gone"))

    monkeypatch.setattr("sqlalchemy.engine.base.Engine.connect", gone)
    pulse().forget()
    assert client.get("/").data == before
