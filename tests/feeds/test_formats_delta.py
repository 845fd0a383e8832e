"""AAF deltas: what is added, what changes and only that, who is deleted; and the complete deliveries' irregularities (FEED-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from app.feeds.delivery.loaders import spool
from app.feeds.formats.aaf_files import Contradiction, NotADelivery
from tests.feeds import deliveries as make
from tests.feeds.spooled import Tables, reasons, spooled

STUDENTS, ADULTS, STAFF = "Eleve", "PersRelEleve", "PersEducNat"


def change(key: str, attributes: Mapping[str, str | Iterable[str]], *, operation: str = "replace") -> str:
    """A modifyRequest, as the DTD has it."""
    lines = []
    for name, values in attributes.items():
        listed = [values] if isinstance(values, str) else list(values)
        inner = "".join(f"<value>{escape(value)}</value>" for value in listed)
        lines.append(f'<modification name="{name}" operation="{operation}">{inner}</modification>')
    return (
        "<modifyRequest><operationalAttributes/>"
        f"<identifier><id>{key}</id></identifier><modifications>{''.join(lines)}</modifications></modifyRequest>"
    )


def deletion(key: str) -> str:
    return f"<deleteRequest><operationalAttributes/><identifier><id>{key}</id></identifier></deleteRequest>"


def write(folder: Path, kind: str = "Delta_", **entries: Iterable[str]) -> Path:
    """A delta of one part for each category; ``kind`` is what its names say."""
    folder.mkdir(parents=True, exist_ok=True)
    for category, found in entries.items():
        (folder / f"ENT_{kind}20260825_{category}_0000.xml").write_bytes(make.document(found))
    return folder


def spoken(tables: Tables) -> dict[str, set[str]]:
    """Key -> the links of which the delta speaks."""
    found: dict[str, set[str]] = {}
    for row in tables["spoken"]:
        found.setdefault(row["key"], set()).add(row["facet"])
    return found


def test_an_addition_tells_everything_of_its_category(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "d",
        Eleve=[make.student("7", classes=["6A"])],
        PersRelEleve=[make.adult("8")],
        PersEducNat=[make.staff("9")],
    )
    tables, _ = spooled(folder)
    assert spoken(tables) == {
        "7": {"class", "group", "relation", "home"}, "9": {"class", "group", "head", "function", "home"},
    }  # fmt: skip
    assert all(row["fingerprint"] for row in tables["person"])


def test_a_change_tells_only_what_it_lists(tmp_path: Path) -> None:
    """An empty attribute is spoken of: several values are replaced as a whole, a single one is never erased."""
    folder = write(
        tmp_path / "d",
        Eleve=[
            change("7", {"ENTEleveClasses": ["10$6B"], "homePhone": ""}),
            change("6", {"ENTEleveGroupes": [], "sn": "DURAND", "givenName": "Léa"}),
            change("5", {"ENTElevePersRelEleve": ["8$20$1$1$1$1"], "ENTEleveAutoriteParentale": ["8", "9"]}),
            change("4", {"ENTEleveAutoriteParentale": ["8"], "sn": "ROY"}),
        ],
    )
    tables, warnings = spooled(folder)
    assert spoken(tables) == {"7": {"class"}, "6": {"group"}, "5": {"relation"}}
    people = {row["key"]: row for row in tables["person"]}
    assert all(row["fingerprint"] is None for row in people.values())
    assert (people["7"]["last_name"], people["7"]["home_phone"], people["7"]["search_name"]) == ("", "", "")
    assert (people["6"]["search_name"], people["6"]["stem"]) == ("durand lea", "l.durand")
    assert (people["4"]["last_name"], people["4"]["search_name"]) == ("ROY", "")
    assert [(row["person"], row["code"]) for row in tables["place"]] == [("7", "6B")]
    assert [(row["student"], row["adult"]) for row in tables["relation"]] == [("5", "8")]
    assert warnings == []


def test_staff_keep_what_a_change_does_not_list(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "d",
        PersEducNat=[
            change("1", {"ENTAuxEnsClassesPrincipal": ["10$6A"]}),
            change("2", {"ENTPersonFonctions": ["10$DOC$DOCUMENTATION"]}),
            change("3", {"ENTPersonFonctions": ["10$EDU$EDUCATION"], "mail": "a@example.org"}),
            change("4", {"ENTPersonCategorieEnseignant": "N"}),
        ],
    )
    tables, _ = spooled(folder)
    assert {row["key"]: row["teaches"] for row in tables["person"]} == {"1": None, "2": True, "3": None, "4": False}
    assert spoken(tables) == {"1": {"head"}, "2": {"function"}, "3": {"function"}}
    assert [(row["person"], row["role"]) for row in tables["place"]] == [("1", "head-teacher")]


def test_every_entity_may_be_changed_and_deleted(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "d",
        EtabEducNat=[change("10", {"telephoneNumber": "+33 1 02 03 04 05"}), change("11", {"ENTStructureUAI": "bad"}), deletion("12")],
        MefEducNat=[change("10010012110", {"ENTLibelleMef": "6EME"}), deletion("1")],
        MatiereEducNat=[make.entry("020700", {"ENTMatJointure": "020700", "ENTLibelleMatiere": "FRANCAIS"}), deletion("2")],
        Eleve=[deletion("7")], PersRelEleve=[deletion("8")], PersEducNat=[deletion("9")],
    )  # fmt: skip
    tables, _ = spooled(folder)
    assert {(row["category"], row["key"]) for row in tables["deleted"]} == {
        ("structure", "12"), ("mef", "1"), ("subject", "2"), ("student", "7"), ("adult", "8"), ("staff", "9"),
    }  # fmt: skip
    assert [(row["key"], row["uai"], row["name"], row["phone"]) for row in tables["structure"]] == [
        ("10", "", "", "+33 1 02 03 04 05")
    ]
    assert [(row["code"], row["label"], row["stat"]) for row in tables["mef"]] == [("10010012110", "6EME", "")]
    assert [row["code"] for row in tables["subject"]] == ["020700"]
    assert set(reasons(tables, whole=True)) == {"11"}
    assert not tables["spoken"]


@pytest.mark.parametrize("order", [0, 1])
def test_an_entry_told_and_deleted_is_not_deleted_and_one_told_twice_is_taken_once(tmp_path: Path, order: int) -> None:
    both = [make.student("7", classes=["6A"]), deletion("7")]
    twice = [make.student("6", "ROY"), change("6", {"sn": "LEROY"})]
    tables, _ = spooled(write(tmp_path / "d", Eleve=[*(both if order else reversed(both)), *twice]))
    assert not tables["deleted"]
    assert {row["key"]: row["last_name"] for row in tables["person"]} == {"7": "MARTIN", "6": "ROY"}
    said = reasons(tables, whole=False)
    assert "n’est pas supprimée" in said["7"]
    assert "seule la première" in said["6"]


def test_a_change_without_key_or_with_another_operation_is_rejected(tmp_path: Path) -> None:
    wrong = [change("", {"sn": "A"}), change("7", {"ENTEleveClasses": ["10$6A"]}, operation="add"),
             change("8", {"ENTPersonJointure": "9", "sn": "B"})]  # fmt: skip
    tables, _ = spooled(write(tmp_path / "d", Eleve=wrong))
    assert not tables["person"]
    assert set(reasons(tables, whole=True)) == {"", "7", "9"}


def test_a_delta_without_any_entry_is_a_quiet_day(tmp_path: Path) -> None:
    held = spool(write(tmp_path / "d", Eleve=[]))
    assert (held.complete, held.records) == (False, {"Eleve": 0})
    assert "aucune fiche" in str(held.warnings[0])
    held.close()
    with pytest.raises(NotADelivery):
        spool(write(tmp_path / "e", "Complet_", Eleve=[]))


def test_files_that_do_not_say_what_they_are_are_told_by_their_operations(tmp_path: Path) -> None:
    """The first file adds only; the second deletes: all of them are a delta."""
    folder = write(tmp_path / "d", "", Eleve=[make.student("7", classes=["6A"])], PersRelEleve=[deletion("8")])
    held = spool(folder)
    assert held.complete is False
    held.close()
    tables, _ = spooled(folder)
    assert spoken(tables)["7"] == {"class", "group", "relation", "home"}
    held = spool(write(tmp_path / "e", "", Eleve=[make.student("7")]))
    assert held.complete is True
    assert "spoken" not in {name for name, _rows in held.tables()}
    held.close()


def test_complete_and_delta_files_are_never_mixed(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", PersRelEleve=[deletion("8")])
    write(folder, "Complet_", Eleve=[make.student("7")])
    with pytest.raises(Contradiction) as refused:
        spool(folder)
    assert "Rien n’a été modifié" in str(refused.value.hint)


def test_the_first_degree_speaks_of_relations_by_parental_authority(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    entries = [change("7", {"ENTEleveAutoriteParentale": ["8$20"], "ENTEleveNiveau": "CE1"})]
    (folder / "ENT1D_Delta_20260825_Eleve_0000.xml").write_bytes(make.document(entries))
    tables, _ = spooled(folder)
    assert spoken(tables) == {"7": {"relation"}}
    assert [(row["adult"], row["rank"]) for row in tables["relation"]] == [("8", 0)]
    assert tables["person"][0]["level"] == "CE1"


# What complete deliveries do, too --------------------------------------------------------------------------------------


def test_a_class_that_was_left_is_no_class_and_an_entry_date_comes_with_its_class(tmp_path: Path) -> None:
    """S4-3: the entry date is evidence of a class of last year that comes back."""
    pupil = make.student(
        "7", classes=["6A", "6B"], ENTEleveDateEntreeClasses=["10$01/09/2026$6B", "10$31/02/2026$6A"],
        ENTEleveDateSortieClasses=["10$05/07/2026$6A"],
    )  # fmt: skip
    back = make.student(
        "8", classes=["6A"], ENTEleveDateEntreeClasses="10$01/08/2026$6A", ENTEleveDateSortieClasses="10$05/07/2026$6A"
    )
    tables, warnings = spooled(make.write(tmp_path / "d", students=[pupil, back]))
    assert [(row["person"], row["code"], row["since"]) for row in tables["place"]] == [
        ("7", "6B", "2026-09-01"), ("8", "6A", "2026-08-01"),
    ]  # fmt: skip
    assert "a quitté « 6A » le dimanche 5 juillet 2026" in reasons(tables, whole=False)["7"]
    assert warnings == []


@pytest.mark.parametrize("day", ["31/02/2014", "2014-02-01", "00/00/0000", "01/01/0014", "hier"])
def test_a_birth_date_that_does_not_exist_is_left_out_and_told(tmp_path: Path, day: str) -> None:
    tables, _ = spooled(make.write(tmp_path / "d", students=[make.student("7", birth=day, ENTEleveINE="12")]))
    assert (tables["person"][0]["birth_date"], tables["person"][0]["ine"]) == (None, None)
    assert any(day in sentence for sentence in reasons(tables, whole=False).values())
    assert len(tables["reject"]) == 2


def test_a_file_that_is_there_twice_is_read_once_and_told(tmp_path: Path) -> None:
    folder = make.small(tmp_path / "d")
    copy = folder / "again"
    copy.mkdir()
    name = "ENT_Complet_20260824_Eleve_0000.xml"
    (copy / name).write_bytes((folder / name).read_bytes())
    tables, warnings = spooled(folder)
    assert sum(row["category"] == "student" for row in tables["person"]) == 2
    assert "deux fois" in warnings[0]
    (copy / name).write_bytes(make.document([make.student("5")]))
    with pytest.raises(NotADelivery):
        spool(folder)


def test_titles_and_dated_twins_are_known(tmp_path: Path) -> None:
    folder = make.write(
        tmp_path / "d", adults=[make.adult("8", personalTitle="M"), make.adult("9", personalTitle="MME"), make.adult("1")],
        staff=[make.staff("3", ENTPersonFonctionsDate="x", ENTAuxEnsClassesMatieresDate="y")],
    )  # fmt: skip
    tables, warnings = spooled(folder)
    assert [row["title"] for row in tables["person"] if row["category"] == "adult"] == ["M.", "Mme", ""]
    assert warnings == []
