"""Imports that are stopped: what arrives meanwhile is kept and said so, an operator resumes (CAL-3, FEED-4)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Person
from app.feeds.applying.actions import withdraw
from app.feeds.applying.jobs import plan_kept
from app.feeds.models import FeedImport
from app.feeds.pauses.actions import (
    NothingPaused,
    UnknownTarget,
    change_pause,
    erase_copy,
    pause,
    resume,
    sweep_copies,
)
from app.feeds.pauses.models import FeedPause
from app.feeds.pauses.queries import ahead, paused
from app.feeds.reasons import unpack
from tests.feeds import deliveries as make
from tests.feeds import test_formats_onde as onde

NOW = datetime(2026, 7, 10, 8, tzinfo=UTC)


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_target_is_stopped_from_its_first_instant_to_the_one_before_its_end(portal: Flask) -> None:
    """CAL-3: each target on its own."""
    pause("portal", starts_at=NOW, ends_at=NOW + timedelta(days=2), by=COMMAND, now=NOW)
    assert paused("portal", NOW - timedelta(seconds=1)) is None
    assert paused("portal", NOW) is not None
    assert paused("portal", NOW + timedelta(days=2)) is None
    assert paused("servers", NOW) is None


def test_of_two_pauses_the_one_that_ends_last_is_told(portal: Flask) -> None:
    pause("portal", starts_at=NOW, by=COMMAND, now=NOW)
    pause("portal", starts_at=NOW, ends_at=NOW + timedelta(days=1), by=COMMAND, now=NOW)
    found = paused("portal", NOW)
    assert found is not None
    assert found.ends_at is None
    assert len(ahead(NOW)) == 2


def test_resuming_lifts_every_pause_that_runs_and_none_that_is_to_come(portal: Flask) -> None:
    pause("portal", starts_at=NOW, by=COMMAND, now=NOW)
    later = pause("portal", starts_at=NOW + timedelta(days=9), by=COMMAND, now=NOW)
    assert len(resume("portal", by=COMMAND, now=NOW)) == 1
    assert paused("portal", NOW) is None
    assert paused("portal", NOW + timedelta(days=9)) == later
    with pytest.raises(NothingPaused):
        resume("portal", by=COMMAND, now=NOW)


def test_a_lifted_pause_counts_again_only_where_it_is_moved_ahead(portal: Flask) -> None:
    """FEED-4: an operator's resumption is not undone by the calendar."""
    made = pause("portal", starts_at=NOW, source="campaign", by=COMMAND, now=NOW)
    resume("portal", by=COMMAND, now=NOW)
    change_pause(made, starts_at=NOW - timedelta(days=1), ends_at=None, by=COMMAND, now=NOW)
    assert paused("portal", NOW) is None
    change_pause(made, starts_at=NOW + timedelta(days=1), ends_at=None, by=COMMAND, now=NOW)
    assert paused("portal", NOW + timedelta(days=1)) is not None


def test_what_is_no_target_is_refused(portal: Flask) -> None:
    with pytest.raises(UnknownTarget):
        pause("printers", starts_at=NOW, by=COMMAND, now=NOW)


def test_a_delivery_that_arrives_while_imports_are_stopped_is_kept_and_said_so(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-4: refused with exit code 3, the reason and the way on; the bytes lie in the data folder."""
    stopped = runner.invoke(args=["feeds", "pause", "portal", "--json"])
    assert json.loads(stopped.stdout)["until"] is None
    folder = make.small(tmp_path / "d")
    done = runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"])
    assert done.exit_code == 3
    said = json.loads(done.stderr)
    assert people() == 0
    kept = db.session.scalars(select(FeedImport)).one()
    assert kept.state == "kept"
    copy = next((Path(portal.extensions["settings"].data_dir) / "deliveries").iterdir())
    assert str(copy) in said["error"]
    assert f"feeds apply {kept.id}" in said["hint"]
    assert {p.name: p.read_bytes() for p in copy.iterdir()} == {p.name: p.read_bytes() for p in folder.iterdir()}

    resumed = runner.invoke(args=["feeds", "resume", "portal", "--json"])
    assert json.loads(resumed.stdout)["target"] == "portal"
    again = runner.invoke(args=["feeds", "apply", str(kept.id), "--json"])
    assert again.exit_code == 0
    assert people() == 6
    assert not copy.exists()


def test_what_is_kept_is_planned_meanwhile_and_applied_when_imports_resume(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-4: what arrived can be looked at; step 4 finds it."""
    runner.invoke(args=["feeds", "pause", "portal"])
    runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "d")), "--json"])
    assert plan_kept(NOW) == 1
    assert plan_kept(NOW) == 0
    made = db.session.scalars(select(FeedImport)).one()
    assert (made.state, made.counts["created"], people()) == ("planned", 6, 0)
    stopped = runner.invoke(args=["feeds", "apply", str(made.id), "--json"])
    assert (stopped.exit_code, people()) == (3, 0)
    runner.invoke(args=["feeds", "resume", "portal"])
    done = runner.invoke(args=["feeds", "apply", str(made.id), "--json"])
    assert (done.exit_code, people()) == (0, 6)


# What is kept lies no longer than it is needed (LAW-1, G17) --------------------------------------------------------------


def kept_here(runner: FlaskCliRunner, *words: str) -> FeedImport:
    """A delivery that arrives while imports are stopped."""
    runner.invoke(args=["feeds", "pause", "portal"])
    assert runner.invoke(args=["feeds", *words, "--json"]).exit_code == 3
    return db.session.scalars(select(FeedImport).order_by(FeedImport.id.desc())).first() or FeedImport()


def copies(app: Flask) -> list[str]:
    return sorted(path.name for path in (Path(app.extensions["settings"].data_dir) / "deliveries").glob("*"))


def test_a_copy_goes_when_its_delivery_is_planned(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    kept = kept_here(runner, "import", "aaf", str(make.small(tmp_path / "d")))
    assert copies(portal) == [f"{kept.id}-d"]
    plan_kept(NOW)
    assert (kept.state, copies(portal)) == ("planned", [])
    assert "/deliveries/" not in str(unpack(kept.reason or {}))


def test_a_kept_delivery_of_another_year_is_refused_as_any_other(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-2, FEED-4: the year is looked at whenever a delivery is read."""
    folder = onde.write(tmp_path / "d", pupils=[f"{onde.ZOE};2024"], adults=[onde.ALICE])
    file = folder / "pupils" / "CSVExtraction.csv"
    file.write_bytes(
        file.read_bytes().replace(b"Identifiant classe", "Identifiant classe;Année scolaire".encode("iso8859-1"), 1)
    )
    kept = kept_here(runner, "import", "onde", str(folder), "--school", onde.UAI)
    assert plan_kept(NOW) == 1
    assert (kept.state, copies(portal)) == ("refused", [])
    assert "2024-2025" in str(unpack(kept.reason or {}))
    assert people() == 0


def test_a_kept_delivery_can_be_withdrawn_and_its_copy_goes(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """Also one that nobody can plan: an export of SIECLE, or one whose copy is gone."""
    (tmp_path / "siecle").mkdir()
    first = kept_here(runner, "complete", str(tmp_path / "siecle"))
    assert (first.source, plan_kept(NOW)) == ("siecle", 0)
    second = kept_here(runner, "import", "aaf", str(make.small(tmp_path / "d")))
    erase_copy(second.id)
    assert (plan_kept(NOW), second.state) == (0, "kept")
    for made in (first, second):
        withdraw(made, by=COMMAND, now=NOW)
    db.session.commit()
    assert sweep_copies(machine_now=clock.machine_now()) == 1
    assert (first.state, second.state, copies(portal)) == ("withdrawn", "withdrawn", [])


def test_the_sweep_erases_what_waits_no_more_or_has_waited_too_long(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    (tmp_path / "siecle").mkdir()
    kept = kept_here(runner, "complete", str(tmp_path / "siecle"))
    folder = Path(portal.extensions["settings"].data_dir) / "deliveries"
    for left in ("999-d", ".999.part"):
        (folder / left).mkdir()
    now = clock.machine_now()
    assert sweep_copies(machine_now=now) == 0, "somebody may be copying"
    assert sweep_copies(machine_now=now + timedelta(days=2)) == 2
    assert (kept.state, copies(portal)) == ("kept", [f"{kept.id}-siecle"])
    assert sweep_copies(machine_now=now + timedelta(days=91)) == 1
    db.session.commit()
    assert (kept.state, copies(portal)) == ("withdrawn", [])


def test_a_plan_is_welcome_while_imports_are_stopped(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    runner.invoke(args=["feeds", "pause", "portal"])
    done = runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "d")), "--plan", "--json"])
    assert done.exit_code == 0


def test_a_pause_with_an_end_tells_when_imports_resume(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    until = (clock.portal_now() + timedelta(days=3)).date().isoformat()
    runner.invoke(args=["feeds", "pause", "portal", "--until", until])
    done = runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "d")), "--json"])
    assert "reprennent le" in json.loads(done.stderr)["hint"]
    assert db.session.scalars(select(FeedPause.source)).all() == ["operator"]


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_an_unknown_target_ends_with_two(portal: Flask, runner: FlaskCliRunner, verb: str) -> None:
    assert runner.invoke(args=["feeds", verb, "printers", "--json"]).exit_code == 2
