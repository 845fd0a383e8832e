"""The academy's feed files are AAF files: readable, in parts, of both degrees and both encodings."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from app.demo import actions
from app.demo.academy import make_academy
from app.demo.tally import Tally

TAIL = re.compile(r"_(EtabEducNat|MatiereEducNat|MefEducNat|Eleve|PersRelEleve|PersEducNat)_[0-9]{4}\.xml$")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tally]:
    folder = tmp_path_factory.mktemp("delivery")
    return folder, actions.write_delivery(make_academy(7, 3, 700), folder, day=date(2026, 6, 29), part=100)


def entries(folder: Path, degree: str, category: str) -> list[etree._Element]:
    parser = etree.XMLParser(load_dtd=False, no_network=True)
    paths = sorted((folder / degree).glob(f"*_{category}_*.xml"))
    return [entry for path in paths for entry in etree.parse(path, parser).getroot().findall("addRequest")]


def test_each_degree_has_its_files_in_parts(written: tuple[Path, Tally]) -> None:
    folder, _ = written
    kinds = {degree: Counter(_kind(path) for path in (folder / degree).iterdir()) for degree in ("1D", "2D")}
    assert set(kinds["2D"]) == {"EtabEducNat", "MatiereEducNat", "MefEducNat", "Eleve", "PersRelEleve", "PersEducNat"}
    assert set(kinds["1D"]) == {"EtabEducNat", "Eleve", "PersRelEleve", "PersEducNat"}
    assert kinds["2D"]["PersRelEleve"] > 1
    assert (folder / "2D" / "ENT2DVA-ENT1_Complet_20260629_Eleve_0001.xml").exists()


def _kind(path: Path) -> str:
    found = TAIL.search(path.name)
    assert found, path.name
    return found[1]


def test_no_part_holds_more_entries_than_allowed_and_none_is_lost(written: tuple[Path, Tally]) -> None:
    folder, tally = written
    for path in folder.glob("*/*_Eleve_*.xml"):
        assert 1 <= len(etree.parse(path).getroot().findall("addRequest")) <= 100
    for degree in ("1D", "2D"):
        counts = tally.counts[degree]
        assert len(entries(folder, degree, "Eleve")) == counts["students"]
        adults = counts["guardians"] + counts["contacts"] + counts["unreferenced"]
        assert len(entries(folder, degree, "PersRelEleve")) == adults
        assert len(entries(folder, degree, "PersEducNat")) == counts["teachers"] + counts["staff"]


def test_the_identifier_is_the_join_key(written: tuple[Path, Tally]) -> None:
    folder, _ = written
    for degree in ("1D", "2D"):
        for entry in entries(folder, degree, "Eleve"):
            key = entry.findtext("attributes/attr[@name='ENTPersonJointure']/value")
            assert entry.findtext("identifier/id") == key


def test_the_second_degree_is_in_latin_nine_and_the_first_in_utf_eight(written: tuple[Path, Tally]) -> None:
    folder, _ = written
    for degree, encoding in (("2D", b"ISO-8859-15"), ("1D", b"UTF-8")):
        for path in (folder / degree).iterdir():
            assert path.read_bytes().startswith(b'<?xml version="1.0" encoding="' + encoding)


def test_writing_again_replaces_what_was_there(tmp_path: Path) -> None:
    academy = make_academy(7, 1, 100)
    actions.write_delivery(academy, tmp_path)
    sizes = {path.name: path.stat().st_size for path in tmp_path.glob("*/*")}
    actions.write_delivery(academy, tmp_path)
    assert {path.name: path.stat().st_size for path in tmp_path.glob("*/*")} == sizes
