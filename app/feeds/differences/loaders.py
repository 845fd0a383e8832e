"""What a delivery says of what was decided here: noted until the source agrees, never followed (KIN-3, KIN-4, ACCT-8).

All statements are set-based over the staging tables; instants are machine time.
"""

from __future__ import annotations

from app.feeds.formats.aaf_files import Category
from app.feeds.staging.loaders import Importing, Staging

#: SQL: no exit recorded in the portal keeps the pupil {person} out of the school {school}.
NOT_OUT = """NOT EXISTS (SELECT 1 FROM pupil_exit x WHERE x.student_id = {person} AND x.school_id = {school}
    AND x.took_effect_at IS NOT NULL AND x.ended_at IS NULL AND x.agreed_at IS NULL)"""

#: SQL: the (pupil, school) pairs that the delivery names in its own structures.
_NAMED = """
SELECT w.person_id, sc.school_id FROM st_person s JOIN st_who w ON w.key = s.key
JOIN st_school sc ON sc.key = s.home AND sc.own WHERE s.category = 'student'
UNION
SELECT w.person_id, sc.school_id FROM st_place p JOIN st_who w ON w.key = p.person
JOIN st_school sc ON sc.key = p.struct AND sc.own WHERE p.category = 'student'
"""


def note_cut_links(staging: Staging, about: Importing) -> None:
    """Which cut links the delivery still carries."""
    if not staging.number("SELECT EXISTS (SELECT 1 FROM link_cut WHERE ended_at IS NULL)"):
        return
    wanted = """SELECT 1 FROM st_link w WHERE w.student_id = g.student_id AND w.guardian_id = g.guardian_id"""
    staging.run(
        f"""UPDATE link_cut SET carried_at = {staging.at}, agreed_at = NULL WHERE ended_at IS NULL AND guardianship_id IN
            (SELECT g.id FROM guardianship g WHERE g.cut_at IS NOT NULL AND EXISTS ({wanted}))""",
        at=staging.moment(about.machine_now),
    )
    if about.complete and {Category.STUDENT, Category.ADULT} <= about.holds:
        staging.run(
            f"""UPDATE link_cut SET agreed_at = {staging.at} WHERE ended_at IS NULL AND agreed_at IS NULL
                AND guardianship_id IN (SELECT g.id FROM guardianship g WHERE g.cut_at IS NOT NULL AND g.source = :source
                    AND g.student_id IN (SELECT person_id FROM st_who WHERE category = 'student')
                    AND NOT EXISTS ({wanted}))""",
            at=staging.moment(about.machine_now),
            source=about.source,
        )


def note_exits(staging: Staging, about: Importing) -> None:
    """Which exits the delivery contradicts. One that it agrees with is settled: a later arrival is then an arrival."""
    waiting = "took_effect_at IS NOT NULL AND ended_at IS NULL AND agreed_at IS NULL"
    if Category.STUDENT not in about.holds or not staging.number(
        f"SELECT EXISTS (SELECT 1 FROM pupil_exit WHERE {waiting})"
    ):
        return
    staging.make("named", _NAMED, "person_id, school_id")
    named = "EXISTS (SELECT 1 FROM st_named n WHERE n.person_id = pupil_exit.student_id AND n.school_id = pupil_exit.school_id)"
    at = staging.moment(about.machine_now)
    staging.run(f"UPDATE pupil_exit SET carried_at = {staging.at} WHERE {waiting} AND {named}", at=at)
    if not about.complete:
        return
    # A pupil whose entry could not be read has not left.
    staging.run(
        f"""UPDATE pupil_exit SET agreed_at = {staging.at} WHERE {waiting} AND NOT {named}
            AND school_id IN (SELECT school_id FROM st_school WHERE own)
            AND student_id IN (SELECT id FROM person WHERE source = :source)
            AND student_id NOT IN (SELECT p.id FROM person p WHERE p.source = :source AND p.source_key IN
                (SELECT entry FROM st_reject WHERE whole))""",
        at=at,
        source=about.source,
    )


def note_merges(staging: Staging, about: Importing) -> None:
    """Which merged guardians the source still tells apart (KIN-4)."""
    if Category.ADULT not in about.holds:
        return
    carried = "EXISTS (SELECT 1 FROM st_person s WHERE s.key = guardian_merge.key AND s.category = 'adult')"
    kept = "EXISTS (SELECT 1 FROM st_who w WHERE w.person_id = guardian_merge.kept_id AND w.category = 'adult')"
    at = staging.moment(about.machine_now)
    staging.run(
        f"UPDATE guardian_merge SET carried_at = {staging.at}, agreed_at = NULL WHERE source = :source AND {carried}",
        at=at,
        source=about.source,
    )
    if not about.complete:
        return
    staging.run(
        f"""UPDATE guardian_merge SET agreed_at = {staging.at}
            WHERE source = :source AND agreed_at IS NULL AND NOT {carried} AND {kept}""",
        at=at,
        source=about.source,
    )
