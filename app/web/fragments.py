"""One URL, a page or one of its blocks: the view picks the block, never the client."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request


def wants_fragment() -> bool:
    """Does htmx ask for a part of the page (and not for a whole page in its place)?"""
    headers = request.headers
    if headers.get("HX-History-Restore-Request") == "true" or headers.get("HX-Boosted") == "true":
        return False
    return headers.get("HX-Request") == "true"


def render_page(template: str, *, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """The whole page, or only ``block`` when htmx asks. The answer varies on HX-Request."""
    if block is not None and wants_fragment():
        html = render_block(template, block, **context)
    else:
        html = render_template(template, **context)
    response = make_response(html, status)
    response.vary.add("HX-Request")
    return response


def render_block(template: str, block: str, **context: Any) -> str:
    """One block of a template. The block must import what it uses itself: imports made outside are not seen."""
    current_app.update_template_context(context)
    found = current_app.jinja_env.get_template(template)
    return "".join(found.blocks[block](found.new_context(context)))


def see_other(target: str) -> Response:
    """After a form: 303 to a browser; htmx follows ``HX-Redirect`` with a whole new page."""
    if request.headers.get("HX-Request") == "true":
        response = make_response("", 200)
        response.headers["HX-Redirect"] = target
        return response
    return make_response(redirect(target, 303))
