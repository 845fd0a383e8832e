"""Marks, report cards, reviews, councils, conduct, projects, photos, letters and support links, in a real browser.

What a class is marked on reaches the pupil and their guardian (DATA-8, S2-5); sanctions are the head's (S2-6); a letter names one
guardian (KIN-2); a support worker is linked in one click (PORTAL-9).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import expect

from app.db import db
from tests.browser.conftest import WITH_AND_WITHOUT, Visit, enter
from tests.schoollife.result_rows import ClassWorld, class_world, make_assessment, make_card


@pytest.fixture
def world(sqlite_app: Flask) -> ClassWorld:
    return class_world(sqlite_app)


def test_a_class_is_marked_and_the_family_reads(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    hugo = world.cast.student
    teacher = visit()
    enter(teacher, world.cast.teacher)
    page = teacher.open(f"/classes/{world.class_id}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Classe 5A")
    teacher.is_worthy()
    page.get_by_role("link", name="Notes").click()
    teacher.is_worthy()
    page.get_by_role("link", name="Nouvelle évaluation").click()
    page.get_by_label("Titre").fill("Fractions")
    page.get_by_label("Matière").fill("Mathématiques")
    teacher.is_worthy()
    page.get_by_role("button", name="Créer et saisir les notes").click()
    page.get_by_label(f"Note de {hugo.name}").fill("25")
    page.get_by_label(f"Note de {world.ines.name}").fill("14,5")
    page.get_by_label(f"Motif pour {world.tom.name}").select_option("Absent")
    page.get_by_role("button", name="Enregistrer et publier").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("dépasse le barème")
    expect(page.get_by_label(f"Note de {world.ines.name}")).to_have_value("14,5")
    teacher.is_worthy()
    summary.get_by_role("link").click()
    expect(page.get_by_label(f"Note de {hugo.name}")).to_be_focused()
    page.get_by_label(f"Note de {hugo.name}").fill("12,5")
    page.get_by_role("button", name="Enregistrer et publier").click()
    expect(page.locator(".message-success")).to_contain_text("responsables les voient")
    teacher.is_worthy()
    for person in (hugo, world.cast.guardian):
        family = visit(width=320)
        enter(family, person)
        page = family.open(f"/eleves/{hugo.id}")
        family.is_worthy()
        page.get_by_role("link", name="Notes et compétences").click()
        expect(page.get_by_role("main")).to_contain_text("12,5/20")
        expect(page.get_by_role("main")).not_to_contain_text("14,5")
        family.is_worthy()


def test_skills_of_a_class_are_entered_and_read(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    hugo = world.cast.student
    teacher = visit(javascript=False)
    enter(teacher, world.cast.teacher)
    page = teacher.open(f"/classes/{world.class_id}/competences")
    page.get_by_label("Domaine").fill("Nombres et calculs")
    page.get_by_label("Compétence", exact=True).fill("Calculer avec des fractions")
    page.get_by_label(f"Niveau de {hugo.name}").select_option("3")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("table").last).to_contain_text("Calculer avec des fractions")
    guardian = visit()
    enter(guardian, world.cast.guardian)
    page = guardian.open("/resultats")
    page.get_by_role("link", name=hugo.name).click()
    expect(page.get_by_role("main")).to_contain_text("maîtrise satisfaisante")
    guardian.is_worthy()


def test_a_report_card_is_completed_published_and_read(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    hugo = world.cast.student
    make_assessment(world, {hugo.id: 1250, world.ines.id: 1450, world.tom.id: 900})
    db.session.commit()
    head = visit()
    enter(head, world.cast.head)
    page = head.open(f"/administration/ecole/{world.cast.college.uai}/vie-scolaire/bulletins/")
    head.is_worthy()
    page.get_by_role("link", name="Premier trimestre").click()
    page.get_by_label("Titre").fill("Bulletin du premier trimestre")
    head.is_worthy()
    page.get_by_role("button", name="Enregistrer").click()

    form_teacher = visit()
    enter(form_teacher, world.form_teacher)
    page = form_teacher.open(f"/classes/{world.class_id}/bulletins")
    form_teacher.is_worthy()
    page.get_by_role("button", name="Préparer les bulletins").click()
    expect(page.locator(".message-success")).to_contain_text("3 bulletins sont à jour")
    form_teacher.is_worthy()
    teacher = visit()
    enter(teacher, world.cast.teacher)
    typing = teacher.open(f"/classes/{world.class_id}/bulletins/appreciations")
    typing.get_by_label(hugo.name).fill("Des efforts qui paient.")
    teacher.is_worthy()
    typing.get_by_role("button", name="Enregistrer les appréciations").click()
    expect(typing.locator(".message-success")).to_be_visible()
    page.get_by_role("link", name=hugo.name).click()
    page.get_by_label("Appréciation générale").fill("Un bon trimestre.")
    page.get_by_label("Distinction").select_option("encouragements")
    form_teacher.is_worthy()
    page.get_by_role("button", name="Enregistrer et publier").click()
    expect(page.get_by_role("main")).to_contain_text("La famille le lit depuis")

    guardian = visit(width=320)
    enter(guardian, world.cast.guardian)
    page = guardian.open(f"/eleves/{hugo.id}/bulletins")
    guardian.is_worthy()
    page.get_by_role("link", name="Bulletin : Premier trimestre").click()
    for words in (
        "Bulletin du premier trimestre",
        "12,5",
        "Des efforts qui paient.",
        "Un bon trimestre.",
        "encouragements",
    ):
        expect(page.get_by_role("main")).to_contain_text(words)
    guardian.is_worthy()
    page.get_by_role("link", name="Imprimer").click()
    expect(page.get_by_role("heading", name=hugo.name)).to_be_visible()
    guardian.is_worthy()


def test_a_review_and_a_council_reach_the_family(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    hugo = world.cast.student
    form_teacher = visit()
    enter(form_teacher, world.form_teacher)
    page = form_teacher.open(f"/classes/{world.class_id}/bilans")
    form_teacher.is_worthy()
    page.get_by_role("link", name="cycle 4").click()
    form_teacher.is_worthy()
    page.get_by_role("link", name=hugo.name).click()
    for choice in page.get_by_role("main").locator("select").all():
        choice.select_option("4")
    page.get_by_label("Synthèse des acquis").fill("De solides acquis.")
    form_teacher.is_worthy()
    page.get_by_role("button", name="Enregistrer et publier").click()
    expect(page.get_by_role("main")).to_contain_text("Publié")

    page = form_teacher.open(f"/classes/{world.class_id}/conseils")
    form_teacher.is_worthy()
    page.get_by_role("link", name="Préparer un conseil").click()
    page.get_by_label("Jour").fill("2026-11-30")
    page.get_by_label("Heure").fill("17:30")
    page.get_by_label("Synthèse").fill("Une classe **agréable**.")
    page.get_by_label("Joindre des fichiers").set_input_files(
        {"name": "compte-rendu.txt", "mimeType": "text/plain", "buffer": "Présents : tous.".encode()}
    )
    form_teacher.is_worthy()
    page.get_by_role("button", name="Enregistrer et publier la synthèse").click()
    expect(page.get_by_role("main")).to_contain_text("lundi 30 novembre 2026 à 17 h 30")
    form_teacher.is_worthy()

    pupil = visit(width=320)
    enter(pupil, hugo)
    page = pupil.open(f"/eleves/{hugo.id}/bulletins")
    page.get_by_role("link", name="Bilan de fin de cycle 4").click()
    expect(page.get_by_role("main")).to_contain_text("De solides acquis.")
    pupil.is_worthy()
    page = pupil.open(f"/classes/{world.class_id}/conseils")
    page.get_by_role("main").locator(".card a").click()
    expect(page.get_by_role("main")).to_contain_text("agréable")
    with page.expect_download() as download:
        page.get_by_role("link", name="compte-rendu.txt").click()
    assert download.value.suggested_filename == "compte-rendu.txt"
    pupil.is_worthy()


def test_a_punishment_and_a_sanction_are_given_and_read_by_the_family(
    world: ClassWorld, visit: Callable[..., Visit]
) -> None:
    hugo = world.cast.student
    cpe = visit()
    enter(cpe, world.cpe)
    page = cpe.open(f"/eleves/{hugo.id}")
    page.get_by_role("link", name="Donner une punition").click()
    page.get_by_label("Type").select_option("Retenue")
    page.get_by_label("Motif").select_option("Téléphone")
    page.get_by_label("À faire pour le").fill("2026-10-16")
    cpe.is_worthy()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("table")).to_contain_text("Retenue")
    cpe.is_worthy()
    head = visit()
    enter(head, world.cast.head)
    page = head.open(f"/eleves/{hugo.id}")
    page.get_by_role("link", name="Prononcer une sanction").click()
    page.get_by_label("Type").select_option("Avertissement")
    page.get_by_role("button", name="Enregistrer").click()
    page = head.open(f"/etablissements/{world.cast.college.uai}/punitions")
    expect(page.get_by_role("table")).to_contain_text("(sanction)")
    head.is_worthy()
    page.get_by_role("link", name=re.compile("Retenue")).click()
    page.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_role("main")).to_contain_text("Faite")
    head.is_worthy()
    guardian = visit(width=320)
    enter(guardian, world.cast.guardian)
    page = guardian.open(f"/eleves/{hugo.id}/punitions")
    expect(page.get_by_role("table")).to_contain_text("Avertissement")
    guardian.is_worthy()


def test_a_project_photos_and_letters_of_a_class(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    hugo = world.cast.student
    written = io.BytesIO()
    Image.new("RGB", (900, 1200), (200, 160, 120)).save(written, "JPEG")
    head = visit()
    enter(head, world.cast.head)
    page = head.open(f"/classes/{world.class_id}/epi")
    head.is_worthy()
    page.get_by_role("link", name="Nouveau projet").click()
    page.get_by_label("Titre").fill("L’eau dans la ville")
    page.get_by_label("Premier jour").fill("2026-10-01")
    page.get_by_label("Dernier jour").fill("2026-12-18")
    page.get_by_label(hugo.name, exact=True).check()
    page.get_by_label(f"Ce qui est dit du travail de {hugo.name}").fill("Curieux et précis.")
    head.is_worthy()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("main")).to_contain_text("Curieux et précis.")
    head.is_worthy()

    page = head.open(f"/classes/{world.class_id}/trombinoscope/tenir")
    photo = {"name": "hugo.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}
    page.get_by_label(hugo.name).set_input_files(photo)
    head.is_worthy()
    page.get_by_role("button", name="Enregistrer les photos").click()
    picture = page.get_by_role("main").locator("img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("async one => (await one.decode(), one.naturalHeight)") == 480
    head.is_worthy()

    page = head.open(f"/classes/{world.class_id}/courriers")
    head.is_worthy()
    page.get_by_role("link", name="Nouvelle lettre").click()
    page.get_by_label("Objet").fill("Réunion de rentrée")
    page.get_by_label("Texte").fill("Bonjour {responsable},\n\nnous parlerons de {élève}.")
    head.is_worthy()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("main")).to_contain_text("3 lettres, une par responsable")
    head.is_worthy()
    page.get_by_role("link", name="Imprimer les lettres").click()
    expect(page.get_by_role("main")).to_contain_text(
        "Bonjour Alice Moreau, nous parlerons de Hugo Moreau.", use_inner_text=False
    )
    head.is_worthy()
    guardian = visit(width=320)
    enter(guardian, world.cast.guardian)
    page = guardian.open(f"/classes/{world.class_id}/epi")
    page.get_by_role("link", name="L’eau dans la ville").click()
    expect(page.get_by_role("main")).to_contain_text("Curieux et précis.")
    guardian.is_worthy()


@WITH_AND_WITHOUT
def test_a_cpe_links_a_support_worker_in_one_click(
    world: ClassWorld, visit: Callable[..., Visit], javascript: bool
) -> None:
    hugo = world.cast.student
    make_card(world, hugo, published=True)
    db.session.commit()
    cpe = visit(javascript=javascript)
    enter(cpe, world.cpe)
    page = cpe.open(f"/eleves/{hugo.id}/accompagnants")
    page.get_by_label("Nom").fill("suivi")
    if not javascript:
        page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="lier comme AESH").click()
    expect(page.locator(".message-success")).to_contain_text("suit l’élève dès maintenant")
    if javascript:
        cpe.is_worthy()
    worker = visit(width=320, javascript=javascript)
    enter(worker, world.aesh)
    page = worker.open("/mes-accompagnements")
    page.get_by_role("link", name=hugo.name).click()
    expect(page.get_by_role("link", name="Bulletins et bilans")).to_be_visible()
    if javascript:
        worker.is_worthy()
    page = cpe.open(f"/eleves/{hugo.id}/accompagnants")
    page.get_by_role("button", name=re.compile("Terminer")).click()
    expect(page.get_by_role("main")).to_contain_text("Personne ne suit cet élève")
    worker.page.reload()
    expect(worker.page.get_by_role("link", name="Bulletins et bilans")).to_have_count(0)
