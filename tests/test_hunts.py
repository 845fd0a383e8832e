"""The hunts keep to the time that they are given."""

from __future__ import annotations

import time

import pytest

from tests.hunt.conftest import Budget, Hunt, seconds


class Watch:
    """Monotonic time that passes as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def test_budgets_are_written_in_seconds_minutes_and_hours() -> None:
    assert [seconds(written) for written in ("90s", "25m", "1h")] == [90, 1500, 3600]
    with pytest.raises(ValueError, match="90s, 25m or 1h"):
        seconds("25")


def test_hunts_share_what_the_ones_before_them_left(watch: Watch) -> None:
    budget = Budget(total=60, hunts=3)
    assert budget.ends() == 20
    watch.now = 40  # its world took longer than its share
    assert budget.ends() == 50
    watch.now = 45
    assert budget.ends() == 60
    watch.now = 70
    assert budget.ends() == 70


def test_a_round_that_would_not_end_in_time_is_not_begun(watch: Watch) -> None:
    said: list[str] = []
    took = []
    for seed, length in zip(Hunt("x", ends=10, only=None, tell=said.append).rounds(), (1, 4, 3, 9), strict=False):
        watch.now += length
        took.append(seed)
    assert len(took) == 3  # after eight of ten seconds another might take four
    assert took == list(range(took[0], took[0] + 3))
    assert "3 rounds, nothing found" in said[-1]


def test_when_the_time_is_over_no_round_is_begun_but_the_one_that_is_asked_for(watch: Watch) -> None:
    assert list(Hunt("x", ends=0, only=None, tell=print).rounds()) == []
    assert list(Hunt("x", ends=0, only=77, tell=print).rounds()) == [77]
