"""ONDE's extractions: five conditions, no identifiers for adults, and headers that vary (FEED-2)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.errors import Refused
from app.feeds.delivery.loaders import UnknownFormat, spool
from app.feeds.formats.aaf_files import Category
from app.feeds.formats.onde import NotOnde
from app.feeds.formats.xml_bytes import UnreadableFile
from tests.feeds.spooled import reasons, spooled

UAI = "9990011B"
PUPILS = (
    "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE; Cycle;Niveau;Libellé classe;Identifiant classe"
)
ADULTS = (
    "Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;Courriel;"
    "Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants;Nom d'usage enfant;Nom de famille enfant;"
    "Prénom enfant;Classes enfants"
)
TEACHERS = "Civilité;Nom usage;Nom;Prénom;Courriel;Directeur;Classe;Fonction"
ZOE = "MARTIN;;Zoé;2018-04-02;F;123456789AB;CYCLE II;CP;CP Mme Bleu;501"
TOM = "MARTIN;;Tom;02/09/2016;M;123456789AC;CYCLE II;CE2;CE2;502"
ALICE = "Mme;;MARTIN;Alice;1 rue du Test;;;MARTIN;Zoé;CP;;MARTIN;Tom;CE2"


def write(folder: Path, *, encoding: str = "iso8859-1", **files: Iterable[str]) -> Path:
    """A school's extractions; every file is called alike in a folder of its own, as downloads are."""
    heads = {"pupils": PUPILS, "adults": ADULTS, "teachers": TEACHERS}
    for kind, lines in files.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        text = "\r\n".join([heads.get(kind, ""), *lines]) + "\r\n"
        (folder / kind / "CSVExtraction.csv").write_bytes(text.encode(encoding))
    return folder


def small(folder: Path, **more: Iterable[str]) -> Path:
    return write(folder, **({"pupils": [ZOE, TOM], "adults": [ALICE]} | more))


def test_a_school_comes_in_with_classes_levels_and_responsibles(tmp_path: Path) -> None:
    """KIN-1; the class's key is its identifier, the level comes from the column 'Niveau'."""
    tables, warnings = spooled(small(tmp_path / "d"), "onde", uai=UAI)
    assert [(row["key"], row["uai"], row["kind"]) for row in tables["structure"]] == [(UAI, UAI, "primary")]
    people = {row["key"]: row for row in tables["person"] if row["category"] == "student"}
    assert set(people) == {"123456789AB", "123456789AC"}
    zoe = people["123456789AB"]
    assert (zoe["ine"], zoe["birth_date"], zoe["level"], zoe["home"]) == ("123456789AB", "2018-04-02", "CP", UAI)
    assert {(row["person"], row["code"], row["name"]) for row in tables["place"]} == {
        ("123456789AB", "501", "CP Mme Bleu"), ("123456789AC", "502", "CE2"),
    }  # fmt: skip
    (alice,) = (row for row in tables["person"] if row["category"] == "adult")
    assert {(row["student"], row["adult"], row["rank"]) for row in tables["relation"]} == {
        ("123456789AB", alice["key"], 0), ("123456789AC", alice["key"], 0),
    }  # fmt: skip
    assert len(alice["key"]) <= 40
    assert len(warnings) == 2
    assert not tables["reject"]


@pytest.mark.parametrize(
    ("pupil", "why"),
    [
        ("MARTIN;;Zoé;2018-04-02;F;;CYCLE II;CP;CP;501;Admis définitif;2026", "l’INE manque"),
        ("MARTIN;;Zoé;2018-04-02;F;12AB;CYCLE II;CP;CP;501;Admis définitif;2026", "l’INE « 12AB » n’a pas la forme"),
        ("MARTIN;;Zoé;2018-04-02;F;123456789AB;CYCLE II;CP;CP;501;Admis provisoire;2026", "n’est pas définitive"),
        ("MARTIN;;Zoé;2018-04-02;F;123456789AB;CYCLE II;CP;CP;501;;2026", "n’est pas définitive"),
        ("MARTIN;;Zoé;2018-04-02;F;123456789AB;CYCLE II;CP;;;Admis définitif;2026", "dans aucune classe"),
        ("MARTIN;;Zoé;2018-04-02;F;123456789AB;CYCLE II;CP;CP;501;Admis définitif;2025", "n’est pas de cette année"),
        ("MARTIN;;Zora;2018-04-02;F;123456789AB;CYCLE II;CP;CP;501;Admis définitif;2026", "aucun responsable"),
    ],
)
def test_each_condition_that_fails_is_a_reject_that_says_which(tmp_path: Path, pupil: str, why: str) -> None:
    """FEED-2's five conditions; who is rejected does not pass for a leaver."""
    folder = small(tmp_path / "d")
    good = [
        f"{TOM};Admis définitif;2026",
        "PETIT;;Lou;2017-01-01;F;123456789AD;CYCLE II;CE1;CE1;503;Admis définitif;2026",
    ]
    lines = [f"{PUPILS};Etat;Année scolaire", pupil, *good]
    (folder / "pupils" / "CSVExtraction.csv").write_bytes("\n".join(lines).encode("iso8859-1"))
    tables, warnings = spooled(folder, "onde", uai=UAI)
    assert [row["key"] for row in tables["person"] if row["category"] == "student"] == ["123456789AC"]
    refused = reasons(tables, whole=True)
    assert any(why in sentence for sentence in refused.values())
    assert all(sentence.startswith("L’élève n’entre pas") for sentence in refused.values())
    assert not [line for line in warnings if "vérifiée" in line]
    if "123456789AB" in pupil:
        assert {"key": "123456789AB"} in tables["spared"]


def test_several_failing_conditions_are_all_said(tmp_path: Path) -> None:
    tables, _ = spooled(small(tmp_path / "d", pupils=[TOM, "ROY;;Léa;2018-04-02;F;;;CP;;"]), "onde", uai=UAI)
    (sentence,) = reasons(tables, whole=True).values()
    assert "l’INE manque" in sentence
    assert "aucune classe" in sentence
    assert "aucun responsable" in sentence


def test_what_the_file_cannot_tell_is_said(tmp_path: Path) -> None:
    folder = small(tmp_path / "d")
    (folder / "adults" / "CSVExtraction.csv").unlink()
    tables, warnings = spooled(folder, "onde", uai=UAI)
    assert len(tables["person"]) == 2
    assert sum("vérifié" in line for line in warnings) == 3


@pytest.mark.parametrize("encoding", ["iso8859-1", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_and_several_byte_order_marks_are_read(tmp_path: Path, encoding: str) -> None:
    folder = write(tmp_path / "d", encoding=encoding, pupils=[ZOE], adults=[ALICE])
    if encoding == "utf-8-sig":
        path = folder / "pupils" / "CSVExtraction.csv"
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    tables, _ = spooled(folder, "onde", uai=UAI)
    assert {row["first_name"] for row in tables["person"]} == {"Zoé", "Alice"}


def test_headers_are_known_by_their_synonyms_and_unknown_ones_are_told(tmp_path: Path) -> None:
    header = "NOM DE L'ÉLÈVE*;Prénom de l’élève;Date de naissance;ine;Dispositif;Niveaux;Regroupement;Cantine"
    folder = small(tmp_path / "d")
    line = "MARTIN;Zoé;02/04/2018;123456789ab;CYCLE II;CP;CP  bleu;Oui"
    (folder / "pupils" / "CSVExtraction.csv").write_text(f"{header}\n{line}\n")
    tables, warnings = spooled(folder, "onde", uai=UAI)
    assert [(row["person"], row["code"], row["name"]) for row in tables["place"]] == [
        ("123456789AB", "CP BLEU", "CP bleu")
    ]
    assert any("Cantine" in line for line in warnings)


def test_a_short_row_a_blank_one_and_a_repeated_child_lose_nobody(tmp_path: Path) -> None:
    adults = [ALICE.removesuffix(";CE2"), "", "M.;;ROY;Luc;;;;MARTIN;Tom", ALICE + ";;;;;;;;"]
    tables, _ = spooled(small(tmp_path / "d", adults=adults), "onde", uai=UAI)
    assert len(tables["relation"]) == 3
    assert sum(row["category"] == "adult" for row in tables["person"]) == 2


def test_a_family_larger_than_the_header_is_read_to_its_end(tmp_path: Path) -> None:
    lou = "MARTIN;;Lou;2019-04-02;F;123456789AD;MATERNELLE;GS;GS;503"
    adults = [f"{ALICE};;MARTIN;Lou;GS"]
    tables, _ = spooled(small(tmp_path / "d", pupils=[ZOE, TOM, lou], adults=adults), "onde", uai=UAI)
    assert len(tables["relation"]) == 3


def test_a_row_longer_than_its_header_is_not_guessed_at(tmp_path: Path) -> None:
    tables, _ = spooled(small(tmp_path / "d", pupils=[TOM, f"{ZOE};oops"]), "onde", uai=UAI)
    assert "plus de valeurs que l’en-tête" in reasons(tables, whole=True)["123456789AB"]


def test_one_ine_is_one_pupil(tmp_path: Path) -> None:
    other = "ROY;;Léa;2017-01-01;F;123456789AB;CYCLE II;CP;CP;501"
    tables, _ = spooled(small(tmp_path / "d", pupils=[ZOE, TOM, other]), "onde", uai=UAI)
    assert "plusieurs élèves" in reasons(tables, whole=True)["123456789AB"]
    again = ZOE.replace("501", "502").replace("CP Mme Bleu", "CE2")
    tables, _ = spooled(small(tmp_path / "e", pupils=[ZOE, TOM, again]), "onde", uai=UAI)
    assert not reasons(tables, whole=True)
    assert [row["code"] for row in tables["place"] if row["person"] == "123456789AB"] == ["501"]
    assert "plusieurs classes" in reasons(tables, whole=False)["123456789AB"]


def test_namesakes_are_parted_by_their_class_or_left_alone(tmp_path: Path) -> None:
    other = "MARTIN;;Zoé;2017-01-01;F;123456789AD;CYCLE II;CE1;CE1;503"
    pupils = [ZOE.replace("CP Mme Bleu", "CP"), other]
    tables, _ = spooled(small(tmp_path / "d", pupils=pupils), "onde", uai=UAI)
    assert [row["student"] for row in tables["relation"]] == ["123456789AB"]
    assert "aucun responsable" in reasons(tables, whole=True)["123456789AD"]
    tables, _ = spooled(
        small(tmp_path / "e", pupils=pupils, adults=["Mme;;MARTIN;Alice;;;;MARTIN;Zoé;"]), "onde", uai=UAI
    )
    assert not tables["relation"]
    assert any("homonymes" in sentence for sentence in reasons(tables, whole=False).values())


def adult_keys(folder: Path) -> dict[str, list[str]]:
    """Key of every adult, and the other keys under which they may be known."""
    tables, _ = spooled(folder, "onde", uai=UAI)
    others: dict[str, list[str]] = {row["key"]: [] for row in tables["person"] if row["category"] == "adult"}
    for row in tables["also"]:
        others[row["key"]].append(row["other"])
    return others


def test_an_adult_is_found_again_when_a_child_comes_or_leaves(tmp_path: Path) -> None:
    """FEED-5: the key follows the youngest child, and the other children's keys are handed over beside it."""
    (first,) = adult_keys(small(tmp_path / "one", pupils=[TOM]))
    ((both, others),) = adult_keys(small(tmp_path / "both")).items()
    assert first != both
    assert others == [first]
    (after,) = adult_keys(small(tmp_path / "after", pupils=[ZOE]))
    assert after == both


def test_namesakes_among_adults_stay_apart_and_two_rows_of_one_are_one(tmp_path: Path) -> None:
    one, other = "Mme;;MARTIN;Alice;1 rue A;;;MARTIN;Zoé;CP", "Mme;;MARTIN;Alice;2 rue B;;;MARTIN;Tom;CE2"
    assert len(adult_keys(small(tmp_path / "apart", adults=[one, other]))) == 2
    shared = [one, other.replace("2 rue B", "1 RUE A")]
    assert len(adult_keys(small(tmp_path / "same", adults=shared))) == 1
    parents = ["Mme;;MARTIN;Dominique;1 rue A;;;MARTIN;Zoé;CP", "M.;;MARTIN;Dominique;1 rue A;;;MARTIN;Zoé;CP"]
    found = adult_keys(small(tmp_path / "parents", adults=parents))
    assert len(found) == 2
    assert not any(found.values())


def test_teachers_have_classes_a_head_a_function_and_namesakes_are_left(tmp_path: Path) -> None:
    teachers = [
        "Mme;;BLEU;Anne;;oui;CP Mme Bleu;", "Mme;;BLEU;Anne;;oui;CE2;", "M.;;NOIR;Paul;;non;;DIR$DIRECTION$D0011$X",
        "M.;;GRIS;Luc;a@example.org;non;;$$$label", "M.;;GRIS;Luc;b@example.org;non;;",
    ]  # fmt: skip
    tables, _ = spooled(small(tmp_path / "d", teachers=teachers), "onde", uai=UAI)
    staff = {row["key"]: row for row in tables["person"] if row["category"] == "staff"}
    assert {row["last_name"] for row in staff.values()} == {"BLEU", "NOIR"}
    assert sorted(
        (staff[row["person"]]["last_name"], row["code"]) for row in tables["place"] if row["role"] == "teacher"
    ) == [("BLEU", "501"), ("BLEU", "502")]
    assert {(staff[row["person"]]["last_name"], row["code"]) for row in tables["function"]} == {
        ("BLEU", "DIR"), ("NOIR", "DIR"),
    }  # fmt: skip
    assert "gris luc" in reasons(tables, whole=True)


def test_the_school_comes_from_the_names_where_nobody_gives_it(tmp_path: Path) -> None:
    tables, _ = spooled(small(tmp_path / f"onde_{UAI}_20260901"), "onde")
    assert tables["structure"][0]["uai"] == UAI
    held = spool(small(tmp_path / f"onde_{UAI}_20260901"), "onde")
    assert held.day is not None
    assert (held.source, held.complete, held.day.isoformat()) == ("onde", True, "2026-09-01")
    assert held.records == {Category.STRUCTURE: 1, Category.ADULT: 1, Category.STUDENT: 2}
    held.close()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        ({"pupils": []}, NotOnde),
        ({"adults": []}, NotOnde),
        ({"pupils": ['MARTIN;;"Zoé;2018-04-02;F;123456789AB;;CP;CP;501']}, UnreadableFile),
        ({"pupils": ["MARTIN;;Zo\0é"]}, UnreadableFile),
        ({"other": ["a;b", "c;d"]}, NotOnde),
    ],
)
def test_what_is_no_extraction_is_refused_whole(
    tmp_path: Path, spoil: dict[str, list[str]], error: type[Refused]
) -> None:
    with pytest.raises(error) as refused:
        spool(small(tmp_path / "d", **spoil), "onde", uai=UAI)
    assert "Rien n’a été modifié" in str(refused.value.hint)


def test_a_school_that_is_missing_wrong_or_contradicted_is_asked_for(tmp_path: Path) -> None:
    for uai, folder in ((None, "d"), ("999", "d"), (UAI, "onde_9990012C"), (None, "9990012C 9990013D")):
        with pytest.raises(NotOnde):
            spool(small(tmp_path / folder), "onde", uai=uai)
    with pytest.raises(UnknownFormat):
        spool(tmp_path, "sapia")


def test_the_same_file_twice_is_read_once_and_two_different_ones_are_refused(tmp_path: Path) -> None:
    folder = small(tmp_path / "d")
    pupils = (folder / "pupils" / "CSVExtraction.csv").read_bytes()
    (folder / "CSVExtraction (1).csv").write_bytes(pupils)
    tables, warnings = spooled(folder, "onde", uai=UAI)
    assert len(tables["place"]) == 2
    assert any("deux fois" in line for line in warnings)
    (folder / "CSVExtraction (2).csv").write_bytes(pupils.replace(b"Tom", b"Tim"))
    with pytest.raises(NotOnde):
        spool(folder, "onde", uai=UAI)


# The real samples ------------------------------------------------------------------------------------------------------


def lines_of(path: Path) -> list[list[str]]:
    """The rows of a sample below its header, read with no knowledge of the importer's rules."""
    content = path.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("iso8859-1")
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") if any(row)]
    return rows[1:]


def links_of(rows: list[list[str]], first_child: int) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """(name, first name) of each responsible -> (family name, first name) of the children."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        cells = row + [""] * 40
        for at in range(first_child, 40, 4):
            if cells[at + 1]:
                found[(cells[2], cells[3])].add((cells[at + 1], cells[at + 2]))
    return found


def test_the_sample_of_the_new_header_comes_in_whole(shared_samples: Path) -> None:
    folder = shared_samples / "onde" / "onde_header_2020"
    pupils = lines_of(folder / "eleves.csv")
    links = links_of(lines_of(folder / "responsables.csv"), 12)
    tables, _ = spooled(folder, "onde", uai=UAI)
    assert not tables["reject"]
    assert {row["key"] for row in tables["person"] if row["category"] == "student"} == {row[5] for row in pupils}
    assert sum(row["category"] == "adult" for row in tables["person"]) == len(links)
    assert len(tables["relation"]) == sum(map(len, links.values()))
    assert {row["code"] for row in tables["place"]} == {row[17] for row in pupils}
    assert {row["level"] for row in tables["person"] if row["ine"]} == {row[15] for row in pupils}


def test_the_old_sample_has_no_identifier_so_every_pupil_is_rejected(shared_samples: Path) -> None:
    folder = shared_samples / "onde" / "be1d_two_classes"
    pupils = lines_of(folder / "CSVExtraction-eleves.csv")
    tables, warnings = spooled(folder, "onde", uai=UAI)
    assert len(reasons(tables, whole=True)) == len(pupils) == 52
    assert all("l’INE manque" in sentence for sentence in reasons(tables, whole=True).values())
    assert any("colonne INE" in line for line in warnings)
    teachers = lines_of(folder / "CSVExtraction-enseignants.csv")
    assert sum(row["category"] == "staff" for row in tables["person"]) == len({(row[2], row[3]) for row in teachers})
    assert sum(row["role"] == "teacher" for row in tables["place"]) == len(teachers)


def test_the_old_sample_given_identifiers_links_whom_it_names(shared_samples: Path, tmp_path: Path) -> None:
    source = shared_samples / "onde" / "be1d_two_classes"
    pupils = lines_of(source / "CSVExtraction-eleves.csv")
    rows = lines_of(source / "CSVExtraction-responsables.csv")
    numbered = [
        f"{row[0]};;{row[2]};{row[3]};{row[4]};{number:011d};{row[13]};{row[14]};{row[15]};"
        for number, row in enumerate(pupils)
    ]
    folder = write(tmp_path / "d", pupils=numbered)
    (folder / "adults.csv").write_bytes((source / "CSVExtraction-responsables.csv").read_bytes())
    tables, warnings = spooled(folder, "onde", uai=UAI)
    known = {(row[0], row[2]) for row in pupils}
    links = links_of(rows, 12)
    wanted = {(adult, child) for adult, children in links.items() for child in children if child in known}
    assert len(tables["relation"]) == len(wanted)
    named = {child for _adult, child in wanted}
    assert sum(row["category"] == "student" for row in tables["person"]) == len(named)
    strangers = sum(len(children - known) for children in links.values())
    assert strangers == 7
    assert sum(not row["whole"] for row in tables["reject"]) == strangers
    assert {row["code"] for row in tables["place"]} == {row[15] for row in pupils} == {"CE1", "CM2"}
    wrong = sum(row[13] == "CYCLE III" and row[14] in ("CP", "CE1") for row in pupils)
    assert any(re.search(rf"de {wrong} élèves", line) for line in warnings)
