"""A class's media library in a real browser: add, look, throw away, take back; at 320 px and without JavaScript (PORTAL-1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.content.models import Section
from app.db import db
from tests.browser.conftest import BOTH_WIDTHS, Visit, enter
from tests.content import media_rows as rows
from tests.people import Cast, cast

JUNE = datetime(2026, 6, 10, 10, tzinfo=UTC)


@pytest.fixture
def people(sqlite_app: Flask, at: Callable[[datetime], None]) -> Cast:
    made = cast(sqlite_app)
    at(JUNE)
    return made


@pytest.fixture
def space(people: Cast) -> int:
    """The number of the 6A's space."""
    made: Section = rows.make_space(school_id=people.college.id, class_id=people.college.classes[2025]["6A"])
    rows.make_contest(made, author_id=people.teacher.id)
    for title in ("Le lac", "Le pont"):
        rows.make_point(made, title, author_id=people.teacher.id)
    rows.make_link(made)
    number = made.id
    db.session.commit()
    return number


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Sortie au lac.jpg"
    path.write_bytes(rows.jpeg(1200, 800, exif=True))
    return path


def add(page: Page, *files: Path) -> None:
    page.get_by_label("Fichiers", exact=True).set_input_files(list(files))
    page.get_by_role("button", name="Ajouter", exact=True).click()


@BOTH_WIDTHS
def test_a_photo_is_added_looked_at_thrown_away_and_taken_back(
    people: Cast, space: int, visit: Callable[..., Visit], photo: Path, width: int
) -> None:
    pupil = visit(width=width)
    enter(pupil, people.student)
    page = pupil.open(f"/espaces/{space}/mediatheque")
    pupil.is_worthy()
    add(page, photo)
    expect(page.locator(".message-success")).to_contain_text("1 fichier ajouté")
    pupil.is_worthy()
    page.get_by_role("link", name="Sortie au lac.jpg", exact=True).click()
    picture = page.get_by_role("img", name="Aperçu de")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 1200
    pupil.is_worthy()
    page.get_by_role("button", name="Mettre à la corbeille").click()
    expect(page.locator(".message-success")).to_contain_text("dans la corbeille")
    page.get_by_role("link", name="Corbeille des fichiers").click()
    pupil.is_worthy()
    page.get_by_role("button", name="Restaurer").click()
    expect(page.locator(".message-success")).to_contain_text("de nouveau à sa place")
    pupil.open(f"/espaces/{space}/mediatheque")
    expect(page.get_by_role("link", name="Sortie au lac.jpg", exact=True)).to_be_visible()


def test_without_javascript_a_folder_is_made_filled_and_copied(
    people: Cast, space: int, visit: Callable[..., Visit], photo: Path
) -> None:
    teacher = visit(javascript=False)
    enter(teacher, people.teacher)
    page = teacher.open(f"/espaces/{space}/mediatheque")
    page.locator("summary", has_text="Nouveau dossier").click()
    page.get_by_label("Nom du dossier").fill("Sorties")
    page.get_by_role("button", name="Créer le dossier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sorties")
    add(page, photo)
    page.get_by_label("Choisir « Sortie au lac.jpg »").check()
    page.get_by_role("button", name="Copier les fichiers choisis").click()
    expect(page.get_by_label("Choisir « Sortie au lac.jpg »")).to_be_checked()
    page.get_by_role("button", name="Copier les fichiers choisis").click()
    expect(page.locator(".message-success")).to_contain_text("copié dans vos documents")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Médiathèque")


def test_a_file_that_is_not_what_it_says_is_refused_where_one_sees_it(
    people: Cast, space: int, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    wrong = tmp_path / "photo.jpg"
    wrong.write_bytes(b"<html><script>alert(1)</script>")
    pupil = visit()
    enter(pupil, people.student)
    page = pupil.open(f"/espaces/{space}/mediatheque")
    add(page, wrong)
    expect(page.locator(".error-summary")).to_contain_text("ne correspond pas à son nom")
    pupil.is_worthy()


@pytest.mark.long
def test_contest_map_search_and_quota_are_worthy_pages(people: Cast, space: int, visit: Callable[..., Visit]) -> None:
    teacher = visit()
    enter(teacher, people.teacher)
    for path in (
        "concours",
        "concours/nouveau",
        "carte",
        "carte/nouveau",
        "recherche",
        "copier",
        "place",
        "dossier-partage",
    ):
        teacher.open(f"/espaces/{space}/{path}")
        teacher.is_worthy()
    page = teacher.open(f"/espaces/{space}/concours")
    page.get_by_role("link", name="Concours de nouvelles").click()
    teacher.is_worthy()
    page.get_by_label("Votre texte", exact=False).fill("Il était une fois")
    page.get_by_role("button", name="Participer").click()
    expect(page.locator(".message-success")).to_contain_text("participation est enregistrée")
    teacher.is_worthy()


def test_a_minisite_is_read_by_everybody(people: Cast, sqlite_app: Flask, visit: Callable[..., Visit]) -> None:
    section = rows.make_space(school_id=people.primary.id, class_id=people.primary.classes[2025]["CM1"], title="CM1")
    shown = rows.make_page(section)
    rows.make_page(section, "Nos sorties").position = 2
    path, number = f"/ecole/{people.primary.uai}/mini-site/{section.slug}/{shown.id}", section.id
    db.session.commit()
    anybody = visit()
    page = anybody.open(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Notre classe")
    anybody.is_worthy()
    page.get_by_role("link", name="Nos sorties").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nos sorties")
    head = visit()
    enter(head, people.primary_head)
    head.open(f"/espaces/{number}/mini-site")
    head.is_worthy()
