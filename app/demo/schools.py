"""The schools of a fictional academy: which kinds, classes, trainings, subjects and posts. Plain, without chance.

Codes of trainings (MEF), statistics (MEFSTAT) and subjects have the ministry's shape; the first four characters of a MEFSTAT
are those of its level (``formats/aaf``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.demo.names import COLOURS, KIND_WORDS, PATRONS, STREETS, TOWNS

#: The kinds of a sector's schools, in order; sectors follow one another. One lycée, three collèges, eight primary schools.
SECTOR = (
    "primary", "college", "lycee", "primary", "primary", "college",
    "primary", "primary", "primary", "college", "primary", "primary",
)  # fmt: skip
#: How many pupils a school has beside the others, how many a class holds, and the fewest classes.
WEIGHT = {"primary": 3, "college": 4, "lycee": 5}
CLASS_SIZE = {"primary": 24, "college": 25, "lycee": 30}
FEWEST = {"primary": 3, "college": 4, "lycee": 4}


@dataclass(frozen=True, slots=True)
class Training:
    """A MEF: code, label, statistics code, level, and the age that a pupil reaches in the year in which it begins."""

    code: str
    label: str
    stat: str
    level: str
    age: int


TRAININGS = {
    training.code: training
    for training in (
        Training("00110001110", "COURS PREPARATOIRE", "11210010001", "CP", 6),
        Training("00210001110", "COURS ELEMENTAIRE 1", "11220010001", "CE1", 7),
        Training("00310001110", "COURS ELEMENTAIRE 2", "11230010001", "CE2", 8),
        Training("00410001110", "COURS MOYEN 1", "11240010001", "CM1", 9),
        Training("00510001110", "COURS MOYEN 2", "11250010001", "CM2", 10),
        Training("10010012110", "6EME", "21110010012", "6e", 11),
        Training("10110001110", "5EME", "21120010001", "5e", 12),
        Training("10210001110", "4EME", "21150010001", "4e", 13),
        Training("10310019110", "3EME", "21160010019", "3e", 14),
        Training("20010018110", "2NDE GENERALE ET TECHNOLOGIQUE", "22112010018", "2de", 15),
        Training("20111010110", "PREMIERE GENERALE", "22121010010", "1re", 16),
        Training("21131014110", "1ERE STMG", "22127010014", "1re", 16),
        Training("20211010110", "TERMINALE GENERALE", "22131010010", "Tle", 17),
        Training("21231014110", "TERMINALE STMG", "22137010014", "Tle", 17),
    )
}
_BY_LABEL = {training.label: training for training in TRAININGS.values()}
PRIMARY = tuple(training for training in TRAININGS.values() if training.age <= 10)
COLLEGE = tuple(training for training in TRAININGS.values() if 11 <= training.age <= 14)


@dataclass(frozen=True, slots=True)
class Discipline:
    """What a teacher teaches: the subject's code and label, the discipline's, and how many classes one teacher has."""

    subject: str
    label: str
    code: str
    discipline: str
    classes: int


DISCIPLINES = (
    Discipline("020700", "Français", "L0202", "LETTRES MODERNES", 4),
    Discipline("061300", "Mathématiques", "L1300", "MATHEMATIQUES", 5),
    Discipline("030201", "Anglais LV1", "L0422", "ANGLAIS", 6),
    Discipline("043700", "Histoire-géographie", "L1000", "HISTOIRE GEOGRAPHIE", 6),
    Discipline("100100", "EPS", "L1900", "EDUCATION PHYSIQUE ET SPORTIVE", 6),
    Discipline("030602", "Espagnol LV2", "L0426", "ESPAGNOL", 8),
    Discipline("062900", "SVT", "L1600", "SCIENCES DE LA VIE ET DE LA TERRE", 10),
    Discipline("062300", "Physique-chimie", "L1500", "SCIENCES PHYSIQUES ET CHIMIQUES", 10),
    Discipline("070800", "Technologie", "L1400", "TECHNOLOGIE", 12),
    Discipline("090100", "Arts plastiques", "L1800", "ARTS PLASTIQUES", 18),
    Discipline("080300", "Éducation musicale", "L1700", "EDUCATION MUSICALE", 18),
)
#: Posts beside the teachers, by kind of school: function, label, and how many for how many classes (0: one a school).
POSTS = {
    "primary": (("DIR", "DIRECTION", 0),),
    "college": (
        ("DIR", "DIRECTION", 0),
        ("ADF", "PERSONNELS ADMINISTRATIFS", 0),
        ("EDU", "EDUCATION", 0),
        ("DOC", "DOCUMENTATION", 0),
        ("AED", "ASSISTANT D'EDUCATION", 4),
        ("ORI", "ORIENTATION", 0),
    ),
    "lycee": (
        ("DIR", "DIRECTION", 0),
        ("ADF", "PERSONNELS ADMINISTRATIFS", 0),
        ("EDU", "EDUCATION", 8),
        ("DOC", "DOCUMENTATION", 0),
        ("AED", "ASSISTANT D'EDUCATION", 5),
        ("LAB", "PERSONNELS DE LABORATOIRE", 0),
    ),
}


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """A class: number in the first degree, code, label, and its trainings (two where two levels share a room)."""

    number: str
    code: str
    label: str
    trainings: tuple[Training, ...]


@dataclass(slots=True)
class SchoolPlan:
    """A school: key in the feed, UAI, kind, name, where it stands, its classes and groups (code, label, classes' codes)."""

    key: str
    uai: str
    kind: str
    name: str
    street: str
    postal_code: str
    town: str
    phone: str
    email: str
    sector: int
    pupils: int
    classes: list[ClassPlan] = field(default_factory=list)
    groups: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    #: The group of a class's pupils, by the class's code: a third of them is in each, a third in none.
    groups_of: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def degree(self) -> str:
        """'1D' or '2D': which feed speaks for it."""
        return "1D" if self.kind == "primary" else "2D"


def uai_of(number: int) -> str:
    """The UAI of the ``number``-th school of a department that does not exist, with its check letter."""
    digits = 990_0000 + number
    return f"{digits:07d}{'ABCDEFGHJKLMNPRSTUVWXYZ'[digits % 23]}"


def plan_schools(count: int, pupils: int) -> list[SchoolPlan]:
    """``count`` schools for about ``pupils`` pupils, in sectors of twelve."""
    kinds = [SECTOR[index % len(SECTOR)] for index in range(count)]
    whole = sum(WEIGHT[kind] for kind in kinds)
    rank: dict[str, int] = dict.fromkeys(WEIGHT, 0)
    plans = []
    for index, kind in enumerate(kinds):
        town, postal_code = TOWNS[(index // 3) % len(TOWNS)]
        patron = PATRONS[kind][rank[kind] % len(PATRONS[kind])]
        again = rank[kind] // len(PATRONS[kind])
        rank[kind] += 1
        uai = uai_of(index + 1)
        plan = SchoolPlan(
            key=str(10_001 + index),
            uai=uai,
            kind=kind,
            name=f"{KIND_WORDS[kind]} {patron}" + (f" {again + 1}" if again else ""),
            street=f"{index % 60 + 1} {STREETS[(index * 7) % len(STREETS)]}",
            postal_code=postal_code,
            town=town,
            phone=f"+33 3 53 01 {index // 100 % 100:02d} {index % 100:02d}",
            email=f"ce.{uai.lower()}@ac-valmont.example",
            sector=index // len(SECTOR),
            pupils=max(1, round(pupils * WEIGHT[kind] / whole)),
        )
        rooms = max(FEWEST[kind], round(plan.pupils / CLASS_SIZE[kind]))
        {"primary": _primary_classes, "college": _college_classes, "lycee": _lycee_classes}[kind](plan, rooms)
        plans.append(plan)
    return plans


def _primary_classes(plan: SchoolPlan, rooms: int) -> None:
    """Five levels over the rooms, in order: where they do not fall together, two levels share one."""
    for room in range(rooms):
        first, last = room * 5 // rooms, -(-(room + 1) * 5 // rooms) - 1
        trainings = PRIMARY[first : last + 1]
        colour = COLOURS[room % len(COLOURS)] + (str(room // len(COLOURS) + 1) if room >= len(COLOURS) else "")
        code = "-".join(training.level for training in trainings) + f" {colour}"
        plan.classes.append(ClassPlan(f"{plan.key}{room + 1:03d}", code, code, trainings))


def _college_classes(plan: SchoolPlan, rooms: int) -> None:
    for position, training in enumerate(COLLEGE):
        many = rooms // 4 + (1 if position < rooms % 4 else 0)
        codes = [f"{training.level[0]}{_letters(index)}" for index in range(many)]
        plan.classes += [ClassPlan("", code, f"{training.level[0]}EME {code[1:]}", (training,)) for code in codes]
        if training.level != "6e":
            _add_groups(plan, codes, (f"{training.level[0]}ESP LV2", f"{training.level[0]}LATIN"))


def _lycee_classes(plan: SchoolPlan, rooms: int) -> None:
    tracks = (
        ("2GT", "2NDE GENERALE ET TECHNOLOGIQUE"), ("1G", "PREMIERE GENERALE"), ("TG", "TERMINALE GENERALE"),
        ("1STMG", "1ERE STMG"), ("TSTMG", "TERMINALE STMG"),
    )  # fmt: skip
    used = tracks if rooms >= 5 else tracks[:3]
    many = dict.fromkeys((name for name, _ in used), 1)
    for extra in range(rooms - len(used)):
        many[tracks[extra % 3][0]] += 1
    for name, label in used:
        codes = [f"{name}{index + 1}" for index in range(many[name])]
        plan.classes += [ClassPlan("", code, f"{label} {code}", (_BY_LABEL[label],)) for code in codes]
        if name in ("1G", "TG"):
            _add_groups(plan, codes, (f"{name[0]}SPE MATHS", f"{name[0]}SPE HGGSP"))


def _add_groups(plan: SchoolPlan, codes: list[str], names: tuple[str, str]) -> None:
    plan.groups += [(name, name, tuple(codes)) for name in names]
    plan.groups_of.update(dict.fromkeys(codes, names))


def _letters(index: int) -> str:
    """A, B ... Z, AA, AB ..."""
    return chr(65 + index) if index < 26 else chr(64 + index // 26) + chr(65 + index % 26)


def posts(plan: SchoolPlan) -> Iterator[tuple[str, str, Discipline | None]]:
    """The posts of a school: function, label, and a teacher's discipline. One post in primary is both: the director teaches.

    In primary the director's post comes first and stands for the first class's teacher.
    """
    rooms = len(plan.classes)
    for code, label, share in POSTS[plan.kind]:
        for _ in range(-(-rooms // share) if share else 1):
            yield code, label, None
    if plan.kind == "primary":
        for _ in range(rooms - 1):
            yield "ENS", "ENSEIGNEMENT", None
        return
    for discipline in DISCIPLINES:
        for _ in range(-(-rooms // discipline.classes)):
            yield "ENS", "ENSEIGNEMENT", discipline
