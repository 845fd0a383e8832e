"""Sentences kept in the database: a template and its values, so that each reader gets their own language. Plain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.words import Words


def pack(words: Words) -> dict[str, Any]:
    """``words`` as JSON values; days and inner sentences keep their kind."""
    return {"template": words.template, "values": {name: _packed(value) for name, value in words.values.items()}}


def _packed(value: object) -> Any:
    if isinstance(value, Words):
        return {"words": pack(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int | str) else str(value)


def unpack(packed: Mapping[str, Any]) -> Words:
    """The sentence that ``pack`` kept."""
    values: dict[str, Any] = {name: _unpacked(value) for name, value in packed.get("values", {}).items()}
    return Words(str(packed.get("template", "")), **values)


def _unpacked(value: Any) -> object:
    if isinstance(value, dict):
        return unpack(value["words"]) if "words" in value else date.fromisoformat(value["day"])
    return value
