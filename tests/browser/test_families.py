"""A family before, during and after its window, in a real browser (GATE-2, GATE-6, GATE-7, SITE-1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.db import db
from app.gate.windows import Bound, WindowKind
from app.profiles import FAMILIES
from tests.browser.conftest import WITH_AND_WITHOUT, Visit, enter, window
from tests.people import Cast, cast

#: 1 August 2026, midnight in Paris, and 1 September at 8:00.
CLOSES, OPENS = datetime(2026, 7, 31, 22, tzinfo=UTC), datetime(2026, 9, 1, 6, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    made = cast(sqlite_app)
    window(WindowKind.PROFILES, FAMILIES, Bound(instant=CLOSES), Bound(instant=OPENS))
    db.session.commit()
    return made


def stopped(page: Page) -> None:
    """The page tells that the portal is not broken, and until when."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("mardi 1er septembre 2026 à 8")
    expect(page.locator("body")).to_contain_text("pas en panne")


@WITH_AND_WITHOUT
def test_a_guardian_is_let_in_stopped_and_let_in_again(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], javascript: bool
) -> None:
    at(CLOSES - timedelta(minutes=5))
    guardian = visit(width=320, javascript=javascript)
    page = enter(guardian, people.guardian)
    expect(page).to_have_url(guardian.live + "/espace")
    expect(page.locator("main")).to_contain_text("Hugo")

    at(CLOSES)
    page.reload()
    assert "/fermeture/guardian" in page.url
    stopped(page)

    at(OPENS - SECOND)
    guardian.open("/espace")
    stopped(page)
    at(OPENS + SECOND)
    guardian.open("/espace")
    expect(page).to_have_url(guardian.live + "/espace")
    expect(page.locator("main")).to_contain_text("Hugo")


def test_back_shows_nothing_private_after_the_closing(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(CLOSES - timedelta(minutes=5))
    guardian = visit()
    page = enter(guardian, people.guardian)
    expect(page.locator("main")).to_contain_text("Hugo")
    guardian.open("/fermetures")
    at(CLOSES)
    page.go_back()
    page.wait_for_url("**/fermeture/guardian")
    stopped(page)
    assert "Hugo" not in page.content()


def test_back_shows_nothing_private_after_a_sign_out(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(CLOSES - timedelta(minutes=5))
    somebody = visit()
    page = enter(somebody, people.guardian)
    somebody.open("/compte")
    page.get_by_role("button", name="Me déconnecter").or_(
        page.get_by_role("button", name="Se déconnecter")
    ).first.click()
    page.wait_for_url(lambda url: "/compte" not in url)
    page.go_back()
    page.wait_for_url("**/connexion**")
    assert people.guardian.email not in page.content()


def test_a_teacher_comes_in_while_families_wait(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(CLOSES + timedelta(days=3))
    teacher = visit()
    page = enter(teacher, people.teacher)
    expect(page).to_have_url(teacher.live + "/espace")
    pupil = visit(width=320)
    page = enter(pupil, people.student)
    assert "/fermeture/student" in page.url
    stopped(page)


def test_public_pages_stay_online_and_are_the_same_for_somebody_signed_in(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(CLOSES + timedelta(days=3))
    anybody, guardian = visit(), visit()
    enter(guardian, people.guardian)
    for path in ("/", f"/ecole/{people.college.uai}/", "/fermetures", "/accessibilite"):
        assert anybody.open(path).content() == guardian.open(path).content()
        expect(anybody.page.locator("body")).to_contain_text("1er septembre 2026")
