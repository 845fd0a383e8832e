"""From the ministry's statistics code of a training to the level that schools speak of. Plain.

The first four characters of MEFSTAT11 give the level whatever the training's variant: the reliable key for "where does a
pupil go next". A training without MEFSTAT keeps its level unknown.
"""

from __future__ import annotations

#: MEFSTAT4 -> level, youngest first; the order is that of the levels in lists, and of ties in a class of two levels.
LEVELS: dict[str, str] = {
    "1110": "TPS",
    "1111": "PS",
    "1112": "MS",
    "1113": "GS",
    "1121": "CP",
    "1122": "CE1",
    "1123": "CE2",
    "1124": "CM1",
    "1125": "CM2",
    "2111": "6e",
    "2112": "5e",
    "2115": "4e",
    "2116": "3e",
    "2431": "6e SEGPA",
    "2432": "5e SEGPA",
    "2433": "4e SEGPA",
    "2434": "3e SEGPA",
    "2118": "Classe relais",
    "2119": "UPI",
    "2211": "2de",
    "2212": "1re",
    "2213": "Tle",
    "2311": "CAP en 1 an",
    "2321": "CAP 1 sur 2",
    "2322": "CAP 2 sur 2",
    "2331": "CAP 1 sur 3",
    "2332": "CAP 2 sur 3",
    "2333": "CAP 3 sur 3",
    "2381": "2de pro",
    "2382": "1re pro",
    "2383": "Tle pro",
    "2511": "BP 1",
    "2512": "BP 2",
    "23C1": "BMA 1",
    "23C2": "BMA 2",
    "3111": "CPGE 1",
    "3112": "CPGE 2",
    "3211": "BTS en 1 an",
    "3221": "BTS 1",
    "3222": "BTS 2",
    "3231": "BTS 1 sur 3",
    "3232": "BTS 2 sur 3",
    "3233": "BTS 3 sur 3",
}
_PRIMARY = frozenset(list(LEVELS.values())[:9])
_COLLEGE = frozenset(level for stat, level in LEVELS.items() if stat.startswith(("211", "243")))
_BY_WORD = {level.upper(): level for level in LEVELS.values()}


def level_of(mefstat: str) -> str | None:
    """The level of a training by its MEFSTAT11 (or its first four characters); None while unknown."""
    return LEVELS.get(mefstat[:4].upper())


def level_from_text(text: str) -> str | None:
    """The level that a first-degree feed writes as a word ('CP', 'cm2') or as a statistics code; None for anything else."""
    word = text.strip().upper()
    return _BY_WORD.get(word) or LEVELS.get(word[:4])


def school_kind(level: str) -> str:
    """The kind of school in which that level is taught: 'primary', 'college' or 'lycee'."""
    if level in _PRIMARY:
        return "primary"
    return "college" if level in _COLLEGE else "lycee"
