"""The home of each profile: nothing of a closed school, nothing of year N+1 before its day (GATE-8, 13, 15; KIN-2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app import clock
from app.db import db
from app.directory.models import Guardianship
from app.gate.models import ClosingWindow, WindowAmendment
from app.pulse import DIRECTORY, GATE, bump, set_clock
from tests.people import Cast, cast
from tests.signing import sign_in

BEFORE = datetime(2026, 7, 1, 9, tzinfo=UTC)
SUMMER = datetime(2026, 8, 20, 9, tzinfo=UTC)
OPENING = datetime(2026, 9, 1, 6, tzinfo=UTC)


def home(client: FlaskClient) -> str:
    """The home's own text, without the tokens of its forms."""
    answer = client.get("/espace")
    assert answer.status_code == 200
    return answer.text.split("<main")[1]


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    window = ClosingWindow(
        kind="profiles",
        profiles=["student", "guardian"],
        start_at=datetime(2026, 7, 10, 16, tzinfo=UTC),
        end_at=OPENING,
        source="project",
        created_at=BEFORE,
    )
    db.session.add(window)
    bump(db.session(), GATE)
    db.session.commit()
    return made


@pytest.fixture
def at(app: Flask) -> Callable[[datetime], None]:
    def move(instant: datetime) -> None:
        set_clock(db.session(), instant - clock.machine_now())
        db.session.commit()
        app.extensions["pulse"].forget()

    return move


def test_before_the_holidays_families_see_the_current_year_only(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    at(BEFORE)
    sign_in(client, people.guardian)
    page = home(client)
    assert "Hugo Moreau" in page
    assert "Classe 6A" in page
    assert "5A" not in page
    assert "CM2" not in page
    assert "2026-2027" not in page


def test_the_closing_to_come_is_told_with_its_day(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    at(BEFORE)
    sign_in(client, people.guardian)
    assert "vendredi 10 juillet 2026 à 18\u00a0h" in client.get("/espace").text
    sign_in(client, people.teacher)
    assert "10 juillet" not in client.get("/espace").text, "a window of families does not concern teachers"


def test_after_the_opening_families_see_the_new_class(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    at(OPENING + timedelta(seconds=1))
    sign_in(client, people.guardian)
    page = home(client)
    assert "Classe 5A" in page
    assert "Classe CM2" in page
    assert "6A" not in page


def test_what_concerns_the_child_who_comes_back_later_is_not_told(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    """GATE-13: the primary school opens on Tuesday, the fifth-years of the collège on Thursday."""
    db.session.add(
        WindowAmendment(
            window_id=db.session.query(ClosingWindow).one().id,
            school_id=people.college.id,
            level="5e",
            end_at=OPENING + timedelta(days=2),
            by_operator=True,
            changed_at=BEFORE,
        )
    )
    bump(db.session(), GATE)
    at(OPENING + timedelta(hours=1))
    sign_in(client, people.guardian)
    page = home(client)
    assert "Classe CM2" in page
    assert "5A" not in page
    assert "Une partie de votre espace est fermée" in page
    at(OPENING + timedelta(days=2))
    assert "Classe 5A" in home(client)


def test_a_school_that_is_news_is_not_told_before_its_day(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    """Léa leaves the primary school for the collège, which opens later: the collège stays undisclosed (GATE-15)."""
    db.session.add(
        WindowAmendment(
            window_id=db.session.query(ClosingWindow).one().id,
            school_id=people.college.id,
            end_at=OPENING + timedelta(days=2),
            by_operator=True,
            changed_at=BEFORE,
        )
    )
    bump(db.session(), GATE)
    at(OPENING + timedelta(hours=1))
    sign_in(client, people.movers_guardian)
    assert people.primary.name in home(client)
    assert people.college.name not in client.get("/espace").text, "not in the banner either"


def test_a_teacher_sees_both_years_and_their_pupils(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    at(SUMMER)
    sign_in(client, people.teacher)
    page = home(client)
    assert "2025-2026" in page
    assert "2026-2027" in page
    pupils = client.get("/espace/eleves").text
    assert "Hugo Moreau" in pupils
    assert "Léa Petit" in pupils
    assert "Chloé" not in pupils


def test_no_guardian_sees_anything_of_another(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    """KIN-2: neither name nor address of the other guardian or of the contact, on any page of one's own."""
    at(BEFORE)
    sign_in(client, people.guardian)
    for path in ("/espace", "/compte", "/compte/adresse", "/compte/mot-de-passe"):
        page = client.get(path).text
        for word in ("Bruno", "Colette", people.other_guardian.login, people.other_guardian.email):
            assert word not in page, path


def test_a_contact_makes_no_card_and_a_cut_link_neither(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None], app: Flask
) -> None:
    at(BEFORE)
    sign_in(client, people.guardian)
    db.session.execute(
        update(Guardianship)
        .where(Guardianship.guardian_id == people.guardian.id, Guardianship.student_id == people.student.id)
        .values(cut_at=BEFORE)
    )
    bump(db.session(), DIRECTORY)
    db.session.commit()
    app.extensions["pulse"].forget()
    page = home(client)
    assert "Hugo" not in page
    assert "Chloé" in page


def test_an_operator_is_led_to_administration(
    people: Cast, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    at(BEFORE)
    sign_in(client, people.operator)
    page = home(client)
    assert "exploitant du projet" in page
    assert 'href="/administration"' in page
