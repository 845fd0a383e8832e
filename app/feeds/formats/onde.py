"""ONDE's CSV extractions of one school: pupils, responsibles and teachers, read together (FEED-2). Plain.

The three know each other by name only, so a school is read whole; its files are some hundred kilobytes. A pupil's key is
the INE, a class's its identifier or else its label; adults and teachers have no identifier, see ``onde_adults``. A responsible of this
file stands for the child (KIN-1): people to contact are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from app.directory.names import search_name
from app.feeds.formats.aaf_files import Category, NotADelivery
from app.feeds.formats.csv_text import Table
from app.feeds.formats.onde_adults import Adult, Adults, adults
from app.feeds.formats.onde_columns import Columns, Kind, Row, columns_of
from app.feeds.formats.onde_pupils import INE, Pupil, Pupils, normal, pupils
from app.feeds.formats.one_school import SchoolFiles, person_row
from app.feeds.formats.rows import ADULT, CLASS, STAFF, STUDENT, Rows
from app.feeds.levels import level_from_text
from app.feeds.standing import LEGAL, STANDINGS
from app.feeds.teaching import HEADING, TEACHING
from app.words import N_, Words

_ADVICE = N_("Rien n’a été modifié. Extrayez de nouveau d’ONDE les élèves et leurs responsables, en CSV.")


class NotOnde(NotADelivery):
    """What was given is no extraction of ONDE, or not a whole one."""

    advice = _ADVICE


class School(SchoolFiles[Columns]):
    """The files of one school, taken one by one."""

    refusal = NotOnde
    stranger = N_("L’en-tête de « %(name)s » n’est celui d’aucun fichier d’ONDE.")
    unnamed = N_("ONDE ne dit pas de quelle école est un fichier : donnez l’UAI, ou écrivez-le dans le nom du dossier.")
    header = staticmethod(columns_of)

    def rows(self) -> tuple[Rows, dict[Category, int]]:
        """All rows, and how many entries of each category the delivery holds. Raises ``NotOnde``."""
        if not self.tables:
            raise NotOnde(Words(N_("Aucun fichier CSV d’ONDE n’a été trouvé.")))
        if Kind.PUPILS not in self.tables and Kind.ADULTS in self.tables:
            raise NotOnde(
                Words(N_("Le fichier des élèves manque : sans lui, personne ne sait de qui sont les responsables."))
            )
        uai = self.whose()
        rows = Rows(warnings=list(self.warnings))
        records: dict[Category, int] = {Category.STRUCTURE: 1}
        children = Pupils()
        if Kind.PUPILS in self.tables:
            found, columns = self.tables[Kind.PUPILS]
            if not found.rows:
                raise NotOnde(Words(N_("« %(name)s » ne contient aucun élève."), name=found.name))
            children = pupils(columns, found.rows, self.day)
            self.year = children.year
            rows.records += len(children.found)
        if Kind.ADULTS in self.tables:
            found, columns = self.tables[Kind.ADULTS]
            if not found.rows:
                raise NotOnde(Words(N_("« %(name)s » ne contient aucun responsable."), name=found.name))
            grown = adults(columns, found.rows, children.found, uai)
            records[Category.ADULT] = len(grown.found)
            rows.records += len(grown.found)
            _require_responsibles(children, grown)
            _tell_adults(grown, rows, uai)
        elif children.found:
            children.notes.append(
                Words(
                    N_(
                        "La livraison n’a pas le fichier des responsables : « rattaché à un responsable » n’a pas pu être vérifié."
                    )
                )
            )
        if children.found:
            records[Category.STUDENT] = _tell_pupils(children, rows, uai)
        if Kind.TEACHERS in self.tables:
            found, columns = self.tables[Kind.TEACHERS]
            records[Category.STAFF] = _tell_teachers(found, columns, children, rows, uai)
            rows.records += records[Category.STAFF]
        _tell_structure(children, rows, uai)
        return rows, records


def _require_responsibles(children: Pupils, grown: Adults) -> None:
    """The fifth condition: somebody stands for the child."""
    for adult in grown.found:
        for child in adult.children:
            child.responsibles += 1
    for child in children.found:
        if not child.responsibles:
            child.failing.append(Words(N_("aucun responsable n’est rattaché à l’élève")))


def _tell_structure(children: Pupils, rows: Rows, uai: str) -> None:
    rows.tables["structure"].append((uai, uai, uai, "primary", "", "", "", "", "", "", 0))
    rows.tables["label"].extend((uai, CLASS, code, label) for code, label in children.classes.items() if label)


def _tell_pupils(children: Pupils, rows: Rows, uai: str) -> int:
    """Rows of the pupils who come in, rejects of the others; how many came in."""
    rows.warnings += children.notes
    for entry, reason in children.links:
        rows.reject(str(Category.STUDENT), entry, reason, struct=uai, whole=False)
    taken = 0
    for pupil in children.found:
        if pupil.failing:
            reason = Words(N_("L’élève n’entre pas : %(why)s."), why=_listed(pupil.failing))
            rows.reject(str(Category.STUDENT), pupil.entry, reason, struct=uai)
            if pupil.ine:
                rows.tables["spared"].append((pupil.ine,))
            continue
        taken += 1
        level = level_from_text(pupil.row.get("level", ""))
        _tell_person(rows, STUDENT, pupil.ine, pupil.row, uai, pupil=pupil, level=level)
        label = children.classes[pupil.class_code]
        rows.tables["place"].append((pupil.ine, STUDENT, uai, CLASS, pupil.class_code, label, STUDENT, "", "", ""))
    return taken


def _tell_adults(grown: Adults, rows: Rows, uai: str) -> None:
    rank = STANDINGS.index(LEGAL)
    for entry, reason in grown.rejects:
        rows.reject(str(Category.ADULT), entry, reason, struct=uai)
    for entry, reason in grown.links:
        rows.reject(str(Category.ADULT), entry, reason, struct=uai, whole=False)
    for adult in grown.found:
        _tell_person(rows, ADULT, adult.key, adult.row, uai, pupil=None, children=adult)
        for child in adult.children:
            if not child.failing:
                rows.tables["relation"].append((child.ine, adult.key, rank, "", 0))
        rows.tables["also"].extend((adult.key, key) for key in adult.other_keys)


def _tell_person(
    rows: Rows,
    category: str,
    key: str,
    row: Row,
    uai: str,
    *,
    pupil: Pupil | None = None,
    children: Adult | None = None,
    level: str | None = None,
    teaching: bool = False,
) -> None:
    rows.tables["person"].append(
        person_row(
            category,
            key,
            row,
            uai,
            ine=pupil.ine if pupil and INE.fullmatch(pupil.ine) else None,
            birth_date=pupil.birth_date if pupil else None,
            level=level,
            teaching=teaching,
            linked=[child.entry for child in children.children] if children else [],
        )
    )


def _tell_teachers(found: Table, columns: Columns, children: Pupils, rows: Rows, uai: str) -> int:
    """Teachers by name, a row a class; two who bear one name and have different mails are both left out."""
    by_name: dict[str, list[Row]] = {}
    for line, cells in found.rows:
        row = columns.row(cells)
        name = search_name(row.get("last_name") or row.get("used_name", ""), row.get("first_name", ""))
        if not name:
            entry = f"ligne {line}"
            rows.reject(str(Category.STAFF), entry, Words(N_("La fiche n’a pas de nom.")), struct=uai)
            continue
        by_name.setdefault(name, []).append(row)
    for name, several in by_name.items():
        key = "onde-" + blake2b(f"{uai}|staff|{name}".encode(), digest_size=16).hexdigest()
        if len({mail for row in several if (mail := row.get("email", "").lower())}) > 1:
            reason = Words(N_("Plusieurs enseignants portent ce nom et rien ne les distingue ; aucun n’est pris."))
            rows.reject(str(Category.STAFF), name[:80], reason, struct=uai)
            rows.tables["spared"].append((key,))
            continue
        whole: Row = {}
        for row in several:
            whole |= {column: value for column, value in row.items() if value and not whole.get(column)}
        functions = list(_functions(several, uai))
        codes = {code for struct, code, *_rest in functions if struct == uai}
        teaching = not codes or bool(codes & (TEACHING | {HEADING})) or any(row.get("class_label") for row in several)
        _tell_person(rows, STAFF, key, whole, uai, teaching=teaching)
        rows.tables["function"].extend((key, *function) for function in functions)
        for label in dict.fromkeys(row["class_label"] for row in several if row.get("class_label")):
            code = children.code_of(label) or normal(label)
            rows.tables["place"].append((key, STAFF, uai, CLASS, code, label[:120], "teacher", "", "", ""))
    return len(by_name)


def _functions(several: Iterable[Row], uai: str) -> Iterable[tuple[str, str, str, str, str]]:
    """'DIR$DIRECTION$D0011$...' as the AAF writes it without structure, or a head's 'oui'; free text is no code."""
    seen = set()
    for row in several:
        parts = [*(part.strip() for part in row.get("function", "").split("$")), "", "", ""][:4]
        if "$" in row.get("function", "") and parts[0] and parts[0] not in seen:
            seen.add(parts[0])
            yield uai, parts[0][:12], parts[1][:120], parts[2][:12], parts[3][:120]
        if row.get("heads", "").lower() in ("oui", "o") and HEADING not in seen:
            seen.add(HEADING)
            yield uai, HEADING, "DIRECTION", "", ""


def _listed(reasons: list[Words]) -> Words:
    """The reasons as one."""
    first, *others = reasons
    for other in others:
        first = Words(N_("%(one)s ; %(other)s"), one=first, other=other)
    return first
