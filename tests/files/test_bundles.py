"""A bundle reads back to the last byte, or is told damaged (G9)."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.files.bundles import MANIFEST, Bundle, verify
from app.files.problems import Damaged

MADE = datetime(2026, 7, 6, 10, 30, tzinfo=UTC)


def made(*entries: tuple[str, bytes | Path], title: str = "Cahier de textes") -> bytes:
    stream = io.BytesIO()
    with Bundle(stream, title=title, made_at=MADE) as bundle:
        for path, data in entries:
            bundle.add(path, data)
        bundle.cover("lesson", [3, 4])
        bundle.cover("lesson", [10])
        bundle.cover("homework", [])
    return stream.getvalue()


def small() -> bytes:
    return made(("index.html", b"<p>Bonjour</p>" * 40), ("fichiers/plan.pdf", bytes(range(256))), ("vide.txt", b""))


def resealed(files: dict[str, bytes]) -> io.BytesIO:
    """A ZIP by another hand, with a checksum that fits it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    body = stream.getvalue()[:-2] + (16).to_bytes(2, "little")
    return io.BytesIO(body + b"bascule %08x" % zlib.crc32(body))


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_bundle_says_what_it_holds_and_what_it_covers() -> None:
    read = verify(io.BytesIO(small()))
    assert (read.title, read.made_at) == ("Cahier de textes", MADE)
    assert [(one.path, one.size) for one in read.entries] == [
        ("index.html", 560),
        ("fichiers/plan.pdf", 256),
        ("vide.txt", 0),
    ]
    assert read.entries[1].sha256 == hashlib.sha256(bytes(range(256))).hexdigest()
    assert read.covers == {"lesson": (3, 17), "homework": (0, 0)}


def test_any_program_opens_a_bundle_and_finds_the_manifest_last() -> None:
    with zipfile.ZipFile(io.BytesIO(small())) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-1] == MANIFEST
        assert archive.read("index.html").startswith(b"<p>Bonjour</p>")
        assert archive.getinfo("fichiers/plan.pdf").compress_type == zipfile.ZIP_STORED
        assert archive.getinfo("index.html").compress_type == zipfile.ZIP_DEFLATED


def test_the_same_content_gives_the_same_bytes_whatever_the_zone_of_the_date(tmp_path: Path) -> None:
    """A file from the disk and its bytes are the same content, and an instant is one in every zone."""
    on_disk = tmp_path / "plan"
    on_disk.write_bytes(bytes(range(256)))
    entries = (("index.html", b"<p>Bonjour</p>" * 40), ("fichiers/plan.pdf", on_disk), ("vide.txt", b""))
    assert made(*entries) == small()
    stream = io.BytesIO()
    with Bundle(stream, title="x", made_at=MADE.astimezone(timezone(timedelta(hours=11)))) as bundle:
        bundle.add("a", b"a")
    other = io.BytesIO()
    with Bundle(other, title="x", made_at=MADE) as bundle:
        bundle.add("a", b"a")
    assert stream.getvalue() == other.getvalue()


def test_every_single_flipped_bit_is_seen() -> None:
    """G9: headers, names, dates and the end record included."""
    whole = small()
    turn = random.Random(7)
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << turn.randrange(8)
        with pytest.raises(Damaged):
            verify(io.BytesIO(changed))


def test_a_bundle_cut_short_anywhere_or_with_something_behind_it_is_seen() -> None:
    whole = small()
    for length in [*range(60), *range(0, len(whole), 7), len(whole) - 1]:
        with pytest.raises(Damaged):
            verify(io.BytesIO(whole[:length]))
    with pytest.raises(Damaged):
        verify(io.BytesIO(whole + b"\0"))
    verify(io.BytesIO(whole))


def test_a_missing_added_renamed_altered_or_moved_file_is_named_though_the_checksum_fits() -> None:
    files = unpacked(small())
    verify(resealed(files))
    page = files["index.html"]
    cases = {
        "vide.txt": {name: data for name, data in files.items() if name != "vide.txt"},
        "intrus.txt": {"intrus.txt": b"?", **files},
        "autre.html": {("autre.html" if name == "index.html" else name): data for name, data in files.items()},
        "index.html": {**files, "index.html": page.replace(b"jour", b"soir")},
        "fichiers/plan.pdf": {**files, "fichiers/plan.pdf": bytes(300)},
        MANIFEST: {MANIFEST: files[MANIFEST], **files},
    }
    for part, changed in cases.items():
        with pytest.raises(Damaged) as told:
            verify(resealed(changed))
        assert part in str(told.value)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"entries": None},
        {"entries": [{"path": "index.html"}]},
        {"covers": {"lesson": 3}},
        {"covers": []},
        {"made_at": "hier"},
    ],
)
def test_a_manifest_that_says_nothing_sensible_is_refused(change: dict[str, object]) -> None:
    files = unpacked(small())
    files[MANIFEST] = json.dumps({**json.loads(files[MANIFEST]), **change}).encode()
    with pytest.raises(Damaged):
        verify(resealed(files))
    for nonsense in (b"", b"[]", b"null", b"\xff"):
        with pytest.raises(Damaged):
            verify(resealed({**files, MANIFEST: nonsense}))


def test_names_are_safe_on_any_computer_and_never_the_same_twice() -> None:
    stream = io.BytesIO()
    with Bundle(stream, title="x", made_at=MADE) as bundle:
        assert bundle.add("a/../b\\c/../d.html", b"1") == "a/b c/d.html"
        assert bundle.add("Plan?.pdf", b"2") == "Plan_.pdf"
        assert bundle.add("plan_.PDF", b"3") == "plan_ (2).pdf"
        assert bundle.add("con.txt", b"4") == "_con.txt"
        assert bundle.add("", b"5") == "fichier"
        assert bundle.add("manifest.json", b"6") == "manifest (2).json"
        assert len(bundle.add("é" * 300 + ".html", b"7")) == 80
        promised = bundle.place("leçons/page.html")
        assert bundle.place("leçons/page.html") == "leçons/page (2).html"
        assert bundle.add(promised, b"8") == promised
        assert bundle.add("leçons/page (2).html", b"9") == "leçons/page (2).html"
    assert len(verify(stream).entries) == 9


def test_what_was_promised_and_never_added_is_no_bundle() -> None:
    stream = io.BytesIO()
    with pytest.raises(ValueError, match="promised"), Bundle(stream, title="x", made_at=MADE) as bundle:
        bundle.place("perdu.html")
    with pytest.raises(Damaged):
        verify(stream)


class Full(io.BytesIO):
    """A disk that takes so many bytes."""

    def write(self, data: object) -> int:
        if self.tell() + len(data) > 5000:  # type: ignore[arg-type]
            raise OSError(28, "No space left on device")
        return super().write(data)  # type: ignore[arg-type]


def photographs(stream: io.BytesIO, stopped: type[BaseException] | None = None) -> None:
    """Ten pictures into ``stream``, or three and an end."""
    with Bundle(stream, title="x", made_at=MADE) as bundle:
        for number in range(10):
            if stopped is not None and number == 3:
                raise stopped
            bundle.add(f"{number}.jpg", bytes(900))


def test_a_full_disk_is_told_and_leaves_no_bundle() -> None:
    """G16: the failure comes out as it is."""
    stream = Full()
    with pytest.raises(OSError, match="No space"):
        photographs(stream)
    with pytest.raises(Damaged):
        verify(stream)


def test_a_bundle_that_is_stopped_leaves_no_bundle() -> None:
    stream = io.BytesIO()
    with pytest.raises(KeyboardInterrupt):
        photographs(stream, KeyboardInterrupt)
    with pytest.raises(Damaged):
        verify(stream)


class Nowhere(io.RawIOBase):
    """Takes bytes and keeps none."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        many = len(data)  # type: ignore[arg-type]
        self.size += many
        return many


def test_memory_does_not_grow_with_the_size_of_a_file(tmp_path: Path) -> None:
    """Files go through in pieces, packed or not."""
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.truncate(24_000_000)
    stream = Nowhere()
    tracemalloc.start()
    try:
        with Bundle(stream, title="x", made_at=MADE) as bundle:  # type: ignore[arg-type]
            bundle.add("film.mp4", path)
            bundle.add("table.csv", path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stream.size > 24_000_000
    assert peak < 3_000_000


def test_reading_back_feeds_every_byte_once_so_that_the_hash_of_the_file_comes_with_it(tmp_path: Path) -> None:
    """G9: also of files that go through in pieces, deflated or not; a changed byte in them is named."""
    path, noise = tmp_path / "long", random.Random(5).randbytes(1_000_000)
    path.write_bytes(noise * 9)
    data = made(("table.csv", path), ("film.mp4", path), ("index.html", b"<p>Bonjour</p>" * 40))
    whole = hashlib.sha256()
    read = verify(io.BytesIO(data), whole)
    assert whole.hexdigest() == hashlib.sha256(data).hexdigest()
    assert [one.size for one in read.entries] == [9_000_000, 9_000_000, 560]
    changed = bytearray(data)
    changed[len(data) - 2_000_000] ^= 1
    with pytest.raises(Damaged, match=r"film\.mp4"):
        verify(io.BytesIO(changed))


def test_what_is_no_longer_what_its_hash_says_is_found_out_by_reading_back(tmp_path: Path) -> None:
    """G9: what is kept by its hash is taken at its word while it is written, not when it is read."""
    path = tmp_path / "photo"
    path.write_bytes(bytes(900))
    stream = io.BytesIO()
    with Bundle(stream, title="x", made_at=MADE) as bundle:
        bundle.add("juste.jpg", path, sha256=hashlib.sha256(bytes(900)).hexdigest())
        bundle.add("faux.jpg", path, sha256=hashlib.sha256(b"autre chose").hexdigest())
    with pytest.raises(Damaged, match=r"faux\.jpg"):
        verify(stream)
