"""Some of those whom a delivery brings, takes or changes in one school, by name, from the rows that applying would carry out (FEED-6, G3).

Only while the delivery's rows wait: whoever lifts a threshold, or applies, sees whom it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.db import db
from app.directory.names import shown
from app.feeds.figures.fates import BECOMES, LEAVES, PUPILS, WORKING
from app.feeds.models import FeedImportSchool
from app.feeds.staging.names import staged

#: How many are named of each fate.
SHOWN = 10
#: In this order: what takes pupils away is what somebody must look at first.
FATES = ("left", "gone", "created", "arrived", "moved", "reappeared", "changed", "teachers_in", "teachers_out")
#: Those who leave, for whom the other school is where they go.
OUT = frozenset({"left", "gone", "teachers_out"})


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """One of them; ``other`` is the school that they come from or go to, '' where the delivery tells of none."""

    name: str
    other: str


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The first by name of those with one fate, a name of ``outcomes.COUNT_NAMES``; ``count`` of them in all."""

    fate: str
    count: int
    people: Sequence[Somebody]

    @property
    def out(self) -> bool:
        """Do they leave the school?"""
        return self.fate in OUT

    @property
    def more(self) -> int:
        return self.count - len(self.people)


# Of new people the delivery's names, of known ones the directory's: a new one's number may be somebody's by now.
_PEOPLE = f"""
WITH concerned AS (
    SELECT {BECOMES} AS what, p.person_id, CASE WHEN f.fate = 'new' THEN f.seq END AS seq FROM {PUPILS}
    WHERE p.struct = :key AND p.profile = 'student'
    UNION ALL
    SELECT 'teachers_in', i.person_id, (SELECT MIN(f.seq) FROM st_fate f WHERE f.person_id = i.person_id AND f.fate = 'new')
    FROM st_profile_in i WHERE i.struct = :key AND i.profile IN ({WORKING})
    UNION ALL
    SELECT CASE WHEN o.profile = 'student' THEN {LEAVES} ELSE 'teachers_out' END, o.person_id, CAST(NULL AS BIGINT)
    FROM affiliation a JOIN st_profile_out o ON o.row_id = a.id
    WHERE a.school_id = :school_id AND o.lost = :key AND o.profile IN ('student', {WORKING})
), ranked AS (
    SELECT c.what, c.person_id, CASE WHEN c.seq IS NULL THEN p.last_name ELSE n.last_name END AS last_name,
        CASE WHEN c.seq IS NOT NULL THEN n.first_name WHEN p.used_first_name <> '' THEN p.used_first_name
             ELSE p.first_name END AS first_name,
        ROW_NUMBER() OVER (PARTITION BY c.what
            ORDER BY CASE WHEN c.seq IS NULL THEN p.search_name ELSE n.search_name END, c.person_id) AS place,
        COUNT(*) OVER (PARTITION BY c.what) AS among
    FROM concerned c LEFT JOIN person p ON c.seq IS NULL AND p.id = c.person_id
    LEFT JOIN st_who w ON w.seq = c.seq LEFT JOIN st_person n ON n.key = w.key AND n.seq = c.seq
    WHERE c.what <> 'unchanged'
)
SELECT what, first_name, last_name, among, CASE WHEN what = 'left' THEN NULL WHEN what IN ('gone', 'teachers_out') THEN
    (SELECT MIN(k.name) FROM st_profile_in i JOIN st_school k ON k.key = i.struct
     WHERE i.person_id = ranked.person_id AND i.struct <> :key AND i.profile <> 'guardian')
    ELSE (SELECT MIN(s.name) FROM st_profile_out o JOIN school s ON s.id = o.school_id
     WHERE o.person_id = ranked.person_id AND o.lost <> :key AND o.profile <> 'guardian') END AS other
FROM ranked WHERE place <= :most ORDER BY what, place
"""  # noqa: S608  (names of constants; values are bound)


def samples_of(line: FeedImportSchool) -> list[Sample] | None:
    """Those whom the delivery concerns in the school of ``line``, in the order of ``FATES``; nobody where it is done there, or
    where the rows are gone.

    None: the rows are being made anew at this moment. One statement, whatever the number of people.
    """
    connection = db.session.connection()
    if line.state == "applied" or not inspect(connection).has_table(staged(line.import_id, "st_fate")):
        return []
    values = {"key": line.key, "school_id": line.school_id or 0, "most": SHOWN}
    looking = connection.begin_nested()
    try:
        if connection.dialect.name == "postgresql":
            # Planning anew drops the tables and makes them again in one long transaction: a page does not wait for it.
            connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
        rows = connection.execute(text(staged(line.import_id, _PEOPLE)), values).all()
    except (OperationalError, ProgrammingError):
        return None
    finally:
        looking.rollback()
    found = {what: list(people) for what, people in groupby(rows, key=lambda row: row.what)}
    return [
        Sample(
            fate=fate,
            count=found[fate][0].among,
            people=[
                Somebody(name=shown(one.first_name or "", one.last_name or ""), other=one.other or "")
                for one in found[fate]
            ],
        )
        for fate in FATES
        if fate in found
    ]
