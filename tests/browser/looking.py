"""Looking at a page: axe, both widths, text of 200 %. Written to be cheap, since every page of the portal is looked at.

Each page is loaded once. Its window is narrowed by the browser's emulation, which lays the page out anew and takes a fifth of the
time of a second load. The contrast of a text follows from its element and those around it, their classes and attributes: of texts that
have all these in common, rows of a table for instance, axe measures the first. What journeys see on their way is remembered for the
whole process: a page of which every element stood in such a place before, as full or as empty, labelled or not, under headings in the
same order, has been looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

CONTRAST = "color-contrast"
#: Stands by in every page; a page that nobody looks at pays next to nothing for it.
STANDS_BY = "window.standsBy = () => { if (!window.axe) { %s } };"
#: What the page's texts look like, once each; ``firstOfTheirLooks`` holds the first element of each.
LOOKS = """() => {
  const told = /^aria-(current|invalid|selected|pressed|disabled)$|^type$|^role$/;
  const passedOver = ["class", "id", "href", "for", "title"];
  const look = element => [element.tagName, ...[...element.classList].sort(), ...element.getAttributeNames()
    .filter(name => !passedOver.includes(name)).sort()
    .map(name => told.test(name) ? name + "=" + element.getAttribute(name) : name + "=")].join(".");
  const speaks = element => element.matches("input, select, textarea") ||
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const looks = new Map();
  const walk = (element, around) => {
    const here = around + ">" + look(element);
    if (speaks(element) && !looks.has(here)) looks.set(here, element);
    for (const inside of element.children) walk(inside, here);
  };
  walk(document.body, "");
  window.firstOfTheirLooks = [...looks.values()];
  return [...looks.keys()];
}"""
#: The page's shapes as numbers: each element's place, whether it says or is labelled something; its headings and parts in their order;
#: the names that others refer to, where one is given twice or to nobody.
SHAPES = """() => {
  const number = text => {
    let hash = 5381n;
    for (let at = 0; at < text.length; at++) hash = BigInt.asUintN(53, hash * 33n + BigInt(text.charCodeAt(at)));
    return Number(hash);
  };
  const told = /^(role|type|lang|scope|tabindex|aria-(?!label|describedby|controls|owns|activedescendant).*)$/;
  const shapes = new Set();
  const walk = (element, around) => {
    const names = element.getAttributeNames().filter(name => name !== "class" && name !== "id").sort();
    const here = number(around + ">" + [element.tagName, ...[...element.classList].sort(),
      ...names.map(name => told.test(name) ? name + "=" + element.getAttribute(name) : name + "=" + !!element.getAttribute(name)),
      !!element.textContent.trim(), element.labels ? element.labels.length : "", !!element.id].join("."));
    shapes.add(here);
    for (const inside of element.children) walk(inside, here);
  };
  walk(document.documentElement, document.title.trim() ? "titled" : "");
  shapes.add(number([...document.querySelectorAll("h1,h2,h3,h4,h5,h6,main,nav,header,footer,aside")].map(one => one.tagName).join()));
  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  const doubles = ids.filter((id, at) => ids.indexOf(id) !== at);
  const astray = ["for", "aria-labelledby", "aria-describedby", "aria-controls"].flatMap(name =>
    [...document.querySelectorAll(`[${name}]`)].flatMap(one => one.getAttribute(name).split(/\\s+/))).filter(id => !ids.includes(id));
  shapes.add(number(JSON.stringify([doubles, astray])));
  return [...shapes];
}"""
#: What gives a page its colours.
COLOURS = """() => [matchMedia("(prefers-color-scheme: dark)").matches,
  ...[...document.querySelectorAll("link[rel~=stylesheet]")].map(link => link.href.replace(/^https?:[/][/][^/]*/, ""))].join(" ")"""
RUN = """async ([rule, numbers]) => {
  window.standsBy();
  const told = {resultTypes: ["violations"]};
  let where = document;
  if (numbers === null) told.rules = {[rule]: {enabled: false}};
  else { told.runOnly = [rule]; where = {include: numbers.map(number => window.firstOfTheirLooks[number])}; }
  const results = await axe.run(where, told);
  return results.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 120))]);
}"""


#: The looks of texts that have been measured in this process, by the colours of their page; the shapes of pages that have been looked at.
_MEASURED: dict[str, set[str]] = {}
_LOOKED_AT: set[int] = set()


@cache
def stands_by() -> str:
    """The script that every page begins with, so that axe need not be sent to each."""
    return STANDS_BY % Axe().axe_script


def violations(page: Page, *, structure: bool = True, seen: set[str] | None = None) -> list[Any]:
    """What axe finds, with the elements.

    ``seen`` remembers the looks of texts whose contrast was measured, in one colour scheme and with the same colours; those
    of this page are added. Without ``structure`` only contrasts are looked at.
    """
    _stand_by(page)
    found: list[Any] = page.evaluate(RUN, [CONTRAST, None]) if structure else []
    looks = page.evaluate(LOOKS)
    fresh = [number for number, one in enumerate(looks) if seen is None or one not in seen]
    if fresh:
        found += page.evaluate(RUN, [CONTRAST, fresh])
    if seen is not None and not found:
        seen.update(looks)
    return found


def new_violations(page: Page) -> list[Any]:
    """As ``violations``, of what no page of this process has shown."""
    _stand_by(page)
    shapes = set(page.evaluate(SHAPES))
    measured = _MEASURED.setdefault(page.evaluate(COLOURS), set())
    found = violations(page, structure=not shapes <= _LOOKED_AT, seen=measured)
    if not found:
        _LOOKED_AT.update(shapes)
    return found


def _stand_by(page: Page) -> None:
    page.wait_for_load_state()  # between two documents there is nothing to look at
    if not page.evaluate("'standsBy' in window"):  # without JavaScript no page begins with a script
        page.evaluate(stands_by())


@contextmanager
def as_wide_as(page: Page, width: int) -> Iterator[None]:
    """The page in a window of ``width`` CSS pixels, then in its own again.

    Playwright's own way waits for a frame that now and then never comes.
    """
    own = page.viewport_size
    assert own is not None
    session = page.context.new_cdp_session(page)
    _window(session, width, own["height"])
    try:
        yield
    finally:
        _window(session, own["width"], own["height"])
        session.detach()


def _window(session: CDPSession, width: int, height: int) -> None:
    session.send(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )


def fits(page: Page, how: str = "") -> None:
    """The page is not wider than its window. Waits for the page's root: a click may have just asked for the next one."""
    wide, width = page.locator("html").evaluate("root => [root.scrollWidth, innerWidth]")
    assert wide <= width, f"{page.url} is {wide} px wide in a window of {width} px{how}"


def fits_with_larger_text(page: Page) -> None:
    """Nor with text of 200 %."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page, " with text twice as large")
    page.evaluate("document.documentElement.style.fontSize = ''")
