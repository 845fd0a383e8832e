"""The demo's files are what their names say: pictures, PDF, office documents that open."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from flask import Flask
from lxml import etree
from PIL import Image

from app.db import db
from app.demo.year import actions, office, shelf
from app.files.queries import read
from tests.demo.test_year import NOW


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The shelf's files by their names."""
    return {file_name: data for _name, file_name, data in shelf.files()}


@pytest.mark.parametrize("kind", [".odt", ".ods", ".docx", ".xlsx"])
def test_office_documents_are_whole_packages_of_well_formed_xml(files: dict[str, bytes], kind: str) -> None:
    documents = [(name, data) for name, data in files.items() if name.endswith(kind)]
    assert documents
    for name, data in documents:
        is_whole(name, data)


def is_whole(name: str, data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        names = package.namelist()
        for part in names:
            if part != "mimetype":
                etree.fromstring(package.read(part))
        if name.endswith((".odt", ".ods")):
            assert names[0] == "mimetype"
            assert package.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
            assert package.read("mimetype").startswith(b"application/vnd.oasis.opendocument.")
        else:
            relations = etree.fromstring(package.read("_rels/.rels"))
            assert relations[0].get("Target") in names


def test_pictures_decode_and_faces_differ(files: dict[str, bytes]) -> None:
    pictures = [data for name, data in files.items() if name.endswith((".jpg", ".png"))]
    assert len(pictures) > shelf.FACES
    for data in pictures:
        Image.open(BytesIO(data)).verify()
    assert len(set(pictures)) == len(pictures)


def test_papers_are_pdf(files: dict[str, bytes]) -> None:
    papers = [data for name, data in files.items() if name.endswith(".pdf")]
    assert len(papers) >= 4
    assert all(b"(D:20260101000000Z)" in data for data in papers)  # the same text is the same bytes at any hour
    assert all(data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF") for data in papers)


def test_every_file_passes_the_checks_of_an_upload(sqlite_app: Flask, files: dict[str, bytes]) -> None:
    kept = actions.keep_files(now=NOW)
    db.session.commit()
    assert len({one.sha256 for one in kept.values()}) == len(files)
    assert {one.kind for one in kept.values()} >= {"image/jpeg", "image/png", "application/pdf"}
    assert all(len(read(one.sha256)) == one.size for one in kept.values())


def test_texts_with_signs_of_xml_are_escaped() -> None:
    with zipfile.ZipFile(BytesIO(office.docx("A < B & C", ["« x > y »"]))) as package:
        document = etree.fromstring(package.read("word/document.xml"))
    assert "".join(document.itertext()) == "A < B & C« x > y »"
