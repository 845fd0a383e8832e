"""A backup is one instant of a running portal, brought back whole, on the same database or on the other (guarantees, Security)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import func, inspect, select, text

from app import clock, create_app
from app.accounts.models import SignInSession
from app.audit.actions import COMMAND, record
from app.audit.queries import verify
from app.content.models import Folder, Section
from app.db import db
from app.directory.models import Person
from app.files.actions import store
from app.files.models import BackupMade
from app.files.queries import newest_backup, path_of
from app.maintenance.backup import actions, loaders, queries
from app.maintenance.backup.manifest import Manifest
from app.messaging.models import Message
from app.notifications.models import OutboxMessage
from app.standing_tables import STAGED
from tests.builders import MADE, make_person
from tests.conftest import settings_for
from tests.databases import Databases
from tests.maintenance.portals import exported, inhabited, run


@pytest.fixture
def other_app(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A portal without a table, on the database that ``app`` is not on: SQLite's for PostgreSQL, and the reverse where it runs."""
    if database.startswith("sqlite") and request.config.getoption("--database") != "sqlite":
        server: Callable[[], str] = request.getfixturevalue("postgresql")
        worker = getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]
        url = Databases.create(server(), f"restored_{worker}")
    else:
        url = f"sqlite:///{tmp_path}/other.sqlite3"
    made = create_app(settings_for(url, tmp_path / "other"), testing=True)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.both_databases
def test_a_backup_brings_everything_back(app: Flask, tmp_path: Path) -> None:
    inhabited(app)
    record("window.amended", by=COMMAND, now=MADE, subject=("window", 1), after={"é": 1})
    db.session.commit()
    before, path = exported(), tmp_path / "backup"
    told = run(app, "backup", path)
    assert told["lost"] == []
    assert told["blobs"] == told["copied"] == 1
    for person in db.session.scalars(select(Person)):
        person.first_name = "Personne"
    lost = path_of(store(b"belongs to 9990002B", kind="application/pdf", now=MADE).sha256)
    lost.unlink()
    db.session.commit()
    assert exported() != before
    back = run(app, "restore", path, "--replace")
    assert exported() == before
    assert back["rows"] == told["rows"]
    assert back["came"] == 1
    assert back["audit_holds"]
    assert verify().holds


@pytest.mark.both_databases
def test_a_backup_made_on_one_database_comes_back_on_the_other(app: Flask, other_app: Flask, tmp_path: Path) -> None:
    """The same content gives the same bytes, whatever the database; new rows get new numbers there."""
    inhabited(app)
    section = db.session.scalars(select(Section)).one()
    top = Folder(section_id=section.id, name="Haut", created_at=MADE)
    db.session.add(top)
    db.session.flush()
    inside = Folder(section_id=section.id, parent_id=top.id, name="Dedans", created_at=MADE)
    db.session.add(inside)
    db.session.flush()
    # The parent has the higher number: it comes later.
    top.parent_id, inside.parent_id = inside.id, None
    db.session.commit()
    before = exported()
    run(app, "backup", tmp_path / "backup")
    with other_app.app_context():
        run(other_app, "restore", tmp_path / "backup")
        assert exported() == before
        assert verify().holds
        person = make_person("Nina", "Neuve")
        db.session.commit()
        assert person.id > (db.session.scalar(select(func.max(Person.id)).where(Person.id != person.id)) or 0)


@pytest.mark.postgresql_for
def test_a_delivery_that_waits_is_read_again_instead_of_saved(app: Flask, tmp_path: Path) -> None:
    """G14: its rows stand in tables of their own, which no schema knows."""
    inhabited(app)
    db.session.execute(text(f"CREATE TABLE {STAGED}7_person (seq integer)"))
    db.session.execute(text(f"INSERT INTO {STAGED}7_person (seq) VALUES (1)"))
    db.session.commit()
    run(app, "backup", tmp_path / "backup")
    before = exported()
    run(app, "restore", tmp_path / "backup", "--replace")
    assert exported() == before
    assert not [name for name in inspect(db.engine).get_table_names() if name.startswith(STAGED)]


def test_a_second_backup_into_the_same_folder_copies_what_is_new(app: Flask, tmp_path: Path) -> None:
    inhabited(app)
    path = tmp_path / "backup"
    run(app, "backup", path)
    first = {file for file in path.rglob("*") if file.is_file()}
    blob = store(b"a;b\r\n", kind="text/csv", now=MADE)
    db.session.commit()
    again = run(app, "backup", path)
    assert (again["blobs"], again["copied"]) == (2, 1)
    second = {file for file in path.rglob("*") if file.is_file()}
    assert len(second) == len(first) + 1
    # What no row names any more leaves the folder with the next backup.
    db.session.delete(db.session.get_one(type(blob), blob.sha256))
    db.session.commit()
    assert run(app, "backup", path)["blobs"] == 1
    assert {file.relative_to(path).parts[0] for file in path.rglob("*")} > {"blobs", "manifest.json"}
    assert len([file for file in path.rglob("*") if file.is_file()]) == len(first)


def test_the_newest_backup_is_known_to_a_step_s_page(app: Flask, tmp_path: Path) -> None:
    inhabited(app)
    assert newest_backup() is None
    told = run(app, "backup", tmp_path / "backup")
    newest = newest_backup()
    assert isinstance(newest, BackupMade)
    assert (newest.path, newest.ok, newest.bytes) == (str(tmp_path / "backup"), True, told["bytes"])


def test_bytes_that_were_lost_before_are_named_and_the_command_says_one(app: Flask, tmp_path: Path) -> None:
    people = inhabited(app)
    sha = store(f"belongs to {people.college.uai}".encode(), kind="application/pdf", now=MADE).sha256
    path_of(sha).write_bytes(b"something else")
    db.session.commit()
    told = run(app, "backup", tmp_path / "backup", code=1)
    assert told["lost"] == [sha]
    newest = newest_backup()
    assert newest is not None
    assert not newest.ok


@pytest.mark.both_databases
def test_a_backup_made_while_somebody_writes_is_one_instant(app: Flask, tmp_path: Path) -> None:
    """Each transaction writes a person and a message: the backup has as many of the one as of the other."""
    inhabited(app)
    ready, enough = threading.Event(), threading.Event()
    written: list[int] = []

    def write() -> None:
        with app.app_context():
            while not enough.is_set():
                number = len(written)
                db.session.add(
                    Person(source="writer", source_key=str(number), last_name="E", search_name="e", created_at=MADE)
                )
                db.session.flush()
                db.session.add(Message(subject=f"writer {number}", body="", written_at=MADE))
                db.session.commit()
                written.append(number)
                ready.set()
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert ready.wait(30)
        started = len(written)
        manifest, _copied = actions.back_up(tmp_path / "backup", now=MADE, tell=lambda _words: None)
        while len(written) < started + 2:
            ready.wait(1)
    finally:
        enough.set()
        writer.join()
    counts = [_lines_with(manifest, tmp_path / "backup", table, "writer") for table in ("person", "message")]
    assert counts[0] == counts[1] > 0
    assert counts[0] < len(written)


def _lines_with(manifest: Manifest, path: Path, table: str, word: str) -> int:
    (member,) = (one for one in manifest.tables if one.table == table)
    return sum(word in line for line in (path / member.file).read_text(encoding="utf-8").splitlines())


def test_sessions_are_over_and_letters_wait_after_a_restoration(app: Flask, tmp_path: Path) -> None:
    """Who was signed in then is not now; no letter leaves a second time."""
    people = inhabited(app)
    now = clock.machine_now()
    over = SignInSession(
        token_hash="t" * 64,
        person_id=people.head.id,
        door="school",
        created_at=now,
        seen_at=now,
        facts={},
        facts_revision=0,
    )
    db.session.add(over)
    db.session.add(
        OutboxMessage(
            key="letter", kind="test", address="a@exemple.test", language="fr", subject="Bonjour", body="Bonjour",
            not_before=now, queued_at=now,
        )
    )  # fmt: skip
    db.session.commit()
    run(app, "backup", tmp_path / "backup")
    run(app, "restore", tmp_path / "backup", "--replace")
    assert db.session.scalars(select(SignInSession)).all() == []
    assert db.session.scalars(select(OutboxMessage.state)).all() == ["failed"]


def test_a_backup_of_an_older_schema_is_brought_to_the_newest(tmp_path: Path) -> None:
    """Made before the portal was updated, restored by the updated one."""
    old = _migrated(tmp_path / "old", first=True)
    with old.app_context():
        first = queries.revision_of(db.session.connection())
        for table in queries.reflected(db.session.connection()):
            if table.name == "school_year":
                db.session.connection().execute(table.insert(), {"id": 7, "begins": 2025})
        db.session.commit()
        manifest, _copied = actions.back_up(tmp_path / "backup", now=MADE, tell=lambda _words: None)
        assert manifest.revision == first
        db.engine.dispose()
    new = _migrated(tmp_path / "new", first=False)
    with new.app_context():
        loaders.check_revision(manifest.revision)
        with loaders.old_one_aside():
            loaders.fill(manifest, tmp_path / "backup")
        connection = db.session.connection()
        assert connection.exec_driver_sql("SELECT id, begins FROM school_year").fetchall() == [(7, 2025)]
        assert queries.revision_of(connection) == _scripts()[-1]
        db.session.remove()
        db.engine.dispose()


def _migrated(folder: Path, *, first: bool) -> Flask:
    """A portal whose schema is that of the first migration, or that has none."""
    folder.mkdir()
    made = create_app(settings_for(f"sqlite:///{folder}/bascule.sqlite3", folder / "data"), testing=True)
    if first:
        with made.app_context():
            flask_migrate.upgrade(revision=_scripts()[0])
    return made


def _scripts() -> list[str]:
    """The revisions, oldest first."""
    migrate: Any = current_app.extensions["migrate"]
    return [script.revision for script in ScriptDirectory(migrate.directory).walk_revisions()][::-1]
