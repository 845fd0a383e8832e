"""The redirect pages: public, cached like public pages, right at every moment, and never a loop (GATE-6, 7, 14, 16, SITE-8)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import School
from app.gate import actions
from app.profiles import Profile
from app.pulse import DIRECTORY, bump
from tests.gate.stage import NAVIGATION, OPENING, SUMMER, bound, families_window, maintenance, set_time
from tests.people import Cast, cast
from tests.signing import sign_in, without_tokens

BY = {"by": COMMAND, "now": SUMMER}


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def page(client: FlaskClient, people: Cast, profile: str = "guardian", language: str = "") -> str:
    answer = client.get(f"{language}/ecole/{people.college.uai}/fermeture/{profile}", headers=NAVIGATION)
    assert answer.status_code == 200
    return without_tokens(answer.text).replace("\u00a0", " ")


def test_the_first_sentence_is_the_answer(people: Cast, client: FlaskClient) -> None:
    families_window(message="Bonne rentrée !\n\nÀ bientôt.")
    told = page(client, people)
    assert "<h1>L’espace rouvre mardi 1er septembre 2026 à 8 h.</h1>" in told
    assert "n’est pas en panne" in told
    assert "Bonne rentrée !" in told
    assert "année scolaire 2026-2027" in told
    assert f'href="/ecole/{people.college.uai}/"' in told
    assert f"/prevenir?school={people.college.uai}&amp;profile=guardian" in told


def test_it_is_public_without_cookie_and_kept_until_the_next_boundary(people: Cast, client: FlaskClient) -> None:
    families_window()
    path = f"/ecole/{people.college.uai}/fermeture/guardian"
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    sign_in(client, people.guardian)
    assert client.get(path).data == answer.data
    set_time(OPENING - timedelta(seconds=20))
    age = int(re.findall(r"max-age=(\d+)", client.get(path).headers["Cache-Control"])[0])
    assert 0 < age <= 20


def test_no_query_but_the_revisions_look_stands_behind_it(
    people: Cast, client: FlaskClient, count_queries: Any
) -> None:
    families_window()
    path = f"/ecole/{people.college.uai}/fermeture/guardian"
    client.get(path)
    with count_queries() as queries:
        for _time in range(5):
            assert client.get(path).status_code == 200
    assert [one for one in queries if "FROM revision" not in one] == []


def test_it_never_leads_back_to_itself(people: Cast, client: FlaskClient) -> None:
    """The loop test: following it as the blocked profile ends at once, and its links are public or say the same."""
    families_window()
    maintenance()
    sign_in(client, people.guardian)
    for profile in Profile:
        path = f"/ecole/{people.college.uai}/fermeture/{profile.value}"
        answer = client.get(path, headers=NAVIGATION)
        assert answer.status_code == 200
        for link in re.findall(r'<a class="button[^"]*" href="([^"]+)"', answer.text):
            followed = client.get(link.replace("&amp;", "&"), headers=NAVIGATION)
            assert followed.status_code == 200, link


def test_after_the_opening_it_says_so_and_leads_to_the_doors(people: Cast, client: FlaskClient) -> None:
    families_window()
    set_time(OPENING)
    told = page(client, people)
    assert "<h1>L’espace est ouvert.</h1>" in told
    assert 'href="/connexion"' in told
    assert "Me prévenir" not in told


def test_it_announces_what_is_to_come(people: Cast, client: FlaskClient) -> None:
    families_window(start=date(2026, 8, 25))
    assert "L’espace fermera aux élèves et aux responsables le mardi 25 août 2026" in page(client, people)
    assert "fermera" not in page(client, people, "teacher")


def test_levels_are_told_apart_and_classes_never(people: Cast, client: FlaskClient) -> None:
    """GATE-13, GATE-16."""
    row = families_window()
    part: dict[str, Any] = {"school_id": people.college.id, "by_operator": True, **BY}
    actions.amend_window(row, level="6e", end=bound(OPENING + timedelta(days=1)), **part)
    actions.amend_window(
        row, class_id=people.college.classes[2026]["5A"], end=bound(OPENING + timedelta(days=2)), **part
    )
    db.session.commit()
    told = page(client, people)
    assert "entre mardi 1er et jeudi 3 septembre 2026 à 8 h, selon la classe" in told
    assert re.search(r"<dt>6e</dt>\s*<dd>mercredi 2 septembre 2026 à 8 h", told)
    assert re.search(r"<dt>5e</dt>\s*<dd>entre .* selon la classe", told)
    assert "5A" not in told
    set_time(OPENING + timedelta(hours=1))
    assert "L’espace a rouvert pour certains niveaux" in page(client, people)


def test_a_single_level_is_told_beside_the_others(people: Cast, client: FlaskClient) -> None:
    row = families_window()
    actions.amend_window(
        row, school_id=people.college.id, level="6e", end=bound(OPENING + timedelta(days=1)), by_operator=True, **BY
    )
    db.session.commit()
    told = page(client, people)
    assert re.search(r"<dt>Les autres niveaux</dt>\s*<dd>mardi 1er septembre 2026 à 8 h", told)


def test_levels_are_told_for_all_closings_together(people: Cast, client: FlaskClient) -> None:
    """A maintenance that ends before the families' window changes nothing for a level."""
    row = families_window()
    actions.amend_window(
        row, school_id=people.college.id, level="6e", end=bound(OPENING + timedelta(days=1)), by_operator=True, **BY
    )
    db.session.commit()
    maintenance(end=SUMMER + timedelta(hours=2))
    told = page(client, people)
    assert re.search(r"<dt>6e</dt>\s*<dd>mercredi 2 septembre 2026 à 8 h", told)
    assert re.search(r"<dt>Les autres niveaux</dt>\s*<dd>mardi 1er septembre 2026 à 8 h", told)
    assert "jeudi 20 août" not in told


def test_a_maintenance_is_told_before_the_profiles_window(people: Cast, client: FlaskClient) -> None:
    families_window()
    maintenance(end=SUMMER + timedelta(hours=2), holds=True, message="Passage à la nouvelle année")
    told = page(client, people)
    assert "maintenance" in told
    assert "Passage à la nouvelle année" in told
    set_time(SUMMER + timedelta(hours=3))
    late = page(client, people)
    assert "plus longtemps que prévu" in late
    assert "11 h" not in late


def test_the_schools_words_stand_before_the_projects_and_those_before_the_default(
    people: Cast, client: FlaskClient
) -> None:
    families_window()
    actions.set_text(
        "Le projet : {établissement} rouvre {réouverture}.", profile=Profile.GUARDIAN, school_id=None, **BY
    )
    db.session.commit()
    assert "Le projet : Collège Simone-Veil rouvre mardi 1er septembre 2026 à 8 h." in page(client, people)
    actions.set_text("Le collège <3.", profile=Profile.GUARDIAN, school_id=people.college.id, **BY)
    db.session.commit()
    assert "Le collège &lt;3." in page(client, people)
    assert "Le projet" not in page(client, people)
    assert "La classe de votre enfant" not in page(client, people)
    assert "C’est là que vous trouverez votre classe" in page(client, people, "student")


def test_a_practical_notice_is_on_it_while_it_is_shown(people: Cast, client: FlaskClient) -> None:
    """SITE-8."""
    families_window()
    end = SUMMER + timedelta(hours=1)
    actions.publish_notice(people.college.id, "Livres : gymnase, 14 h", shown_until=end, **BY)
    db.session.commit()
    assert "Livres : gymnase, 14 h" in page(client, people)
    set_time(end)
    assert "Livres" not in page(client, people)


def test_whom_to_ask_is_the_school(people: Cast, client: FlaskClient) -> None:
    families_window()
    school = db.session.get(School, people.college.id)
    assert school is not None
    school.phone, school.email = "01 02 03 04 05", "college@exemple.test"
    bump(db.session(), DIRECTORY)
    db.session.commit()
    client.application.extensions["pagecache"].clear()
    told = page(client, people)
    assert 'href="tel:0102030405"' in told
    assert 'href="mailto:college@exemple.test"' in told


@pytest.mark.parametrize(
    "path",
    ["/ecole/{uai}/fermeture/pupil", "/ecole/0000000X/fermeture/student", "/fermeture/pupil", "/fermeture/"],
)
def test_unknown_profiles_and_schools_have_no_page(people: Cast, client: FlaskClient, path: str) -> None:
    assert client.get(path.format(uai=people.college.uai)).status_code == 404


def test_the_project_has_a_page_of_its_own(people: Cast, client: FlaskClient) -> None:
    families_window()
    told = client.get("/fermeture/student").text.replace("\u00a0", " ")
    assert "L’espace rouvre mardi 1er septembre 2026 à 8 h." in told


def test_days_are_told_in_the_schools_own_zone(people: Cast, client: FlaskClient) -> None:
    """GATE-3: an inclusive end day is over at midnight in Nouméa."""
    families_window(end=date(2026, 9, 2))
    school = db.session.get(School, people.college.id)
    assert school is not None
    school.zone = "Pacific/Noumea"
    bump(db.session(), DIRECTORY)
    db.session.commit()
    set_time(datetime(2026, 9, 2, 12, 59, tzinfo=UTC))
    assert "L’espace rouvre jeudi 3 septembre 2026" in page(client, people)
    set_time(datetime(2026, 9, 2, 13, 0, tzinfo=UTC))
    assert "L’espace est ouvert" in page(client, people)
