"""Papers of many like sheets: what they say, where it leads, how long and strange texts stand in them (S2-5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader

from app.files.sheaf import Sheaf

MADE = datetime(2026, 7, 4, 8, tzinfo=UTC)
HEAD = ("Matière", "Enseignant", "Appréciation")
WIDTHS = (38, 34)


def sheaf(names: Sequence[str], rows: Sequence[Sequence[str]] = (("Anglais", "Mme Roche", "Bien."),)) -> bytes:
    made = Sheaf("Bulletins 5e A", ("Collège Łukasz",), contents="Sommaire", made_at=MADE)
    for name in names:
        made.sheet(name, "5e A · Trimestre 1")
        made.ruled(HEAD, rows, WIDTHS)
        made.paragraph("Moyenne générale\u00a0: 12,3\nDistinction\u00a0: félicitations")
    return made.finish()


def words(data: bytes) -> list[str]:
    return [page.extract_text().replace("\u00a0", " ") for page in PdfReader(BytesIO(data)).pages]


def test_a_sheaf_has_a_sheet_for_each_and_contents_that_lead_there() -> None:
    data = sheaf(["Éloïse Œuvrard", "Žofia Łęcka"])
    reader, pages = PdfReader(BytesIO(data), strict=True), words(data)
    assert reader.metadata is not None
    assert reader.metadata.title == "Bulletins 5e A"
    assert reader.root_object["/Lang"] == "fr"
    assert len(pages) == 3
    assert [entry.title for entry in reader.outline] == ["Éloïse Œuvrard", "Žofia Łęcka"]
    assert [reader.get_destination_page_number(entry) for entry in reader.outline] == [1, 2]
    leads = [reader.get_page_number(note.get_object()["/Dest"][0].get_object()) for note in reader.pages[0]["/Annots"]]
    assert leads == [1, 2]
    assert "Collège Łukasz" in pages[0]
    assert "Žofia Łęcka" in pages[0]
    assert "Žofia Łęcka" in pages[2]
    assert "Mme Roche" in pages[2]
    assert "Distinction : félicitations" in pages[2]


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert sheaf(["Éloïse"]) == sheaf(["Éloïse"]) != sheaf(["Élise"])


def test_the_contents_of_many_sheets_go_on_over_several_pages() -> None:
    data = sheaf([f"Élève {number}" for number in range(90)])
    reader, pages = PdfReader(BytesIO(data)), words(data)
    first = reader.get_destination_page_number(reader.outline[0])
    assert first == 3
    assert len(pages) == 93
    assert all(
        reader.get_destination_page_number(entry) == first + number for number, entry in enumerate(reader.outline)
    )
    assert "Élève 89" in pages[2]
    assert f"Bulletins 5e A {len(pages)}" in pages[-1]


def test_long_texts_wrap_and_go_on_over_the_page_and_nothing_is_lost() -> None:
    long = " ".join(f"mot{number}" for number in range(1500))
    wide = "w" * 300
    pages = words(sheaf(["Éloïse"], [("Anglais", "Une personne au nom très long", long), ("EPS", "M. Roy", wide)]))
    told = "".join(pages).replace("\n", " ")
    assert len(pages) > 3
    assert all(f"mot{number}" in told for number in range(1500))
    assert told.count("w") >= 300
    assert "Une personne a" in told
    assert "Une personne au nom très long" not in told


def test_a_letter_that_no_font_has_is_a_box_and_the_rest_is_read() -> None:
    (_cover, page) = words(sheaf(["Élève 字 Noël\u202f!\x07"]))
    assert "Élève" in page
    assert "Noël !" in page
