"""The days after a feed: credentials sheets, links to confirm, merges and their undoing, hand and directory, notices that wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import Account
from app.db import db
from app.directory.models import ClassMembership, Person, School
from app.profiles import Profile
from tests import builders
from tests.browser.conftest import BOTH_WAYS, Visit, enter, enter_by_form
from tests.people import Cast, cast

AFTER = datetime(2026, 9, 3, 8, tzinfo=UTC)


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    """Thérèse's 6A is last year's link and her 5A made by hand; Alice stands there twice; Rémi was made by hand, then fed."""
    made = cast(sqlite_app)
    college = db.session.get_one(School, made.college.id)
    for link in db.session.scalars(select(ClassMembership)):
        link.source = "aaf"
        if link.person_id == made.teacher.id and link.class_id == made.college.classes[2026]["6A"]:
            link.unconfirmed = True
        elif link.person_id == made.teacher.id and link.class_id == made.college.classes[2026]["5A"]:
            link.source, link.also_from = "hand", "aaf"
    for one in (made.student, made.guardian, made.other_guardian):
        account = db.session.get_one(Account, one.id)
        account.password_hash = None
    twice, sibling = builders.make_person("Alice", "Moreau"), builders.make_person("Nina", "Moreau")
    builders.affiliate(twice, college, Profile.GUARDIAN)
    builders.affiliate(sibling, college, Profile.STUDENT)
    builders.guard(twice, sibling)
    builders.make_account(twice, "a.moreau2")
    twice.mobile_phone = db.session.get_one(Person, made.guardian.id).mobile_phone = "06 12 34 56 78"
    hand, fed = (builders.make_person("Rémi", "Vasseur") for _ in range(2))
    fed.source = "aaf"
    builders.affiliate(hand, college, Profile.GUEST)
    builders.affiliate(fed, college, Profile.TEACHER)
    builders.make_account(hand, "r.vasseur")
    builders.make_account(fed, "r.vasseur2")
    db.session.commit()
    db.session.remove()
    return made


@BOTH_WAYS
def test_a_school_puts_its_first_days_in_order(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], width: int, javascript: bool
) -> None:
    """ACCT-3, S4-5, FEED-5, CLASS-5."""
    at(AFTER)
    head = visit(width=width, javascript=javascript)
    look = head.is_worthy if javascript else head.is_quiet
    page = enter(head, people.head) if javascript else enter_by_form(head, people.head)
    head.open(f"/administration/ecole/{people.college.uai}")
    page.get_by_role("link", name="Fiches de connexion").click()
    look()
    page.get_by_role("link", name="responsables").first.click()
    expect(page.locator("main .lead")).to_contain_text("jamais servi")
    look()
    page.get_by_role("button", name="Afficher à l’écran").click()
    expect(page.locator(".slip .code").first).to_be_visible()
    look()

    head.open(f"/administration/ecole/{people.college.uai}/liens-a-confirmer")
    expect(page.get_by_role("row", name="Thérèse Marchand")).to_contain_text("lien de l’an dernier, à confirmer")
    look()
    page.get_by_label("Thérèse Marchand en 6A").check()
    page.get_by_role("button", name="Confirmer les liens cochés").click()
    expect(page.locator(".message-success")).to_contain_text("1 lien est confirmé")

    head.open(f"/administration/ecole/{people.college.uai}/main-et-annuaire")
    look()
    page.get_by_role("link", name="pour le lien de Thérèse Marchand").click()
    look()
    page.get_by_role("button", name="Suivre l’annuaire").click()
    page.get_by_role("link", name="pour les comptes de Rémi Vasseur").click()
    look()
    page.get_by_label("Pour confirmer, écrivez RAPPROCHER").fill("rapprocher")
    page.get_by_role("button", name="Rapprocher les deux comptes").click()
    page.get_by_role("link", name="Séparer").click()
    look()
    page.get_by_label("Pour confirmer, écrivez SÉPARER").fill("séparer")
    page.get_by_role("button", name="Séparer les deux fiches").click()
    expect(page.locator(".message-success")).to_contain_text("tels qu’ils étaient")

    head.open(f"/administration/ecole/{people.college.uai}/doublons")
    expect(page.get_by_role("heading", name="Sans doute la même personne")).to_be_visible()
    look()


def test_a_teacher_sees_last_years_class_as_such_and_the_operator_lets_notices_wait(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    """S4-4, S4-5."""
    at(AFTER)
    teacher = visit()
    page = enter(teacher, people.teacher)
    expect(page.get_by_role("heading", name="Classes de l’an dernier, à confirmer")).to_be_visible()
    teacher.is_worthy()
    operator = visit()
    page = enter(operator, people.operator)
    operator.open("/administration/departs/avis")
    operator.is_worthy()
    page.get_by_label("Dernier jour sans avis").fill("2026-09-16")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".error-summary")).to_contain_text("mardi 15 septembre 2026")
    operator.is_worthy()
    page.get_by_label("Dernier jour sans avis").fill("2026-09-15")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("lendemain du mardi 15 septembre 2026")
    operator.is_worthy()
