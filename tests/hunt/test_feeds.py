"""Deliveries damaged at random: taken or refused with a sentence, never a fault of ours, never half done (FEED-9, G14)."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app import clock
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
from app.feeds.applying.jobs import receive
from app.feeds.identities import loaders as identities
from app.feeds.staging.loaders import left_over
from tests.builders import make_project, make_year
from tests.campaign.crashing import Snapshot, in_child
from tests.feeds import deliveries as make
from tests.feeds import test_applied_in_pieces as pieces
from tests.feeds.test_formats_delta import deletion
from tests.hunt.conftest import Hunt
from tests.hunt.mutations import DAMAGES

NOW = datetime(2026, 8, 25, 6, tzinfo=UTC)
#: Deliveries of one round, each after the other.
DELIVERIES = 5
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


# One school after another, delivery after delivery ------------------------------------------------------------------------


def test_any_sequence_of_deliveries_leaves_a_whole_directory(sqlite_app: Flask, tmp_path: Path, hunt: Hunt) -> None:
    """Complete and delta, older, the same again, damaged: taken whole or refused with a reason and nothing changed (FEED-9)."""
    make_project()
    make_year(2025)
    make_year(2026)
    db.session.commit()
    empty = sqlite3.connect(":memory:")
    _copy(_connection(), empty)
    taken = refused = 0
    for number in hunt.rounds():
        chance = random.Random(number)
        work = tmp_path / str(number)
        _copy(empty, _connection())
        last: Path | None = None
        for step in range(DELIVERIES):
            folder = work / str(step)
            again = last is not None and chance.random() < 0.15
            if again and last is not None:
                shutil.copytree(last, folder)
            else:
                kind = (
                    complete_delivery
                    if step == 0
                    else chance.choice((complete_delivery, delta_delivery, delta_delivery))
                )
                day = date(2026, 8, 24) + timedelta(days=step // 2 - chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 40)))
                kind(chance, folder, f"{day:%Y%m%d}")
                if chance.random() < 0.3:
                    chance.choice(DAMAGES)(chance, folder)
            before = state()
            words = received(folder)
            if words is not None:
                refused += 1
                assert words, "a refusal without a word"
                assert state() == before, "a refusal changed something"
                continue
            taken += 1
            assert not orphans()
            after = state()
            assert not again or after == before, "the same delivery again changed something"
            assert received(folder) is None
            assert state() == after, "the same delivery again changed something"
            last = folder
        shutil.rmtree(work)
    empty.close()
    hunt.tell(f"{hunt.name}: {taken} taken, {refused} refused")


def _connection() -> sqlite3.Connection:
    db.session.remove()
    found = db.engine.raw_connection().driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """The whole database: a round's seed alone says what it does."""
    source.backup(target)


def received(folder: Path) -> str | None:
    """None for a delivery that was applied; the sentence of its refusal, or of what holds it."""
    try:
        receive(folder, by=COMMAND, now=NOW)
    except Refused as refusal:
        db.session.rollback()
        return str(refusal.words).strip()
    finally:
        db.session.expire_all()
    return None


_CLASSES = ("6A", " 6A", "1 STMG  3", "T S1/SVTP", "_301P1", "216_LIT", "6A ", "", "é" * 90)
_DAYS = ("14/09/2014", "31/02/2014", "", "01/01/1890", "2014-09-14", "30/06/2013")
_INES = ("", "123456789AB", "123456789AC", "123456789ab", "12", "00000000001")


def _pupil(chance: random.Random) -> str:
    """A pupil among forty, of one of three schools, with adults who may not be there."""
    key = str(1000 + chance.randrange(40))
    adults = [
        f"{2000 + chance.randrange(30)}${chance.choice(('20', '10', '90', '1', ''))}$1${chance.choice('0123')}$1$1"
        for _ in range(chance.choice((0, 1, 2, 3)))
    ]
    return make.student(
        key,
        chance.choice(("MARTIN", "ROY", "DE LA TOUR", "Ö'BRIEN", "")) if chance.random() < 0.05 else f"NOM{key}",
        school=chance.choice(("10", "10", "11", "12", "99")),
        classes=[chance.choice(_CLASSES) for _ in range(chance.choice((0, 1, 1, 1, 2)))],
        adults=adults,
        birth=chance.choice(_DAYS),
        ENTEleveINE=chance.choice(_INES),
        ENTEleveMEF=chance.choice(("10010012110", "", "unknown")),
    )


def _member(chance: random.Random) -> str:
    key = str(3000 + chance.randrange(8))
    school = chance.choice(("10", "11", "12", ""))
    return make.staff(
        key, f"PROF{key}", school=school,
        ENTAuxEnsClassesMatieres=[f"{chance.choice(('10', '11', '99'))}${chance.choice(_CLASSES)}$020700"],
        ENTPersonFonctions=[f"10${chance.choice(('ENS', 'DIR', '-', 'EDU'))}$x"],
    )  # fmt: skip


def _structures(chance: random.Random) -> list[str]:
    known = [make.structure("10", "9990010A"), make.structure("11", "9990011B"), make.structure("12", "9990012C")]
    return known if chance.random() < 0.7 else chance.sample(known, chance.randrange(4))


def complete_delivery(chance: random.Random, folder: Path, day: str) -> None:
    """A complete delivery; keys come twice, people point at nobody, its day may be long ago."""
    make.write(
        folder,
        day=day if chance.random() < 0.9 else "",
        structures=_structures(chance),
        trainings=[make.training("10010012110", "21110010012")],
        students=[_pupil(chance) for _ in range(chance.choice((0, 5, 40)))],
        adults=[make.adult(str(2000 + number), f"ADULTE{number}") for number in range(chance.choice((0, 20, 30)))],
        staff=[_member(chance) for _ in range(chance.choice((0, 5)))],
    )


def delta_delivery(chance: random.Random, folder: Path, day: str) -> None:
    """Additions, changes and deletions of people known and unknown."""

    def operation(made: str) -> str:
        if chance.random() < 0.3:
            key = made.split("<id>", 1)[1].split("<", 1)[0]
            return deletion(key)
        return made.replace("addRequest", "modifyRequest") if chance.random() < 0.5 else made

    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "Eleve": [operation(_pupil(chance)) for _ in range(chance.randrange(6))],
        "PersRelEleve": [
            operation(make.adult(str(2000 + chance.randrange(30)), "X")) for _ in range(chance.randrange(4))
        ],
        "PersEducNat": [operation(_member(chance)) for _ in range(chance.randrange(3))],
        "EtabEducNat": [operation(one) for one in _structures(chance)] if chance.random() < 0.2 else [],
    }
    for category, entries in files.items():
        if entries or category == "Eleve":
            (folder / f"ENT_Delta_{day}_{category}_0000.xml").write_bytes(make.document(entries))


# Killed anywhere --------------------------------------------------------------------------------------------------------


def test_a_delivery_killed_anywhere_ends_as_if_nothing_had_been(
    app: Flask, database: str, tmp_path: Path, hunt: Hunt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any statement, and those who go on as well; the same export, nobody twice (G5, G14)."""
    make_project()
    make_year(2025)
    make_year(2026)
    db.session.commit()
    moment = clock.machine_now()
    monkeypatch.setattr(clock, "machine_now", lambda: moment)
    monkeypatch.setattr(identities, "SLICE", 4 if database.startswith("sqlite") else 1)
    receive(pieces.delivery(tmp_path / "before", day="20260824", pupils=range(6)), by=COMMAND, now=NOW)
    world = Snapshot.beside(app, database, tmp_path)
    world.take()
    folder = pieces.second(tmp_path)
    # The whole of it, counted: before which statements it can die.
    statements = in_child(app, partial(counted, folder, tmp_path / "count"))
    assert statements is not None
    most, expected = int((tmp_path / "count").read_text()), pieces.end()
    killed = 0
    for number in hunt.rounds():
        chance = random.Random(number)
        world.restore()
        work: Callable[[], object] = partial(receive, folder, by=COMMAND, now=NOW)
        while in_child(app, partial(dies, work, chance.randint(1, most))) is None:
            killed += 1
            work = partial(pieces.go_on, folder)
        pieces.go_on(folder)
        assert pieces.end() == expected
        assert pieces.nobody_twice()
        assert not left_over(db.session())
        db.session.rollback()
    hunt.tell(f"{hunt.name}: {killed} processes killed")


def counted(folder: Path, into: Path) -> None:
    """Import, and say how many statements it took."""
    seen = [0]
    event.listen(db.engine, "before_cursor_execute", lambda *_: seen.__setitem__(0, seen[0] + 1))
    receive(folder, by=COMMAND, now=NOW)
    into.write_text(str(seen[0]))


def dies(work: Callable[[], object], at: int) -> None:
    """Do ``work`` until its statement number ``at`` is about to run."""
    seen = [0]

    def look(*_: object) -> None:
        seen[0] += 1
        if seen[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", look)
    work()
