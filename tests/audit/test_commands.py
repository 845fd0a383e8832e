"""``audit verify``: head and count of a chain that holds, exit 1 and the first line of one that does not (G10)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from app.audit.actions import COMMAND, record
from app.audit.models import AuditHead, AuditLine
from app.db import db

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def leave_lines(count: int) -> None:
    for number in range(count):
        record("test.done", by=COMMAND, now=NOW, subject=("thing", number))
    db.session.commit()


def test_a_whole_chain_shows_its_head_and_count(app: Flask, runner: FlaskCliRunner) -> None:
    leave_lines(3)
    result = runner.invoke(args=["audit", "verify", "--json"])
    assert result.exit_code == 0
    head = db.session.get_one(AuditHead, 1)
    assert json.loads(result.stdout) == {"holds": True, "count": 3, "head": head.hash, "broken_at": None}
    assert head.hash in runner.invoke(args=["audit", "verify"]).stdout


def test_an_altered_line_is_named_and_ends_with_one(app: Flask, runner: FlaskCliRunner) -> None:
    leave_lines(3)
    db.session.execute(update(AuditLine).where(AuditLine.number == 2).values(action="test.denied"))
    db.session.commit()
    result = runner.invoke(args=["audit", "verify", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["broken_at"] == 2
    assert "2" in runner.invoke(args=["audit", "verify"]).stdout


def test_an_empty_journal_holds(app: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["audit", "verify", "--json"])
    assert (result.exit_code, json.loads(result.stdout)["count"]) == (0, 0)
