"""The figures of a matched delivery, counted from the very rows that applying would bring and take (FEED-6, G3, G20). Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from app.directory.names import shown
from app.feeds.figures.fates import BECOMES, LEAVES, PUPILS, WORKING
from app.feeds.formats.aaf_files import Category
from app.feeds.recognising.loaders import BIRTH, KIN
from app.feeds.staging.loaders import Importing, Staging
from app.words import N_, Words

#: How many unknown structures, or recognised people, a warning names.
_NAMED = 10

#: What is counted of one school, in the order of the report. People are pupils unless the name says otherwise.
SCHOOL_COUNTS = (
    "pupils", "created", "arrived", "moved", "reappeared", "changed", "unchanged", "left", "gone", "without_class",
    "classes", "classes_new", "teachers_in", "teachers_out", "guardians_in", "guardians_out", "members_in", "members_out",
    "rejected",
)  # fmt: skip

#: SQL: how somebody of the delivery came to be known, and what becomes of them in the whole of it.
_FATE = """CASE WHEN w.via = 'new' THEN 'new'
     WHEN d.person_id IS NOT NULL THEN 'reappeared'
     WHEN (w.via = 'ine' OR o.person_id IS NOT NULL) AND g.person_id IS NOT NULL THEN 'moved'
     WHEN w.changed OR o.person_id IS NOT NULL OR g.person_id IS NOT NULL THEN 'changed'
     ELSE 'unchanged' END"""


def count_people(staging: Staging, about: Importing) -> None:
    """``st_fate (person_id, fate)``: what becomes of each person of the delivery."""
    staging.make("lost", "SELECT DISTINCT person_id FROM st_profile_out", "person_id")
    staging.make("gained", "SELECT DISTINCT person_id FROM st_profile_in WHERE gained", "person_id")
    staging.make(
        "fate",
        f"""SELECT w.seq, w.person_id, w.category, {_FATE} AS fate FROM st_who w
            LEFT JOIN feed_departure d ON d.source = :source AND d.person_id = w.person_id
            LEFT JOIN st_lost o ON o.person_id = w.person_id LEFT JOIN st_gained g ON g.person_id = w.person_id
            WHERE w.via <> 'absent'""",
        "person_id",
        source=about.source,
    )


def whole(staging: Staging, about: Importing) -> dict[str, int]:
    """What the delivery holds, then what becomes of the people, as ``commands`` names them; ``count_people`` comes first."""
    number = staging.number
    people = dict(tuple(row) for row in staging.rows("SELECT category, COUNT(*) FROM st_person GROUP BY category"))
    kinds = dict(
        tuple(row)
        for row in staging.rows("SELECT kind, COUNT(*) FROM st_class WHERE pupils > 0 AND NOT refused GROUP BY kind")
    )
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
        tuple(row) for row in staging.rows("SELECT fate, COUNT(*) FROM st_fate GROUP BY fate")
    )
    return {
        "schools": number(
            """SELECT COUNT(*) FROM st_school k LEFT JOIN school s ON s.id = k.school_id WHERE k.told AND (s.in_service OR k.key IN (
               SELECT home FROM st_person WHERE category = 'student' UNION SELECT struct FROM st_place WHERE category = 'student'
               UNION SELECT key FROM st_structure WHERE declares > 0))"""
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
        "left": number("SELECT COUNT(DISTINCT person_id) FROM st_profile_out WHERE absent"),
        "reappeared": fates["reappeared"],
    }


def by_school(staging: Staging, about: Importing) -> Iterator[dict[str, Any]]:
    """For each structure that the delivery speaks of: key, school_id, uai, name, 'had' (pupils before), 'staff' (held, leaving
    and left: ``_staff``), 'counts' (``SCHOOL_COUNTS``)."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SCHOOL_COUNTS, 0))

    def add(query: str, **values: Any) -> None:
        for struct, name, count in staging.rows(query, **values):
            counts[struct][name] += int(count)

    add("SELECT struct, 'pupils', COUNT(*) FROM st_profile_want WHERE profile = 'student' GROUP BY struct")
    add(f"SELECT p.struct, {BECOMES}, COUNT(*) FROM {PUPILS} WHERE p.profile = 'student' GROUP BY p.struct, 2")
    add(f"SELECT o.lost, {LEAVES}, COUNT(*) FROM st_profile_out o WHERE o.profile = 'student' GROUP BY o.lost, 2")
    add(
        """SELECT p.struct, 'without_class', COUNT(*) FROM st_profile_want p WHERE p.profile = 'student' AND NOT EXISTS
           (SELECT 1 FROM st_member_want m WHERE m.kind = 'class' AND m.struct = p.struct AND m.person_id = p.person_id
            AND m.role = 'student') GROUP BY p.struct"""
    )
    add(
        "SELECT struct, 'classes', COUNT(*) FROM st_class WHERE kind = 'class' AND pupils > 0 AND NOT refused GROUP BY struct"
    )
    add(
        """SELECT struct, 'classes_new', COUNT(*) FROM st_class
           WHERE kind = 'class' AND pupils > 0 AND class_id IS NULL AND NOT refused GROUP BY struct"""
    )
    for profile, name in ((WORKING, "teachers"), ("'guardian'", "guardians")):
        add(f"SELECT struct, '{name}_in', COUNT(*) FROM st_profile_in WHERE profile IN ({profile}) GROUP BY struct")
        add(f"SELECT lost, '{name}_out', COUNT(*) FROM st_profile_out WHERE profile IN ({profile}) GROUP BY lost")
    add("SELECT struct, 'members_in', COUNT(*) FROM st_member_in GROUP BY struct")
    add("SELECT struct, 'members_out', COUNT(*) FROM st_member_out GROUP BY struct")
    add("SELECT struct, 'rejected', COUNT(*) FROM st_reject WHERE whole GROUP BY struct")
    had = dict(
        tuple(row)
        for row in staging.rows(
            """SELECT o.struct, COUNT(*) FROM affiliation a JOIN st_own o ON o.school_id = a.school_id
               WHERE a.profile = 'student' AND a.set_aside_by IS NULL GROUP BY o.struct"""
        )
    )
    # Functions are no figure of their own, but a delta may change nothing else in a school.
    functions = staging.rows("SELECT struct FROM st_function_in UNION SELECT struct FROM st_function_out")
    worked, staff = {row.struct for row in functions}, _staff(staging, about)
    for row in staging.rows("SELECT key, school_id, uai, name FROM st_school WHERE own ORDER BY key"):
        found = counts[row.key]
        if about.complete or row.key in worked or any(found.values()):
            people = {"had": int(had.get(row.key, 0)), "staff": staff.get(row.key, (0, 0, 0))}
            yield row._asdict() | people | {"counts": found}


def _staff(staging: Staging, about: Importing) -> dict[str, tuple[int, int, int]]:
    """Structure -> how many work there by the word of the source, as far as the delivery speaks of such; of them, how many leave;
    how many work there after it. Whoever only becomes a teacher stays."""
    working = ", ".join(f"'{profile}'" for profile in about.working) or "''"
    works = f"profile IN ({working})"
    wanted = """SELECT 1 FROM st_profile_want w WHERE w.person_id = o.person_id AND w.school_id = o.school_id
        AND w.profile <> 'student'"""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for place, query, values in (
        (0, f"""SELECT o.struct, COUNT(DISTINCT a.person_id) FROM affiliation a JOIN st_own o ON o.school_id = a.school_id
            WHERE a.source = :source AND a.set_aside_by IS NULL AND a.{works} GROUP BY o.struct""", {"source": about.source}),
        (1, f"""SELECT o.lost, COUNT(DISTINCT o.person_id) FROM st_profile_out o WHERE o.{works} AND NOT EXISTS ({wanted})
            GROUP BY o.lost""", {}),
        (2, f"SELECT struct, COUNT(DISTINCT person_id) FROM st_profile_want WHERE {works} GROUP BY struct", {}),
    ):  # fmt: skip
        for struct, count in staging.rows(query, **values):
            found[struct][place] = int(count)
    return {struct: (held, leaving, left) for struct, (held, leaving, left) in found.items()}


def rows_by_school(staging: Staging) -> dict[tuple[str, str], int]:
    """By table of the directory and structure, how many rows applying makes and takes there; what a run's plan counts."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for table, rows in (
        ("school_class", "class WHERE kind = 'class' AND class_id IS NULL AND pupils > 0 AND NOT refused"),
        ("teaching_group", "class WHERE kind = 'group' AND class_id IS NULL AND pupils > 0"),
        ("class_membership", "member_in WHERE kind = 'class'"),
        ("class_membership", "member_out WHERE kind = 'class'"),
        ("group_membership", "member_in WHERE kind = 'group'"),
        ("group_membership", "member_out WHERE kind = 'group'"),
        ("affiliation", "profile_in WHERE TRUE"),
        ("affiliation", "profile_out WHERE TRUE"),
        ("person_function", "function_in WHERE TRUE"),
        ("person_function", "function_out WHERE TRUE"),
    ):
        for struct, count in staging.rows(f"SELECT struct, COUNT(*) FROM st_{rows} GROUP BY struct"):
            found[table, struct] += int(count)
    return dict(found)


def warnings(staging: Staging, about: Importing) -> list[Words]:
    """Links that point nowhere are set aside, one by one: the entry itself comes in. Rejects them, and says so once.

    Who was found by more than a key is said with the evidence (FEED-5).
    """
    told = [*_recognised(staging)]
    if Category.STUDENT in about.holds:
        lost = staging.rows(
            """SELECT r.student, r.adult, s.home FROM st_relation r JOIN st_who w ON w.key = r.student
               JOIN st_person s ON s.seq = w.seq WHERE NOT EXISTS (SELECT 1 FROM st_who a WHERE a.key = r.adult)
               ORDER BY r.seq"""
            if Category.ADULT in about.holds or not about.complete
            else "SELECT 1 WHERE FALSE"
        )
        reason = N_("Le responsable « %(adult)s » n’est pas dans la livraison ; ce lien est laissé de côté.")
        staging.set_aside(
            Category.STUDENT, ((row.student, row.home, Words(reason, adult=row.adult)) for row in lost), whole=False
        )
        staging.run_many(
            "DELETE FROM st_relation WHERE student = :student AND adult = :adult",
            [{"student": row.student, "adult": row.adult} for row in lost],
        )
        if lost:
            sentence = N_("Liens vers des responsables absents de la livraison : %(count)s.")
            told.append(Words(sentence, count=len(lost)))
        if about.complete and Category.ADULT not in about.holds:
            told.append(Words(N_("La livraison ne contient pas les responsables : leurs liens connus restent.")))
    nowhere = staging.rows(
        """SELECT struct, COUNT(*) AS times FROM (
               SELECT struct FROM st_place UNION ALL SELECT struct FROM st_function
               UNION ALL SELECT home FROM st_person WHERE home <> ''
           ) AS named WHERE NOT EXISTS (SELECT 1 FROM st_school sc WHERE sc.key = named.struct)
           GROUP BY struct ORDER BY COUNT(*) DESC, struct"""
    )
    if nowhere:
        named = ", ".join(f"{row.struct} ({row.times})" for row in nowhere[:_NAMED])
        sentence = N_(
            "Structures citées sans être décrites : %(count)s. Ces liens sont laissés de côté : %(named)s%(more)s."
        )
        told.append(Words(sentence, count=len(nowhere), named=named, more="…" if len(nowhere) > _NAMED else ""))
    several = staging.number("SELECT COUNT(*) FROM st_reject WHERE NOT whole")
    if several:
        told.append(Words(N_("Liens laissés de côté : %(count)s ; le rapport les nomme un par un."), count=several))
    return told


#: How somebody whom another source feeds was found (``recognising``) -> what the report says of it.
_EVIDENCE = {
    BIRTH: N_(
        "Déjà connus par une autre source, reconnus à leur nom, leur date de naissance et leur établissement : %(count)s"
        " (%(named)s%(more)s). Leur compte reste le même."
    ),
    KIN: N_(
        "Responsables déjà connus par une autre source, reconnus à leur enfant et à leur nom : %(count)s (%(named)s%(more)s)."
        " Leur compte reste le même."
    ),
}


def _recognised(staging: Staging) -> Iterator[Words]:
    for via, sentence in _EVIDENCE.items():
        count = staging.number("SELECT COUNT(*) FROM st_who WHERE via = :via", via=via)
        if count:
            rows = staging.rows(
                """SELECT s.first_name, s.last_name FROM st_who w JOIN st_person s ON s.seq = w.seq WHERE w.via = :via
                   ORDER BY s.search_name, s.seq LIMIT :most""",
                via=via,
                most=_NAMED,
            )
            named = ", ".join(shown(row.first_name, row.last_name) for row in rows)
            yield Words(sentence, count=count, named=named, more="…" if count > _NAMED else "")


def known(staging: Staging) -> dict[int, str]:
    """The schools that the delivery describes and that are known, by number with their names."""
    rows = staging.rows("SELECT school_id, name FROM st_school WHERE told AND school_id IS NOT NULL")
    return {row.school_id: row.name for row in rows}


def keep_rejects(staging: Staging, about: Importing) -> None:
    """The delivery's rejects, with their schools where these are known, for its report (S4-7)."""
    values = "CAST(r.values_json AS JSON)" if staging.postgresql else "r.values_json"
    staging.run("DELETE FROM feed_reject WHERE import_id = :import_id", import_id=about.import_id)
    staging.run(
        f"""INSERT INTO feed_reject (import_id, school_id, category, entry, whole, reason, "values")
            SELECT :import_id, k.school_id, r.category, r.entry, r.whole, r.template, {values}
            FROM st_reject r LEFT JOIN st_school k ON k.key = r.struct ORDER BY r.seq""",
        import_id=about.import_id,
    )
