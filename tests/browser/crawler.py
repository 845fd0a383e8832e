"""Follows the links of one visitor after another, and looks at every page that they reach.

Every page of every visitor is opened on a telephone: it answers, has one heading and one main part, fits, and its console is
quiet. The long look (axe, a wide window, text of 200 %) is taken once an endpoint, and again wherever somebody is shown a kind
of element (its name, classes, type and role) that no long look has met; so the pages' number bounds the time, not that of
pages times visitors.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.browser.conftest import TELEPHONE, Visit

#: Every kind of element of a page, and the links.
_SHOWN = """() => ({
  kinds: [...new Set([...document.querySelectorAll("body *")].map(found =>
    [found.localName, [...found.classList].sort().join("."), found.getAttribute("type"), found.getAttribute("role")].join(" ")
  ))],
  links: [...document.querySelectorAll("a[href]")].map(found => found.href),
  headings: document.querySelectorAll("h1").length,
  mains: document.querySelectorAll("main").length,
})"""


class Crawler:
    """Remembers what has been looked at."""

    def __init__(self, app: Flask, visit: Callable[..., Visit], scheme: Literal["light", "dark"] = "light") -> None:
        self._routes = app.url_map.bind("127.0.0.1")
        self._visit, self._scheme = visit, scheme
        self._looked: set[str] = set()
        self._kinds: set[str] = set()
        self._files: set[str] = set()

    def walk(self, start: str, cookies: Any = None) -> set[str]:
        """Follow the links from ``start`` with ``cookies``; the endpoints of the pages that were seen."""
        telephone = self._visit(TELEPHONE, scheme=self._scheme, cookies=cookies)
        wide = self._visit(scheme=self._scheme, cookies=cookies)
        seen: set[str] = set()
        waiting, known = deque([start]), {start}
        while waiting:
            path = waiting.popleft()
            endpoint = self._endpoint(path)
            if endpoint in seen or endpoint.startswith("demo.") or self._is_file(telephone, endpoint, path):
                continue
            seen.add(endpoint)
            for link in self._look(telephone, wide, path):
                parts = urlsplit(link)
                there = parts.path + (f"?{parts.query}" if parts.query else "")
                if f"{parts.scheme}://{parts.netloc}" == telephone.live and there not in known:
                    known.add(there)
                    waiting.append(there)
        return seen

    def _look(self, telephone: Visit, wide: Visit, path: str) -> list[str]:
        """Look at the page, a long look where it is due; its links."""
        answer = telephone.page.goto(telephone.live + path)
        assert answer is not None
        assert answer.status == 200, f"{path} answers {answer.status}"
        telephone.fits()
        telephone.is_quiet()
        shown = telephone.page.evaluate(_SHOWN)
        assert (shown["headings"], shown["mains"]) == (1, 1), f"headings of the first level and main parts of {path}"
        # Where a link leads on, the page that is shown counts.
        endpoint = self._endpoint(urlsplit(telephone.page.url).path)
        if endpoint not in self._looked or not self._kinds.issuperset(shown["kinds"]):
            wide.page.goto(telephone.page.url)
            wide.is_accessible()
            wide.is_quiet()
            wide.fits()
            wide.fits_with_larger_text()
            self._looked.add(endpoint)
            self._kinds.update(shown["kinds"])
        links: list[str] = shown["links"]
        return links

    def _endpoint(self, path: str) -> str:
        plain = urlsplit(path).path
        if plain == "/en" or plain.startswith("/en/"):
            plain = plain.removeprefix("/en") or "/"
        try:
            return str(self._routes.match(plain)[0])
        except HTTPException:
            pytest.fail(f"a link leads to {path}, which does not exist")

    def _is_file(self, visitor: Visit, endpoint: str, path: str) -> bool:
        """Does the address answer something other than a page? Asked once an endpoint."""
        if endpoint in self._looked:
            return False
        if endpoint not in self._files:
            answer = visitor.page.request.get(visitor.live + path)
            assert answer.ok, f"{path} answers {answer.status}"
            if answer.headers.get("content-type", "").startswith("text/html"):
                return False
            self._files.add(endpoint)
        return True
