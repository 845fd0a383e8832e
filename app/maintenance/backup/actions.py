"""Making a backup while the portal runs, and what a restored database still needs.

The tables are read in one snapshot. Then the bytes are copied: each stood in its place before its row could be seen, and none
that a row names is removed for a day. The manifest comes last; until then the former backup in the same folder is the backup.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from flask import current_app
from sqlalchemy import Connection, Table, delete, func, inspect, select, update
from sqlalchemy.exc import IntegrityError

from app import pulse
from app.accounts.models import EmailToken, SignInSession
from app.audit.actions import Actor, record
from app.audit.erasures.models import Erasure
from app.audit.erasures.queries import Entry, of_database, portal_mark
from app.db import db
from app.files.addresses import place
from app.files.models import BackupMade
from app.files.queries import path_of
from app.maintenance.backup import queries
from app.maintenance.backup.manifest import BLOBS, MANIFEST, MARK, Manifest, Member, spelled_row
from app.maintenance.backup.problems import BackupRunning, FolderTaken
from app.maintenance.canonical.queries import snapshot
from app.notifications.models import OutboxMessage
from app.notifications.states import State
from app.words import N_, Words

_PIECE = 1 << 20
Tell = Callable[[Words], None]


def back_up(path: Path, *, now: datetime, tell: Tell) -> tuple[Manifest, int]:
    """Write the backup into the folder ``path``, or refresh the one that is there; how many blobs were new to it.

    ``now`` is portal time. Raises ``FolderTaken``, ``BackupRunning``; whatever else stops it (a full disk) leaves the former backup
    as it was and nothing of the new one.
    """
    with _folder(path) as copied:
        inside = f"tables-{secrets.token_hex(6)}"
        try:
            (path / inside).mkdir()
            with snapshot() as connection:
                members = tuple(_write_table(connection, table, path, inside) for table in _told(connection, tell))
                named = _blobs(connection)
                head = {"project": _project(connection), "revision": queries.revision_of(connection)}
            tell(Words(N_("Copie des fichiers : %(count)s."), count=len(named)))
            kept, lost = _copy_blobs(named, path, copied)
            manifest = Manifest(**head, at=now, tables=members, blobs=kept, lost=lost)  # type: ignore[arg-type]
            _sync(path / inside)
            _write(path / MANIFEST, manifest.spelled())
        except BaseException:
            shutil.rmtree(path / inside, ignore_errors=True)
            for sha256 in copied:
                (path / place(sha256)).unlink(missing_ok=True)
            raise
        _prune(path, inside, kept)
        return manifest, len(copied)


def note(manifest: Manifest, path: Path, *, by: Actor, now: datetime) -> None:
    """Write down that the backup was made."""
    made = BackupMade(path=str(path)[:500], at=now, bytes=manifest.size, ok=not manifest.lost)
    db.session.add(made)
    facts = {"rows": manifest.rows, "blobs": len(manifest.blobs), "lost": len(manifest.lost)}
    record("backup.made", by=by, now=now, subject=("backup", None), after=facts)


def _told(connection: Connection, tell: Tell) -> Iterator[Table]:
    tables = queries.reflected(connection)
    tell(Words(N_("Copie des tables : %(count)s."), count=len(tables)))
    yield from tables


def _write_table(connection: Connection, table: Table, path: Path, inside: str) -> Member:
    name = f"{inside}/{table.name}.jsonl"
    digest, rows, size = hashlib.sha256(), 0, 0
    with (path / name).open("xb") as file:
        for row in queries.rows_of(connection, table):
            line = spelled_row(row)
            file.write(line)
            digest.update(line)
            rows, size = rows + 1, size + len(line)
        file.flush()
        os.fsync(file.fileno())
    columns = queries.columns_of(table)
    return Member(table=table.name, file=name, columns=columns, rows=rows, size=size, sha256=digest.hexdigest())


def _blobs(connection: Connection) -> dict[str, bool]:
    """Every blob of the snapshot -> does something refer to it, so that it must be there?"""
    rows = connection.exec_driver_sql("SELECT sha256, unreferenced_at FROM blob ORDER BY sha256")
    return {sha256: since is None for sha256, since in rows}


def _project(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT name FROM project WHERE id = 1").scalar() or "")


def _copy_blobs(named: dict[str, bool], path: Path, copied: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    kept, lost = {}, []
    for sha256, needed in named.items():
        target = path / place(sha256)
        if not target.exists():
            if not _copy(path_of(sha256), target, sha256):
                if needed:
                    lost.append(sha256)
                continue
            copied.append(sha256)
        kept[sha256] = target.stat().st_size
    return kept, tuple(lost)


def _copy(source: Path, target: Path, sha256: str) -> bool:
    """Copy the bytes; False where they are missing or are not what their name says."""
    digest = hashlib.sha256()
    try:
        with source.open("rb") as file, _replacing(target) as out:
            while piece := file.read(_PIECE):
                digest.update(piece)
                out.write(piece)
            if digest.hexdigest() != sha256:
                raise _OtherBytes
    except (FileNotFoundError, _OtherBytes):
        return False
    return True


class _OtherBytes(Exception):
    """The bytes are not those that the name promises."""


def put_blobs(manifest: Manifest, path: Path) -> int:
    """Bring the backup's bytes into the data folder, where they are not there already; how many came."""
    came = 0
    for sha256, size in manifest.blobs.items():
        target = path_of(sha256)
        if not target.exists() or target.stat().st_size != size:
            came += _copy(path / place(sha256), target, sha256)
    return came


def entries_of_old_portal() -> tuple[str, dict[str, Entry]]:
    """The mark of the portal that the database holds, and the entries of its ledger; nothing where its schema is too old."""
    if not {Erasure.__tablename__, "project"} <= set(inspect(db.engine).get_table_names()):
        return "", {}
    return portal_mark(), of_database()


def settle(known: Iterable[Entry], *, by: Actor, now: datetime, taken_at: datetime) -> tuple[int, int]:
    """What a restored database still needs; how many rows the ledgers of erasures have taken again, and how many stayed.

    1. What was erased since the backup is erased again: ``known`` are the entries of both ledgers; those that the backup knew
       itself were erased before it.
    2. Sessions and one-time links of then are over.
    3. Letters that were waiting then were sent meanwhile, or are out of date: they wait for a person's decision.
    """
    own = of_database()
    again = left = 0
    for entry in known:
        if entry.token not in own:
            went, stayed = _erase_again(entry)
            again, left = again + went, left + stayed
            db.session.add(Erasure(token=entry.token, kind=entry.kind, numbers=entry.numbers, at=entry.at))
    for table in (SignInSession, EmailToken):
        db.session.execute(delete(table).execution_options(synchronize_session=False))
    waiting = OutboxMessage.state.in_([State.WAITING.value, State.TAKEN.value])
    db.session.execute(
        update(OutboxMessage)
        .where(waiting)
        .values(state=State.FAILED.value, failed_at=now, error="restored from a backup")
        .execution_options(synchronize_session=False)
    )
    for name in (pulse.GATE, pulse.PUBLIC, pulse.DIRECTORY):
        pulse.bump(db.session(), name)
    facts = {"taken_at": taken_at.isoformat(), "erased_again": again, "not_erased": left}
    record("backup.restored", by=by, now=now, subject=("backup", None), after=facts)
    return again, left


def _erase_again(entry: Entry) -> tuple[int, int]:
    """Erase the rows of an entry that the backup has brought back: (gone, still there since something needs them)."""
    table = db.metadata.tables.get(entry.kind)
    if table is None:
        return 0, 0
    number = next(iter(table.primary_key.columns))
    connection = db.session.connection()
    gone = left = 0
    for first, last in entry.numbers:
        there = number.between(first, last)
        try:
            with connection.begin_nested():
                gone += connection.execute(delete(table).where(there)).rowcount
        except IntegrityError:
            left += connection.scalar(select(func.count()).select_from(table).where(there)) or 0
    return gone, left


@contextmanager
def _folder(path: Path) -> Iterator[list[str]]:
    """The folder, made, known to be a backup's, and nobody else's meanwhile; a list for the blobs that are copied into it."""
    data: Path = current_app.extensions["settings"].data_dir
    if path.resolve() == data.resolve() or (path.exists() and not path.is_dir()):
        raise FolderTaken(path=str(path))
    # It holds everybody's data.
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (path / MARK).exists() and any(path.iterdir()):
        raise FolderTaken(path=str(path))
    with (path / MARK).open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRunning(path=str(path)) from None
        yield []


def _prune(path: Path, inside: str, kept: dict[str, int]) -> None:
    """Remove what the former backup, or one that was killed, has left."""
    for folder in path.glob("tables-*"):
        if folder.name != inside:
            shutil.rmtree(folder)
    for file in (path / BLOBS).glob("??/*"):
        if file.name not in kept:
            file.unlink()


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that stands in its place whole and synced, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with _replacing(path) as file:
        file.write(data)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
