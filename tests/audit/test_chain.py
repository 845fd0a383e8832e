"""Every effect leaves a line that outlives it, and altering any line shows (G10)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.audit.actions import COMMAND, record
from app.audit.models import AuditDetail, AuditHead, AuditLine
from app.audit.queries import history, verify
from app.db import db

NOW = datetime(2026, 7, 6, 9, tzinfo=UTC)


def leave(count: int) -> None:
    for number in range(count):
        record(
            "window.amended", by=COMMAND, now=NOW, subject=("window", number), before={"end": "a"}, after={"end": "b"}
        )
    db.session.commit()


def test_lines_are_chained_and_verified(app: Flask) -> None:
    leave(3)
    leave(2)
    verified = verify()
    assert (verified.holds, verified.count) == (True, 5)
    assert history("window", 1)[0].detail.values == {"before": {"end": "a"}, "after": {"end": "b"}}


def test_a_rolled_back_transaction_leaves_no_line(app: Flask) -> None:
    record("window.amended", by=COMMAND, now=NOW, subject=("window", 1))
    db.session.execute(update(AuditHead).values(count=0))
    db.session.rollback()
    leave(1)
    assert verify().count == 1


def test_a_savepoint_rolled_back_keeps_the_lines_of_the_transaction(app: Flask) -> None:
    record("window.amended", by=COMMAND, now=NOW, subject=("window", 1))
    nested = db.session.begin_nested()
    nested.rollback()
    db.session.commit()
    assert verify().count == 1


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "change",
    [{"action": "other"}, {"actor_id": 7}, {"subject_id": 99}, {"portal_at": datetime(2020, 1, 1, tzinfo=UTC)}],
)
def test_altering_any_line_is_found(app: Flask, number: int, change: dict[str, object]) -> None:
    leave(3)
    db.session.execute(update(AuditLine).where(AuditLine.number == number).values(change))
    db.session.commit()
    assert verify().broken_at == number


@pytest.mark.parametrize("number", [1, 2, 3])
def test_dropping_any_line_is_found_the_newest_included(app: Flask, number: int) -> None:
    leave(3)
    db.session.execute(delete(AuditDetail).where(AuditDetail.number == number))
    db.session.execute(delete(AuditLine).where(AuditLine.number == number))
    db.session.commit()
    assert not verify().holds


def test_altered_values_are_found_and_erased_ones_are_no_break(app: Flask) -> None:
    leave(2)
    db.session.execute(delete(AuditDetail).where(AuditDetail.number == 1))
    db.session.commit()
    assert verify().holds
    db.session.execute(
        update(AuditDetail).where(AuditDetail.number == 2).values(values={"before": None, "after": None})
    )
    db.session.commit()
    assert verify().broken_at == 2
