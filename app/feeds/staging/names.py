"""What the tables of a delivery that waits are called. Plain."""

from __future__ import annotations

import re

from app.standing_tables import STAGED

_NAMED = re.compile(r"\bst_([a-z_]+)")


def staged(import_id: int, statement: str) -> str:
    """A statement, or a name, with the real names of the tables ``st_<name>`` of one import."""
    return _NAMED.sub(lambda found: f"{STAGED}{import_id}_{found[1]}", statement)
