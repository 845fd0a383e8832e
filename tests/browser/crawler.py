"""Follows the links of one visitor after another, and looks at every page that they reach.

Every page of every visitor is fetched and read: it answers, has one heading and one main part. The long look (axe, a wide window, text
of 200 %, a telephone, a quiet console) is taken once an endpoint, and again wherever somebody is shown a kind of element (its name,
classes, type and role) that no long look has met; so the pages' number bounds the time, not that of pages times visitors. Pages whose
structure another walk looks at, in other words and colours, are looked at for those: contrasts and widths.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from flask import Flask
from lxml import html
from werkzeug.exceptions import HTTPException

from tests.browser import looking
from tests.browser.conftest import TELEPHONE, Visit


class Crawler:
    """Remembers what has been looked at."""

    def __init__(
        self,
        app: Flask,
        visit: Callable[..., Visit],
        scheme: Literal["light", "dark"] = "light",
        *,
        structure: bool = True,
    ) -> None:
        self._routes = app.url_map.bind("127.0.0.1")
        self._visit, self._scheme, self._structure = visit, scheme, structure
        self._looked: set[str] = set()
        self._kinds: set[str] = set()
        self._files: set[str] = set()
        #: The looks of texts whose contrast was measured.
        self._contrasts: set[str] = set()

    def walk(self, start: str, cookies: Any = None) -> set[str]:
        """Follow the links from ``start`` with ``cookies``; the endpoints of the pages that were seen."""
        visitor = self._visit(scheme=self._scheme, cookies=cookies)
        seen: set[str] = set()
        waiting, known = deque([start]), {start}
        while waiting:
            path = waiting.popleft()
            endpoint = self._endpoint(path)
            if endpoint in seen or endpoint.startswith("demo."):
                continue
            seen.add(endpoint)
            for link in self._look(visitor, path):
                parts = urlsplit(link)
                there = parts.path + (f"?{parts.query}" if parts.query else "")
                if f"{parts.scheme}://{parts.netloc}" == visitor.live and there not in known:
                    known.add(there)
                    waiting.append(there)
        return seen - self._files

    def _look(self, visitor: Visit, path: str) -> list[str]:
        """Look at the page, a long look where it is due; its links. A file is only asked for."""
        page = visitor.page
        answer = page.request.get(visitor.live + path)
        assert answer.ok, f"{path} answers {answer.status}"
        if not answer.headers.get("content-type", "").startswith("text/html"):
            self._files.add(self._endpoint(path))
            return []
        shown = html.fromstring(answer.text(), base_url=answer.url)
        shown.make_links_absolute()
        assert len(shown.findall(".//h1")) == len(shown.findall(".//main")) == 1, f"headings and main parts of {path}"
        kinds = {_kind(found) for found in shown.body.iterdescendants() if isinstance(found.tag, str)}
        # Where a link leads on, the page that is shown counts.
        endpoint = self._endpoint(urlsplit(answer.url).path)
        if endpoint not in self._looked or not self._kinds >= kinds:
            page.goto(answer.url)
            visitor.is_accessible(structure=self._structure, seen=self._contrasts)
            looking.fits(page)
            looking.fits_with_larger_text(page)
            with looking.as_wide_as(page, TELEPHONE):
                looking.fits(page)
            visitor.is_quiet()
            self._looked.add(endpoint)
            self._kinds |= kinds
        return [found.get("href") for found in shown.iterfind(".//a[@href]")]

    def _endpoint(self, path: str) -> str:
        plain = urlsplit(path).path
        if plain == "/en" or plain.startswith("/en/"):
            plain = plain.removeprefix("/en") or "/"
        try:
            return str(self._routes.match(plain)[0])
        except HTTPException:
            pytest.fail(f"a link leads to {path}, which does not exist")


def _kind(found: html.HtmlElement) -> str:
    return " ".join((found.tag, ".".join(sorted(found.classes)), found.get("type") or "", found.get("role") or ""))
