"""Writing, approving and reading in a class's space; what a telephone shows; without JavaScript: in a real browser (PORTAL-1, 2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.db import db
from tests.browser.conftest import BOTH_WIDTHS, Visit, enter
from tests.content.rows import make_article, make_category, make_class_space, make_section
from tests.people import Cast, cast


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    made = cast(sqlite_app)
    space = make_class_space(made.college.id, made.college.classes[2026]["5A"], "Classe de 5A")
    make_category(space, "Sorties")
    make_article(space, "Une visite au musée des beaux-arts avec la classe voisine", author_id=made.teacher.id)
    make_section(made.college.id, "Vie du collège")
    db.session.commit()
    return made


def test_a_pupil_writes_a_teacher_approves_a_parent_reads(people: Cast, visit: Callable[..., Visit]) -> None:
    pupil, teacher, parent = visit(), visit(), visit(width=320)
    page = enter(pupil, people.student)
    page = pupil.open("/espaces")
    pupil.is_worthy()
    page.get_by_role("link", name="Classe de 5A").click()
    pupil.is_worthy()
    page.get_by_role("link", name="Écrire un article").click()
    page.get_by_label("Titre").fill("Notre potager")
    page.get_by_label("Texte").fill("Nous avons planté des **fèves**.")
    expect(page.locator("#preview strong")).to_have_text("fèves")
    page.get_by_label("Ajouter des fichiers").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Le plan du potager."}
    )
    pupil.is_worthy()
    page.get_by_role("button", name="Proposer à la validation").click()
    expect(page.locator(".message-success")).to_contain_text("est proposé")

    page = enter(teacher, people.teacher)
    page = teacher.open(pupil.page.url.removeprefix(pupil.live))
    teacher.is_worthy()
    page.get_by_role("button", name="Valider et mettre en ligne").click()
    expect(page.locator(".message-success")).to_contain_text("en ligne")

    enter(parent, people.guardian)
    page = parent.open("/espaces")
    page.get_by_role("link", name="Classe de 5A").click()
    page.get_by_role("link", name="Notre potager").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notre potager")
    expect(page.get_by_role("link", name="plan.txt")).to_be_visible()
    page.get_by_label("Votre commentaire").fill("Bravo à tous !")
    page.get_by_role("button", name="Commenter").click()
    expect(page.locator("#comments")).to_contain_text("Bravo à tous !")
    parent.is_worthy()


@BOTH_WIDTHS
def test_a_head_keeps_the_tree_without_javascript(people: Cast, visit: Callable[..., Visit], width: int) -> None:
    head = visit(width=width, javascript=False)
    enter(head, people.head)
    page = head.open(f"/etablissements/{people.college.uai}/rubriques")
    page.get_by_role("link", name="Nouvelle rubrique").click()
    page.get_by_role("button", name="Créer la rubrique").click()
    expect(page.locator(".error-summary")).to_contain_text("Donnez un titre")
    page.get_by_label("Titre").fill("Sorties et voyages")
    page.get_by_label("Temporaire", exact=False).check()
    page.get_by_role("button", name="Créer la rubrique").click()
    page.get_by_role("link", name="Réglages").click()
    page.get_by_label("Temporaire", exact=False).uncheck()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".message-success")).to_contain_text("enregistrés")
    page.get_by_role("link", name="Mettre cet espace à la corbeille").click()
    page.get_by_label("Pour confirmer", exact=False).fill("supprimer")
    page.get_by_role("button", name="Mettre à la corbeille").click()
    head.open(f"/administration/ecole/{people.college.uai}/corbeille")
    expect(page.get_by_role("table")).to_contain_text("Sorties et voyages")
    page.get_by_role("button", name="Rétablir").first.click()
    expect(page.locator(".message-success")).to_contain_text("rétabli")


@pytest.mark.long
def test_the_screens_of_whoever_keeps_a_space_are_worthy(people: Cast, visit: Callable[..., Visit]) -> None:
    head = visit()
    enter(head, people.head)
    head.open(f"/etablissements/{people.college.uai}/rubriques")
    head.is_worthy()
    for page in ("", "/blog", "/blog/1", "/reglages", "/roles?q=leroux", "/corbeille"):
        head.open(f"/espaces/1{page}")
        head.is_worthy()
    head.open(f"/administration/ecole/{people.college.uai}/corbeille")
    head.is_worthy()
