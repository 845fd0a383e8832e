"""Somebody who has left takes their data along; the operator sees the dates; the head renews a support link (CAL-9, LAW-3, PORTAL-9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import delete

from app.audit.actions import COMMAND, record
from app.db import db
from app.directory.kin.models import SupportLink
from app.directory.models import Affiliation
from app.feeds.leavers.jobs import keep_the_law
from app.feeds.models import FeedImport
from tests.browser.conftest import BOTH_WAYS, Visit, enter, enter_by_form
from tests.builders import MADE
from tests.people import Cast, cast

FED, WARNED = datetime(2026, 8, 24, 6, tzinfo=UTC), datetime(2026, 9, 15, 6, tzinfo=UTC)


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    """Thérèse has left, and the new year's directory is there."""
    made = cast(sqlite_app)
    db.session.execute(delete(Affiliation).where(Affiliation.person_id == made.teacher.id))
    fed = FeedImport(
        source="hand",
        name="d",
        digest="x",
        year_id=made.years[2026].id,
        state="applied",
        started_at=FED,
        counts={},
    )
    db.session.add(fed)
    db.session.flush()
    record("feed.applied", by=COMMAND, now=FED, subject=("feed-import", fed.id))
    for adult, kind in ((made.staff, "aesh"), (made.teacher, "tutor")):
        db.session.add(
            SupportLink(
                school_id=made.college.id,
                student_id=made.student.id,
                adult_id=adult.id,
                kind=kind,
                made_at=MADE,
                set_aside_by=1,
            )
        )
    db.session.commit()
    for now in (FED, WARNED):
        keep_the_law(now, now)
    db.session.remove()
    return made


@BOTH_WAYS
def test_a_leaver_reads_what_becomes_of_their_data_and_objects(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], width: int, javascript: bool
) -> None:
    at(datetime(2026, 9, 20, 8, tzinfo=UTC))
    leaver = visit(width=width, javascript=javascript)
    look = leaver.is_worthy if javascript else leaver.is_quiet
    page = enter_by_form(leaver, people.teacher)
    expect(page.locator(".message-warning")).to_contain_text("jusqu’au mercredi 21 octobre 2026")
    look()
    page.get_by_role("link", name="Emporter mes données et voir ce qui se passe ensuite").click()
    expect(page.locator("main .lead")).to_contain_text("Il reste 31 jours")
    look()
    page.get_by_label("doit être effacé avec mon compte").check()
    page.get_by_role("button", name="Enregistrer mon choix").click()
    expect(page.locator(".message-success")).to_contain_text("Votre choix est noté")
    expect(page.get_by_label("doit être effacé avec mon compte")).to_be_checked()
    page.get_by_role("link", name="Voir et télécharger mes données").click()
    expect(page.locator("main .lead")).to_contain_text("Vous avez encore")
    look()


def test_an_operator_sees_who_has_left(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(datetime(2026, 9, 20, 8, tzinfo=UTC))
    operator = visit()
    enter(operator, people.operator)
    page = operator.open("/administration/departs")
    expect(page.get_by_role("row", name=people.teacher.name)).to_contain_text("prévenu")
    expect(page.get_by_role("row", name=people.teacher.name)).to_contain_text("dimanche 29 novembre 2026")
    operator.is_worthy()


def test_a_head_renews_a_support_link(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(datetime(2026, 9, 20, 8, tzinfo=UTC))
    head = visit()
    enter(head, people.head)
    page = head.open(f"/ecole/{people.college.uai}/accompagnements-a-renouveler")
    expect(page.get_by_role("row", name=people.teacher.name)).to_contain_text("n’est plus dans l’établissement")
    head.is_worthy()
    page.get_by_role("row", name=people.staff.name).get_by_role("button", name="Renouveler").click()
    expect(page.locator(".message-success")).to_contain_text("suit de nouveau")
    expect(page.get_by_role("row", name=people.staff.name)).to_have_count(0)
    head.is_worthy()
