"""A database that is lost, or takes nothing more, in the middle of a run: like a crash, and gone on with afterwards (G16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.campaign.models import Campaign
from app.campaign.running.queries import figures
from app.campaign.working import actions as working
from app.campaign.working import jobs
from app.db import db
from tests.campaign.crashing import Snapshot, carry_out, end_of, run_of
from tests.campaign.test_workers import through
from tests.databases import _psycopg


def hang_up(url: str) -> int:
    """The server ends every connection to the database but the one that asks; how many."""
    engine = create_engine(_psycopg(url), isolation_level="AUTOCOMMIT")
    others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        ended = connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({others}) AS others")).all()
    engine.dispose()
    return len(ended)


def at_calls(calls: set[int] | None, act: Callable[[], object], then: Callable[..., Any]) -> Callable[..., Any]:
    """``then``, but before those calls (None: before each) ``act`` happens."""
    count = 0

    def acting(*given: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        if calls is None or count in calls:
            act()
        return then(*given, **more)

    return acting


def test_connections_that_are_ended_now_and_then_cost_a_slice_and_nothing_else(
    hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """G16: the worker comes back on new connections; nothing is done twice, nothing is passed over."""
    if database.startswith("sqlite"):
        pytest.skip("a file has no connection that somebody else could end")
    campaign, world = hamlet
    plan_id, expected = through(world, campaign.id, 2)
    ended: list[int] = []
    # In the middle of a transaction: the fence has begun it, the slice has not been written.
    renew = working.renew
    monkeypatch.setattr(working, "renew", at_calls({3, 6, 8}, lambda: ended.append(hang_up(database)), renew))
    carry_out(plan_id)
    assert len(ended) == 3
    assert all(count >= 1 for count in ended)
    assert end_of(run_of(plan_id)) == expected


@pytest.mark.long
def test_a_server_that_stays_away_ends_the_worker_like_a_crash_and_the_run_goes_on_when_it_is_back(
    hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """G16: no failure is swallowed, no part is marked failed for it."""
    if database.startswith("sqlite"):
        pytest.skip("a file has no connection that somebody else could end")
    campaign, world = hamlet
    plan_id, expected = through(world, campaign.id, 1)
    away = False
    renew = working.renew

    def act() -> None:
        nonlocal away
        if away:
            hang_up(database)

    def goes_away(*given: Any, **more: Any) -> Any:
        nonlocal away
        away = figures(run_of(plan_id).id).done > 0
        return at_calls(None, act, renew)(*given, **more)

    monkeypatch.setattr(working, "renew", goes_away)
    monkeypatch.setattr(jobs, "SLICE", 1)
    monkeypatch.setattr(jobs, "SECONDS", -1.0)
    with pytest.raises(OperationalError):
        carry_out(plan_id)
    db.session.rollback()
    monkeypatch.setattr(working, "renew", renew)
    told = figures(run_of(plan_id).id)
    assert told.done > 0
    assert told.left > 0
    assert told.failed == 0
    db.session.rollback()
    carry_out(plan_id)
    assert end_of(run_of(plan_id)) == expected


class Refusing:
    """A database that takes nothing more from this process, once it is told so."""

    def __init__(self) -> None:
        self.on = False
        event.listen(db.engine, "begin", self._begun)

    def _begun(self, connection: Connection) -> None:
        if self.on and connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        elif self.on:
            connection.exec_driver_sql("PRAGMA query_only=ON")

    def begin(self) -> None:
        db.session.rollback()
        self.on = True

    def end(self) -> None:
        self.on = False
        db.session.remove()
        # Connections on which nothing can be written are not to be used again.
        db.engine.dispose()


@pytest.fixture
def refusing(hamlet: tuple[Campaign, Snapshot]) -> Iterator[Refusing]:
    made = Refusing()
    yield made
    made.end()
    event.remove(db.engine, "begin", made._begun)


@pytest.mark.long
def test_a_database_that_takes_nothing_more_stops_the_run_like_a_crash(
    hamlet: tuple[Campaign, Snapshot], refusing: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G16: what stands stands, nothing is noted as failed; writable again, it ends as if nothing had been."""
    campaign, world = hamlet
    plan_id, expected = through(world, campaign.id, 2)
    monkeypatch.setattr(jobs, "SLICE", 2)
    monkeypatch.setattr(jobs, "SECONDS", -1.0)
    fence = jobs.fence
    monkeypatch.setattr(jobs, "fence", at_calls({5}, refusing.begin, fence))
    with pytest.raises(DBAPIError):
        carry_out(plan_id)
    refusing.end()
    monkeypatch.setattr(jobs, "fence", fence)
    told = figures(run_of(plan_id).id)
    assert told.left > 0
    assert told.failed == 0
    db.session.rollback()
    carry_out(plan_id)
    assert end_of(run_of(plan_id)) == expected
