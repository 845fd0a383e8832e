"""A report card or review as a page that opens without the portal. Plain: texts in, HTML out, everything escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence


def page(title: str, facts: Iterable[tuple[str, str]], head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A page with a title, some facts (name, words) and a table; UTF-8."""
    cells = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    told = "".join(f"<dt>{_text(name)}</dt><dd>{_text(words)}</dd>" for name, words in facts)
    tops = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{_text(title)}</title></head>'
        f"<body><h1>{_text(title)}</h1><dl>{told}</dl><table><thead><tr>{tops}</tr></thead><tbody>{cells}</tbody></table>"
        "</body></html>"
    ).encode()


def _text(words: str) -> str:
    return html.escape(words).replace("\n", "<br>")
