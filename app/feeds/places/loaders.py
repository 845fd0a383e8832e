"""One school's share of a delivery is written, in one transaction: classes, who is in them, profiles, functions, the head (G14, FEED-9).

Nothing is decided here: the rows that come and go stand in the staged tables (``moves``). Inside a run of the campaign every row
that is made or taken carries the number of its task, so that undoing the run brings the school back as it was (G8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextualSelect

from app.feeds.classes.loaders import KINDS
from app.feeds.formats.aaf_files import Category
from app.feeds.levels import school_kind
from app.feeds.links.loaders import mark_unconfirmed
from app.feeds.staging.loaders import Importing, Staging


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a delivery has to do in which school, so that nothing is asked where nothing is to be done: a delta names few of many.

    ``schools``: structure -> the school's number, and the parts of ``_PARTS`` that have rows there.
    """

    about: Importing
    schools: Mapping[str, tuple[int, frozenset[str]]]
    previous_year_id: int | None


#: Part -> the staged rows that it is about; all of them are found by ``struct``.
_PARTS = {
    **{kind: f"st_class WHERE kind = '{kind}' AND class_id IS NULL AND pupils > 0 AND NOT refused" for kind, *_ in KINDS},
    **{f"{kind}-name": f"st_class WHERE kind = '{kind}' AND renamed" for kind, *_ in KINDS},
    "level": "st_class WHERE kind = 'class' AND level IS NOT NULL AND class_id IS NOT NULL",
    **{f"{kind}-in": f"st_member_in WHERE kind = '{kind}'" for kind, *_ in KINDS},
    **{f"{kind}-out": f"st_member_out WHERE kind = '{kind}'" for kind, *_ in KINDS},
    "taught-in": "st_member_in WHERE role <> 'student'",
    "taught-out": "st_member_out WHERE role <> 'student'",
    **{f"{name}-{way}": f"st_{name}_{way} WHERE TRUE" for name in ("profile", "function") for way in ("in", "out")},
}  # fmt: skip


def work_of(staging: Staging, about: Importing, struct: str | None = None) -> Work:
    """What is to be done in every school, or in that of ``struct``; each school has its number (``identities``)."""
    only = "" if struct is None else " AND {0} = :struct"
    values: dict[str, Any] = {} if struct is None else {"struct": struct}
    asked = [
        f"SELECT DISTINCT '{part}' AS part, struct FROM {rows}{only.format('struct')}" for part, rows in _PARTS.items()
    ]
    asked += [
        f"""SELECT 'kind', k.key FROM st_school k JOIN school s ON s.id = k.school_id
            WHERE s.kind = 'other'{only.format("k.key")}""",
        f"""SELECT DISTINCT 'others', k.key FROM class_membership m
            JOIN school_class c ON c.id = m.class_id AND c.year_id = :year JOIN st_school k ON k.school_id = c.school_id
            WHERE m.source <> :source AND m.set_aside_by IS NULL{only.format("k.key")}""",
    ]
    parts: dict[str, set[str]] = defaultdict(set)
    for part, key in staging.rows(" UNION ALL ".join(asked), year=about.year_id, source=about.source, **values):
        parts[key].add(part)
    schools = staging.rows(f"SELECT key, school_id FROM st_school WHERE TRUE{only.format('key')}", **values)
    before = staging.rows(
        """SELECT b.id FROM school_year y JOIN school_year b ON b.begins = y.begins - 1 WHERE y.id = :year""",
        year=about.year_id,
    )
    return Work(
        about=about,
        schools={row.key: (int(row.school_id), frozenset(parts[row.key])) for row in schools if row.school_id},
        previous_year_id=before[0].id if before else None,
    )


def write_school(staging: Staging, about: Importing, struct: str, work: Work | None = None) -> dict[str, int]:
    """Carry out what the delivery changes in the school of structure ``struct``; rows made and taken, by kind.

    ``work`` is ``work_of`` every school, for whoever writes many.
    """
    work = work or work_of(staging, about, struct)
    school_id, parts = work.schools[struct]
    here: dict[str, Any] = {"struct": struct, "school": school_id}
    done = _write_classes(staging, about, here, parts)
    if about.complete or not parts.isdisjoint(("taught-in", "taught-out", "class")):
        mark_unconfirmed(
            staging.session,
            school_id=school_id,
            year_id=about.year_id,
            previous_year_id=work.previous_year_id,
            source=about.source,
            now=about.now,
        )
    for name, kind, columns, chosen in (
        ("affiliation", "profile", "person_id, school_id, profile", "i.person_id, :school, i.profile"),
        ("person_function", "function", "person_id, school_id, code, discipline_code, label, discipline",
         "i.person_id, :school, i.code, i.discipline_code, i.label, i.discipline"),
    ):  # fmt: skip
        done[name] = 0
        if f"{kind}-out" in parts:
            going = f"SELECT row_id FROM st_{kind}_out WHERE struct = :struct"
            done[name] += _take(staging, about, name, going, struct=struct)
        if f"{kind}-in" in parts:
            done[name] += staging.run(
                f"""INSERT INTO {name} ({columns}, source, made_by) SELECT {chosen}, :source, :task FROM st_{kind}_in i
                    WHERE i.struct = :struct ON CONFLICT DO NOTHING""",
                source=about.source,
                task=about.tasks.get(name),
                **here,
            )
    heads = Category.STAFF in about.holds
    if not about.complete:
        heads = heads and not parts.isdisjoint(("function-in", "function-out"))
    done["role_grant"] = _write_heads(staging, about, school_id) if heads else 0
    if "profile-out" in parts:
        # With the places, not at the end: a delivery that breaks off for good could not say it any more.
        _note_departures(staging, about, struct)
        _end_sessions(staging, about, here)
    return done


def _write_classes(staging: Staging, about: Importing, here: dict[str, Any], parts: frozenset[str]) -> dict[str, int]:
    done: dict[str, int] = {}
    for kind, table, members, key in KINDS:
        done[table] = done[members] = 0
        year = {"year": about.year_id, "source": about.source} | here
        level, its = (", level", ", c.level") if kind == "class" else ("", "")
        if kind in parts:
            done[table] = staging.run(
                f"""INSERT INTO {table} (school_id, year_id, code, name{level}, source, made_by)
                    SELECT :school, :year, c.code, c.name{its}, :source, :task FROM st_class c
                    WHERE c.struct = :struct AND c.kind = '{kind}' AND c.class_id IS NULL AND NOT c.refused AND c.pupils > 0
                    ORDER BY c.code ON CONFLICT DO NOTHING""",
                task=about.tasks.get(table),
                **year,
            )
        _refresh(staging, about, table, kind, here, parts)
        if f"{kind}-out" in parts:
            going = f"SELECT row_id FROM st_member_out WHERE struct = :struct AND kind = '{kind}'"
            done[members] += _take(staging, about, members, going, struct=here["struct"])
        if f"{kind}-in" in parts:
            done[members] += staging.run(
                f"""INSERT INTO {members} ({key}, person_id, role, subject_code, source, made_by)
                    SELECT k.id, i.person_id, i.role, i.subject, :source, :task FROM st_member_in i
                    JOIN {table} k ON k.school_id = :school AND k.year_id = :year AND k.code = i.code AND k.set_aside_by IS NULL
                    WHERE i.struct = :struct AND i.kind = '{kind}' ON CONFLICT DO NOTHING""",
                task=about.tasks.get(members),
                **year,
            )
    if "others" in parts:
        _note_agreement(staging, about, here)
    if "kind" in parts:
        _settle_kind(staging, here)
    return done


def _note_agreement(staging: Staging, about: Importing, here: dict[str, Any]) -> None:
    """Members whom somebody else has put into a class, and whom the source now names there too: said, and never overwritten."""
    values = {"source": about.source, "year": about.year_id} | here
    wanted = """EXISTS (SELECT 1 FROM st_member_want w WHERE w.kind = 'class' AND w.class_id = class_membership.class_id
                AND w.person_id = class_membership.person_id AND w.role = class_membership.role
                AND w.subject = class_membership.subject_code)"""
    theirs = """class_membership.source <> :source AND class_membership.set_aside_by IS NULL AND class_id IN
                (SELECT id FROM school_class WHERE school_id = :school AND year_id = :year)"""
    values.pop("struct")
    staging.run(f"UPDATE class_membership SET also_from = :source WHERE {theirs} AND {wanted}", **values)
    if about.complete:
        staging.run(
            f"UPDATE class_membership SET also_from = NULL WHERE {theirs} AND also_from = :source AND NOT {wanted}",
            **values,
        )


def _refresh(
    staging: Staging, about: Importing, table: str, kind: str, here: dict[str, Any], parts: frozenset[str]
) -> None:
    """Known classes take the name and the level that the delivery gives them."""
    values = {"year": about.year_id, "source": about.source} | here
    same = f"""c.struct = :struct AND c.kind = '{kind}' AND c.class_id = {table}.id AND {table}.year_id = :year
               AND {table}.school_id = :school AND {table}.set_aside_by IS NULL"""
    if f"{kind}-name" in parts:
        staging.run(
            f"UPDATE {table} SET name = c.name FROM st_class c WHERE {same} AND c.renamed AND {table}.source = :source",
            **values,
        )
    if kind == "class" and "level" in parts:
        values.pop("source")
        staging.run(
            f"""UPDATE {table} SET level = c.level FROM st_class c WHERE {same} AND c.level IS NOT NULL
                AND ({table}.level IS NULL OR {table}.level <> c.level)""",
            **values,
        )


def _settle_kind(staging: Staging, here: dict[str, Any]) -> None:
    """A school whose structure does not say what it is, is what most of its pupils' levels say."""
    kinds: dict[str, int] = defaultdict(int)
    for level, pupils in staging.rows(
        "SELECT level, SUM(pupils) FROM st_class WHERE struct = :struct AND level IS NOT NULL GROUP BY level",
        struct=here["struct"],
    ):
        kinds[school_kind(level)] += int(pupils)
    if kinds:
        kind = max(sorted(kinds), key=kinds.__getitem__)
        staging.run("UPDATE school SET kind = :kind WHERE id = :school", kind=kind, school=here["school"])


def _take(staging: Staging, about: Importing, table: str, rows: str, **values: Any) -> int:
    """Remove rows, or set them aside where a task can bring them back."""
    if not about.marks:
        return staging.run(f"DELETE FROM {table} WHERE id IN ({rows})", **values)
    return staging.run(
        f"UPDATE {table} SET set_aside_by = :task WHERE id IN ({rows}) AND set_aside_by IS NULL",
        task=about.tasks[table],
        **values,
    )


def _write_heads(staging: Staging, about: Importing, school_id: int) -> int:
    """The head's role comes and goes with the function DIR."""
    heads = """EXISTS (SELECT 1 FROM person_function f WHERE f.person_id = role_grant.person_id
               AND f.school_id = role_grant.school_id AND f.code = 'DIR' AND f.set_aside_by IS NULL)"""
    ended = f"source = 'feed' AND role = 'head' AND school_id = :school AND set_aside_by IS NULL AND NOT {heads}"
    staging.run(
        f"""UPDATE person SET sessions_valid_from = {staging.at} WHERE id IN
            (SELECT person_id FROM role_grant WHERE {ended})""",
        at=staging.moment(about.machine_now),
        school=school_id,
    )
    done = _take(staging, about, "role_grant", f"SELECT id FROM role_grant WHERE {ended}", school=school_id)
    return done + staging.run(
        f"""INSERT INTO role_grant (person_id, role, school_id, source, granted_at, made_by)
            SELECT DISTINCT f.person_id, 'head', f.school_id, 'feed', {staging.at}, CAST(:task AS BIGINT) FROM person_function f
            WHERE f.code = 'DIR' AND f.school_id = :school AND f.set_aside_by IS NULL AND NOT EXISTS (SELECT 1 FROM role_grant r
                WHERE r.person_id = f.person_id AND r.school_id = f.school_id AND r.role = 'head' AND r.set_aside_by IS NULL)""",
        at=staging.moment(about.now),
        task=about.tasks.get("role_grant"),
        school=school_id,
    )


def _end_sessions(staging: Staging, about: Importing, here: dict[str, Any]) -> None:
    """Whoever lost a place here signs in again, and is shown what is theirs now."""
    staging.run(
        f"""UPDATE person SET sessions_valid_from = {staging.at}
            WHERE id IN (SELECT person_id FROM st_profile_out WHERE struct = :struct)""",
        at=staging.moment(about.machine_now),
        struct=here["struct"],
    )


# Links: a pupil's, no school's -----------------------------------------------------------------------------------------


def write_links(staging: Staging, about: Importing) -> None:
    """Who stands for the delivery's pupils; links that the source changed follow it, and one that two sources say needs both to go."""
    staging.run(
        """UPDATE guardianship SET source = l.source, also_from = NULL FROM st_link_left l
           WHERE l.row_id = guardianship.id AND guardianship.set_aside_by IS NULL"""
    )
    staging.run(
        """UPDATE guardianship SET also_from = :source WHERE source NOT IN (:source, 'hand') AND also_from IS NULL
           AND cut_at IS NULL AND set_aside_by IS NULL AND EXISTS (SELECT 1 FROM st_link w
               WHERE w.student_id = guardianship.student_id AND w.guardian_id = guardianship.guardian_id)""",
        source=about.source,
    )
    staging.run(
        "DELETE FROM guardianship WHERE id IN (SELECT row_id FROM st_link_out) AND set_aside_by IS NULL",
    )
    staging.run(
        """INSERT INTO guardianship (student_id, guardian_id, standing, link_code, pays, source)
           SELECT w.student_id, w.guardian_id, w.standing, w.link_code, w.pays, :source FROM st_link w WHERE NOT EXISTS
           (SELECT 1 FROM guardianship g WHERE g.student_id = w.student_id AND g.guardian_id = w.guardian_id
               AND g.set_aside_by IS NULL)""",
        source=about.source,
    )
    staging.run(
        """UPDATE guardianship SET standing = w.standing, link_code = w.link_code, pays = w.pays FROM st_link w
           WHERE w.student_id = guardianship.student_id AND w.guardian_id = guardianship.guardian_id
           AND guardianship.source = :source AND cut_at IS NULL AND guardianship.set_aside_by IS NULL
           AND (guardianship.standing <> w.standing OR guardianship.link_code <> w.link_code OR guardianship.pays <> w.pays)""",
        source=about.source,
    )
    staging.run(
        f"""UPDATE person SET sessions_valid_from = {staging.at} WHERE id IN (SELECT o.person_id FROM st_link_out o
            WHERE NOT EXISTS (SELECT 1 FROM guardianship g WHERE g.student_id = o.student_id AND g.guardian_id = o.person_id
                AND g.set_aside_by IS NULL))""",
        at=staging.moment(about.machine_now),
    )


# Who is nowhere any more ---------------------------------------------------------------------------------------------


def whom_a_delta_touches(staging: Staging) -> TextualSelect:
    """Everybody who can have lost or won a place by a delta; contacts hold none, and go with their pupil."""
    return staging.numbers(
        """SELECT person_id FROM st_who UNION SELECT person_id FROM st_gone_person UNION SELECT person_id FROM st_profile_out
           UNION SELECT person_id FROM st_link_out UNION SELECT g.guardian_id FROM guardianship g
           JOIN st_profile_out o ON o.person_id = g.student_id"""
    )


def depart(staging: Staging, importing: Importing) -> None:
    """Remember who is in no school of this source any more, and forget it of who is back (CAL-9)."""
    staging.run(
        "DELETE FROM feed_departure WHERE source = :source AND person_id IN (SELECT person_id FROM st_who WHERE via <> 'absent')",
        source=importing.source,
    )
    _note_departures(staging, importing)


def _note_departures(staging: Staging, about: Importing, struct: str | None = None) -> None:
    """Of those who lost a place, in one structure or in any: who is named no more, and is nowhere now."""
    here = "" if struct is None else "AND g.struct = :struct"
    staging.run(
        f"""INSERT INTO feed_departure (source, person_id, import_id, noticed_at)
            SELECT DISTINCT :source, g.person_id, :import_id, {staging.at} FROM st_profile_out g
            WHERE g.absent {here} AND NOT EXISTS (SELECT 1 FROM affiliation a
                WHERE a.person_id = g.person_id AND a.source = :source AND a.set_aside_by IS NULL)
            ON CONFLICT (source, person_id) DO NOTHING""",
        source=about.source,
        import_id=about.import_id,
        at=staging.moment(about.machine_now),
        **({} if struct is None else {"struct": struct}),
    )
