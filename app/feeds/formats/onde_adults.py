"""The responsibles of an ONDE file: which rows are one person, and whose children they have (FEED-2, KIN-1). Plain.

The file gives no identifier of adult or child. A child is found by family name and first name within the school, the class only parts
namesakes. Two rows are one adult where name and title agree and they share a child, an address, a mail or a phone: namesakes with
nothing in common stay two people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from app.directory.names import folded, search_name
from app.feeds.formats.onde_columns import Columns, Row
from app.feeds.formats.onde_pupils import Pupil, normal
from app.words import N_, Words

#: What two rows of one adult may share besides a child.
_SHARED = ("address", "email", "mobile_phone", "home_phone")


@dataclass(eq=False)
class Adult:
    """One responsible: the values of the first row that has each, and the children of all rows."""

    line: int
    row: Row
    children: list[Pupil] = field(default_factory=list)
    key: str = ""
    #: The keys that the same adult has had, or will have, by the other children.
    other_keys: list[str] = field(default_factory=list)

    @property
    def last_name(self) -> str:
        return self.row.get("used_name") or self.row.get("last_name", "")

    @property
    def name(self) -> str:
        return search_name(self.row.get("last_name") or self.last_name, self.row.get("first_name", ""))

    @property
    def title(self) -> str:
        return folded(self.row.get("title", ""))

    @property
    def entry(self) -> str:
        return f"ligne {self.line} : {self.last_name} {self.row.get('first_name', '')}"[:80]


@dataclass
class Adults:
    """The responsibles of one file; ``links`` are (entry, reason) of children who were not found, ``rejects`` of rows."""

    found: list[Adult] = field(default_factory=list)
    links: list[tuple[str, Words]] = field(default_factory=list)
    rejects: list[tuple[str, Words]] = field(default_factory=list)


def adults(columns: Columns, rows: Sequence[tuple[int, list[str]]], pupils: Sequence[Pupil], uai: str) -> Adults:
    """The rows as people with their children and keys."""
    whole = Adults()
    children = _Children(pupils)
    by_name: dict[str, list[Adult]] = defaultdict(list)
    for line, cells in rows:
        adult = Adult(line, columns.row(cells))
        if not adult.last_name:
            whole.rejects.append((adult.entry, Words(N_("La fiche n’a pas de nom."))))
            continue
        for child in columns.children_of(cells):
            found = children.named(child)
            if isinstance(found, Words):
                whole.links.append((adult.entry, found))
            elif found not in adult.children:
                adult.children.append(found)
        by_name[adult.name].append(adult)
    for same in by_name.values():
        people = _people(same)
        _give_keys(people, uai)
        whole.found += people
    whole.found.sort(key=lambda adult: adult.line)
    return whole


class _Children:
    """The school's pupils by the names under which responsibles may write them."""

    def __init__(self, pupils: Sequence[Pupil]) -> None:
        self._by_name: dict[str, list[Pupil]] = defaultdict(list)
        for pupil in pupils:
            first = pupil.row.get("first_name", "")
            for last in {folded(pupil.row.get("last_name", "")), folded(pupil.row.get("used_name", ""))} - {""}:
                self._by_name[f"{last} {folded(first)}"].append(pupil)

    def named(self, child: Row) -> Pupil | Words:
        """The one pupil that is meant, or why there is none."""
        first = folded(child["child_first"])
        shown = f"{child['child_last'] or child['child_used']} {child['child_first']}".strip()[:100]
        found: list[Pupil] = []
        for last in (child["child_last"], child["child_used"]):
            if last and not found:
                found = self._by_name.get(f"{folded(last)} {first}", [])
        if len(found) > 1:
            of_class = [one for one in found if normal(one.row.get("class_label", "")) == normal(child["child_class"])]
            if len(of_class) != 1:
                sentence = N_("L’enfant « %(child)s » a des homonymes dans l’école ; ce lien est laissé de côté.")
                return Words(sentence, child=shown)
            found = of_class
        if not found:
            return Words(N_("L’enfant « %(child)s » n’est pas dans le fichier des élèves."), child=shown)
        return found[0]


def _people(same: list[Adult]) -> list[Adult]:
    """Rows of one name as people: later rows of a person complete the first."""
    people: list[Adult] = []
    for row in same:
        known = [one for one in people if _is_one(one, row)]
        if not known:
            people.append(row)
            continue
        first, *others = known
        for other in [*others, row]:
            first.children += [child for child in other.children if child not in first.children]
            first.row = first.row | {
                name: value for name, value in other.row.items() if value and not first.row.get(name)
            }
            if other in people:
                people.remove(other)
    return people


def _is_one(one: Adult, other: Adult) -> bool:
    if one.title and other.title and one.title != other.title:
        return False
    if any(child in one.children for child in other.children):
        return True
    return any(one.row.get(name) and folded(one.row[name]) == folded(other.row.get(name, "")) for name in _SHARED)


def _give_keys(people: list[Adult], uai: str) -> None:
    """A digest of name and youngest child, who stays longest: it changes only when a younger one comes, hence ``other_keys``."""
    possible = {id(adult): [_key(uai, adult, child.ine) for child in adult.children if child.ine] for adult in people}
    times = Counter(key for keys in possible.values() for key in keys)
    for adult in people:
        adult.key = _key(uai, adult, _anchor(adult))
        if times[adult.key] > 1:
            # Two people of one name with one child between them: their titles part them.
            adult.key = _key(uai, adult, f"{_anchor(adult)} {adult.title}")
        adult.other_keys = [key for key in possible[id(adult)] if key != adult.key and times[key] == 1]


def _anchor(adult: Adult) -> str:
    known = [child for child in adult.children if child.ine]
    if not known:
        return f"ligne {adult.line}"
    return max(known, key=lambda child: (child.birth_date.isoformat() if child.birth_date else "", child.ine)).ine


def _key(uai: str, adult: Adult, anchor: str) -> str:
    return "onde-" + blake2b(f"{uai}|{adult.name}|{anchor}".encode(), digest_size=16).hexdigest()
