"""AAF XML of both degrees: a file's bytes in, rows and rejects out (FEED-1, KIN-1). Streaming, memory flat. Plain.

A complete delivery adds; a delta adds, changes (only the attributes that it lists, several values as a whole) and deletes. Attribute
names of the first degree (AAF 1D) are read beside those of the second; ``NAMES`` maps both to one. An attribute that this list does
not know is reported, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from lxml import etree

from app.feeds.formats import aaf_records
from app.feeds.formats.aaf_delta import Operations
from app.feeds.formats.aaf_files import Category, Contradiction, FileName, NotADelivery
from app.feeds.formats.aaf_text import LONGEST, ROOT, Entry, Usual, values_of
from app.feeds.formats.rows import Rows
from app.feeds.formats.xml_bytes import Inspection, UnreadableFile, utf8_blocks
from app.words import N_, Words

#: Rows are handed on after so many records.
BATCH = 2000
#: Bytes without a finished record: more is no directory entry but an attack on memory.
LONGEST_RECORD = LONGEST
_VERSION = re.compile(rb'versionAF\s*=\s*"AAF-VE([0-9]{4})')
_FIRST_DEGREE = re.compile(rb'degre\s*=\s*"1D"')
_OPERATIONS = ("addRequest", "modifyRequest", "deleteRequest")

#: Attribute -> the name by which the readers know it; '' for attributes that are known and not used.
NAMES: Mapping[str, str] = {
    # identity
    "ENTPersonJointure": "key", "ENTStructureJointure": "key", "ENTMefJointure": "key", "ENTMatJointure": "key",
    "ENTEleveINE": "ine", "ENTEleveStructRattachId": "siecle_id", "ENTPersonDateNaissance": "birth_date",
    "ENTPersonNomPatro": "birth_name", "sn": "last_name", "ENTPersonNom": "last_name",
    "givenName": "first_name", "ENTPersonPrenom": "first_name", "ENTPersonAutresPrenoms": "other_first_names",
    "personalTitle": "title", "ENTPersonCivilite": "title", "mail": "email", "ENTPersonMail": "email",
    # reaching somebody
    "homePhone": "home_phone", "ENTPersonTelPerso": "home_phone",
    "ENTPersRelEleveTelPro": "work_phone", "telephoneNumber": "phone",
    "mobile": "mobile_phone", "ENTPersRelEleveTelMobile": "mobile_phone", "ENTPersonMobileSMS": "sms_phone",
    "ENTPersonAdresse": "address", "ENTPersonCodePostal": "postal_code", "ENTPersonVille": "town",
    "ENTPersonPays": "country",
    # a pupil's relations, place and training
    "ENTElevePersRelEleve": "relations", "ENTEleveAutoriteParentale": "authority",
    "ENTPersonStructRattach": "home", "ENTEleveMEF": "mef", "ENTEleveNiveau": "level",
    "ENTEleveClasses": "classes", "ENTPersonClasses": "classes", "ENTAuxEnsClasses": "classes",
    "ENTEleveGroupes": "groups", "ENTPersonGroupes": "groups", "ENTAuxEnsGroupes": "groups",
    "ENTEleveDateEntreeClasses": "class_since", "ENTEleveDateSortieClasses": "class_until",
    # staff
    "ENTAuxEnsClassesMatieres": "class_subjects", "ENTAuxEnsGroupesMatieres": "group_subjects",
    "ENTAuxEnsClassesPrincipal": "head_classes", "ENTPersonFonctions": "functions",
    "ENTEnsFonctionDir": "heading", "ENTPersonCategorieEnseignant": "is_teacher",
    "PersEducNatPresenceDevantEleves": "before_pupils", "ENTEnsSpecialites": "specialities",
    # structures
    "ENTStructureUAI": "uai", "ENTEtablissementUAI": "uai", "ENTStructureNomCourant": "name",
    "ENTStructureTypeStruct": "type", "street": "street", "ENTStructureAdresse": "street",
    "postalCode": "postal_code", "ENTStructureCodePostal": "postal_code", "l": "town", "ENTStructureVille": "town",
    "ENTStructureTelephone": "phone", "ENTStructureMailSI": "email", "ENTStructureEmail": "email",
    "ENTServAcAcademie": "academy", "ENTStructureClasses": "classes", "ENTStructureGroupes": "groups",
    "ENTEcoleMinistereTutelle": "school_of_first_degree", "ENTEcoleCirconscription": "school_of_first_degree",
    "ENTEcoleSecteur": "school_of_first_degree", "ENTEcoleCommune": "school_of_first_degree",
    "ENTEcoleRPI": "school_of_first_degree",
    # nomenclatures
    "ENTLibelleMef": "label", "ENTMEFSTAT11": "stat", "ENTLibelleMatiere": "label",
} | dict.fromkeys((
    "ENTEleveParents", "ENTElevePere", "ENTEleveMere", "ENTElevePersRelEleve1", "ENTElevePersRelEleve2",
    "ENTEleveQualitePersRelEleve1", "ENTEleveQualitePersRelEleve2", "ENTEleveBoursier", "ENTEleveTransport",
    "ENTEleveRegime", "ENTEleveStatutEleve", "ENTEleveLibelleMEF", "ENTEleveNivFormation", "ENTEleveFiliere",
    "ENTEleveEnseignements", "ENTEleveCodeEnseignements",
    "ENTEleveDateEntreeStructRattach", "ENTEleveDateSortieStructRattach", "ENTEleveAdresseRel",
    "ENTEleveStructureRattachIdMEN", "ENTEleveEnseignementsEtablissementsAccueil", "ENTEleveCycle", "ENTEleveTypeClasse",
    "ENTEleveRestaurantScolaire", "ENTEleveGarderieMatin", "ENTEleveGarderieSoir", "ENTEleveEtudesSurveillees",
    "RestaurantScolaire", "Transport", "GarderieMatin", "GarderieSoir", "EtudesSurveillees",
    "ENTPersonAdresseDiffusion", "ENTAuxPersRelEleveEleve", "ENTPersRelEleveEleve",
    "ENTAuxEnsCategoDiscipline", "ENTAuxEnsDisciplinesPoste", "ENTAuxEnsMEF", "ENTAuxEnsMatiereEnseignEtab",
    "ENTPersonSTSId", "ENTPersonFonctionsDate", "ENTPersonStructRattachDate", "ENTAuxEnsClassesMatieresDate",
    "ENTAuxEnsGroupesMatieresDate", "ENTAuxEnsClassesPrincipalDate", "ENTPersonDateNaissanceDate",
    "ENTStructureSIREN", "ENTStructureCodeTypeStruct", "ENTEtablissementMinistereTutelle",
    "ENTEtablissementCodeMinistereTutelle", "ENTEcoleCodeMinistereTutelle", "ENTEtablissementContrat", "postOfficeBox",
    "ENTStructureBoitePostale", "facsimileTelephoneNumber", "ENTStructureFax", "ENTEtablissementStructRattachFctl",
    "ENTEtablissementBassin", "ENTServAcCodeAcademie", "ENTMEFRattach", "ENTNivFormation", "ENTFiliere",
    "ENTMatiereRattach",
), "")  # fmt: skip

Reader = Callable[[aaf_records.Values, Rows, aaf_records.Context], None]
_READERS: Mapping[Category, Reader] = {
    Category.STRUCTURE: aaf_records.structure,
    Category.MEF: aaf_records.mef,
    Category.SUBJECT: aaf_records.subject,
    Category.STUDENT: aaf_records.student,
    Category.ADULT: aaf_records.adult,
    Category.STAFF: aaf_records.staff,
}


class Delta(Exception):
    """A file that says neither 'Complet' nor 'Delta' in its name changes or deletes: the whole delivery is a delta."""


def read(file: FileName, stream: IO[bytes], seen: Inspection, operations: Operations | None = None) -> Iterator[Rows]:
    """The rows of one file, some thousand records at a time.

    ``stream`` stands at its beginning, ``seen`` is what ``inspect`` found; ``operations`` gathers a delta's, None for a complete
    delivery. Raises ``UnreadableFile`` for broken or truncated XML, ``NotADelivery`` for another kind of XML, ``Contradiction`` or
    ``Delta`` for a change or deletion in a complete delivery.
    """
    if seen.root != ROOT:
        raise NotADelivery(
            Words(
                N_("« %(name)s » n’est pas un fichier AAF : sa racine est « %(root)s »."),
                name=file.name,
                root=seen.root,
            )
        )
    version = _VERSION.search(seen.head)
    context = aaf_records.Context(
        category=str(file.category),
        version=int(version.group(1)) if version else None,
        first_degree=file.first_degree or _FIRST_DEGREE.search(seen.head) is not None,
        day=file.day,
        delta=operations is not None,
    )
    reader = _READERS[file.category]
    rows, unknown = Rows(), set[str]()
    if seen.note is not None:
        rows.warnings.append(seen.note)
    for record in _records(file.name, utf8_blocks(stream, seen.encoding)):
        rows.records += 1
        usual = isinstance(record, Entry)
        if operations is None and not usual and record.tag != "addRequest":
            if file.delta is None:
                raise Delta
            raise Contradiction(what=f"« {file.name} », {record.tag}")
        if usual:
            identifier, found = _told(record, unknown)
        elif record.tag == "addRequest":
            identifier, found = _content(record, unknown)
        else:
            identifier, found = _change(record, unknown, context)
        if _trusted(identifier, found, rows, context):
            if operations is None:
                reader(found, rows, context)
            else:
                _operate(record, file.category, found, rows, context, operations)
        if rows.records >= BATCH:
            yield rows
            rows = Rows()
    if unknown:
        names = ", ".join(sorted(unknown)[:12])
        rows.warnings.append(
            Words(N_("Attributs inconnus de « %(name)s », laissés de côté : %(names)s."), name=file.name, names=names)
        )
    yield rows


def _trusted(identifier: str, found: aaf_records.Values, rows: Rows, context: aaf_records.Context) -> bool:
    """Has the record the one key that it says it has? A reject says so otherwise."""
    key = found.ones.get("key", "")
    if identifier == key and key:
        if len(key) <= aaf_records.LONGEST_KEY:
            return True
        rows.reject(context.category, key, Words(N_("La clé de jointure est trop longue.")))
        return False
    reason = (
        Words(
            N_("L’identifiant « %(id)s » diffère de la clé de jointure « %(key)s »."), id=identifier[:80], key=key[:80]
        )
        if key
        else Words(N_("La fiche n’a pas de clé de jointure."))
    )
    rows.reject(context.category, key or identifier, reason, struct=found.ones.get("home", ""))
    rows.tables["spared"].append((identifier[:80],))
    return False


def _operate(
    record: Any,
    category: Category,
    found: aaf_records.Values,
    rows: Rows,
    context: aaf_records.Context,
    operations: Operations,
) -> None:
    """One operation of a delta."""
    key = found.ones["key"]
    if not isinstance(record, Entry) and record.tag == "deleteRequest":
        operations.delete(category, key, rows)
    elif found.told is not None and any(
        one.get("operation", "replace") != "replace" for one in record.iter("modification")
    ):
        rows.reject(context.category, key, Words(N_("La fiche demande une opération que l’AAF ne connaît pas.")))
    elif operations.tell(category, key, rows):
        _READERS[category](found, rows, context)


def _records(name: str, blocks: Iterable[bytes]) -> Iterator[Any]:
    """Each request: entries of the usual form as ``Entry``, everything from the first other one on as the parser's elements."""
    usual = Usual(blocks)
    yield from usual
    if usual.rest is not None:
        yield from _parsed(name, usual.rest, usual.lines)


def _parsed(name: str, blocks: Iterable[bytes], lines: int) -> Iterator[Any]:
    """Each finished request; it is emptied, and what came before it forgotten, when the next is asked for."""
    parser = etree.XMLPullParser(
        events=("end",), tag=_OPERATIONS, encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True,
        dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    waiting = 0
    try:
        for block in blocks:
            parser.feed(block)
            waiting += len(block)
            for _event, record in parser.read_events():
                waiting = 0
                yield record
                record.clear()
                while record.getprevious() is not None:
                    del record.getparent()[0]
            if waiting > LONGEST_RECORD:
                raise UnreadableFile(name, Words(N_("une de ses fiches est démesurée.")))
        parser.close()
    except etree.XMLSyntaxError as wrong:
        line = lines + (wrong.position or (0, 0))[0]
        why = Words(N_("le XML est incorrect ou tronqué à la ligne %(line)s."), line=line)
        raise UnreadableFile(name, why) from None


def _told(entry: Entry, unknown: set[str]) -> tuple[str, aaf_records.Values]:
    """What ``_content`` says of an element, of an entry of the usual form."""
    ones: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    wanted = NAMES.get
    for written, first, others in entry.attributes:
        name = wanted(written)
        if name:
            # Most attributes have one value and no entity; the others cost a call.
            if not (first or others):
                continue
            values = [first] if not others and "&" not in first else values_of(first, others)
            if name in aaf_records.MANY:
                if values and name not in many:
                    many[name] = values
            elif name not in ones:
                for value in values:
                    if text := value.strip():
                        ones[name] = text
                        break
        elif name is None and len(unknown) < 50 and not _dated(written):
            unknown.add(written[:60])
    return entry.identifier.strip(), aaf_records.Values(ones, many)


def _content(record: Any, unknown: set[str]) -> tuple[str, aaf_records.Values]:
    """The identifier and the non-empty values of the attributes that are used, by their own name."""
    identifier = ""
    ones: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    for part in record:
        tag = part.tag
        if tag == "identifier":
            identifier = (part.findtext("id") or "").strip()
        elif tag == "attributes":
            for attribute in part:
                written = attribute.get("name")
                name = NAMES.get(written)
                if name:
                    if name in aaf_records.MANY:
                        values = [value.text for value in attribute if value.text]
                        if values and name not in many:
                            many[name] = values
                    elif name not in ones:
                        for value in attribute:
                            if text := (value.text or "").strip():
                                ones[name] = text
                                break
                elif name is None and len(unknown) < 50 and not _dated(str(written)):
                    unknown.add(str(written)[:60])
    return identifier, aaf_records.Values(ones, many)


def _dated(name: str) -> bool:
    """Staff attributes have twins with dates ('ENTPersonFonctionsDate'), which are known as such and not used."""
    return name.endswith("Date") and name.removesuffix("Date") in NAMES


def _change(record: Any, unknown: set[str], context: aaf_records.Context) -> tuple[str, aaf_records.Values]:
    """The identifier and the listed attributes of a modifyRequest, or of a deleteRequest, which lists none.

    The second degree's older view of parental authority is left out: the relations themselves come with every change of it.
    """
    identifier, told = "", set[str]()
    ones: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    for part in record:
        if part.tag == "identifier":
            identifier = (part.findtext("id") or "").strip()
        elif part.tag in ("modifications", "attributes"):
            for attribute in part:
                written = str(attribute.get("name"))
                name = NAMES.get(written)
                if name is None and len(unknown) < 50 and not _dated(written):
                    unknown.add(written[:60])
                if not name or (name == "authority" and not context.first_degree):
                    continue
                told.add(name)
                values = [value.text for value in attribute if value.text and value.text.strip()]
                if name in aaf_records.MANY:
                    many.setdefault(name, []).extend(values)
                elif values:
                    ones.setdefault(name, values[0].strip())
    ones.setdefault("key", identifier)
    return identifier, aaf_records.Values(
        ones, {name: values for name, values in many.items() if values}, frozenset(told)
    )
