"""Whom a delivery speaks of: its structures and people found among the known ones. Only reads the directory (FEED-5, FEED-9, G2, G14).

A known person is found by the source's key, by another key the source used before, else by other evidence (``recognising``); nobody is
ever matched on a name alone. All statements are set-based over the staged tables.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select

from app.directory.models import School
from app.errors import Refused
from app.feeds.declaring.queries import ending, renamed
from app.feeds.formats.aaf_files import Category
from app.feeds.models import FeedStructure
from app.feeds.recognising.loaders import find_others
from app.feeds.screening.loaders import HOME_OF_ADULT, leave_shared_ines, place_adults, reject_homeless
from app.feeds.staging.loaders import Importing, Staging
from app.words import N_, Words


class OlderDelivery(Refused):
    """A newer delivery has already spoken for the same structures (FEED-9)."""

    message = N_(
        "Cette livraison est du %(day)s ; une livraison plus récente, du %(last)s, a déjà été importée pour %(school)s."
    )
    advice = N_("Rien n’a été modifié. Importez la dernière livraison, ou demandez-en une nouvelle.")


# Structures ------------------------------------------------------------------------------------------------------------


def match_structures(staging: Staging, about: Importing) -> None:
    """``st_school (key, school_id, own, uai, name, fresh)``: every structure known, and those of the delivery; a new one has no school yet.

    ``own``: the delivery speaks for it. A complete one does for its own file's structures, and for those that are declared to have
    ended in them (FEED-7); a delta for all that its source has fed before. A school is known by its declared new UAI too. Structures
    are some thousand at most, so they are compared one by one. Raises ``OlderDelivery``.
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
    schools = {number: (uai, name) for number, uai, name in session.execute(select(School.id, School.uai, School.name))}
    by_uai = {**renamed(session), **{uai: number for number, (uai, _name) in schools.items()}}
    taken = _taken(staging, known)
    for key, found in taken.items():
        _refuse_older(known.get(key), about.delivered_on, found["name"])
    if not about.complete:
        _find_meant(staging, about.source)
        for (key,) in staging.rows("SELECT key FROM st_meant ORDER BY key"):
            if key in known:
                _refuse_older(known[key], about.delivered_on, schools[known[key][0]][1])
    day = about.delivered_on or about.now.date()
    gone = ending(session, year_id=about.year_id, day=day) if about.complete else {}
    uais = {found["uai"] for found in taken.values()}
    rows = []
    for key in {**known, **taken}:
        school_id = known[key][0] if key in known else by_uai.get(taken[key]["uai"])
        uai, name = schools[school_id] if school_id is not None else (taken[key]["uai"], taken[key]["name"])
        successors = gone.get(school_id) if school_id is not None else None
        ended = successors is not None and (not successors or not uais.isdisjoint(successors))
        own = key in taken or not about.complete or ended
        rows.append({"key": key, "school_id": school_id, "own": own, "uai": uai, "name": name, "told": key in taken})
    staging.run("DROP TABLE IF EXISTS st_school")
    staging.run(
        "CREATE TABLE st_school (key text PRIMARY KEY, school_id bigint, own boolean, uai text, name text, told boolean)"
    )
    staging.run_many(
        "INSERT INTO st_school (key, school_id, own, uai, name, told) VALUES (:key, :school_id, :own, :uai, :name, :told)",
        rows,
    )
    staging.run("CREATE INDEX " + staging.table("school_by") + " ON st_school (school_id)")
    staging.analyse("school")


#: The structures that a delta's people name, and the people who name none.
_TOLD_IN = """
SELECT key AS person, home AS struct FROM st_person WHERE home <> ''
UNION SELECT person, struct FROM st_place UNION SELECT person, struct FROM st_function
"""
_UNTOLD = """
SELECT key FROM (SELECT key FROM st_person UNION SELECT key FROM st_deleted WHERE category IN ('student', 'adult', 'staff')) AS named
WHERE NOT EXISTS (SELECT 1 FROM st_told_in t WHERE t.person = named.key)
"""


def _find_meant(staging: Staging, source: str) -> None:
    """``st_meant (key)``: of a delta, the structures that it speaks of: those that it names, and that of people who are in one only.

    A source may hold two degrees or academies that deliver apart: of the others' structures the delta says nothing (FEED-9).
    """
    staging.make("told_in", _TOLD_IN, "person")
    staging.make(
        "meant",
        f"""SELECT struct AS key FROM st_told_in UNION SELECT key FROM st_structure
            UNION SELECT MIN(f.key) FROM (
                SELECT p.id FROM ({_UNTOLD}) AS n JOIN person p ON p.source = :source AND p.source_key = n.key
                UNION SELECT a.person_id FROM ({_UNTOLD}) AS n JOIN feed_alias a ON a.source = :source AND a.key = n.key
            ) AS who JOIN affiliation h ON h.person_id = who.id AND h.set_aside_by IS NULL
            JOIN feed_structure f ON f.source = :source AND f.school_id = h.school_id
            GROUP BY who.id HAVING COUNT(DISTINCT f.school_id) = 1""",
        "key",
        source=source,
    )


_TWICE = N_("La structure est décrite deux fois, avec des UAI différents (%(one)s et %(other)s).")
_USED = N_("L’UAI %(uai)s est déjà celui de la structure « %(key)s ».")


def _taken(staging: Staging, known: Collection[str]) -> dict[str, dict[str, Any]]:
    """The delivery's structures by key; those that contradict another are rejected, and forgotten."""
    taken: dict[str, dict[str, Any]] = {}
    uais: dict[str, str] = {}
    rejected: list[tuple[str, str, Words]] = []
    dropped: list[dict[str, Any]] = []
    for row in staging.rows("SELECT * FROM st_structure ORDER BY seq"):
        found = row._asdict()
        key, uai = found["key"], found["uai"]
        if key not in taken and uai not in uais and (uai or key in known):
            taken[key] = found
            if uai:
                uais[uai] = key
            continue
        if not uai and key not in known:
            rejected.append((key, "", Words(N_("Modification d’une structure qui n’a jamais été reçue."))))
        elif key not in taken:
            rejected.append((key, "", Words(_USED, uai=uai, key=uais[uai])))
        elif uai and taken[key]["uai"] != uai:
            rejected.append((key, "", Words(_TWICE, one=taken[key]["uai"], other=uai)))
        dropped.append({"seq": found["seq"]})
    staging.set_aside(Category.STRUCTURE, rejected, whole=True)
    staging.run_many("DELETE FROM st_structure WHERE seq = :seq", dropped)
    return taken


def _refuse_older(known: tuple[int, date | None] | None, day: date | None, name: str) -> None:
    last = known[1] if known else None
    if last is not None and day is not None and day < last:
        raise OlderDelivery(day=day, last=last, school=name)


# People ----------------------------------------------------------------------------------------------------------------


def match_people(staging: Staging, about: Importing) -> None:
    """``st_who (seq, key, category, person_id, via, changed)``: the delivery's people; a new one has a number already.

    ``via`` says how: 'new', 'key', 'alias', other evidence ('ine', 'birth', 'kin'), or 'absent' for adults whom a pupil names and only
    the database knows, and pupils whom an adult of a delivery without pupils names.
    Adults whom no pupil names are counted and not kept. ``st_spared_person``: those of rejected entries, who lose nothing.
    """
    source = about.source
    place_adults(staging)
    _reject_ambiguous(staging)
    known = staging.number(
        """SELECT EXISTS (SELECT 1 FROM person WHERE source = :source) OR EXISTS (SELECT 1 FROM feed_alias WHERE source = :source)""",
        source=source,
    )
    if known:
        _reject_impostors(staging, source)
    if not about.complete:
        _reject_unknown(staging, source)
    elif Category.STUDENT not in about.holds:
        _reject_childless(staging, source)
    leave_shared_ines(staging, source)
    others = find_others(staging, source)
    reject_homeless(staging, source, others=others)
    staging.make(
        "adult",
        _NAMED_ADULTS if about.complete else _KNOWN_ADULTS,
        "key",
        **({} if about.complete else {"source": source}),
    )
    _who(staging, source, known=bool(known), by_other=others)
    if known:
        _add_absent(staging, source, "SELECT key FROM st_adult")
        if about.complete and Category.STUDENT not in about.holds:
            _add_absent(staging, source, "SELECT DISTINCT student AS key FROM st_relation")
    staging.run("CREATE INDEX " + staging.table("who_person") + " ON st_who (person_id)")
    staging.analyse("who")
    staging.make(
        "spared_person",
        """SELECT p.id FROM person p WHERE p.source = :source AND p.source_key IN
           (SELECT entry FROM st_reject WHERE whole UNION SELECT key FROM st_spared)
           UNION SELECT a.person_id FROM feed_alias a WHERE a.source = :source AND a.key IN
           (SELECT entry FROM st_reject WHERE whole UNION SELECT key FROM st_spared)""",
        "id",
        source=source,
    )


_NAMED_ADULTS = "SELECT adult AS key, MIN(rank) AS rank FROM st_relation GROUP BY adult"
#: A delta may speak of an adult without the pupil: known ones stay what they are.
_KNOWN_ADULTS = """
SELECT key, MIN(rank) AS rank FROM (
    SELECT adult AS key, rank FROM st_relation
    UNION ALL
    SELECT s.key, CASE g.standing WHEN 'legal' THEN 0 WHEN 'in-charge' THEN 1 ELSE 2 END AS rank FROM st_person s
    JOIN person p ON p.source = :source AND p.source_key = s.key
    JOIN guardianship g ON g.guardian_id = p.id AND g.set_aside_by IS NULL WHERE s.category = 'adult'
) AS told GROUP BY key
"""


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
    other = """s.birth_date <> p.birth_date AND s.search_name <> p.search_name
               AND p.search_name <> s.search_name || ' ' || p.used_search_name"""
    found = staging.rows(
        f"""SELECT s.key FROM st_person s JOIN person p ON p.source = :source AND p.source_key = s.key WHERE {other}
            UNION SELECT s.key FROM st_person s JOIN feed_alias a ON a.source = :source AND a.key = s.key
            JOIN person p ON p.id = a.person_id WHERE {other}""",
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
        home = f"CASE category WHEN 'adult' THEN {HOME_OF_ADULT.format(key=':key')} ELSE home END AS home"
        for row in staging.rows(f"SELECT category, {home} FROM st_person WHERE key = :key ORDER BY seq", key=key):
            staging.set_aside(_FILE_OF[row.category], [(key, row.home, reason)], whole=True)
        staging.run("DELETE FROM st_person WHERE key = :key", key=key)
        staging.run("DELETE FROM st_relation WHERE student = :key OR adult = :key", key=key)
        staging.run("DELETE FROM st_place WHERE person = :key", key=key)
        staging.run("DELETE FROM st_function WHERE person = :key", key=key)


def _reject_unknown(staging: Staging, source: str) -> None:
    """A delta changes somebody whom nobody has ever heard of: there is not enough to make a person of."""
    found = staging.rows(
        """SELECT DISTINCT s.key FROM st_person s WHERE s.fingerprint IS NULL
           AND NOT EXISTS (SELECT 1 FROM person p WHERE p.source = :source AND p.source_key = s.key)
           AND NOT EXISTS (SELECT 1 FROM feed_alias a WHERE a.source = :source AND a.key = s.key)""",
        source=source,
    )
    reason = Words(
        N_("Modification d’une fiche qui n’a jamais été reçue ; la prochaine livraison complète l’apportera.")
    )
    _reject_people(staging, [row.key for row in found], reason)


def _reject_childless(staging: Staging, source: str) -> None:
    """Adults without a file of pupils stand for those whom this source has fed before; links to anybody else are left, then adults
    without any."""
    lost = staging.rows(
        """SELECT r.seq, r.student, r.adult FROM st_relation r
           WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.source = :source AND p.source_key = r.student)
           AND NOT EXISTS (SELECT 1 FROM feed_alias a WHERE a.source = :source AND a.key = r.student) ORDER BY r.seq""",
        source=source,
    )
    staging.run_many("DELETE FROM st_relation WHERE seq = :seq", [{"seq": row.seq} for row in lost])
    left = {row.adult for row in staging.rows("SELECT DISTINCT adult FROM st_relation")}
    reason = N_("L’enfant « %(child)s » n’est pas connu du portail ; ce lien est laissé de côté.")
    staging.set_aside(
        Category.ADULT,
        ((row.adult, "", Words(reason, child=row.student)) for row in lost if row.adult in left),
        whole=False,
    )
    childless = list(dict.fromkeys(row.adult for row in lost if row.adult not in left))
    _reject_people(staging, childless, Words(N_("Aucun enfant de la fiche n’est connu du portail.")))


def _add_absent(staging: Staging, source: str, named: str) -> None:
    """Those of the keys ``named`` whom the delivery does not hold and the database knows."""
    for known in (
        "SELECT source_key AS key, id AS person_id, source FROM person",
        "SELECT key, person_id, source FROM feed_alias",
    ):
        staging.run(
            f"""INSERT INTO st_who (key, category, person_id, via, changed)
                SELECT n.key, 'absent', k.person_id, 'absent', FALSE FROM ({named}) AS n
                JOIN ({known}) AS k ON k.source = :source AND k.key = n.key
                WHERE NOT EXISTS (SELECT 1 FROM st_who w WHERE w.key = n.key)""",
            source=source,
        )


def _who(staging: Staging, source: str, *, known: bool, by_other: bool) -> None:
    """``st_who``: one row a key; where somebody is in two categories the pupil's or staff member's record leads."""
    joins, number, via, changed = "", [], "", "TRUE"
    if known:
        joins = """LEFT JOIN person p ON p.source = :source AND p.source_key = s.key
                   LEFT JOIN feed_alias a ON a.source = :source AND a.key = s.key"""
        number = ["p.id", "a.person_id"]
        via = "WHEN p.id IS NOT NULL THEN 'key' WHEN a.person_id IS NOT NULL THEN 'alias' "
        changed = """CASE WHEN s.fingerprint IS NULL THEN TRUE
                     WHEN p.id IS NOT NULL THEN p.fingerprint IS NULL OR p.fingerprint <> s.fingerprint
                     WHEN a.person_id IS NOT NULL THEN a.fingerprint IS NULL OR a.fingerprint <> s.fingerprint ELSE TRUE END"""
    if by_other:
        joins += " LEFT JOIN st_other i ON i.seq = s.seq"
        number.append("i.person_id")
        via += "WHEN i.person_id IS NOT NULL THEN i.via "
    if staging.postgresql:
        new = "nextval(pg_get_serial_sequence('person', 'id'))"
    else:
        new = f"{staging.number('SELECT COALESCE(MAX(id), 0) FROM person')} + s.seq"
    person = f"COALESCE({', '.join([*number, new])})" if number else new
    how = f"CASE {via}ELSE 'new' END" if via else "'new'"
    staging.make(
        "who",
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
