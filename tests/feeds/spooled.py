"""Reading a delivery in tests: its rows by table, with their columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.feeds.delivery.loaders import spool
from app.feeds.formats.rows import COLUMNS

Tables = dict[str, list[dict[str, Any]]]


def spooled(path: Path, form: str = "aaf", **more: Any) -> tuple[Tables, list[str]]:
    """The rows of the delivery at ``path`` and its warnings."""
    held = spool(path, form, **more)
    tables: Tables = {name: [] for name in COLUMNS}
    for name, rows in held.tables():
        tables[name] += [dict(zip(COLUMNS[name], row, strict=True)) for row in rows]
    held.close()
    return tables, [str(words) for words in held.warnings]


def reasons(tables: Tables, *, whole: bool) -> dict[str, str]:
    """Why each rejected entry (or, with ``whole`` False, a link of it) was left, as the French sentence."""
    import json

    from app.feeds.reasons import unpack

    return {
        row["entry"]: str(unpack({"template": row["template"], "values": json.loads(row["values_json"])}))
        for row in tables["reject"]
        if row["whole"] is whole
    }
