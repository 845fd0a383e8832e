"""Deliveries damaged at random: taken or refused with a sentence, never a fault of ours, never half done (FEED-9, G14)."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.db import db
from app.demo.academy import make_academy
from app.demo.actions import write_delivery
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Guardianship,
    Person,
    PersonFunction,
    RoleGrant,
    School,
    SchoolClass,
    TeachingGroup,
)
from app.errors import Refused
from app.feeds.actions import import_aaf
from tests.builders import make_project, make_year
from tests.hunt.conftest import Hunt

NOW = datetime(2026, 8, 25, 6, tzinfo=UTC)
#: What an import fills.
FILLED = (
    School, Person, Affiliation, PersonFunction, RoleGrant, SchoolClass, TeachingGroup, ClassMembership, GroupMembership,
    Guardianship, Account,
)  # fmt: skip


def test_damaged_deliveries_are_taken_or_refused_whole(sqlite_app: Flask, tmp_path: Path, hunt: Hunt) -> None:
    make_project()
    make_year(2025)
    make_year(2026)
    db.session.commit()
    whole = tmp_path / "whole"
    write_delivery(make_academy(7, 3, 240), whole, day=date(2026, 8, 24), part=60)
    for degree in sorted(whole.iterdir()):
        import_aaf(degree, by=COMMAND, now=NOW)
        db.session.commit()
    before = state()
    taken = refused = 0
    for number in hunt.rounds():
        chance = random.Random(number)
        damaged = tmp_path / "damaged"
        shutil.copytree(chance.choice(sorted(whole.iterdir())), damaged)
        for _ in range(chance.choice((1, 1, 2, 4))):
            chance.choice(DAMAGES)(chance, damaged)
        plan = chance.random() < 0.5
        report, words = attempt(damaged, plan)
        if report is None:
            refused += 1
            assert words, "a refusal without a word"
            assert state() == before, "a refusal changed something"
        else:
            taken += 1
            assert all(value >= 0 for value in report.values() if isinstance(value, int))
            if plan:
                db.session.commit()
                assert state() == before, "a plan changed something"
            else:
                assert not orphans()
                db.session.rollback()
        shutil.rmtree(damaged)
    hunt.tell(f"{hunt.name}: {taken} taken, {refused} refused")


def attempt(folder: Path, plan: bool) -> tuple[dict[str, Any] | None, str]:
    """The report of an import, or None and the sentence of its refusal."""
    try:
        return import_aaf(folder, by=COMMAND, now=NOW, plan=plan), ""
    except Refused as refusal:
        db.session.rollback()
        return None, str(refusal.words).strip()


def state() -> str:
    """A digest of every row that an import may fill."""
    digest = hashlib.sha256()
    for model in FILLED:
        table = model.__table__
        for row in db.session.execute(select(*table.columns).order_by(*table.primary_key.columns)):
            digest.update(repr(tuple(row)).encode())
    db.session.rollback()
    return digest.hexdigest()


def orphans() -> list[object]:
    """Rows that point at nobody, which foreign keys would refuse only at the end."""
    return list(db.session.connection().exec_driver_sql("PRAGMA foreign_key_check").fetchall())


# Damages ---------------------------------------------------------------------------------------------------------------


def _some_file(chance: random.Random, folder: Path) -> Path | None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return chance.choice(files) if files else None


def _rewritten(change: Callable[[random.Random, bytes], bytes]) -> Callable[[random.Random, Path], None]:
    def damage(chance: random.Random, folder: Path) -> None:
        path = _some_file(chance, folder)
        if path is not None:
            path.write_bytes(change(chance, path.read_bytes()))

    return damage


def _flip(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 5, 40))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 30, 3000)) :]


def _truncate(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _repeat(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content) + 1)
    piece = content[start : start + chance.choice((10, 300, 3000))]
    return content[:start] + piece + content[start:]


def _swap_values(chance: random.Random, content: bytes) -> bytes:
    """Two <value>s change places: a key becomes a name, a name a key."""
    parts = content.split(b"<value>")
    if len(parts) < 3:
        return content
    first, second = chance.sample(range(1, len(parts)), 2)
    (one, tail_one), (two, tail_two) = (
        parts[n].split(b"<", 1) if b"<" in parts[n] else (parts[n], b"") for n in (first, second)
    )
    parts[first], parts[second] = two + b"<" + tail_one, one + b"<" + tail_two
    return b"<value>".join(parts)


def _declare(chance: random.Random, content: bytes) -> bytes:
    """An entity of one's own."""
    return content.replace(b"<ficAlimMENESR", b'<!DOCTYPE x [<!ENTITY e "e">]><ficAlimMENESR', 1)


def _recode(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(("latin-1", "utf-16", "cp1252")), "replace")


def _junk(chance: random.Random, content: bytes) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 200)))


def _drop(chance: random.Random, folder: Path) -> None:
    path = _some_file(chance, folder)
    if path is not None:
        path.unlink()


def _rename(chance: random.Random, folder: Path) -> None:
    path = _some_file(chance, folder)
    if path is not None:
        kinds = ("Eleve", "PersRelEleve", "PersEducNat", "EtabEducNat", "MefEducNat", "MatiereEducNat", "Nonsense")
        name = path.name
        for kind in kinds[:-1]:
            name = name.replace(f"_{kind}_", f"_{chance.choice(kinds)}_")
        path.rename(path.with_name(name))


DAMAGES: tuple[Callable[[random.Random, Path], None], ...] = (
    *(_rewritten(change) for change in (_flip, _cut, _truncate, _repeat, _swap_values, _declare, _recode, _junk)),
    _rewritten(_swap_values),
    _drop,
    _rename,
)
