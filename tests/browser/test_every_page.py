"""Every page that somebody can reach by links, in every state of the gate, is accessible and fits a telephone.

A crawler: it follows the links of each role from its first page and looks once at every endpoint. A new page that is linked
from anywhere is looked at without a word here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect
from werkzeug.exceptions import HTTPException

from app.db import db
from app.gate.windows import Bound, Limits, WindowKind
from app.profiles import FAMILIES
from tests.browser.conftest import Visit, enter, window
from tests.people import Cast, cast

WIDTHS = (1280, 320)
#: States in which every public page is looked at; in the others those that tell the state. Some are looked at in dark colours.
WALKED = {"announced", "families wait"}
IN_THE_DARK = {"families wait", "maintenance that takes longer"}
#: Endpoints that answer no page.
FILES = {"publicsite.closures_ics", "publicsite.school_closures_ics", "publicsite.status", "publicsite.file", "static"}
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


def crawl(app: Flask, visit: Visit, start: str) -> set[str]:
    """Look at every endpoint that links lead to from ``start``; the endpoints seen."""
    routes = app.url_map.bind("127.0.0.1")
    seen: set[str] = set()
    waiting, known = deque([start]), {start}
    while waiting:
        path = waiting.popleft()
        plain = urlsplit(path).path
        try:
            endpoint = routes.match(plain.removeprefix("/en") or "/")[0]
        except HTTPException:
            pytest.fail(f"a link leads to {path}, which does not exist")
        if endpoint in seen or endpoint in FILES or endpoint.startswith("demo."):
            continue
        page = visit.open(path)
        seen.add(endpoint)
        visit.is_worthy()
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert page.locator("main").count() == 1
        for link in page.eval_on_selector_all("a[href]", "found => found.map(a => a.href)"):
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" != visit.live:
                continue
            there = parts.path + (f"?{parts.query}" if parts.query else "")
            if there not in known:
                known.add(there)
                waiting.append(there)
    return seen


@pytest.mark.parametrize("state", STATES)
@pytest.mark.usefixtures("maintenance")
def test_public_pages(
    sqlite_app: Flask, people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], state: str
) -> None:
    at(STATES[state])
    visitor = visit(scheme="dark" if state in IN_THE_DARK else "light")
    if state not in WALKED:
        for path in ("/", f"/ecole/{people.college.uai}/", "/fermetures", "/connexion"):
            visitor.open(path)
            visitor.is_worthy()
        return
    seen = crawl(sqlite_app, visitor, "/")
    assert {"publicsite.home", "publicsite.school", "publicsite.closures", "accounts.doors"} <= seen


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("profile", ["student", "guardian", "teacher", "staff"])
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


@pytest.mark.parametrize("somebody", ["guardian", "student", "teacher", "head", "operator", "authority"])
def test_pages_of_somebody_signed_in(
    sqlite_app: Flask,
    people: Cast,
    visit: Callable[..., Visit],
    at: Callable[[datetime], None],
    somebody: str,
) -> None:
    at(STATES["announced"])
    visitor = visit()
    enter(visitor, getattr(people, somebody))
    seen = crawl(sqlite_app, visitor, "/espace")
    assert {"home.home", "accounts.own"} <= seen
    if somebody == "head":
        assert {"gate_admin.school_windows", "gate_admin.school_who_enters", "accounts_admin.people"} <= seen
    if somebody == "operator":
        assert {"gate_admin.windows", "gate_admin.who_enters", "notifications_admin.outbox", "admin.audit"} <= seen
    if somebody in ("guardian", "student"):
        assert not [name for name in seen if "admin" in name]


@pytest.mark.parametrize("somebody", ["head", "operator"])
def test_pages_in_english_and_in_the_dark(
    sqlite_app: Flask, people: Cast, visit: Callable[..., Visit], at: Callable[[datetime], None], somebody: str
) -> None:
    at(STATES["announced"])
    visitor = visit(scheme="dark")
    enter(visitor, getattr(people, somebody))
    crawl(sqlite_app, visitor, "/en/espace")
    assert visitor.page.locator("html").get_attribute("lang") == "en"


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
