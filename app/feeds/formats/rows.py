"""The rows that a feed's format hands to the staging tables. Plain; rows are bare tuples because there are millions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.feeds.reasons import pack
from app.words import Words

Row = tuple[object, ...]

#: Table -> columns. A person's ``home`` and every ``struct`` are structure keys; ``stem`` is the login's; ``rank`` counts
#: ``standing.STANDINGS`` from 0; ``values_json`` are the values of the reason's template;
#: ``spared`` are keys of rejected entries, whose people must not pass for leavers. ``since`` is the day of a pupil's entry in a class
#: (ISO, or ''). ``spare`` is '1' for a pupil's further class in one structure (its ``kind`` is SPARE): taken where the first is refused.
#: ``also`` are other keys under which a person may be known: the key of a source without identifiers can change.
#: Deltas only: ``deleted``, and ``spoken``, which of a key's links the delta tells (``FACETS``); those it does not speak of stay. A
#: person's row without fingerprint is a change: its empty columns are not told.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "structure": (
        "key", "uai", "name", "kind", "street", "postal_code", "town", "phone", "email", "academy", "declares",
    ),
    "label": ("struct", "kind", "code", "name"),
    "mef": ("code", "label", "stat"),
    "subject": ("code", "label"),
    "person": (
        "category", "key", "ine", "siecle_id", "title", "last_name", "birth_name", "first_name", "other_first_names",
        "search_name", "birth_date", "email", "home_phone", "work_phone", "mobile_phone", "address", "postal_code", "town",
        "country", "home", "teaches", "mef", "level", "stem", "fingerprint",
    ),
    "relation": ("student", "adult", "rank", "link", "pays"),
    "place": ("person", "category", "struct", "kind", "code", "name", "role", "subject", "since", "spare"),
    "function": ("person", "struct", "code", "label", "discipline_code", "discipline"),
    "reject": ("category", "entry", "struct", "whole", "template", "values_json"),
    "spared": ("key",),
    "also": ("key", "other"),
    "deleted": ("category", "key"),
    "spoken": ("key", "facet"),
}  # fmt: skip

STUDENT, ADULT, STAFF = "student", "adult", "staff"
CLASS, GROUP, SPARE = "class", "group", "spare"
#: What a delta can speak of besides a person's own values; 'head' is the part of head teacher.
HEAD, RELATION, FUNCTION, HOME = "head", "relation", "function", "home"
FACETS = (CLASS, GROUP, HEAD, RELATION, FUNCTION, HOME)


@dataclass
class Rows:
    """Some thousand rows, table by table, in the order of ``COLUMNS``; and what should be said about the file."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    warnings: list[Words] = field(default_factory=list)
    records: int = 0

    def reject(self, category: str, entry: str, reason: Words, *, struct: str = "", whole: bool = True) -> None:
        """Set aside an entry, or (``whole`` False) only one of its links, with the reason."""
        values = json.dumps(pack(reason)["values"], ensure_ascii=False)
        self.tables["reject"].append((category, entry[:80], struct[:40], whole, reason.template, values))
