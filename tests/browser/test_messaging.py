"""Messages in a real browser: a teacher writes to guardians with a file, one reads, answers and files; a head cancels (PORTAL-4, 10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.profiles import Profile
from tests.browser.conftest import LATER, Visit, enter
from tests.messaging.rows import announce, folder, of_class, send, whole
from tests.people import Cast, cast

JUNE = datetime(2026, 6, 12, 7, tzinfo=UTC)
WAYS = pytest.mark.parametrize(
    ("width", "javascript"),
    [(1280, True), pytest.param(320, True, marks=LATER), pytest.param(1280, False, marks=LATER)],
    ids=["1280", "320", "without JavaScript"],
)


@pytest.fixture
def people(sqlite_app: Flask, at: Callable[[datetime], None]) -> Cast:
    made = cast(sqlite_app)
    at(JUNE)
    return made


def looked_at(visit: Visit, javascript: bool) -> None:
    if javascript:  # axe is a script
        visit.is_worthy()


@WAYS
def test_a_teacher_writes_to_the_guardians_of_a_class_with_a_file(
    people: Cast, visit: Callable[..., Visit], tmp_path: Path, width: int, javascript: bool
) -> None:
    file = tmp_path / "horaires.csv"
    file.write_text("Heure;Lieu\n8 h;Grille\n", encoding="utf-8")
    teacher = visit(width=width, javascript=javascript)
    enter(teacher, people.teacher)
    page = teacher.open("/messagerie")
    looked_at(teacher, javascript)
    page.get_by_role("link", name="Écrire un message").click()
    to = of_class(people.college, "6A", Profile.GUARDIAN)
    page.get_by_label("Une classe, un groupe, une fonction").select_option(to.token)
    page.get_by_role("button", name="Ajouter").first.click()
    expect(page.locator("#recipients li")).to_contain_text("6A")
    page.get_by_label("Objet").fill("Sortie au musée")
    page.get_by_label("Message", exact=True).fill("Rendez-vous à **8 h** devant la grille.")
    page.get_by_label("Fichiers").set_input_files(file)
    looked_at(teacher, javascript and width == 1280)
    page.get_by_role("button", name="Continuer vers l’envoi").click()
    expect(page.locator(".lead")).to_contain_text("atteindra 2 personnes")
    expect(page.get_by_text("horaires.csv")).to_be_visible()
    looked_at(teacher, javascript)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".message-success")).to_contain_text("parti à 2 personnes")
    looked_at(teacher, javascript)


@WAYS
def test_a_guardian_reads_answers_and_files_into_a_folder(
    people: Cast, visit: Callable[..., Visit], width: int, javascript: bool
) -> None:
    send(people.teacher, [of_class(people.college, "6A", Profile.GUARDIAN)], school=people.college)
    folder(people.guardian, "Sorties")
    alice = visit(width=width, javascript=javascript)
    enter(alice, people.guardian)
    page = alice.open("/messagerie")
    looked_at(alice, javascript)
    page.get_by_role("link", name="Sortie au musée").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sortie au musée")
    expect(page.get_by_text(people.other_guardian.name)).to_have_count(0)
    looked_at(alice, javascript)
    page.get_by_role("link", name="Répondre", exact=True).click()
    page.get_by_label("Message", exact=True).fill("Merci, nous serons là.")
    page.get_by_role("button", name="Continuer vers l’envoi").click()
    expect(page.locator(".message-success")).to_contain_text("parti à 1 personne")
    alice.open("/messagerie")
    page.get_by_label("Choisir : Sortie au musée").check()
    page.get_by_label("Dossier").select_option(label="Sorties")
    page.get_by_role("button", name="Classer dans ce dossier").click()
    expect(page.locator(".message-success")).to_contain_text("1 message a été rangé")
    page.get_by_role("link", name="Dossiers").click()
    page.get_by_role("link", name="Sorties").click()
    expect(page.get_by_role("link", name="Sortie au musée")).to_be_visible()
    looked_at(alice, javascript)


@WAYS
def test_a_head_announces_and_cancels(people: Cast, visit: Callable[..., Visit], width: int, javascript: bool) -> None:
    head = visit(width=width, javascript=javascript)
    enter(head, people.head)
    page = head.open("/annonces/ecrire")
    page.get_by_label("Population").select_option(whole(people.college, Profile.TEACHER).token)
    page.get_by_role("button", name="Ajouter").click()
    page.get_by_label("avertissement").check()
    page.get_by_label("Titre").fill("Grève des cars")
    looked_at(head, javascript)
    page.get_by_role("button", name="Continuer vers la diffusion").click()
    looked_at(head, javascript and width == 320)
    page.get_by_role("button", name="Diffuser").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grève des cars")
    looked_at(head, javascript)
    page.get_by_role("link", name="Annuler cette communication").click()
    page.get_by_role("button", name="Annuler la communication").click()
    expect(page.locator("main")).to_contain_text("annulée depuis le vendredi 12 juin 2026")
    page = head.open("/annonces/emises")
    expect(page.get_by_role("table")).to_contain_text("Annulée")
    looked_at(head, javascript)


@pytest.mark.long
def test_every_other_page_of_messages_is_worthy(people: Cast, visit: Callable[..., Visit]) -> None:
    message, _left = send(people.teacher, [of_class(people.college, "6A", Profile.GUARDIAN)], school=people.college)
    announce(people.head, [whole(people.college, Profile.STAFF)], school=people.college)
    head = visit()
    enter(head, people.head)
    base = f"/administration/ecole/{people.college.uai}"
    paths = (
        "/messagerie/envoyes", "/messagerie/brouillons", "/messagerie/corbeille/vider", "/messagerie/reglages",
        "/annonces", f"/annonces/etablissement/{people.college.uai}", f"{base}/qui-voit-qui", f"{base}/messages",
        f"{base}/messages/{message.id}", f"{base}/messages/{message.id}/retirer", f"{base}/communication?q=leroux",
    )  # fmt: skip
    for path in paths:
        page: Page = head.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        head.is_worthy()
