"""What the pages of registers are made of: tables, lists of names, headings; text in, HTML out, everything escaped. Plain.

Their frame and their links are those of every archive (``archives.offline``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from app.schoollife.archives.offline import STYLE_SHEET

#: The archives' style, and lists of names in columns.
REGISTER_STYLE = STYLE_SHEET + (
    ".unseen{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}\n"
    "ul.names{columns:16rem}ul.names li{break-inside:avoid}\n"
    "th,td{overflow-wrap:normal}thead th{border-bottom-width:2px}td.num{font-variant-numeric:tabular-nums}\n"
    "@media print{.wide{overflow:visible}thead{display:table-header-group}tr{break-inside:avoid}.sheet{break-before:page}}\n"
)


class Html(NamedTuple):
    """Markup that is made already."""

    markup: str


Cell = str | int | Html


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What a page says of one period: markup, and how many rows it tells of."""

    order: tuple[int, int]
    label: str
    html: str
    many: int


class _Spelled(dict[Cell, str]):
    """Cells as HTML. A register says the same few words and figures thousands of times: those are found without a call."""

    def __missing__(self, cell: Cell) -> str:
        if isinstance(cell, Html):
            return cell.markup
        if len(self) >= _MOST_SPELLED:
            self.clear()
        made = self[cell] = escape(str(cell)).replace("\n", "<br>")
        return made


_MOST_SPELLED = 20_000
_SPELLED = _Spelled()


def text(cell: Cell) -> str:
    """A cell as HTML; lines of plain text stay lines."""
    return _SPELLED[cell]


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    numbers: Iterable[int] = (),
    headed: bool = False,
) -> str:
    """A table whose first column names its rows; ``numbers``: the columns of figures. It scrolls by itself where it is too wide.

    ``headed``: a heading above says already what the caption says, which is left to screen readers.
    """
    figures = set(numbers)
    kinds = [' class="num"' if column in figures else "" for column in range(len(head))]
    tops = "".join(f'<th scope="col"{kind}>{escape(words)}</th>' for words, kind in zip(head, kinds, strict=True))
    # One pattern for all lines: it is filled in C.
    line = f'<tr><th scope="row">%s</th>{"".join(f"<td{kind}>%s</td>" for kind in kinds[1:])}</tr>\n'
    spell = _SPELLED.__getitem__
    lines = [line % tuple(map(spell, row)) for row in rows]
    label, unseen = escape(caption), ' class="unseen"' if headed else ""
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}"><table><caption{unseen}>{label}</caption>'
        f"<thead><tr>{tops}</tr></thead><tbody>\n{''.join(lines)}</tbody></table></div>\n"
    )


def heading(words: str, *, level: int = 2, place: str = "") -> str:
    """A heading, with the place to which links lead."""
    named = f' id="{place}"' if place else ""
    return f"<h{level}{named}>{escape(words)}</h{level}>\n"


def listed(items: Iterable[str], *, columns: bool = False) -> str:
    """A list of what is HTML already."""
    kind = ' class="names"' if columns else ""
    return f"<ul{kind}>{''.join(f'<li>{item}</li>' for item in items)}</ul>\n"


def told(pairs: Iterable[tuple[str, Cell]]) -> str:
    """Names and what they are."""
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{text(words)}</dd>' for name, words in pairs)}</dl>\n"


def counted(many: int, one: str, several: str) -> str:
    """'1 note', '12 notes'."""
    return f"{many} {one if many < 2 else several}"
