"""School life's registers open from disk in Chromium, offline; the page in place of a closed diary (S2-5, GATE-10)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.schoollife import rollover
from tests.browser.conftest import LATER, TELEPHONE, Visit, enter
from tests.browser.test_archives_offline import elsewhere, is_worthy, offline
from tests.schoollife.result_rows import ClassWorld, class_world
from tests.schoollife.test_diary_closed import close
from tests.schoollife.test_registers import BUNDLES, filled, scope_of

__all__ = ["offline"]


@pytest.fixture
def world(sqlite_app: Flask) -> ClassWorld:
    return filled(class_world(sqlite_app))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(TELEPHONE, "dark", marks=LATER)])
def test_every_register_is_read_from_disk(
    world: ClassWorld, tmp_path: Path, offline: Callable[..., tuple[Page, list[str]]], width: int, scheme: str
) -> None:
    """S2-5: by class, by pupil, by period, without a request to anywhere."""
    school = world.cast.college.id
    page, asked = offline(width, color_scheme=scheme)

    def fits(shown: Page) -> None:
        # All are made of the same few parts: axe reads the two that have every one of them, in the dark on a telephone.
        if archive in ("grade-records", "report-cards") and width == TELEPHONE:
            is_worthy(shown)
        wide, window = shown.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, shown.url

    for archive in BUNDLES:
        unit = rollover.archive_units(archive, school, scope_of(world))[-1]
        stream = io.BytesIO()
        rollover.write_archive(archive, unit, school, scope_of(world), stream, lambda: None)
        with zipfile.ZipFile(stream) as whole:
            whole.extractall(tmp_path / archive)
        page.goto((tmp_path / archive / "index.html").as_uri())
        expect(page.get_by_role("heading", level=1)).to_have_text(unit.title)
        fits(page)
        pages = sorted((tmp_path / archive).glob("*/*.html"))
        assert len(pages) >= (1 if archive == "report-cards" else 4), archive
        # One of each kind; they are all made alike.
        for found in {one.parent: one for one in pages}.values():
            page.goto(found.as_uri())
            fits(page)
            page.get_by_role("link", name="Sommaire").click()
            assert page.url.endswith(f"{archive}/index.html")
    assert elsewhere(asked) == []


def test_a_pupils_marks_are_reached_from_their_class(
    world: ClassWorld, tmp_path: Path, offline: Callable[..., tuple[Page, list[str]]]
) -> None:
    school = world.cast.college.id
    [unit] = rollover.archive_units("grade-records", school, scope_of(world))
    stream = io.BytesIO()
    rollover.write_archive("grade-records", unit, school, scope_of(world), stream, lambda: None)
    with zipfile.ZipFile(stream) as whole:
        whole.extractall(tmp_path)
    page, asked = offline()
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("link", name="5A").click()
    page.get_by_role("link", name="Hugo Moreau").first.click()
    expect(page.get_by_text("12,5/20")).to_be_visible()
    page.get_by_role("link", name="Élèves", exact=True).click()
    expect(page.get_by_role("link", name="Inès Blanc")).to_be_visible()
    assert elsewhere(asked) == []


def test_the_page_of_a_closed_diary_and_of_its_key(
    sqlite_app: Flask, world: ClassWorld, visit: Callable[..., Visit]
) -> None:
    """GATE-10: read by a pupil; opened again by the school."""
    close(world)
    pupil = visit()
    enter(pupil, world.cast.student)
    pupil.open("/espace")
    pupil.is_worthy()
    page = pupil.open("/travail")
    expect(page.get_by_role("heading", level=1)).to_contain_text("fermé pour le moment")
    pupil.is_worthy()
    head = visit()
    enter(head, world.cast.head)
    page = head.open(f"/administration/ecole/{world.cast.college.uai}/acces/blocage")
    head.is_worthy()
    page.get_by_role("link", name="Ouvrir Cahier de textes").click()
    head.is_worthy()
    page.get_by_role("button", name="Ouvrir le cahier de textes").click()
    expect(page.get_by_text("Cahier de textes : ouvert.")).to_be_visible()
