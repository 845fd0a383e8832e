"""A delivery, read and checked whole into a spool of rows (FEED-1, FEED-2, FEED-8, G14).

Everything is read before the database is asked for anything: a delivery that cannot be read whole changes nothing. The spool is a
file without a name, so an interrupted import leaves none.
"""

from __future__ import annotations

import hashlib
import marshal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from app.errors import Misused, Refused
from app.feeds.formats import aaf, ent_csv, onde, one_school
from app.feeds.formats.aaf_delta import Operations
from app.feeds.formats.aaf_files import Category, Contradiction, FileName, NotADelivery, check_whole, file_name
from app.feeds.formats.rows import Row, Rows
from app.feeds.formats.xml_bytes import inspect
from app.feeds.parcels.loaders import parcels
from app.words import N_, Words

Tell = Callable[[str, int], None]


class UnknownFormat(Misused):
    message = N_("« %(form)s » n’est pas un format de livraison.")
    advice = N_("Les formats sont : %(known)s.")


class OtherYear(Refused):
    message = N_("La livraison parle de l’année scolaire %(year)s ; l’import remplirait %(wanted)s.")
    advice = N_("Rien n’a été modifié. Importez-la pour son année, ou attendez celle de la nouvelle année.")


@dataclass
class Spool:
    """The rows of a delivery on disk, table by table, and what was seen on the way.

    ``source`` is the feed that speaks ('aaf' for both degrees, 'onde', 'csv'); ``complete`` is False for a delta, which removes only
    what it says.
    """

    file: IO[bytes]
    name: str
    source: str = "aaf"
    complete: bool = True
    records: dict[Category, int] = field(default_factory=dict)
    warnings: list[Words] = field(default_factory=list)
    digests: list[tuple[str, bytes]] = field(default_factory=list)
    day: date | None = None
    #: The school year of which the delivery speaks, by its first calendar year, where it says so: AAF carries none (FEED-9).
    year: int | None = None

    def demand_year(self, begins: int) -> None:
        """Raises ``OtherYear`` where the delivery says that it speaks of another school year than the one that begins in ``begins``."""
        if self.year is not None and self.year != begins:
            raise OtherYear(year=f"{self.year}-{self.year + 1}", wanted=f"{begins}-{begins + 1}")

    @property
    def digest(self) -> str:
        """SHA-256 over the files' content, whatever order or archive they came in."""
        whole = hashlib.sha256()
        for name, digest in sorted(self.digests):
            whole.update(name.encode() + b"\0" + digest)
        return whole.hexdigest()

    def holds(self, category: Category) -> bool:
        """Does the delivery hold at least one entry of that category? An empty one removes nothing (FEED-9)."""
        return self.records.get(category, 0) > 0

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """Batches of rows with their table, in the order in which they were read."""
        self.file.seek(0)
        while length := self.file.read(8):
            # Whole batches at once: marshal reads a stream value by value, which takes ten times longer.
            yield marshal.loads(self.file.read(int.from_bytes(length)))  # noqa: S302 (written by this process itself)

    def take(self, rows: Rows) -> None:
        """Keep rows and what is to be said about them."""
        self.warnings += rows.warnings
        for name, found in rows.tables.items():
            if found:
                batch = marshal.dumps((name, found))
                self.file.write(len(batch).to_bytes(8) + batch)

    def count(self, category: Category, records: int) -> None:
        self.records[category] = self.records.get(category, 0) + records

    def close(self) -> None:
        self.file.close()


def spool(path: Path, form: str = "aaf", *, uai: str | None = None, tell: Tell = lambda name, records: None) -> Spool:
    """Read and check the whole delivery at ``path``, its rows into a spool. ``tell`` hears of each file read.

    ``form`` is a name of ``FORMS``; ``uai`` the school of a format that does not name its own. Raises ``Refused`` in all its kinds;
    nothing outside the spool has changed then.
    """
    if form not in FORMS:
        raise UnknownFormat(form=form, known=", ".join(FORMS))
    return FORMS[form](path, uai, tell)


def _new(path: Path, source: str, *, complete: bool = True) -> Spool:
    held = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the spool)
    return Spool(file=held, name=path.name[:200], source=source, complete=complete)


# AAF -------------------------------------------------------------------------------------------------------------------


def _aaf(path: Path, uai: str | None, tell: Tell) -> Spool:
    try:
        return _read_aaf(path, None, tell)
    except aaf.Delta:
        return _read_aaf(path, Operations(), tell)


def _read_aaf(path: Path, operations: Operations | None, tell: Tell) -> Spool:
    """Raises ``aaf.Delta`` where a delivery turns out to be a delta and was not read as one."""
    waiting = _new(path, "aaf", complete=operations is None)
    files: dict[str, tuple[FileName, bytes]] = {}
    try:
        for file, stream in parcels(path, file_name):
            if operations is None and file.delta:
                raise aaf.Delta
            if operations is not None and file.delta is False:
                raise Contradiction(what=f"« {file.name} »")
            _take_aaf(waiting, file, stream, operations, files)
            tell(file.name, sum(waiting.records.values()))
        waiting.day = check_whole(file for file, _digest in files.values())
        if operations is not None:
            waiting.take(operations.deleted())
        elif not any(waiting.records.values()):
            raise NotADelivery(Words(N_("La livraison ne contient aucune fiche.")))
    except BaseException:
        waiting.close()
        raise
    return waiting


def _take_aaf(
    waiting: Spool,
    file: FileName,
    stream: IO[bytes],
    operations: Operations | None,
    files: dict[str, tuple[FileName, bytes]],
) -> None:
    seen = inspect(file.name, stream)
    part = f"{file.prefix}_{file.category}_{file.part:04d}"
    known = files.get(part)
    if known is not None and known[0].day == file.day and known[1] == seen.digest:
        waiting.warnings.append(
            Words(N_("« %(name)s » est là deux fois, à l’identique ; il est lu une fois."), name=file.name)
        )
        return
    # A part that comes again with another content is kept under its own name: ``check_whole`` refuses the two.
    files[part if known is None else f"{part}+{len(files)}"] = (file, seen.digest)
    waiting.digests.append((part, seen.digest))
    stream.seek(0)
    taken = 0
    for rows in aaf.read(file, stream, seen, operations):
        taken += rows.records
        waiting.take(rows)
    waiting.count(file.category, taken)
    if not taken:
        waiting.warnings.append(Words(N_("« %(name)s » ne contient aucune fiche."), name=file.name))


# ONDE ------------------------------------------------------------------------------------------------------------------


def _onde(path: Path, uai: str | None, tell: Tell) -> Spool:
    """One school's CSV files, read together: pupils and responsibles know each other by name only."""
    return _one_school(path, "onde", onde.School(uai=uai or ""), tell)


# CSV -------------------------------------------------------------------------------------------------------------------


def _csv(path: Path, uai: str | None, tell: Tell) -> Spool:
    """One school's files of an ENT's generic import, read together (FEED-8)."""
    return _one_school(path, "csv", ent_csv.School(uai=uai or ""), tell)


def _one_school(path: Path, source: str, whole: onde.School | ent_csv.School, tell: Tell) -> Spool:
    waiting = _new(path, source)
    try:
        for file, stream in parcels(path, one_school.file_name):
            content = stream.read(one_school.LARGEST + 1)
            waiting.digests.append((source, hashlib.sha256(content).digest()))
            whole.take(file, content)
            tell(file.name, whole.rows_read)
        rows, records = whole.rows()
        waiting.take(rows)
        for category, number in records.items():
            waiting.count(category, number)
        waiting.day, waiting.year = whole.day, whole.year
    except BaseException:
        waiting.close()
        raise
    return waiting


FORMS: dict[str, Callable[[Path, str | None, Tell], Spool]] = {"aaf": _aaf, "onde": _onde, "csv": _csv}


__all__ = ["FORMS", "Spool", "UnknownFormat", "spool"]
