"""What somebody typed becomes HTML in which nothing can act."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.markup import TAGS, first_words, to_html
from app.content.slugs import slug


def test_plain_lines_become_paragraphs_lists_and_headings() -> None:
    text = (
        "Bonjour,\nà tous.\n\n## Demain\n- un\n- **deux**\n\n1. *trois*\n\nVoir [le site](https://exemple.test/a?b=1)."
    )
    assert to_html(text) == (
        "<p>Bonjour,<br>à tous.</p>\n<h2>Demain</h2>\n<ul><li>un</li><li><strong>deux</strong></li></ul>\n"
        '<ol><li><em>trois</em></li></ol>\n<p>Voir <a href="https://exemple.test/a?b=1" rel="noopener noreferrer">'
        "le site</a>.</p>"
    )


def test_signs_that_are_no_markup_are_shown_as_they_were_typed() -> None:
    assert to_html("3 < 5 & 2*3*4 = 24 * 1") == "<p>3 &lt; 5 &amp; 2*3*4 = 24 * 1</p>"


@pytest.mark.parametrize(
    "typed",
    [
        "<p>a</p><script>alert(1)</script>",
        '<p onclick="alert(1)" style="color:red" class="x" data-hx-get="/x" hx-get="/x" id="main">a</p>',
        '<p><a href="javascript:alert(1)" target="_blank">a</a></p>',
        '<p>a</p><img src="x" onerror="alert(1)"><iframe src="/"></iframe><svg><a href="#">x</a></svg>',
        "<p>a</p><form action='/x'><input name='p'></form><style>p{display:none}</style>",
        "[a](javascript:alert(1))",
        '[a](https://x.test/"onmouseover="alert(1))',
        "<p>a</p><math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    ],
)
def test_nothing_that_acts_survives(typed: str) -> None:
    html = to_html(typed)
    tags = re.findall(r"<(\w+)((?:\s[^>]*)?)>", html)
    assert {name for name, _rest in tags} <= TAGS
    for _name, rest in tags:
        assert not re.search(r"\b(on\w+|style|class|id|hx-|data-|target|src)\s*=", rest), html
        assert "javascript:" not in rest


@given(st.text(alphabet=st.sampled_from("ab<>&\"'*[]()#- \n/=!d:"), max_size=80))
def test_whatever_is_typed_gives_known_tags_only_and_stays_the_same_when_cleaned_again(typed: str) -> None:
    html = to_html(typed)
    assert {name.lower() for name in re.findall(r"<([a-zA-Z]\w*)", html)} <= TAGS
    assert to_html(html) == html or "<p" not in html


def test_a_long_text_of_stars_is_read_quickly() -> None:
    assert to_html("**a " * 10_000).startswith("<p>")


def test_first_words_are_text_cut_at_a_word() -> None:
    assert first_words("<p>Un &amp; deux</p><ul><li>trois</li></ul>") == "Un & deux trois"
    assert first_words("<p>" + "mot " * 100 + "</p>", 20) == "mot mot mot mot mot\u00a0…"


def test_slugs_are_plain_and_unique() -> None:
    assert slug("Vie de l’école & Œuvres") == "vie-de-l-ecole-oeuvres"
    assert slug("Vie", {"vie", "vie-2"}) == "vie-3"
    assert slug("!!!") == "rubrique"
