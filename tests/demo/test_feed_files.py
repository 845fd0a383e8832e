"""Feed files of the new year beside their tally, read without the importer: complete, delta, ONDE; and the command that writes them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from lxml import etree

from app.demo.aaf_files import delivery, delta
from app.demo.academy import make_academy
from app.demo.loaders import write_delivery, write_delta, write_onde
from app.demo.next_year import NextYear
from app.demo.oddities import oddities
from app.demo.onde_files import PUPILS, RESPONSIBLES
from app.demo.tally import Tally

EVERY = 10


@pytest.fixture(scope="module")
def later() -> NextYear:
    return NextYear(make_academy(5, 6, 3000))


@pytest.fixture(scope="module")
def complete(later: NextYear, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tally]:
    folder = tmp_path_factory.mktemp("complete")
    return folder, write_delivery(later, folder, day=date(2026, 8, 24), part=300)


@pytest.fixture(scope="module")
def changes(later: NextYear, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tally]:
    folder = tmp_path_factory.mktemp("delta")
    return folder, write_delta(later, folder, day=date(2026, 9, 7), every=EVERY, part=300)


def records(folder: Path) -> Iterator[tuple[str, str, etree._Element]]:
    """(degree, category, entry) of every file."""
    for path in sorted(folder.glob("*/*.xml")):
        root = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True)).getroot()
        category = path.name.split("_")[-2]
        yield from ((path.parent.name, category, entry) for entry in root if isinstance(entry.tag, str))


def values(entry: etree._Element, name: str) -> list[str]:
    return [value.text for value in entry.iterfind(f"*/*[@name='{name}']/value") if value.text]


# Complete ------------------------------------------------------------------------------------------------------------


def test_a_complete_delivery_holds_what_is_tallied(complete: tuple[Path, Tally]) -> None:
    folder, tally = complete
    found = Counter((degree, category) for degree, category, _entry in records(folder))
    for degree, counts in tally.counts.items():
        refused = sum(which == degree for which, _key in tally.rejected)
        assert found[degree, "Eleve"] == counts["students"] + refused
        assert found[degree, "PersRelEleve"] == counts["guardians"] + counts["contacts"] + counts["unreferenced"]
        assert found[degree, "PersEducNat"] == counts["teachers"] + counts["staff"]
    assert {entry.tag for _degree, _category, entry in records(folder)} == {"addRequest"}
    assert sum(counts["students"] for counts in tally.schools.values()) == sum(
        counts["students"] for counts in tally.counts.values()
    )


def test_what_cannot_be_taken_is_in_the_file_as_tallied(later: NextYear, complete: tuple[Path, Tally]) -> None:
    """FEED-6, S4-7."""
    folder, tally = complete
    pupils = {values(e, "ENTPersonJointure")[0]: e for _d, category, e in records(folder) if category == "Eleve"}
    told = {entry.findtext("identifier/id") for _d, category, entry in records(folder) if category == "Eleve"}
    refused = {key for _degree, key in tally.rejected}
    assert refused == {
        key for key, e in pupils.items() if not values(e, "sn") and "2D" in tally.counts
    } - _first_degree(folder) | {key for key in pupils if key not in told}
    keys = {key for _degree, key in tally.set_aside}
    assert {odd.key for odd in oddities(later.schools, later.seed, later.begins) if not odd.whole} <= keys
    in_one_school = {key for key, e in pupils.items() if len([c for c in values(e, "ENTEleveClasses") if "$" in c]) > 1}
    assert in_one_school <= keys


def _first_degree(folder: Path) -> set[str]:
    return {values(e, "ENTPersonJointure")[0] for degree, c, e in records(folder) if degree == "1D" and c == "Eleve"}


def test_a_returning_class_carries_last_years_date_of_entry(later: NextYear, complete: tuple[Path, Tally]) -> None:
    """S4-3: what the evidence is made from stands in the files."""
    folder, _tally = complete
    stuck = next(one for one in later.returning if one.evidence == "last-level")
    named = f"{stuck.school.key}${stuck.room.code}"
    found = [
        e for _d, category, e in records(folder) if category == "Eleve" and values(e, "ENTEleveClasses")[:1] == [named]
    ]
    assert len(found) > 5
    entered = {day for entry in found for day in values(entry, "ENTEleveDateEntreeClasses")}
    assert entered == {f"{stuck.school.key}$01/09/2025${stuck.room.code}"}


# Delta ---------------------------------------------------------------------------------------------------------------


def test_a_delta_holds_the_operations_that_are_tallied(changes: tuple[Path, Tally]) -> None:
    folder, tally = changes
    assert Counter((degree, category, entry.tag) for degree, category, entry in records(folder)) == tally.operations
    assert {tag for _degree, _category, tag in tally.operations} == {"addRequest", "modifyRequest", "deleteRequest"}
    assert {degree for degree, _category, _tag in tally.operations} == {"1D", "2D"}
    assert all("_Delta_20260907_" in path.name for path in folder.glob("*/*.xml"))


def test_a_delta_tells_of_one_person_once_and_only_of_known_ones_what_changed(
    complete: tuple[Path, Tally], changes: tuple[Path, Tally]
) -> None:
    known = {(d, c, e.findtext("identifier/id")) for d, c, e in records(complete[0])}
    told = [(d, c, e.findtext("identifier/id"), e) for d, c, e in records(changes[0])]
    assert max(Counter(one[:3] for one in told).values()) == 1
    for degree, category, key, entry in told:
        assert ((degree, category, key) in known) == (entry.tag != "addRequest"), key
        if entry.tag == "modifyRequest":
            parts = entry.findall("modifications/modification")
            assert {part.get("operation") for part in parts} == {"replace"}
            assert 0 < len(parts) < 8
        elif entry.tag == "deleteRequest":
            assert entry.find("attributes") is None


def test_a_delta_puts_the_returning_classes_right(later: NextYear, changes: tuple[Path, Tally]) -> None:
    folder, _tally = changes
    over = {f"{one.school.key}${one.room.code}" for one in later.returning}
    told = {e.findtext("identifier/id"): e for _d, category, e in records(folder) if category == "Eleve"}
    stuck = later.returning[0]
    wrong = [
        pupil
        for family in later.families()
        for pupil in family.pupils
        if pupil.also or (pupil.school_class.code == stuck.room.code and pupil.school.key == stuck.school.key)
    ]
    assert wrong
    for pupil in wrong:
        (place,) = values(told[str(pupil.key)], "ENTEleveClasses")
        assert place not in over


def test_services_arrive_with_the_delta(later: NextYear, changes: tuple[Path, Tally]) -> None:
    """S4-5: a changed link."""
    folder, _tally = changes
    due = {str(member.key) for member in later.staff() if member.due}
    told = {
        e.findtext("identifier/id")
        for _d, category, e in records(folder)
        if category == "PersEducNat" and e.tag == "modifyRequest"
    }
    assert told
    assert told <= due


# ONDE ----------------------------------------------------------------------------------------------------------------


def test_onde_tells_of_every_pupil_of_the_primary_schools(later: NextYear, tmp_path: Path) -> None:
    """FEED-2: which pupils lack a condition is tallied."""
    tally = write_onde(later, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {plan.uai for plan in later.schools if plan.kind == "primary"}
    for uai, counts in tally.schools.items():
        lines = (tmp_path / uai / PUPILS).read_bytes().decode("iso-8859-1").split("\r\n")[:-1]
        header, *rows = (line.split(";") for line in lines)
        place = {name.strip(): number for number, name in enumerate(header)}
        assert len(rows) == counts["pupils"]
        assert sum(not row[place["INE"]] for row in rows) == counts["without_ine"] == 1
        assert sum(not row[place["Libellé classe"]] for row in rows) == counts["without_class"] == 1
        adults = (tmp_path / uai / RESPONSIBLES).read_bytes().decode("iso-8859-1").split("\r\n")[1:-1]
        named = {tuple(line.split(";")[at : at + 2]) for line in adults for at in (13, 17, 21)}
        alone = [row for row in rows if (row[0], row[2]) not in named]
        assert len(alone) <= counts["without_responsible"] >= 1
        assert counts["accepted"] == counts["pupils"] - sum(
            counts[name] for name in ("without_ine", "without_class", "without_responsible")
        )


# The command, and its size -------------------------------------------------------------------------------------------


def test_the_command_writes_each_kind_of_file_and_says_what_they_hold(sqlite_app: Flask, tmp_path: Path) -> None:
    runner: FlaskCliRunner = sqlite_app.test_cli_runner()

    def run(*words: str) -> dict:  # type: ignore[type-arg]
        result = runner.invoke(args=["demo", "feed", str(tmp_path / words[0]), *words[1:], "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    size = ("--schools", "3", "--people", "400", "--seed", "3")
    assert run("n", *size, "--year-n")["rejected"] == []
    assert len(run("n1", *size, "--day", "2026-08-25")["rejected"]) == 2
    assert list((tmp_path / "n1" / "2D").glob("ENT2DVA-ENT1_Complet_20260825_Eleve_0000.xml"))
    assert run("delta", *size, "--delta", "--every", "5")["operations"]
    assert list(run("onde", *size, "--onde")["onde"]) == ["9900001W"]
    own = run("own")
    assert own["counts"]["1D"]["schools"] == 1
    for wrong in (("--schools", "3"), ("--year-n", "--delta"), ("--schools", "3", "--people", "20")):
        assert runner.invoke(args=["demo", "feed", str(tmp_path / "no"), *wrong, "--json"]).exit_code == 2


def test_the_files_of_both_years_come_out_piece_by_piece() -> None:
    """A hundred times more people make no longer pieces: memory stays flat."""
    largest = {
        people: max(
            len(piece)
            for told in (delivery(later, date(2026, 8, 24), Tally()), delta(later, date(2026, 9, 7), Tally()))
            for _degree, _name, piece in told
        )
        for people in (3000, 12000)
        for later in (NextYear(make_academy(2, 6, people)),)
    }
    assert max(largest.values()) < 600_000
