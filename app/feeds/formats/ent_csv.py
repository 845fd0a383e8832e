"""The generic CSV import of an ENT, for one school: pupils, teachers, staff, parents and guests, any of the five files (FEED-8). Plain.

A person's key is the file's 'externalid' within the school, since two schools may both count from 1; without one it is made of name and
birth date, of a parent of name and child. A class's code is its label, as ONDE's is. A parent stands for the child (KIN-1). The files say
which staff is complete: teachers alone take nothing from the others (FEED-9). Guests are made by hand and have a lifetime (PORTAL-8,
ACCT-5): each is rejected, with the place where an account is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from app.directory.names import search_name
from app.feeds.formats.aaf_files import Category, NotADelivery
from app.feeds.formats.csv_text import Table
from app.feeds.formats.ent_csv_columns import Columns, Kind, columns_of
from app.feeds.formats.onde_pupils import INE, LONGEST_CODE, day, normal
from app.feeds.formats.one_school import SchoolFiles, person_row
from app.feeds.formats.rows import ADULT, CLASS, STAFF, STUDENT, Rows
from app.feeds.levels import level_from_text
from app.feeds.standing import LEGAL, STANDINGS
from app.feeds.teaching import function_named
from app.words import N_, Words

LONGEST_KEY = 40
_CATEGORY = {Kind.PUPILS: STUDENT, Kind.PARENTS: ADULT, Kind.TEACHERS: STAFF, Kind.STAFF: STAFF}
_GUEST = N_(
    "Un invité n’entre pas par un import : son compte se fait à la main, avec sa durée, dans « Comptes faits à la main »"
    " de l’établissement."
)
_SEVERAL = N_("Le même identifiant désigne plusieurs personnes de la livraison ; aucune n’est prise.")


class NotCsv(NotADelivery):
    """What was given are no files of the generic import, or not whole ones."""

    advice = N_(
        "Rien n’a été modifié. Les fichiers se nomment CSV_Eleves, CSV_Enseignants, CSV_Parents, CSV_Personnels et CSV_Invites"
        " (.csv), et leur première ligne nomme les colonnes, dont « Nom » et « Prénom »."
    )


@dataclass(eq=False, kw_only=True)
class Entry:
    """One person: the values of the first line that has each, and the lists of all lines."""

    kind: Kind
    line: int
    row: dict[str, str]
    id: str
    classes: list[str]
    functions: list[str]
    children: list[str]
    birth_date: date | None
    key: str = ""
    other_keys: list[str] = field(default_factory=list)

    @property
    def category(self) -> str:
        return _CATEGORY[self.kind]

    @property
    def name(self) -> str:
        return search_name(self.row.get("used_name") or self.row["last_name"], self.row["first_name"])

    @property
    def shown(self) -> str:
        """By what a report names them: the file's own identifier, else line and name."""
        return (self.id or f"ligne {self.line} : {self.row['last_name']} {self.row['first_name']}")[:80]


class School(SchoolFiles[Columns]):
    """The files of one school, taken one by one. They do not say of which school year they speak."""

    refusal = NotCsv
    stranger = N_("Le nom et l’en-tête de « %(name)s » ne disent pas de qui il parle.")
    unnamed = N_(
        "Un fichier CSV ne dit pas de quelle école il est : donnez l’UAI, ou écrivez-le dans le nom du dossier."
    )
    header = staticmethod(columns_of)

    def rows(self) -> tuple[Rows, dict[Category, int]]:
        """All rows, and how many entries of each category the delivery holds. Raises ``NotCsv``."""
        if not any(found.rows for found, _columns in self.tables.values()):
            raise NotCsv(Words(N_("La livraison ne contient aucune fiche.")))
        read = _Reading(self.whose(), Rows(warnings=list(self.warnings)))
        for kind in Kind:
            if kind in self.tables:
                read.file(kind, *self.tables[kind])
        return read.rows, read.told()


class _Reading:
    """One school's entries on their way to rows."""

    def __init__(self, uai: str, rows: Rows) -> None:
        self.uai, self.rows = uai, rows
        self.entries: list[Entry] = []
        #: Keys of pupils who do not come in: a parent's link to them says so.
        self.left_out: set[str] = set()
        self.delivered: set[Kind] = set()

    # Entries -----------------------------------------------------------------------------------------------------------

    def file(self, kind: Kind, found: Table, columns: Columns) -> None:
        """Judge every line of a file by itself."""
        for line, cells in found.rows:
            self.rows.records += 1
            row = columns.row(cells)
            number = " ".join(row.pop("id", "").split())
            entry = Entry(
                kind=kind,
                line=line,
                row=row,
                id=number,
                classes=columns.values("classes", cells),
                functions=columns.values("functions", cells),
                children=columns.values("children", cells),
                birth_date=day(row.get("birth_date", "")),
            )
            if kind == Kind.GUESTS:
                self.rows.reject(str(kind), entry.shown, Words(_GUEST), struct=self.uai)
                continue
            self.delivered.add(kind)
            why = self._why_not(entry, columns.overlong(cells))
            self._give_key(entry)
            if why is None:
                self.entries.append(entry)
            else:
                self._leave(entry, why)

    def _why_not(self, entry: Entry, overlong: bool) -> Words | None:
        """What keeps the line out; what is left of it only is told."""
        if overlong:
            return Words(N_("La ligne a plus de valeurs que l’en-tête."))
        if (not entry.row["last_name"] and not entry.row.get("used_name")) or not entry.row["first_name"]:
            return Words(N_("Le nom ou le prénom manque."))
        written = entry.row.get("birth_date", "")
        if written and entry.birth_date is None:
            if entry.kind == Kind.PUPILS:
                return Words(N_("La date de naissance « %(day)s » n’existe pas."), day=written[:20])
            self._link(
                entry, Words(N_("La date de naissance « %(day)s » n’existe pas ; elle est laissée."), day=written[:20])
            )
        if entry.kind == Kind.PUPILS and not written:
            return Words(N_("La date de naissance manque."))
        if not entry.id and entry.kind != Kind.PARENTS and (entry.birth_date is None or not entry.name):
            return Words(N_("La fiche n’a ni identifiant ni date de naissance : rien ne la distingue d’un homonyme."))
        if entry.kind == Kind.PARENTS and not entry.children:
            return Words(N_("La fiche ne nomme aucun enfant."))
        ine = entry.row.get("ine", "").replace(" ", "").upper()
        if ine and not INE.fullmatch(ine):
            self._link(entry, Words(N_("L’INE « %(ine)s » n’a pas la forme attendue ; il est laissé."), ine=ine[:20]))
        return None

    def _give_key(self, entry: Entry) -> None:
        if entry.id:
            entry.key = self._key(entry.id)
        elif entry.kind == Kind.PARENTS:
            keys = sorted(self._digest("parent", entry.name, child) for child in entry.children) or [""]
            entry.key, entry.other_keys = keys[0], keys[1:]
        else:
            entry.key = self._digest(entry.category, entry.name, str(entry.birth_date))

    def _key(self, number: str) -> str:
        """The file's identifier within its school."""
        key = f"{self.uai}-{number}"
        return key if len(key) <= LONGEST_KEY else self._digest("id", number)

    def _digest(self, *parts: str) -> str:
        return "csv-" + blake2b("|".join((self.uai, *parts)).encode(), digest_size=16).hexdigest()

    def _leave(self, entry: Entry, why: Words) -> None:
        """Reject an entry; whoever it is does not pass for a leaver."""
        self.rows.reject(str(entry.kind), entry.shown, why, struct=self.uai)
        if entry.key:
            self.rows.tables["spared"].append((entry.key,))
        if entry.kind == Kind.PUPILS:
            self.left_out.add(entry.key)

    def _link(self, entry: Entry, why: Words) -> None:
        self.rows.reject(str(entry.kind), entry.shown, why, struct=self.uai, whole=False)

    # Rows --------------------------------------------------------------------------------------------------------------

    def told(self) -> dict[Category, int]:
        """Put all entries into rows; how many of each category there are."""
        people = list(self._one_a_key())
        pupils = {entry.key: entry for entry in people if entry.kind == Kind.PUPILS}
        labels: dict[str, str] = {}
        for pupil in pupils.values():
            if pupil.classes:
                labels.setdefault(normal(pupil.classes[0]), pupil.classes[0][:120])
        self._tell_alike(labels)
        self._put_structure(labels)
        taken: Counter[Category] = Counter({Category.STRUCTURE: 1})
        for entry in people:
            if entry.kind == Kind.PUPILS:
                self._put_pupil(entry, labels)
                taken[Category.STUDENT] += 1
            elif entry.kind == Kind.PARENTS:
                taken[Category.ADULT] += self._put_parent(entry, pupils)
            else:
                self._put_staff(entry, labels)
                taken[Category.STAFF] += 1
        if taken[Category.STAFF] and (only := self.delivered & {Kind.TEACHERS, Kind.STAFF}) != {
            Kind.TEACHERS,
            Kind.STAFF,
        }:
            taken[Category.TEACHERS if Kind.TEACHERS in only else Category.OTHER_STAFF] = taken[Category.STAFF]
        return dict(taken)

    def _one_a_key(self) -> Iterator[Entry]:
        """One entry a key and category: the same person again completes the first line, different ones are all left out."""
        by_key: dict[str, list[Entry]] = {}
        for entry in self.entries:
            by_key.setdefault(entry.key, []).append(entry)
        for several in by_key.values():
            first = several[0]
            born = {entry.birth_date for entry in several if entry.birth_date}
            if any(entry.name != first.name for entry in several) or len(born) > 1:
                for entry in several:
                    self._leave(entry, Words(_SEVERAL))
                continue
            alone: dict[str, Entry] = {}
            for entry in several:
                if entry.category not in alone:
                    alone[entry.category] = entry
                else:
                    self._complete(alone[entry.category], entry)
            yield from alone.values()

    def _complete(self, first: Entry, again: Entry) -> None:
        first.row |= {column: value for column, value in again.row.items() if value and not first.row.get(column)}
        first.birth_date = first.birth_date or again.birth_date
        for name in ("functions", "children", "classes", "other_keys"):
            mine: list[str] = getattr(first, name)
            mine.extend(value for value in getattr(again, name) if value not in mine)

    def _tell_alike(self, labels: dict[str, str]) -> None:
        """Two classes that only spaces part are two, as everywhere; but it is said."""
        seen: dict[str, str] = {}
        for code, label in labels.items():
            other = seen.setdefault(code.replace(" ", ""), label)
            if other != label:
                sentence = N_(
                    "Les classes « %(one)s » et « %(other)s » ne diffèrent que par des espaces ; ce sont deux classes."
                )
                self.rows.warnings.append(Words(sentence, one=other, other=label))

    def _put_structure(self, labels: dict[str, str]) -> None:
        self.rows.tables["structure"].append((self.uai, self.uai, self.uai, "other", "", "", "", "", "", "", 0))
        self.rows.tables["label"].extend((self.uai, CLASS, code, label) for code, label in labels.items())

    def _put_pupil(self, entry: Entry, labels: dict[str, str]) -> None:
        ine = entry.row.get("ine", "").replace(" ", "").upper()
        level = level_from_text(entry.row.get("level", ""))
        self._put_person(entry, ine=ine if INE.fullmatch(ine) else None, level=level)
        for label in entry.classes[1:]:
            reason = N_("L’élève a plusieurs classes dans le même établissement ; « %(code)s » est laissée.")
            self._link(entry, Words(reason, code=label[:LONGEST_CODE]))
        if entry.classes:
            code = normal(entry.classes[0])
            place = (entry.key, STUDENT, self.uai, CLASS, code, labels[code], STUDENT, "", "", "")
            self.rows.tables["place"].append(place)

    def _put_parent(self, entry: Entry, pupils: dict[str, Entry]) -> bool:
        """A parent and whom they stand for; False for one of whom no child is known.

        Without a file of pupils the children are those whom the directory knows (``matching``).
        """
        found, wrong = [], []
        for child in entry.children:
            key = self._key(child)
            if Kind.PUPILS not in self.delivered or key in pupils:
                found.append(key)
            elif key in self.left_out:
                wrong.append(Words(N_("L’enfant « %(child)s » n’entre pas."), child=child[:60]))
            else:
                wrong.append(
                    Words(N_("L’enfant « %(child)s » n’est pas dans le fichier des élèves."), child=child[:60])
                )
        if not found:
            self._leave(entry, Words(N_("Aucun enfant de la fiche n’est connu. %(why)s"), why=wrong[0]))
            return False
        for why in wrong:
            self._link(entry, why)
        self._put_person(entry, linked=found)
        rank = STANDINGS.index(LEGAL)
        self.rows.tables["relation"].extend((child, entry.key, rank, "", 0) for child in found)
        self.rows.tables["also"].extend((entry.key, key) for key in entry.other_keys)
        return True

    def _put_staff(self, entry: Entry, labels: dict[str, str]) -> None:
        self._put_person(entry, teaching=entry.kind == Kind.TEACHERS, linked=[*entry.classes, *entry.functions])
        self.rows.tables["function"].extend((entry.key, self.uai, *function) for function in self._functions(entry))
        for label in entry.classes if entry.kind == Kind.TEACHERS else ():
            code = _code_of(label, labels)
            place = (entry.key, STAFF, self.uai, CLASS, code, label[:120], "teacher", "", "", "")
            self.rows.tables["place"].append(place)

    def _functions(self, entry: Entry) -> Iterator[tuple[str, str, str, str]]:
        """(code, label, discipline code, discipline): 'DIR$DIRECTION$D0011$...', a function's word, or what a teacher teaches."""
        found: dict[tuple[str, str], tuple[str, str]] = {}
        taught = []
        for written in entry.functions:
            parts = [*(part.strip() for part in written.split("$")), "", "", ""][:4]
            if "$" in written and parts[0]:
                found.setdefault((parts[0][:12], parts[2][:12]), (parts[1][:120], parts[3][:120]))
            elif code := function_named(written):
                found.setdefault((code, ""), (written[:120], ""))
            elif entry.kind == Kind.TEACHERS:
                taught.append(written)
            else:
                reason = N_("La fonction « %(function)s » n’est pas connue du portail ; elle est laissée.")
                self._link(entry, Words(reason, function=written[:60]))
        if taught:
            found.setdefault(("ENS", ""), ("ENSEIGNEMENT", ", ".join(taught)[:120]))
        for (code, discipline_code), (label, discipline) in found.items():
            yield code, label, discipline_code, discipline

    def _put_person(
        self,
        entry: Entry,
        *,
        ine: str | None = None,
        level: str | None = None,
        teaching: bool = False,
        linked: Iterable[str] = (),
    ) -> None:
        self.rows.tables["person"].append(
            person_row(
                entry.category,
                entry.key,
                entry.row,
                self.uai,
                ine=ine,
                birth_date=entry.birth_date,
                level=level,
                teaching=teaching,
                linked=linked,
            )
        )


def _code_of(label: str, labels: dict[str, str]) -> str:
    """The class that a teacher's label means: by the rule for labels, else the one of the pupils' that only spaces part from it."""
    code = normal(label)
    if code in labels:
        return code
    alike = [known for known in labels if known.replace(" ", "") == code.replace(" ", "")]
    return alike[0] if len(alike) == 1 else code
