"""The schools and people of a matched delivery are written: identities first, in slices, each good to be committed alone (FEED-5, G14).

An empty value never erases one that is known. What the sources say of a person is no school's, and no undo of a step takes it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import insert, select, text

from app.accounts import loaders as accounts
from app.db import renew_statistics
from app.directory.models import School
from app.directory.names import folded
from app.feeds.recognising.loaders import FOUND
from app.feeds.staging.loaders import Importing, Staging

#: Sources whose word on somebody outweighs another's: what a spreadsheet says never changes whom the academy feeds.
OUTRANKED: dict[str, tuple[str, ...]] = {"onde": ("aaf",), "csv": ("aaf", "onde")}

#: People written in one go: some tenths of a second on SQLite.
SLICE = 5000


def write_structures(staging: Staging, about: Importing) -> None:
    """Schools for the delivery's new structures; addresses follow. Afterwards every ``st_school`` has its school."""
    session = staging.session
    told = {row.key: row._asdict() for row in staging.rows("SELECT * FROM st_structure ORDER BY seq")}
    new = [row.key for row in staging.rows("SELECT key FROM st_school WHERE school_id IS NULL ORDER BY key")]
    if new:
        session.execute(insert(School), [_new_school(told[key], about) for key in new])
    schools = {school.uai: school for school in session.scalars(select(School))}
    for row in staging.rows("SELECT key, uai FROM st_school WHERE told"):
        _refresh(schools[row.uai], told[row.key], about, row.key)
    session.flush()
    staging.run_many(
        "UPDATE st_school SET school_id = :school_id WHERE key = :key",
        [{"key": key, "school_id": schools[told[key]["uai"]].id} for key in new],
    )


def _new_school(found: dict[str, Any], about: Importing) -> dict[str, Any]:
    return {
        "uai": found["uai"],
        "name": found["name"],
        "search_name": folded(f"{found['name']} {found['town']}")[:240],
        "kind": found["kind"],
        "zone": about.zone,
        "in_service": False,
        "source": about.source,
        "source_key": found["key"],
        "created_at": about.machine_now,
    } | {name: found[name] for name in ("street", "postal_code", "town", "phone", "email", "academy")}


def _refresh(school: School, found: dict[str, Any], about: Importing, key: str) -> None:
    """The name in use stays the school's; an address follows the source, and an empty value erases nothing."""
    for name in ("street", "postal_code", "town", "phone", "email", "academy"):
        if found[name] and found[name] != getattr(school, name):
            setattr(school, name, found[name])
            school.search_name = folded(f"{school.name} {school.town}")[:240]
    if school.kind == "other":
        school.kind = found["kind"]
    if not school.source:
        school.source, school.source_key = about.source, key


def open_schools(staging: Staging) -> None:
    """A structure that a pupil, a class or a group names is a school, whatever its type (FEED-9)."""
    staging.run(
        """UPDATE school SET in_service = TRUE WHERE NOT in_service AND id IN (
               SELECT sc.school_id FROM st_school sc WHERE sc.own AND sc.key IN (
                   SELECT home FROM st_person WHERE category = 'student'
                   UNION SELECT struct FROM st_place WHERE category = 'student'
                   UNION SELECT key FROM st_structure WHERE declares > 0))"""
    )


def write_nomenclatures(staging: Staging) -> None:
    """The trainings and subjects of the delivery; both are national lists, so nothing is ever removed."""
    staging.run(
        """INSERT INTO mef (code, label, stat) SELECT code, MAX(label), MAX(stat) FROM st_mef WHERE code <> '' GROUP BY code
           ON CONFLICT (code) DO UPDATE SET label = COALESCE(NULLIF(excluded.label, ''), mef.label),
           stat = COALESCE(NULLIF(excluded.stat, ''), mef.stat)"""
    )
    staging.run(
        """INSERT INTO subject (code, label) SELECT code, MAX(label) FROM st_subject WHERE code <> '' GROUP BY code
           ON CONFLICT (code) DO UPDATE SET label = COALESCE(NULLIF(excluded.label, ''), subject.label)"""
    )


def remember_structures(staging: Staging, about: Importing) -> None:
    """Which delivery last spoke for each structure, and its day. A delivery without a day leaves the last one standing.

    A delta has spoken for those of its people (``st_meant``): a complete delivery of the others is no older for it (FEED-9).
    """
    meant = "own" if about.complete else "own AND key IN (SELECT key FROM st_meant)"
    day = "CAST(:day AS DATE)" if staging.postgresql else ":day"
    staging.run(
        f"""INSERT INTO feed_structure (source, key, school_id, import_id, delivered_on)
            SELECT :source, key, school_id, :import_id, {day} FROM st_school WHERE {meant}
            ON CONFLICT (source, key) DO UPDATE SET import_id = excluded.import_id,
            delivered_on = COALESCE(excluded.delivered_on, feed_structure.delivered_on)""",
        source=about.source,
        import_id=about.import_id,
        day=about.delivered_on.isoformat() if about.delivered_on else None,
    )


def tell_planner(staging: Staging, counts: Mapping[str, int]) -> None:
    """After a delivery that has told something new of a tenth of all people: whoever asks next must not be planned for blindly."""
    told = sum(counts.get(fate, 0) for fate in ("created", "reappeared", "moved", "changed", "left"))
    if staging.postgresql and told * 10 >= staging.number("SELECT COUNT(*) FROM person"):
        renew_statistics()


# People ----------------------------------------------------------------------------------------------------------------


def slices(staging: Staging) -> Iterator[tuple[int, int]]:
    """Bounds of the people's slices, (above, up to) in the order of the delivery, that of the last new person first.

    SQLite counts on from the highest number: with the last of the new people the numbers of all others are reserved.
    """
    size = SLICE if not staging.postgresql else SLICE * 10
    last = staging.number("SELECT COALESCE(MAX(seq), 0) FROM st_who")
    newest = staging.number("SELECT COALESCE(MAX(seq), 0) FROM st_who WHERE via = 'new'")
    first = max(newest - 1, 0) // size * size
    yield first, first + size
    for above in range(0, last, size):
        if above != first:
            yield above, above + size


def write_people(staging: Staging, about: Importing, above: int, upto: int) -> None:
    """The people of one slice: followed, refreshed, or new; and a login for whoever should have one (KIN-1, ACCT-1)."""
    some: dict[str, Any] = {"above": above, "upto": upto}
    if staging.number(
        f"SELECT EXISTS (SELECT 1 FROM st_who w WHERE {_SOME} AND (w.changed OR w.via <> 'key'))", **some
    ):
        _follow_keys(staging, about.source, some)
        _update_people(staging, about.source, some)
        if not about.complete:
            _fold_names(staging, some)
        _insert_people(staging, about, some)
    _open_accounts(staging, about, some)


_FOUND = ", ".join(f"'{via}'" for via in FOUND)
_SOME = "w.seq > :above AND w.seq <= :upto"


def _outranked(source: str) -> str:
    """SQL: the sources that outweigh ``source``, as a list."""
    return ", ".join(f"'{name}'" for name in OUTRANKED.get(source, ())) or "''"


def _follow_keys(staging: Staging, source: str, some: dict[str, Any]) -> None:
    """Somebody found by other evidence is known from now on under the new key; the old one stays an alias (FEED-5).

    Whom a source of more weight feeds keeps its key, and the new one is the alias.
    """
    found = f"w.via IN ({_FOUND}) AND {_SOME}"
    above = _outranked(source)
    staging.run(
        f"""INSERT INTO feed_alias (source, key, person_id, fingerprint)
            SELECT p.source, p.source_key, p.id, p.fingerprint FROM person p JOIN st_who w ON w.person_id = p.id
            WHERE {found} AND p.source NOT IN ({above}) ON CONFLICT (source, key) DO NOTHING""",
        **some,
    )
    staging.run(
        f"""INSERT INTO feed_alias (source, key, person_id, fingerprint)
            SELECT :source, w.key, p.id, NULL FROM person p JOIN st_who w ON w.person_id = p.id
            WHERE {found} AND p.source IN ({above}) ON CONFLICT (source, key) DO NOTHING""",
        source=source,
        **some,
    )
    staging.run(
        f"""UPDATE person SET source = :source, source_key = w.key FROM st_who w
            WHERE w.person_id = person.id AND {found} AND person.source NOT IN ({above})""",
        source=source,
        **some,
    )
    staging.run(
        f"""UPDATE feed_alias SET fingerprint = s.fingerprint FROM st_who w JOIN st_person s ON s.seq = w.seq
            WHERE w.via IN ('alias', {_FOUND}) AND w.changed AND feed_alias.source = :source AND feed_alias.key = w.key
            AND {_SOME}""",
        source=source,
        **some,
    )


#: Columns that follow the source and that an empty value does not erase.
_FOLLOWING = (
    "title", "birth_name", "first_name", "other_first_names", "email", "home_phone", "work_phone", "mobile_phone",
    "address", "postal_code", "town", "country",
)  # fmt: skip


#: Those that a guardian may change in the portal (PORTAL-6).
_PHONES = ("home_phone", "work_phone", "mobile_phone")


def _followed(name: str) -> str:
    """The SQL of a column that follows the source; a number changed by its owner waits until the office has taken it over."""
    followed = f"COALESCE(NULLIF(s.{name}, ''), person.{name})"
    if name not in _PHONES:
        return followed
    waiting = (
        f"SELECT 1 FROM phone_change c WHERE c.person_id = person.id AND c.which = '{name}' AND c.taken_over_at IS NULL"
    )
    return f"CASE WHEN EXISTS ({waiting}) THEN person.{name} ELSE {followed} END"


def _update_people(staging: Staging, source: str, some: dict[str, Any]) -> None:
    kept = ", ".join(f"{name} = {_followed(name)}" for name in _FOLLOWING)
    staging.run(
        f"""UPDATE person SET last_name = COALESCE(NULLIF(s.last_name, ''), person.last_name),
            search_name = CASE WHEN s.search_name = '' THEN person.search_name WHEN person.used_search_name = '' THEN s.search_name
                ELSE SUBSTR(s.search_name || ' ' || person.used_search_name, 1, 240) END,
            ine = COALESCE(s.ine, person.ine), siecle_id = COALESCE(s.siecle_id, person.siecle_id),
            birth_date = COALESCE(s.birth_date, person.birth_date),
            home_school_id = COALESCE(h.school_id, person.home_school_id),
            fingerprint = CASE WHEN w.via = 'alias' THEN person.fingerprint ELSE s.fingerprint END, {kept}
            FROM st_who w JOIN st_person s ON s.seq = w.seq LEFT JOIN st_school h ON h.key = s.home
            WHERE {_SOME} AND w.person_id = person.id AND w.via <> 'new' AND w.changed
            AND person.source NOT IN ({_outranked(source)})
            AND NOT (w.via = 'alias' AND EXISTS (SELECT 1 FROM st_who o WHERE o.person_id = w.person_id AND o.via <> 'alias'))""",
        **some,
    )


def _fold_names(staging: Staging, some: dict[str, Any]) -> None:
    """A delta may change one of somebody's names and leave out the other: what they are searched by is made anew."""
    found = staging.rows(
        f"""SELECT p.id, p.last_name, p.first_name, p.used_search_name FROM person p JOIN st_who w ON w.person_id = p.id
            JOIN st_person s ON s.seq = w.seq
            WHERE {_SOME} AND s.search_name = '' AND w.via <> 'new' AND (s.last_name <> '' OR s.first_name <> '')""",
        **some,
    )
    staging.run_many(
        "UPDATE person SET search_name = :search_name WHERE id = :id",
        [
            {
                "id": row.id,
                "search_name": f"{folded(f'{row.last_name} {row.first_name}')} {row.used_search_name}".strip()[:240],
            }
            for row in found
        ],
    )


def _insert_people(staging: Staging, about: Importing, some: dict[str, Any]) -> None:
    names = ", ".join(_FOLLOWING)
    chosen = ", ".join(f"s.{name}" for name in _FOLLOWING)
    staging.run(
        f"""INSERT INTO person (id, source, source_key, ine, siecle_id, last_name, search_name, birth_date,
                home_school_id, fingerprint, created_at, {names})
            SELECT w.person_id, :source, s.key, s.ine, s.siecle_id, s.last_name, s.search_name, s.birth_date,
                h.school_id, s.fingerprint, {staging.at}, {chosen}
            FROM st_person s JOIN st_who w ON w.seq = s.seq LEFT JOIN st_school h ON h.key = s.home
            WHERE w.via = 'new' AND {_SOME} ORDER BY s.seq""",
        source=about.source,
        at=staging.moment(about.machine_now),
        **some,
    )


def _open_accounts(staging: Staging, about: Importing, some: dict[str, Any]) -> None:
    """A login for pupils, staff, guardians and persons in charge who have none; contacts get none (KIN-1, ACCT-1)."""
    staging.session.execute(text("DROP TABLE IF EXISTS account_wanted"))
    staging.run(
        f"""CREATE TEMPORARY TABLE account_wanted AS
            SELECT w.person_id, MIN(s.stem) AS stem FROM st_person s JOIN st_who w ON w.key = s.key
            LEFT JOIN st_adult ad ON ad.key = s.key AND ad.rank < 2
            LEFT JOIN account c ON c.person_id = w.person_id
            WHERE {_SOME} AND c.person_id IS NULL AND (s.category <> 'adult' OR ad.key IS NOT NULL) GROUP BY w.person_id""",
        **some,
    )
    accounts.open_wanted(staging.session, now=about.machine_now)
    staging.session.execute(text("DROP TABLE account_wanted"))


def open_late_accounts(staging: Staging, about: Importing) -> None:
    """Of adults whom only the database knows and who now stand for a pupil."""
    late = staging.rows(
        """SELECT w.person_id FROM st_who w JOIN st_adult ad ON ad.key = w.key AND ad.rank < 2
           LEFT JOIN account c ON c.person_id = w.person_id WHERE w.via = 'absent' AND c.person_id IS NULL"""
    )
    if late:
        accounts.open_accounts(staging.session, [number for (number,) in late], now=about.machine_now)
