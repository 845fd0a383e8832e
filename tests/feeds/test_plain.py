"""Levels, standing, teaching, names of structures, thresholds, logins, file names: values in, values out."""

from __future__ import annotations

from datetime import date

import pytest

from app.accounts.logins import numbered, stem_of
from app.errors import Refused
from app.feeds.formats.aaf_files import Category, Contradiction, NotADelivery, check_whole, day_in, file_name
from app.feeds.levels import LEVELS, level_from_text, level_of, school_kind
from app.feeds.reasons import pack, unpack
from app.feeds.standing import standing_of
from app.feeds.structures import kind_of, school_name
from app.feeds.teaching import teaches
from app.feeds.thresholds import Leaving, too_many, too_many_staff
from app.files.sheets import as_csv
from app.words import Words


@pytest.mark.parametrize(
    ("stat", "level"),
    [
        ("21110010012", "6e"),
        ("2116", "3e"),
        ("22121111010", "1re"),
        ("23C1x", "BMA 1"),
        ("1125", "CM2"),
        ("", None),
        ("9999", None),
    ],
)
def test_the_level_follows_the_first_four_characters_of_mefstat(stat: str, level: str | None) -> None:
    assert level_of(stat) == level


def test_every_level_fits_its_column_and_comes_back_from_its_own_word() -> None:
    for level in LEVELS.values():
        assert len(level) <= 20
        assert level_from_text(level.lower()) == level
        assert school_kind(level) in ("primary", "college", "lycee")
    assert level_from_text("TOUS") is None


@pytest.mark.parametrize(
    ("legal", "link", "version", "standing"),
    [
        ("1", "2", 1301, "legal"),
        ("2", "1", 1301, "legal"),
        ("0", "4", 1301, "contact"),
        ("1", "10", 2407, "legal"),
        ("2", "42", 2407, "in-charge"),
        ("2", "1", 1711, "legal"),
        ("2", "1", None, "legal"),
        ("2", "20", None, "in-charge"),
        ("", "", 2407, "contact"),
        ("3", "90", 2407, "contact"),
    ],
)
def test_a_legal_code_is_read_by_the_table_of_its_version(
    legal: str, link: str, version: int | None, standing: str
) -> None:
    """KIN-1: with the old nomenclature 2 is the second legal guardian, with the new one the person in charge."""
    assert standing_of(legal, link, version) == standing


@pytest.mark.parametrize(
    ("declared", "before", "functions", "has_class", "specialities", "teacher"),
    [
        ("", "O", [], False, False, True),
        ("", "N", ["ENS"], False, False, True),
        ("", "N", ["DOC"], False, False, True),
        ("", "N", ["DIR"], False, False, False),
        ("", "", ["DIR"], True, False, True),
        ("", "", [], False, True, True),
        ("N", "O", ["ENS"], True, True, False),
        ("O", "N", [], False, False, True),
        ("", "", [], False, False, False),
    ],
)
def test_a_teacher_is_known_by_declaration_presence_function_or_class(
    declared: str, before: str, functions: list[str], has_class: bool, specialities: bool, teacher: bool
) -> None:
    assert teaches(declared, before, functions, has_class=has_class, specialities=specialities) is teacher


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("COLLEGE$JEAN MOULIN$ac", "Collège Jean Moulin"),
        ("LYCEE POLYVALENT-MARIE CURIE-ac-AIX_MARS.", "Lycée polyvalent Marie Curie"),
        ("E.E.PU$LES TILLEULS DE L'ILE$ac", "E.E.PU Les Tilleuls de l'Ile"),
        ("Z.REMP-DE GAP-AIX_MARS.", "Z.REMP-DE GAP-AIX_MARS."),
        ("Emile ZOLA", "Emile ZOLA"),
        ("LYCEE CLAUDE MONET", "Lycée Claude Monet"),
        ("", "0123456Z"),
    ],
)
def test_a_structure_is_called_as_people_call_it_or_left_as_written(written: str, shown: str) -> None:
    assert school_name(written, "0123456Z") == shown


def test_a_kind_that_the_type_does_not_tell_stays_other() -> None:
    assert [kind_of(kind, first_degree=False) for kind in ("COLLEGE", "LYCEE PROFESSIONNEL", "ECOLE", "SANS OBJET", "")] == [
        "college", "lycee", "primary", "other", "other",
    ]  # fmt: skip
    assert kind_of("", first_degree=True) == "primary"


def test_few_leavers_never_stop_an_import_and_many_do() -> None:
    """G11."""

    def leaving(count: int, held: int, left: int = 1) -> Leaving:
        return Leaving(school="x", uai="9990010A", held=held, leaving=count, left=left)

    assert not too_many(leaving(19, 20), 30)
    assert too_many(leaving(20, 60), 30)
    assert not too_many(leaving(30, 100), 30)
    assert too_many(leaving(31, 100), 30)
    assert leaving(15, 15, 0).empties
    assert not leaving(15, 15).empties, "others have come"
    assert not leaving(0, 0, 0).empties
    assert not too_many_staff(leaving(20, 60), 60), "a third moves every summer"
    assert too_many_staff(leaving(37, 60), 60)
    assert too_many_staff(leaving(3, 3, 0), 100)
    assert not too_many_staff(leaving(2, 2, 0), 60)
    assert not too_many_staff(leaving(5, 5, 4), 60)


@pytest.mark.parametrize(
    ("first", "last", "stem"),
    [
        ("Marie", "de La Fontaine", "m.delafontaine"),
        ("Élodie", "O’Connor-Brûlé", "e.oconnorbrule"),
        ("", "Aide sociale à l’enfance", "aidesocialealenfance"),
        ("John123", "Doe456", "j.doe"),
        ("Лев", "Толстой", "compte"),
        ("œuvre", "Æbi", "o.aebi"),
    ],
)
def test_a_login_is_p_nom_without_accents(first: str, last: str, stem: str) -> None:
    """ACCT-1."""
    assert stem_of(first, last) == stem
    assert not stem[-1].isdigit()
    assert [numbered(stem, number) for number in (1, 2)] == [stem, f"{stem}2"]


def test_the_tail_of_a_name_tells_what_a_file_is() -> None:
    found = file_name("FULL_ENTTSSERVICES_Complet_20130117_PersRelEleve_0039.xml")
    assert found is not None
    assert (found.category, found.part, found.day) == (Category.ADULT, 39, date(2013, 1, 17))
    first = file_name("ENT_Complet_Eleve_0000.xml")
    assert first is not None
    assert (first.category, first.day) == (Category.STUDENT, None)
    assert [file_name(name) for name in ("ficAlimMENESR.dtd", "Eleve.xml", "photo.jpg", "x_Eleve_0000.xml.bak")] == [
        None
    ] * 4
    assert file_name("ENT1D_Complet_20260824_Eleve_0000.xml").first_degree  # type: ignore[union-attr]
    assert day_in("ENT_20261341_x") is None


def test_a_name_tells_a_delta_and_what_it_came_in_tells_the_rest() -> None:
    assert [file_name(f"ENT_{kind}20260824_Eleve_0000.xml").delta for kind in ("Delta_", "Complet_", "")] == [  # type: ignore[union-attr]
        True, False, None,
    ]  # fmt: skip
    found = file_name("ENT_Eleve_0000.xml", archive="ENT1DVA.20260824.Delta.tgz")
    assert found is not None
    assert (found.delta, found.day, found.first_degree) == (True, date(2026, 8, 24), True)
    with pytest.raises(Contradiction):
        file_name("ENT_Complet_Eleve_0000.xml", archive="ENT2D.20260824.Delta.tgz")
    with pytest.raises(Contradiction):
        check_whole(names("ENT_Complet_20260824_Eleve_0000.xml", "ENT_Delta_20260824_PersRelEleve_0000.xml"))  # type: ignore[arg-type]


def names(*found: str) -> list[object]:
    return [file_name(name) for name in found]


@pytest.mark.parametrize(
    "found",
    [
        [],
        ["ENT_Complet_20260824_Eleve_0000.xml", "ENT_Complet_20260825_Eleve_0000.xml"],
        ["ENT_Complet_20260824_Eleve_0000.xml", "ENT_Complet_Eleve_0000.xml"],
        ["ENT_Complet_20260824_Eleve_0000.xml", "ENT_Complet_20260824_Eleve_0002.xml"],
        ["ENT_Complet_20260824_Eleve_0001.xml"],
    ],
)
def test_a_delivery_with_a_part_twice_or_missing_is_not_whole(found: list[str]) -> None:
    with pytest.raises(NotADelivery):
        check_whole(names(*found))  # type: ignore[arg-type]


def test_exports_of_two_schools_may_stand_side_by_side() -> None:
    found = names("ENT_9990010A_Complet_20260823_Eleve_0000.xml", "ENT_9990011B_Complet_20260824_Eleve_0000.xml")
    assert check_whole(found) == date(2026, 8, 24)  # type: ignore[arg-type]


def test_a_kept_sentence_comes_back_with_its_days() -> None:
    words = Words("Du %(day)s, %(why)s : %(count)s", day=date(2026, 8, 24), why=Words("car %(x)s", x="y"), count=3)
    assert str(unpack(pack(words))) == str(words)


def test_a_csv_for_people_runs_no_formula_and_one_for_machines_is_raw() -> None:
    rows = [["=HYPERLINK(1)", "a;b"]]
    assert as_csv(["x", "y"], rows, for_machines=False) == '\ufeffx;y\r\n\'=HYPERLINK(1);"a;b"\r\n'
    assert as_csv(["x", "y"], rows, for_machines=True) == "x,y\r\n=HYPERLINK(1),a;b\r\n"


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(Refused) as refused:
        check_whole([])
    assert refused.value.hint is not None
    assert refused.value.exit_code == 3
