"""Archives open from disk in Chromium, offline: pages, links, attachments (S2-3, S2-4); and last year's diaries on the portal."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.db import db
from app.schoollife import rollover
from tests.browser.conftest import LATER, TELEPHONE, Visit, enter
from tests.people import Cast, cast
from tests.schoollife import year_rows
from tests.schoollife.test_previous import AUGUST, archived
from tests.schoollife.year_rows import Year, scope_of


@pytest.fixture
def people(sqlite_app: Flask, at: Callable[..., None]) -> Cast:
    made = cast(sqlite_app)
    at(AUGUST)
    return made


@pytest.fixture
def year(people: Cast) -> Year:
    made = year_rows.diary_year(people)
    year_rows.attach("Les notes du cours, à relire.".encode(), "Notes à relire.txt", lesson_id=made.lesson)
    year_rows.lesson(
        people,
        class_id=made.class_id,
        subject="Enseignement moral et civique " * 3,
        title="Anticonstitutionnellement" * 6,
        body=f"<p>{'mot' * 200}</p><h2>Un titre</h2><ul><li>Un point</li></ul>",
    )
    db.session.commit()
    return made


def unpacked(people: Cast, archive: str, number: int, folder: Path) -> Path:
    """Write an archive and unpack it as somebody at home does; its first page."""
    units = {unit.id: unit for unit in rollover.archive_units(archive, people.college.id, scope_of(people))}
    stream = io.BytesIO()
    rollover.write_archive(archive, units[number], people.college.id, scope_of(people), stream, lambda: None)
    with zipfile.ZipFile(stream) as whole:
        whole.extractall(folder)
    return folder / "index.html"


@pytest.fixture
def offline(chromium: Browser) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """``offline(width=1280)``: a page without network, and the addresses that it asks for."""
    contexts = []

    def begin(width: int = 1280, **more: object) -> tuple[Page, list[str]]:
        context = chromium.new_context(viewport={"width": width, "height": 800}, offline=True, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        return page, asked

    yield begin
    for context in contexts:
        context.close()


def elsewhere(asked: list[str]) -> list[str]:
    """What was asked for that is not on the disk; the browser's own viewer of PDF is the browser's."""
    assert asked
    return [address for address in asked if not address.startswith(("file://", "chrome-extension://"))]


def is_worthy(page: Page) -> None:
    """axe finds nothing and nothing stands out of the window."""
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in results.response["violations"]] == []
    wide, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= width, page.url


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(TELEPHONE, "dark", marks=LATER)])
def test_a_class_diary_opens_from_disk_and_every_page_of_it(
    people: Cast, year: Year, tmp_path: Path, offline: Callable[..., tuple[Page, list[str]]], width: int, scheme: str
) -> None:
    index = unpacked(people, "diary", year.class_id, tmp_path)
    page, asked = offline(width, color_scheme=scheme)
    page.goto(index.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Cahier de textes de la classe 6A, 2025-2026")
    is_worthy(page)
    pages = page.locator("main a").evaluate_all("links => [...new Set(links.map(link => link.href))]")
    assert len(pages) >= 6
    for address in pages:
        page.goto(address)
        is_worthy(page)
    page.goto(index.as_uri())
    page.get_by_role("link", name="Mathématiques").click()
    page.get_by_role("link", name="Fractions", exact=True).click()
    assert page.url.endswith("mois/2025-09.html#seance-" + str(year.lesson))
    expect(page.get_by_text("Cours et exercices.")).to_be_visible()
    page.get_by_role("link", name="Notes à relire.txt").click()
    expect(page.locator("body")).to_contain_text("Les notes du cours")
    page.go_back()
    page.get_by_role("link", name="Sommaire").click()
    expect(page.get_by_role("heading", name="Par mois")).to_be_visible()
    assert elsewhere(asked) == []


def test_a_pupils_archive_opens_from_disk(
    people: Cast, year: Year, tmp_path: Path, offline: Callable[..., tuple[Page, list[str]]]
) -> None:
    index = unpacked(people, "pupil", people.student.id, tmp_path)
    page, asked = offline(TELEPHONE)
    page.goto(index.as_uri())
    is_worthy(page)
    page.get_by_role("link", name="Exercice 12").click()
    expect(page.get_by_text("Ma réponse")).to_be_visible()
    expect(page.get_by_text("Bien.")).to_be_visible()
    is_worthy(page)
    page.get_by_role("link", name="Activités reçues").click()
    expect(page.get_by_role("heading", name="Carte des fleuves")).to_be_visible()
    is_worthy(page)
    link = page.get_by_role("link", name="Fleuves.pdf")
    with page.expect_request(lambda request: request.url.endswith("Fleuves.pdf")):
        link.click()
    assert elsewhere(asked) == []


def test_last_years_diary_is_read_on_the_portal(
    sqlite_app: Flask, people: Cast, year: Year, visit: Callable[..., Visit]
) -> None:
    """S2-3: 'Année précédente', after step 3; the archive's pages in their sandbox, with their style and their files."""
    archived(people, people.college.id)
    year_rows.without_directory()
    db.session.commit()
    pupil = visit(javascript=False)
    enter(pupil, people.student)
    page = pupil.open("/annee-precedente")
    page.get_by_role("link", name="Cahier de textes de la classe 6A, 2025-2026").first.click()
    expect(page.get_by_role("heading", name="Par mois")).to_be_visible()
    assert page.locator("section, nav ul").first.evaluate("nav => getComputedStyle(nav).listStyleType") == "none"
    page.get_by_role("navigation").get_by_role("link", name="septembre 2025").click()
    expect(page.get_by_text("Cours et exercices.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Notes à relire.txt").click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == "Les notes du cours, à relire."
    page.get_by_role("link", name="Retour à l’année précédente").click()
    expect(page.get_by_role("heading", name="Année précédente")).to_be_visible()
    pupil.is_quiet()
    teacher = visit()
    enter(teacher, people.teacher)
    teacher.open("/annee-precedente")
    teacher.is_worthy()
    nobody = visit()
    enter(nobody, people.guest)
    nobody.open("/annee-precedente")
    nobody.is_worthy()
