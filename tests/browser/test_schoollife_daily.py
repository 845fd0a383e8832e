"""A class's days in a real browser: lessons and work, the binder, the notebook, dates, the roll call, a school's settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.db import db
from tests.browser.conftest import BOTH_WAYS, Visit, enter
from tests.people import Someone
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world
from tests.schoollife.rows import make_lesson

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def world(sqlite_app: Flask) -> ClassWorld:
    return class_world(sqlite_app)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file to send."""
    path = tmp_path / "consigne.pdf"
    path.write_bytes(PDF)
    return path


def somebody(visit: Callable[..., Visit], person: Someone, **how: object) -> tuple[Visit, Page]:
    visitor = visit(**how)
    return visitor, enter(visitor, person)


def success(page: Page) -> None:
    expect(page.locator(".message-success")).to_be_visible()


@BOTH_WAYS
def test_a_lesson_and_work_with_a_file_reach_the_pupil_who_hands_it_in(
    world: ClassWorld, visit: Callable[..., Visit], paper: Path, width: int, javascript: bool
) -> None:
    def looked_at(visitor: Visit) -> None:
        if javascript:  # axe is a script
            visitor.is_worthy()

    teacher, page = somebody(visit, world.cast.teacher, width=width, javascript=javascript)
    teacher.open(f"/classes/{world.class_id}/cahier")
    looked_at(teacher)
    page.get_by_role("link", name="Écrire une séance").click()
    page.get_by_label("Matière").fill("Mathématiques")
    page.get_by_label("Début").fill("14:00")
    page.get_by_label("Fin").fill("14:55")
    page.get_by_label("Titre de la séance").fill("Aire du disque")
    page.get_by_label("Contenu de la séance").fill("On découpe le disque en **secteurs**.")
    looked_at(teacher)
    page.get_by_role("button", name="Enregistrer la séance").click()
    success(page)
    page.get_by_role("link", name="Donner un travail").click()
    page.get_by_label("Travail à faire").fill("Exercices 3 et 4")
    page.get_by_label("Pour le").fill("2026-10-15")
    page.get_by_label("À rendre ici").check()
    page.get_by_label("Joindre des fichiers").set_input_files(paper)
    page.get_by_role("button", name="Donner le travail").click()
    success(page)
    looked_at(teacher)

    pupil, theirs = somebody(visit, world.cast.student, width=width, javascript=javascript)
    pupil.open(f"/classes/{world.class_id}/cahier")
    expect(theirs.get_by_role("heading", name="lundi 12 octobre 2026")).to_be_visible()
    expect(theirs.get_by_text("Aire du disque")).to_be_visible()
    looked_at(pupil)
    pupil.open("/travail")
    looked_at(pupil)
    theirs.get_by_role("link", name="Exercices 3 et 4").click()
    with theirs.expect_download() as download:
        theirs.get_by_role("link", name="consigne.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    theirs.get_by_role("button", name="C’est fait").click()
    success(theirs)
    theirs.get_by_label("Ta réponse").fill("Pi fois le carré du rayon.")
    theirs.get_by_label("Joindre des fichiers").set_input_files(paper)
    theirs.get_by_role("button", name="Rendre mon travail").click()
    expect(theirs.locator("#mon-travail")).to_contain_text("Rendu")
    looked_at(pupil)

    page.reload()
    page.get_by_role("link", name="Corriger Hugo Moreau").click()
    expect(page.get_by_text("Pi fois le carré du rayon.")).to_be_visible()
    page.get_by_label("Correction").fill("Exact.")
    page.get_by_role("button", name="Rendre la correction").click()
    success(page)
    theirs.reload()
    expect(theirs.locator("#mon-travail")).to_contain_text("Exact.")


def test_an_activity_goes_from_the_binder_to_a_pupil(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    teacher, page = somebody(visit, world.cast.teacher)
    teacher.open("/classeur")
    page.get_by_role("link", name="Nouvelle activité").click()
    page.get_by_label("Titre").fill("Les fleuves de France")
    page.get_by_label("Consignes").fill("- Placer cinq fleuves\n- Nommer leurs sources")
    page.get_by_role("button", name="Enregistrer l’activité").click()
    success(page)
    page.get_by_role("link", name="Donner à des élèves").click()
    page.get_by_role("link", name="5A").click()
    page.get_by_label("Hugo Moreau").check()
    teacher.is_worthy()
    page.get_by_role("button", name="Donner aux élèves choisis").click()
    expect(page.get_by_role("table")).to_contain_text("Pas encore vue")
    teacher.is_worthy()

    pupil, theirs = somebody(visit, world.cast.student, width=320)
    pupil.open("/classeur")
    pupil.is_worthy()
    theirs.get_by_role("link", name="Les fleuves de France").click()
    theirs.get_by_role("button", name="J’ai vu cette activité").click()
    success(theirs)
    pupil.is_worthy()


def test_a_guardian_signs_a_word_and_the_school_sees_it(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    teacher, page = somebody(visit, world.cast.teacher)
    teacher.open(f"/classes/{world.class_id}/liaison")
    teacher.is_worthy()
    page.get_by_role("link", name="Écrire un mot").click()
    page.get_by_label("Titre").fill("Sortie au musée")
    page.get_by_label("Texte").fill("Jeudi, retour à 17 heures.")
    page.get_by_label("Demander la signature").check()
    page.get_by_role("button", name="Envoyer le mot").click()
    success(page)

    guardian, theirs = somebody(visit, world.cast.guardian, width=320)
    guardian.open("/liaison")
    expect(theirs.get_by_role("heading", name="1 mot à signer")).to_be_visible()
    guardian.is_worthy()
    theirs.get_by_role("link", name="Sortie au musée").first.click()
    theirs.get_by_label("Répondre à l’établissement").fill("Hugo viendra.")
    guardian.is_worthy()
    theirs.get_by_role("button", name="Signer").click()
    expect(theirs.get_by_text("Signé par vous")).to_be_visible()
    guardian.open("/liaison/imprimer")
    expect(theirs.get_by_text("Hugo viendra.")).to_be_visible()

    page.reload()
    expect(page.get_by_role("table")).to_contain_text("Hugo viendra.")
    teacher.is_worthy()
    other, bruno = somebody(visit, world.cast.other_guardian)
    other.open("/liaison")
    bruno.get_by_role("link", name="Sortie au musée").first.click()
    expect(bruno.get_by_text("Hugo viendra.")).to_have_count(0)
    expect(bruno.get_by_role("button", name="Signer")).to_be_visible()


def test_dates_of_a_class_and_of_its_school_are_told(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    head, page = somebody(visit, world.cast.head)
    for address, title in (
        (f"/classes/{world.class_id}/agenda", "Cross des cinquièmes"),
        (f"/etablissements/{world.cast.college.uai}/agenda", "Portes ouvertes"),
    ):
        head.open(address)
        page.get_by_role("link", name="Ajouter une date").click()
        page.get_by_label("Titre").fill(title)
        page.get_by_label("Jour", exact=True).fill("2026-10-16")
        page.get_by_label("Début").fill("14:00")
        page.get_by_label("Fin").fill("16:00")
        page.get_by_role("button", name="Enregistrer la date").click()
        success(page)
        head.is_worthy()
    family, theirs = somebody(visit, world.cast.guardian, width=320)
    family.open("/agenda-classe")
    expect(theirs.get_by_text("Cross des cinquièmes")).to_be_visible()
    expect(theirs.get_by_text("Portes ouvertes")).to_be_visible()
    expect(theirs.get_by_text("vendredi 16 octobre 2026 à 14 h").first).to_be_visible()
    family.is_worthy()


@BOTH_WAYS
def test_a_stand_in_calls_the_roll_and_the_office_sees_who_is_missing(
    world: ClassWorld, visit: Callable[..., Visit], width: int, javascript: bool
) -> None:
    def looked_at(visitor: Visit) -> None:
        if javascript:
            visitor.is_worthy()

    lesson = make_lesson(world, starts_at=OCTOBER).id
    db.session.commit()
    head, page = somebody(visit, world.cast.head, width=width, javascript=javascript)
    head.open(f"/seances/{lesson}/remplacement")
    page.get_by_label("Qui assure la séance").select_option(label="Thomas Faure")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Thomas Faure remplace Thérèse Marchand.")).to_be_visible()
    looked_at(head)

    stand_in = visit(width=width, javascript=javascript)
    both = world.cast.teacher_and_parent
    sheet = enter(stand_in, both)
    stand_in.open("/appels")
    expect(sheet.get_by_text("1 appel reste à valider.")).to_be_visible()
    looked_at(stand_in)
    stand_in.open(f"/appels/{lesson}")
    sheet.get_by_role("group", name="Hugo Moreau").get_by_label("Absent").check()
    late = sheet.get_by_role("group", name="Tom Noir")
    late.get_by_label("En retard").check()
    late.get_by_label("Minutes de retard").fill("10")
    looked_at(stand_in)
    sheet.get_by_role("button", name="Valider l’appel").click()
    success(sheet)

    office, theirs = somebody(visit, world.cpe, width=width, javascript=javascript)
    office.open(f"/etablissements/{world.cast.college.uai}/appels")
    expect(theirs.get_by_role("table")).to_contain_text("2 élèves notés")
    looked_at(office)
    theirs.get_by_role("link", name="Les absents de ce jour").click()
    expect(theirs.get_by_role("table")).to_contain_text("Hugo Moreau")
    looked_at(office)
    office.open(f"/classes/{world.class_id}/absences")
    looked_at(office)

    guardian, family = somebody(visit, world.cast.guardian, width=width, javascript=javascript)
    guardian.open("/absences")
    looked_at(guardian)
    family.get_by_role("table").get_by_role("link").first.click()
    family.get_by_label("Motif de l’absence").fill("Rendez-vous chez le dentiste.")
    family.get_by_role("button", name="Envoyer à l’établissement").click()
    success(family)


def test_a_head_sets_periods_weeks_lists_and_settings(world: ClassWorld, visit: Callable[..., Visit]) -> None:
    head, page = somebody(visit, world.cast.head)
    base = f"/administration/ecole/{world.cast.college.uai}/vie-scolaire"
    head.open(f"{base}/")
    head.is_worthy()
    page.get_by_role("link", name="Motifs d’absence").click()
    page.get_by_label("Intitulé").fill("Compétition sportive")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("table")).to_contain_text("Compétition sportive")
    head.is_worthy()
    head.open(f"{base}/periodes")
    page.get_by_label("Nom").fill("Troisième trimestre")
    page.get_by_label("Premier jour").fill("2027-03-01")
    page.get_by_label("Dernier jour").fill("2027-06-30")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("a des jours en commun avec « Deuxième trimestre »")
    head.is_worthy()
    page.get_by_label("Premier jour").fill("2027-03-13")
    page.get_by_role("button", name="Enregistrer").click()
    success(page)
    head.open(f"{base}/alternances")
    page.get_by_label("Première semaine").fill("2026-10-05")
    page.get_by_label("Dernière semaine").fill("2026-10-30")
    page.get_by_role("button", name="Donner les lettres").click()
    expect(page.get_by_text("4 semaines ont leur lettre.")).to_be_visible()
    head.is_worthy()
    head.open(f"{base}/reglages")
    page.get_by_label("Minutes d’un retard").fill("10")
    head.is_worthy()
    page.get_by_role("button", name="Enregistrer").click()
    success(page)
    head.open(f"/classes/{world.class_id}/cahier")
    expect(page.get_by_text("semaine B")).to_be_visible()
