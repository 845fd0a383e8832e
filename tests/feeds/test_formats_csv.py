"""The generic CSV of an ENT as rows: five files, repeated columns, and whoever does not come in (FEED-8, FEED-9)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from app.errors import Refused
from app.feeds.delivery.loaders import spool
from app.feeds.formats.aaf_files import Category
from app.feeds.formats.ent_csv import NotCsv
from app.feeds.formats.xml_bytes import UnreadableFile
from app.feeds.teaching import function_named
from tests.feeds.spooled import Tables, reasons, spooled

UAI = "9990012C"
HEADS = {
    "Eleves": "externalid;Prénom*;Nom*;Classe;Date de naissance*",
    "Enseignants": "externalid;Prénom*;Nom*;date de naissance;fonction;classe;classe",
    "Personnels": "externalid;Prénom*;Nom*;date de naissance;fonction",
    "Parents": "externalId;Prénom*;Nom*;telephone;Childexternalid*;Childexternalid;Childexternalid",
    "Invites": "externalid;Prénom*;Nom*;Classes;date de naissance",
}
ZOE, TOM = "S1;Zoé;MARTIN;6A;02/04/2014", "S2;Tom;MARTIN;6B;03/05/2013"
ALICE, PAUL = "R1;Alice;MARTIN;01 02;S1;S2;", "R2;Paul;MARTIN;;S1;;"
TEACHER, CPE = "E1;Anne;LEROY;10/04/1975;Lettres;6A;6B", "P1;Luc;PETIT;11/05/1980;CPE"


def write(folder: Path, *, encoding: str = "utf-8", **files: Iterable[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, lines in files.items():
        text = "\r\n".join([HEADS[kind], *lines]) + "\r\n"
        (folder / f"CSV_{kind}.csv").write_bytes(text.encode(encoding))
    return folder


def small(folder: Path, **instead: Iterable[str]) -> Path:
    files = {"Eleves": [ZOE, TOM], "Parents": [ALICE, PAUL], "Enseignants": [TEACHER], "Personnels": [CPE]} | instead
    return write(folder, **files)


def read(folder: Path) -> tuple[Tables, list[str]]:
    return spooled(folder, "csv", uai=UAI)


def key(number: str) -> str:
    return f"{UAI}-{number}"


def held(folder: Path) -> set[Category]:
    found = spool(folder, "csv", uai=UAI)
    found.close()
    return {category for category in Category if found.holds(category)}


def test_the_five_files_become_people_with_classes_children_and_functions(tmp_path: Path) -> None:
    tables, warnings = read(small(tmp_path / "d"))
    people = {row["key"]: row for row in tables["person"]}
    assert {number: row["category"] for number, row in people.items()} == {
        key("S1"): "student", key("S2"): "student", key("R1"): "adult", key("R2"): "adult",
        key("E1"): "staff", key("P1"): "staff",
    }  # fmt: skip
    assert (people[key("S1")]["birth_date"], people[key("S1")]["home"]) == ("2014-04-02", UAI)
    assert (people[key("E1")]["teaches"], people[key("P1")]["teaches"]) == (True, False)
    assert {(row["student"], row["adult"], row["rank"]) for row in tables["relation"]} == {
        (key("S1"), key("R1"), 0), (key("S2"), key("R1"), 0), (key("S1"), key("R2"), 0),
    }  # fmt: skip
    assert [(row["person"], row["code"]) for row in tables["place"] if row["role"] == "teacher"] == [
        (key("E1"), "6A"), (key("E1"), "6B"),
    ]  # fmt: skip
    assert {(row["person"], row["code"], row["discipline"]) for row in tables["function"]} == {
        (key("E1"), "ENS", "Lettres"), (key("P1"), "EDU", ""),
    }  # fmt: skip
    assert (tables["reject"], warnings) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso8859-1", "utf-16"])
def test_headers_are_read_whatever_their_case_stars_accents_separator_and_encoding(
    tmp_path: Path, encoding: str
) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    text = "EXTERNALID*,prenom,NOM *,classe,date de naissance,Cantine\nS1,Zoé,MARTIN, 6  A ,2014-04-02,oui\n"
    (folder / "csv_élèves.csv").write_bytes(text.encode(encoding))
    tables, warnings = read(folder)
    assert [(row["key"], row["first_name"], row["birth_date"]) for row in tables["person"]] == [
        (key("S1"), "Zoé", "2014-04-02")
    ]
    assert [(row["code"], row["name"]) for row in tables["place"]] == [("6 A", "6 A")]
    assert ["Cantine" in line for line in warnings] == [True]


def test_any_subset_is_taken_and_says_which_categories_it_holds(tmp_path: Path) -> None:
    """FEED-9: of staff also whether one of its two files is missing."""
    both = {Category.STRUCTURE, Category.STAFF}
    assert held(write(tmp_path / "a", Enseignants=[TEACHER])) == both | {Category.TEACHERS}
    assert held(write(tmp_path / "b", Personnels=[CPE])) == both | {Category.OTHER_STAFF}
    assert held(write(tmp_path / "c", Enseignants=[TEACHER], Personnels=[CPE])) == both
    assert held(write(tmp_path / "d", Eleves=[ZOE], Parents=[])) == {Category.STRUCTURE, Category.STUDENT}
    assert held(write(tmp_path / "e", Parents=[PAUL])) == {Category.STRUCTURE, Category.ADULT}


def test_two_schools_that_both_count_from_one_have_different_people(tmp_path: Path) -> None:
    """FEED-5: a key is the file's identifier within its school."""
    folder = write(tmp_path / "d", Eleves=["1;Zoé;MARTIN;6A;02/04/2014"])
    keys = {spooled(folder, "csv", uai=uai)[0]["person"][0]["key"] for uai in (UAI, "9990013D")}
    assert len(keys) == 2
    long = write(tmp_path / "long", Eleves=[f"{'X' * 60};Zoé;MARTIN;6A;02/04/2014"])
    assert len(read(long)[0]["person"][0]["key"]) <= 40


@pytest.mark.parametrize(
    ("kind", "line", "why"),
    [
        ("Eleves", "S9;Léa;ROY;6A;", "La date de naissance manque"),
        ("Eleves", "S9;Léa;ROY;6A;31/02/2014", "« 31/02/2014 » n’existe pas"),
        ("Eleves", "S9;;ROY;6A;02/04/2014", "Le nom ou le prénom manque"),
        ("Eleves", "S9;Léa;ROY;6A;02/04/2014;de trop", "plus de valeurs que l’en-tête"),
        ("Parents", "R9;Léa;ROY;;;;", "ne nomme aucun enfant"),
        ("Parents", "R9;Léa;ROY;;S77;;", "« S77 » n’est pas dans le fichier des élèves"),
        ("Enseignants", ";Léa;ROY;;Lettres;;", "ni identifiant ni date de naissance"),
        ("Invites", "G9;Léa;ROY;6A;02/04/1980", "Comptes faits à la main"),
    ],
)
def test_whoever_does_not_come_in_is_rejected_with_the_reason(tmp_path: Path, kind: str, line: str, why: str) -> None:
    """FEED-6; PORTAL-8 for guests. Who is rejected does not pass for a leaver."""
    instead = (
        {kind: [line]}
        if kind == "Invites"
        else {kind: [*{"Eleves": [ZOE, TOM], "Parents": [ALICE]}.get(kind, []), line]}
    )
    tables, _ = read(small(tmp_path / "d", **instead))
    (sentence,) = reasons(tables, whole=True).values()
    assert why in sentence
    assert "ROY" not in {row["last_name"] for row in tables["person"]}
    if kind != "Invites" and line[0] != ";":
        assert {"key": key(line.split(";")[0])} in tables["spared"]


def test_a_child_who_is_unknown_or_left_out_is_a_link_with_a_reason(tmp_path: Path) -> None:
    folder = small(tmp_path / "d", Eleves=[ZOE, "S2;Tom;MARTIN;6B;"], Parents=["R1;Alice;MARTIN;;S1;S2;S3"])
    tables, _ = read(folder)
    assert [(row["student"], row["adult"]) for row in tables["relation"]] == [(key("S1"), key("R1"))]
    told = [row["values_json"] for row in tables["reject"] if not row["whole"]]
    assert [("S2" in one, "S3" in one) for one in told] == [(True, False), (False, True)]


def test_one_identifier_for_two_people_takes_neither_and_the_same_line_twice_is_one(tmp_path: Path) -> None:
    other = "S1;Léa;ROY;6B;01/01/2014"
    tables, _ = read(write(tmp_path / "d", Eleves=[ZOE, other, TOM, TOM], Parents=["R1;Alice;MARTIN;;S2;;", PAUL]))
    assert [row["key"] for row in tables["person"]] == [key("S2"), key("R1")]
    told = reasons(tables, whole=True)
    assert "plusieurs personnes" in told["S1"]
    assert "« S1 » n’entre pas" in told["R2"]
    across, _ = read(small(tmp_path / "across", Personnels=["S1;Luc;PETIT;11/05/1980;CPE"]))
    assert "plusieurs personnes" in reasons(across, whole=True)["S1"]


def test_without_identifiers_the_key_is_made_of_what_stays(tmp_path: Path) -> None:
    """FEED-5: a parent's changes with the children, so the others are handed over too."""
    files = {"Eleves": [ZOE, TOM], "Parents": [";Alice;MARTIN;;S2;S1;"], "Enseignants": [";Anne;LEROY;10/04/1975;;;"]}
    first, _ = read(write(tmp_path / "a", **files))
    again, _ = read(write(tmp_path / "b", **(files | {"Parents": [";Alice;MARTIN;09;S1;;"]})))
    keys = {row["last_name"] + row["first_name"]: row["key"] for row in first["person"]}
    later = {row["last_name"] + row["first_name"]: row["key"] for row in again["person"]}
    assert keys["LEROYAnne"] == later["LEROYAnne"]
    assert later["MARTINAlice"] in {keys["MARTINAlice"], *(row["other"] for row in first["also"])}
    assert len(first["also"]) == 1


def test_spaces_in_a_class_are_settled_as_elsewhere(tmp_path: Path) -> None:
    """A label is one class with one space where there were several; a teacher's finds the pupils' that only spaces part from it."""
    pupils = ["S1;Zoé;MARTIN;csv  1;02/04/2014", "S2;Tom;MARTIN;CSV 1;03/05/2013"]
    teacher = "E1;Anne;LEROY;10/04/1975;Lettres;CSV1;6A"
    tables, warnings = read(small(tmp_path / "d", Eleves=pupils, Enseignants=[teacher]))
    assert [row["code"] for row in tables["place"]] == ["CSV 1", "CSV 1", "CSV 1", "6A"]
    assert warnings == []
    pupils[1] = "S2;Tom;MARTIN;CSV1;03/05/2013"
    tables, warnings = read(small(tmp_path / "two", Eleves=pupils, Enseignants=[teacher]))
    assert [row["code"] for row in tables["place"]] == ["CSV 1", "CSV1", "CSV1", "6A"]
    assert ["ne diffèrent que par des espaces" in line for line in warnings] == [True]


def test_only_whole_words_name_a_function(tmp_path: Path) -> None:
    assert [function_named(text) for text in ("Direction", "C.P.E", "aed", "Secrétaire de direction", "Lettres")] == [
        "DIR", None, "AED", None, None,
    ]  # fmt: skip
    tables, _ = read(small(tmp_path / "d", Personnels=["P1;Luc;PETIT;;Jardin", "P2;Eva;LOU;;DIR$DIRECTION$D0010$CHEF"]))
    assert "« Jardin » n’est pas connue" in reasons(tables, whole=False)["P1"]
    assert [row["code"] for row in tables["function"] if row["person"] == key("P2")] == ["DIR"]


def test_the_school_is_given_or_stands_in_a_name(tmp_path: Path) -> None:
    folder = small(tmp_path / f"csv_{UAI}_20260901")
    found = spool(folder, "csv")
    found.close()
    assert (found.source, found.complete, str(found.day)) == ("csv", True, "2026-09-01")
    with pytest.raises(NotCsv):
        spool(small(tmp_path / "d"), "csv")
    with pytest.raises(NotCsv):
        spool(folder, "csv", uai="9990013D")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("liste.csv", "externalid;Prénom;Nom\n1;Zoé;MARTIN\n"),
        ("CSV_Eleves.csv", "externalid;Childexternalid;Prénom;Nom\n1;2;Zoé;MARTIN\n"),
        ("CSV_Parents.csv", "externalid;Prénom;Nom\n1;Zoé;MARTIN\n"),
        ("CSV_Eleves_Parents.csv", "externalid;Prénom;Nom\n1;Zoé;MARTIN\n"),
        ("CSV_Eleves.csv", "externalid;Prénom\n1;Zoé\n"),
        ("CSV_Eleves.csv", "externalid;Prénom;Nom\n"),
    ],
)
def test_what_does_not_say_of_whom_it_speaks_is_refused(tmp_path: Path, name: str, text: str) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / name).write_text(text)
    with pytest.raises(NotCsv) as refused:
        spool(folder, "csv", uai=UAI)
    assert "Rien n’a été modifié" in str(refused.value.hint)


@pytest.mark.parametrize("damage", [b'S9;"Zo', b"\0\0", b'S9;"a";"b"x;c;d'])
def test_a_broken_file_is_refused_whole(tmp_path: Path, damage: bytes) -> None:
    """G14."""
    folder = small(tmp_path / "d")
    path = folder / "CSV_Eleves.csv"
    path.write_bytes(path.read_bytes() + damage)
    with pytest.raises(UnreadableFile):
        spool(folder, "csv", uai=UAI)


def test_the_same_file_twice_is_read_once_and_two_of_one_kind_are_refused(tmp_path: Path) -> None:
    folder = small(tmp_path / "d")
    (folder / "again").mkdir()
    copy = folder / "again" / "CSV_Eleves.csv"
    copy.write_bytes((folder / "CSV_Eleves.csv").read_bytes())
    tables, warnings = read(folder)
    assert len(tables["person"]) == 6
    assert ["à l’identique" in line for line in warnings] == [True]
    copy.write_text(f"{HEADS['Eleves']}\n{ZOE}\n")
    with pytest.raises(Refused, match="contenus différents"):
        spool(folder, "csv", uai=UAI)
