"""A head before the purge: the trash with its date and late arrivals, a section fetched back, another made permanent (S1-2, SITE-3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from app import clock
from app.audit.actions import COMMAND
from app.content.spaces import SpaceRole
from app.db import db
from app.gate.actions import add_window
from app.gate.windows import Bound, Source, WindowKind
from app.profiles import Profile
from tests.browser.conftest import BOTH_WAYS, Visit, enter
from tests.content.rows import give_role, make_article, make_class_space, make_section
from tests.people import Cast, cast


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    made, now = cast(sqlite_app), clock.portal_now()
    college = made.college.id
    late = make_section(college, "Semaine du goût", trashed_at=now - timedelta(days=1), trash_reason="hand")
    make_article(late, "Un gâteau")
    archived = make_class_space(college, made.college.classes[2025]["6A"], "Classe de 6A de l’an passé, option musique")
    archived.trashed_at, archived.trash_reason = now - timedelta(days=330), "archived"
    give_role(archived, SpaceRole.VISITOR, profile=Profile.TEACHER)
    make_article(archived, "Le carnet de la 6A")
    stays = make_section(college, "Vie du collège")
    make_article(stays, "Jeté", trashed_at=now - timedelta(days=90))
    make_article(make_section(college, "Voyage à Rome", temporary=True), "Le Colisée")
    add_window(
        kind=WindowKind.MAINTENANCE,
        start=Bound(instant=now + timedelta(days=3)),
        end=Bound(instant=now + timedelta(days=6)),
        source=Source.CAMPAIGN,
        holds=True,
        by=COMMAND,
        now=now,
    )
    db.session.commit()
    return made


@BOTH_WAYS
def test_a_head_looks_through_the_trash_before_the_purge(
    people: Cast, visit: Callable[..., Visit], width: int, javascript: bool
) -> None:
    head = visit(width=width, javascript=javascript)
    look = head.is_worthy if javascript else head.is_quiet
    enter(head, people.head)
    page = head.open(f"/administration/ecole/{people.college.uai}/corbeille")
    expect(page.locator(".message-warning")).to_contain_text("que quelques jours avant la purge")
    expect(page.locator("main .lead")).to_contain_text("Tout ce qui est ici est purgé le")
    look()
    page.get_by_role("button", name="Rétablir Semaine du goût").click()
    expect(page.locator(".message-success")).to_contain_text("avec son contenu et ses rôles")
    expect(page.locator(".message-warning")).to_have_count(0)
    page.get_by_role("link", name="Rubriques temporaires, archivées avec l’année").click()
    expect(page.locator("main .lead")).to_contain_text("Une rubrique sera archivée pendant la bascule")
    look()
    page.get_by_role("button", name="Rendre permanente Voyage à Rome").click()
    expect(page.locator(".message-success")).to_contain_text("est permanente")
    expect(page.locator("main")).to_contain_text("Aucune rubrique temporaire")
    look()


def test_a_teacher_reads_an_archived_class_section(people: Cast, visit: Callable[..., Visit]) -> None:
    """S2-2: all the school's teachers are visitors there; nothing can be written."""
    teacher = visit(width=320)
    enter(teacher, people.teacher_and_parent)
    page = teacher.open("/espaces")
    page.get_by_role("link", name="Rubriques archivées des années passées").click()
    teacher.is_worthy()
    page.get_by_role("link", name="Classe de 6A de l’an passé").click()
    expect(page.locator(".message-info")).to_contain_text("est archivée")
    teacher.is_worthy()
    page.get_by_role("link", name="Le carnet de la 6A").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le carnet de la 6A")
    expect(page.get_by_role("button", name="Commenter")).to_have_count(0)
    teacher.is_worthy()
