"""What ONDE gives of the same primary schools: two CSV extractions a school, pupils and responsibles (``formats/onde``). Plain.

As real ones: ISO-8859-1, semicolons, capitals, no identifier of an adult, a child named by name only. Both files have the same name
in ONDE; the second one gets the number that a browser gives it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.demo.academy import Academy
from app.demo.next_year import NEWCOMERS, OTHER_DEGREE
from app.demo.people import CONTACTS_LEGAL, Adult, Family, Pupil
from app.demo.tally import OndeTally

PUPILS, RESPONSIBLES = "CSVExtraction.csv", "CSVExtraction (1).csv"
#: Children of a responsible told beside each other; more are told on a further line.
CHILDREN = 3
_PUPIL_HEADER = (
    "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2;"
    " Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;Autorisation associations;Autorisation photo;"
    "Décision de passage"
)
_ADULT_HEADER = (
    "Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;"
    "Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable"
    + ";Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants"
    * CHILDREN
)
#: What the head has not finished: the first newcomers of a school lack one thing each (FEED-2).
_LACKS = ("ine", "class", "responsible")


def extractions(academy: Academy, tally: OndeTally) -> Iterator[tuple[str, str, bytes]]:
    """(UAI, file name, piece) for every primary school; pieces of one file come in order, the pupils' and the adults' interleaved."""
    begun: set[str] = set()
    newcomers: dict[str, int] = defaultdict(int)
    for family in academy.families():
        by_school: dict[str, list[Pupil]] = defaultdict(list)
        for pupil in family.pupils:
            if pupil.school.kind == "primary":
                by_school[pupil.school.uai].append(pupil)
        for uai, pupils in by_school.items():
            if uai not in begun:
                begun.add(uai)
                yield uai, PUPILS, _bytes(_PUPIL_HEADER)
                yield uai, RESPONSIBLES, _bytes(_ADULT_HEADER)
            linked = []
            for pupil in pupils:
                lacking = ""
                if NEWCOMERS < pupil.key < NEWCOMERS + OTHER_DEGREE and newcomers[uai] < len(_LACKS):
                    lacking = _LACKS[newcomers[uai]]
                    newcomers[uai] += 1
                yield uai, PUPILS, _bytes(_pupil(pupil, lacking))
                if lacking != "responsible":
                    linked.append(pupil)
                responsible = lacking != "responsible" and any(one.legal != CONTACTS_LEGAL for one in pupil.links)
                tally.note(uai, ine=lacking != "ine", placed=lacking != "class", responsible=responsible)
            for line in _adults(family, linked):
                yield uai, RESPONSIBLES, _bytes(line)


def _pupil(pupil: Pupil, lacking: str) -> str:
    room, level = pupil.school_class, pupil.training.level
    return _line(
        pupil.last_name.upper(),
        "",
        pupil.first_name,
        pupil.birth,
        "F" if pupil.title == "Mme" else "M",
        "" if lacking == "ine" else pupil.ine,
        pupil.street,
        pupil.postal_code,
        pupil.town,
        "FRANCE",
        *[""] * 4,
        "CYCLE II" if pupil.training.age < 9 else "CYCLE III",
        level,
        *(("", "") if lacking == "class" else (f"Classe {room.code}", room.number)),
        "Oui",
        "Non",
        "Oui",
        "",
    )


def _adults(family: Family, pupils: list[Pupil]) -> Iterator[str]:
    for adult in family.adults:
        children = [
            pupil
            for pupil in pupils
            if any(link.adult == adult.key and link.legal != CONTACTS_LEGAL for link in pupil.links)
        ]
        for start in range(0, len(children), CHILDREN):
            yield _adult(adult, children[start : start + CHILDREN])


def _adult(adult: Adult, children: list[Pupil]) -> str:
    named = [
        part
        for pupil in children
        # The responsibles' file writes the class otherwise than the pupils' one.
        for part in ("", pupil.last_name.upper(), pupil.first_name, f"{pupil.training.level} {pupil.school_class.code}")
    ]
    return _line(
        {"Mme": "MME"}.get(adult.title, adult.title),
        adult.last_name.upper() if adult.last_name != adult.birth_name else "",
        adult.birth_name.upper(),
        adult.first_name,
        adult.street,
        adult.postal_code,
        adult.town,
        "FRANCE",
        adult.email,
        adult.home_phone,
        adult.work_phone,
        adult.mobile,
        *named,
        *[""] * (4 * CHILDREN - len(named)),
    )


def _line(*values: str) -> str:
    return ";".join(values)


def _bytes(line: str) -> bytes:
    """A line as ONDE writes it: its alphabet has no ligature."""
    return f"{line.replace('Œ', 'OE').replace('œ', 'oe')}\r\n".encode("iso-8859-1")
