"""``archives verify``: one archive by its path, or all that the portal knows (G9)."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app import clock
from app.db import db
from app.files.actions import store
from app.files.bundles import Bundle
from app.files.models import Archive
from app.files.proofs.queries import read_back
from app.files.queries import path_of
from tests import people
from tests.people import Cast


def bundle(title: str = "Cahier de textes de la classe 6A") -> bytes:
    stream = io.BytesIO()
    with Bundle(stream, title=title, made_at=clock.portal_now()) as made:
        made.add("index.html", b"<p>Bonjour</p>")
        made.cover("lesson", [4, 5])
    return stream.getvalue()


def known(cast: Cast, data: bytes, *, kind: str = "application/zip", **more: object) -> Archive:
    """An archive of the collège in the portal."""
    blob = store(data, kind=kind, now=clock.portal_now())
    values = {"covers": {"lesson": [2, 9]}, "kind": "diary", "unit_id": 1, **more}
    archive = Archive(
        campaign_id=1, begins=2025, school_id=cast.college.id, title="Cahier", sha256=blob.sha256, size=len(data),
        made_at=clock.portal_now(), **values,
    )  # fmt: skip
    db.session.add(archive)
    db.session.commit()
    return archive


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


def test_an_archive_on_disk_is_whole_damaged_or_not_there(sqlite_app: Flask, tmp_path: Path) -> None:
    runner = sqlite_app.test_cli_runner()
    path = tmp_path / "6A.zip"
    data = bundle()
    path.write_bytes(data)
    found = runner.invoke(args=["archives", "verify", str(path), "--json"])
    assert found.exit_code == 0
    read = json.loads(found.stdout)
    assert read["files"] == 1
    assert read["covers"] == {"lesson": [2, 9]}
    path.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    found = runner.invoke(args=["archives", "verify", str(path), "--json"])
    assert found.exit_code == 1
    assert "abîmée" in json.loads(found.stderr)["error"]
    for nothing in (tmp_path / "nulle-part.zip", tmp_path):
        assert runner.invoke(args=["archives", "verify", str(nothing)]).exit_code == 3


def test_all_known_archives_are_read_back_and_the_damaged_ones_named(cast: Cast, runner: FlaskCliRunner) -> None:
    whole = known(cast, bundle())
    table = known(cast, b"nom;motif\r\n", kind="text/csv", unit_id=2, covers={"sanction": [0, 0]})
    assert read_back(whole) is not None
    assert read_back(table) is None
    found = runner.invoke(args=["archives", "verify", "--json"])
    assert (found.exit_code, json.loads(found.stdout)) == (0, {"whole": 2, "damaged": []})
    lost = known(cast, bundle("perdue"), unit_id=3)
    path_of(lost.sha256).unlink()
    changed = known(cast, b"nom;motif;\r\n", kind="text/csv", unit_id=4)
    path_of(changed.sha256).write_bytes(b"nom;motif!\r\n")
    lies = known(cast, bundle(), unit_id=5, covers={"lesson": [3, 15]})
    numbers = [lost.id, changed.id, lies.id]
    found = runner.invoke(args=["archives", "verify", "--json"])
    assert found.exit_code == 1
    assert json.loads(found.stdout)["whole"] == 2
    assert [one["archive"] for one in json.loads(found.stdout)["damaged"]] == numbers
