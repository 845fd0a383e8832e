"""Structures and people of a delivery become schools and persons: identities first (FEED-5, FEED-9, G14).

A known person is found by the source's key, by another key the source used before, else a pupil by INE; nobody is ever
matched on a name. An empty value never erases one that is known. All statements are set-based over the staging tables.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select, text

from app.directory.models import School
from app.directory.names import folded
from app.errors import Refused
from app.feeds.formats.aaf_files import Category
from app.feeds.models import FeedStructure
from app.feeds.staging.loaders import Importing, Staging
from app.words import N_, Words


class OlderDelivery(Refused):
    """A newer delivery has already spoken for the same structures (FEED-9)."""

    message = N_(
        "Cette livraison est du %(day)s ; une livraison plus récente, du %(last)s, a déjà été importée pour %(school)s."
    )
    advice = N_("Rien n’a été modifié. Importez la dernière livraison, ou demandez-en une nouvelle.")


# Structures ------------------------------------------------------------------------------------------------------------


def settle_structures(staging: Staging, about: Importing) -> None:
    """Schools for the delivery's structures, and ``st_school (key, school_id, own)`` for every structure known.

    Structures are some thousand at most, so they are compared one by one. Raises ``OlderDelivery``.
    """
    session = staging.session
    known: dict[str, tuple[int, date | None]] = {
        key: (school_id, day)
        for key, school_id, day in session.execute(
            select(FeedStructure.key, FeedStructure.school_id, FeedStructure.delivered_on).where(
                FeedStructure.source == about.source
            )
        )
    }
    schools = {school.uai: school for school in session.scalars(select(School))}
    numbers = {school.id: school for school in schools.values()}
    taken: dict[str, dict[str, Any]] = {}
    uais: dict[str, str] = {}
    rejected: list[tuple[str, str, Words]] = []
    for row in staging.rows("SELECT * FROM st_structure ORDER BY seq"):
        found = row._asdict()
        key, uai = found["key"], found["uai"]
        if key in taken:
            if taken[key]["uai"] != uai:
                reason = Words(N_("La structure est décrite deux fois, avec des UAI différents (%(one)s et %(other)s)."),
                               one=taken[key]["uai"], other=uai)  # fmt: skip
                rejected.append((key, "", reason))
            continue
        if uai in uais:
            reason = Words(N_("L’UAI %(uai)s est déjà celui de la structure « %(key)s »."), uai=uai, key=uais[uai])
            rejected.append((key, "", reason))
            continue
        _refuse_older(known.get(key), about.delivered_on, found["name"])
        taken[key], uais[uai] = found, key
    staging.set_aside(Category.STRUCTURE, rejected, whole=True)
    missing = [found for key, found in taken.items() if key not in known and found["uai"] not in schools]
    if missing:
        session.execute(insert(School), [_new_school(found, about) for found in missing])
        schools = {school.uai: school for school in session.scalars(select(School))}
    links = [
        {"key": key, "school_id": school_id, "own": False} for key, (school_id, _) in known.items() if key not in taken
    ]
    for key, found in taken.items():
        school = numbers[known[key][0]] if key in known else schools[found["uai"]]
        _refresh(school, found, about, key)
        links.append({"key": key, "school_id": school.id, "own": True})
    session.flush()
    staging.run("CREATE TEMPORARY TABLE st_school (key text PRIMARY KEY, school_id bigint, own boolean)")
    if links:
        session.execute(text("INSERT INTO st_school (key, school_id, own) VALUES (:key, :school_id, :own)"), links)
    staging.analyse("st_school")


def _refuse_older(known: tuple[int, date | None] | None, day: date | None, name: str) -> None:
    last = known[1] if known else None
    if last is not None and day is not None and day < last:
        raise OlderDelivery(day=day, last=last, school=name)


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


def remember_structures(staging: Staging, about: Importing) -> None:
    """Which delivery last spoke for each structure, and its day. A delivery without a day leaves the last one standing."""
    staging.run(
        """INSERT INTO feed_structure (source, key, school_id, import_id, delivered_on)
           SELECT :source, key, school_id, :import_id, CAST(:day AS DATE) FROM st_school WHERE own
           ON CONFLICT (source, key) DO UPDATE SET import_id = excluded.import_id,
           delivered_on = COALESCE(excluded.delivered_on, feed_structure.delivered_on)"""
        if staging.postgresql
        else """INSERT INTO feed_structure (source, key, school_id, import_id, delivered_on)
           SELECT :source, key, school_id, :import_id, :day FROM st_school WHERE own
           ON CONFLICT (source, key) DO UPDATE SET import_id = excluded.import_id,
           delivered_on = COALESCE(excluded.delivered_on, feed_structure.delivered_on)""",
        source=about.source,
        import_id=about.import_id,
        day=about.delivered_on.isoformat() if about.delivered_on else None,
    )


# People ----------------------------------------------------------------------------------------------------------------


def settle_people(staging: Staging, about: Importing) -> None:
    """Every person of the delivery in ``person``, and ``st_who (key, person_id, via, ...)`` to find them by.

    ``via`` says how: 'new', 'key', 'alias', 'ine', or 'absent' for adults whom a pupil names and only the database knows.
    Adults whom no pupil names are counted and not kept.
    """
    source = about.source
    _reject_ambiguous(staging)
    known = staging.number("SELECT EXISTS (SELECT 1 FROM person WHERE source = :source)", source=source)
    with_ine = staging.number("SELECT EXISTS (SELECT 1 FROM person WHERE ine IS NOT NULL)")
    if known:
        _reject_impostors(staging, source)
    staging.make("st_adult", "SELECT adult AS key, MIN(rank) AS rank FROM st_relation GROUP BY adult", "key")
    if with_ine:
        _match_ine(staging, source)
    _who(staging, source, known=bool(known), with_ine=bool(with_ine))
    if known or with_ine:
        _follow_keys(staging, source)
        _update_people(staging)
    _insert_people(staging, about)
    if known:
        staging.run(
            """INSERT INTO st_who (key, category, person_id, via, changed)
               SELECT a.key, 'absent', p.id, 'absent', FALSE FROM st_adult a
               JOIN person p ON p.source = :source AND p.source_key = a.key
               WHERE NOT EXISTS (SELECT 1 FROM st_who w WHERE w.key = a.key)""",
            source=source,
        )
    if not staging.postgresql:
        staging.run("CREATE INDEX st_who_person ON st_who (person_id)")
    staging.analyse("st_who")


def _reject_ambiguous(staging: Staging) -> None:
    """A key used for two differently named people: neither can be trusted. The same person twice is taken once."""
    doubled = staging.rows(
        "SELECT key, COUNT(DISTINCT search_name) AS names FROM st_person GROUP BY key HAVING COUNT(*) > 1"
    )
    reason = Words(N_("Le même identifiant désigne plusieurs personnes de la livraison ; aucune n’est prise."))
    _reject_people(staging, [row.key for row in doubled if row.names > 1], reason)
    if any(row.names == 1 for row in doubled):
        staging.run(
            """DELETE FROM st_person WHERE EXISTS (SELECT 1 FROM st_person o
               WHERE o.key = st_person.key AND o.category = st_person.category AND o.seq < st_person.seq)"""
        )


def _reject_impostors(staging: Staging, source: str) -> None:
    """A known key that now comes with another name and another birth date is somebody else: the account stays whose it is."""
    found = staging.rows(
        """SELECT DISTINCT s.key FROM st_person s JOIN person p ON p.source = :source AND p.source_key = s.key
           WHERE s.birth_date <> p.birth_date AND s.search_name <> p.search_name
           AND p.search_name <> s.search_name || ' ' || p.used_search_name""",
        source=source,
    )
    reason = Words(
        N_(
            "L’identifiant est déjà celui d’une autre personne (nom et date de naissance différents) ; son compte ne change pas."
        )
    )
    _reject_people(staging, [row.key for row in found], reason)


_FILE_OF = {"student": Category.STUDENT, "adult": Category.ADULT, "staff": Category.STAFF}


def _reject_people(staging: Staging, keys: list[str], reason: Words) -> None:
    for key in keys:
        for row in staging.rows("SELECT category, home FROM st_person WHERE key = :key ORDER BY seq", key=key):
            staging.set_aside(_FILE_OF[row.category], [(key, row.home, reason)], whole=True)
        staging.run("DELETE FROM st_person WHERE key = :key", key=key)
        staging.run("DELETE FROM st_relation WHERE student = :key OR adult = :key", key=key)
        staging.run("DELETE FROM st_place WHERE person = :key", key=key)
        staging.run("DELETE FROM st_function WHERE person = :key", key=key)


def _match_ine(staging: Staging, source: str) -> None:
    """Pupils under a new key with the INE of exactly one known person whose birth date agrees: CM2 to 6e, another academy."""
    staging.make(
        "st_ine",
        """SELECT s.seq, MIN(p.id) AS person_id FROM st_person s JOIN person p ON p.ine = s.ine
           WHERE s.category = 'student' AND p.set_aside_by IS NULL
           AND NOT EXISTS (SELECT 1 FROM person k WHERE k.source = :source AND k.source_key = s.key)
           AND NOT EXISTS (SELECT 1 FROM feed_alias a WHERE a.source = :source AND a.key = s.key)
           AND COALESCE(p.birth_date = s.birth_date, TRUE)
           AND NOT (p.source = :source AND EXISTS (SELECT 1 FROM st_person o WHERE o.key = p.source_key))
           GROUP BY s.seq HAVING COUNT(*) = 1""",
        "seq",
        source=source,
    )
    staging.run(
        """DELETE FROM st_ine WHERE person_id IN
           (SELECT person_id FROM st_ine GROUP BY person_id HAVING COUNT(*) > 1)"""
    )


def _who(staging: Staging, source: str, *, known: bool, with_ine: bool) -> None:
    """``st_who``: one row a key; where somebody is in two categories the pupil's or staff member's record leads."""
    joins, number, via, changed = "", [], "", "TRUE"
    if known:
        joins = """LEFT JOIN person p ON p.source = :source AND p.source_key = s.key
                   LEFT JOIN feed_alias a ON a.source = :source AND a.key = s.key"""
        number = ["p.id", "a.person_id"]
        via = "WHEN p.id IS NOT NULL THEN 'key' WHEN a.person_id IS NOT NULL THEN 'alias' "
        changed = """CASE WHEN p.id IS NOT NULL THEN p.fingerprint IS NULL OR p.fingerprint <> s.fingerprint
                     WHEN a.person_id IS NOT NULL THEN a.fingerprint IS NULL OR a.fingerprint <> s.fingerprint ELSE TRUE END"""
    if with_ine:
        joins += " LEFT JOIN st_ine i ON i.seq = s.seq"
        number.append("i.person_id")
        via += "WHEN i.person_id IS NOT NULL THEN 'ine' "
    if staging.postgresql:
        new = "nextval(pg_get_serial_sequence('person', 'id'))"
    else:
        new = f"{staging.number('SELECT COALESCE(MAX(id), 0) FROM person')} + s.seq"
    person = f"COALESCE({', '.join([*number, new])})" if number else new
    how = f"CASE {via}ELSE 'new' END" if via else "'new'"
    staging.make(
        "st_who",
        # The cast gives the column a type on SQLite: without one its index would not serve comparisons with numbers.
        f"""SELECT s.seq, s.key, s.category, CAST({person} AS BIGINT) AS person_id, {how} AS via, {changed} AS changed
            FROM st_person s LEFT JOIN st_adult ad ON ad.key = s.key {joins}
            WHERE (s.category <> 'adult' OR ad.key IS NOT NULL)
            AND (s.category = 'student' OR NOT EXISTS (SELECT 1 FROM st_person o WHERE o.key = s.key
                 AND CASE o.category WHEN 'student' THEN 0 WHEN 'staff' THEN 1 ELSE 2 END
                   < CASE s.category WHEN 'staff' THEN 1 ELSE 2 END))""",
        "key",
        "seq",
        **({"source": source} if known else {}),
    )


def _follow_keys(staging: Staging, source: str) -> None:
    """Somebody found by INE is known from now on under the new key; the old one stays an alias (FEED-5)."""
    staging.run(
        """INSERT INTO feed_alias (source, key, person_id, fingerprint)
           SELECT p.source, p.source_key, p.id, p.fingerprint FROM person p JOIN st_who w ON w.person_id = p.id
           WHERE w.via = 'ine' ON CONFLICT (source, key) DO NOTHING"""
    )
    staging.run(
        """UPDATE person SET source = :source, source_key = w.key FROM st_who w
           WHERE w.person_id = person.id AND w.via = 'ine'""",
        source=source,
    )
    staging.run(
        """UPDATE feed_alias SET fingerprint = s.fingerprint FROM st_who w JOIN st_person s ON s.seq = w.seq
           WHERE w.via = 'alias' AND w.changed AND feed_alias.source = :source AND feed_alias.key = w.key""",
        source=source,
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


def _update_people(staging: Staging) -> None:
    kept = ", ".join(f"{name} = {_followed(name)}" for name in _FOLLOWING)
    staging.run(
        f"""UPDATE person SET last_name = s.last_name, search_name = CASE WHEN person.used_search_name = '' THEN s.search_name
                ELSE SUBSTR(s.search_name || ' ' || person.used_search_name, 1, 240) END,
            ine = COALESCE(s.ine, person.ine), siecle_id = COALESCE(s.siecle_id, person.siecle_id),
            birth_date = COALESCE(s.birth_date, person.birth_date),
            home_school_id = COALESCE(h.school_id, person.home_school_id),
            fingerprint = CASE WHEN w.via = 'alias' THEN person.fingerprint ELSE s.fingerprint END, {kept}
            FROM st_who w JOIN st_person s ON s.seq = w.seq LEFT JOIN st_school h ON h.key = s.home
            WHERE w.person_id = person.id AND w.via <> 'new' AND w.changed
            AND NOT (w.via = 'alias' AND EXISTS (SELECT 1 FROM st_who o WHERE o.person_id = w.person_id AND o.via <> 'alias'))"""
    )


def _insert_people(staging: Staging, about: Importing) -> None:
    names = ", ".join(_FOLLOWING)
    chosen = ", ".join(f"s.{name}" for name in _FOLLOWING)
    staging.run(
        f"""INSERT INTO person (id, source, source_key, ine, siecle_id, last_name, search_name, birth_date,
                home_school_id, fingerprint, created_at, {names})
            SELECT w.person_id, :source, s.key, s.ine, s.siecle_id, s.last_name, s.search_name, s.birth_date,
                h.school_id, s.fingerprint, {staging.at}, {chosen}
            FROM st_person s JOIN st_who w ON w.seq = s.seq LEFT JOIN st_school h ON h.key = s.home
            WHERE w.via = 'new' ORDER BY s.seq""",
        source=about.source,
        at=staging.moment(about.machine_now),
    )
