"""What looks at every page sees what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

#: Makes the page worse, with scripts as the content policy lets them pass from outside.
FAINT = "document.querySelector('main p').style.color = '#ccc'"
WIDE = "document.querySelector('main p').style.minWidth = '400px'"
NAMELESS = "document.querySelector('main').append(document.createElement('button'))"
#: Worse in a place where others stand that are well.
EMPTIED = "document.querySelector('main a').textContent = ''"
UNTITLED = "document.title = ''"
ASTRAY = "document.querySelector('main h2, main h1').outerHTML = '<h5>Trop bas</h5>'"


def test_a_page_as_it_is_passes(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    visitor.open("/aide/mes-donnees")
    visitor.is_worthy()


#: What is told of each.
HARMS = {
    FAINT: "color-contrast",
    NAMELESS: "button-name",
    WIDE: "320 px",
    EMPTIED: "link-name",
    UNTITLED: "document-title",
    ASTRAY: "heading",
}


def test_harm_is_seen_on_a_page_that_was_well_before(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    for harm, told in HARMS.items():
        page = visitor.open("/aide/mes-donnees")
        visitor.is_worthy()
        page.evaluate(harm)
        with pytest.raises(AssertionError, match=told):
            visitor.is_worthy()


def test_a_contrast_is_measured_once_and_again_where_the_looks_are_others(visit: Callable[..., Visit]) -> None:
    visitor = visit()
    seen: set[str] = set()
    page = visitor.open("/aide/mes-donnees")
    visitor.is_accessible(seen=seen)
    page.evaluate(FAINT)  # a style is an attribute: what carries one looks like nothing before
    with pytest.raises(AssertionError, match="color-contrast"):
        visitor.is_accessible(seen=seen)
