"""What somebody typed becomes safe HTML: a light markup of plain lines, or a small subset of HTML. Plain.

An empty line ends a paragraph; ``## `` and ``### `` begin headings, ``- `` items, ``1. `` numbered items; ``**bold**``, ``*italic*``,
``[words](https://...)``. The tags of ``TAGS`` may be written as well. Whatever comes out has passed through nh3: no script, no
style, no class, no data- attribute, and links only to web pages, mail addresses and telephones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import nh3

TAGS = {"p", "br", "h2", "h3", "strong", "em", "a", "ul", "ol", "li", "blockquote", "hr", "sup", "sub", "abbr"}
_ATTRIBUTES = {"a": {"href", "hreflang"}, "abbr": {"title"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
#: Their whole content is dropped, not only the tag.
_CONTENT_TOO = {"script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title", "textarea"}

_HAS_BLOCKS = re.compile(r"<(?:p|h[1-6]|ul|ol|blockquote|div|table|section)\b", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s\"'<>]{1,600})\)")
_BOLD = re.compile(r"\*\*(?=\S)(.{1,600}?)(?<=\S)\*\*", re.DOTALL)
_ITALIC = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![*\w])")
_BULLET = re.compile(r"[-•]\s+(.*)")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(.*)")


def to_html(text: str) -> str:
    """The HTML of ``text``, sanitised. Never raises: what is not understood is shown as it was typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    html = text if _HAS_BLOCKS.search(text) else "\n".join(_blocks(text))
    return sanitised(html)


def sanitised(html: str) -> str:
    """``html`` without anything that is not on the allow-list."""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=_CONTENT_TOO,
        attributes=_ATTRIBUTES,
        generic_attribute_prefixes=set(),
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def first_words(html: str, limit: int = 220) -> str:
    """The beginning of ``html`` as plain text, cut at a word, for lists of news."""
    spaced = re.sub(r"</(?:p|li|h2|h3|blockquote)>|<br\s*/?>", " ", html)
    plain = nh3.clean(spaced, tags=set(), clean_content_tags=_CONTENT_TOO)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\u00a0"), ("&quot;", '"'), ("&amp;", "&")):
        plain = plain.replace(entity, sign)
    plain = re.sub(r"[ \t\n]+", " ", plain).strip()
    if len(plain) <= limit:
        return plain
    return plain[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + "\u00a0…"


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs, headings and lists of a text without block tags."""
    for part in re.split(r"\n[ \t]*\n+", text):
        yield from _block([line.strip() for line in part.split("\n") if line.strip()])


def _block(lines: list[str]) -> Iterator[str]:
    waiting: list[str] = []
    kind = ""

    def flush() -> Iterator[str]:
        if waiting:
            if kind == "p":
                yield f"<p>{_inline('<br>'.join(waiting))}</p>"
            else:
                yield f"<{kind}>{''.join(f'<li>{_inline(item)}</li>' for item in waiting)}</{kind}>"
        waiting.clear()

    for line in lines:
        if line.startswith(("## ", "### ")):
            yield from flush()
            level = 3 if line.startswith("###") else 2
            yield f"<h{level}>{_inline(line.lstrip('#').strip())}</h{level}>"
            continue
        bullet, number = _BULLET.fullmatch(line), _NUMBER.fullmatch(line)
        found = "ul" if bullet else "ol" if number else "p"
        if found != kind:
            yield from flush()
            kind = found
        match = bullet or number
        waiting.append(match.group(1) if match else line)
    yield from flush()


def _inline(text: str) -> str:
    # What was typed as a bare < or & stays text: nh3 escapes what is no tag.
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    text = _BOLD.sub(r"<strong>\1</strong>", text)
    return _ITALIC.sub(r"<em>\1</em>", text)
