"""Two operators declare a merger, and a school looks at a class before it refuses it (FEED-7, S4-3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import SchoolClass
from app.feeds.actions import import_aaf
from app.feeds.declaring.models import SchoolDeclaration
from tests.browser.conftest import Visit, enter
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.people import cast

_WORDS = "Ce qu’il contient passe au successeur, qui le garde lisible pendant dix ans. "


def test_a_merger_is_declared_and_confirmed(sqlite_app: Flask, visit: Callable[..., Visit]) -> None:
    people = cast(sqlite_app)
    head, primary = people.head.id, people.primary.uai
    here = visit()
    page = enter(here, people.operator)
    here.open("/administration/declarations")
    here.is_worthy()
    page.get_by_role("link", name="Déclarer un changement").click()
    page.get_by_label("UAI de l’établissement").fill(people.college.uai)
    page.get_by_label("Ce qui lui arrive").select_option("merger")
    page.get_by_label("À partir du").fill("2026-08-31")
    for label in ("Note sur son site", "Ses rubriques permanentes", "Sa corbeille", "Ses archives"):
        page.get_by_label(label).fill(_WORDS * 4)
    page.get_by_label("Qui garde les archives selon la loi").fill("La rectrice de l’académie")
    page.get_by_role("button", name="Déclarer").click()
    expect(page.get_by_role("alert")).to_contain_text("une fusion un seul")
    here.is_worthy()
    page.get_by_label("UAI des établissements qui lui succèdent").fill(primary)
    page.get_by_role("button", name="Déclarer").click()
    expect(page.get_by_text("Attend un second exploitant")).to_be_visible()
    here.is_worthy()
    made = db.session.scalars(select(SchoolDeclaration)).one()
    made.declared_by_id = head
    db.session.commit()
    db.session.remove()
    page.reload()
    page.get_by_role("button", name="Confirmer la déclaration").click()
    expect(page.get_by_text("Confirmée").first).to_be_visible()
    here.is_worthy()
    here.is_quiet()


def test_a_school_looks_at_a_class_before_it_goes(
    sqlite_app: Flask, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    people = cast(sqlite_app)
    uai = people.college.uai
    told = [make.student(f"77{n}", f"NOM{n}", classes=[f"6{'XY'[n % 2]}"]) for n in range(6)]
    folder = make.small(tmp_path / "new", structures=[make.structure("10", uai)], students=told, adults=[], staff=[])
    import_aaf(folder, by=COMMAND, now=NOW)
    db.session.commit()
    db.session.remove()
    here = visit()
    page = enter(here, people.school_admin)
    here.open(f"/administration/ecole/{uai}/imports")
    here.is_worthy()
    page.get_by_role("link", name="Une classe de l’année passée est revenue").click()
    here.is_worthy()
    page.get_by_role("link", name="6X").click()
    expect(page.get_by_text("La retirer laisserait 3 élèves sans classe.")).to_be_visible()
    here.is_worthy()
    page.get_by_role("button", name="Retirer la classe").click()
    expect(page.get_by_text("La classe 6X est retirée.")).to_be_visible()
    here.is_quiet()
    db.session.expire_all()
    assert not db.session.scalars(select(SchoolClass.id).where(SchoolClass.code == "6X")).all()
