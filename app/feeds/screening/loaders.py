"""Entries and values of a delivery that contradict each other or lead nowhere are set aside with the reason. Set-based (S4-7, FEED-5).

All of them change staged rows only, and find nothing more when a delivery is planned again.
"""

from __future__ import annotations

from collections import defaultdict

from app.feeds.formats.aaf_files import Category
from app.feeds.staging.loaders import Staging
from app.words import N_, Words

#: SQL: where an adult {key}, whose record names no school, belongs: the home of a pupil who names them.
HOME_OF_ADULT = """COALESCE((SELECT MIN(c.home) FROM st_relation n JOIN st_person c ON c.key = n.student
    AND c.category = 'student' WHERE n.adult = {key} AND c.home <> ''), '')"""


def place_adults(staging: Staging) -> None:
    """An adult's reject is shown by the school of a pupil who names them (S4-7); links that lead nowhere are still there."""
    staging.run(
        f"UPDATE st_reject SET struct = {HOME_OF_ADULT.format(key='st_reject.entry')} WHERE struct = '' AND category = :adult",
        adult=str(Category.ADULT),
    )


def reject_homeless(staging: Staging, source: str, *, others: bool) -> None:
    """A new pupil of no structure that the delivery speaks for is nobody's: no account, and no leaver either.

    A known one comes in, and leaves the school that is no longer named. ``others``: ``st_other`` is there.
    """
    known = "AND NOT EXISTS (SELECT 1 FROM st_other i WHERE i.seq = s.seq)" if others else ""
    staging.make(
        "homeless",
        f"""SELECT s.seq, s.key, s.home FROM st_person s WHERE s.category = 'student' {known}
            AND s.home NOT IN (SELECT key FROM st_school WHERE own)
            AND NOT EXISTS (SELECT 1 FROM person p WHERE p.source = :source AND p.source_key = s.key)
            AND NOT EXISTS (SELECT 1 FROM feed_alias a WHERE a.source = :source AND a.key = s.key)""",
        "key",
        source=source,
    )
    staging.run(
        """DELETE FROM st_homeless WHERE key IN (SELECT p.person FROM st_place p JOIN st_school k ON k.key = p.struct AND k.own
           WHERE p.category = 'student')"""
    )
    found = staging.rows("SELECT key, home FROM st_homeless ORDER BY seq")
    if not found:
        return
    nowhere = Words(N_("L’élève n’est rattaché à aucune structure."))
    unknown = N_("La structure de l’élève (« %(struct)s ») n’est pas connue : la livraison ne la décrit pas.")
    staging.set_aside(
        Category.STUDENT,
        ((row.key, row.home, Words(unknown, struct=row.home) if row.home else nowhere) for row in found),
        whole=True,
    )
    staging.run("DELETE FROM st_person WHERE seq IN (SELECT seq FROM st_homeless)")
    staging.run("DELETE FROM st_relation WHERE student IN (SELECT key FROM st_homeless)")
    staging.run("DELETE FROM st_place WHERE category = 'student' AND person IN (SELECT key FROM st_homeless)")


_SHARED = N_(
    "L’INE « %(ine)s » est aussi celui de « %(other)s », qui a un autre nom ou une autre date de naissance ; il est laissé."
)


def leave_shared_ines(staging: Staging, source: str) -> None:
    """An INE that two different pupils bear is nobody's: it is left on both sides, so that neither is ever taken for the other.

    So is one that somebody has whom the delivery names without any. What is set aside marks the record's digest: once the source has
    put it right, the record is read again though it has not changed itself.
    """
    twice = staging.rows(
        """SELECT s.seq, s.key, s.home, s.ine, s.fingerprint FROM st_person s JOIN (
               SELECT ine FROM st_person WHERE category = 'student' AND ine IS NOT NULL GROUP BY ine
               HAVING MIN(key) <> MAX(key) AND (MIN(birth_date) <> MAX(birth_date)
                   OR MIN(NULLIF(search_name, '')) <> MAX(NULLIF(search_name, '')))
           ) AS shared ON shared.ine = s.ine WHERE s.category = 'student' ORDER BY s.seq"""
    )
    bearers: dict[str, list[str]] = defaultdict(list)
    for row in twice:
        bearers[row.ine].append(row.key)
    left = [(row, ", ".join(key for key in bearers[row.ine] if key != row.key)) for row in twice]
    differs = """COALESCE(s.birth_date <> o.birth_date, FALSE)
        OR (s.search_name <> '' AND o.search_name <> '' AND s.search_name <> o.search_name)"""
    left += [
        (row, row.other)
        for row in staging.rows(
            f"""SELECT DISTINCT s.seq, s.key, s.home, s.ine, s.fingerprint, o.key AS other FROM st_person o
                JOIN (SELECT source_key AS key, id FROM person WHERE source = :source
                    UNION ALL SELECT key, person_id FROM feed_alias WHERE source = :source) AS known ON known.key = o.key
                JOIN person p ON p.id = known.id AND p.ine IS NOT NULL AND p.set_aside_by IS NULL
                JOIN st_person s ON s.ine = p.ine AND s.category = 'student' AND s.key <> o.key
                WHERE o.category = 'student' AND o.ine IS NULL AND ({differs}) ORDER BY s.seq""",
            source=source,
        )
        if row.ine not in bearers
    ]
    staging.set_aside(
        Category.STUDENT,
        ((row.key, row.home, Words(_SHARED, ine=row.ine, other=other[:200])) for row, other in left),
        whole=False,
    )
    marked = [
        {"seq": row.seq, "fingerprint": None if row.fingerprint is None else bytes(row.fingerprint) + b"ine"}
        for row, _other in left
    ]
    staging.run_many("UPDATE st_person SET ine = NULL, fingerprint = :fingerprint WHERE seq = :seq", marked)
