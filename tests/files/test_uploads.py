"""Uploads are hostile: names, contents, archives (guarantees, Security). What is refused leaves neither a row nor a file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.db import db
from app.files import actions, limits, pictures
from app.files.archives import check_archive
from app.files.checking import KINDS, kind_of
from app.files.models import Blob
from app.files.names import checked_name, numbered, safe_name
from app.files.problems import BadName, Bomb, Empty, FileRefused, TooLarge, WrongKind
from app.web.downloads import deliver
from app.web.uploads import Upload
from app.weights import weight
from tests.content import media_rows as rows

NOW = datetime(2026, 8, 20, 8, 0, tzinfo=UTC)


def files_of(app: Flask) -> list[Path]:
    folder: Path = app.extensions["settings"].data_dir
    return [path for path in folder.rglob("*") if path.is_file() and ".sqlite3" not in path.name]


# Receiving --------------------------------------------------------------------------------------------------------------


def test_what_is_received_is_kept_under_its_hash(app: Flask) -> None:
    got = actions.receive(io.BytesIO(rows.jpeg()), "  Été.JPG ", now=NOW)
    assert (got.name, got.kind, got.size) == ("Été.JPG", "image/jpeg", len(rows.jpeg()))
    assert got.sha256 == rows.sha256(rows.jpeg())
    assert [path.name for path in files_of(app)] == [got.sha256]
    assert db.session.get_one(Blob, got.sha256).kind == "image/jpeg"


def test_several_are_taken_together_or_not_at_all(app: Flask) -> None:
    good = Upload(io.BytesIO(b"bon"), "bon.txt")
    with pytest.raises(WrongKind):
        actions.receive_all([good, Upload(io.BytesIO(b"MZ"), "mauvais.exe")], now=NOW)
    assert db.session.query(Blob).count() == 0
    assert files_of(app) == []


def test_who_cannot_afford_it_keeps_nothing(app: Flask) -> None:
    def refuse(size: int) -> None:
        assert size == 3
        raise TooLarge(name="x", most=weight(1))

    with pytest.raises(TooLarge):
        actions.receive(io.BytesIO(b"bon"), "bon.txt", now=NOW, afford=refuse)
    assert files_of(app) == []


def test_reading_stops_at_the_limit(app: Flask) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(TooLarge, match="plus de 1 Mo"):
        actions.receive(stream, "a.txt", now=NOW, most=1_000_000)  # type: ignore[arg-type]
    assert stream.given < 2_000_000
    with pytest.raises(Empty):
        actions.receive(io.BytesIO(b""), "a.txt", now=NOW)
    assert files_of(app) == []


# Kinds ------------------------------------------------------------------------------------------------------------------

GOOD = {
    "a.jpg": rows.jpeg(),
    "a.pdf": rows.pdf(),
    "a.docx": rows.docx(),
    "a.odt": rows.odt(),
    "a.zip": rows.archive({"a/b.txt": b"b"}),
    "a.ggb": rows.archive({"geogebra.xml": b"<x/>"}),
    "a.txt": "Été".encode("cp1252"),
    "b.txt": "\ufeffÉté".encode("utf-16"),
    "a.csv": "é;à".encode(),
    "a.svg": b"<svg/>",
    "a.rtf": b"{\\rtf1 x}",
    "a.doc": bytes.fromhex("D0CF11E0A1B11AE1") + bytes(20),
    "a.mp3": b"ID3\x03",
    "a.wav": b"RIFF\x00\x00\x00\x00WAVE",
    "a.mp4": b"\x00\x00\x00\x18ftypmp42",
    "a.ogg": b"OggS\x00",
    "a.webm": bytes.fromhex("1A45DFA3") + b"x",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_what_its_content_says(name: str) -> None:
    assert kind_of(io.BytesIO(GOOD[name]), name) == KINDS[name.rpartition(".")[2]][0]


@pytest.mark.parametrize("name", GOOD)
def test_a_content_under_another_kinds_name_is_refused(name: str) -> None:
    for other, data in GOOD.items():
        kinds = KINDS[other.rpartition(".")[2]][0], KINDS[name.rpartition(".")[2]][0]
        # A document is an archive, and whatever decodes is a text: these are no lies.
        if (
            kinds[0] == kinds[1]
            or name == "a.zip"
            or kinds[1].startswith("text/")
            or {"a.mp4", "a.m4a"} >= {name, other}
        ):
            continue
        with pytest.raises(FileRefused):
            kind_of(io.BytesIO(data), name)


@pytest.mark.parametrize("name", ["a", "a.exe", "a.docm", "a.php", ".txt", "a.jar", "a.js", "a.swf"])
def test_other_endings_are_not_taken(name: str) -> None:
    with pytest.raises(WrongKind):
        kind_of(io.BytesIO(b"text"), name)


def test_an_image_of_too_many_pixels_is_never_decoded() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    picture = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )
    with pytest.raises(WrongKind):
        kind_of(io.BytesIO(picture), "a.png")
    with pytest.raises(ValueError, match=r"decoded|pixels"):
        pictures.picture(picture, "small")


def test_a_picture_that_is_also_an_archive_stays_a_picture(app: Flask) -> None:
    """A file that is two things at once is harmless: it leaves as an attachment, in a sandbox, never sniffed."""
    both = rows.jpeg() + rows.archive({"x.html": b"<script>alert(1)</script>"})
    got = actions.receive(io.BytesIO(both), "a.jpg", now=NOW)
    with app.test_request_context():
        answer = deliver(actions.path_of(got.sha256), got.name, got.kind, inline=False)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    shown = pictures.picture(both, "large")
    assert b"script" not in shown


def test_a_turned_photo_is_shown_upright() -> None:
    noted = Image.Exif()
    noted[0x0112] = 6
    written = io.BytesIO()
    Image.new("RGB", (40, 20)).save(written, "JPEG", exif=noted)
    with Image.open(io.BytesIO(pictures.picture(written.getvalue(), "small"))) as shown:
        assert shown.size == (20, 40)


# Archives ---------------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    return rows.archive({"zeros": bytes(40_000_000)})


@pytest.mark.parametrize(
    "data",
    [
        bomb(),
        rows.archive({"inner.zip": bomb()}),
        rows.archive({"a.zip": rows.archive({"b.zip": rows.archive({"c.zip": rows.archive({"d.txt": b"x"})})})}),
        rows.archive({f"{number}.txt": b"" for number in range(limits.MOST_ENTRIES + 1)}),
    ],
    ids=["ratio", "nested", "deep", "entries"],
)
def test_bombs_are_refused_without_being_unfolded(data: bytes) -> None:
    with pytest.raises(Bomb):
        check_archive(io.BytesIO(data), "a.zip")
    document = rows.docx()
    assert kind_of(io.BytesIO(document), "a.docx")


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    """The entry says that it is one byte; it unfolds to forty million."""
    data = bytearray(bomb())
    central = data.index(b"PK\x01\x02")
    for at in (22, central + 24):
        struct.pack_into("<I", data, at, 1)
    with pytest.raises(FileRefused):
        check_archive(io.BytesIO(bytes(data)), "a.zip")


def test_entries_that_share_their_bytes_are_refused() -> None:
    one = rows.archive({"a": bytes(range(256)) * 200})
    central, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry = one[central:end]
    tail = bytearray(one[end:])
    count = 50
    struct.pack_into("<HHI", tail, 8, count, count, len(entry) * count)
    with pytest.raises(FileRefused):
        check_archive(io.BytesIO(one[:central] + entry * count + bytes(tail)), "a.zip")


@pytest.mark.parametrize("name", ["../a.txt", "/etc/passwd", "a/../../b.txt", "..\\a.txt"])
def test_an_archive_that_names_files_outside_itself_is_refused(name: str) -> None:
    with pytest.raises(WrongKind):
        check_archive(io.BytesIO(rows.archive({name: b"x"})), "a.zip")


def test_a_locked_archive_is_refused() -> None:
    data = bytearray(rows.archive({"a.txt": b"x"}))
    for at in (6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    with pytest.raises(WrongKind):
        check_archive(io.BytesIO(bytes(data)), "a.zip")


@given(st.binary(max_size=300), st.sampled_from(sorted(KINDS)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_sent_is_taken_or_refused_with_words(data: bytes, tail: str) -> None:
    with suppress(FileRefused):
        assert kind_of(io.BytesIO(data), f"a.{tail}") == KINDS[tail][0]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_archive_never_breaks_the_portal(data: st.DataObject) -> None:
    damaged = bytearray(GOOD["a.docx"])
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileRefused):
        assert kind_of(io.BytesIO(bytes(damaged)), "a.docx") == KINDS["docx"][0]


# Names ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../a.txt", "a/b.txt", "C:\\a.txt", "a\x00.txt", "a\n.txt", "photo\u202egpj.exe", "..", ".", "", "  ", "CON.txt",
     "a\u2028.txt", "nul", "\ud800.txt"],
)  # fmt: skip
def test_names_with_paths_or_tricks_are_refused(name: str) -> None:
    with pytest.raises(BadName):
        checked_name(name)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [("  e\u0301te\u0301  1.txt ", "été 1.txt"), ("a\u200bb.pdf", "ab.pdf"), ('a"b?.pdf', "a_b_.pdf"), ("fin.txt. ", "fin.txt"),
     ("👩\u200d🏫.jpg", "👩\u200d🏫.jpg")],
)  # fmt: skip
def test_other_names_are_tidied(given_name: str, kept: str) -> None:
    assert checked_name(given_name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = checked_name("é" * 300 + ".docx")
    assert (len(kept), kept[-5:]) == (limits.LONGEST_NAME, ".docx")


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_safe_name_is_never_a_path_and_can_be_safe_again(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set(name) & set('/\\<>:"|?*\x00\u202e')
    assert name not in (".", "..")
    assert safe_name(name) == name
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, b"")


def test_a_name_that_is_taken_is_numbered() -> None:
    taken = {"a.txt", "a (2).txt"}
    assert numbered("A.txt", taken) == "A (3).txt"
    assert numbered("b", taken) == "b"
    assert numbered("B", taken) == "B (2)"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 octets"),
        (999, "999 octets"),
        (1_000, "1 ko"),
        (1_250_000, "1,2 Mo"),
        (50_000_000, "50 Mo"),
        (7_000_000_000, "7 Go"),
    ],
)
def test_weights_are_told_in_words(size: int, words: str) -> None:
    assert str(weight(size)) == words


def test_a_download_can_go_on_where_it_stopped(app: Flask) -> None:
    got = actions.receive(io.BytesIO(b"0123456789"), "a.txt", now=NOW)
    with app.test_request_context(headers={"Range": "bytes=4-"}):
        answer = deliver(actions.path_of(got.sha256), got.name, got.kind)
        assert (answer.status_code, answer.get_data()) == (206, b"456789")
