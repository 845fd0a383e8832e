"""What a line of the journal changed, as rows of name, before, after. Plain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One value; '' where there was or is none."""

    name: str
    before: str
    after: str


def changes(values: Mapping[str, Any] | None) -> list[Change]:
    """The values of a line's detail that differ, by name; none for an erased detail."""
    if values is None:
        return []
    before, after = values.get("before") or {}, values.get("after") or {}
    names = list(dict.fromkeys([*before, *after]))
    rows = (Change(name, _told(before.get(name)), _told(after.get(name))) for name in names)
    return [row for row in rows if row.before != row.after]


def _told(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
        return ", ".join(str(one) for one in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
