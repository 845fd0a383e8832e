"""A head names a stand-in, an operator looks for schools with nobody and adds an event to the calendar (CHECK-3, CHECK-4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import delete

from app import clock
from app.db import db
from app.directory.models import Affiliation, Person, RoleGrant, School
from app.profiles import Role
from tests.browser.conftest import BOTH_WAYS, Visit, enter
from tests.builders import grant
from tests.campaign.test_dates import make
from tests.people import Cast, cast


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    made = cast(sqlite_app)
    # The école has no head; somebody who has left the collège still administers it.
    db.session.execute(delete(RoleGrant).where(RoleGrant.school_id == made.primary.id))
    gone = db.session.get_one(Person, made.staff.id)
    grant(gone, Role.SCHOOL_ADMIN, db.session.get_one(School, made.college.id))
    gone.source = "aaf"
    db.session.execute(delete(Affiliation).where(Affiliation.person_id == gone.id))
    db.session.commit()
    return made


@BOTH_WAYS
def test_a_head_names_a_stand_in_and_sees_what_is_to_be_taken_over(
    people: Cast, visit: Callable[..., Visit], width: int, javascript: bool
) -> None:
    head = visit(width=width, javascript=javascript)
    look = head.is_worthy if javascript else head.is_quiet
    enter(head, people.head)
    page = head.open(f"/administration/ecole/{people.college.uai}/suppleances")
    expect(page.locator("main")).to_contain_text("Personne ne supplée.")
    look()
    page.get_by_role("button", name="Nommer").click()
    expect(page.locator("main")).to_contain_text("Écrivez l’identifiant.")
    look()
    today = clock.portal_now().date()
    page.get_by_label("Identifiant de la personne").fill(people.teacher.login)
    page.get_by_label("Premier jour").fill(today.isoformat())
    page.get_by_label("Dernier jour, inclus").fill((today + timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Nommer").click()
    expect(page.locator(".message-success")).to_contain_text("enregistrée")
    expect(page.locator("#stand-ins, main").first).to_contain_text(people.teacher.name)
    look()
    page.get_by_role("button", name="Mettre fin").click()
    expect(page.locator(".message-success")).to_contain_text("terminée")
    head.open(f"/administration/ecole/{people.college.uai}/reprises")
    expect(page.locator("main")).to_contain_text(people.staff.name)
    look()


def test_an_operator_finds_schools_without_a_holder_and_adds_an_event(
    people: Cast, visit: Callable[..., Visit]
) -> None:
    campaign_id = make().id
    operator = visit()
    enter(operator, people.operator)
    page = operator.open("/administration")
    page.get_by_role("link", name="Établissements sans titulaire").click()
    expect(page.locator("main")).to_contain_text(people.primary.name)
    operator.is_worthy()
    page = operator.open(f"/administration/campagnes/{campaign_id}/calendrier")
    page.get_by_role("link", name="Ajouter un événement").click()
    operator.is_worthy()
    page.get_by_role("button", name="Ajouter au calendrier").click()
    expect(page.locator("main")).to_contain_text("Dites en quelques mots")
    operator.is_worthy()
    page.get_by_label("Ce qu’il y a à faire").fill("Vider les catégories de cours")
    page.get_by_label("Système concerné").select_option("EXT-1")
    page.get_by_label("Au plus tard, inclus").fill("2026-07-24")
    page.get_by_role("button", name="Ajouter au calendrier").click()
    expect(page.locator(".message-success")).to_contain_text("dans le calendrier")
    operator.is_worthy()
    page.get_by_role("link", name="Supprimer cet événement").click()
    operator.is_worthy()
    page.get_by_role("button", name="Supprimer").click()
    expect(page.locator("main")).to_contain_text("supprimer")
    page.get_by_label("Mot de confirmation").fill("supprimer")
    page.get_by_role("button", name="Supprimer").click()
    expect(page.locator(".message-success")).to_contain_text("supprimé")
