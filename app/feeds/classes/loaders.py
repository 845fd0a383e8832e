"""The classes and groups of a delivery and who is in them: what comes and goes, as staged tables (S4-2, S4-3, S4-8, FEED-9).

``st_class`` holds the classes that pupils of the delivery name, and known ones that teachers name; one without ``class_id`` is new.
A class that no pupil names is never made; one that pupils name no more stays, with its space and diary (CLASS-9).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from app.feeds.differences.loaders import NOT_OUT
from app.feeds.formats.aaf_files import Category
from app.feeds.levels import LEVELS
from app.feeds.staging.loaders import Importing, Staging

KINDS = (
    ("class", "school_class", "class_membership", "class_id"),
    ("group", "teaching_group", "group_membership", "group_id"),
)


def find_classes(staging: Staging, about: Importing) -> None:
    """Make ``st_class``, ``st_member_in`` and ``st_member_out``."""
    _seat_spares(staging, about)
    _find_classes(staging, about)
    _find_levels(staging, about)
    _find_members(staging, about)


def _seat_spares(staging: Staging, about: Importing) -> None:
    """A pupil whose class has been refused sits in the further class that the record names; otherwise that one waits (S4-3)."""
    if not staging.number("SELECT EXISTS (SELECT 1 FROM st_place WHERE spare = '1')"):
        return
    staging.run("UPDATE st_place SET kind = 'spare' WHERE spare = '1' AND kind = 'class'")
    staging.run(
        """UPDATE st_place SET kind = 'class' WHERE spare = '1' AND struct || '$' || person IN (
               SELECT f.struct || '$' || f.person FROM st_place f JOIN st_school sc ON sc.key = f.struct
               JOIN feed_refused_class r ON r.school_id = sc.school_id AND r.year_id = :year AND r.code = f.code
               WHERE f.category = 'student' AND f.kind = 'class' AND f.spare = '')""",
        year=about.year_id,
    )


def _find_classes(staging: Staging, about: Importing) -> None:
    known = " UNION ALL ".join(
        f"""SELECT sc.key AS struct, '{kind}' AS kind, k.id, k.code, k.name, k.source FROM {table} k
            JOIN st_school sc ON sc.school_id = k.school_id AND sc.own WHERE k.year_id = :year AND k.set_aside_by IS NULL"""
        for kind, table, _members, _key in KINDS
    )
    staging.make("known_class", known, "struct, kind, code", year=about.year_id)
    staging.make(
        "class",
        """SELECT n.struct, sc.school_id, n.kind, n.code, k.id AS class_id, n.pupils,
               COALESCE(NULLIF(n.name, ''), NULLIF(MAX(l.name), ''), k.name, n.code) AS name,
               (k.id IS NOT NULL AND k.source = :source AND n.name <> '' AND n.name <> k.name) AS renamed,
               CAST(NULL AS VARCHAR(20)) AS level, FALSE AS refused
           FROM (SELECT p.struct, p.kind, p.code, COALESCE(MAX(CASE WHEN p.category = 'student' THEN p.name END), '') AS name,
                     SUM(CASE WHEN p.category = 'student' THEN 1 ELSE 0 END) AS pupils
                 FROM st_place p WHERE p.kind <> 'spare' GROUP BY p.struct, p.kind, p.code) AS n
           JOIN st_school sc ON sc.key = n.struct AND sc.own
           LEFT JOIN st_known_class k ON k.struct = n.struct AND k.kind = n.kind AND k.code = n.code
           LEFT JOIN st_label l ON l.struct = n.struct AND l.kind = n.kind AND l.code = n.code
           WHERE n.pupils > 0 OR k.id IS NOT NULL
           GROUP BY n.struct, sc.school_id, n.kind, n.code, k.id, n.pupils, n.name, k.name, k.source""",
        "struct, kind, code",
        source=about.source,
    )
    staging.run(
        """UPDATE st_class SET refused = TRUE WHERE kind = 'class' AND EXISTS (SELECT 1 FROM feed_refused_class r
           WHERE r.school_id = st_class.school_id AND r.year_id = :year AND r.code = st_class.code)""",
        year=about.year_id,
    )


def _find_levels(staging: Staging, about: Importing) -> None:
    """A class has the level of most of its pupils, the younger one of two equals; unknown stays unknown."""
    stats = ", ".join(f"('{stat}', '{level}')" for stat, level in LEVELS.items())
    order = {level: place for place, level in enumerate(LEVELS.values())}
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for struct, code, level, pupils in staging.rows(
        f"""WITH level_of (stat, level) AS (VALUES {stats})
            SELECT p.struct, p.code, COALESCE(s.level, l.level) AS level, COUNT(*) FROM st_place p
            JOIN st_school sc ON sc.key = p.struct AND sc.own
            JOIN st_person s ON s.key = p.person AND s.category = 'student'
            LEFT JOIN mef m ON m.code = s.mef
            LEFT JOIN (SELECT code, MAX(stat) AS stat FROM st_mef GROUP BY code) AS told ON told.code = s.mef
            LEFT JOIN level_of l ON l.stat = SUBSTR(COALESCE(NULLIF(told.stat, ''), m.stat), 1, 4)
            WHERE p.category = 'student' AND p.kind = 'class' AND COALESCE(s.level, l.level) IS NOT NULL
            GROUP BY p.struct, p.code, COALESCE(s.level, l.level)"""
    ):
        found[(struct, code)][level] = pupils
    updates: list[dict[str, Any]] = [
        {"struct": struct, "code": code, "level": max(levels, key=lambda name: (levels[name], -order[name]))}
        for (struct, code), levels in found.items()
    ]
    # A delta names some pupils of a class: they decide nothing about one that is known.
    known = "" if about.complete else "AND class_id IS NULL"
    staging.run_many(
        f"UPDATE st_class SET level = :level WHERE struct = :struct AND kind = 'class' AND code = :code {known}",
        updates,
    )


def _find_members(staging: Staging, about: Importing) -> None:
    roles = ["'student'"] * (Category.STUDENT in about.holds)
    roles += ["'teacher'", "'head-teacher'"] * ("teacher" in about.working)
    staging.make(
        "member_want",
        f"""SELECT DISTINCT c.struct, c.school_id, c.kind, c.code, c.class_id, w.person_id, p.role, p.subject
            FROM st_place p JOIN st_class c ON c.struct = p.struct AND c.kind = p.kind AND c.code = p.code AND NOT c.refused
            JOIN st_who w ON w.key = p.person
            WHERE p.role <> 'student' OR {NOT_OUT.format(person="w.person_id", school="c.school_id")}""",
        "class_id, person_id",
        "person_id",
    )
    wanted = """SELECT w.struct, CAST(w.school_id AS BIGINT) AS school_id, w.kind, w.code, w.person_id, w.role, w.subject
                FROM st_member_want w"""
    # Each part by itself, so that the database chooses: all members at once for an academy, one by one for a delta.
    coming = [f"{wanted} WHERE w.class_id IS NULL"] + [
        f"""{wanted} WHERE w.kind = '{kind}' AND w.class_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {members} m
            WHERE m.{key} = w.class_id AND m.person_id = w.person_id AND m.role = w.role AND m.subject_code = w.subject
            AND m.set_aside_by IS NULL)"""
        for kind, _table, members, key in KINDS
    ]
    staging.make("member_in", " UNION ALL ".join(coming), "struct, kind")
    going = " UNION ALL ".join(
        f"""SELECT m.id AS row_id, o.struct, '{kind}' AS kind, m.person_id, m.role FROM {members} m
            JOIN {table} k ON k.id = m.{key} AND k.year_id = :year AND k.set_aside_by IS NULL
            JOIN st_own o ON o.school_id = k.school_id
            WHERE m.source = :source AND m.set_aside_by IS NULL AND m.role IN ({", ".join(roles) or "''"})
            AND NOT EXISTS (SELECT 1 FROM st_member_want w WHERE w.kind = '{kind}' AND w.class_id = m.{key}
                AND w.person_id = m.person_id AND w.role = m.role AND w.subject = m.subject_code)
            AND m.person_id NOT IN (SELECT id FROM st_spared_person) AND {_speaks(about, kind)}"""
        for kind, table, members, key in KINDS
    )
    staging.make("member_out", going, "person_id", source=about.source, year=about.year_id)
    # A pupil who has moved leaves the old class with the new school's transaction.
    staging.run(
        """UPDATE st_member_out SET struct = m.struct FROM st_mover m
           WHERE m.person_id = st_member_out.person_id AND m.profile = st_member_out.role"""
    )
    staging.run(f"CREATE INDEX {staging.table('member_out')}_s ON st_member_out (struct, kind)")


def _speaks(about: Importing, kind: str) -> str:
    """SQL: may what the source said of a member go? In a delta the part of head teacher is told of apart."""
    if about.complete:
        return "TRUE"
    return f"""m.person_id IN (SELECT person_id FROM st_gone_person UNION ALL SELECT person_id FROM st_spoke)
            AND (m.person_id IN (SELECT person_id FROM st_gone_person)
                OR EXISTS (SELECT 1 FROM st_spoke t WHERE t.person_id = m.person_id
                    AND t.facet = CASE m.role WHEN 'head-teacher' THEN 'head' ELSE '{kind}' END))"""
