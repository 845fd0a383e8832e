"""What an applied delta changes: the people and facets that it names, the structures that it speaks of, and no others (FEED-9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.directory.models import Affiliation, ClassMembership, Person, PersonFunction, RoleGrant, School, SchoolClass
from app.feeds.matching.loaders import OlderDelivery
from app.feeds.models import FeedStructure
from tests.feeds import deliveries as make
from tests.feeds.test_formats_delta import change, deletion

Take = Callable[..., dict[str, Any]]
STRUCTURES = {"10": "9990010A", "20": "9990020B", "30": "9990030C"}


def structures(*keys: str) -> list[str]:
    return [make.structure(key, STRUCTURES[key], f"COLLEGE$E{key}$ac") for key in keys]


def of(folder: Path, key: str, day: str, *, classes: Iterable[str] = ("6A",)) -> Path:
    """A complete delivery of one school with one pupil, who has a guardian."""
    return make.write(
        folder,
        day=day,
        structures=structures(key),
        students=[
            make.student(f"{key}0", f"NOM{key}", school=key, classes=classes, adults=[f"{key}9$20$1$1$1$1"]),
        ],
        adults=[make.adult(f"{key}9", f"NOM{key}")],
    )


def delta(folder: Path, day: str = "20260825", **entries: Iterable[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for category, found in entries.items():
        (folder / f"ENT_Delta_{day}_{category}_0000.xml").write_bytes(make.document(found))
    return folder


def days() -> dict[str, date | None]:
    return dict(db.session.execute(select(FeedStructure.key, FeedStructure.delivered_on)).all())


def profiles(key: str) -> set[tuple[str, str]]:
    """(structure, profile) of somebody."""
    uais = {uai: structure for structure, uai in STRUCTURES.items()}
    query = select(School.uai, Affiliation.profile).join(Affiliation, Affiliation.school_id == School.id)
    query = query.join(Person, Person.id == Affiliation.person_id).where(Person.source_key == key)
    return {(uais[uai], str(profile)) for uai, profile in db.session.execute(query)}


def ties(key: str) -> set[tuple[str, str]]:
    """(structure, function or class) of somebody."""
    uais = {uai: structure for structure, uai in STRUCTURES.items()}
    functions = select(School.uai, PersonFunction.code).join(PersonFunction, PersonFunction.school_id == School.id)
    functions = functions.join(Person, Person.id == PersonFunction.person_id).where(Person.source_key == key)
    classes = select(School.uai, SchoolClass.code).join(SchoolClass, SchoolClass.school_id == School.id)
    classes = classes.join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
    classes = classes.join(Person, Person.id == ClassMembership.person_id).where(Person.source_key == key)
    return {(uais[uai], code) for query in (functions, classes) for uai, code in db.session.execute(query)}


# Which structures it speaks of -----------------------------------------------------------------------------------------


def test_a_delta_makes_no_delivery_of_other_structures_old(take: Take, tmp_path: Path) -> None:
    """FEED-9: the first and the second degree, or two academies, deliver on days of their own."""
    take(of(tmp_path / "a", "10", "20260820"))
    take(of(tmp_path / "b", "20", "20260820"))
    number = take(delta(tmp_path / "d", Eleve=[change("200", {"givenName": "Zoe"})]))["import"]
    assert days() == {"10": date(2026, 8, 20), "20": date(2026, 8, 25)}
    assert db.session.scalars(select(FeedStructure.key).where(FeedStructure.import_id == number)).all() == ["20"]
    assert take(of(tmp_path / "c", "10", "20260824"))["unchanged"] == 2
    with pytest.raises(OlderDelivery):
        take(of(tmp_path / "e", "20", "20260824"))


def test_a_delta_is_older_only_than_what_it_speaks_of(take: Take, tmp_path: Path) -> None:
    take(of(tmp_path / "a", "10", "20260826"))
    take(of(tmp_path / "b", "20", "20260824"))
    assert take(delta(tmp_path / "d", Eleve=[change("200", {"givenName": "Zoe"})]))["changed"] == 1
    with pytest.raises(OlderDelivery) as refused:
        take(delta(tmp_path / "e", Eleve=[change("200", {"ENTPersonStructRattach": "10"})]))
    assert "E10" in str(refused.value.words)


@pytest.mark.parametrize(
    "entries",
    [
        {"Eleve": [change("100", {"givenName": "Zoe"})]},
        {"Eleve": [deletion("100")]},
        {"PersRelEleve": [change("109", {"homePhone": "0102030405"})]},
        {"EtabEducNat": [change("10", {"telephoneNumber": "0102030405"})]},
        {"Eleve": [make.student("101", classes=["6B"])]},
        {"PersEducNat": [make.staff("300")]},
    ],
)
def test_people_who_name_no_structure_speak_of_the_one_where_they_are(
    take: Take, tmp_path: Path, entries: dict[str, list[str]]
) -> None:
    take(of(tmp_path / "a", "10", "20260826"))
    with pytest.raises(OlderDelivery):
        take(delta(tmp_path / "d", **entries))


def test_somebody_in_two_structures_makes_neither_old(take: Take, tmp_path: Path) -> None:
    """Siblings in both degrees: what changes of their guardian says nothing of either school."""
    take(of(tmp_path / "a", "10", "20260820"))
    sibling = make.student("200", "NOM10", "Tom", school="20", classes=["6A"], adults=["109$20$1$1$1$1"])
    take(
        make.write(
            tmp_path / "b", day="20260826", structures=structures("20"), students=[sibling], adults=[make.adult("109", "NOM10")]
        )
    )  # fmt: skip
    assert profiles("109") == {("10", "guardian"), ("20", "guardian")}
    take(delta(tmp_path / "d", PersRelEleve=[change("109", {"homePhone": "0102030405"})]))
    assert days() == {"10": date(2026, 8, 20), "20": date(2026, 8, 26)}


# What it takes away ----------------------------------------------------------------------------------------------------


TEACHES_IN_TWO = {
    "ENTPersonFonctions": ["10$ENS$E$L$L", "20$ENS$E$L$L"],
    "ENTAuxEnsClassesMatieres": "10$6A$020700",
}


@pytest.fixture
def teacher(take: Take, tmp_path: Path) -> None:
    """One whose home is 10, with a class there and functions in 10 and 20."""
    known = structures("10", "20", "30")
    take(make.small(tmp_path / "a", day="20260820", structures=known, staff=[make.staff("3001", **TEACHES_IN_TWO)]))
    assert profiles("3001") == {("10", "teacher"), ("20", "teacher")}


def change_of_staff(take: Take, folder: Path, **told: Any) -> None:
    take(delta(folder, PersEducNat=[change("3001", told)]))


def test_a_new_home_takes_nothing_away_that_is_not_told(take: Take, tmp_path: Path, teacher: None) -> None:
    """Listed attributes only: functions and classes stay, and with them the access."""
    change_of_staff(take, tmp_path / "d", ENTPersonStructRattach="30")
    assert profiles("3001") == {("10", "teacher"), ("20", "teacher"), ("30", "teacher")}
    assert ties("3001") == {("10", "ENS"), ("20", "ENS"), ("10", "6A")}


def test_the_last_tie_that_is_told_to_end_takes_the_profile_along(take: Take, tmp_path: Path, teacher: None) -> None:
    change_of_staff(take, tmp_path / "d", ENTPersonFonctions=["10$ENS$E$L$L"])
    assert profiles("3001") == {("10", "teacher")}
    assert ties("3001") == {("10", "ENS"), ("10", "6A")}


def test_a_profile_stays_as_long_as_anything_ties_to_the_school(take: Take, tmp_path: Path, teacher: None) -> None:
    change_of_staff(take, tmp_path / "d", ENTPersonStructRattach="20", ENTPersonFonctions=["20$ENS$E$L$L"])
    assert profiles("3001") == {("10", "teacher"), ("20", "teacher")}, "there is the class, still"
    change_of_staff(take, tmp_path / "e", ENTAuxEnsClassesMatieres=[])
    assert profiles("3001") == {("20", "teacher")}
    assert ties("3001") == {("20", "ENS")}


def test_a_function_that_comes_or_goes_alone_is_applied(take: Take, tmp_path: Path, teacher: None) -> None:
    change_of_staff(take, tmp_path / "d", ENTPersonFonctions=["10$DIR$D$L$L", "20$ENS$E$L$L"])
    assert ties("3001") == {("10", "DIR"), ("20", "ENS"), ("10", "6A")}
    assert db.session.scalars(select(RoleGrant.role)).all() == ["head"]


def test_another_name_changes_no_place(take: Take, tmp_path: Path, teacher: None) -> None:
    before = ties("3001")
    change_of_staff(take, tmp_path / "d", givenName="Paule")
    assert (profiles("3001"), ties("3001")) == ({("10", "teacher"), ("20", "teacher")}, before)


def test_an_addition_tells_everything(take: Take, tmp_path: Path, teacher: None) -> None:
    take(delta(tmp_path / "d", PersEducNat=[make.staff("3001", school="20")]))
    assert (profiles("3001"), ties("3001")) == ({("20", "teacher")}, {("20", "ENS")})


def test_a_pupil_who_changes_class_or_group_keeps_the_school(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "a", day="20260820"))
    take(delta(tmp_path / "d", Eleve=[change("1000", {"ENTEleveClasses": ["10$6B"]})]))
    assert (profiles("1000"), ties("1000")) == ({("10", "student")}, {("10", "6B")})
    take(delta(tmp_path / "e", Eleve=[change("1000", {"ENTEleveClasses": []})]))
    assert (profiles("1000"), ties("1000")) == ({("10", "student")}, set())
    assert profiles("2000") == {("10", "guardian")}


def test_a_pupil_who_changes_school_leaves_the_old_one(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "a", day="20260820", structures=structures("10", "20")))
    moved = {"ENTPersonStructRattach": "20", "ENTEleveClasses": ["20$6B"]}
    take(delta(tmp_path / "d", Eleve=[change("1000", moved)]))
    assert profiles("1000") == {("20", "student")}
    assert profiles("2000") == {("20", "guardian")}


def test_a_structure_that_is_deleted_is_told_and_is_nobody(take: Take, tmp_path: Path) -> None:
    """Its key may be a pupil's."""
    pupils = [make.student("10", classes=["6A"]), make.student("11", "AUTRE", classes=["6A"])]
    take(make.small(tmp_path / "a", day="20260820", students=pupils))
    entries = {"EtabEducNat": [deletion("10")], "Eleve": [change("11", {"givenName": "Zoe"})]}
    report = take(delta(tmp_path / "d", **entries))
    assert report["left"] == 0
    assert profiles("10") == {("10", "student")}
    assert any("supprime des structures : 1 (10)" in str(words) for words in report["warnings"])
    gone = take(delta(tmp_path / "e", Eleve=[deletion("10")]))
    assert (gone["left"], profiles("10")) == (1, set())
