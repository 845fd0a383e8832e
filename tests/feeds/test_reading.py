"""Files and archives are read whole or refused, and hostile ones do no harm (G14, Security: feeds are hostile)."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.errors import Refused
from app.feeds.delivery.loaders import spool
from app.feeds.formats.aaf_files import Category, Contradiction, NotADelivery, file_name
from app.feeds.formats.rows import COLUMNS
from app.feeds.formats.xml_bytes import UnreadableFile
from app.feeds.parcels import loaders
from app.feeds.parcels.loaders import TooLarge, UnreadableArchive
from tests.feeds import deliveries as make

NAME = "ENT_Complet_20260824_Eleve_0000.xml"


def read(path: Path) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """The rows of a delivery by table, with their columns, and its warnings."""
    held = spool(path)
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    for name, rows in held.tables():
        tables[name] += [dict(zip(COLUMNS[name], row, strict=True)) for row in rows]
    held.close()
    return tables, [str(words) for words in held.warnings]


def one_file(folder: Path, content: bytes, name: str = NAME) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


# Records ---------------------------------------------------------------------------------------------------------------


def test_a_pupil_is_read_with_place_and_relations(tmp_path: Path) -> None:
    """KIN-1; class codes are opaque and keep their spaces; the same adult twice keeps the strongest standing."""
    pupil = make.student(
        "7", classes=[" 1 STMG/3"], adults=["8$20$0$0$1$0", "8$20$1$1$1$1", "9$90$0$0$1$0", "7$70$0$1$0$0"],
        ENTEleveINE="123456789ab", ENTPersonAdresse="1 rue du Test$$$", ENTEleveGroupes=["10$G1", "10$G1", "10$G2"],
    )  # fmt: skip
    tables, warnings = read(make.write(tmp_path / "d", students=[pupil]))
    person = tables["person"][0]
    assert (person["ine"], person["birth_date"], person["address"]) == ("123456789AB", "2014-09-14", "1 rue du Test")
    assert [(row["kind"], row["code"]) for row in tables["place"]] == [
        ("class", " 1 STMG/3"),
        ("group", "G1"),
        ("group", "G2"),
    ]
    assert {row["adult"]: row["rank"] for row in tables["relation"]} == {"8": 0, "9": 2}
    assert warnings == []


def test_two_classes_in_a_structure_keep_the_first_and_set_the_other_aside(tmp_path: Path) -> None:
    tables, _ = read(make.write(tmp_path / "d", students=[make.student("7", classes=["6A", "6A", "6B"])]))
    assert [(row["code"], row["kind"]) for row in tables["place"]] == [("6A", "class"), ("6B", "spare")]
    assert [(row["entry"], row["whole"]) for row in tables["reject"]] == [("7", False)]


def test_an_identifier_that_differs_from_the_key_rejects_the_entry(tmp_path: Path) -> None:
    wrong = make.entry("7", {"ENTPersonJointure": "7", "sn": "MARTIN"}, identifier="8")
    keyless = make.entry("9", {"sn": "MARTIN"})
    nameless = make.entry("10", {"ENTPersonJointure": "10"})
    tables, _ = read(make.write(tmp_path / "d", adults=[wrong, keyless, nameless]))
    assert tables["person"] == []
    assert [(row["entry"], row["whole"]) for row in tables["reject"]] == [("7", True), ("9", True), ("10", True)]


def test_the_first_degree_is_read_by_its_own_attributes(tmp_path: Path) -> None:
    pupil = make.entry(
        "7",
        {
            "ENTPersonJointure": "7", "ENTPersonNom": "MARTIN", "ENTPersonPrenom": "Zoé", "ENTEleveNiveau": "ce1",
            "ENTPersonClasses": ["10$x$y$42$CP-CE1 BLEUE"], "ENTEleveAutoriteParentale": ["8$20", "9$10"],
        },
    )  # fmt: skip
    head = make.entry(
        "3",
        {
            "ENTPersonJointure": "3", "ENTPersonNom": "LEROY", "ENTPersonPrenom": "Anne", "ENTPersonMail": "a@example.org",
            "ENTPersonStructRattach": "10", "ENTEnsFonctionDir": "10", "ENTPersonClasses": ["10$x$y$42$CP-CE1 BLEUE"],
        },
    )  # fmt: skip
    school = make.entry(
        "10",
        {
            "ENTStructureJointure": "10",
            "ENTStructureUAI": "9990010A",
            "ENTStructureVille": "Valmont",
            "ENTEcoleRPI": "N",
        },
    )
    folder = make.write(tmp_path / "d", students=[pupil], staff=[head], structures=[school])
    for path in folder.iterdir():
        path.rename(path.with_name(path.name.replace("ENT_", "ENT1D_")))
    tables, warnings = read(folder)
    assert warnings == []
    people = {row["key"]: row for row in tables["person"]}
    assert (people["7"]["last_name"], people["7"]["level"]) == ("MARTIN", "CE1")
    assert (people["3"]["teaches"], people["3"]["email"]) == (True, "a@example.org")
    assert {(row["person"], row["code"], row["name"]) for row in tables["place"]} == {
        ("7", "42", "CP-CE1 BLEUE"), ("3", "42", "CP-CE1 BLEUE"),
    }  # fmt: skip
    assert {row["adult"]: row["rank"] for row in tables["relation"]} == {"8": 0, "9": 0}
    assert [row["code"] for row in tables["function"]] == ["DIR"]
    assert (tables["structure"][0]["kind"], tables["structure"][0]["town"]) == ("primary", "Valmont")


def test_a_teacher_keeps_subjects_and_repeated_values_count_once(tmp_path: Path) -> None:
    teacher = make.staff(
        "3", ENTAuxEnsClassesMatieres=["10$6A$020700", "10$6A$020700", "10$6B"], ENTAuxEnsClasses=["10$6A", "10$6C"],
        ENTAuxEnsClassesPrincipal=["10$6A"], ENTPersonFonctions=["10$ENS", "-", "10$-$SANS OBJET"],
    )  # fmt: skip
    tables, _ = read(make.write(tmp_path / "d", staff=[teacher]))
    assert [(row["code"], row["role"], row["subject"]) for row in tables["place"]] == [
        ("6A", "teacher", "020700"), ("6C", "teacher", ""), ("6B", "teacher", ""), ("6A", "head-teacher", ""),
    ]  # fmt: skip
    assert [row["code"] for row in tables["function"]] == ["ENS"]


def test_an_unknown_attribute_is_told_and_no_error(tmp_path: Path) -> None:
    tables, warnings = read(make.write(tmp_path / "d", adults=[make.adult("8", ENTNouveau="x")]))
    assert len(tables["person"]) == 1
    assert "ENTNouveau" in warnings[0]


# Bytes -----------------------------------------------------------------------------------------------------------------

BODY = "<ficAlimMENESR>" + make.adult("8", "BRÛLÉ", "Chloé") + "</ficAlimMENESR>"


@pytest.mark.parametrize(
    ("content", "warned"),
    [
        (BODY.encode(), False),
        (b"\xef\xbb\xbf" + BODY.encode(), False),
        (BODY.replace("\n", "\r\n").encode(), False),
        (b'<?xml version="1.0" encoding="ISO-8859-15"?>' + BODY.encode("iso8859-15"), False),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + BODY.encode("iso8859-1"), False),
        (BODY.encode("iso8859-15"), True),
        (b'<?xml version="1.0" encoding="UTF-8"?>' + BODY.encode("iso8859-15"), True),
        (b'<?xml version="1.0" encoding="ISO-8859-15"?>' + BODY.encode(), True),
        (BODY.replace("Û", "&Ucirc;").replace("é", "&eacute;").encode(), False),
        (BODY.replace("é", "&#233;").encode(), False),
    ],
)
def test_names_come_through_every_encoding_and_raw_entity(tmp_path: Path, content: bytes, warned: bool) -> None:
    tables, warnings = read(one_file(tmp_path / "d", content, "ENT_Complet_PersRelEleve_0000.xml"))
    assert [(row["last_name"], row["first_name"]) for row in tables["person"]] == [("BRÛLÉ", "Chloé")]
    assert bool(warnings) is warned


def test_entities_that_mean_markup_stay_text(tmp_path: Path) -> None:
    content = BODY.replace("Chloé", "&LT;b&GT; &foo; &AMP;amp; &amp;lt;").encode()
    tables, _ = read(one_file(tmp_path / "d", content, "ENT_Complet_PersRelEleve_0000.xml"))
    assert tables["person"][0]["first_name"] == "<b> &foo; &amp; &lt;"


def test_an_entity_cut_between_two_blocks_is_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in range(1, 40):
        monkeypatch.setattr("app.feeds.formats.xml_bytes.BLOCK", size)
        content = BODY.replace("é", "&eacute;").encode()
        tables, _ = read(one_file(tmp_path / "d", content, "ENT_Complet_PersRelEleve_0000.xml"))
        assert tables["person"][0]["first_name"] == "Chloé"


LAUGHS = (
    """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>"""
)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", UnreadableFile),
        (b" \r\n", UnreadableFile),
        (BODY.encode()[:-40], UnreadableFile),
        (b'<?xml version="1.0"?><!-- never closed', UnreadableFile),
        (LAUGHS.encode() + BODY.replace("Chloé", "&c;").encode(), UnreadableFile),
        (b'<!DOCTYPE ficAlimMENESR SYSTEM "x" [<!ELEMENT a ANY>]>' + BODY.encode(), UnreadableFile),
        (b'<!DOCTYPE ficAlimMENESR [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BODY.encode(), UnreadableFile),
        (BODY.encode("utf-16"), UnreadableFile),
        (b'<?xml version="1.0" encoding="UTF-7"?>' + BODY.encode(), UnreadableFile),
        (b"Nom;Prenom\r\nMARTIN;Zoe\r\n", UnreadableFile),
        (b"\xff\xd8\xff\xe0 JFIF", UnreadableFile),
        (b"<html><body>Erreur 500</body></html>", NotADelivery),
        (b"<ficAlimMENESR/>", NotADelivery),
        (BODY.replace("addRequest", "modifyRequest").encode(), Contradiction),
        (
            b"<ficAlimMENESR><deleteRequest><identifier><id>1</id></identifier></deleteRequest></ficAlimMENESR>",
            Contradiction,
        ),
        (BODY.replace("Chloé", "A & B").encode(), UnreadableFile),
        (("<a>" * 400).join(("<ficAlimMENESR>", "")).encode(), UnreadableFile),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_a_reason_and_a_way_on(
    tmp_path: Path, content: bytes, error: type[Refused]
) -> None:
    with pytest.raises(error) as refused:
        spool(one_file(tmp_path / "d", content))
    assert str(refused.value.words)
    assert "Rien n’a été modifié" in str(refused.value.hint)


def test_a_record_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    content = b"<ficAlimMENESR><addRequest><attributes>" + b'<attr name="sn"><value>x</value></attr>\n' * 400_000
    with pytest.raises(UnreadableFile):
        spool(one_file(tmp_path / "d", content))


def test_the_external_doctype_is_accepted_and_never_loaded(tmp_path: Path) -> None:
    """The DTD named here exists beside the file and would be refused if anybody read it."""
    folder = make.write(tmp_path / "d", adults=[make.adult("8")])
    (folder / "ficAlimMENESR.dtd").write_text('<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;')
    tables, _ = read(folder)
    assert len(tables["person"]) == 1


# Parcels ---------------------------------------------------------------------------------------------------------------


def packed(source: Path, target: Path, how: str) -> Path:
    """The folder ``source`` as an archive of that kind."""
    if how == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in source.iterdir():
                archive.write(path, f"../../{path.name}")
    elif how == "gz in a folder":
        target.mkdir()
        for path in source.iterdir():
            (target / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    else:
        with tarfile.open(target, "w:gz" if how == "tgz" else "w") as archive:
            for path in source.iterdir():
                archive.add(path, f"/etc/cron.d/{path.name}")
    return target


@pytest.mark.parametrize("how", ["zip", "tar", "tgz", "gz in a folder"])
def test_every_wrapping_holds_the_same_delivery(tmp_path: Path, how: str) -> None:
    """Names inside archives are labels, never paths."""
    folder = make.small(tmp_path / "d")
    (folder / "ficAlimMENESR.dtd").write_text("<!ELEMENT a ANY>")
    bare = spool(folder)
    held = spool(packed(folder, tmp_path / "packed", how))
    assert held.digest == bare.digest
    assert held.records == bare.records == {
        Category.STRUCTURE: 1, Category.MEF: 1, Category.STUDENT: 2, Category.ADULT: 2, Category.STAFF: 2,
    }  # fmt: skip
    bare.close()
    held.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "packed"]


def test_a_single_file_is_a_delivery_too(tmp_path: Path) -> None:
    folder = make.small(tmp_path / "d")
    held = spool(folder / NAME)
    assert held.records == {Category.STUDENT: 2}
    held.close()


@pytest.mark.parametrize("how", ["zip", "tar", "tgz"])
def test_a_damaged_archive_is_refused(tmp_path: Path, how: str) -> None:
    whole = packed(make.small(tmp_path / "d", pupils=200), tmp_path / "packed", how).read_bytes()
    damaged = tmp_path / "damaged"
    damaged.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises((UnreadableArchive, UnreadableFile, NotADelivery)):
        spool(damaged)


def test_an_archive_of_something_else_is_no_delivery(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("0001.jpg", b"\xff\xd8\xff")
    with pytest.raises(NotADelivery):
        spool(path)
    (tmp_path / "people.csv").write_text("Nom;Prenom\n")
    with pytest.raises(NotADelivery):
        spool(tmp_path / "people.csv")


@pytest.mark.parametrize("how", ["zip", "tgz"])
def test_a_bomb_is_refused_while_it_unpacks(tmp_path: Path, how: str) -> None:
    path = tmp_path / "bomb"
    content = b"<ficAlimMENESR>" + b" " * (40 << 20)
    if how == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(NAME, content)
    else:
        with tarfile.open(path, "w:gz") as archive:
            label = tarfile.TarInfo(NAME)
            label.size = len(content)
            archive.addfile(label, io.BytesIO(content))
    with pytest.raises(TooLarge):
        spool(path)


def test_too_many_files_or_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.txt", "x")
    monkeypatch.setattr(loaders.Budget, "files", 20)
    with pytest.raises(TooLarge):
        list(loaders.parcels(path, file_name, loaders.Budget(files=20)))
    folder = make.small(tmp_path / "d")
    with pytest.raises(TooLarge):
        list(loaders.parcels(packed(folder, tmp_path / "d.zip", "zip"), file_name, loaders.Budget(left=100)))
    monkeypatch.setattr(loaders, "LARGEST_FILE", 100)
    with pytest.raises(TooLarge):
        list(loaders.parcels(folder, file_name))


def test_a_protected_archive_is_refused(tmp_path: Path) -> None:
    path = packed(make.small(tmp_path / "d"), tmp_path / "d.zip", "zip")
    content = bytearray(path.read_bytes())
    # Both headers of the first entry: the flag 'encrypted'.
    content[6] |= 1
    central = content.find(b"PK\x01\x02")
    content[central + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableArchive):
        spool(path)


def test_complete_files_in_a_delta_archive_are_refused(tmp_path: Path) -> None:
    path = packed(make.small(tmp_path / "d"), tmp_path / "ENT2D.20260824.Delta.tgz", "tgz")
    with pytest.raises(Contradiction):
        spool(path)
