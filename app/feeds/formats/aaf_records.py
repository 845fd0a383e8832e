"""One AAF record becomes rows: structures, nomenclatures, pupils, adults, staff (FEED-1, KIN-1, S4-2). Plain.

Class and group codes are opaque keys, kept exactly; names are stripped of outer spaces and otherwise left as written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from app.accounts.logins import stem_of
from app.directory.names import search_name
from app.feeds.formats.rows import ADULT, CLASS, FUNCTION, GROUP, HEAD, HOME, RELATION, SPARE, STAFF, STUDENT, Rows
from app.feeds.levels import level_from_text
from app.feeds.standing import STANDINGS, standing_of
from app.feeds.structures import UAI, kind_of, school_name
from app.feeds.teaching import HEADING, teaches
from app.words import N_, Words

#: Attributes that may have several values; of the others the first counts.
MANY = frozenset(
    {
        "other_first_names", "relations", "authority", "classes", "groups", "class_subjects", "group_subjects", "head_classes",
        "functions", "heading", "specialities", "class_since", "class_until",
    }
)  # fmt: skip


#: Which attributes speak of which links (``rows.FACETS``).
PUPIL_LINKS = {"classes": CLASS, "groups": GROUP, "relations": RELATION, "authority": RELATION, "home": HOME}
STAFF_LINKS = {
    "classes": CLASS, "class_subjects": CLASS, "groups": GROUP, "group_subjects": GROUP, "head_classes": HEAD,
    "functions": FUNCTION, "heading": FUNCTION, "home": HOME,
}  # fmt: skip
#: Titles that are written in several ways.
_TITLES = {"M": "M.", "MR": "M.", "MME": "Mme", "MLLE": "Mlle"}


class Values(NamedTuple):
    """The values of one record by the names of ``aaf.NAMES``: stripped single ones, and lists as they are written.

    ``told`` are the attributes that a modifyRequest lists, empty ones too; None for an addRequest, which tells everything.
    """

    ones: dict[str, str]
    many: dict[str, list[str]]
    told: frozenset[str] | None = None


LONGEST_KEY = 40
LONGEST_CODE = 80
_INE = re.compile(r"[0-9A-Z]{11}")
_NOTHING: list[str] = []
_RANKS = {standing: rank for rank, standing in enumerate(STANDINGS)}


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the file says of itself: category, number of AAF-VE (None where unknown), degree, day, and whether it is of a delta."""

    category: str
    version: int | None
    first_degree: bool
    day: date | None = None
    delta: bool = False


@lru_cache(maxsize=40_000)
def _day(text: str) -> str | None:
    """'14/09/1995' as '1995-09-14'; None for anything that is no day of the calendar, or of another century than people's."""
    try:
        day = date(int(text[6:10]), int(text[3:5]), int(text[:2])) if len(text) == 10 else None
    except ValueError:
        return None
    return day.isoformat() if day is not None and 1900 <= day.year < 2100 else None


def structure(found: Values, rows: Rows, context: Context) -> None:
    """A structure; whether it is a school shows when pupils, classes or groups name it (FEED-9)."""
    key, uai = found.ones["key"], found.ones.get("uai", "")[:20].upper()
    if UAI.fullmatch(uai) is None and (uai or found.told is None):
        rows.reject(context.category, key, Words(N_("La structure n’a pas d’UAI valable (« %(uai)s »)."), uai=uai))
        return
    first_degree = context.first_degree or "school_of_first_degree" in found.ones
    declares = 0
    for kind, name in ((CLASS, "classes"), (GROUP, "groups")):
        for value in found.many.get(name, _NOTHING):
            code, _, rest = value.partition("$")
            if code and len(code) <= LONGEST_CODE:
                declares += 1
                rows.tables["label"].append((key, kind, code, rest.split("$")[0].strip()[:120]))
    street = ", ".join(part for part in found.ones.get("street", "")[:400].split("$") if part.strip())
    rows.tables["structure"].append(
        (
            key,
            uai,
            school_name(found.ones.get("name", "")[:400], uai if found.told is None else ""),
            kind_of(found.ones.get("type", "")[:80], first_degree=first_degree),
            street[:200],
            found.ones.get("postal_code", "")[:12],
            found.ones.get("town", "")[:80],
            found.ones.get("phone", "")[:40],
            found.ones.get("email", "")[:200],
            found.ones.get("academy", "")[:60],
            declares,
        )
    )


def mef(found: Values, rows: Rows, context: Context) -> None:
    """A training of the national list."""
    rows.tables["mef"].append(
        (found.ones["key"][:12], found.ones.get("label", "")[:160], found.ones.get("stat", "")[:12])
    )


def subject(found: Values, rows: Rows, context: Context) -> None:
    """A subject of the national list."""
    rows.tables["subject"].append((found.ones["key"][:12], found.ones.get("label", "")[:160]))


def _person(
    found: Values, rows: Rows, context: Context, category: str, teaching: bool | None, level: str | None
) -> bool:
    """Add the row of somebody; False (and a reject) without any name. A change (modifyRequest) may leave the name out."""
    get = found.ones.get
    key = found.ones["key"]
    birth_name = get("birth_name", "")[:80]
    last_name = get("last_name", "")[:80] or birth_name
    first_name = get("first_name", "")[:80]
    home = get("home", "")[:LONGEST_KEY]
    if not last_name and found.told is None:
        rows.reject(context.category, key, Words(N_("La fiche n’a pas de nom.")), struct=home)
        return False
    ine = get("ine", "").upper()
    if ine and _INE.fullmatch(ine) is None:
        reason = Words(N_("L’INE « %(ine)s » n’a pas la forme attendue ; il est laissé."), ine=ine[:20])
        rows.reject(context.category, key, reason, struct=home, whole=False)
        ine = ""
    born = get("birth_date", "")
    birth_date = _day(born)
    if born and birth_date is None:
        reason = Words(N_("La date de naissance « %(day)s » n’existe pas ; elle est laissée."), day=born[:20])
        rows.reject(context.category, key, reason, struct=home, whole=False)
    title = get("title", "")[:8]
    named = found.told is None or bool(last_name and first_name)
    address = get("address", "")
    others = found.many.get("other_first_names", _NOTHING)
    rows.tables["person"].append(
        (
            category,
            key,
            ine or None,
            get("siecle_id", "")[:20] or None,
            _TITLES.get(title.upper().rstrip("."), title) if title else "",
            last_name,
            birth_name,
            first_name,
            ", ".join(others)[:160],
            search_name(last_name, first_name) if named else "",
            birth_date,
            get("email", "")[:200],
            get("home_phone", "")[:40],
            (get("work_phone") or get("phone", ""))[:40],
            (get("mobile_phone") or get("sms_phone", ""))[:40],
            "\n".join([part.strip() for part in address.split("$") if part.strip()])[:400] if address else "",
            get("postal_code", "")[:12],
            get("town", "")[:80],
            get("country", "")[:60],
            home,
            teaching,
            get("mef", "")[:12],
            level,
            stem_of(first_name, last_name) if named else "",
            _fingerprint(found) if found.told is None else None,
        )
    )
    return True


def _fingerprint(found: Values) -> bytes:
    """A digest of every value that is used, whatever the order of the attributes. No text of XML holds what stands between them."""
    ones, many = found.ones, found.many
    parts = [f"{name}\x1f{ones[name]}" for name in sorted(ones)]
    parts += ["\x1f".join([name, *many[name]]) for name in sorted(many)]
    return blake2b("\x1e".join(parts).encode(), digest_size=16).digest()


def student(found: Values, rows: Rows, context: Context) -> None:
    """A pupil, their class and groups, and who stands for them (KIN-1)."""
    key = found.ones["key"]
    level = found.ones.get("level")
    if not _person(found, rows, context, STUDENT, False, level_from_text(level) if level else None):
        return
    _speak(found, rows, context, PUPIL_LINKS)
    places = rows.tables["place"]
    since, until = _class_days(found, "class_since"), _class_days(found, "class_until")
    taken, spares = set[str](), set[str]()
    for struct, code, name in _places(found, "classes", rows, context, key):
        entered, left = since.get((struct, code), ""), until.get((struct, code), "")
        if left and context.day is not None and entered <= left < context.day.isoformat():
            reason = Words(N_("L’élève a quitté « %(code)s » le %(day)s."), code=code, day=date.fromisoformat(left))
            rows.reject(context.category, key, reason, struct=struct, whole=False)
            continue
        if struct in taken:
            reason = Words(
                N_("L’élève a plusieurs classes dans le même établissement ; « %(code)s » est laissée."), code=code
            )
            rows.reject(context.category, key, reason, struct=struct, whole=False)
            if struct not in spares:
                places.append((key, STUDENT, struct, SPARE, code, name, STUDENT, "", entered, "1"))
            spares.add(struct)
            continue
        taken.add(struct)
        places.append((key, STUDENT, struct, CLASS, code, name, STUDENT, "", entered, ""))
    for struct, code, name in _places(found, "groups", rows, context, key):
        places.append((key, STUDENT, struct, GROUP, code, name, STUDENT, "", "", ""))
    relations = rows.tables["relation"]
    relations.extend((key, adult, *facts) for adult, facts in _adults_of(found, key, context).items())


def _speak(found: Values, rows: Rows, context: Context, links: Mapping[str, str]) -> None:
    """Note of which links a delta's record speaks: all that its category has, or those whose attributes a change lists."""
    if context.delta:
        told = links if found.told is None else [name for name in links if name in found.told]
        facets = dict.fromkeys(links[name] for name in told)
        rows.tables["spoken"].extend((found.ones["key"], facet) for facet in facets)


def _class_days(found: Values, name: str) -> dict[tuple[str, str], str]:
    """(structure, class) -> ISO day, of ``struct$dd/mm/yyyy$class``; the latest where one comes twice."""
    days: dict[tuple[str, str], str] = {}
    for value in found.many.get(name, _NOTHING):
        struct, _, rest = value.partition("$")
        written, _, code = rest.partition("$")
        if (day := _day(written.strip())) is not None and day > days.get((struct, code), ""):
            days[(struct, code)] = day
    return days


def _adults_of(found: Values, key: str, context: Context) -> dict[str, tuple[int, str, int]]:
    """Each adult of a pupil once, with the strongest standing; a pupil of age who stands for himself is no relation."""
    adults: dict[str, tuple[int, str, int]] = {}
    lines: list[list[str]]
    if "relations" in found.many:
        lines = [[*line.split("$"), "", "", ""][:4] for line in found.many["relations"]]
    else:
        # First degree ('id$link'), and files with the older view only ('id'): parental authority is all they tell.
        lines = [[*[*line.split("$"), ""][:2], "", "1"] for line in found.many.get("authority", _NOTHING)]
    for adult, link, pays, legal in lines:
        if not adult or adult == key or len(adult) > LONGEST_KEY:
            continue
        rank = _RANKS[standing_of(legal, link, context.version)]
        if adult not in adults or rank < adults[adult][0]:
            adults[adult] = (rank, link[:4], int(pays == "1"))
    return adults


def _places(found: Values, name: str, rows: Rows, context: Context, key: str) -> list[tuple[str, str, str]]:
    """(structure, code, label) of ``struct$code``, or of the first degree's five parts; each once, in the file's order."""
    places: dict[tuple[str, str], str] = {}
    for value in found.many.get(name, _NOTHING):
        parts = value.split("$")
        if len(parts) >= 5:
            struct, code, label = parts[0], parts[3], parts[4].strip()[:120]
        elif len(parts) >= 2:
            struct, code, label = parts[0], parts[1], ""
        else:
            struct, code, label = "", "", ""
        if not struct or not code.strip() or len(code) > LONGEST_CODE or len(struct) > LONGEST_KEY:
            reason = Words(N_("La valeur « %(value)s » ne nomme pas une classe ou un groupe."), value=value[:120])
            rows.reject(context.category, key, reason, struct=struct, whole=False)
            continue
        places.setdefault((struct, code), label)
    return [(struct, code, label) for (struct, code), label in places.items()]


def adult(found: Values, rows: Rows, context: Context) -> None:
    """An adult related to pupils; only the pupils' own records say how."""
    _person(found, rows, context, ADULT, False, None)


def staff(found: Values, rows: Rows, context: Context) -> None:
    """A staff member: functions, classes and groups taught, classes headed."""
    key, home = found.ones["key"], found.ones.get("home", "")[:LONGEST_KEY]
    functions = _functions(found, home)
    taught = [(CLASS, row) for row in _taught(found, "classes", "class_subjects", rows, context, key)] + [
        (GROUP, row) for row in _taught(found, "groups", "group_subjects", rows, context, key)
    ]
    teaching: bool | None = teaches(
        found.ones.get("is_teacher", "")[:1],
        found.ones.get("before_pupils", "")[:1],
        {code for _struct, code, *_rest in functions},
        has_class=context.first_degree and bool(taught),
        specialities="specialities" in found.many,
    )
    if found.told is not None and not teaching and "is_teacher" not in found.told:
        teaching = None  # what it does not list may make a teacher of them
    if not _person(found, rows, context, STAFF, teaching, None):
        return
    _speak(found, rows, context, STAFF_LINKS)
    places = rows.tables["place"]
    for kind, (struct, code, name, subject_code) in taught:
        places.append((key, STAFF, struct, kind, code, name, "teacher", subject_code, "", ""))
    for struct, code, name in _places(found, "head_classes", rows, context, key):
        places.append((key, STAFF, struct, CLASS, code, name, "head-teacher", "", "", ""))
    rows.tables["function"].extend((key, *row) for row in functions)


def _taught(
    found: Values, plain: str, with_subject: str, rows: Rows, context: Context, key: str
) -> list[tuple[str, str, str, str]]:
    """(structure, code, label, subject) of what is taught; without subject only where no value names one."""
    taught: dict[tuple[str, str, str], str] = {}
    for value in found.many.get(with_subject, _NOTHING):
        parts = value.split("$")
        if len(parts) == 3 and parts[0] and parts[1].strip() and len(parts[1]) <= LONGEST_CODE:
            taught[(parts[0][:LONGEST_KEY], parts[1], parts[2].strip()[:12])] = ""
        elif len(parts) == 2:
            found.many.setdefault(plain, []).append(value)
    named = {(struct, code) for struct, code, _subject in taught}
    for struct, code, label in _places(found, plain, rows, context, key):
        if (struct, code) not in named:
            taught[(struct, code, "")] = label
    return [(struct, code, label, subject_code) for (struct, code, subject_code), label in taught.items()]


def _functions(found: Values, home: str) -> list[tuple[str, str, str, str, str]]:
    """(structure, code, label, discipline code, discipline); values with fewer parts exist, '-' is no function."""
    functions: dict[tuple[str, str, str], tuple[str, str]] = {}
    for value in found.many.get("functions", _NOTHING):
        struct, code, label, discipline_code, discipline = [*(p.strip() for p in value.split("$")), *[""] * 5][:5]
        if struct and len(struct) <= LONGEST_KEY and code and code != "-":
            functions.setdefault((struct, code[:12], discipline_code[:12]), (label[:120], discipline[:120]))
    for value in found.many.get("heading", _NOTHING):
        # First degree: the structure that is headed, alone or as 'struct$...'; 'O' means the home structure.
        struct, _, rest = value.strip().partition("$")
        struct = {"O": home, "N": ""}.get(struct, struct)
        heads = struct and rest.strip() != "N" and len(struct) <= LONGEST_KEY
        if heads and not any(known[0] == struct and known[1] == HEADING for known in functions):
            functions[(struct, HEADING, "")] = ("DIRECTION", "")
    return [(s, code, label, d_code, d) for (s, code, d_code), (label, d) in functions.items()]
