"""The rows of the directory that a matched delivery brings and takes, as staged tables; only reads the directory (G2, G3, FEED-9).

A delivery speaks only for its source, for its own structures and for the categories that it holds; a delta only for the people and
facets that it names. What is wanted is compared with what this source said before. Rows made by hand or by another source, and
links cut by a head (KIN-3), stay. Plans count these tables, and applying carries them out, so the two cannot disagree.
"""

from __future__ import annotations

from app.feeds.classes.loaders import KINDS, find_classes
from app.feeds.differences.loaders import NOT_OUT
from app.feeds.formats.aaf_files import Category
from app.feeds.staging.loaders import Importing, Staging

_STUDENTS = f"""
SELECT sc.key AS struct, sc.school_id, w.person_id, 'student' AS profile FROM st_person s JOIN st_who w ON w.seq = s.seq
JOIN st_school sc ON sc.key = s.home AND sc.own WHERE s.category = 'student'
AND {NOT_OUT.format(person="w.person_id", school="sc.school_id")}
UNION
SELECT sc.key, sc.school_id, w.person_id, 'student' FROM st_place p JOIN st_who w ON w.key = p.person
JOIN st_school sc ON sc.key = p.struct AND sc.own WHERE p.category = 'student'
AND {NOT_OUT.format(person="w.person_id", school="sc.school_id")}
"""
_PROFILE = """CASE WHEN COALESCE(s.teaches, EXISTS (SELECT 1 FROM affiliation t
    WHERE t.person_id = w.person_id AND t.profile = 'teacher' AND t.set_aside_by IS NULL)) THEN 'teacher' ELSE 'staff' END AS profile"""
_STAFF = f"""
SELECT sc.key AS struct, sc.school_id, w.person_id, {_PROFILE} FROM st_person s JOIN st_who w ON w.key = s.key JOIN (
    SELECT key AS person, home AS struct FROM st_person WHERE category = 'staff'
    UNION SELECT person, struct FROM st_place WHERE category = 'staff'
    UNION SELECT person, struct FROM st_function
) AS at ON at.person = s.key JOIN st_school sc ON sc.key = at.struct AND sc.own WHERE s.category = 'staff'
"""
#: Of a delta's people: the schools to which something that it does not tell still ties them.
_STUDENTS_STILL = f"""
SELECT o.struct, t.school_id, t.person_id, 'student' FROM st_still t JOIN st_who w ON w.person_id = t.person_id
AND w.category = 'student' JOIN st_own o ON o.school_id = t.school_id
WHERE {NOT_OUT.format(person="t.person_id", school="t.school_id")}
"""
_STAFF_STILL = f"""
SELECT o.struct, t.school_id, t.person_id, {_PROFILE} FROM st_still t JOIN st_who w ON w.person_id = t.person_id
JOIN st_person s ON s.key = w.key AND s.category = 'staff' JOIN st_own o ON o.school_id = t.school_id
"""
#: The facets that tie somebody to a school; a profile comes of any of them, and goes with the last.
_TIES = ("home", "function", "class", "group", "head")


def find_moves(staging: Staging, about: Importing) -> None:
    """Make every table of what comes and goes; ``matching`` has been done."""
    staging.make(
        "own", "SELECT school_id, MIN(key) AS struct FROM st_school WHERE own AND school_id IS NOT NULL GROUP BY school_id",
        "school_id",
    )  # fmt: skip
    _find_named(staging, about)
    _find_profiles(staging, about)
    _find_links(staging, about)
    _find_guardians(staging, about)
    _give_movers_to_their_new_school(staging)
    find_classes(staging, about)
    _find_functions(staging, about)


def speaks(about: Importing, facets: tuple[str, ...], person: str) -> str:
    """SQL: may what the source said of ``person`` go? A delta says so facet by facet, and of whom it deletes."""
    if about.complete:
        return "TRUE"
    # One list, so that the database goes from the few people that it names to what they have.
    return f"""{person} IN (SELECT person_id FROM st_gone_person
                UNION ALL SELECT person_id FROM st_spoke WHERE facet IN ({_listed(facets)}))"""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _find_named(staging: Staging, about: Importing) -> None:
    """Of a delta: whom it deletes, which facets of whom it speaks of, and what still ties these to a school."""
    if about.complete:
        return
    staging.make(
        "gone_person",
        # The key of a structure or of a subject may be somebody's, too.
        """SELECT p.id AS person_id, d.category FROM st_deleted d JOIN person p ON p.source = :source AND p.source_key = d.key
           WHERE d.category IN ('student', 'adult', 'staff')
           UNION SELECT a.person_id, d.category FROM st_deleted d JOIN feed_alias a ON a.source = :source AND a.key = d.key
           WHERE d.category IN ('student', 'adult', 'staff')""",
        "person_id",
        source=about.source,
    )
    staging.make(
        "spoke",
        "SELECT DISTINCT w.person_id, s.facet FROM st_spoken s JOIN st_who w ON w.key = s.key",
        "facet, person_id",
    )
    staging.make("tied", f"SELECT DISTINCT person_id FROM st_spoke WHERE facet IN ({_listed(_TIES)})", "person_id")
    members = " UNION ".join(
        f"""SELECT m.person_id, k.school_id, CASE m.role WHEN 'head-teacher' THEN 'head' ELSE '{kind}' END
            FROM st_tied who JOIN {members} m ON m.person_id = who.person_id AND m.source = :source AND m.set_aside_by IS NULL
            JOIN {table} k ON k.id = m.{key} AND k.year_id = :year AND k.set_aside_by IS NULL"""
        for kind, table, members, key in KINDS
    )
    staging.make(
        "still",
        f"""SELECT DISTINCT t.person_id, t.school_id FROM (
                SELECT p.id AS person_id, p.home_school_id AS school_id, 'home' AS facet
                FROM st_tied who JOIN person p ON p.id = who.person_id
                UNION SELECT f.person_id, f.school_id, 'function' FROM st_tied who
                JOIN person_function f ON f.person_id = who.person_id AND f.source = :source AND f.set_aside_by IS NULL
                UNION {members}
            ) AS t JOIN affiliation a ON a.person_id = t.person_id AND a.school_id = t.school_id
            AND a.source = :source AND a.set_aside_by IS NULL
            WHERE NOT EXISTS (SELECT 1 FROM st_spoke k WHERE k.facet = t.facet AND k.person_id = t.person_id)""",
        "person_id",
        source=about.source,
        year=about.year_id,
    )


# Profiles --------------------------------------------------------------------------------------------------------------


def _find_profiles(staging: Staging, about: Importing) -> None:
    """Pupils, teachers, staff: ``st_profile_in`` and ``st_profile_out``."""
    students, staff = Category.STUDENT in about.holds, Category.STAFF in about.holds
    nobody = "SELECT '' AS struct, 0 AS school_id, 0 AS person_id, '' AS profile WHERE FALSE"
    told = [(students, _STUDENTS), (staff, _STAFF)]
    told += [] if about.complete else [(students, _STUDENTS_STILL), (staff, _STAFF_STILL)]
    wanted = " UNION ".join([query for held, query in told if held] or [nobody])
    staging.make("profile_want", wanted, "person_id, school_id, profile", "struct")
    profiles = ["'student'"] * students + [f"'{profile}'" for profile in about.working]
    staging.make("profile_in", _coming("st_profile_want"))
    staging.make("profile_out", _going(about, "st_profile_want", profiles, _TIES), "row_id", source=about.source)


def _coming(wanted: str) -> str:
    """SQL: what is wanted and not there; ``gained``: the person was nothing in that school before."""
    return f"""SELECT w.struct, CAST(w.school_id AS BIGINT) AS school_id, w.person_id, w.profile,
        NOT EXISTS (SELECT 1 FROM affiliation a WHERE a.person_id = w.person_id AND a.school_id = w.school_id
            AND a.set_aside_by IS NULL) AS gained
        FROM {wanted} w WHERE NOT EXISTS (SELECT 1 FROM affiliation a WHERE a.person_id = w.person_id
            AND a.school_id = w.school_id AND a.profile = w.profile AND a.set_aside_by IS NULL)"""


def _going(about: Importing, wanted: str, profiles: list[str], facets: tuple[str, ...], also: str = "") -> str:
    """SQL: what this source said before and does not want any more. ``lost`` is the structure that is left."""
    return f"""SELECT a.id AS row_id, o.struct, o.struct AS lost, a.school_id, a.person_id, a.profile,
        NOT EXISTS (SELECT 1 FROM st_who n WHERE n.person_id = a.person_id) AS absent
        FROM affiliation a JOIN st_own o ON o.school_id = a.school_id
        WHERE a.source = :source AND a.set_aside_by IS NULL AND a.profile IN ({", ".join(profiles) or "''"})
        AND NOT EXISTS (SELECT 1 FROM {wanted} w WHERE w.person_id = a.person_id AND w.school_id = a.school_id
            AND w.profile = a.profile)
        AND a.person_id NOT IN (SELECT id FROM st_spared_person) AND {also or speaks(about, facets, "a.person_id")}"""


# Links and guardians ---------------------------------------------------------------------------------------------------


def _find_links(staging: Staging, about: Importing) -> None:
    """Who stands for the delivery's pupils: ``st_link`` wanted, ``st_link_out`` going, ``st_link_left`` to another source.

    One that two sources say is left to the other where one of them says it no more. A cut link is not restored (KIN-3).
    """
    staging.make(
        "link",
        """SELECT ws.person_id AS student_id, wa.person_id AS guardian_id,
               CASE MIN(r.rank) WHEN 0 THEN 'legal' WHEN 1 THEN 'in-charge' ELSE 'contact' END AS standing,
               MIN(r.link) AS link_code, MAX(r.pays) = 1 AS pays
           FROM st_relation r JOIN st_who ws ON ws.key = r.student JOIN st_who wa ON wa.key = r.adult
           WHERE ws.person_id <> wa.person_id GROUP BY ws.person_id, wa.person_id""",
        "student_id, guardian_id",
        "guardian_id",
    )
    told = "g.student_id IN (SELECT person_id FROM st_who WHERE category = 'student')"
    if not about.complete:
        told = f"""g.id IN (SELECT t.id FROM guardianship t WHERE {speaks(about, ("relation",), "t.student_id")}
                    UNION ALL SELECT t.id FROM guardianship t JOIN st_gone_person d ON d.person_id = t.guardian_id
                    WHERE d.category = 'adult')"""
    no_more = f"""FROM guardianship g WHERE {_with_adults(about)} AND g.cut_at IS NULL AND g.set_aside_by IS NULL AND {told}
            AND g.student_id NOT IN (SELECT id FROM st_spared_person)
            AND NOT EXISTS (SELECT 1 FROM st_link w WHERE w.student_id = g.student_id AND w.guardian_id = g.guardian_id)"""
    staging.make(
        "link_out",
        f"""SELECT g.id AS row_id, g.student_id, g.guardian_id AS person_id {no_more}
            AND g.source = :source AND g.also_from IS NULL""",
        "row_id",
        "student_id, person_id",
        source=about.source,
    )
    staging.make(
        "link_left",
        f"""SELECT g.id AS row_id, CASE WHEN g.source = :source THEN g.also_from ELSE g.source END AS source {no_more}
            AND g.also_from IS NOT NULL AND :source IN (g.source, g.also_from)""",
        "row_id",
        source=about.source,
    )


def _with_adults(about: Importing) -> str:
    """SQL: may links go? Only where pupils and adults are both told of; a delta tells of either."""
    both = {Category.STUDENT, Category.ADULT} <= about.holds
    return "TRUE" if both or not about.complete else "FALSE"


def _find_guardians(staging: Staging, about: Importing) -> None:
    """A guardian belongs to the schools of the children, whoever fed them; ``st_guardian_want``, and what comes and goes of it."""
    theirs = here = ""
    if not about.complete:
        staging.make("touched", _TOUCHED, "guardian_id")
        staging.make(
            "touched_pupil",
            """SELECT DISTINCT g.student_id FROM guardianship g JOIN st_touched t ON t.guardian_id = g.guardian_id
               WHERE g.set_aside_by IS NULL""",
            "student_id",
        )
        theirs = "AND g.guardian_id IN (SELECT guardian_id FROM st_touched)"
        here = "AND a.person_id IN (SELECT student_id FROM st_touched_pupil UNION ALL SELECT student_id FROM st_link)"
    own_pupils = f"""
        SELECT person_id, school_id, struct FROM st_profile_want WHERE profile = 'student'
        UNION SELECT a.person_id, a.school_id, o.struct FROM affiliation a JOIN st_own o ON o.school_id = a.school_id
        WHERE a.profile = 'student' AND a.set_aside_by IS NULL {here}
        AND NOT EXISTS (SELECT 1 FROM st_profile_out x WHERE x.row_id = a.id)"""
    links = f"""
        SELECT g.student_id, g.guardian_id FROM guardianship g
        LEFT JOIN st_link w ON w.student_id = g.student_id AND w.guardian_id = g.guardian_id AND g.source = :source
        WHERE g.set_aside_by IS NULL AND g.cut_at IS NULL {theirs} AND COALESCE(w.standing, g.standing) <> 'contact'
        AND NOT EXISTS (SELECT 1 FROM st_link_out x WHERE x.row_id = g.id)
        UNION ALL SELECT w.student_id, w.guardian_id FROM st_link w WHERE w.standing <> 'contact' AND NOT EXISTS
        (SELECT 1 FROM guardianship g WHERE g.student_id = w.student_id AND g.guardian_id = w.guardian_id
            AND g.set_aside_by IS NULL)"""
    staging.make(
        "guardian_want",
        f"""SELECT DISTINCT p.struct, p.school_id, l.guardian_id AS person_id, 'guardian' AS profile
            FROM ({own_pupils}) AS p JOIN ({links}) AS l ON l.student_id = p.person_id""",
        "person_id, school_id, profile",
        "struct",
        source=about.source,
    )
    fields = "struct, school_id, person_id, profile, gained"
    staging.run(f"INSERT INTO st_profile_in ({fields}) {_coming('st_guardian_want')}")
    both = {Category.STUDENT, Category.ADULT} <= about.holds
    if both or not about.complete:
        also = "TRUE" if about.complete else "a.person_id IN (SELECT guardian_id FROM st_touched)"
        fields = "row_id, struct, lost, school_id, person_id, profile, absent"
        going = _going(about, "st_guardian_want", ["'guardian'"], ("relation",), also)
        staging.run(f"INSERT INTO st_profile_out ({fields}) {going}", source=about.source)
    for table in ("profile_in", "profile_out"):
        staging.run(f"CREATE INDEX {staging.table(table)}_s ON st_{table} (struct)")
        staging.run(f"CREATE INDEX {staging.table(table)}_p ON st_{table} (person_id)")
        staging.analyse(table)


#: Guardians of whom a delta may change anything: of the pupils that it names, and those whom it deletes.
_TOUCHED = """
SELECT g.guardian_id FROM guardianship g JOIN st_who w ON w.person_id = g.student_id WHERE g.set_aside_by IS NULL
UNION SELECT g.guardian_id FROM guardianship g JOIN st_gone_person d ON d.person_id = g.student_id WHERE g.set_aside_by IS NULL
UNION SELECT guardian_id FROM st_link
UNION SELECT person_id FROM st_gone_person
"""


def _give_movers_to_their_new_school(staging: Staging) -> None:
    """Somebody who goes to another school of the delivery leaves the old one with the new one's transaction."""
    staging.make(
        "mover",
        """SELECT o.person_id, o.profile, MIN(i.struct) AS struct FROM st_profile_out o
           JOIN st_profile_in i ON i.person_id = o.person_id AND i.profile = o.profile GROUP BY o.person_id, o.profile""",
        "person_id, profile",
    )
    staging.run(
        """UPDATE st_profile_out SET struct = m.struct FROM st_mover m
           WHERE m.person_id = st_profile_out.person_id AND m.profile = st_profile_out.profile"""
    )


# Functions -------------------------------------------------------------------------------------------------------------


def _find_functions(staging: Staging, about: Importing) -> None:
    """Functions in the delivery's schools: ``st_function_in`` and ``st_function_out``."""
    staging.make(
        "function_want",
        """SELECT sc.key AS struct, sc.school_id, w.person_id, f.code, f.discipline_code, MAX(f.label) AS label,
               MAX(f.discipline) AS discipline
           FROM st_function f JOIN st_school sc ON sc.key = f.struct AND sc.own JOIN st_who w ON w.key = f.person
           GROUP BY sc.key, sc.school_id, w.person_id, f.code, f.discipline_code""",
        "person_id, school_id",
    )
    same = """{held}.person_id = w.person_id AND {held}.school_id = w.school_id AND {held}.code = w.code
              AND {held}.discipline_code = w.discipline_code"""
    staging.make(
        "function_in",
        f"""SELECT w.struct, CAST(w.school_id AS BIGINT) AS school_id, w.person_id, w.code, w.discipline_code, w.label, w.discipline
            FROM st_function_want w WHERE NOT EXISTS
            (SELECT 1 FROM person_function f WHERE {same.format(held="f")} AND f.set_aside_by IS NULL)""",
        "struct",
    )
    told = "TRUE"
    if len(about.working) == 1:
        # Of a delivery with one of two files of staff: whoever is in it, and whoever the source has called that before.
        told = f"""(f.person_id IN (SELECT person_id FROM st_who WHERE category = 'staff') OR EXISTS (SELECT 1 FROM affiliation a
            WHERE a.person_id = f.person_id AND a.school_id = f.school_id AND a.profile = '{about.working[0]}'
            AND a.source = :source AND a.set_aside_by IS NULL))"""
    staging.make(
        "function_out",
        f"""SELECT f.id AS row_id, o.struct, f.person_id FROM person_function f JOIN st_own o ON o.school_id = f.school_id
            WHERE {"TRUE" if Category.STAFF in about.holds else "FALSE"} AND f.source = :source AND f.set_aside_by IS NULL
            AND f.person_id NOT IN (SELECT id FROM st_spared_person) AND {speaks(about, ("function",), "f.person_id")} AND {told}
            AND NOT EXISTS (SELECT 1 FROM st_function_want w WHERE {same.format(held="f")})""",
        "struct",
        source=about.source,
    )
