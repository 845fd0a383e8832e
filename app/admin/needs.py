"""What waits for somebody: a state, a sentence, and the page where something can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Need:
    """``state`` is one of the look's states (failed, late, waiting, info); ``endpoint`` and ``values`` make the link."""

    state: str
    words: Words
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
