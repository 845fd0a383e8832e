"""The compiled gate against the naive one, over as many random worlds as the budget allows (GATE-1, 2, 3, 4, 8, 13 to 17)."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.gate import test_compiled_against_naive as properties
from tests.gate.worlds import instants, worlds
from tests.hunt.conftest import Hunt

STRATEGIES = {"data": st.data(), "rules": worlds(), "at": instants}
#: Every property of that module.
PROPERTIES = sorted(
    name for name, found in vars(properties).items() if name.startswith("test_") and hasattr(found, "hypothesis")
)


@pytest.mark.parametrize("name", PROPERTIES)
def test_windows(name: str, hunt: Hunt) -> None:
    inner: Callable[..., None] = getattr(properties, name).hypothesis.inner_test
    drawn = {argument: STRATEGIES[argument] for argument in signature(inner).parameters}
    for number in hunt.rounds():
        many = settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        seed(number)(many(given(**drawn)(inner)))()
