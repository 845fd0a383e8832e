"""What waits for somebody: a state, a sentence, and the page where something can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.profiles import Visitor
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Need:
    """``state`` is one of the look's states (failed, late, waiting, info); ``endpoint`` and ``values`` make the link."""

    state: str
    words: Words
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


#: What a room to the right of the hall contributes: of a visitor and the machine's time, what waits for that visitor.
Contribution = Callable[[Visitor, datetime], list[Need]]


def contributions(extensions: MutableMapping[str, Any]) -> list[Contribution]:
    """The contributions kept in an application's ``extensions``; a room appends its own when its blueprint is registered."""
    found: list[Contribution] = extensions.setdefault("hall needs", [])
    return found
