"""A campaign's operator in a real browser: plan, approve, watch the bar, undo; with and without JavaScript, wide and narrow (G1, G8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from app import clock
from app.audit.actions import COMMAND
from app.campaign.dates import actions as dates
from app.campaign.moving import completed
from app.campaign.presets import PRESETS
from app.campaign.running.models import Run
from app.campaign.working.jobs import run_to_end
from app.content.models import Section
from app.db import db
from tests.browser import looking
from tests.browser.conftest import BOTH_WAYS, Visit, enter
from tests.builders import MADE
from tests.campaign.academies import close_gate
from tests.content.rows import make_article, make_class_space
from tests.people import FIRST_DAY, LAST_DAY, TEACHERS_FIRST_DAY, Cast, cast


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    """The cast, a class space with something in it, a section in the trash, and the campaign of the collège."""
    made = cast(sqlite_app)
    space = make_class_space(made.college.id, made.college.classes[2025]["6A"], "Classe de 6A")
    make_article(space, "Notre potager", author_id=made.teacher.id)
    db.session.add(
        Section(
            school_id=made.college.id, kind="school", title="Vieille rubrique", slug="vieille", services=[],
            created_at=MADE, trashed_at=MADE, trash_reason="hand",
        )
    )  # fmt: skip
    chosen = PRESETS["present"]
    anchors = completed(chosen.anchors, first_day=FIRST_DAY, teachers=TEACHERS_FIRST_DAY, last_day=LAST_DAY)
    dates.create(chosen, year=2026, anchors=anchors, school_ids=None, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    return made


def work() -> None:
    """What the worker does, between two looks at the page."""
    number = db.session.query(Run.id).order_by(Run.id.desc()).first()
    assert number is not None
    db.session.rollback()
    run_to_end(number[0])
    db.session.remove()


@BOTH_WAYS
def test_an_operator_plans_approves_watches_and_undoes(
    people: Cast, visit: Callable[..., Visit], width: int, javascript: bool
) -> None:
    operator = visit(width=width, javascript=javascript)
    page = enter(operator, people.operator)
    page = operator.open("/administration/campagnes")
    page.get_by_role("link", name="Collèges et lycées").click()
    looked(operator, javascript)
    page.get_by_role("link", name="Étape 1").first.click()
    page.get_by_role("button", name="Faire les plans de toutes les étapes").click()
    expect(page.locator(".message-success")).to_contain_text("rien n’a été modifié")
    looked(operator, javascript)
    page.get_by_role("link", name="Lire et approuver").click()
    page.get_by_role("button", name="Approuver").click()
    expect(page.locator(".error-summary")).to_contain_text("Tapez le mot")
    looked(operator, javascript)
    page.get_by_label("Mot de confirmation").fill("approuver")
    page.get_by_role("button", name="Approuver").click()
    expect(page.locator("#step")).to_contain_text("Ce qui manque pour commencer")
    looked(operator, javascript)
    close_gate()
    db.session.remove()
    step = page.url.removeprefix(operator.live)
    page = operator.open(step)
    page.get_by_role("button", name="Lancer l’étape maintenant").click()
    expect(page.locator("#step")).to_contain_text("Le passage est en cours")
    looked(operator, javascript)
    work()
    if not javascript:
        page.get_by_role("link", name="Actualiser").click()
    expect(page.locator("#step")).to_contain_text("L’étape est terminée")
    looked(operator, javascript)
    page.get_by_role("link", name="Le compte rendu du passage").click()
    looked(operator, javascript)
    page.get_by_role("link", name="Collège Simone-Veil").click()
    looked(operator, javascript)
    page.get_by_role("link", name="Annuler dans cet établissement").click()
    page.get_by_label("Mot de confirmation").fill("annuler")
    looked(operator, javascript)
    page.get_by_role("button", name="Annuler le passage").click()
    work()
    page = operator.open(step)
    expect(page.locator("#step")).to_contain_text("a été repris")
    looked(operator, javascript)


def looked(visit: Visit, javascript: bool) -> None:
    """axe needs scripts; without them the page at least fits its window and nothing is loud."""
    if javascript:
        visit.is_worthy()
        return
    visit.is_quiet()
    looking.fits(visit.page)


def test_a_school_reads_its_archives_page(people: Cast, visit: Callable[..., Visit]) -> None:
    head = visit()
    enter(head, people.head)
    page = head.open(f"/administration/ecole/{people.college.uai}/archives")
    expect(page.locator("main")).to_contain_text("Aucune archive")
    head.is_worthy()
