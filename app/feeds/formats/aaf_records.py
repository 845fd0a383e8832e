"""One AAF record becomes rows: structures, nomenclatures, pupils, adults, staff (FEED-1, KIN-1, S4-2). Plain.

Class and group codes are opaque keys, kept exactly; names are stripped of outer spaces and otherwise left as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b

from app.accounts.logins import stem_of
from app.directory.names import search_name
from app.feeds.formats.rows import ADULT, CLASS, GROUP, STAFF, STUDENT, Rows
from app.feeds.levels import level_from_text
from app.feeds.standing import STANDINGS, standing_of
from app.feeds.structures import UAI, kind_of, school_name
from app.feeds.teaching import HEADING, teaches
from app.words import N_, Words

Values = dict[str, list[str]]
LONGEST_KEY = 40
LONGEST_CODE = 80
_INE = re.compile(r"[0-9A-Z]{11}")
_NOTHING: list[str] = []
_RANKS = {standing: rank for rank, standing in enumerate(STANDINGS)}


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the file says of itself: category, number of AAF-VE (None where unknown), degree."""

    category: str
    version: int | None
    first_degree: bool


def _one(found: Values, name: str, longest: int) -> str:
    values = found.get(name)
    return values[0].strip()[:longest] if values else ""


@lru_cache(maxsize=40_000)
def _day(text: str) -> str | None:
    """'14/09/1995' as '1995-09-14'; None for anything that is no day of the calendar."""
    try:
        return date(int(text[6:10]), int(text[3:5]), int(text[:2])).isoformat() if len(text) == 10 else None
    except ValueError:
        return None


def structure(found: Values, rows: Rows, context: Context) -> None:
    """A structure; whether it is a school shows when pupils, classes or groups name it (FEED-9)."""
    key, uai = found["key"][0], _one(found, "uai", 20).upper()
    if UAI.fullmatch(uai) is None:
        rows.reject(context.category, key, Words(N_("La structure n’a pas d’UAI valable (« %(uai)s »)."), uai=uai))
        return
    first_degree = context.first_degree or "school_of_first_degree" in found
    declares = 0
    for kind, name in ((CLASS, "classes"), (GROUP, "groups")):
        for value in found.get(name, _NOTHING):
            code, _, rest = value.partition("$")
            if code and len(code) <= LONGEST_CODE:
                declares += 1
                rows.tables["label"].append((key, kind, code, rest.split("$")[0].strip()[:120]))
    street = ", ".join(part for part in _one(found, "street", 400).split("$") if part.strip())
    rows.tables["structure"].append(
        (
            key,
            uai,
            school_name(_one(found, "name", 400), uai),
            kind_of(_one(found, "type", 80), first_degree=first_degree),
            street[:200],
            _one(found, "postal_code", 12),
            _one(found, "town", 80),
            _one(found, "phone", 40),
            _one(found, "email", 200),
            _one(found, "academy", 60),
            declares,
        )
    )


def mef(found: Values, rows: Rows, context: Context) -> None:
    """A training of the national list."""
    rows.tables["mef"].append((found["key"][0][:12], _one(found, "label", 160), _one(found, "stat", 12)))


def subject(found: Values, rows: Rows, context: Context) -> None:
    """A subject of the national list."""
    rows.tables["subject"].append((found["key"][0][:12], _one(found, "label", 160)))


def _person(found: Values, rows: Rows, context: Context, category: str, teaching: bool, level: str | None) -> bool:
    """Add the row of somebody; False (and a reject) without any name."""
    key = found["key"][0]
    birth_name = _one(found, "birth_name", 80)
    last_name = _one(found, "last_name", 80) or birth_name
    first_name = _one(found, "first_name", 80)
    home = _one(found, "home", LONGEST_KEY)
    if not last_name:
        rows.reject(context.category, key, Words(N_("La fiche n’a pas de nom.")), struct=home)
        return False
    ine = _one(found, "ine", 20).upper()
    lines = found.get("address")
    others = found.get("other_first_names")
    work, mobile = _one(found, "work_phone", 40), _one(found, "mobile_phone", 40)
    rows.tables["person"].append(
        (
            category,
            key,
            ine if _INE.fullmatch(ine) else None,
            _one(found, "siecle_id", 20) or None,
            _one(found, "title", 8),
            last_name,
            birth_name,
            first_name,
            ", ".join(others)[:160] if others else "",
            search_name(last_name, first_name),
            _day(_one(found, "birth_date", 20)),
            _one(found, "email", 200),
            _one(found, "home_phone", 40),
            work or _one(found, "phone", 40),
            mobile or _one(found, "sms_phone", 40),
            "\n".join(part.strip() for part in lines[0].split("$") if part.strip())[:400] if lines else "",
            _one(found, "postal_code", 12),
            _one(found, "town", 80),
            _one(found, "country", 60),
            home,
            teaching,
            _one(found, "mef", 12),
            level,
            stem_of(first_name, last_name),
            _fingerprint(found),
        )
    )
    return True


def _fingerprint(found: Values) -> bytes:
    """A digest of every value that is used, whatever the order of the attributes."""
    text = "\x1e".join([name + "\x1f" + "\x1f".join(found[name]) for name in sorted(found)])
    return blake2b(text.encode(), digest_size=16).digest()


def student(found: Values, rows: Rows, context: Context) -> None:
    """A pupil, their class and groups, and who stands for them (KIN-1)."""
    key = found["key"][0]
    levels = found.get("level")
    if not _person(found, rows, context, STUDENT, False, level_from_text(levels[0]) if levels else None):
        return
    places = rows.tables["place"]
    taken: set[str] = set()
    for struct, code, name in _places(found, "classes", rows, context, key):
        if struct in taken:
            reason = Words(
                N_("L’élève a plusieurs classes dans le même établissement ; « %(code)s » est laissée."), code=code
            )
            rows.reject(context.category, key, reason, struct=struct, whole=False)
            continue
        taken.add(struct)
        places.append((key, STUDENT, struct, CLASS, code, name, STUDENT, ""))
    for struct, code, name in _places(found, "groups", rows, context, key):
        places.append((key, STUDENT, struct, GROUP, code, name, STUDENT, ""))
    relations = rows.tables["relation"]
    relations.extend((key, adult, *facts) for adult, facts in _adults_of(found, key, context).items())


def _adults_of(found: Values, key: str, context: Context) -> dict[str, tuple[int, str, bool]]:
    """Each adult of a pupil once, with the strongest standing; a pupil of age who stands for himself is no relation."""
    adults: dict[str, tuple[int, str, bool]] = {}
    lines: list[list[str]]
    if "relations" in found:
        lines = [[*line.split("$"), "", "", ""][:4] for line in found["relations"]]
    else:
        # First degree ('id$link'), and files with the older view only ('id'): parental authority is all they tell.
        lines = [[*[*line.split("$"), ""][:2], "", "1"] for line in found.get("authority", _NOTHING)]
    for adult, link, pays, legal in lines:
        if not adult or adult == key or len(adult) > LONGEST_KEY:
            continue
        rank = _RANKS[standing_of(legal, link, context.version)]
        if adult not in adults or rank < adults[adult][0]:
            adults[adult] = (rank, link[:4], pays == "1")
    return adults


def _places(found: Values, name: str, rows: Rows, context: Context, key: str) -> list[tuple[str, str, str]]:
    """(structure, code, label) of ``struct$code``, or of the first degree's five parts; each once, in the file's order."""
    places: dict[tuple[str, str], str] = {}
    for value in found.get(name, _NOTHING):
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
    key, home = found["key"][0], _one(found, "home", LONGEST_KEY)
    functions = _functions(found, home)
    taught = [(CLASS, row) for row in _taught(found, "classes", "class_subjects", rows, context, key)] + [
        (GROUP, row) for row in _taught(found, "groups", "group_subjects", rows, context, key)
    ]
    teaching = teaches(
        _one(found, "is_teacher", 1),
        _one(found, "before_pupils", 1),
        {code for _struct, code, *_rest in functions},
        has_class=context.first_degree and bool(taught),
        specialities="specialities" in found,
    )
    if not _person(found, rows, context, STAFF, teaching, None):
        return
    places = rows.tables["place"]
    for kind, (struct, code, name, subject_code) in taught:
        places.append((key, STAFF, struct, kind, code, name, "teacher", subject_code))
    for struct, code, name in _places(found, "head_classes", rows, context, key):
        places.append((key, STAFF, struct, CLASS, code, name, "head-teacher", ""))
    rows.tables["function"].extend((key, *row) for row in functions)


def _taught(
    found: Values, plain: str, with_subject: str, rows: Rows, context: Context, key: str
) -> list[tuple[str, str, str, str]]:
    """(structure, code, label, subject) of what is taught; without subject only where no value names one."""
    taught: dict[tuple[str, str, str], str] = {}
    for value in found.get(with_subject, _NOTHING):
        parts = value.split("$")
        if len(parts) == 3 and parts[0] and parts[1].strip() and len(parts[1]) <= LONGEST_CODE:
            taught[(parts[0][:LONGEST_KEY], parts[1], parts[2].strip()[:12])] = ""
        elif len(parts) == 2:
            found.setdefault(plain, []).append(value)
    named = {(struct, code) for struct, code, _subject in taught}
    for struct, code, label in _places(found, plain, rows, context, key):
        if (struct, code) not in named:
            taught[(struct, code, "")] = label
    return [(struct, code, label, subject_code) for (struct, code, subject_code), label in taught.items()]


def _functions(found: Values, home: str) -> list[tuple[str, str, str, str, str]]:
    """(structure, code, label, discipline code, discipline); values with fewer parts exist, '-' is no function."""
    functions: dict[tuple[str, str, str], tuple[str, str]] = {}
    for value in found.get("functions", _NOTHING):
        struct, code, label, discipline_code, discipline = [*(p.strip() for p in value.split("$")), *[""] * 5][:5]
        if struct and len(struct) <= LONGEST_KEY and code and code != "-":
            functions.setdefault((struct, code[:12], discipline_code[:12]), (label[:120], discipline[:120]))
    for value in found.get("heading", _NOTHING):
        # First degree: the structure that is headed, alone or as 'struct$...'; 'O' means the home structure.
        struct, _, rest = value.strip().partition("$")
        struct = {"O": home, "N": ""}.get(struct, struct)
        heads = struct and rest.strip() != "N" and len(struct) <= LONGEST_KEY
        if heads and not any(known[0] == struct and known[1] == HEADING for known in functions):
            functions[(struct, HEADING, "")] = ("DIRECTION", "")
    return [(s, code, label, d_code, d) for (s, code, d_code), (label, d) in functions.items()]
