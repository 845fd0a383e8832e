"""Pages that open from disk, without the portal and without the network: own style, no script, relative links only. Plain.

In French, as the papers of a school are. What a page is given is plain text, except bodies, which were sanitised when they were
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote

from app.weights import weight

#: Where the style sheet stands in a bundle.
STYLE = "style.css"

STYLE_SHEET = """\
:root{--page:#f6f3ec;--sheet:#fffefb;--ink:#23201b;--quiet:#5a544a;--line:#d9d2c3;--accent:#17505c;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--page:#1a1815;--sheet:#24211d;--ink:#f1ece2;--quiet:#b9b1a3;--line:#433e36;
--accent:#70b6c5}}
*,::before,::after{box-sizing:border-box}
html{font:100%/1.55 "Atkinson Hyperlegible",Verdana,"Segoe UI",system-ui,sans-serif;overflow-wrap:anywhere}
body{margin:0;background:var(--page);color:var(--ink)}
body>*{max-width:52rem;margin-inline:auto;padding-inline:1rem}
h1,h2,h3,h4{line-height:1.2;margin:1.6em 0 .5em}
h1{font-size:1.75rem;margin-top:.5em}h2{font-size:1.3rem}h3{font-size:1.1rem}h4{font-size:1rem}
p,ul,ol,dl,table{margin:0 0 1rem}
ul,ol{padding-left:1.3em}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
.skip{position:absolute;left:.5rem;top:-6rem;background:var(--sheet);padding:.75rem 1rem}
.skip:focus{top:.5rem}
header{padding-block:1rem 0;color:var(--quiet)}
header p{margin:0}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0}
nav a,nav [aria-current]{display:inline-block;padding-block:.4rem}
nav [aria-current]{font-weight:700}
.quiet{color:var(--quiet)}
section.day,article{background:var(--sheet);border:1px solid var(--line);border-radius:.375rem;padding:.25rem 1rem .5rem;
margin-bottom:1rem}
section.day article{border-width:1px 0 0;border-radius:0;padding:0;margin:0}
article>:first-child,section.day>:first-child{margin-top:.8rem}
section.day article :is(h2,h3){font-size:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dt{color:var(--quiet)}dd{margin:0}
@media (max-width:30rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:700;padding-bottom:.4rem}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);padding:.4rem .8rem .4rem 0}
.num{text-align:right}
footer{border-top:1px solid var(--line);margin-top:2rem;padding-block:1rem;color:var(--quiet);font-size:.9rem}
@media print{:root{--page:#fff;--sheet:#fff;--ink:#000;--quiet:#333;--line:#999;--accent:#000}nav,.skip{display:none}
body>*{max-width:none;padding:0}article,section.day{break-inside:avoid-page;border-color:#999}h1,h2,h3,h4{break-after:avoid}}
"""

_quoted = lru_cache(maxsize=20_000)(quote)
_FRAME = """\
<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title} · {of}</title>
<link rel="stylesheet" href="{up}style.css">
</head>
<body>
<a class="skip" href="#contenu">Aller au contenu</a>
<header><p>{of}</p></header>
{way}<main id="contenu">
<h1>{title}</h1>
{body}
</main>
<footer><p>{foot}</p></footer>
</body>
</html>
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link of a page: ``path`` is where its target stands in the bundle, with '#...' for a place on it; '': the page itself."""

    words: str
    path: str


@dataclass(kw_only=True, slots=True)
class Attached:
    """A file that comes with something: its name, its size in bytes, where it stands in the bundle."""

    name: str
    size: int
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """What every page of one bundle says: of what it is (``of``), and who keeps it, why and how long (``foot``, LAW-4)."""

    of: str
    foot: str


def page(binding: Binding, path: str, title: str, body: str, way: Iterable[Link] = ()) -> bytes:
    """The page that stands at ``path`` of a bundle; ``way``: the links above it. ``body`` is HTML, everything else plain text."""
    links = "".join(f"<li>{_step(path, link)}</li>" for link in way)
    return _FRAME.format(
        title=escape(title),
        of=escape(binding.of),
        up="../" * path.count("/"),
        way=f'<nav aria-label="Pages de l’archive"><ul>{links}</ul></nav>\n' if links else "",
        body=body,
        foot=escape(binding.foot),
    ).encode()


@lru_cache(maxsize=20_000)
def href(path: str, target: str) -> str:
    """How a page at ``path`` of a bundle links to ``target`` of the same bundle."""
    where, mark, place = target.partition("#")
    return "../" * path.count("/") + _quoted(where) + mark + _quoted(place)


@lru_cache(maxsize=20_000)
def anchor(path: str, words: str, target: str) -> str:
    """A link as HTML, from the page at ``path``."""
    return f'<a href="{href(path, target)}">{escape(words)}</a>'


def facts(*told: str) -> str:
    """A quiet line of short facts; nothing where there are none."""
    kept = [escape(one) for one in told if one]
    return f'<p class="quiet">{" · ".join(kept)}</p>\n' if kept else ""


def written(text: str) -> str:
    """Plain text as HTML, line by line."""
    return f"<p>{'<br>'.join(escape(line) for line in text.splitlines())}</p>\n" if text else ""


def attached(path: str, files: Sequence[Attached]) -> str:
    """The files that come with something, for the page at ``path``; nothing where there are none."""
    if not files:
        return ""
    items = "".join(f"<li>{anchor(path, one.name, one.path)} ({_weight(one.size)})</li>" for one in files)
    return f"<p>Pièces jointes\u00a0:</p>\n<ul>{items}</ul>\n" if items else ""


@lru_cache(maxsize=4096)
def _weight(size: int) -> str:
    return escape(str(weight(size)))


def table(caption: str, heads: Iterable[str], rows: str) -> str:
    """A table that scrolls by itself where the window is narrow, by keyboard too; ``rows`` is HTML."""
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0"><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{columns}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
    )


def _step(path: str, link: Link) -> str:
    if not link.path:
        return f'<span aria-current="page">{escape(link.words)}</span>'
    return anchor(path, link.words, link.path)
