"""Mutated files of the real samples: read to rows that every table can hold, or refused with a reason; never a fault of ours (G14)."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from app.directory.models import Mef, Person, PersonFunction, School, SchoolClass, Subject
from app.errors import Refused
from app.feeds.complement.loaders import read
from app.feeds.delivery.loaders import spool
from app.feeds.formats.rows import COLUMNS, FACETS
from app.feeds.reasons import unpack
from tests.hunt.conftest import Hunt
from tests.hunt.mutations import DAMAGES


def test_mutated_samples_are_read_or_refused_with_a_reason(shared_samples: Path, tmp_path: Path, hunt: Hunt) -> None:
    samples = [
        *((shared_samples / "aaf" / name, "aaf") for name in ("test2020", "ve1711", "ve1711", "test2020", "ve1301_one_school")),
        *((shared_samples / "onde" / name, "onde") for name in ("be1d_two_classes", "onde_header_2020", "onde_header_2020")),
        *((shared_samples / "ent_csv", "csv") for _ in range(3)),
        (shared_samples / "siecle", "siecle"),
    ]  # fmt: skip
    taken = refused = 0
    damaged = tmp_path / "damaged"
    for number in hunt.rounds():
        chance = random.Random(number)
        source, form = chance.choice(samples)
        shutil.copytree(source, damaged)
        if form == "siecle":
            keep = chance.choice(("eleves_avec", "responsables"))
            for path in damaged.iterdir():
                if not path.name.startswith(keep):
                    path.unlink()
        for path in damaged.rglob("*"):
            path.chmod(0o644)
        for _ in range(chance.choice((1, 1, 2, 4))):
            chance.choice(DAMAGES)(chance, damaged)
        refusal = refusal_of(damaged, form)
        if refusal is None:
            taken += 1
        else:
            refused += 1
            assert str(refusal.words).strip(), "a refusal without a word"
            assert str(refusal.hint).strip(), "a refusal without a way on"
        shutil.rmtree(damaged)
    hunt.tell(f"{hunt.name}: {taken} read, {refused} refused")


def refusal_of(folder: Path, form: str) -> Refused | None:
    """Why the delivery is refused; None for one that is read."""
    try:
        if form == "siecle":
            read(folder)
        else:
            check_rows(folder, form)
    except Refused as refusal:
        return refusal
    return None


#: Rows -> the table that takes them, and columns of another name there.
TABLES: dict[str, tuple[Any, dict[str, str]]] = {
    "person": (Person, {"key": "source_key"}),
    "structure": (School, {}),
    "mef": (Mef, {}),
    "subject": (Subject, {}),
    "place": (SchoolClass, {}),
    "function": (PersonFunction, {}),
}


def longest(table: str, name: str) -> int:
    """The most characters that the column takes in the database."""
    model, names = TABLES[table]
    column = model.__table__.columns.get(names.get(name, name))
    return getattr(column.type, "length", None) or 1 << 20 if column is not None else 1 << 20


def check_rows(folder: Path, form: str) -> None:
    """Every row has its columns, fits its table, and every reject has a reason that can be told."""
    held = spool(folder, form, uai="9990011B" if form in ("onde", "csv") else None)
    try:
        for table, rows in held.tables():
            for row in rows:
                found = dict(zip(COLUMNS[table], row, strict=True))
                for name, value in found.items():
                    if isinstance(value, str):
                        assert "\0" not in value
                        assert table not in TABLES or len(value) <= longest(table, name), (table, name, value)
                if table == "reject":
                    packed = {"template": found["template"], "values": json.loads(str(found["values_json"]))}
                    assert str(unpack(packed)).strip()
                if table == "spoken":
                    assert found["facet"] in FACETS
        assert all(str(words).strip() for words in held.warnings)
        assert held.complete or form == "aaf"
    finally:
        held.close()
