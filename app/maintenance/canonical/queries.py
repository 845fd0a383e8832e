"""The canonical export: one JSON line a live row, keys in the place of numbers, the same bytes on both databases.

Two passes over tables that others refer to: first the key of each live row, parents before children, then the lines.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

from sqlalchemy import JSON, Connection, Row, RowMapping, Table, func, select

from app.db import db, reading_only
from app.directory.queries import school_by_uai as school_by_uai
from app.files.bundles import MANIFEST, look_up
from app.files.problems import Damaged
from app.files.queries import path_of
from app.maintenance.canonical.natural import LEFT_IF, NATURAL, SCHOOL_BY, SECRET, WHOLE, left_out, without_numbers

#: Lines of one table that are sorted in memory; more go through sorted files.
IN_MEMORY = 50_000
_SLICE = 2000
_NOTHING = "null"
#: Writes a column's value as JSON.
Teller = Callable[[Any], str]


def lines(school_id: int | None = None, *, connection: Connection | None = None) -> Iterator[str]:
    """The lines, without their ends, sorted by table, then by line: byte by byte, as ``LC_ALL=C sort`` would.

    ``school_id``: only what belongs to that school; people stand there by their affiliations. Reads through ``connection``, or the
    session's own (flushed, so that what is not committed yet is seen). A line is ``{"table", "key", "row"}``, ``key`` only
    where other rows refer to it. Instants are UTC, bytes hexadecimal, blobs named by their SHA-256.
    """
    if connection is None:
        db.session.flush()
        connection = db.session.connection()
    yield from _Export(connection, school_id).lines()


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees one instant of the database, while others write on."""
    with reading_only(), db.engine.connect() as plain:
        if plain.dialect.name == "postgresql":
            plain = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with plain.begin():
            yield plain


def exported_tables() -> list[Table]:
    """The tables that are exported, parents before children: all that are not left out, so that none is missed."""
    return [table for table in db.metadata.sorted_tables if not left_out(table.name)]


class _Shape:
    """What is known of a table without looking at its rows."""

    def __init__(self, table: Table) -> None:
        self.table, self.name = table, table.name
        #: The column by which others refer to a row; where there are two, nobody does.
        self.number: str = next(iter(table.primary_key.columns)).name
        self.columns = [column.name for column in table.columns if not left_out(table.name, column.name)]
        self.refers = {
            column.name: key.column.table.name
            for column in table.columns
            for key in column.foreign_keys
            if not left_out(key.column.table.name)
        }
        #: A row goes with these: it is not live unless they are.
        self.goes_with = {
            column.name
            for column in table.columns
            for key in column.foreign_keys
            if key.ondelete == "CASCADE" and column.name in self.refers
        }
        self.school_by = SCHOOL_BY.get(table.name) or (("school_id",) if "school_id" in table.c else ())
        #: The columns that name bytes.
        self.named = [name for name, target in self.refers.items() if target == "blob"]
        self.conditions = [rule for rule in LEFT_IF if rule.table == table.name]
        self.key = NATURAL.get(table.name, WHOLE)
        self.tellers: list[tuple[str, Teller]] | None = None

    def rows(self, connection: Connection) -> Iterator[Row[Any]]:
        """Every row that is not set aside itself, by number."""
        query = select(self.table).order_by(*self.table.primary_key.columns)
        if "set_aside_by" in self.table.c:
            query = query.where(self.table.c.set_aside_by.is_(None))
        yield from connection.execute(query.execution_options(yield_per=_SLICE))


@dataclass(frozen=True)
class _Bundle:
    """A bundle by what it holds, apart from the instant of its making: a digest, and the bytes of its entries unpacked."""

    name: str
    size: int


class _Export:
    def __init__(self, connection: Connection, school_id: int | None) -> None:
        self._connection, self._school = connection, school_id
        self._shapes = {table.name: _Shape(table) for table in exported_tables()}
        self._referred = {target for shape in self._shapes.values() for target in shape.refers.values()}
        #: Table -> number -> key as JSON, of the live rows; and which of them belong to the school.
        self._keys: dict[str, dict[Any, str]] = {}
        self._inside: dict[str, set[Any]] = defaultdict(set)
        self._there: set[int] = set()
        self._at_home: set[int] = set()
        self._blobs: set[str] = set()
        #: The bundles among them, and what they add to what a section is said to hold.
        self._bundles: dict[str, _Bundle] = {}
        self._lighter: dict[int, int] = defaultdict(int)

    def lines(self) -> Iterator[str]:
        self._find_people()
        self._find_bundles()
        for name, shape in self._shapes.items():
            if name in self._referred:
                self._index(shape)
        self._find_blobs()
        for name in sorted(self._shapes):
            yield from _sorted(self._lines_of(self._shapes[name]))

    def _lines_of(self, shape: _Shape) -> Iterator[str]:
        keys = self._keys.get(shape.name)
        for row in shape.rows(self._connection):
            values = row._mapping
            if not self._belongs(shape, values) or not self._is_live(shape, values):
                continue
            key = "" if keys is None else f'"key":{keys[values[shape.number]]},'
            yield f'{{"table":"{shape.name}",{key}"row":{self._row(shape, values)}}}'

    def _row(self, shape: _Shape, values: RowMapping) -> str:
        given = self._as_held(shape, values)
        told = [
            f'"{name}":{teller(given[name])}'
            for name, teller in self._tellers(shape)
            if self._shown(shape, name, values)
        ]
        return "{" + ",".join(told) + "}"

    def _as_held(self, shape: _Shape, values: RowMapping) -> Any:
        """The row's values, where it names a bundle by what the bundle holds: its own bytes change with the instant of its making."""
        if shape.name == "section" and values["id"] in self._lighter:
            return {**values, "used": values["used"] + self._lighter[values["id"]]}
        if shape.name != "blob" and not (self._bundles and shape.named and "size" in shape.table.c):
            return values
        bundle = self._bundles.get(values["sha256"])
        held = dict(values) if bundle is None else {**values, "sha256": bundle.name, "size": bundle.size}
        if shape.name == "blob":
            held["bytes"] = _bytes_kept(values["sha256"])
            if bundle is not None and held["bytes"] == values["size"]:
                held["bytes"] = bundle.size
        return held

    def _tellers(self, shape: _Shape) -> list[tuple[str, Teller]]:
        """The exported columns by name, each with what writes its values as JSON."""
        if shape.tellers is None:
            shape.tellers = [(name, self._teller(shape, name)) for name in sorted(shape.columns)]
            if shape.name == "blob":
                shape.tellers.insert(0, ("bytes", _canonical))
        return shape.tellers

    def _shown(self, shape: _Shape, column: str, values: RowMapping) -> bool:
        return not any(column in rule.columns and rule.holds(values[rule.when]) for rule in shape.conditions)

    def _teller(self, shape: _Shape, column: str) -> Teller:
        target = shape.refers.get(column)
        if target is not None and target != "blob":
            keys = self._keys[target]
            return lambda value: keys.get(value, _NOTHING)
        if f"{shape.name}.{column}" in SECRET:
            return lambda value: _NOTHING if value is None else _canonical(hashlib.sha256(value.encode()).hexdigest())
        if isinstance(shape.table.c[column].type, JSON):
            return lambda value: _canonical(without_numbers(shape.name, column, value, self._key_of))
        return _canonical

    def _key_of(self, table: str, number: int) -> Any:
        return json.loads(self._keys[table].get(number, _NOTHING))

    def _is_live(self, shape: _Shape, values: RowMapping) -> bool:
        if shape.name == "blob":
            return values["sha256"] in self._blobs
        if shape.name in self._keys:
            return values[shape.number] in self._keys[shape.name]
        return all(values[name] is None or values[name] in self._keys[shape.refers[name]] for name in shape.goes_with)

    def _index(self, shape: _Shape) -> None:
        """Find the keys of the table's live rows. A row that refers to its own table waits for the other."""
        if shape.name == "blob":
            return
        keys = self._keys[shape.name] = {}
        own = [name for name in {*shape.goes_with, *shape.key} if shape.refers.get(name) == shape.name]
        waiting: dict[Any, RowMapping] = {}
        seen: dict[str, int] = {}
        settled: set[Any] = set()

        def settle(number: Any, values: RowMapping) -> None:
            settled.add(number)
            if not all(values[n] is None or values[n] in self._keys[shape.refers[n]] for n in shape.goes_with):
                return
            key = self._key(shape, values)
            seen[key] = nth = seen.get(key, 0) + 1
            keys[number] = key if nth == 1 else f"{key[:-1]},{nth}]"
            if self._belongs(shape, values):
                self._inside[shape.name].add(number)

        for row in shape.rows(self._connection):
            values = row._mapping
            if any(values[name] is not None for name in own):
                waiting[values[shape.number]] = values
            else:
                settle(values[shape.number], values)
        while waiting:
            ready = [n for n, values in waiting.items() if not any(values[name] in waiting for name in own)]
            # Rows that go round in a circle have no key and are nobody's: the first of them begins.
            for number in ready or [next(iter(waiting))]:
                settle(number, waiting.pop(number))

    def _key(self, shape: _Shape, values: RowMapping) -> str:
        if not shape.key:
            return f'["{hashlib.sha256(self._row(shape, values).encode()).hexdigest()}"]'
        told = dict(self._tellers(shape))
        shown = {name for name in shape.key if self._shown(shape, name, values)}
        return "[" + ",".join(told[name](values[name]) if name in shown else _NOTHING for name in shape.key) + "]"

    def _belongs(self, shape: _Shape, values: RowMapping) -> bool:
        """Does the row belong to the school that is asked for?"""
        if self._school is None or shape.name == "blob":
            return True
        if shape.name == "school":
            return bool(values["id"] == self._school)
        if shape.name == "person":
            return values["id"] in self._there
        for name in shape.school_by:
            value, target = values[name], shape.refers[name]
            if value is not None:
                if target == "school":
                    return bool(value == self._school)
                return value in (self._at_home if target == "person" else self._inside[target])
        return False

    def _find_people(self) -> None:
        """Who is in the school, and whose own things are: those whose home it is, or without a home the first of their schools."""
        if self._school is None:
            return
        person, affiliation = self._shapes["person"].table, self._shapes["affiliation"].table
        profiles = select(affiliation.c.person_id, func.min(affiliation.c.school_id)).where(
            affiliation.c.set_aside_by.is_(None)
        )
        here = profiles.where(affiliation.c.school_id == self._school).group_by(affiliation.c.person_id)
        schools = self._connection.execute(profiles.group_by(affiliation.c.person_id))
        first = {row[0]: row[1] for row in schools}
        self._there = {number for number, _school in self._connection.execute(here)}
        for number, home in self._connection.execute(select(person.c.id, person.c.home_school_id)):
            if (first.get(number) if home is None else home) == self._school:
                self._at_home.add(number)
        self._there |= self._at_home

    def _find_blobs(self) -> None:
        """Bytes are exported as long as a live row names them."""
        for shape in self._shapes.values():
            if shape.named:
                for row in shape.rows(self._connection):
                    values = row._mapping
                    if self._belongs(shape, values) and self._is_live(shape, values):
                        self._blobs |= {values[name] for name in shape.named if values[name] is not None}

    def _find_bundles(self) -> None:
        """What the archives hold, and by how much the sections that keep them seem heavier or lighter for it."""
        archive, media = self._shapes["archive"].table, self._shapes["media_file"].table
        live = select(archive.c.sha256).where(archive.c.set_aside_by.is_(None)).distinct()
        for sha256 in self._connection.scalars(live.order_by(archive.c.sha256)).all():
            bundle = _bundle(sha256)
            if bundle is not None:
                self._bundles[sha256] = bundle
        kept = select(media.c.section_id, media.c.sha256, media.c.size).where(
            media.c.set_aside_by.is_(None), media.c.sha256.in_(live)
        )
        for section_id, sha256, size in self._connection.execute(kept):
            if sha256 in self._bundles:
                self._lighter[section_id] += self._bundles[sha256].size - size


def _bundle(sha256: str) -> _Bundle | None:
    """The bundle with that SHA-256 (app/files/bundles.py); None for bytes that are none, or are damaged or missing."""
    try:
        found = look_up(path_of(sha256), MANIFEST)
        read = json.loads(b"".join(found[1])) if found is not None else None
    except (Damaged, FileNotFoundError, ValueError):
        return None
    if read is None:
        return None
    held = [read["title"], {kind: counted[0] for kind, counted in read["covers"].items()}, read["entries"]]
    name = hashlib.sha256(_canonical(held).encode()).hexdigest()
    return _Bundle(name, sum(entry["size"] for entry in read["entries"]))


def _bytes_kept(sha256: str) -> int | None:
    """How many bytes really stand in the data folder; None: the file is missing."""
    path = path_of(sha256)
    return path.stat().st_size if path.exists() else None


def _spelled(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(f"the canonical export has no spelling for {type(value).__name__}")


def _sorted(found: Iterator[str]) -> Iterator[str]:
    """The lines in order; beyond ``IN_MEMORY`` through sorted files that vanish by themselves."""
    with ExitStack() as files:
        runs: list[Iterator[str]] = []
        part: list[str] = []
        for line in found:
            part.append(line)
            if len(part) >= IN_MEMORY:
                runs.append(_spilled(part, files))
                part = []
        yield from heapq.merge(*runs, iter(sorted(part)))


def _spilled(part: list[str], files: ExitStack) -> Iterator[str]:
    file = files.enter_context(_unnamed())
    file.writelines(f"{line}\n" for line in sorted(part))
    file.seek(0)
    return (line.removesuffix("\n") for line in file)


def _unnamed() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_spelled).encode
