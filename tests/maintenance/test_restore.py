"""A restoration refuses rather than half succeeds, and brings back nothing that was erased for good (G16, G17)."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from app import create_app
from app.audit.erasures.actions import erased
from app.audit.erasures.models import Erasure
from app.audit.erasures.queries import ledger_file
from app.content.models import Article, Comment
from app.db import db
from app.directory.models import Person, Project
from app.files.queries import path_of
from app.maintenance.backup import actions, loaders
from app.maintenance.backup.manifest import MANIFEST, Manifest
from tests.builders import MADE, make_person
from tests.conftest import settings_for
from tests.maintenance.portals import exported, inhabited, run
from tests.processes import begin


@pytest.fixture
def saved(app: Flask, tmp_path: Path) -> Path:
    """A backup of an inhabited portal."""
    inhabited(app)
    run(app, "backup", tmp_path / "backup")
    return tmp_path / "backup"


def table_file(path: Path, name: str) -> Path:
    manifest = Manifest.read((path / MANIFEST).read_bytes())
    return path / next(member.file for member in manifest.tables if member.table == name)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def some_blob(path: Path) -> Path:
    return next(file for file in (path / "blobs").rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("spoil", "member"),
    [
        (flip, lambda path: table_file(path, "person")),
        (Path.unlink, lambda path: table_file(path, "person")),
        (truncate, some_blob),
        (Path.unlink, some_blob),
        (flip, lambda path: path / MANIFEST),
    ],
)
@pytest.mark.postgresql_for
def test_a_damaged_backup_touches_nothing(
    app: Flask, saved: Path, spoil: Callable[[Path], None], member: Callable[[Path], Path]
) -> None:
    """G16: a flipped bit, a cut end, a missing file; every member is read back before the first change."""
    make_person("Nina", "Neuve")
    db.session.commit()
    before = exported()
    spoil(member(saved))
    refused = run(app, "restore", saved, "--replace", code=3)
    assert refused["error"]
    assert refused["hint"]
    assert exported() == before


def test_a_database_that_holds_a_portal_is_replaced_only_on_demand(app: Flask, saved: Path) -> None:
    before = exported()
    assert "--replace" in str(run(app, "restore", saved, code=3)["hint"])
    assert exported() == before


def test_a_backup_of_a_newer_schema_is_refused(app: Flask, saved: Path) -> None:
    manifest = Manifest.read((saved / MANIFEST).read_bytes())
    newer = Manifest(**{**vars(manifest), "revision": "ffffffffffff"})
    (saved / MANIFEST).write_bytes(newer.spelled())
    before = exported()
    assert "ffffffffffff" in str(run(app, "restore", saved, "--replace", code=3)["error"])
    assert exported() == before


def test_a_restoration_that_fails_midway_gives_the_old_database_back(
    app: Flask, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G16."""
    db.session.get_one(Project, 1).name = "Le portail d’après"
    db.session.commit()
    before = exported()

    with monkeypatch.context() as patched:
        patched.setattr(loaders, "_load", _no_space)
        result = app.test_cli_runner().invoke(args=["restore", str(saved), "--replace"])
        assert isinstance(result.exception, OSError)
    assert exported() == before
    run(app, "restore", saved, "--replace")
    assert db.session.get_one(Project, 1).name != "Le portail d’après"


def test_a_restoration_that_was_killed_leaves_the_old_database_aside_where_the_next_finds_it(
    app: Flask, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("Nina", "Neuve")
    db.session.commit()
    before = exported()
    db.session.remove()
    db.engine.dispose()
    # What a process killed just after this would leave.
    (loaders._postgresql_aside if db.engine.dialect.name == "postgresql" else loaders._sqlite_aside)()
    with monkeypatch.context() as patched:
        patched.setattr(loaders, "_load", _no_space)
        result = app.test_cli_runner().invoke(args=["restore", str(saved)])
        assert isinstance(result.exception, OSError)
    assert exported() == before


def _no_space(*_given: object) -> None:
    raise OSError("no space left on device")


def test_what_was_erased_since_does_not_come_back(app: Flask, saved: Path) -> None:
    """LAW-1: with what hangs on it; what was deleted without a law comes back, for that is what a backup is for."""
    article = db.session.scalars(select(Article)).one()
    author = article.author_id
    person = db.session.scalars(select(Person).order_by(Person.id.desc()).limit(1)).one()
    gone, article_id = person.id, article.id
    db.session.execute(delete(Article).where(Article.id == article_id))
    erased("article", [article_id], now=MADE)
    db.session.commit()
    db.session.execute(delete(Person).where(Person.id == gone))
    erased("person", [gone], now=MADE)
    guest = db.session.scalars(select(Person).where(Person.id != author).order_by(Person.id.desc()).limit(1)).one()
    kept = guest.id
    db.session.execute(delete(Person).where(Person.id == kept))
    db.session.commit()
    told = run(app, "restore", saved, "--replace")
    assert told["erased_again"] == 2
    assert db.session.get(Person, gone) is None
    assert db.session.get(Person, kept) is not None
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
    # The ledger is whole again: a second restoration erases the same.
    assert len(db.session.scalars(select(Erasure)).all()) == 2
    assert run(app, "restore", saved, "--replace")["erased_again"] == 2


def test_erasures_are_known_although_the_database_is_lost(app: Flask, saved: Path) -> None:
    """The ledger in the data folder outlives it."""
    gone = db.session.scalars(select(Person.id).order_by(Person.id.desc()).limit(1)).one()
    db.session.execute(delete(Person).where(Person.id == gone))
    erased("person", [gone], now=MADE)
    db.session.commit()
    for table in reversed(db.metadata.sorted_tables):
        db.session.connection().execute(delete(table))
    db.session.commit()
    assert run(app, "restore", saved)["erased_again"] == 1
    assert db.session.get(Person, gone) is None


def test_erasures_of_before_the_backup_say_nothing_of_the_rows_it_holds(app: Flask, tmp_path: Path) -> None:
    """SQLite gives the number of the newest row that is gone to the next one."""
    inhabited(app)
    number = make_person("Nina", "Neuve").id
    db.session.execute(delete(Person).where(Person.id == number))
    erased("person", [number], now=MADE)
    db.session.flush()
    db.session.add(
        Person(id=number, source="hand", source_key="again", last_name="Autre", search_name="a", created_at=MADE)
    )
    db.session.commit()
    run(app, "backup", tmp_path / "backup")
    assert run(app, "restore", tmp_path / "backup", "--replace")["erased_again"] == 0
    assert db.session.get_one(Person, number).last_name == "Autre"


def test_another_portal_s_ledger_erases_nothing_here(app: Flask, saved: Path) -> None:
    text = json.dumps(
        {"portal": "0" * 32, "token": "t", "kind": "person", "numbers": [[1, 1000]], "at": MADE.isoformat()}
    )
    ledger_file().write_text(text + "\n", encoding="utf-8")
    assert run(app, "restore", saved, "--replace")["erased_again"] == 0


@pytest.mark.parametrize("what", ["file", "data"])
@pytest.mark.postgresql_for
def test_a_folder_that_holds_something_else_is_not_written_into(app: Flask, tmp_path: Path, what: str) -> None:
    inhabited(app)
    if what == "file":
        taken = tmp_path / "photos"
        taken.mkdir()
        (taken / "IMG_1.jpg").write_bytes(b"jpeg")
    else:
        taken = app.extensions["settings"].data_dir
    before = sorted(taken.rglob("*"))
    run(app, "backup", taken, code=3)
    assert sorted(taken.rglob("*")) == before


def test_nothing_is_saved_where_there_is_no_portal_or_no_room(sqlite_app: Flask, tmp_path: Path) -> None:
    assert "setup" in str(run(sqlite_app, "backup", tmp_path / "backup", code=3)["hint"])
    inhabited(sqlite_app)
    (tmp_path / "file").write_text("")
    assert run(sqlite_app, "backup", tmp_path / "file" / "backup", code=3)["hint"]


def test_a_folder_without_a_manifest_is_no_backup(app: Flask, tmp_path: Path) -> None:
    assert "manifest.json" in str(run(app, "restore", tmp_path, code=3)["hint"])


def back_up_on_a_full_disk(url: str, data: str, path: str, limit: int) -> None:
    """What a process says that may write ``limit`` bytes into a file."""
    app = create_app(settings_for(url, Path(data)), testing=True)
    with app.app_context():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, -1))
        try:
            actions.back_up(Path(path), now=MADE, tell=lambda _words: None)
        except OSError as full:
            sys.stdout.write(f"{type(full).__name__} {full.errno}\n")


@pytest.mark.long
@pytest.mark.parametrize(("earlier", "limit"), [(True, 200), (False, 4096)])
def test_a_full_disk_leaves_no_half_backup(
    sqlite_app: Flask, tmp_path: Path, sqlite_database: str, earlier: bool, limit: int
) -> None:
    """G16: the former backup stays as it was; without one the folder says that it holds none."""
    inhabited(sqlite_app)
    path = tmp_path / "backup"
    if earlier:
        run(sqlite_app, "backup", path)
        saved = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    make_person("Nina", "N" * 80)
    db.session.commit()
    db.session.remove()
    data = sqlite_app.extensions["settings"].data_dir
    said = tmp_path / "said"
    ended = begin(back_up_on_a_full_disk, sqlite_database, str(data), str(path), limit, output=said)
    ended.join(60)
    assert said.read_text() == "OSError 27\n"
    left = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    if earlier:
        assert left == saved
        run(sqlite_app, "restore", path, "--replace")
    else:
        assert [file.name for file in left] == ["bascule-backup"]
        run(sqlite_app, "restore", path, "--replace", code=3)
        run(sqlite_app, "backup", path)
        assert path_of(some_blob(path).name).exists()
