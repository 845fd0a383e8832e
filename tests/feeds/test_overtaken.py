"""What a newer delivery overtakes: the same schools of the same source, nothing else (FEED-9, CAL-10, G11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.feeds.models import FeedImport, FeedImportSchool
from app.feeds.staging.actions import sweep
from app.feeds.staging.loaders import left_over
from tests.feeds import deliveries as make

Take = Callable[..., dict[str, Any]]
SCHOOLS = {"10": "9990010A", "20": "9990020B", "30": "9990030C"}


def of(folder: Path, *keys: str, day: str) -> Path:
    """A complete delivery of these structures, a pupil each."""
    return make.write(
        folder,
        day=day,
        structures=[make.structure(key, SCHOOLS[key], f"COLLEGE$E{key}$ac") for key in keys],
        students=[make.student(f"{key}0", f"NOM{key}", school=key, classes=["6A"]) for key in keys],
    )


def swept() -> int:
    done = sweep(machine_now=datetime.now(UTC))
    db.session.commit()
    return done


@pytest.fixture(autouse=True)
def clean(take: Take) -> None:
    """A PostgreSQL keeps the rows of another test's deliveries."""
    swept()


def test_a_delivery_of_another_school_overtakes_nothing(take: Take, tmp_path: Path) -> None:
    """ONDE and CSV come school by school, the AAF of both degrees under one name."""
    planned = take(of(tmp_path / "a", "10", day="20260820"), plan=True)["import"]
    take(of(tmp_path / "b", "20", day="20260821"))
    assert swept() == 0
    assert db.session.get_one(FeedImport, planned).state == "planned"
    assert left_over(db.session()) == {planned}


def test_one_is_overtaken_when_all_its_schools_have_been_told_anew(take: Take, tmp_path: Path) -> None:
    planned = take(of(tmp_path / "a", "10", "20", day="20260820"), plan=True)["import"]
    take(of(tmp_path / "b", "10", day="20260821"))
    assert swept() == 0
    take(of(tmp_path / "c", "20", "30", day="20260822"))
    assert swept() == 1
    assert db.session.get_one(FeedImport, planned).state == "withdrawn"
    assert not left_over(db.session())


def test_a_school_that_was_not_applied_is_not_told_anew(take: Take, tmp_path: Path) -> None:
    planned = take(of(tmp_path / "a", "10", day="20260820"), plan=True)["import"]
    newer = take(of(tmp_path / "b", "10", "20", day="20260821"))["import"]
    line = select(FeedImportSchool).where(FeedImportSchool.import_id == newer, FeedImportSchool.key == "10")
    db.session.scalars(line).one().state = "failed"
    db.session.commit()
    assert swept() == 0
    assert db.session.get_one(FeedImport, planned).state == "planned"


def test_what_a_run_has_applied_can_be_undone_until_all_its_schools_are_told_anew(take: Take, tmp_path: Path) -> None:
    """G8: its rows wait although no school does."""
    planned = take(of(tmp_path / "a", "10", "20", day="20260820"), plan=True)["import"]
    made = db.session.get_one(FeedImport, planned)
    made.state, made.run_id = "applied", 1
    for line in db.session.scalars(select(FeedImportSchool).where(FeedImportSchool.import_id == planned)):
        line.state = "applied"
    db.session.commit()
    take(of(tmp_path / "b", "20", day="20260821"))
    assert swept() == 0
    take(of(tmp_path / "c", "10", day="20260822"))
    assert swept() == 1
    assert db.session.get_one(FeedImport, planned).state == "applied"
