"""A campaign's calendar in a real browser: made in one form, a date moved after reading what follows, a school's own part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.campaign.models import CalendarEvent
from app.db import db
from tests.browser.conftest import WITH_AND_WITHOUT, Visit, enter
from tests.campaign.test_dates import make
from tests.people import Cast, cast

SPRING = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture
def people(sqlite_app: Flask, at: Callable[[datetime], None]) -> Cast:
    made = cast(sqlite_app)
    at(SPRING)
    return made


@WITH_AND_WITHOUT
def test_an_operator_makes_a_campaign_and_moves_the_first_day(
    visit: Callable[..., Visit], people: Cast, javascript: bool
) -> None:
    """CAL-4, CAL-12: every page is worthy; it works without JavaScript."""
    operator = visit(javascript=javascript)

    def look() -> None:
        # What looks at a page is itself a script.
        if javascript:
            operator.is_worthy()

    enter(operator, people.operator)
    page = operator.open("/administration/campagnes/nouvelle")
    look()
    page.get_by_role("button", name="Voir le calendrier").click()
    page.get_by_role("heading", name="Le calendrier que vous allez créer").wait_for()
    look()
    page.get_by_role("button", name="Créer la campagne").click()
    page.get_by_role("heading", name="Calendrier de la campagne").wait_for()
    look()
    page.get_by_role("link", name="Rentrée des élèves").first.click()
    look()
    page.get_by_label("Jour", exact=True).fill("2026-09-03")
    page.get_by_role("button", name="Changer la date").click()
    page.get_by_role("heading", name="Ce que ce changement entraîne").wait_for()
    assert "jeudi 27 août 2026" in page.inner_text("#follows")
    look()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("La date est changée").wait_for()
    page.get_by_role("link", name="Calendrier", exact=True).click()
    page.get_by_role("link", name="L’espace est fermé aux élèves").click()
    page.get_by_role("link", name="Retirer du calendrier").click()
    look()
    page.get_by_role("button", name="Retirer").click()
    page.get_by_role("heading", name="Il reste quelque chose à corriger").wait_for()
    look()


def test_a_head_notes_what_the_school_has_done(visit: Callable[..., Visit], people: Cast) -> None:
    """CHECK-3: the school's own page, empty and full."""
    head = visit()
    enter(head, people.head)
    address = f"/administration/ecole/{people.college.uai}/campagne"
    page = head.open(address)
    page.get_by_text("Aucune campagne ne conduit encore").wait_for()
    head.is_worthy()
    make("vienne-2024")
    page = head.open(address)
    head.is_worthy()
    page.get_by_role("button", name="C’est fait").first.click()
    page.get_by_text("C’est noté.").wait_for()
    head.is_worthy()
    assert db.session.scalar(select(CalendarEvent.id).where(CalendarEvent.state == "done")) is not None
