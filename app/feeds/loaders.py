"""A spooled delivery becomes the directory's, in the caller's transaction: all of it or nothing (FEED-6, FEED-9, G14).

The order: structures, people, nomenclatures, classes, memberships, guardianships, profiles, functions, accounts; then who left,
the counts and the rejects. Statements are set-based over temporary tables, so memory stays flat whatever the size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import loaders as accounts
from app.directory.leaving.loaders import notice
from app.errors import Refused
from app.feeds.delivery.loaders import Spool
from app.feeds.differences import loaders as differences
from app.feeds.formats.aaf_files import Category
from app.feeds.identities import loaders as identities
from app.feeds.places import loaders as places
from app.feeds.staging.loaders import Importing, Staging
from app.feeds.thresholds import Leaving, too_many
from app.words import N_, Words

#: How many unknown structures a warning names.
_NAMED = 10


class TooManyLeave(Refused):
    """A delivery would empty a school; a person must look first (G11)."""

    message = N_(
        "Trop d’élèves quitteraient %(school)s (%(uai)s) : %(leaving)s sur %(pupils)s, soit %(percent)s %% ; la limite est de %(limit)s %%."
    )
    advice = N_(
        "Rien n’a été modifié. Vérifiez que la livraison est entière ; « feeds import aaf --plan » montre ce qu’elle changerait."
        " Si c’est voulu, relevez la limite (BASCULE_FEED_LEAVERS)."
    )


def import_spool(
    session: Session,
    spool: Spool,
    about: Importing,
    *,
    limits: tuple[int, int],
    plan: bool,
    tell: Callable[[Words], None] = lambda words: None,
) -> tuple[dict[str, int], list[Words]]:
    """Apply the delivery; its counts (as ``commands`` names them) and warnings.

    ``limits`` are the shares of a school's pupils, in percent, that may leave: within a year, and where the school has no class of
    that year yet. Beyond them a plan warns, an import raises ``TooManyLeave``. Raises ``OlderDelivery``.
    """
    staging = Staging(session)
    staging.create()
    tell(Words(N_("Mise en attente des fiches")))
    staging.fill(spool)
    tell(Words(N_("Établissements et personnes")))
    identities.settle_structures(staging, about)
    fed_before = {number for (number,) in staging.rows(
        "SELECT DISTINCT school_id FROM school_class WHERE year_id = :year AND set_aside_by IS NULL", year=about.year_id)}  # fmt: skip
    identities.settle_people(staging, about)
    places.settle_nomenclatures(staging)
    places.open_schools(staging)
    tell(Words(N_("Classes, liens et profils")))
    places.settle_classes(staging, about)
    places.settle_memberships(staging, about)
    pupils = _pupils(staging)
    places.settle_profiles(staging, about)
    warnings = list(spool.warnings)
    for leaving, limit in _leaving(staging, pupils, fed_before, limits):
        beyond: dict[str, Any] = {"school": leaving.school, "uai": leaving.uai, "leaving": leaving.leaving, "pupils": leaving.pupils,
                  "percent": leaving.percent, "limit": limit}  # fmt: skip
        if not plan:
            raise TooManyLeave(**beyond)
        warnings.append(Words(TooManyLeave.message, **beyond))
    places.settle_guardianships(staging, about)
    places.settle_guardians(staging, about)
    differences.note_exits(staging, about)
    differences.note_merges(staging, about)
    places.settle_functions(staging, about)
    tell(Words(N_("Comptes et bilan")))
    _open_accounts(staging, about)
    warnings += _unknown(staging, about)
    counts = _counts(staging, about)
    _depart(staging, about)
    identities.remember_structures(staging, about)
    _keep_rejects(staging, about)
    staging.drop()
    return counts, warnings


def _pupils(staging: Staging) -> dict[int, int]:
    return dict(
        tuple(row)
        for row in staging.rows(
            """SELECT school_id, COUNT(*) FROM affiliation WHERE profile = 'student' AND set_aside_by IS NULL
               AND school_id IN (SELECT school_id FROM st_school WHERE own) GROUP BY school_id"""
        )
    )


def _leaving(
    staging: Staging, pupils: dict[int, int], fed_before: set[int], limits: tuple[int, int]
) -> list[tuple[Leaving, int]]:
    """The schools that would lose more pupils than their limit."""
    beyond = []
    for school_id, name, uai, count in staging.rows(
        """SELECT s.id, s.name, s.uai, COUNT(*) FROM st_gone g JOIN school s ON s.id = g.school_id
           WHERE g.profile = 'student' GROUP BY s.id, s.name, s.uai ORDER BY s.uai"""
    ):
        limit = limits[0] if school_id in fed_before else limits[1]
        leaving = Leaving(school=name, uai=uai, pupils=pupils.get(school_id, count), leaving=count)
        if too_many(leaving, limit):
            beyond.append((leaving, limit))
    return beyond


def _open_accounts(staging: Staging, about: Importing) -> None:
    """A login for pupils, staff, guardians and persons in charge who have none; contacts get none (KIN-1, ACCT-1)."""
    staging.make(
        "account_wanted",
        """SELECT w.person_id, MIN(s.stem) AS stem FROM st_person s JOIN st_who w ON w.key = s.key
           LEFT JOIN st_adult ad ON ad.key = s.key AND ad.rank < 2
           LEFT JOIN account c ON c.person_id = w.person_id
           WHERE c.person_id IS NULL AND (s.category <> 'adult' OR ad.key IS NOT NULL) GROUP BY w.person_id""",
    )
    accounts.open_wanted(staging.session, now=about.machine_now)
    late = staging.rows(
        """SELECT w.person_id FROM st_who w JOIN st_adult ad ON ad.key = w.key AND ad.rank < 2
           LEFT JOIN account c ON c.person_id = w.person_id WHERE w.via = 'absent' AND c.person_id IS NULL"""
    )
    if late:
        accounts.open_accounts(staging.session, [number for (number,) in late], now=about.machine_now)


def _unknown(staging: Staging, about: Importing) -> list[Words]:
    """Links that point nowhere are set aside, one by one: the entry itself came in."""
    warnings = []
    if Category.STUDENT in about.holds:
        lost = staging.rows(
            """SELECT r.student, r.adult, s.home FROM st_relation r JOIN st_who w ON w.key = r.student
               JOIN st_person s ON s.seq = w.seq WHERE NOT EXISTS (SELECT 1 FROM st_who a WHERE a.key = r.adult)
               ORDER BY r.seq"""
            if Category.ADULT in about.holds
            else "SELECT 1 WHERE FALSE"
        )
        reason = N_("Le responsable « %(adult)s » n’est pas dans la livraison ; ce lien est laissé de côté.")
        staging.set_aside(
            Category.STUDENT, ((row.student, row.home, Words(reason, adult=row.adult)) for row in lost), whole=False
        )
        if lost:
            warnings.append(
                Words(
                    N_("Liens vers des responsables absents de la livraison : %(count)s."),
                    count=len(lost),
                )
            )
        if Category.ADULT not in about.holds:
            warnings.append(Words(N_("La livraison ne contient pas les responsables : leurs liens connus restent.")))
    nowhere = staging.rows(
        """SELECT struct, COUNT(*) AS times FROM (
               SELECT struct FROM st_place UNION ALL SELECT struct FROM st_function
               UNION ALL SELECT home FROM st_person WHERE home <> ''
           ) AS named WHERE NOT EXISTS (SELECT 1 FROM st_school sc WHERE sc.key = named.struct)
           GROUP BY struct ORDER BY COUNT(*) DESC, struct"""
    )
    if nowhere:
        named = ", ".join(f"{row.struct} ({row.times})" for row in nowhere[:_NAMED])
        warnings.append(
            Words(
                N_(
                    "Structures citées sans être décrites : %(count)s. Ces liens sont laissés de côté : %(named)s%(more)s."
                ),
                count=len(nowhere),
                named=named,
                more="…" if len(nowhere) > _NAMED else "",
            )
        )
    several = staging.number("SELECT COUNT(*) FROM st_reject WHERE NOT whole")
    if several:
        warnings.append(Words(N_("Liens laissés de côté : %(count)s ; le rapport les nomme un par un."), count=several))
    return warnings


def _counts(staging: Staging, about: Importing) -> dict[str, int]:
    """What the delivery holds, then what became of the people (FEED-6)."""
    number = staging.number
    people = dict(tuple(row) for row in staging.rows("SELECT category, COUNT(*) FROM st_person GROUP BY category"))
    kinds = dict(tuple(row) for row in staging.rows("SELECT kind, COUNT(*) FROM st_class GROUP BY kind"))
    ranks = dict(
        tuple(row)
        for row in staging.rows(
            """SELECT CASE WHEN ad.rank IS NULL THEN 'unreferenced' WHEN ad.rank < 2 THEN 'guardian' ELSE 'contact' END
               AS standing, COUNT(*) FROM st_person s LEFT JOIN st_adult ad ON ad.key = s.key
               WHERE s.category = 'adult' GROUP BY 1"""
        )
    )
    teachers = number("SELECT COUNT(*) FROM st_person WHERE category = 'staff' AND teaches")
    fates = {"new": 0, "reappeared": 0, "moved": 0, "changed": 0, "unchanged": 0} | dict(
        tuple(row)
        for row in staging.rows(
            """SELECT CASE WHEN w.via = 'new' THEN 'new'
                 WHEN d.person_id IS NOT NULL THEN 'reappeared'
                 WHEN (w.via = 'ine' OR w.person_id IN (SELECT person_id FROM st_gone))
                      AND w.person_id IN (SELECT person_id FROM st_gained) THEN 'moved'
                 WHEN w.changed OR w.person_id IN (SELECT person_id FROM st_gone)
                      OR w.person_id IN (SELECT person_id FROM st_gained) THEN 'changed'
                 ELSE 'unchanged' END AS fate, COUNT(*)
               FROM st_who w LEFT JOIN feed_departure d ON d.source = :source AND d.person_id = w.person_id
               WHERE w.via <> 'absent' GROUP BY 1""",
            source=about.source,
        )
    )
    return {
        "schools": number(
            "SELECT COUNT(*) FROM st_school k JOIN school s ON s.id = k.school_id WHERE k.own AND s.in_service"
        ),
        "classes": kinds.get("class", 0),
        "groups": kinds.get("group", 0),
        "students": people.get("student", 0),
        "guardians": ranks.get("guardian", 0),
        "contacts": ranks.get("contact", 0),
        "unreferenced": ranks.get("unreferenced", 0),
        "teachers": teachers,
        "staff": people.get("staff", 0) - teachers,
        "created": fates["new"],
        "changed": fates["changed"],
        "unchanged": fates["unchanged"],
        "moved": fates["moved"],
        "left": number(f"SELECT COUNT(DISTINCT person_id) FROM st_gone g WHERE {_ABSENT}"),
        "reappeared": fates["reappeared"],
    }


_ABSENT = "NOT EXISTS (SELECT 1 FROM st_who w WHERE w.person_id = g.person_id)"


def _depart(staging: Staging, about: Importing) -> None:
    """Remember who is in no school of this source any more, forget it of who is back, and end the sessions of who lost a place.

    Whoever is in no school at all has left: they reach their own data from now on (CAL-9).
    """
    staging.run(
        "DELETE FROM feed_departure WHERE source = :source AND person_id IN (SELECT person_id FROM st_who WHERE via <> 'absent')",
        source=about.source,
    )
    staging.run(
        f"""INSERT INTO feed_departure (source, person_id, import_id, noticed_at)
            SELECT DISTINCT :source, g.person_id, :import_id, {staging.at} FROM st_gone g
            WHERE {_ABSENT} AND NOT EXISTS (SELECT 1 FROM affiliation a
                WHERE a.person_id = g.person_id AND a.source = :source AND a.set_aside_by IS NULL)
            ON CONFLICT (source, person_id) DO NOTHING""",
        source=about.source,
        import_id=about.import_id,
        at=staging.moment(about.machine_now),
    )
    dropped = " UNION SELECT person_id FROM st_dropped" if {Category.STUDENT, Category.ADULT} <= about.holds else ""
    staging.run(
        f"""UPDATE person SET sessions_valid_from = {staging.at}
            WHERE id IN (SELECT person_id FROM st_gone{dropped})""",
        at=staging.moment(about.machine_now),
    )
    notice(about.now)


def _keep_rejects(staging: Staging, about: Importing) -> None:
    values = "CAST(r.values_json AS JSON)" if staging.postgresql else "r.values_json"
    staging.run(
        f"""INSERT INTO feed_reject (import_id, school_id, category, entry, whole, reason, "values")
            SELECT :import_id, k.school_id, r.category, r.entry, r.whole, r.template, {values}
            FROM st_reject r LEFT JOIN st_school k ON k.key = r.struct ORDER BY r.seq""",
        import_id=about.import_id,
    )


def people_of(counts: dict[str, Any]) -> int:
    """How many people an import's counts speak of."""
    return sum(int(counts.get(name, 0)) for name in ("created", "changed", "unchanged", "moved", "reappeared"))
