"""The pupils of an ONDE file, and whether each may come in (FEED-2): five conditions, each told where it fails. Plain.

The level comes from 'Niveau' alone; 'Cycle' is only held against it, since the two contradict each other in real files.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.directory.names import folded, search_name
from app.feeds.formats.onde_columns import Columns, Row
from app.feeds.levels import level_from_text
from app.words import N_, Words

INE = re.compile(r"[0-9A-Z]{11}")
LONGEST_CODE = 80
#: The levels of each cycle, in the old and in the present division.
_CYCLES = {
    "maternelle": {"TPS", "PS", "MS", "GS"},
    "cycle i": {"TPS", "PS", "MS", "GS"},
    "cycle ii": {"GS", "CP", "CE1", "CE2"},
    "cycle iii": {"CE2", "CM1", "CM2"},
}


def day(text: str) -> date | None:
    """'2006-06-28' or '28/06/2006'; None for anything that is no day of the calendar."""
    try:
        if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
            year, month, number = found.groups()
        elif found := re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text):
            number, month, year = found.groups()
        else:
            return None
        return date(int(year), int(month), int(number)) if 1900 <= int(year) < 2100 else None
    except ValueError:
        return None


@dataclass(eq=False)
class Pupil:
    """One pupil's row, and what keeps them out (``failing``)."""

    line: int
    row: Row
    ine: str = ""
    birth_date: date | None = None
    class_code: str = ""
    responsibles: int = 0
    failing: list[Words] = field(default_factory=list)

    @property
    def last_name(self) -> str:
        return self.row.get("used_name") or self.row.get("last_name", "")

    @property
    def name(self) -> str:
        return search_name(self.row.get("last_name") or self.last_name, self.row.get("first_name", ""))

    @property
    def entry(self) -> str:
        """By what a report names them: the INE, else line and name."""
        return self.ine or f"ligne {self.line} : {self.last_name} {self.row.get('first_name', '')}"[:80]


@dataclass
class Pupils:
    """The pupils of one file; ``notes`` are what must be said of the file, ``links`` of single values (entry, reason)."""

    found: list[Pupil] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    links: list[tuple[str, Words]] = field(default_factory=list)
    #: Code of a class -> its label.
    classes: dict[str, str] = field(default_factory=dict)
    #: The first calendar year of the school year of which the file speaks; None where it does not say.
    year: int | None = None

    def code_of(self, label: str) -> str | None:
        """The code of the one class with that label; None where none or several have it."""
        wanted = normal(label)
        codes = {code for code, shown in self.classes.items() if normal(shown) == wanted}
        return codes.pop() if len(codes) == 1 else None


def normal(label: str) -> str:
    """A class's label as a key: capitals, one space where there were several."""
    return " ".join(label.split()).upper()[:LONGEST_CODE]


def pupils(columns: Columns, rows: Sequence[tuple[int, list[str]]], delivered_on: date | None) -> Pupils:
    """The rows as pupils, judged by everything but their responsibles."""
    whole = Pupils()
    for line, cells in rows:
        pupil = Pupil(line, columns.row(cells))
        if columns.overlong(cells):
            pupil.failing.append(Words(N_("sa ligne a plus de valeurs que l’en-tête")))
        _identify(pupil, whole)
        whole.found.append(pupil)
    _check_year(columns, whole)
    for pupil in whole.found:
        _check_state(pupil, columns, delivered_on)
        if not pupil.class_code:
            pupil.failing.append(Words(N_("l’élève n’est placé dans aucune classe")))
    _check_doubles(whole)
    _hold_cycles_against_levels(whole)
    for column, sentence in (
        ("ine", N_("Le fichier des élèves n’a pas de colonne INE : aucun élève ne peut entrer. Demandez l’extraction d’ONDE.")),
        ("state", N_("Le fichier ne dit pas si l’admission est définitive : cette condition n’a pas pu être vérifiée.")),
        ("year", N_("Le fichier ne dit pas l’année d’inscription : cette condition n’a pas pu être vérifiée.")),
    ):  # fmt: skip
        if column not in columns.places:
            whole.notes.append(Words(sentence))
    return whole


def _identify(pupil: Pupil, whole: Pupils) -> None:
    row = pupil.row
    ine = row.get("ine", "").replace(" ", "").upper()
    if INE.fullmatch(ine):
        pupil.ine = ine
    elif ine:
        pupil.failing.append(Words(N_("l’INE « %(ine)s » n’a pas la forme attendue"), ine=ine[:20]))
    else:
        pupil.failing.append(Words(N_("l’INE manque")))
    if not pupil.last_name:
        pupil.failing.append(Words(N_("le nom manque")))
    written = row.get("birth_date", "")
    pupil.birth_date = day(written)
    if written and pupil.birth_date is None:
        reason = Words(N_("La date de naissance « %(day)s » n’existe pas ; elle est laissée."), day=written[:20])
        whole.links.append((pupil.entry, reason))
    label = " ".join(row.get("class_label", "").split())[:120]
    pupil.class_code = row.get("class_id", "")[:LONGEST_CODE] or normal(label)
    if pupil.class_code:
        known = whole.classes.setdefault(pupil.class_code, label)
        if label and normal(known) != normal(label):
            reason = Words(
                N_("La classe « %(code)s » a deux libellés, « %(one)s » et « %(other)s » ; le premier est gardé."),
                code=pupil.class_code,
                one=known,
                other=label,
            )
            if reason not in whole.notes:
                whole.notes.append(reason)


def _check_year(columns: Columns, whole: Pupils) -> None:
    """Enrolled in another year than most of the file."""
    if "year" not in columns.places:
        return
    years = Counter(found for pupil in whole.found if (found := pupil.row["year"][:4]))
    own = years.most_common(1)[0][0] if years else ""
    whole.year = int(own) if re.fullmatch(r"20[0-9]{2}", own) else None
    for pupil in whole.found:
        if pupil.row["year"][:4] != own or not own:
            reason = N_("l’inscription n’est pas de cette année (« %(year)s »)")
            pupil.failing.append(Words(reason, year=pupil.row["year"][:20]))


def _check_state(pupil: Pupil, columns: Columns, delivered_on: date | None) -> None:
    if "state" in columns.places:
        state = folded(pupil.row["state"])
        if "definiti" not in state and state not in ("admis", "admise"):
            reason = N_("l’admission n’est pas définitive (« %(state)s »)")
            pupil.failing.append(Words(reason, state=pupil.row["state"][:40]))
    left = day(pupil.row.get("left_on", ""))
    if left is not None and (delivered_on is None or left <= delivered_on):
        pupil.failing.append(Words(N_("l’élève est radié depuis le %(day)s"), day=left))


def _check_doubles(whole: Pupils) -> None:
    """One INE is one pupil: the same one again is taken once, two different ones are both left out."""
    by_ine: dict[str, list[Pupil]] = defaultdict(list)
    for pupil in whole.found:
        if pupil.ine:
            by_ine[pupil.ine].append(pupil)
    for ine, several in by_ine.items():
        first, *others = several
        if any(other.name != first.name or other.birth_date != first.birth_date for other in others):
            for pupil in several:
                pupil.failing.append(Words(N_("l’INE est celui de plusieurs élèves du fichier")))
            continue
        for other in others:
            whole.found.remove(other)
            if other.class_code != first.class_code:
                reason = N_("L’élève a plusieurs classes dans le même établissement ; « %(code)s » est laissée.")
                whole.links.append((ine, Words(reason, code=other.class_code)))


def _hold_cycles_against_levels(whole: Pupils) -> None:
    wrong = 0
    for pupil in whole.found:
        levels = _CYCLES.get(folded(pupil.row.get("cycle", "")))
        level = level_from_text(pupil.row.get("level", ""))
        wrong += levels is not None and level is not None and level not in levels
    if wrong:
        sentence = N_("Le cycle contredit le niveau de %(count)s élèves ; le niveau fait foi.")
        whole.notes.append(Words(sentence, count=wrong))
