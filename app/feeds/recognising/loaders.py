"""People whom a delivery names under a new key, found among the known ones by other evidence. Only reads the directory (FEED-5, G2).

In this order: a pupil by INE; somebody by another key that the format names; a pupil or a member of staff whom another source feeds, by
name, birth date and school; a guardian whom another source feeds, by the pupil, the name and the title. The last two are the only ones
that look at a name, and only beside another fact: where two people fit on either side, nobody is found. What was found so becomes an
alias (``identities``), so that the next delivery needs no evidence, and the report tells it.
"""

from __future__ import annotations

from app.feeds.staging.loaders import Staging

#: How somebody was found: ``via`` of ``st_who``. 'ine' also stands for another key of the same source.
INE, BIRTH, KIN = "ine", "birth", "kin"
FOUND = (INE, BIRTH, KIN)

#: SQL: nobody knows this key of the source yet.
_NEW = """NOT EXISTS (SELECT 1 FROM person k WHERE k.source = :source AND k.source_key = s.key)
    AND NOT EXISTS (SELECT 1 FROM feed_alias a WHERE a.source = :source AND a.key = s.key)
    AND s.seq NOT IN (SELECT seq FROM st_other)"""
_FED = "source NOT IN ('hand', 'merged')"
#: SQL: fed by another source, and in the delivery under no key.
_THEIRS = """p.source <> :source AND p.id NOT IN (SELECT person_id FROM st_other)
    AND NOT EXISTS (SELECT 1 FROM feed_alias a JOIN st_person o ON o.key = a.key WHERE a.source = :source AND a.person_id = p.id)"""
#: SQL: somebody's name as a feed tells it, without the first name in use that stands behind it (ACCT-8).
_NAME = """CASE WHEN p.used_search_name = '' THEN p.search_name
        ELSE SUBSTR(p.search_name, 1, LENGTH(p.search_name) - LENGTH(p.used_search_name) - 1) END"""


def find_others(staging: Staging, source: str) -> bool:
    """``st_other (seq, person_id, via)``: whom other evidence finds; False where there is nobody to look for."""
    with_ine = staging.number("SELECT EXISTS (SELECT 1 FROM person WHERE ine IS NOT NULL)")
    also = staging.number("SELECT EXISTS (SELECT 1 FROM st_also)")
    others = staging.number(f"SELECT EXISTS (SELECT 1 FROM person WHERE {_FED} AND source <> :source)", source=source)
    if not (with_ine or also or others):
        return False
    staging.run("DROP TABLE IF EXISTS st_other")
    staging.run("CREATE TABLE st_other (seq bigint PRIMARY KEY, person_id bigint, via text)")
    _by_ine(staging, source)
    if also:
        _by_other_key(staging, source)
    if others:
        _by_birth_date(staging, source)
        _by_pupil(staging, source)
    staging.analyse("other")
    return True


def _by_ine(staging: Staging, source: str) -> None:
    """A pupil by the INE of exactly one known person whose birth date agrees: CM2 to 6e, another academy."""
    _keep(
        staging,
        f"""SELECT s.seq, p.id AS person_id, TRUE AS fits FROM st_person s JOIN person p ON p.ine = s.ine
            WHERE s.category = 'student' AND p.set_aside_by IS NULL AND {_NEW} AND COALESCE(p.birth_date = s.birth_date, TRUE)
            AND NOT (p.source = :source AND EXISTS (SELECT 1 FROM st_person o WHERE o.key = p.source_key))""",
        INE,
        source,
    )


def _by_other_key(staging: Staging, source: str) -> None:
    """Somebody whose format names other keys, by exactly one person known under one of them."""
    _keep(
        staging,
        f"""SELECT s.seq, known.person_id, TRUE AS fits FROM st_person s JOIN st_also l ON l.key = s.key
            JOIN (SELECT source_key AS key, id AS person_id FROM person WHERE source = :source AND set_aside_by IS NULL
                  UNION SELECT key, person_id FROM feed_alias WHERE source = :source) AS known ON known.key = l.other
            WHERE {_NEW} AND NOT EXISTS (SELECT 1 FROM st_person o WHERE o.key = l.other)
            AND known.person_id NOT IN (SELECT person_id FROM st_other)""",
        INE,
        source,
    )


def _by_birth_date(staging: Staging, source: str) -> None:
    """A pupil or a member of staff of one school by name and birth date; an INE that both tell is the same."""
    staging.make(
        "shared",
        f"""SELECT sc.school_id FROM st_school sc WHERE sc.own AND EXISTS (SELECT 1 FROM affiliation h
                JOIN person p ON p.id = h.person_id WHERE h.school_id = sc.school_id AND h.profile <> 'guardian'
                AND h.set_aside_by IS NULL AND p.{_FED} AND p.source <> :source)""",
        "school_id",
        source=source,
    )
    staging.make(
        "here",
        f"""SELECT DISTINCT p.id, h.school_id, CASE h.profile WHEN 'student' THEN 'student' ELSE 'staff' END AS category,
                p.birth_date, {_NAME} AS name
            FROM (SELECT DISTINCT school_id FROM st_shared) AS t
            JOIN affiliation h ON h.school_id = t.school_id
                AND h.profile IN ('student', 'teacher', 'staff') AND h.set_aside_by IS NULL
            JOIN person p ON p.id = h.person_id AND p.{_FED} AND p.set_aside_by IS NULL AND p.birth_date IS NOT NULL""",
        "school_id, category, birth_date, name",
    )
    staging.make(
        "there",
        """SELECT DISTINCT s.seq, sc.school_id FROM st_school sc JOIN (
               SELECT key AS person, home AS struct FROM st_person WHERE category <> 'adult'
               UNION SELECT person, struct FROM st_place UNION SELECT person, struct FROM st_function
           ) AS at ON at.struct = sc.key
           JOIN st_person s ON s.key = at.person
           WHERE s.category <> 'adult' AND sc.school_id IN (SELECT school_id FROM st_shared)""",
        "school_id",
    )
    _keep(
        staging,
        f"""SELECT s.seq, p.id AS person_id, {_NEW} AND {_THEIRS} AS fits
            FROM st_there w JOIN st_person s ON s.seq = w.seq
            JOIN st_here h ON h.school_id = w.school_id AND h.category = s.category AND h.birth_date = s.birth_date
                AND h.name = s.search_name
            JOIN person p ON p.id = h.id
            WHERE s.search_name <> '' AND COALESCE(p.ine = s.ine, TRUE)""",
        BIRTH,
        source,
    )


def _by_pupil(staging: Staging, source: str) -> None:
    """A guardian by the pupil whom both sources know them of, the name, and the title where both tell it.

    A link that a head has cut counts too: a second account would restore it (KIN-3).
    """
    number = "COALESCE(p.id, a.person_id, i.person_id)"
    staging.make(
        "kin_pupil",
        f"""SELECT n.key, {number} AS person_id FROM (SELECT DISTINCT student AS key FROM st_relation) AS n
            LEFT JOIN person p ON p.source = :source AND p.source_key = n.key
            LEFT JOIN feed_alias a ON a.source = :source AND a.key = n.key
            LEFT JOIN st_person s ON s.key = n.key AND s.category = 'student' LEFT JOIN st_other i ON i.seq = s.seq
            WHERE EXISTS (SELECT 1 FROM guardianship g JOIN person k ON k.id = g.guardian_id
                WHERE g.student_id = {number} AND g.set_aside_by IS NULL AND k.{_FED} AND k.source <> :source)""",
        "key",
        source=source,
    )
    _keep(
        staging,
        f"""SELECT s.seq, p.id AS person_id, {_NEW} AND {_THEIRS} AS fits
            FROM st_relation r JOIN st_kin_pupil c ON c.key = r.student
            JOIN st_person s ON s.key = r.adult AND s.category = 'adult'
            JOIN guardianship g ON g.student_id = c.person_id AND g.set_aside_by IS NULL
            JOIN person p ON p.id = g.guardian_id AND p.{_FED} AND p.set_aside_by IS NULL
            WHERE s.search_name <> '' AND s.search_name = {_NAME} AND COALESCE(p.birth_date = s.birth_date, TRUE)
            AND (s.title = '' OR p.title = '' OR s.title = p.title)""",
        KIN,
        source,
    )


def _keep(staging: Staging, pairs: str, via: str, source: str) -> None:
    """Keep the pairs (seq, person_id) of which neither side looks like anybody else, and that ``fits`` says may be found so."""
    staging.make(
        "pair", f"SELECT DISTINCT seq, person_id, fits FROM ({pairs}) AS found", "seq", "person_id", source=source
    )
    staging.run(
        """INSERT INTO st_other (seq, person_id, via) SELECT o.seq, o.person_id, :via FROM st_pair o WHERE o.fits
           AND NOT EXISTS (SELECT 1 FROM st_pair x WHERE x.seq = o.seq AND x.person_id <> o.person_id)
           AND NOT EXISTS (SELECT 1 FROM st_pair x WHERE x.person_id = o.person_id AND x.seq <> o.seq)""",
        via=via,
    )
