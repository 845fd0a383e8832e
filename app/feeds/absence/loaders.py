"""Structures that a delivery should hold and does not, and people whom it names in no school. Set-based, never commits (FEED-7, ACCT-6).

A source may come as several deliveries, as AAF's two degrees or a school's own file, each of which speaks for its own structures
(FEED-9): ``feed_structure.delivered_with`` says which came together last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.feeds.declaring.queries import is_ending
from app.feeds.formats.aaf_files import Category
from app.feeds.staging.loaders import Importing, Staging

# Structures ------------------------------------------------------------------------------------------------------------


def find_missing(staging: Staging, about: Importing) -> None:
    """``st_missing (key, school_id, uai, name)``: schools that a complete delivery should hold and does not; ``matching`` comes first.

    In service, with pupils by the word of this source, not declared to end; and at least half of the structures of its degree with
    which it came last are here: one school's own file misses nobody, nor does one degree after both have come together.
    """
    staging.make(
        "missing",
        """SELECT k.key, k.school_id, k.uai, k.name FROM st_school k JOIN school s ON s.id = k.school_id AND s.in_service
           JOIN feed_structure f ON f.source = :source AND f.key = k.key
           JOIN (SELECT g.delivered_with, o.kind = 'primary' AS first_degree FROM feed_structure g
               JOIN school o ON o.id = g.school_id LEFT JOIN st_school t ON t.key = g.key AND t.told
               WHERE g.source = :source GROUP BY g.delivered_with, o.kind = 'primary' HAVING COUNT(t.key) * 2 >= COUNT(*)
           ) AS here ON here.delivered_with = f.delivered_with AND here.first_degree = (s.kind = 'primary')
           WHERE NOT k.own
           AND NOT EXISTS (SELECT 1 FROM st_school n WHERE n.told AND n.school_id = k.school_id)
           AND EXISTS (SELECT 1 FROM affiliation a WHERE a.school_id = k.school_id AND a.profile = 'student'
               AND a.source = :source AND a.set_aside_by IS NULL)"""
        if about.complete
        else "SELECT key, school_id, uai, name FROM st_school WHERE FALSE",
        **({"source": about.source} if about.complete else {}),
    )
    for row in staging.rows("SELECT key, school_id FROM st_missing"):
        if is_ending(row.school_id):
            staging.run("DELETE FROM st_missing WHERE key = :key", key=row.key)


def missing(staging: Staging) -> Iterator[dict[str, Any]]:
    """The structures of ``find_missing``: key, school_id, uai, name."""
    for row in staging.rows("SELECT key, school_id, uai, name FROM st_missing ORDER BY key"):
        yield row._asdict()


def remember_together(staging: Staging, about: Importing) -> None:
    """The structures of a complete delivery came together, with those that were missed; ``remember_structures`` comes first."""
    if about.complete:
        staging.run(
            """UPDATE feed_structure SET delivered_with = :import_id WHERE source = :source AND key IN
               (SELECT key FROM st_school WHERE told UNION
                SELECT key FROM feed_import_school WHERE import_id = :import_id AND state = 'stopped')""",
            source=about.source,
            import_id=about.import_id,
        )


# People ----------------------------------------------------------------------------------------------------------------

#: SQL: in no school by the word of this source.
_NOWHERE = """NOT EXISTS (SELECT 1 FROM affiliation a WHERE a.person_id = {person} AND a.source = :source
    AND a.set_aside_by IS NULL)"""

#: SQL: deliveries whose structures came together last and are, at least half of them, in this one.
_HERE = """SELECT f.delivered_with FROM feed_structure f LEFT JOIN st_school k ON k.key = f.key AND k.told
    WHERE f.source = :source AND f.delivered_with IS NOT NULL GROUP BY f.delivered_with HAVING COUNT(k.key) * 2 >= COUNT(*)"""


def remember_unplaced(staging: Staging, about: Importing) -> None:
    """Whom the delivery names and who is in no school by it: they have not left (ACCT-6). ``remember_together`` comes after.

    Staff without school or function, or of a structure that it does not describe; and whoever waits for the share of a school that
    is stopped or not applied yet. A pupil whom a recorded exit keeps out is none of them (ACCT-8). They go with the next complete
    delivery that holds their file, and at least half of the structures that came with them, and no longer names them.
    """
    staging.make(
        "unplaced",
        f"""SELECT n.person_id, MAX(n.category) AS category FROM (
                SELECT person_id, 'staff' AS category FROM st_who WHERE category = 'staff'
                UNION SELECT person_id, CASE profile WHEN 'student' THEN 'student' WHEN 'guardian' THEN 'adult' ELSE 'staff' END
                FROM st_profile_in WHERE struct IN
                    (SELECT key FROM feed_import_school WHERE import_id = :import_id AND state <> 'applied')
            ) AS n WHERE {_NOWHERE.format(person="n.person_id")} GROUP BY n.person_id""",
        "person_id",
        source=about.source,
        import_id=about.import_id,
    )
    staging.run(
        f"""INSERT INTO st_unplaced (person_id, category) SELECT DISTINCT l.guardian_id, 'adult' FROM st_link l
            JOIN st_unplaced u ON u.person_id = l.student_id AND u.category = 'student'
            WHERE l.guardian_id NOT IN (SELECT person_id FROM st_unplaced) AND {_NOWHERE.format(person="l.guardian_id")}""",
        source=about.source,
    )
    _forget(staging, about)
    staging.run(
        """INSERT INTO unplaced (person_id, source, category, delivery)
           SELECT person_id, :source, category, CAST(:delivery AS BIGINT) FROM st_unplaced WHERE TRUE
           ON CONFLICT (person_id, source) DO UPDATE SET category = excluded.category,
           delivery = COALESCE(excluded.delivery, unplaced.delivery)""",
        source=about.source,
        delivery=about.import_id if about.complete else None,
    )


def _forget(staging: Staging, about: Importing) -> None:
    """Of those of before: who has a place now, whom a delta deletes, whom a complete delivery should name and does not."""
    mine = "DELETE FROM unplaced WHERE source = :source"
    other = "person_id NOT IN (SELECT person_id FROM st_unplaced)"
    named = "EXISTS (SELECT 1 FROM st_who w WHERE w.person_id = unplaced.person_id AND w.via <> 'absent')"
    staging.run(f"{mine} AND {other} AND {named}", source=about.source)
    if not about.complete:
        staging.run(f"{mine} AND person_id IN (SELECT person_id FROM st_gone_person)", source=about.source)
        return
    files = {"staff": Category.STAFF, "student": Category.STUDENT, "adult": Category.ADULT}
    told = ", ".join(f"'{category}'" for category, file in files.items() if file in about.holds) or "''"
    staging.run(
        f"""{mine} AND {other} AND NOT {named} AND category IN ({told})
            AND person_id NOT IN (SELECT id FROM st_spared_person) AND (delivery IS NULL OR delivery IN ({_HERE}))""",
        source=about.source,
    )
    # Of whom it does not speak, the next one does.
    staging.run(
        f"UPDATE unplaced SET delivery = :import_id WHERE source = :source AND delivery IN ({_HERE})",
        source=about.source,
        import_id=about.import_id,
    )
