"""Groups, links and search in a real browser: with and without JavaScript, on a telephone too (PORTAL-6, PORTAL-7, KIN-3, S3-4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.db import db
from tests.browser.conftest import BOTH_WAYS, Visit, enter
from tests.directory.rows import make_phone_change
from tests.people import Cast, cast

JUNE = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def people(sqlite_app: Flask, at: Callable[[datetime], None]) -> Cast:
    made = cast(sqlite_app)
    make_phone_change(made.guardian.id)
    db.session.commit()
    at(JUNE)
    return made


@BOTH_WAYS
def test_a_teacher_makes_a_group_and_keeps_it(
    people: Cast, visit: Callable[..., Visit], width: int, javascript: bool
) -> None:
    """PORTAL-7, S3-4: the link of a mail asks first, a click acts."""
    teacher = visit(width=width, javascript=javascript)
    enter(teacher, people.teacher)
    page = teacher.open("/groupes")
    if javascript:
        teacher.is_worthy()
    page.get_by_role("link", name="Créer un groupe").first.click()
    page.get_by_label("Nom du groupe").fill("Club théâtre")
    if javascript:
        teacher.is_worthy()
    page.get_by_role("button", name="Créer le groupe").click()
    page.get_by_label("Nom ou prénom").fill("hugo")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_label(people.student.name).check()
    if javascript:
        teacher.is_worthy()
    page.get_by_role("button", name="Ajouter au groupe").click()
    expect(page.get_by_role("table")).to_contain_text(people.student.name)
    if javascript:
        teacher.is_worthy()
    page.get_by_role("link", name="Garder après l’année").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("après l’année scolaire")
    page.get_by_role("button", name="Garder le groupe").click()
    expect(page.locator(".facts").first).to_contain_text("sans limite")


def test_a_head_cuts_a_link_after_a_typed_word(people: Cast, visit: Callable[..., Visit]) -> None:
    """KIN-3."""
    head = visit()
    enter(head, people.head)
    page = head.open(f"/administration/ecole/{people.college.uai}/personnes/{people.student.id}")
    head.is_worthy()
    page.get_by_role("link", name="Responsables, exclusion, départ").click()
    head.is_worthy()
    page.get_by_role("link", name=f"Couper le lien avec {people.guardian.name}").click()
    page.get_by_role("button", name="Couper le lien").click()
    expect(page.locator(".error-summary")).to_be_focused()
    head.is_worthy()
    page.get_by_label("Raison").fill("Décision du juge")
    page.get_by_label("Pour confirmer").fill("couper")
    page.get_by_role("button", name="Couper le lien").click()
    expect(page.locator(".message-success")).to_contain_text("Le lien est coupé")
    head.is_worthy()
    for path in ("liens-et-departs", "doublons", "comptes", "comptes/nouveau", "liste-rouge"):
        head.open(f"/administration/ecole/{people.college.uai}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        head.is_worthy()
    for rest in ("depart", f"responsables/{people.guardian.id}/retablir"):
        head.open(f"/administration/ecole/{people.college.uai}/eleves/{people.student.id}/{rest}")
        head.is_worthy()


def test_the_directory_is_searched_while_one_types_nothing_but_a_name(
    people: Cast, visit: Callable[..., Visit]
) -> None:
    """PORTAL-6."""
    head = visit()
    enter(head, people.head)
    page = head.open("/annuaire")
    head.is_worthy()
    page.get_by_label("Nom ou prénom").fill("marchand")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator("#found")).to_contain_text(people.teacher.name)
    expect(page.locator("#found")).not_to_contain_text(people.student.name)
    page.get_by_role("link", name=people.teacher.name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(people.teacher.name)
    head.is_worthy()
    for path in ("/annuaire/avancee?q=moreau", f"/annuaire/technique?cle={people.student.login}"):
        head.open(path)
        expect(page.locator("#found")).to_contain_text(people.student.name)
        head.is_worthy()


def test_a_guardian_finds_who_works_in_the_school_without_javascript(people: Cast, visit: Callable[..., Visit]) -> None:
    """KIN-2: and nobody of the other families."""
    alice = visit(width=320, javascript=False)
    enter(alice, people.guardian)
    page = alice.open("/annuaire")
    page.get_by_label("Nom ou prénom").fill("m")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator("#found")).to_contain_text(people.teacher.name)
    expect(page.locator("#found")).not_to_contain_text(people.other_guardian.first_name)
    page = alice.open("/compte/telephones")
    page.get_by_label("Téléphone mobile").fill("06 12 34 56 78")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("pas encore repris")).to_be_visible()
