"""A step, or its undo, killed at every instant that matters and gone on with: the end is the same as without (G5, G8, G10, G20)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle

import pytest
from flask import Flask

from app.audit.queries import verify
from app.campaign.models import Campaign
from app.campaign.running.queries import run_called
from app.campaign.working import jobs
from app.db import db
from tests.campaign.academies import approved, export
from tests.campaign.crashing import Snapshot, carry_out, end_of, in_child, run_of, take_back


def killed_again_and_again(app: Flask, work: Callable[[], object], patience: int = 200) -> int:
    """``work()`` by one process after the other, each killed a little later in its life or sooner, until one comes to the end.

    How many were killed. Of a life of six or seven boundaries some rows stay done, so that there is an end. On PostgreSQL, where a
    process costs more, lives are longer.
    """
    lives = (4, 5, 6, 7) if db.engine.dialect.name == "sqlite" else (5, 7, 9, 11)
    for kills, die_at in enumerate(cycle(lives)):
        assert kills < patience, "no process gets any further"
        if in_child(app, work, die_at=die_at) is not None:
            return kills
    raise AssertionError("a cycle has no end")


@pytest.mark.long
def test_steps_and_undo_killed_at_every_turn_end_as_if_nothing_had_been(
    app: Flask, hamlet: tuple[Campaign, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G5: same export, same figures, no file too many; G8: undo gives back what was there, also when it is killed."""
    # Small slices: there are the more instants at which to be killed.
    monkeypatch.setattr(jobs, "SLICE", 2)
    monkeypatch.setattr(jobs, "SECONDS", -1.0)
    campaign, world = hamlet
    number = campaign.id
    world.take()
    expected = []
    for step in (1, 2, 3):
        plan_id = approved(db.session.get_one(Campaign, number), step).id
        carry_out(plan_id)
        expected.append(end_of(run_of(plan_id)))
    world.restore()
    before, runs = [], []
    for step in (1, 2, 3):
        plan_id = approved(db.session.get_one(Campaign, number), step).id
        before.append(export())
        assert killed_again_and_again(app, partial(carry_out, plan_id)) >= step
        run = run_of(plan_id)
        assert end_of(run) == expected[step - 1]
        runs.append(run.id)
    assert [figures_.done > 0 for _, figures_, _ in expected] == [True, True, True]
    for run_id, was in zip(reversed(runs), reversed(before), strict=True):
        assert killed_again_and_again(app, partial(take_back, run_id)) >= 1
        assert export() == was
        db.session.expire_all()
        assert run_called(run_id).state == "undone"
    db.session.rollback()
    assert verify().broken_at is None
