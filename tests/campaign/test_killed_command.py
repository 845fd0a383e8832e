"""``flask campaign run`` is killed in the middle and started again: the same end, the same report (G4, G5)."""

from __future__ import annotations

from pathlib import Path

from app.campaign.models import Campaign
from app.campaign.running.queries import figures
from app.db import db
from tests.campaign.commands import Command, progress, wait_until
from tests.campaign.crashing import End, Snapshot, end_of, run_of
from tests.campaign.test_workers import through


def test_the_command_killed_in_the_middle_goes_on_when_it_is_started_again(
    hamlet: tuple[Campaign, Snapshot], database: str, tmp_path: Path
) -> None:
    """G5: nobody waits for the dead process's lease; called once more it prints the same report and does nothing (G4)."""
    campaign, world = hamlet
    plan_id, expected = through(world, campaign.id, 2)
    command = Command(database, tmp_path / "data", tmp_path, plan_id)
    process = command.start()
    wait_until(lambda: progress(plan_id) > 0, process)
    process.kill()
    process.join()
    assert process.exitcode == -9, command.logs[-1].read_text()
    told = figures(run_of(plan_id).id)
    assert told.done > 0
    assert told.left > 0
    db.session.rollback()
    report = command.to_its_end()
    assert report["state"] == "done"
    assert report["planned"] == report["done"]
    assert_same(end_of(run_of(plan_id)), expected)
    assert command.to_its_end() == report
    assert_same(end_of(run_of(plan_id)), expected)


def assert_same(end: End, expected: End) -> None:
    """Archives are dated: written at another moment their files have other names, and hold the same."""
    assert end[:2] == expected[:2]
    assert len(end[2]) == len(expected[2])
