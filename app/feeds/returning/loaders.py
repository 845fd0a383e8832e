"""What a matched delivery says of classes whose code existed in year N (S4-3). Only reads; classes of year N may be set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.feeds.levels import LEVELS
from app.feeds.returning.evidence import Evidence
from app.feeds.staging.loaders import Importing, Staging


def find_returning(
    staging: Staging, about: Importing, year_before: int | None, ends: date
) -> Iterator[tuple[int, str, Evidence, int]]:
    """New classes with a namesake of ``year_before``: school, code, evidence, and how many pupils have no other class.

    ``ends`` is the last day of that year.
    """
    if year_before is None:
        return
    staging.make(
        "namesake",
        """SELECT DISTINCT c.struct, c.school_id, c.code, k.id AS old_id, k.level AS old_level FROM st_class c
           JOIN school_class k ON k.school_id = c.school_id AND k.year_id = :before AND k.code = c.code
           WHERE c.kind = 'class' AND c.class_id IS NULL AND c.pupils > 0 AND NOT c.refused""",
        "struct, code",
        before=year_before,
    )
    if not staging.number("SELECT COUNT(*) FROM st_namesake"):
        return
    stats = ", ".join(f"('{stat}', '{level}')" for stat, level in LEVELS.items())
    query = f"""
        WITH level_of (stat, level) AS (VALUES {stats}),
        pupil AS (
            SELECT DISTINCT n.struct, n.school_id, n.code, n.old_id, n.old_level, w.person_id, p.person AS key,
                COALESCE(s.level, l.level) AS level, p.since
            FROM st_namesake n JOIN st_place p ON p.struct = n.struct AND p.kind = 'class' AND p.code = n.code
                AND p.category = 'student'
            JOIN st_who w ON w.key = p.person JOIN st_person s ON s.seq = w.seq
            LEFT JOIN mef m ON m.code = s.mef LEFT JOIN level_of l ON l.stat = SUBSTR(m.stat, 1, 4)
        ),
        told AS (
            SELECT u.*,
                EXISTS (SELECT 1 FROM class_membership b JOIN school_class k ON k.id = b.class_id
                    WHERE k.school_id = u.school_id AND k.year_id = :before AND k.code = u.code
                    AND b.person_id = u.person_id AND b.role = 'student') AS was_here,
                EXISTS (SELECT 1 FROM st_place o WHERE o.person = u.key AND o.kind IN ('class', 'spare')
                    AND NOT (o.struct = u.struct AND o.code = u.code)
                    AND NOT EXISTS (SELECT 1 FROM st_class r WHERE r.struct = o.struct AND r.kind = 'class'
                        AND r.code = o.code AND r.refused)) AS has_other
            FROM pupil u
        )
        SELECT school_id, code, COUNT(*) AS pupils, SUM(CASE WHEN was_here THEN 1 ELSE 0 END) AS same,
            SUM(CASE WHEN was_here AND old_level IS NOT NULL AND level = old_level THEN 1 ELSE 0 END) AS same_level,
            SUM(CASE WHEN was_here AND has_other THEN 1 ELSE 0 END) AS elsewhere,
            SUM(CASE WHEN since <> '' AND since <= :ends THEN 1 ELSE 0 END) AS entered,
            SUM(CASE WHEN has_other THEN 0 ELSE 1 END) AS alone
        FROM told GROUP BY school_id, code ORDER BY school_id, code"""
    values: dict[str, Any] = {"before": year_before, "ends": ends.isoformat()}
    for row in staging.rows(query, **values):
        found = Evidence(
            pupils=int(row.pupils),
            same=int(row.same),
            same_level=int(row.same_level),
            elsewhere=int(row.elsewhere),
            entered_before=int(row.entered),
        )
        yield row.school_id, row.code, found, int(row.alone)
