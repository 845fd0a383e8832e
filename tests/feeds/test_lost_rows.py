"""A delivery whose staged rows are gone stops nobody: it is refused, and the same delivery again comes to the same end (G5, G16).

PostgreSQL empties the tables of staged rows after a crash of its server; SQLite has none after a backup was restored.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.actions import COMMAND
from app.db import db
from app.feeds.applying.jobs import apply_planned, do_asked, go_on, receive
from app.feeds.applying.queries import lines_of
from app.feeds.queries import import_by_id
from app.feeds.reasons import unpack
from app.feeds.staging.loaders import StagingLost
from tests.campaign.crashing import Snapshot, in_child
from tests.feeds.conftest import NOW
from tests.feeds.test_applied_in_pieces import delivery, end, newest, second, world

__all__ = ["world"]


def crash(number: int) -> None:
    """What a crash of PostgreSQL's server leaves of a delivery's rows: empty tables."""
    for (name,) in db.session.execute(text(_TABLES[db.engine.dialect.name]), {"named": f"staged\\_{number}\\_%"}).all():
        db.session.execute(text(f"DELETE FROM {name}"))
    db.session.commit()


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE :named ESCAPE '\\'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE tablename LIKE :named",
}


def directory() -> list[str]:
    """The export without the reports and their numbers: who was written before the crash is not new to the second report."""
    lines = [line for line in end() if not line.startswith('{"table":"feed_import')]
    return sorted(re.sub(r'"import_id":\[.*?\[2026\].*?\]', "", line) for line in lines)


def begun(portal: Flask, folder: Path, die_at: int) -> int:
    """The number of a delivery whose application was killed before its boundary ``die_at``, and whose rows are gone."""
    assert in_child(portal, partial(receive, folder, by=COMMAND, now=NOW), die_at=die_at) is None
    made = newest()
    assert made.state == "applying"
    crash(made.id)
    return made.id


@pytest.mark.parametrize("written", ["some people", "a school"])
def test_a_half_applied_delivery_without_rows_is_refused_and_may_come_again(
    portal: Flask, world: Snapshot, tmp_path: Path, written: str
) -> None:
    folder = second(tmp_path)
    receive(folder, by=COMMAND, now=NOW)
    expected = directory()
    world.restore()
    die_at = 4
    while True:
        number = begun(portal, folder, die_at)
        states = {line.state for line in lines_of(number)}
        if written == "some people" or "applied" in states:
            break
        world.restore()
        die_at += 1
    assert go_on(NOW) == 0
    made = import_by_id(number)
    assert (made.state, bool(made.stage)) == ("refused", True)
    assert "ne sont plus là" in str(unpack(made.reason or {}))
    db.session.rollback()
    receive(folder, by=COMMAND, now=NOW)
    assert directory() == expected


def test_the_command_says_so_and_lets_the_next_one_come(portal: Flask, world: Snapshot, tmp_path: Path) -> None:
    number = begun(portal, second(tmp_path), 4)
    with pytest.raises(StagingLost):
        apply_planned(number, by=COMMAND, now=NOW)
    assert import_by_id(number).state == "refused"
    receive(delivery(tmp_path / "next", day="20260826", pupils=range(4)), by=COMMAND, now=NOW)


def test_a_delivery_that_arrives_finds_the_way_free(portal: Flask, world: Snapshot, tmp_path: Path) -> None:
    number = begun(portal, second(tmp_path), 4)
    receive(delivery(tmp_path / "next", day="20260826", pupils=range(4)), by=COMMAND, now=NOW)
    assert import_by_id(number).state == "refused"


def test_a_plan_without_rows_is_no_plan_any_more(portal: Flask, world: Snapshot, tmp_path: Path) -> None:
    """It would be offered to step 4, and nobody could apply it."""
    number = receive(second(tmp_path), plan=True, by=COMMAND, now=NOW)
    import_by_id(number).asked_at = NOW
    crash(number)
    do_asked(NOW)
    made = import_by_id(number)
    assert (made.state, made.stage, made.asked_at) == ("refused", "", None)
