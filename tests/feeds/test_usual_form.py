"""Entries in AAF's usual form are read as text, all others by the parser, and nobody can tell which (FEED-1, G14)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from app.feeds.formats.aaf_text import Usual, values_of
from app.feeds.formats.xml_bytes import UnreadableFile
from tests.feeds import deliveries as make
from tests.feeds.test_reading import one_file, read

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n<ficAlimMENESR>\n'
END = "</ficAlimMENESR>\n"
ODD = (
    '<addRequest><operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr></operationalAttributes>\n'
    "<identifier> <id> 7 </id></identifier><attributes>\r\n"
    '<attr name="ENTPersonJointure"><value>7</value></attr> <attr name="sn"> <value/> <value>L&apos;Écu &amp;lt; Cie</value></attr>'
    '<attr name="givenName"><value></value><value> Zoé </value></attr><attr name="Inconnu"><value/></attr>'
    '<attr name="ENTEleveClasses"><value>10$ 6A</value><value/>\n<value>10$6B</value></attr>'
    '<attr name="ENTPersonAdresse"><value>1 rue\ndu Test$$$</value></attr></attributes></addRequest>'
)


def in_pieces(text: str, size: int) -> Iterator[bytes]:
    content = text.encode()
    return (content[start : start + size] for start in range(0, len(content), size))


def parsed(text: str) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """What the parser says of each entry."""
    return [
        (
            (entry.findtext("identifier/id") or "").strip(),
            [
                (one.get("name"), [value.text for value in one if value.text])
                for one in entry.iterfind("attributes/attr")
            ],
        )
        for entry in etree.fromstring(text.encode()).iter("addRequest")
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1 << 20])
def test_wherever_a_block_ends_the_text_says_what_the_parser_says(size: int) -> None:
    text = HEAD + ODD + "\n\n" + make.student("8", classes=["6C"], adults=["9$10$1$1$0$1"]) + END
    usual = Usual(in_pieces(text, size))
    found = [
        (entry.identifier.strip(), [(name, values_of(first, others)) for name, first, others in entry.attributes])
        for entry in usual
    ]
    assert usual.rest is None
    assert found == parsed(text)
    assert len(found) == 2


@pytest.mark.parametrize(
    "odd",
    [
        "<!-- between -->", "<modifyRequest/>", "<addRequest><identifier><id>1</id></identifier></addRequest>",
        ODD.replace("<value>7</value>", "<value><![CDATA[7]]></value>"), ODD.replace("<value>7</value>", '<value a="b">7</value>'),
        ODD.replace("rue", "rue >"), ODD.replace("rue", "rue\r\n"), ODD.replace("rue", "ru\u0001e"), ODD.replace("rue", "&autre;"),
        ODD.replace("rue", "&#233;"), ODD.replace("</addRequest>", ""),
    ],
)  # fmt: skip
def test_what_has_another_form_goes_to_the_parser_with_everything_after_it(odd: str) -> None:
    first, last = make.student("1"), make.student("2")
    usual = Usual(in_pieces(HEAD + first + odd + last + END, 50))
    assert [entry.identifier for entry in usual] == ["1"]
    assert usual.rest is not None
    rest = b"".join(usual.rest).decode()
    assert rest.startswith("<ficAlimMENESR>")
    assert rest.endswith(odd + last + END)
    assert usual.lines + rest.count("\n") == (HEAD + first + odd + last + END).count("\n")


def test_changes_are_left_to_the_parser_before_they_are_all_in_memory() -> None:
    """A delta can be as large as a delivery."""
    change = make.entry("3", {"ENTPersonJointure": "3"}, operation="modifyRequest")
    taken = 0

    def blocks() -> Iterator[bytes]:
        nonlocal taken
        for block in in_pieces(HEAD + make.student("1") + change * 2000 + END, 4096):
            taken += len(block)
            yield block

    usual = Usual(blocks())
    assert [entry.identifier for entry in usual] == ["1"]
    assert taken <= 3 * 4096
    assert usual.rest is not None
    assert sum(block.count(b"</modifyRequest>") for block in usual.rest) > 1900


def test_a_delivery_says_the_same_by_text_and_by_parser(tmp_path: Path) -> None:
    """A comment inside the first entry sends the whole file to the parser; fingerprints are the same too."""
    entries = ODD + make.student("8", classes=["6C", "6D"], adults=["9$10$1$1$0$1"])
    one = read(one_file(tmp_path / "text", (HEAD + entries + END).encode()))
    other = read(one_file(tmp_path / "tree", (HEAD + entries.replace("<id>", "<!-- x --><id>", 1) + END).encode()))
    assert one == other
    assert [person["last_name"] for person in one[0]["person"]] == ["L'Écu &lt; Cie", "MARTIN"]
    assert any("Inconnu" in warning for warning in one[1])


@pytest.mark.parametrize("wrong", ["a ]]> b", "a \u0001 b", "a & b", "a <b> c", "&inconnue;"])
def test_what_xml_forbids_is_refused_on_its_own_line(tmp_path: Path, wrong: str) -> None:
    """G14; the line is counted from the beginning of the file, whoever has read what came before."""
    entries = [make.student(str(number)) for number in range(1, 40)]
    broken = make.entry("99", {"ENTPersonJointure": "99"}).replace("<value>99</value>", f"<value>{wrong}</value>")
    before = HEAD + "".join(f"{entry}\n" for entry in entries)
    content = (before + broken + END).encode()
    if wrong == "&inconnue;":
        assert read(one_file(tmp_path / "d", content))[0]["reject"], "an entity that nobody knows stays its own text"
        return
    with pytest.raises(UnreadableFile) as refused:
        read(one_file(tmp_path / "d", content))
    line = next(number for number, text in enumerate((before + broken).split("\n"), 1) if wrong in text)
    assert f"ligne {line}" in str(refused.value)


def test_a_file_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    """G14"""
    for content in (HEAD + ODD, HEAD + ODD[:-30], HEAD, HEAD + ODD + END + "<more/>"):
        with pytest.raises(UnreadableFile):
            read(one_file(tmp_path / "d", content.encode()))
