"""One person of two sources keeps one account: adults by pupil and name, staff and pupils by birth date and school (FEED-5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, update

from app.accounts.models import Account
from app.db import db
from app.directory.models import Affiliation, Guardianship, Person
from app.feeds.models import FeedAlias
from tests.feeds import deliveries as make
from tests.feeds import test_formats_csv as ent
from tests.feeds import test_formats_onde as onde
from tests.feeds.test_formats_whole import count, imported

UAI = "9990010A"
INES = {"Zoé": "123456789AB", "Tom": "123456789AC"}
ALICE = make.adult("201", "MARTIN", "Alice", personalTitle="MME")
ONDE_BEA = "Mme;;MARTIN;Béa;;;;MARTIN;Zoé;CP;;MARTIN;Tom;CE2"
ONDE_PAUL = "M.;;MARTIN;Paul;1 rue du Test;;;MARTIN;Zoé;CP"


def aaf(
    folder: Path, *, adults: Iterable[str] = (ALICE,), links: Iterable[str] = ("201$10$1$1$1$1",), **more: Any
) -> Path:
    """The pupils of the ONDE file in the academy's directory, each adult standing for both."""
    pupils = [
        make.student("101", first="Zoé", classes=["CP"], birth="02/04/2018", adults=links, ENTEleveINE=INES["Zoé"]),
        make.student("102", first="Tom", classes=["CE2"], birth="02/09/2016", adults=links, ENTEleveINE=INES["Tom"]),
    ]
    kinds = {"structures": [make.structure(uai=UAI)], "students": pupils, "adults": list(adults)} | more
    return make.write(folder, **kinds)


def from_onde(runner: FlaskCliRunner, folder: Path, *adults: str) -> dict[str, Any]:
    return imported(runner, "onde", onde.small(folder, adults=adults or [onde.ALICE]), "--school", UAI)


def guardians() -> dict[str, int]:
    """Name -> how many guardians bear it."""
    rows = db.session.execute(
        select(Person.first_name, Person.id).join(Guardianship, Guardianship.guardian_id == Person.id).distinct()
    )
    names = [name for name, _number in rows]
    return {name: names.count(name) for name in names}


def passwords() -> dict[int, tuple[str, str | None]]:
    return {row.person_id: (row.login, row.password_hash) for row in db.session.scalars(select(Account))}


def recognised(report: dict[str, Any]) -> list[str]:
    return [line for line in report["warnings"] if "reconnus à" in line]


# Guardians -------------------------------------------------------------------------------------------------------------


def test_onde_beside_the_academy_finds_the_guardians_again(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """The alias serves the next delivery; what the academy says and the account stay."""
    imported(runner, "aaf", aaf(tmp_path / "aaf"))
    before = passwords()
    links = db.session.execute(select(Guardianship.id, Guardianship.source, Guardianship.standing)).all()
    report = from_onde(runner, tmp_path / "onde")
    assert (report["created"], report["left"], guardians()) == (0, 0, {"Alice": 1})
    assert passwords() == before
    assert db.session.execute(select(Guardianship.id, Guardianship.source, Guardianship.standing)).all() == links
    (told,) = recognised(report)
    assert "1 (Alice MARTIN)" in told
    alice = db.session.scalars(select(Person).where(Person.first_name == "Alice")).one()
    assert (alice.source, alice.source_key, alice.address) == ("aaf", "201", "")
    assert count(FeedAlias, FeedAlias.source == "onde", FeedAlias.person_id == alice.id) == 1
    again = from_onde(runner, tmp_path / "again")
    assert (again["created"], again["changed"], again["left"], recognised(again)) == (0, 0, 0, [])
    assert (guardians(), passwords(), count(Person)) == ({"Alice": 1}, before, 3)


def test_the_academy_beside_onde_finds_the_guardians_again(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """From then on the academy speaks for them, whichever came first; both go on to know them."""
    from_onde(runner, tmp_path / "onde")
    before = passwords()
    report = imported(runner, "aaf", aaf(tmp_path / "aaf"))
    assert (report["created"], report["left"], guardians(), passwords()) == (0, 0, {"Alice": 1}, before)
    assert len(recognised(report)) == 1
    assert set(db.session.scalars(select(Person.source))) == {"aaf"}
    assert count(Guardianship) == 2
    for form in ("aaf", "onde", "aaf", "onde"):
        again = (
            imported(runner, "aaf", aaf(tmp_path / "aaf")) if form == "aaf" else from_onde(runner, tmp_path / "again")
        )
        assert (again["created"], again["changed"], again["left"], again["reappeared"]) == (0, 0, 0, 0)
    assert (guardians(), passwords(), count(Guardianship)) == ({"Alice": 1}, before, 2)


@pytest.mark.parametrize("first", ["aaf", "onde"])
def test_father_and_son_of_one_name_stay_two(portal: Flask, runner: FlaskCliRunner, tmp_path: Path, first: str) -> None:
    """Where two fit, nobody is found: two of the academy's beside one of ONDE's, in either order."""
    two = [make.adult(key, "MARTIN", "Paul", personalTitle="M.") for key in ("201", "202")]
    directory = aaf(tmp_path / "aaf", adults=two, links=["201$20$1$1$1$1", "202$20$1$1$1$1"])
    if first == "aaf":
        imported(runner, "aaf", directory)
        report = from_onde(runner, tmp_path / "onde", ONDE_PAUL)
    else:
        from_onde(runner, tmp_path / "onde", ONDE_PAUL)
        report = imported(runner, "aaf", directory)
    assert (guardians(), recognised(report)) == ({"Paul": 3}, [])


def test_titles_part_two_adults_of_one_name(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    adults = [
        make.adult("201", "MARTIN", "Claude", personalTitle="M."),
        make.adult("202", "MARTIN", "Claude", personalTitle="MME"),
    ]
    imported(runner, "aaf", aaf(tmp_path / "aaf", adults=adults, links=["201$20$1$1$1$1", "202$10$1$1$1$1"]))
    report = from_onde(runner, tmp_path / "onde", "Mme;;MARTIN;Claude;;;;MARTIN;Zoé;CP;;MARTIN;Tom;CE2")
    assert (report["created"], guardians()) == (0, {"Claude": 2})
    (alias,) = db.session.scalars(
        select(Person.source_key)
        .join(FeedAlias, FeedAlias.person_id == Person.id)
        .where(FeedAlias.source == "onde", Person.first_name == "Claude")
    )
    assert alias == "202"


def test_a_namesake_of_other_pupils_or_with_another_title_stays_apart(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    imported(runner, "aaf", aaf(tmp_path / "aaf", adults=[make.adult("201", "MARTIN", "Paul", personalTitle="MME")]))
    report = from_onde(runner, tmp_path / "onde", ONDE_PAUL)
    assert (report["created"], guardians()) == (1, {"Paul": 2})
    lou = "PETIT;;Lou;2017-01-01;F;123456789AD;CYCLE II;CE1;CE1;503"
    folder = onde.small(
        tmp_path / "other",
        pupils=[onde.ZOE, onde.TOM, lou],
        adults=[onde.ALICE, ONDE_PAUL, "M.;;MARTIN;Paul;9 rue;;;PETIT;Lou;CE1"],
    )
    report = imported(runner, "onde", folder, "--school", UAI)
    assert (recognised(report), guardians()["Paul"]) == ([], 3)


def test_an_account_that_was_doubled_before_is_left_for_people_to_merge(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """The double has a key of its own already; a third of the name fits both, so nobody is found."""
    imported(runner, "aaf", aaf(tmp_path / "aaf"))
    from_onde(runner, tmp_path / "onde", ONDE_PAUL)
    paul = db.session.scalars(select(Person).where(Person.source == "onde")).one()
    db.session.execute(
        update(Person).where(Person.id == paul.id).values(first_name="Alice", search_name="martin alice", title="Mme")
    )
    db.session.commit()
    report = from_onde(runner, tmp_path / "again")
    assert (report["created"], recognised(report)) == (1, [])


def test_a_cut_link_is_not_restored_by_another_source(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """KIN-3: a second account would stand for the pupil again."""
    imported(runner, "aaf", aaf(tmp_path / "aaf"))
    db.session.execute(update(Guardianship).values(cut_at=datetime(2026, 8, 26, tzinfo=UTC)))
    db.session.commit()
    report = from_onde(runner, tmp_path / "onde")
    assert (report["created"], count(Guardianship), count(Guardianship, Guardianship.cut_at.is_(None))) == (0, 2, 0)


@pytest.mark.parametrize("first", ["aaf", "onde"])
def test_a_link_that_both_say_goes_when_neither_does(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path, first: str
) -> None:
    """FEED-9: what one of them drops is the other's; the row and its number stay, whichever came first."""

    def deliver(form: str, *, alice: bool) -> None:
        if form == "onde":
            adults = [onde.ALICE, ONDE_BEA] if alice else [ONDE_BEA]
            onde_report = from_onde(runner, tmp_path / f"onde{alice}", *adults)
            assert onde_report["rejected"] == []
        else:
            both = [make.adult("202", "MARTIN", "Béa"), *([ALICE] if alice else [])]
            links = ["202$10$1$1$1$1", *(["201$10$1$1$1$1"] if alice else [])]
            imported(runner, "aaf", aaf(tmp_path / f"aaf{alice}", adults=both, links=links))

    def said() -> set[tuple[str, str | None]]:
        rows = select(Guardianship.source, Guardianship.also_from)
        rows = rows.join(Person, Person.id == Guardianship.guardian_id).where(Person.first_name == "Alice")
        return {tuple(row) for row in db.session.execute(rows)}

    other = {"aaf": "onde", "onde": "aaf"}[first]
    deliver(first, alice=True)
    deliver(other, alice=True)
    rows = set(db.session.scalars(select(Guardianship.id)))
    assert (said(), count(Guardianship)) == ({(first, other)}, 4)
    deliver(first, alice=False)
    assert (said(), set(db.session.scalars(select(Guardianship.id)))) == ({(other, None)}, rows)
    deliver(first, alice=True)
    assert said() == {(other, first)}
    deliver(first, alice=False)
    deliver(other, alice=False)
    assert (said(), count(Guardianship)) == (set(), 2)
    # The profile in the school is the first one's row, and goes with its next delivery.
    deliver(first, alice=False)
    assert count(Affiliation, Affiliation.profile == "guardian") == 1


def test_a_first_name_in_use_does_not_hide_anybody(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """ACCT-8: it stands behind the name that is searched."""
    imported(runner, "aaf", aaf(tmp_path / "aaf"))
    used = {"used_first_name": "Alix", "used_search_name": "alix", "search_name": "martin alice alix"}
    db.session.execute(update(Person).where(Person.first_name == "Alice").values(used))
    db.session.commit()
    assert from_onde(runner, tmp_path / "onde")["created"] == 0


# Staff and pupils ------------------------------------------------------------------------------------------------------


def from_csv(runner: FlaskCliRunner, folder: Path, **files: Iterable[str]) -> dict[str, Any]:
    return imported(runner, "csv", ent.write(folder, **files), "--school", UAI)


def test_staff_of_one_school_are_found_by_name_and_birth_date(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """Another birth date, none, or another school makes somebody else."""
    staff = [make.staff("301", "LEROY", "Anne"), make.staff("302", "PETIT", "Luc")]
    imported(runner, "aaf", aaf(tmp_path / "aaf", staff=staff))
    before = passwords()
    teachers = ["E1;Anne;Leroy;10/04/1975;Lettres;CP;", "E2;Luc;PETIT;11/04/1975;Lettres;CP;"]
    report = from_csv(runner, tmp_path / "csv", Enseignants=teachers)
    assert report["created"] == 1
    assert "1 (Anne Leroy)" in recognised(report)[0]
    anne = db.session.scalars(select(Person).where(Person.first_name == "Anne")).one()
    assert (anne.source, anne.last_name, {number: passwords()[number] for number in before}) == ("aaf", "LEROY", before)
    places = select(Affiliation.source).where(Affiliation.person_id == anne.id)
    assert db.session.scalars(places).all() == ["aaf"]
    again = from_csv(runner, tmp_path / "csv", Enseignants=teachers)
    assert (again["created"], again["changed"]) == (0, 0)
    elsewhere = ent.write(tmp_path / "elsewhere", Enseignants=["E1;Anne;Leroy;10/04/1975;Lettres;CP;"])
    assert imported(runner, "csv", elsewhere, "--school", "9990013D")["created"] == 1


def test_a_family_without_ine_is_found_by_the_pupil_and_its_adults_by_them(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-8 beside the academy: a CSV carries no INE. Twins and a namesake with another birth date stay apart."""
    imported(runner, "aaf", aaf(tmp_path / "aaf"))
    pupils = [
        "S1;Zoé;MARTIN;CP;02/04/2018", "S2;Tom;MARTIN;CE2;02/09/2016", "S3;Zoé;MARTIN;CP;03/04/2018",
        "S4;Léa;MARTIN;CP;02/04/2018",
    ]  # fmt: skip
    files = {"Eleves": pupils, "Parents": ["R1;Alice;MARTIN;;S1;S2;", "R2;Alice;MARTIN;;S4;;"]}
    report = from_csv(runner, tmp_path / "csv", **files)
    assert (report["created"], guardians()) == (3, {"Alice": 2})
    assert len(recognised(report)) == 2
    assert count(Guardianship) == 3
    again = from_csv(runner, tmp_path / "csv", **files)
    assert (again["created"], again["changed"], again["left"]) == (0, 0, 0)
    assert imported(runner, "aaf", aaf(tmp_path / "aaf"))["changed"] == 0
