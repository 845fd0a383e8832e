"""Every page that somebody can reach by links, in every state of the gate, is accessible and fits a telephone.

A crawler follows the links of each role from its first page: a new page that is linked from anywhere is looked at without a
word here. ``tests.browser.crawler`` says how.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.db import db
from app.gate.windows import Bound, Limits, WindowKind
from app.profiles import FAMILIES
from tests.browser.conftest import LATER, Visit, enter, enter_by_form, window
from tests.browser.crawler import Crawler
from tests.people import Cast, cast

#: States in which every public page is looked at; in the others those that tell the state. Some are looked at in dark colours.
WALKED = {"announced", "families wait"}
IN_THE_DARK = {"families wait", "maintenance that takes longer"}
#: Who walks through the portal, those with the most on their pages first; each walk is a test, so that two cores share them.
WALKS = {"those who administer": ("operator", "head", "authority"), "the others": ("teacher", "guardian", "student")}
#: In English and in the dark the words and colours are others, the pages the same: a family's are enough.
IN_ENGLISH = ("guardian",)
#: What each of them reaches at least, besides their first page and their own account.
REACHED = {
    "head": {"gate_admin.school_windows", "gate_admin.school_who_enters", "accounts_admin.people"},
    "operator": {"gate_admin.windows", "gate_admin.who_enters", "notifications_admin.outbox", "admin.audit"},
}
SHUT, REOPENS = datetime(2026, 7, 15, 18, tzinfo=UTC), datetime(2026, 7, 17, 16, tzinfo=UTC)
STATES = {
    "before everything": datetime(2026, 5, 4, 9, tzinfo=UTC),
    "announced": datetime(2026, 7, 10, 9, tzinfo=UTC),
    "maintenance": SHUT + timedelta(hours=3),
    "maintenance that takes longer": REOPENS + timedelta(hours=2),
    "families wait": datetime(2026, 8, 20, 9, tzinfo=UTC),
    "open again": datetime(2026, 9, 3, 9, tzinfo=UTC),
}


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    made = cast(sqlite_app)
    limits = Limits(earliest_end=date(2026, 8, 31), latest_end=date(2026, 9, 4))
    window(WindowKind.PROFILES, FAMILIES, Bound(day=date(2026, 8, 1)), Bound(day=date(2026, 8, 31)), limits=limits)
    db.session.commit()
    return made


@pytest.fixture
def maintenance(people: Cast) -> None:
    """Held, so that its announced end can pass (GATE-14)."""
    window(WindowKind.MAINTENANCE, frozenset(), Bound(instant=SHUT), Bound(instant=REOPENS), holds=True)
    db.session.commit()


@pytest.mark.parametrize(
    "state", [pytest.param(state, marks=LATER) if state in WALKED - {"announced"} else state for state in STATES]
)
@pytest.mark.usefixtures("maintenance")
def test_public_pages(
    sqlite_app: Flask, people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], state: str
) -> None:
    at(STATES[state])
    scheme: Literal["light", "dark"] = "dark" if state in IN_THE_DARK else "light"
    if state not in WALKED:
        visitor = visit(scheme=scheme)
        for path in ("/", f"/ecole/{people.college.uai}/", "/fermetures", "/connexion"):
            visitor.open(path)
            visitor.is_worthy()
        return
    seen = Crawler(sqlite_app, visit, scheme).walk("/")
    assert {"publicsite.home", "publicsite.school", "publicsite.closures", "accounts.doors"} <= seen


@pytest.mark.parametrize(
    ("profile", "width"), [("student", 1280), ("guardian", 1280), ("guardian", 320), ("teacher", 1280), ("staff", 1280)]
)
@pytest.mark.usefixtures("maintenance")
def test_closed_and_redirect_pages(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], profile: str, width: int
) -> None:
    visitor = visit(width)
    at(STATES["announced"])
    page = enter(visitor, getattr(people, profile))
    for state in ("maintenance", "maintenance that takes longer", "families wait"):
        at(STATES[state])
        page = visitor.open("/espace")
        visitor.is_worthy()
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("walk", WALKS)
def test_pages_of_those_who_are_signed_in(
    sqlite_app: Flask, people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], walk: str
) -> None:
    at(STATES["announced"])
    crawler = Crawler(sqlite_app, visit)
    for somebody in WALKS[walk]:
        page = enter_by_form(visit(), getattr(people, somebody))
        seen = crawler.walk("/espace", cookies=page.context.storage_state())
        assert {"home.home", "accounts.own"} | REACHED.get(somebody, set()) <= seen, somebody
        if somebody in ("guardian", "student"):
            assert not [name for name in seen if "admin" in name]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_pages_in_english_and_in_the_dark(
    sqlite_app: Flask, people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(STATES["announced"])
    crawler = Crawler(sqlite_app, visit, "dark", structure=False)
    for somebody in IN_ENGLISH:
        page = enter(visit(), getattr(people, somebody))
        crawler.walk("/en/espace", cookies=page.context.storage_state())
        page.goto(page.url.replace("/espace", "/en/espace"))
        assert page.locator("html").get_attribute("lang") == "en"


def test_somebody_enters_by_keyboard_alone(
    people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    at(STATES["announced"])
    visitor = visit()
    page = visitor.open("/connexion/families")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    for _ in range(40):
        keys.press("Tab")
        if page.locator(":focus").get_attribute("name") == "login":
            break
    keys.type(people.guardian.login)
    keys.press("Tab")
    keys.type(people.guardian.password)
    keys.press("Enter")
    page.wait_for_url("**/espace")
