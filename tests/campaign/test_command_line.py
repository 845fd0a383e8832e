"""What ``flask campaign ...`` says and how it ends: exit codes, lists, and the processes that it starts (the stable contract)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app import clock, create_app
from app.audit.actions import COMMAND
from app.campaign import commands
from app.campaign.models import Campaign
from app.campaign.running import actions as running
from app.campaign.running.models import Run
from app.campaign.running.queries import run_called
from app.campaign.undoing.actions import begin_undo
from app.campaign.working.jobs import run_to_end
from app.content.models import Section
from app.db import db
from app.settings import Settings
from tests.campaign.academies import approved, done
from tests.campaign.crashing import Snapshot
from tests.conftest import settings_for


def invoke(app: Flask, *words: object) -> Result:
    found: Result = app.test_cli_runner().invoke(args=["campaign", *map(str, words), "--json"])
    return found


def undo(run: Run) -> Run:
    undoing = begin_undo(run, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    number = undoing.id
    run_to_end(number)
    db.session.expire_all()
    return run_called(number)


def test_a_further_process_works_by_the_very_same_settings(tmp_path: Path) -> None:
    """G3, G7: what it selects, and how long what it takes may be brought back, is what the first process was told."""
    given = {"BASCULE_OFFER_DAYS": "400", "BASCULE_UNDO_DAYS": "20", "BASCULE_ARCHIVED_MESSAGES": "year"}
    app = create_app(settings_for(f"sqlite:///{tmp_path}/one.sqlite3", tmp_path, **given), testing=True)
    with app.app_context():
        other = Settings(commands._settings())
    mine = app.extensions["settings"]
    told = [(one.database_url, one.data_dir, one.secret_key, one.https) for one in (other, mine)]
    assert told[0] == told[1]
    assert (other.offer_days, other.undo_days, other.archived_messages) == (400, 20, "year")


def test_an_undo_that_meets_conflicts_lists_them_and_is_refused(app: Flask, hamlet: tuple[Campaign, Snapshot]) -> None:
    """G8: exit 3 with the list, each row with its reason; nothing is undone."""
    campaign = db.session.get_one(Campaign, hamlet[0].id)
    done(campaign, 1)
    number = done(campaign, 2).id
    touched = db.session.scalars(select(Section).where(Section.trash_reason == "archived")).first()
    assert touched is not None
    row = touched.id
    touched.trashed_at, touched.trash_reason = None, ""
    db.session.commit()
    answer = invoke(app, "undo", number)
    assert answer.exit_code == 3
    document: dict[str, Any] = json.loads(answer.stdout)
    assert [(one["table"], one["row"]) for one in document["conflicts"]] == [("section", row)]
    assert document["conflicts"][0]["reason"]
    assert document["changes"]
    assert set(json.loads(answer.stderr)) == {"error", "hint"}
    assert run_called(number).state == "done"
    assert db.session.query(Run).filter(Run.undo_of_id == number).count() == 0


def test_a_plan_whose_run_was_undone_is_refused(app: Flask, hamlet: tuple[Campaign, Snapshot]) -> None:
    """G1, G4: its approval has served; exit 3 with the way on, after the report."""
    campaign = db.session.get_one(Campaign, hamlet[0].id)
    first = done(campaign, 1)
    plan_id = first.plan_id
    assert invoke(app, "run", plan_id).exit_code == 0
    undo(first)
    answer = invoke(app, "run", plan_id)
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["state"] == "undone"
    assert "plan" in json.loads(answer.stderr)["hint"]


def test_a_run_that_somebody_pauses_meanwhile_is_not_done(
    app: Flask, hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contract's exit codes: 0 is for what is done."""
    plan_id = approved(db.session.get_one(Campaign, hamlet[0].id), 1).id

    def paused(number: int) -> None:
        running.pause(run_called(number), by=COMMAND, now=clock.portal_now())
        db.session.commit()

    monkeypatch.setattr(commands, "run_to_end", paused)
    answer = invoke(app, "run", plan_id)
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["state"] == "paused"


def test_an_unknown_step_is_told_all_that_there_are(app: Flask) -> None:
    answer = invoke(app, "plan", "5")
    assert answer.exit_code == 2
    hint = json.loads(answer.stderr)["hint"]
    for name in ("1 (purge-trash)", "2 (archive-year)", "3 (remove-obsolete)", "4 (initialise-directory)"):
        assert name in hint
