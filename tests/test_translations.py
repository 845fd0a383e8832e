"""English is complete: every French sentence of the code and the templates has its English, with the same places."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "app" / "translations" / "en" / "LC_MESSAGES"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\(\w+\)[sd]")


@cache
def catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


@cache
def sentences() -> set[str]:
    """The French sentences, the singular where there are two."""
    found = extract_from_dir(
        str(ROOT / "app"),
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")],
        keywords=KEYWORDS,
    )
    return {said if isinstance(said, str) else said[0] for _file, _line, said, _comments, _context in found if said}


def test_every_sentence_has_its_english() -> None:
    english = catalogue()
    assert [said for said in sorted(sentences()) if not (found := english.get(said)) or not found.string] == []


def test_no_english_is_left_for_a_sentence_that_is_gone() -> None:
    wanted = sentences()
    assert [m.id for m in catalogue() if m.id and (m.id if isinstance(m.id, str) else m.id[0]) not in wanted] == []


def test_places_are_the_same_in_both_languages() -> None:
    for message in catalogue():
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        allowed = {place for text in ids for place in PLACE.findall(text)}
        for text in strings:
            assert set(PLACE.findall(text)) <= allowed, message.id
        assert set(PLACE.findall(strings[-1])) == set(PLACE.findall(ids[-1])), message.id


def test_the_compiled_catalogue_is_the_written_one() -> None:
    made = BytesIO()
    write_mo(made, catalogue())
    written, compiled = (
        {str(message.id): message.string for message in read_mo(BytesIO(content))}
        for content in (made.getvalue(), (FOLDER / "messages.mo").read_bytes())
    )
    assert written == compiled
