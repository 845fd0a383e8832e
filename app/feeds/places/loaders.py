"""Classes, memberships, guardianships, profiles, functions and head's roles follow a complete delivery (FEED-9, KIN-1, S4-2).

A delivery speaks only for its source, for the structures in its own file, and for the categories that it holds. Each table is
settled the same way: what is wanted is compared with what this source said before, the rest goes, the missing comes.
Rows made by hand or by another source, and links cut by a head (KIN-3), stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from app.feeds.differences.loaders import NOT_OUT, note_cut_links
from app.feeds.formats.aaf_files import Category
from app.feeds.levels import LEVELS, school_kind
from app.feeds.staging.loaders import Importing, Staging

# People of rejected entries are there, only unreadable: they lose nothing.
_SPARED = """(SELECT p.id FROM person p WHERE p.source = :source AND p.source_key IN
              (SELECT entry FROM st_reject WHERE whole UNION SELECT key FROM st_spared))"""


def settle_nomenclatures(staging: Staging) -> None:
    """The trainings and subjects of the delivery; both are national lists, so nothing is ever removed."""
    staging.run(
        """INSERT INTO mef (code, label, stat) SELECT code, MAX(label), MAX(stat) FROM st_mef WHERE code <> '' GROUP BY code
           ON CONFLICT (code) DO UPDATE SET label = excluded.label,
           stat = COALESCE(NULLIF(excluded.stat, ''), mef.stat)"""
    )
    staging.run(
        """INSERT INTO subject (code, label) SELECT code, MAX(label) FROM st_subject WHERE code <> '' GROUP BY code
           ON CONFLICT (code) DO UPDATE SET label = excluded.label"""
    )


def open_schools(staging: Staging) -> None:
    """A structure that a pupil, a class or a group names is a school, whatever its type (FEED-9)."""
    staging.run(
        """UPDATE school SET in_service = TRUE WHERE NOT in_service AND id IN (
               SELECT sc.school_id FROM st_school sc WHERE sc.own AND sc.key IN (
                   SELECT home FROM st_person WHERE category = 'student'
                   UNION SELECT struct FROM st_place WHERE category = 'student'
                   UNION SELECT key FROM st_structure WHERE declares > 0))"""
    )


def settle_classes(staging: Staging, about: Importing) -> None:
    """The classes and groups that pupils name, in the year being fed; teachers alone create none (S4-2)."""
    staging.make(
        "st_class",
        """SELECT sc.school_id, p.struct, p.kind, p.code, MAX(p.name) AS name FROM st_place p
           JOIN st_school sc ON sc.key = p.struct AND sc.own
           WHERE p.category = 'student' GROUP BY sc.school_id, p.struct, p.kind, p.code""",
    )
    for kind, table in (("class", "school_class"), ("group", "teaching_group")):
        staging.run(
            f"""INSERT INTO {table} (school_id, year_id, code, name, source)
                SELECT c.school_id, :year, c.code, COALESCE(NULLIF(MAX(c.name), ''), NULLIF(MAX(l.name), ''), c.code), :source
                FROM st_class c LEFT JOIN st_label l ON l.struct = c.struct AND l.kind = c.kind AND l.code = c.code
                WHERE c.kind = :kind AND NOT EXISTS (SELECT 1 FROM {table} k
                    WHERE k.school_id = c.school_id AND k.year_id = :year AND k.code = c.code AND k.set_aside_by IS NULL)
                GROUP BY c.school_id, c.code""",
            year=about.year_id,
            source=about.source,
            kind=kind,
        )
        staging.run(
            f"""UPDATE {table} SET name = c.name FROM st_class c WHERE c.kind = :kind AND c.name <> ''
                AND c.school_id = {table}.school_id AND c.code = {table}.code AND {table}.year_id = :year
                AND {table}.source = :source AND {table}.name <> c.name AND {table}.set_aside_by IS NULL""",
            year=about.year_id,
            source=about.source,
            kind=kind,
        )
    _settle_levels(staging, about)


def _settle_levels(staging: Staging, about: Importing) -> None:
    """A class has the level of most of its pupils, the younger one of two equals; unknown stays unknown."""
    stats = ", ".join(f"('{stat}', '{level}')" for stat, level in LEVELS.items())
    order = {level: place for place, level in enumerate(LEVELS.values())}
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for school_id, code, level, pupils in staging.rows(
        f"""WITH level_of (stat, level) AS (VALUES {stats})
            SELECT sc.school_id, p.code, COALESCE(s.level, l.level) AS level, COUNT(*) FROM st_place p
            JOIN st_school sc ON sc.key = p.struct AND sc.own
            JOIN st_person s ON s.key = p.person AND s.category = 'student'
            LEFT JOIN mef m ON m.code = s.mef LEFT JOIN level_of l ON l.stat = SUBSTR(m.stat, 1, 4)
            WHERE p.category = 'student' AND p.kind = 'class' AND COALESCE(s.level, l.level) IS NOT NULL
            GROUP BY sc.school_id, p.code, COALESCE(s.level, l.level)"""
    ):
        found[(school_id, code)][level] = pupils
    kinds: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    updates: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (school_id, code), levels in found.items():
        level = max(levels, key=lambda name: (levels[name], -order[name]))
        updates["level"].append({"school_id": school_id, "year_id": about.year_id, "code": code, "level": level})
        for name, pupils in levels.items():
            kinds[school_id][school_kind(name)] += pupils
    staging.run_many(
        """UPDATE school_class SET level = :level WHERE school_id = :school_id AND year_id = :year_id AND code = :code
           AND set_aside_by IS NULL AND (level IS NULL OR level <> :level)""",
        updates["level"],
    )
    staging.run_many(
        "UPDATE school SET kind = :kind WHERE id = :school_id AND kind = 'other'",
        [
            {"school_id": number, "kind": max(sorted(counts), key=counts.__getitem__)}
            for number, counts in kinds.items()
        ],
    )


def _settle(
    staging: Staging,
    table: str,
    unique: Collection[str],
    more: Collection[str],
    wanted: str,
    scope: str | None,
    **values: Any,
) -> None:
    """Make ``table`` say what ``wanted`` selects (``unique`` then ``more`` columns, then the values of :source).

    ``scope`` is the condition on rows that may go; None lets nothing go. Rows within it are those of this source.
    """
    staging.make("st_want", wanted, ", ".join(unique), **values)
    same = " AND ".join(f"w.{name} = {table}.{name}" for name in unique)
    if scope is not None and staging.number(f"SELECT EXISTS (SELECT 1 FROM {table})"):
        staging.run(
            f"""DELETE FROM {table} WHERE {scope} AND {table}.set_aside_by IS NULL AND NOT EXISTS (SELECT 1 FROM st_want w WHERE {same})
                AND {_person_of(table)} NOT IN {_SPARED}""",
            **values,
        )
    columns = ", ".join([*unique, *more])
    chosen = ", ".join(f"w.{name}" for name in [*unique, *more])
    staging.run(
        f"""INSERT INTO {table} ({columns}, source) SELECT {chosen}, :source FROM st_want w
            WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {same})""",
        source=values["source"],
    )


def _person_of(table: str) -> str:
    return f"{table}.student_id" if table == "guardianship" else f"{table}.person_id"


def settle_memberships(staging: Staging, about: Importing) -> None:
    """Pupils and teachers of the year's classes and groups, in the delivery's own structures."""
    roles = []
    if Category.STUDENT in about.holds:
        roles.append("'student'")
    if Category.STAFF in about.holds:
        roles += ["'teacher'", "'head-teacher'"]
    for kind, classes, table, number in (
        ("class", "school_class", "class_membership", "class_id"),
        ("group", "teaching_group", "group_membership", "group_id"),
    ):
        scope = f"""source = :source AND role IN ({", ".join(roles)}) AND {number} IN (
            SELECT c.id FROM {classes} c JOIN st_school sc ON sc.school_id = c.school_id AND sc.own
            WHERE c.year_id = :year AND c.set_aside_by IS NULL)"""
        _settle(
            staging,
            table,
            (number, "person_id", "role", "subject_code"),
            (),
            f"""SELECT DISTINCT c.id AS {number}, w.person_id, p.role, p.subject AS subject_code FROM st_place p
                JOIN st_school sc ON sc.key = p.struct AND sc.own
                JOIN {classes} c ON c.school_id = sc.school_id AND c.year_id = :year AND c.code = p.code
                    AND c.set_aside_by IS NULL
                JOIN st_who w ON w.key = p.person
                WHERE p.kind = :kind AND :source = :source
                AND (p.role <> 'student' OR {NOT_OUT.format(person="w.person_id", school="c.school_id")})""",
            scope if roles else None,
            source=about.source,
            year=about.year_id,
            kind=kind,
        )


def settle_guardianships(staging: Staging, about: Importing) -> None:
    """Who stands for the delivery's pupils. A cut link is not restored (KIN-3); one that the source changed follows it."""
    with_adults = {Category.STUDENT, Category.ADULT} <= about.holds
    gone = """guardianship.source = :source AND cut_at IS NULL AND set_aside_by IS NULL
              AND student_id IN (SELECT person_id FROM st_who WHERE category = 'student')"""
    wanted = """SELECT ws.person_id AS student_id, wa.person_id AS guardian_id,
                    CASE MIN(r.rank) WHEN 0 THEN 'legal' WHEN 1 THEN 'in-charge' ELSE 'contact' END AS standing,
                    MIN(r.link) AS link_code, MAX(r.pays) = 1 AS pays
                FROM st_relation r JOIN st_who ws ON ws.key = r.student JOIN st_who wa ON wa.key = r.adult
                WHERE ws.person_id <> wa.person_id AND :source = :source GROUP BY ws.person_id, wa.person_id"""
    if with_adults:
        staging.make("st_dropped", f"SELECT guardian_id AS person_id, student_id FROM guardianship WHERE {gone}",
                     "student_id, person_id", source=about.source)  # fmt: skip
    _settle(
        staging,
        "guardianship",
        ("student_id", "guardian_id"),
        ("standing", "link_code", "pays"),
        wanted,
        gone if with_adults else None,
        source=about.source,
    )
    note_cut_links(staging, about)
    if with_adults:
        staging.run(
            """DELETE FROM st_dropped WHERE EXISTS (SELECT 1 FROM guardianship g
               WHERE g.student_id = st_dropped.student_id AND g.guardian_id = st_dropped.person_id)"""
        )
    staging.run(
        """UPDATE guardianship SET standing = w.standing, link_code = w.link_code, pays = w.pays FROM st_want w
           WHERE w.student_id = guardianship.student_id AND w.guardian_id = guardianship.guardian_id
           AND guardianship.source = :source AND cut_at IS NULL AND guardianship.set_aside_by IS NULL
           AND (guardianship.standing <> w.standing OR guardianship.link_code <> w.link_code OR guardianship.pays <> w.pays)""",
        source=about.source,
    )


_STUDENTS = f"""
SELECT w.person_id, sc.school_id, 'student' AS profile FROM st_person s JOIN st_who w ON w.key = s.key
JOIN st_school sc ON sc.key = s.home AND sc.own WHERE s.category = 'student'
AND {NOT_OUT.format(person="w.person_id", school="sc.school_id")}
UNION
SELECT w.person_id, sc.school_id, 'student' FROM st_place p JOIN st_who w ON w.key = p.person
JOIN st_school sc ON sc.key = p.struct AND sc.own WHERE p.category = 'student'
AND {NOT_OUT.format(person="w.person_id", school="sc.school_id")}
"""
_STAFF = """
SELECT w.person_id, sc.school_id, CASE WHEN s.teaches THEN 'teacher' ELSE 'staff' END AS profile
FROM st_person s JOIN st_who w ON w.key = s.key JOIN (
    SELECT key AS person, home AS struct FROM st_person WHERE category = 'staff'
    UNION SELECT person, struct FROM st_place WHERE category = 'staff'
    UNION SELECT person, struct FROM st_function
) AS at ON at.person = s.key JOIN st_school sc ON sc.key = at.struct AND sc.own WHERE s.category = 'staff'
"""
_GUARDIANS = """
SELECT DISTINCT g.guardian_id AS person_id, a.school_id, 'guardian' AS profile
FROM affiliation a JOIN st_school sc ON sc.school_id = a.school_id AND sc.own
JOIN guardianship g ON g.student_id = a.person_id
WHERE a.profile = 'student' AND g.standing <> 'contact' AND g.cut_at IS NULL
AND a.set_aside_by IS NULL AND g.set_aside_by IS NULL
"""


def settle_profiles(staging: Staging, about: Importing) -> None:
    """What people are in the delivery's schools: pupils, teachers, staff. Notes who lost and who gained a school."""
    students, staff = Category.STUDENT in about.holds, Category.STAFF in about.holds
    staging.run("CREATE TEMPORARY TABLE st_gone (person_id bigint, school_id bigint, profile text)")
    staging.run("CREATE TEMPORARY TABLE st_gained (person_id bigint, school_id bigint)")
    wanted = [query for held, query in ((students, _STUDENTS), (staff, _STAFF)) if held]
    profiles = ["'student'"] * students + ["'teacher'", "'staff'"] * staff
    if wanted:
        _settle_profiles(staging, about, " UNION ".join(wanted), profiles)


def settle_guardians(staging: Staging, about: Importing) -> None:
    """A guardian belongs to the schools of the children; after profiles and guardianships are settled."""
    with_adults = {Category.STUDENT, Category.ADULT} <= about.holds
    _settle_profiles(staging, about, _GUARDIANS, ["'guardian'"] if with_adults else [])


def _settle_profiles(staging: Staging, about: Importing, wanted: str, profiles: list[str]) -> None:
    source = about.source
    staging.make("st_want", wanted, "person_id, school_id, profile")
    same = "w.person_id = affiliation.person_id AND w.school_id = affiliation.school_id AND w.profile = affiliation.profile"
    if profiles and staging.number("SELECT EXISTS (SELECT 1 FROM affiliation WHERE source = :source)", source=source):
        going = f"""source = :source AND set_aside_by IS NULL AND profile IN ({", ".join(profiles)})
                    AND school_id IN (SELECT school_id FROM st_school WHERE own)
                    AND NOT EXISTS (SELECT 1 FROM st_want w WHERE {same}) AND person_id NOT IN {_SPARED}"""
        staging.run(
            f"""INSERT INTO st_gone SELECT person_id, school_id, profile FROM affiliation WHERE {going}""",
            source=source,
        )
        staging.run(
            """INSERT INTO st_gained SELECT w.person_id, w.school_id FROM st_want w WHERE NOT EXISTS
               (SELECT 1 FROM affiliation a WHERE a.person_id = w.person_id AND a.school_id = w.school_id
                AND a.set_aside_by IS NULL)"""
        )
        staging.run(f"DELETE FROM affiliation WHERE {going}", source=source)
    staging.run(
        f"""INSERT INTO affiliation (person_id, school_id, profile, source)
            SELECT w.person_id, w.school_id, w.profile, :source FROM st_want w
            WHERE NOT EXISTS (SELECT 1 FROM affiliation WHERE {same})""",
        source=source,
    )


def settle_functions(staging: Staging, about: Importing) -> None:
    """Functions in the delivery's schools, and the head's role that comes with the function DIR."""
    own = "school_id IN (SELECT school_id FROM st_school WHERE own)"
    speaks = Category.STAFF in about.holds
    _settle(
        staging,
        "person_function",
        ("person_id", "school_id", "code", "discipline_code"),
        ("label", "discipline"),
        """SELECT w.person_id, sc.school_id, f.code, f.discipline_code, MAX(f.label) AS label,
               MAX(f.discipline) AS discipline
           FROM st_function f JOIN st_school sc ON sc.key = f.struct AND sc.own JOIN st_who w ON w.key = f.person
           WHERE :source = :source GROUP BY w.person_id, sc.school_id, f.code, f.discipline_code""",
        f"source = :source AND {own}" if speaks else None,
        source=about.source,
    )
    if not speaks:
        return
    own = f"{own} AND set_aside_by IS NULL"
    heads = """EXISTS (SELECT 1 FROM person_function f WHERE f.person_id = role_grant.person_id
               AND f.school_id = role_grant.school_id AND f.code = 'DIR' AND f.set_aside_by IS NULL)"""
    staging.run(
        f"""INSERT INTO st_gone SELECT person_id, school_id, 'head' FROM role_grant
            WHERE source = 'feed' AND role = 'head' AND {own} AND NOT {heads}"""
    )
    staging.run(f"DELETE FROM role_grant WHERE source = 'feed' AND role = 'head' AND {own} AND NOT {heads}")
    staging.run(
        f"""INSERT INTO role_grant (person_id, role, school_id, source, granted_at)
            SELECT DISTINCT f.person_id, 'head', f.school_id, 'feed', {staging.at} FROM person_function f
            WHERE f.code = 'DIR' AND f.{own} AND NOT EXISTS (SELECT 1 FROM role_grant r
                WHERE r.person_id = f.person_id AND r.school_id = f.school_id AND r.role = 'head')""",
        at=staging.moment(about.now),
    )
