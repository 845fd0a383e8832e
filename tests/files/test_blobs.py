"""Blobs: kept once by their hash, whole or not at all (G5), erased a day after their last reference."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.db import Base, db
from app.errors import NotFound
from app.files import actions, addresses, jobs, queries
from app.files.models import Blob
from app.publicsite.models import SchoolSite
from tests import people
from tests.content.media_rows import jpeg

NOW = datetime(2026, 8, 20, 8, 0, tzinfo=UTC)
PICTURE = b"the bytes of a picture"


def _kept(data: bytes = PICTURE) -> Blob:
    blob = actions.store(data, kind="image/png", now=NOW)
    db.session.commit()
    return blob


def test_the_bytes_come_back_and_their_name_is_their_hash(app: Flask) -> None:
    blob = _kept()
    assert blob.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert (blob.size, blob.kind) == (len(PICTURE), "image/png")
    assert queries.read(blob.sha256) == PICTURE


def test_the_same_bytes_are_kept_once(app: Flask) -> None:
    assert _kept().sha256 == _kept().sha256
    assert db.session.query(Blob).count() == 1
    folder = app.extensions["settings"].data_dir / "blobs"
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.both_databases
def test_a_write_that_fails_leaves_neither_a_row_nor_half_a_file(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        actions.store(PICTURE, kind="image/png", now=NOW)
    db.session.rollback()
    assert db.session.query(Blob).count() == 0
    folder = app.extensions["settings"].data_dir / "blobs"
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_name_from_outside_is_never_a_path(app: Flask) -> None:
    for name in ("../../etc/passwd", "A" * 64, "", "0" * 63):
        with pytest.raises(ValueError, match="SHA-256"):
            addresses.place(name)
        with pytest.raises(NotFound):
            queries.read(name)


def test_only_known_media_types_are_kept(app: Flask) -> None:
    with pytest.raises(KeyError):
        actions.store(b"<svg/>", kind="image/svg+xml", now=NOW)


@pytest.mark.both_databases
def test_a_blob_goes_a_day_after_its_last_reference_and_not_a_second_before(app: Flask) -> None:
    school = people.cast(app).college
    blob = _kept()
    db.session.add(SchoolSite(school_id=school.id, banner=blob.sha256))
    db.session.commit()
    path = queries.path_of(blob.sha256)
    jobs.remove_unreferenced(NOW + timedelta(days=30))
    assert path.exists(), "what is referred to stays"
    db.session.get_one(SchoolSite, school.id).banner = None
    db.session.commit()
    unused = NOW + timedelta(days=31)
    assert jobs.remove_unreferenced(unused) == 0
    assert jobs.remove_unreferenced(unused + timedelta(hours=24, seconds=-1)) == 0
    assert path.exists()
    assert jobs.remove_unreferenced(unused + timedelta(hours=24)) == 1
    assert not path.exists()
    assert db.session.query(Blob).count() == 0


@pytest.mark.both_databases
def test_a_blob_that_is_referred_to_again_stays(app: Flask) -> None:
    school = people.cast(app).college
    blob = _kept()
    jobs.remove_unreferenced(NOW)
    assert db.session.get_one(Blob, blob.sha256).unreferenced_at == NOW
    actions.store(PICTURE, kind="image/png", now=NOW + timedelta(hours=2))
    db.session.add(SchoolSite(school_id=school.id, banner=blob.sha256))
    db.session.commit()
    assert jobs.remove_unreferenced(NOW + timedelta(days=3)) == 0
    assert queries.read(blob.sha256) == PICTURE


def test_old_files_without_a_row_are_swept(app: Flask) -> None:
    kept = queries.path_of(_kept().sha256)
    stray: Path = kept.with_name("f" * 64)
    fresh: Path = kept.with_name("e" * 64 + ".part")
    for path in (stray, fresh):
        path.write_bytes(b"left by a crash")
    two_days_ago = stray.stat().st_mtime - 2 * 24 * 3600
    os.utime(stray, (two_days_ago, two_days_ago))
    jobs.remove_unreferenced(NOW)
    assert (kept.exists(), stray.exists(), fresh.exists()) == (True, False, True)


def test_the_pictures_made_of_an_image_go_with_it_and_a_torn_upload_is_swept(app: Flask) -> None:
    blob = actions.store(jpeg(), kind="image/jpeg", now=NOW)
    db.session.commit()
    shown = actions.shown_picture(blob.sha256, blob.kind, "small")
    torn = app.extensions["settings"].data_dir / addresses.incoming() / "torn.part"
    torn.parent.mkdir(parents=True, exist_ok=True)
    torn.write_bytes(b"half of it")
    two_days_ago = torn.stat().st_mtime - 2 * 24 * 3600
    os.utime(torn, (two_days_ago, two_days_ago))
    assert shown.exists()
    jobs.remove_unreferenced(NOW)
    assert jobs.remove_unreferenced(NOW + timedelta(hours=24)) == 1
    assert (shown.exists(), torn.exists()) == (False, False)


def test_many_blobs_are_looked_through_in_slices(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slices cover every name, however many there are; each is committed by itself."""
    monkeypatch.setattr(jobs, "SLICE", 3)
    kept = [actions.store(f"{n}".encode(), kind="text/plain", now=NOW).sha256 for n in range(21)]
    db.session.commit()
    assert jobs.remove_unreferenced(NOW) == 0
    assert jobs.remove_unreferenced(NOW + timedelta(hours=25)) == 21
    assert not [sha for sha in kept if queries.path_of(sha).exists()]


def test_every_table_that_refers_to_blobs_counts(app: Flask) -> None:
    found = {f"{column.table.name}.{column.name}" for column in queries.references()}
    assert {"school_site.banner", "media_file.sha256", "article_attachment.sha256", "contest_entry.sha256"} <= found
    for table in Base.metadata.tables.values():
        named = {f"{table.name}.{column.name}" for column in table.columns if column.name == "sha256"}
        assert named - {"blob.sha256"} <= found, "a column of that name refers to blobs"
