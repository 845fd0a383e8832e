"""A delivery killed before any commit of its life and gone on with ends as if nothing had been; two processes never mix (G5, G12, G14).

Nothing that another process can see happens between two commits: dying before each of them meets every state that a kill can leave.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Person
from app.feeds.applying.jobs import apply_planned, receive
from app.feeds.applying.problems import Busy
from app.feeds.applying.queries import lines_of
from app.feeds.identities import loaders as identities
from app.feeds.models import FeedImport
from app.feeds.places import loaders as places
from app.feeds.staging.actions import sweep
from app.feeds.staging.loaders import Importing, Staging, left_over
from app.words import Words
from tests.campaign.academies import export
from tests.campaign.crashing import Snapshot, in_child, start
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW

Take = Callable[..., dict[str, Any]]

SCHOOLS = (("10", "9990010A"), ("11", "9990011B"), ("12", "9990012C"))


def delivery(folder: Path, *, day: str, pupils: range) -> Path:
    """Pupils spread over three schools, each with a guardian, and a teacher and a head a school."""
    return make.write(
        folder,
        day=day,
        structures=[make.structure(key, uai) for key, uai in SCHOOLS],
        trainings=[make.training("10010012110", "21110010012")],
        students=[
            make.student(
                f"1{number:03d}", f"MARTIN{chr(65 + number)}", school=SCHOOLS[number % 3][0], classes=["6A"],
                adults=[f"2{number:03d}$20$1$1$1$1"], ENTEleveMEF="10010012110",
            )
            for number in pupils
        ],
        adults=[make.adult(f"2{number:03d}", f"MARTIN{chr(65 + number)}") for number in pupils],
        staff=[
            one
            for at, (key, _uai) in enumerate(SCHOOLS)
            for one in (
                make.staff(f"30{at}1", f"ENSEIGNANT{chr(65 + at)}", school=key, ENTAuxEnsClassesMatieres=f"{key}$6A$020700"),
                make.staff(f"30{at}2", f"CHEF{chr(65 + at)}", school=key, ENTPersonFonctions=f"{key}$DIR$DIRECTION$D0010$DIRECTION"),
            )
        ],
    )  # fmt: skip


@pytest.fixture
def world(portal: Flask, take: Take, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """A portal fed once, at an instant that stands still, where people are written a few at a time."""
    moment = clock.machine_now()
    monkeypatch.setattr(clock, "machine_now", lambda: moment)
    monkeypatch.setattr(identities, "SLICE", 8 if database.startswith("sqlite") else 1)
    take(delivery(tmp_path / "before", day="20260824", pupils=range(6)))
    kept = Snapshot.beside(portal, database, tmp_path)
    kept.take()
    return kept


def second(folder: Path) -> Path:
    """Three pupils have left, nine are new."""
    return delivery(folder / "second", day="20260825", pupils=range(3, 15))


def newest() -> FeedImport:
    """The delivery that came last."""
    found = db.session.scalars(select(FeedImport).order_by(FeedImport.id.desc()).limit(1)).one()
    db.session.refresh(found)
    return found


def go_on(folder: Path) -> None:
    """What the hourly sweep and a person do after a kill: apply what is planned or half applied, else import the delivery again."""
    db.session.expire_all()
    last = newest()
    number, state, again = last.id, last.state, last.name == "second"
    db.session.rollback()
    if again and state in ("planned", "applying"):
        apply_planned(number, by=COMMAND, now=NOW)
    elif not again or state == "staging":
        sweep(machine_now=clock.machine_now() + timedelta(hours=7))
        if again:
            # Its report tells of a reading that was broken off: the only thing that is more than without the kill.
            assert newest().state == "withdrawn"
            db.session.delete(newest())
        db.session.commit()
        receive(folder, by=COMMAND, now=NOW)


def end() -> list[str]:
    """The export, without the audit, which tells how it came to be."""
    return [line for line in export() if not line.startswith('{"table":"audit')]


def nobody_twice() -> bool:
    """Every person of the source once, and one account each at most."""
    people = db.session.scalar(select(func.count()).select_from(Person))
    keys = db.session.scalar(select(func.count(func.distinct(Person.source_key))))
    accounts = db.session.scalar(select(func.count()).select_from(Account))
    holders = db.session.scalar(select(func.count(func.distinct(Account.person_id))))
    db.session.rollback()
    return people == keys and accounts == holders


def deaths(portal: Flask, world: Snapshot, work: Callable[[], object]) -> Iterator[int]:
    """Every boundary before which a process that does ``work`` can be killed, each in the same world."""
    for die_at in count(1):
        world.restore()
        if in_child(portal, work, die_at=die_at) is not None:
            return
        yield die_at


@pytest.mark.long
def test_an_import_killed_at_any_boundary_ends_as_if_nothing_had_been(
    portal: Flask, world: Snapshot, tmp_path: Path
) -> None:
    """G5, G14: same export, nobody twice, no account twice, no rows left behind."""
    folder = second(tmp_path)
    receive(folder, by=COMMAND, now=NOW)
    expected = end()
    states = set()
    for die_at in deaths(portal, world, partial(receive, folder, by=COMMAND, now=NOW)):
        last = newest()
        states.add(last.state if last.name == "second" else "")
        go_on(folder)
        assert end() == expected, die_at
        assert nobody_twice(), die_at
        assert not left_over(db.session()), die_at
    assert states == {"", "staging", "applying"}


@pytest.mark.both_databases
def test_an_import_that_every_process_leaves_a_little_further_comes_to_its_end(
    portal: Flask, world: Snapshot, tmp_path: Path
) -> None:
    """G5: also those who go on are killed."""
    folder = second(tmp_path)
    receive(folder, by=COMMAND, now=NOW)
    expected = end()
    world.restore()
    assert in_child(portal, partial(receive, folder, by=COMMAND, now=NOW), die_at=3) is None
    number, kills = newest().id, 1
    # People are written in one life, however many slices they are: each lives a little longer.
    while in_child(portal, partial(apply_planned, number, by=COMMAND, now=NOW), die_at=4 + 2 * kills) is None:
        kills += 1
        assert kills < 30, "no process gets any further"
    assert kills > 1
    assert end() == expected


@pytest.mark.both_databases
def test_two_processes_never_apply_at_once(portal: Flask, world: Snapshot, tmp_path: Path) -> None:
    """G12: whoever comes second is told so, whether it is the same delivery or another; the end is as if one had come alone."""
    folder = second(tmp_path)
    receive(folder, by=COMMAND, now=NOW)
    expected = end()
    world.restore()
    number = receive(folder, plan=True, by=COMMAND, now=NOW)
    said = tmp_path / "told"
    held = start(portal, partial(apply_slowly, number, said))
    try:
        patience = time.monotonic() + 60
        while not said.exists():
            assert time.monotonic() < patience
            time.sleep(0.02)
        with pytest.raises(Busy):
            apply_planned(number, by=COMMAND, now=NOW)
        db.session.rollback()
        other = delivery(tmp_path / "other", day="20260826", pupils=range(4))
        with pytest.raises(Busy):
            receive(other, by=COMMAND, now=NOW)
        db.session.remove()
        said.unlink()
        assert held.ended() is not None
    except BaseException:
        held.kill()
        raise
    db.session.expire_all()
    assert newest().id == number, "nothing was read of the other one"
    db.session.rollback()
    assert end() == expected


def apply_slowly(number: int, said: Path) -> None:
    """Apply the delivery, and stand still once it has begun, as long as the file is there."""

    def wait(words: Words) -> None:
        if not said.exists() and not told:
            told.append(words)
            db.session.rollback()  # or nobody else could write on SQLite
            said.touch()
            while said.exists():
                time.sleep(0.02)

    told: list[Words] = []
    apply_planned(number, by=COMMAND, now=NOW, tell=wait)


def test_a_school_whose_transaction_fails_holds_up_no_other_for_good(
    portal: Flask, world: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G14: the schools before it are applied, it is tried again with the others, and the end is the same."""
    folder = second(tmp_path)
    receive(folder, by=COMMAND, now=NOW)
    expected = end()
    world.restore()
    write = places.write_school

    def fails(staging: Staging, about: Importing, struct: str, work: places.Work | None = None) -> dict[str, int]:
        done = write(staging, about, struct, work)
        if struct == "11":
            raise OSError("the disk is full")
        return done

    monkeypatch.setattr(places, "write_school", fails)
    number = receive(folder, plan=True, by=COMMAND, now=NOW)
    monkeypatch.setattr(clock, "portal_now", lambda: NOW)
    told = portal.test_cli_runner().invoke(args=["feeds", "apply", str(number)])
    assert (told.exit_code, f"feeds apply {number}" in told.stderr) == (1, True)
    states = {line.key: line.state for line in lines_of(number)}
    assert states == {"10": "applied", "11": "failed", "12": "applied"}
    db.session.rollback()
    monkeypatch.setattr(places, "write_school", write)
    again = portal.test_cli_runner().invoke(args=["feeds", "apply", str(number)])
    assert again.exit_code == 0, again.output
    assert {line.state for line in lines_of(number)} == {"applied"}
    db.session.rollback()
    assert end() == expected


def test_the_sweep_forgets_a_reading_that_was_broken_off_and_no_other(
    portal: Flask, world: Snapshot, tmp_path: Path
) -> None:
    """G14: rows that nobody will apply go; those of a planned delivery stay."""
    sweep(machine_now=clock.machine_now())  # what another test has left in this database
    db.session.commit()
    planned = receive(second(tmp_path), plan=True, by=COMMAND, now=NOW)
    other = delivery(tmp_path / "other", day="20260826", pupils=range(4))
    assert in_child(portal, partial(receive, other, by=COMMAND, now=NOW), die_at=2) is None
    assert newest().state == "staging"
    broken = newest().id
    assert sweep(machine_now=clock.machine_now() + timedelta(hours=5)) == 0
    assert sweep(machine_now=clock.machine_now() + timedelta(hours=7)) == 1
    db.session.commit()
    assert newest().state == "withdrawn"
    assert left_over(db.session()) == {planned}
    assert broken != planned
