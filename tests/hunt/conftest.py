"""A hunt searches with random worlds until its share of the budget is over, and prints the seed of every round that fails.

``HUNT_BUDGET`` (90s, 25m, 1h; 4 s a hunt unless set) is shared by the hunts of a run; ``HUNT_SEED`` repeats one round of each.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest


def seconds(written: str) -> float:
    """'90s', '25m', '1h' as seconds. Raises ``ValueError``."""
    found = re.fullmatch(r"(\d+)([smh])", written.strip())
    if found is None:
        raise ValueError(f"a budget is written like 90s, 25m or 1h, not {written!r}")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


@dataclass
class Hunt:
    """One hunt's rounds; ``tell`` writes a line where whoever runs the tests reads it."""

    name: str
    budget: float
    only: int | None
    tell: Callable[[str], None]

    def rounds(self) -> Iterator[int]:
        """Seeds, one a round, until the budget is over; the seed of a round that raises is printed."""
        first = self.only if self.only is not None else random.SystemRandom().randrange(2**31)
        self.tell(f"{self.name}: seeds from {first}, for {self.budget:.0f} s")
        ends, number = time.monotonic() + self.budget, first
        while True:
            try:
                yield number
            except GeneratorExit:
                # The round raised (or the hunt ended it): say how to come back to it.
                self.tell(f"{self.name}: stopped in the round HUNT_SEED={number}")
                raise
            number += 1
            if self.only is not None or time.monotonic() >= ends:
                break
        self.tell(f"{self.name}: {number - first} rounds, nothing found")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/hunt/" in item.nodeid:
            item.add_marker(pytest.mark.hunt)


@pytest.fixture
def hunt(request: pytest.FixtureRequest) -> Hunt:
    """The rounds of this test, with its share of the budget."""
    hunts = [item for item in request.session.items if item.get_closest_marker("hunt")]
    written, seed = os.environ.get("HUNT_BUDGET"), os.environ.get("HUNT_SEED")
    budget = seconds(written) / len(hunts) if written else 4.0
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def tell(line: str) -> None:
        if reporter is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                reporter.ensure_newline()
                reporter.write_line(line)

    name = request.node.name.removeprefix("test_")
    return Hunt(name=name, budget=budget, only=int(seed) if seed else None, tell=tell)
