"""Arriving, what is one's own, and what becomes of it, in a real browser: DATA-1, DATA-3, DATA-4, PORTAL-13."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import WITH_AND_WITHOUT, Visit, enter
from tests.people import Cast, cast


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    return cast(sqlite_app)


@WITH_AND_WITHOUT
def test_somebody_keeps_a_page_and_a_date_and_takes_everything_along(
    people: Cast, visit: Callable[..., Visit], javascript: bool
) -> None:
    """The usual way of a teacher before the summer: see what becomes of my things, take them along (DATA-3, DATA-4)."""
    visitor = visit(1280 if javascript else 320, javascript=javascript)
    page = enter(visitor, people.teacher)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thérèse")
    page.get_by_role("link", name="Tenir mes favoris").click()
    page.get_by_label("Nom").fill("Dictionnaire")
    page.get_by_label("Adresse").fill("javascript:alert(1)")
    page.get_by_role("button", name="Ajouter ce favori").click()
    expect(page.get_by_role("alert")).to_contain_text("pas une adresse de page")
    expect(page.get_by_label("Nom")).to_have_value("Dictionnaire")
    page.get_by_label("Adresse").fill("https://www.cnrtl.fr/definition/")
    page.get_by_role("button", name="Ajouter ce favori").click()
    expect(page.get_by_role("link", name="Dictionnaire", exact=True)).to_be_visible()
    visitor.open("/espace/agenda/nouvelle-date")
    page.get_by_label("Quoi").fill("Bilan de l’année")
    page.get_by_label("Début").fill("2027-06-28T17:00")
    page.get_by_label("Fin").fill("2027-06-28T18:30")
    page.get_by_role("button", name="Enregistrer la date").click()
    visitor.open("/espace")
    expect(page.get_by_text("lundi 28 juin 2027 à 17\u00a0h")).to_be_visible()
    page.get_by_role("link", name="Mes données et la bascule").click()
    expect(page.get_by_role("row", name="favoris")).to_contain_text("1")
    if javascript:
        visitor.is_worthy()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger tout ce qui est à moi").click()
    with zipfile.ZipFile(taken.value.path()) as archive:
        assert archive.testzip() is None
        assert "personnel/favoris.csv" in archive.namelist()


def test_everybody_may_read_what_becomes_of_data(people: Cast, visit: Callable[..., Visit]) -> None:
    """DATA-1: the whole table is public."""
    visitor = visit()
    page = visitor.open("/aide/mes-donnees")
    visitor.is_worthy()
    expect(page.get_by_role("heading", name="Dans les écoles")).to_be_visible()
    expect(page.get_by_role("row", name="messages reçus, non classés").first).to_be_attached()


def test_a_teacher_asks_and_a_guardian_answers(people: Cast, visit: Callable[..., Visit]) -> None:
    """PORTAL-13: written in a few lines, answered on a telephone, counted."""
    teacher = visit()
    page = enter(teacher, people.teacher)
    teacher.open("/formulaires/nouveau")
    page.get_by_label("Titre").fill("Sortie de fin d’année")
    page.get_by_label("Questions").fill("! Votre enfant vient-il ?\n- oui\n- non\n\nUne remarque ?")
    page.get_by_label("responsables").check()
    teacher.is_worthy()
    page.get_by_role("button", name="Enregistrer le formulaire").click()
    page.get_by_role("button", name="Ouvrir le formulaire").click()
    guardian = visit(320, javascript=False)
    theirs = enter(guardian, people.guardian)
    theirs.get_by_role("link", name="Formulaire à remplir : Sortie de fin d’année").click()
    theirs.get_by_role("button", name="Envoyer mes réponses").click()
    expect(theirs.get_by_role("alert")).to_contain_text("Répondez à cette question")
    theirs.get_by_label("oui").check()
    theirs.get_by_role("button", name="Envoyer mes réponses").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Merci")
    page.reload()
    expect(page.get_by_role("row", name="oui")).to_contain_text("100,0")
    teacher.is_worthy()
