"""The hash that ties an audit line to the one before it (G10). Plain: values in, hexadecimal out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: What the first line is chained to.
BEGINNING = "0" * 64


def digest_of(details: object, salt: str) -> str:
    """SHA-256 of the details under a salt, so that erasing details and salt leaves nothing to guess from."""
    return hashlib.sha256((salt + canonical(details)).encode()).hexdigest()


def hash_of(previous: str, line: Mapping[str, object]) -> str:
    """SHA-256 of a line and the hash of the line before it."""
    return hashlib.sha256((previous + canonical(line)).encode()).hexdigest()


def line_facts(line: Mapping[str, Any]) -> dict[str, object]:
    """The columns that a line's hash covers, instants in one spelling."""
    names = ("number", "actor_id", "actor", "action", "subject_kind", "subject_id", "school_id", "digest")
    covered = {name: line[name] for name in names}
    return covered | {name: line[name].isoformat(timespec="microseconds") for name in ("machine_at", "portal_at")}


def canonical(value: object) -> str:
    """One spelling for equal values: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
