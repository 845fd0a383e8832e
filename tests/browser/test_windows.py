"""A head adapts a window, seen while it is typed; an open page is stopped; who enters when: in a real browser (GATE-5, 6, 11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from playwright.sync_api import expect

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.gate.actions import close
from app.gate.windows import Bound, Limits, WindowKind
from app.profiles import FAMILIES
from tests.browser.conftest import BOTH_WIDTHS, WITH_AND_WITHOUT, Visit, enter, window
from tests.people import Cast, cast

SUMMER = datetime(2026, 8, 20, 7, tzinfo=UTC)
OPENS = datetime(2026, 9, 1, 6, tzinfo=UTC)
LIMITS = Limits(earliest_end=date(2026, 8, 31), latest_end=date(2026, 9, 4))


@pytest.fixture
def people(sqlite_app: Flask, at: Callable[[datetime], None]) -> Cast:
    made = cast(sqlite_app)
    at(SUMMER)
    window(WindowKind.PROFILES, FAMILIES, Bound(day=date(2026, 7, 5)), Bound(instant=OPENS), limits=LIMITS)
    db.session.commit()
    return made


@WITH_AND_WITHOUT
@BOTH_WIDTHS
def test_a_head_moves_the_end_and_sees_the_page_as_it_is_typed(
    people: Cast, visit: Callable[..., Visit], javascript: bool, width: int
) -> None:
    def looked_at(visitor: Visit) -> None:
        if javascript:  # axe is a script
            visitor.is_worthy()

    head = visit(width=width, javascript=javascript)
    page = enter(head, people.head)
    page = head.open(f"/administration/ecole/{people.college.uai}/acces/blocage")
    looked_at(head)
    page.get_by_role("link", name="Adapter").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("mardi 1er septembre 2026 à 8")

    page.get_by_label("Dernier jour").fill("2026-09-09")
    if not javascript:
        page.get_by_role("button", name="Prévisualiser").click()
    expect(preview).to_contain_text("ne peut pas être après le vendredi 4 septembre 2026 inclus")
    page.get_by_label("Dernier jour").fill("2026-09-03")
    page.get_by_label("Heure de réouverture").fill("08:00")
    if not javascript:
        page.get_by_role("button", name="Prévisualiser").click()
    expect(preview).to_contain_text("jeudi 3 septembre 2026 à 8")
    looked_at(head)

    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".message-success")).to_contain_text("Vos dates sont enregistrées")
    expect(page.get_by_role("table").first).to_contain_text("jeudi 3 septembre 2026 à 8")
    family = visit(width=width, javascript=javascript)
    family.open(f"/ecole/{people.college.uai}/fermeture/guardian")
    expect(family.page.get_by_role("heading", level=1)).to_contain_text("jeudi 3 septembre 2026 à 8")
    looked_at(family)


def test_an_error_takes_the_focus_and_leads_to_its_field(people: Cast, visit: Callable[..., Visit]) -> None:
    owner = visit()
    enter(owner, people.owner)
    page = owner.open("/administration/acces/blocage/nouvelle")
    page.get_by_label("Premier jour").fill("2026-09-10")
    page.get_by_label("Dernier jour").fill("2026-09-01")
    page.get_by_role("button", name="Enregistrer").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Dernier jour")).to_be_focused()
    owner.is_worthy()


def test_a_page_that_is_open_is_stopped_at_its_next_request_by_htmx(people: Cast, visit: Callable[..., Visit]) -> None:
    head = visit()
    enter(head, people.head)
    page = head.open(f"/administration/ecole/{people.college.uai}/acces/qui-entre")
    page.get_by_label("Jour").fill("2026-08-28")
    expect(page.locator("#answer")).to_contain_text("vendredi 28 août 2026")
    expect(page.locator("#answer")).to_contain_text("GATE-2")
    head.is_worthy()
    close(until=Bound(instant=datetime(2026, 8, 20, 16, tzinfo=UTC)), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    page.get_by_label("Jour").fill("2026-08-29")
    expect(page.get_by_role("heading", level=1)).to_contain_text("jeudi 20 août 2026 à 18")
    expect(page.get_by_text("Hélène Garnier")).to_have_count(0)
    head.is_worthy()
