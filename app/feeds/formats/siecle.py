"""SIECLE's XML exports of one school: what they can tell of people whom the directory knows already. Plain.

What we decided. SIECLE is the source of the AAF, a day or two fresher, and the AAF carries its number of the pupil (ELEVE_ID); so an
export may *complete*: a missing INE, an address, a mail, a phone that no feed gives. It never creates, moves or removes anybody,
since half of its files tell of last year (ANNEE_SCOLAIRE switches in July) and leavers stay in them with a DATE_SORTIE: a leaving date
is told in the report and left to the school. Adults are found only among those who stand for the pupil; PERSONNE_ID is no key.

Read are BEE_ELEVES and BEE_RESPONSABLES, known by their root element; sections come in any order, identifiers as attributes or as
children. BEE_STRUCTURES, BEE_NOMENCLATURES and BEE_COMMUN are passed over with a word; STS files are refused as another format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from lxml import etree

from app.directory.names import search_name
from app.feeds.formats.aaf_files import NotADelivery
from app.feeds.formats.onde_pupils import INE, day
from app.feeds.formats.xml_bytes import Inspection, UnreadableFile, utf8_blocks
from app.feeds.structures import UAI
from app.words import N_, Words

PUPILS, ADULTS = "BEE_ELEVES", "BEE_RESPONSABLES"
_PASSED_OVER = ("BEE_STRUCTURES", "BEE_NOMENCLATURES", "BEE_COMMUN", "BEE_GEOGRAPHIQUE", "BEE_ETABLISSEMENTS")
_STS = ("STS_EDT", "EDT_STS")
_NAME = re.compile(r"[^.~].*\.xml", re.IGNORECASE | re.DOTALL)
#: Bytes of one file: a lycée's is a tenth of it.
LARGEST = 96 << 20
#: CODE_MOTIF_SORTIE: the pupil never came.
NEVER_CAME = "44"


class NotSiecle(NotADelivery):
    """What was given is no export of SIECLE, or not of one school."""

    advice = N_(
        "Rien n’a été modifié. Exportez de SIECLE, « Exports XML génériques », les élèves et les responsables avec adresses."
    )


@dataclass(frozen=True, kw_only=True)
class Address:
    """Lines parted by line breaks, as people write them."""

    lines: str
    postal_code: str
    town: str
    country: str


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """What the export says of a pupil; ``name`` as the directory searches it."""

    eleve_id: str
    name: str
    ine: str
    birth_date: date | None
    left_on: date | None
    never_came: bool
    address_id: str


@dataclass(frozen=True, kw_only=True)
class Adult:
    """What the export says of an adult."""

    name: str
    email: str
    home_phone: str
    mobile_phone: str
    work_phone: str
    address_id: str


@dataclass
class Export:
    """The files of one school's export, taken one by one."""

    uai: str = ""
    #: The first calendar year of the school year of which the files speak; None where they do not say.
    year: int | None = None
    day: date | None = None
    pupils: dict[str, Pupil] = field(default_factory=dict)
    adults: dict[str, Adult] = field(default_factory=dict)
    #: (pupil, adult), a line each.
    links: list[tuple[str, str]] = field(default_factory=list)
    addresses: dict[str, Address] = field(default_factory=dict)
    warnings: list[Words] = field(default_factory=list)

    def take(self, name: str, stream: IO[bytes], seen: Inspection) -> None:
        """Read one file, of which ``seen`` is what ``inspect`` found. Raises ``UnreadableFile`` and ``NotSiecle``."""
        if seen.note is not None:
            self.warnings.append(seen.note)
        if seen.root in _STS:
            raise NotSiecle(
                Words(N_("« %(name)s » est un fichier d’emploi du temps (%(root)s)."), name=name, root=seen.root)
            )
        if seen.root in _PASSED_OVER:
            self.warnings.append(
                Words(N_("« %(name)s » (%(root)s) ne complète personne ; il n’est pas lu."), name=name, root=seen.root)
            )
            return
        if seen.root not in (PUPILS, ADULTS):
            raise NotSiecle(
                Words(
                    N_("« %(name)s » n’est pas un fichier de SIECLE : sa racine est « %(root)s »."),
                    name=name,
                    root=seen.root,
                )
            )
        if seen.size > LARGEST:
            raise UnreadableFile(name, Words(N_("il est démesuré pour un établissement.")))
        prefix = seen.root
        for element in _elements(name, stream, seen):
            _READERS[element.tag](self, element, prefix)

    def check(self) -> None:
        """Raises ``NotSiecle`` where the files tell of no school or of nobody."""
        if UAI.fullmatch(self.uai) is None:
            raise NotSiecle(
                Words(N_("Les fichiers ne disent pas de quel établissement ils sont (« %(uai)s »)."), uai=self.uai)
            )
        if not self.pupils and not self.adults:
            raise NotSiecle(Words(N_("Aucun élève ni responsable n’a été trouvé.")))

    def doubled_ines(self) -> set[str]:
        """INE that several pupils of the export bear: nobody can say whose each is."""
        seen: dict[str, str] = {}
        return {
            pupil.ine
            for pupil in self.pupils.values()
            if pupil.ine and seen.setdefault(pupil.ine, pupil.eleve_id) != pupil.eleve_id
        }


def file_name(name: str, *, archive: str = "", folder: str = "") -> str | None:
    """An XML file's own name; None for anything else. The kind shows in its root."""
    return name if _NAME.fullmatch(name) else None


def _elements(name: str, stream: IO[bytes], seen: Inspection) -> Iterator[Any]:
    parser = etree.XMLPullParser(
        events=("end",), tag=tuple(_READERS), encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True,
        dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for block in _spelled(utf8_blocks(stream, seen.encoding)):
            parser.feed(block)
            for _event, element in parser.read_events():
                yield element
                element.clear()
        parser.close()
    except etree.XMLSyntaxError as wrong:
        line = (wrong.position or (0, 0))[0]
        raise UnreadableFile(
            name, Words(N_("le XML est incorrect ou tronqué à la ligne %(line)s."), line=line)
        ) from None


def _spelled(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks with the one tag put right that is met misspelt, and closed under its right name: no parser would go on."""
    held = b""
    for block in blocks:
        block = held + block
        cut = block.rfind(b"<")
        block, held = (block[:cut], block[cut:]) if cut >= 0 else (block, b"")
        yield block.replace(b"<STRICTURES_ELEVE", b"<STRUCTURES_ELEVE")
    yield held


def _text(element: Any, *names: str, longest: int = 80) -> str:
    """The first value among attributes and children of these names."""
    for name in names:
        value = (element.get(name) or element.findtext(name) or "").strip()
        if value:
            return str(value)[:longest]
    return ""


def _parameters(export: Export, element: Any, root: str) -> None:
    found = element.find("UAJ")
    uai = (_text(element, "UAJ") or (found.get("CODE") if found is not None else "") or "").upper()[:20]
    if export.uai and uai != export.uai:
        raise NotSiecle(
            Words(N_("Les fichiers sont de deux établissements, %(one)s et %(other)s."), one=export.uai, other=uai)
        )
    export.uai = uai
    written = _text(element, "ANNEE_SCOLAIRE")
    year = int(written) if re.fullmatch(r"(19|20)[0-9]{2}", written) else None
    if export.year is not None and year is not None and year != export.year:
        raise NotSiecle(
            Words(N_("Les fichiers sont de deux années scolaires, %(one)s et %(other)s."), one=export.year, other=year)
        )
    export.year = year if year is not None else export.year
    made = day(_text(element, "DATE_EXPORT"))
    export.day = max(filter(None, (export.day, made)), default=None)


def _pupil(export: Export, element: Any, root: str) -> None:
    key = _text(element, "ELEVE_ID", longest=20)
    if root != PUPILS or not key:
        return
    # The usage name leads where there is one; the directory holds the same.
    last_name = _text(element, "NOM_USAGE", "NOM_DE_FAMILLE", "NOM")
    numbers = (_text(element, one).upper() for one in ("ID_NATIONAL", "INE_RNIE", "INE_BEA"))
    export.pupils[key] = Pupil(
        eleve_id=key,
        name=search_name(last_name, _text(element, "PRENOM")),
        ine=next((number for number in numbers if INE.fullmatch(number)), ""),
        birth_date=day(_text(element, "DATE_NAISS")),
        left_on=day(_text(element, "DATE_SORTIE")),
        never_came=_text(element, "CODE_MOTIF_SORTIE") == NEVER_CAME,
        address_id=_text(element, "ADRESSE_ID"),
    )


def _adult(export: Export, element: Any, root: str) -> None:
    key = _text(element, "PERSONNE_ID", longest=20)
    if root == ADULTS and key:
        export.adults[key] = Adult(
            name=search_name(_text(element, "NOM_USAGE", "NOM_DE_FAMILLE", "NOM"), _text(element, "PRENOM")),
            email=_text(element, "MEL", longest=200),
            home_phone=_text(element, "TEL_PERSONNEL", longest=40),
            mobile_phone=_text(element, "TEL_PORTABLE", longest=40),
            work_phone=_text(element, "TEL_PROFESSIONNEL", longest=40),
            address_id=_text(element, "ADRESSE_ID"),
        )


def _link(export: Export, element: Any, root: str) -> None:
    pupil, adult = _text(element, "ELEVE_ID", longest=20), _text(element, "PERSONNE_ID", longest=20)
    if pupil and adult:
        export.links.append((pupil, adult))


def _address(export: Export, element: Any, root: str) -> None:
    key = _text(element, "ADRESSE_ID")
    lines = [line for number in range(1, 5) if (line := _text(element, f"LIGNE{number}_ADRESSE"))]
    if key and lines:
        export.addresses[f"{root} {key}"] = Address(
            lines="\n".join(lines),
            postal_code=_text(element, "CODE_POSTAL", longest=12),
            town=_text(element, "LIBELLE_POSTAL", "COMMUNE_ETRANGERE"),
            country=_text(element, "LL_PAYS", longest=60),
        )


_READERS: Mapping[str, Callable[[Export, Any, str], None]] = {
    "PARAMETRES": _parameters,
    "ELEVE": _pupil,
    "PERSONNE": _adult,
    "RESPONSABLE_ELEVE": _link,
    "RESPONSABLE": _link,
    "ADRESSE": _address,
}
