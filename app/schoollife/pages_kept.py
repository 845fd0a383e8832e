"""A page that somebody takes along: HTML that reads without the portal (DATA-3). Plain."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_FRAME = """<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{facts}</p>
{body}
</body>
</html>
"""


def kept_page(title: str, facts: Iterable[str], body: str) -> bytes:
    """A page with ``title`` and a line of ``facts``, both plain text, and ``body``, HTML that was sanitised before."""
    line = " · ".join(escape(fact) for fact in facts if fact)
    return _FRAME.format(title=escape(title), facts=line, body=body).encode()


def as_html(heading: str, text: str) -> str:
    """A heading and plain text as HTML; nothing where there is no text."""
    if not text:
        return ""
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return f"<h2>{escape(heading)}</h2><p>{lines}</p>"
