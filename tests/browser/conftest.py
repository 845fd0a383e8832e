"""A real Chromium in front of the portal, on SQLite: pages at two widths, with and without JavaScript, looked at by axe."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright
from werkzeug.serving import make_server

from app import clock
from app.accounts import sessions
from app.audit.actions import COMMAND
from app.db import db
from app.gate.actions import add_window
from app.gate.models import ClosingWindow
from app.gate.windows import Bound, WindowKind
from app.profiles import Profile
from app.pulse import set_clock
from tests.browser import looking
from tests.people import Someone
from tests.signing import sign_in

#: The shell draws no window, so that a page costs a quarter of what it costs in the browser; the pages are the same.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
Scheme = Literal["light", "dark"]
#: The narrowest window that every page must fit, in CSS pixels.
TELEPHONE = 320
#: How a page is gone through: at a desk, and on a telephone without scripts. The pages are the same, so ``make test`` takes the
#: first way (client tests have no scripts anyway, and whoever looks at a page asks whether it fits a telephone); hunts take the others.
LATER = pytest.mark.long
BOTH_WAYS = pytest.mark.parametrize(("width", "javascript"), [(1280, True), pytest.param(320, False, marks=LATER)])
BOTH_WIDTHS = pytest.mark.parametrize("width", [1280, pytest.param(320, marks=LATER)])
WITH_AND_WITHOUT = pytest.mark.parametrize(
    "javascript", [True, pytest.param(False, marks=LATER)], ids=["with JavaScript", "without JavaScript"]
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # All pages of a visitor are the portal's: one process for them, and none kept ready for another site.
    "--process-per-site",
    "--disable-features=SpareRendererForSitePerProcess,Translate,PaintHolding,HttpsUpgrades,MediaRouter,LensOverlay",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here opens a browser; where none is found the run says so."""
    for item in items:
        if "tests/browser/" in item.nodeid or "browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium is installed here"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Windows:
    """The browser's windows: each visitor has one of their own, as wide as they ask for."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def take(self, width: int, *, javascript: bool, scheme: Scheme) -> Page:
        """A window without cookies."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            color_scheme=scheme,
            locale="fr-FR",
        )
        if javascript:
            context.add_init_script(looking.stands_by())
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    def give_back(self, page: Page) -> None:
        """Close it."""
        page.context.close()


@pytest.fixture(scope="session")
def windows(chromium: Browser) -> Windows:
    """Those of this process."""
    return Windows(chromium)


@pytest.fixture
def live(sqlite_app: Flask) -> Iterator[str]:
    """The portal's address on the loopback, served by a thread on the test's own database."""
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def at(sqlite_app: Flask) -> Callable[[datetime], None]:
    """Move the portal to an instant, as the demo's time machine does."""

    def move(instant: datetime) -> None:
        set_clock(db.session(), instant - clock.machine_now())
        db.session.commit()
        sqlite_app.extensions["pulse"].forget()

    return move


@dataclass
class Visit:
    """A page and what its console said."""

    page: Page
    live: str
    #: Opens a session for somebody and returns its cookie; None: without JavaScript one enters by the form.
    session: Callable[[Someone], Any] | None = None
    said: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.live + path)
        return self.page

    def is_worthy(self) -> None:
        """No accessibility violation, no word from the content policy, no page wider than its window or a telephone."""
        assert looking.new_violations(self.page) == [], f"axe on {self.page.url}"
        self.is_quiet()
        looking.fits(self.page)
        if self.page.viewport_size != {"width": TELEPHONE, "height": 800}:
            looking.fits_with_larger_text(self.page)
            with looking.as_wide_as(self.page, TELEPHONE):
                looking.fits(self.page)

    def is_accessible(self, *, structure: bool = True, seen: set[str] | None = None) -> None:
        """axe finds nothing (``looking.violations``)."""
        assert looking.violations(self.page, structure=structure, seen=seen) == [], f"axe on {self.page.url}"

    def is_quiet(self) -> None:
        """The content policy had nothing to stop and no script failed."""
        loud = [line for line in self.said if re.search("Content.Security.Policy|^page error", line)]
        assert loud == [], f"the console of {self.page.url}"


@pytest.fixture
def visit(windows: Windows, live: str, sqlite_app: Flask) -> Iterator[Callable[..., Visit]]:
    """``visit(width=320, javascript=False)``: a new visitor with cookies of their own, or with those of another."""
    leave: list[Callable[[], None]] = []

    def session(person: Someone) -> Any:
        db.session.commit()  # or its lock would stop the other context
        client = sqlite_app.test_client()
        token = sign_in(client, person)
        return {"name": sessions.cookie_name(https=False), "value": token, "url": live, "httpOnly": True}

    def begin(width: int = 1280, javascript: bool = True, scheme: Scheme = "light", cookies: Any = None) -> Visit:
        page = windows.take(width, javascript=javascript, scheme=scheme)
        begun = Visit(page, live, session if javascript else None)

        def hear(message: ConsoleMessage) -> None:
            begun.said.append(message.text)

        def hear_error(error: Error) -> None:
            begun.said.append(f"page error: {error}")

        def gone() -> None:
            page.remove_listener("console", hear)
            page.remove_listener("pageerror", hear_error)
            windows.give_back(page)

        page.on("console", hear)
        page.on("pageerror", hear_error)
        leave.append(gone)
        if cookies:
            page.context.add_cookies(cookies["cookies"])
        return begun

    yield begin
    for gone in leave:
        gone()


def enter(visit: Visit, person: Someone) -> Page:
    """Come in by the person's own door: without JavaScript by its form, as a person does, else with a session's cookie."""
    if visit.session is None:
        return enter_by_form(visit, person)
    visit.page.context.add_cookies([visit.session(person)])
    return visit.open("/espace")


def enter_by_form(visit: Visit, person: Someone) -> Page:
    """Sign in by the form of the person's own door, as a person does."""
    page = visit.open(f"/connexion/{person.door}")
    page.get_by_label("Identifiant", exact=False).fill(person.login)
    page.get_by_label("Mot de passe", exact=False).fill(person.password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion" not in url)
    return page


def window(
    kind: WindowKind, profiles: frozenset[Profile], start: Bound, end: Bound | None, **more: object
) -> ClosingWindow:
    """A window of the whole project, as the operator makes it on the command line."""
    now = clock.portal_now()
    return add_window(kind=kind, profiles=profiles, start=start, end=end, by=COMMAND, now=now, **more)  # type: ignore[arg-type]
