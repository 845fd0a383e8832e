"""A hunt searches with random worlds until its share of the budget is over, and prints the seed of every round that fails.

``HUNT_BUDGET`` (90s, 25m, 1h; 4 s a hunt unless set) is what a run may take, worlds made beforehand included: each hunt has an equal
share of what its predecessors left, and begins no round that would not end in it. ``HUNT_SEED`` repeats one round of each.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from tests.campaign.crashing import Snapshot
from tests.campaign.hamlet import settle


def seconds(written: str) -> float:
    """'90s', '25m', '1h' as seconds. Raises ``ValueError``."""
    found = re.fullmatch(r"(\d+)([smh])", written.strip())
    if found is None:
        raise ValueError(f"a budget is written like 90s, 25m or 1h, not {written!r}")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


@dataclass
class Budget:
    """The seconds of a run, counted from the moment that it was read, and how many hunts have still to share what is left of them."""

    total: float
    hunts: int
    began: float = field(default_factory=lambda: time.monotonic())

    def ends(self) -> float:
        """Until when, in monotonic time, the next hunt may search."""
        now = time.monotonic()
        left = max(0.0, self.began + self.total - now)
        ends = now + left / max(1, self.hunts)
        self.hunts -= 1
        return ends


@dataclass
class Hunt:
    """One hunt's rounds, until ``ends`` in monotonic time; ``tell`` writes a line where whoever runs the tests reads it."""

    name: str
    ends: float
    only: int | None
    tell: Callable[[str], None]

    def rounds(self) -> Iterator[int]:
        """Seeds, one a round, as long as one that takes as long as the longest would end in time; none where the time is over.

        The seed of a round that raises is printed.
        """
        first = self.only if self.only is not None else random.SystemRandom().randrange(2**31)
        began = time.monotonic()
        self.tell(f"{self.name}: seeds from {first}, for {max(0.0, self.ends - began):.0f} s")
        number, longest = first, 0.0
        while self.only is not None or began + longest < self.ends:
            try:
                yield number
            except GeneratorExit:
                # The round raised (or the hunt ended it): say how to come back to it.
                self.tell(f"{self.name}: stopped in the round HUNT_SEED={number}")
                raise
            number += 1
            now = time.monotonic()
            longest, began = max(longest, now - began), now
            if self.only is not None:
                break
        self.tell(f"{self.name}: {number - first} rounds, nothing found")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/hunt/" in item.nodeid:
            item.add_marker(pytest.mark.hunt)


@pytest.fixture(scope="session")
def budget(request: pytest.FixtureRequest) -> Budget:
    """What this run may take."""
    hunts = len([item for item in request.session.items if item.get_closest_marker("hunt")])
    written = os.environ.get("HUNT_BUDGET")
    return Budget(seconds(written) if written else 4.0 * hunts, hunts)


@pytest.fixture
def hunt(request: pytest.FixtureRequest, budget: Budget) -> Hunt:
    """The rounds of this test, with its share of the budget."""
    seed = os.environ.get("HUNT_SEED")
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def tell(line: str) -> None:
        if reporter is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                reporter.ensure_newline()
                reporter.write_line(line)

    name = request.node.name.removeprefix("test_")
    return Hunt(name=name, ends=budget.ends(), only=int(seed) if seed else None, tell=tell)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portal time stands, so that two runs of one step are dated alike."""
    moment = clock.portal_now()
    monkeypatch.setattr(clock, "portal_now", lambda: moment)


@pytest.fixture
def world(app: Flask, database: str, tmp_path: Path, still: None) -> Snapshot:
    """The smallest world, kept as it is."""
    settle()
    kept = Snapshot.beside(app, database, tmp_path)
    kept.take()
    return kept
