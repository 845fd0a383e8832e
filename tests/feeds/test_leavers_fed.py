"""Whoever a delivery names no more has left at once, and is back with the next one that names them (FEED-5, FEED-9, ACCT-6, LAW-1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Account
from app.accounts.queries import standing_of
from app.db import db
from app.directory.leaving.models import Leaver
from app.directory.models import Person, SchoolYear
from app.feeds.leavers.jobs import keep_the_law
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW

Take = Callable[..., dict[str, Any]]
DISABLED, ERASED = datetime(2026, 10, 20, 22, tzinfo=UTC), datetime(2026, 11, 28, 23, tzinfo=UTC)


def number(key: str) -> int:
    return db.session.scalars(select(Person.id).where(Person.source_key == key)).one()


def left() -> set[int]:
    return set(db.session.scalars(select(Leaver.person_id)))


def with_days() -> None:
    """The years' first and last days, as ``setup`` gives them."""
    for begins, values in (
        (2025, {"first_day": date(2025, 9, 1), "last_day": date(2026, 7, 4)}),
        (2026, {"first_day": date(2026, 9, 1)}),
    ):
        db.session.execute(update(SchoolYear).where(SchoolYear.begins == begins).values(**values))
    db.session.commit()


def test_a_pupil_who_is_named_no_more_and_their_guardian_reach_their_own_data_until_they_are_back(
    take: Take, tmp_path: Path
) -> None:
    with_days()
    take(make.small(tmp_path / "first", day="20260601", pupils=4), year_n=True)
    gone = {number("1003"), number("2003")}
    assert left() == set()
    take(make.small(tmp_path / "planned", day="20260823", pupils=3), plan=True)
    assert left() == set()
    take(make.small(tmp_path / "second", day="20260824", pupils=3), returning="accept")
    assert left() == gone
    for person_id in gone:
        standing = standing_of(person_id)
        assert standing is not None
        assert standing.leaving
        assert standing.places == ()
    keep_the_law(DISABLED, DISABLED)
    keep_the_law(DISABLED.replace(day=28), DISABLED)
    db.session.expire_all()
    assert all(db.session.get_one(Account, person_id).disabled_at is not None for person_id in gone)
    take(make.small(tmp_path / "third", day="20260825", pupils=4))
    db.session.expire_all()
    assert left() == set()
    assert all(db.session.get_one(Account, person_id).disabled_at is None for person_id in gone)


def test_whoever_is_back_after_their_time_is_a_new_person_with_a_new_account(take: Take, tmp_path: Path) -> None:
    """LAW-1: nothing of before is left to be found; nobody else's login changes."""
    with_days()
    take(make.small(tmp_path / "first", day="20260601", pupils=4), year_n=True)
    before, other = number("1003"), number("1000")
    kept = db.session.get_one(Account, other).login
    take(make.small(tmp_path / "second", day="20260824", pupils=3), returning="accept")
    for now in (NOW, DISABLED, ERASED):
        keep_the_law(now, now)
    assert db.session.scalars(select(Person.id).where(Person.source_key.in_(("1003", "2003")))).all() == []
    take(make.small(tmp_path / "third", day="20260825", pupils=4))
    after = number("1003")
    account = db.session.get_one(Account, after)
    assert account.password_hash is None
    assert db.session.get_one(Account, other).login == kept
    assert left() == set()
    assert (
        after != before or db.session.get_one(Person, after).created_at > db.session.get_one(Person, other).created_at
    )
