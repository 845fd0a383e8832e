"""What the formats of CSV files of one school share: which file is whose, the school's UAI, somebody's row (FEED-2, FEED-8). Plain.

Such a file does not name its school: the structure is the UAI that the importer gives or that stands in the files' names.
"""

from __future__ import annotations

import hashlib
import re
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import ClassVar, Generic, Protocol, TypeVar

from app.accounts.logins import stem_of
from app.directory.names import search_name
from app.feeds.formats.aaf_files import NotADelivery, day_in
from app.feeds.formats.csv_text import Table, table
from app.feeds.formats.rows import ADULT, Row
from app.feeds.formats.xml_bytes import UnreadableFile
from app.feeds.structures import UAI
from app.words import N_, Words

#: Bytes of one file: a school's is a thousand times smaller.
LARGEST = 32 << 20
_NAME = re.compile(r"[^.~].*\.(csv|txt|tsv)", re.IGNORECASE | re.DOTALL)
_UAI_IN = re.compile(r"(?<![0-9A-Za-z])([0-9]{7}[A-Za-z])(?![0-9A-Za-z])")
#: Two files of one kind that are no copies.
_TWO_CONTENTS = N_(
    "La livraison contient deux fois le même fichier, avec des contenus différents : « %(one)s » et « %(other)s »."
)


@dataclass(frozen=True, kw_only=True)
class File:
    """One file by its own name, and by everything that its path tells."""

    name: str
    told: str


def file_name(name: str, *, archive: str = "", folder: str = "") -> File | None:
    """A CSV file of the delivery; None for anything else."""
    return File(name=name, told=f"{folder} {archive} {name}") if _NAME.fullmatch(name) else None


def uai_in(text: str) -> str:
    """The UAI that stands in a name; '' where none or several do."""
    found = {one.upper() for one in _UAI_IN.findall(text)}
    return found.pop() if len(found) == 1 else ""


class Header(Protocol):
    """What a format's header says: which of its files it heads, and the labels that nobody knows."""

    @property
    def kind(self) -> str: ...

    @property
    def unknown(self) -> list[str]: ...


H = TypeVar("H", bound=Header)


@dataclass
class SchoolFiles(Generic[H]):
    """The files of one school, taken one by one. ``uai`` is the importer's; '' takes it from the names."""

    #: What a format refuses its files with, and its words for a file that is none of them and for a school that nothing names.
    refusal: ClassVar[type[NotADelivery]]
    stranger: ClassVar[str]
    unnamed: ClassVar[str]

    uai: str
    tables: dict[str, tuple[Table, H]] = field(default_factory=dict)
    #: The school year of which the files speak, by its first calendar year, where they say so.
    year: int | None = None
    digests: set[bytes] = field(default_factory=set)
    warnings: list[Words] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    rows_read: int = 0

    @property
    def day(self) -> date | None:
        """The day in the names, where there is one: the files themselves tell none."""
        return max((found for text in self.told if (found := day_in(text)) is not None), default=None)

    @staticmethod
    @abstractmethod
    def header(found: Table) -> H | None:
        """What a file's header says; None where it heads none of the format's files."""

    def take(self, file: File, content: bytes) -> None:
        """Read one more file. Raises ``UnreadableFile`` and the format's refusal."""
        if not self._fresh(file, content):
            return
        found = table(file.name, content)
        header = self.header(found)
        if header is None:
            raise self.refusal(Words(self.stranger, name=file.name))
        if header.kind in self.tables:
            raise self.refusal(Words(_TWO_CONTENTS, one=self.tables[header.kind][0].name, other=file.name))
        if header.unknown:
            sentence = N_("Colonnes inconnues de « %(name)s », laissées de côté : %(names)s.")
            names = ", ".join(label[:60] for label in header.unknown[:12])
            self.warnings.append(Words(sentence, name=file.name, names=names))
        self.tables[header.kind] = (found, header)
        self.rows_read += len(found.rows)

    def _fresh(self, file: File, content: bytes) -> bool:
        """Note one more file; False for a copy of one that is there. Raises ``UnreadableFile`` for one beyond every school's size."""
        self.told.append(file.told)
        if len(content) > LARGEST:
            raise UnreadableFile(file.name, Words(N_("il est démesuré pour une école.")))
        digest = hashlib.sha256(content).digest()
        if digest in self.digests:
            self.warnings.append(
                Words(N_("« %(name)s » est là deux fois, à l’identique ; il est lu une fois."), name=file.name)
            )
            return False
        self.digests.add(digest)
        return True

    def whose(self) -> str:
        """The school's UAI. Raises the format's refusal where it is none, where names contradict it, and where nothing tells it."""
        named: set[str] = {found.upper() for text in self.told for found in _UAI_IN.findall(text)}
        given = self.uai.strip().upper()
        if given and UAI.fullmatch(given) is None:
            raise self.refusal(Words(N_("« %(uai)s » n’est pas un UAI : sept chiffres et une lettre."), uai=given[:20]))
        if given and named - {given}:
            sentence = N_("Les fichiers se disent de « %(other)s » et non de « %(uai)s ».")
            raise self.refusal(Words(sentence, uai=given, other=min(named - {given})))
        if not given and len(named) != 1:
            raise self.refusal(Words(self.unnamed))
        return given or named.pop()


def person_row(
    category: str,
    key: str,
    row: dict[str, str],
    uai: str,
    *,
    ine: str | None = None,
    birth_date: date | None = None,
    level: str | None = None,
    teaching: bool = False,
    linked: Iterable[str] = (),
) -> Row:
    """Somebody's row for the table 'person', from values by column; ``linked`` are further values whose change is a change of theirs."""
    get = row.get
    last_name, first_name = (get("used_name") or get("last_name", ""))[:80], get("first_name", "")[:80]
    digest = repr((sorted(row.items()), sorted(linked)))
    return (
        category,
        key,
        ine,
        None,
        title_of(get("title", "")),
        last_name,
        get("last_name", "")[:80],
        first_name,
        "",
        search_name(last_name, first_name),
        birth_date.isoformat() if birth_date else None,
        get("email", "")[:200],
        get("home_phone", "")[:40],
        get("work_phone", "")[:40],
        get("mobile_phone", "")[:40],
        get("address", "")[:400],
        get("postal_code", "")[:12],
        get("town", "")[:80],
        get("country", "")[:60],
        "" if category == ADULT else uai,
        teaching,
        "",
        level,
        stem_of(first_name, last_name),
        blake2b(digest.encode(), digest_size=16).digest(),
    )


def title_of(written: str) -> str:
    """'M.' and 'Mme', however they are written; anything else as it is, eight characters of it."""
    plain = written.upper().rstrip(". ")
    return {"M": "M.", "MR": "M.", "MME": "Mme", "MLLE": "Mme"}.get(plain, written[:8])
