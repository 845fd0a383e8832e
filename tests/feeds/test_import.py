"""What a complete delivery changes, and what it leaves alone (FEED-5, FEED-6, FEED-9, KIN-1, KIN-3, S4-2, ACCT-1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.loaders import open_accounts
from app.accounts.models import Account
from app.audit.queries import history, verify
from app.db import db
from app.directory.models import (
    Affiliation,
    ClassMembership,
    GroupMembership,
    Guardianship,
    Mef,
    Person,
    PersonFunction,
    RoleGrant,
    School,
    SchoolClass,
    SchoolYear,
)
from app.feeds.applying.problems import TooManyLeave
from app.feeds.matching.loaders import OlderDelivery
from app.feeds.models import FeedAlias, FeedDeparture, FeedImport
from app.feeds.queries import COUNTS
from app.pulse import Revision
from tests.builders import make_person, make_school
from tests.feeds import deliveries as make

Take = Callable[..., dict[str, Any]]
FATES = ("created", "changed", "unchanged", "moved", "left", "reappeared")


def fates(report: dict[str, Any]) -> dict[str, int]:
    """Only what happened."""
    return {name: report[name] for name in FATES if report[name]}


def person(key: str) -> Person:
    found = db.session.scalar(select(Person).where(Person.source == "aaf", Person.source_key == key))
    assert found is not None
    return found


def login(key: str) -> str | None:
    return db.session.scalar(select(Account.login).where(Account.person_id == person(key).id))


def profiles(key: str) -> set[tuple[str, str]]:
    """(UAI, profile)."""
    rows = db.session.execute(
        select(School.uai, Affiliation.profile)
        .join_from(Affiliation, School, School.id == Affiliation.school_id)
        .where(Affiliation.person_id == person(key).id)
    )
    return {(uai, str(profile)) for uai, profile in rows}


def classes(key: str, begins: int = 2026) -> set[tuple[str, str, str]]:
    """(code, role, subject) in a year."""
    rows = db.session.execute(
        select(SchoolClass.code, ClassMembership.role, ClassMembership.subject_code)
        .join_from(ClassMembership, SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(ClassMembership.person_id == person(key).id, SchoolYear.begins == begins)
    )
    return {tuple(row) for row in rows}


@pytest.mark.both_databases
def test_a_first_delivery_brings_everybody_in(take: Take, tmp_path: Path) -> None:
    report = take(make.small(tmp_path / "d"))
    assert set(report) == {"import", "state", *COUNTS, "warnings", "rejected"}
    assert [report[name] for name in COUNTS[:9]] == [1, 1, 0, 2, 2, 0, 0, 1, 1]
    assert fates(report) == {"created": 6}
    assert profiles("1000") == {("9990010A", "student")}
    assert profiles("2000") == {("9990010A", "guardian")}
    assert profiles("3001") == {("9990010A", "teacher")}
    assert profiles("3002") == {("9990010A", "staff")}
    assert classes("1000") == {("6A", "student", "")}
    assert classes("3001") == {("6A", "teacher", "020700")}
    assert db.session.scalar(select(SchoolClass.level)) == "6e"
    school = db.session.scalars(select(School)).one()
    assert (school.name, school.kind, school.in_service, school.search_name) == (
        "Collège Jean Moulin", "college", True, "college jean moulin valmont",
    )  # fmt: skip
    grant = db.session.scalars(select(RoleGrant)).one()
    assert (grant.person_id, str(grant.role), grant.school_id, grant.source) == (
        person("3002").id,
        "head",
        school.id,
        "feed",
    )
    assert person("1000").home_school_id == school.id
    assert [line.action for line in history(action="feed.")] == ["feed.applied", "feed.planned"]
    assert verify().holds
    bumped = dict(db.session.execute(select(Revision.name, Revision.number)).all())
    assert all(bumped[name] > 0 for name in ("gate", "public", "directory"))


def test_no_import_makes_a_secret_and_namesakes_get_numbers(take: Take, tmp_path: Path) -> None:
    """ACCT-1, ACCT-2."""
    pupils = [make.student(f"1{number}", "DUPONT", "Marie", birth=f"0{number + 1}/01/2014") for number in range(3)]
    take(make.small(tmp_path / "d", students=pupils, adults=[], staff=[make.staff("3", "DUPONT", "Marc")]))
    logins = {key: login(key) for key in ("10", "11", "12", "3")}
    assert sorted(str(one) for one in logins.values()) == ["m.dupont", "m.dupont2", "m.dupont3", "m.dupont4"]
    assert not db.session.scalar(
        select(func.count()).where((Account.password_hash.is_not(None)) | (Account.code_hash.is_not(None)))
    )
    more = [*pupils, make.student("13", "DUPONT", "Manon", birth="09/01/2014")]
    take(make.small(tmp_path / "e", students=more, adults=[], staff=[make.staff("3", "DUPONT", "Marc")]))
    assert login("13") == "m.dupont5"
    assert {key: login(key) for key in logins} == logins


def test_accounts_of_people_made_by_hand_take_the_next_number(portal: Flask, take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d"))
    made = make_person("Paul", "Durand")
    db.session.flush()
    number = made.id
    assert open_accounts(db.session(), [number, person("3001").id], now=datetime.now(UTC)) == 1
    db.session.commit()
    assert db.session.scalar(select(Account.login).where(Account.person_id == number)) == "p.durand2"


@pytest.mark.both_databases
def test_the_same_again_changes_nothing(take: Take, tmp_path: Path) -> None:
    """FEED-9."""
    folder = make.small(tmp_path / "d", pupils=5)
    take(folder)
    before = everything()
    assert fates(take(folder)) == {"unchanged": 12}
    assert everything() == before


def everything() -> dict[str, list[Any]]:
    """The rows of every table that a feed fills, revisions and import numbers aside."""
    db.session.expire_all()
    models = (
        School,
        Person,
        Affiliation,
        SchoolClass,
        ClassMembership,
        GroupMembership,
        Guardianship,
        PersonFunction,
        RoleGrant,
        Account,
    )
    return {
        table.name: db.session.execute(select(table).order_by(*table.primary_key)).all()
        for table in (model.__table__ for model in models)
    }


def test_a_contact_gets_no_account_and_sees_nothing_until_the_link_says_more(take: Take, tmp_path: Path) -> None:
    """KIN-1."""
    adults = [make.adult("2", "MARTIN"), make.adult("9", "AUTRE")]
    take(make.small(tmp_path / "d", students=[make.student("1", adults=["2$38$0$0$1$0"])], adults=adults))
    assert (login("2"), profiles("2")) == (None, set())
    assert db.session.scalar(select(func.count()).where(Person.source_key == "9")) == 0
    report = take(make.small(tmp_path / "e", students=[make.student("1", adults=["2$50$1$2$1$0"])], adults=adults))
    assert (report["guardians"], report["contacts"], report["unreferenced"]) == (1, 0, 1)
    assert (login("2"), profiles("2")) == ("a.martin", {("9990010A", "guardian")})
    assert db.session.scalars(select(Guardianship.standing)).all() == ["in-charge"]


@pytest.mark.both_databases
def test_who_is_absent_has_left_the_fed_school_and_keeps_person_and_account(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d", pupils=3))
    report = take(make.small(tmp_path / "e", pupils=2))
    assert fates(report) == {"unchanged": 6, "left": 2}
    assert (profiles("1002"), profiles("2002"), classes("1002")) == (set(), set(), set())
    assert login("1002") == "z.martinc"
    assert person("1002").sessions_valid_from is not None
    assert person("1000").sessions_valid_from is None
    assert db.session.scalar(select(func.count()).select_from(FeedDeparture)) == 2
    back = take(make.small(tmp_path / "f", pupils=3))
    assert fates(back) == {"unchanged": 6, "reappeared": 2}
    assert profiles("2002") == {("9990010A", "guardian")}
    assert db.session.scalar(select(func.count()).select_from(FeedDeparture)) == 0


@pytest.mark.parametrize("missing", ["students", "adults", "staff"])
def test_a_missing_category_removes_nothing(take: Take, tmp_path: Path, missing: str) -> None:
    """FEED-9."""
    folder = make.small(tmp_path / "d", pupils=3)
    take(folder)
    before = everything()
    for path in make.small(tmp_path / "e", pupils=3).iterdir():
        if f"_{make.CATEGORIES[missing]}_" in path.name:
            path.unlink()
    report = take(tmp_path / "e")
    assert report["left"] == report["created"] == report["changed"] == 0
    assert everything() == before


def test_an_empty_category_is_a_missing_one(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d", pupils=3))
    report = take(make.small(tmp_path / "e", students=[]))
    assert report["left"] == 0
    assert any("aucune fiche" in str(words) for words in report["warnings"])


def test_a_delivery_speaks_only_for_its_own_structures(take: Take, tmp_path: Path) -> None:
    """FEED-9: a pupil of another school is not absent; a teacher's post elsewhere is left to that school's own feed."""
    take(make.small(tmp_path / "d"))
    other = make.structure("11", "9990011B", "LYCEE$MARIE CURIE$ac")
    report = take(
        make.write(
            tmp_path / "e",
            structures=[other],
            students=[make.student("1900", "BERNARD", school="11", classes=["2A"])],
            staff=[make.staff("3001", school="11", ENTPersonFonctions=["11$ENS$E$L$L", "10$DOC$D$L$L"])],
        )
    )
    assert report["left"] == 0
    assert profiles("1000") == {("9990010A", "student")}
    assert profiles("3001") == {("9990010A", "teacher"), ("9990011B", "teacher")}
    assert {function.code for function in db.session.scalars(select(PersonFunction))} == {"ENS", "DIR"}
    assert classes("3001") == {("6A", "teacher", "020700")}


@pytest.mark.both_databases
def test_a_pupil_who_changes_school_within_a_delivery_has_moved(take: Take, tmp_path: Path) -> None:
    schools = [make.structure(), make.structure("11", "9990011B")]
    adults = [make.adult("2")]
    stays = make.student("9", "RESTE", classes=["6A"])
    take(
        make.write(
            tmp_path / "d",
            structures=schools,
            adults=adults,
            students=[make.student("1", classes=["6A"], adults=["2$20$1$1$1$1"]), stays],
        )
    )
    report = take(
        make.write(
            tmp_path / "e", structures=schools, adults=adults,
            students=[make.student("1", school="11", classes=["6B"], adults=["2$20$1$1$1$1"]), stays],
        )
    )  # fmt: skip
    assert fates(report) == {"moved": 2, "unchanged": 1}
    assert profiles("1") == {("9990011B", "student")}
    assert profiles("2") == {("9990011B", "guardian")}
    assert classes("1") == {("6B", "student", "")}


def test_a_guardian_of_siblings_in_two_schools_belongs_to_both(take: Take, tmp_path: Path) -> None:
    """GATE-15."""
    take(
        make.write(
            tmp_path / "d", structures=[make.structure(), make.structure("11", "9990011B")], adults=[make.adult("2")],
            students=[make.student("1", adults=["2$20$1$1$1$1"]), make.student("5", "MARTIN", "Léo", school="11", adults=["2$20$1$1$1$1"])],
        )
    )  # fmt: skip
    assert profiles("2") == {("9990010A", "guardian"), ("9990011B", "guardian")}


@pytest.mark.both_databases
def test_the_same_ine_under_a_new_key_is_the_same_person(take: Take, tmp_path: Path) -> None:
    """FEED-5: CM2 to 6e gives a new key; the account stays, and both keys go on naming the person."""
    primary = make.structure("20", "9990020K", "ECOLE$LES TILLEULS$ac", ENTStructureTypeStruct="ECOLE")
    before = make.write(
        tmp_path / "d", structures=[primary],
        students=[make.student("700", school="20", classes=["CM2"], ENTEleveINE="123456789AB")],
    )  # fmt: skip
    take(before, year_n=True)
    number, name = person("700").id, login("700")
    after = make.write(
        tmp_path / "e",
        structures=[make.structure()],
        students=[make.student("1700", classes=["6A"], ENTEleveINE="123456789AB")],
    )
    assert fates(take(after)) == {"moved": 1}
    assert (person("1700").id, login("1700")) == (number, name)
    assert profiles("1700") == {("9990010A", "student"), ("9990020K", "student")}
    assert classes("1700", 2025) == {("CM2", "student", "")}
    assert classes("1700", 2026) == {("6A", "student", "")}
    assert db.session.scalars(select(FeedAlias.key)).all() == ["700"]
    for folder, year_n in ((before, True), (after, False), (before, True)):
        assert fates(take(folder, year_n=year_n)) == {"unchanged": 1}
    assert person("1700").id == number


def test_an_ine_with_another_birth_date_is_no_proof(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d", students=[make.student("700", ENTEleveINE="123456789AB")]))
    report = take(
        make.write(
            tmp_path / "e", structures=[make.structure("11", "9990011B")],
            students=[make.student("1700", "AUTRE", school="11", birth="01/01/2010", ENTEleveINE="123456789AB")],
        )
    )  # fmt: skip
    assert fates(report) == {"created": 1}


def test_a_known_key_with_another_name_and_birth_date_takes_no_account_over(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d"))
    impostor = make.student("1000", "INCONNU", "Ali", birth="01/01/2010", classes=["6A"])
    folder = make.small(tmp_path / "e")
    make.write(folder, students=[impostor, make.student("1001", "MARTINB", classes=["6A"], adults=["2001$20$1$1$1$1"])])
    report = take(folder)
    assert [one["id"] for one in report["rejected"]] == ["1000"]
    assert (person("1000").last_name, profiles("1000")) == ("MARTINA", {("9990010A", "student")})


def test_a_rejected_entry_makes_nobody_a_leaver(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d"))
    folder = make.small(tmp_path / "e")
    broken = make.entry("1000", {"ENTPersonJointure": "9999", "sn": "MARTINA"}, identifier="1000")
    make.write(
        folder,
        students=[
            broken,
            make.student("1001", "MARTINB", classes=["6A"], adults=["2001$20$1$1$1$1"], ENTEleveMEF="10010012110"),
        ],
    )
    report = take(folder)
    assert [one["id"] for one in report["rejected"]] == ["9999"]
    assert profiles("1000") == {("9990010A", "student")}
    assert classes("1000") == {("6A", "student", "")}


def test_one_key_for_two_people_takes_neither_and_one_person_twice_is_taken_once(take: Take, tmp_path: Path) -> None:
    report = take(
        make.small(
            tmp_path / "d",
            students=[make.student("1", "UN"), make.student("1", "DEUX"), make.student("5"), make.student("5")],
            adults=[], staff=[make.staff("3"), make.staff("3", ENTPersonFonctions="10$DOC$D$L$L")],
        )
    )  # fmt: skip
    assert [one["id"] for one in report["rejected"]] == ["1", "1"]
    assert (report["students"], report["teachers"]) == (1, 1)
    assert {function.code for function in db.session.scalars(select(PersonFunction))} == {"ENS", "DOC"}


def test_somebody_in_two_categories_is_one_person(take: Take, tmp_path: Path) -> None:
    """GATE-15: a teacher who is also a parent under the same key."""
    report = take(
        make.small(
            tmp_path / "d", students=[make.student("1", adults=["3$20$1$1$1$1"])], adults=[make.adult("3", "DURAND", "Paul")],
            staff=[make.staff("3")],
        )
    )  # fmt: skip
    assert (report["guardians"], report["teachers"], report["created"]) == (1, 1, 2)
    assert profiles("3") == {("9990010A", "teacher"), ("9990010A", "guardian")}


def test_an_empty_value_erases_nothing_and_a_changed_one_follows(take: Take, tmp_path: Path) -> None:
    """FEED-5."""
    first = make.adult("2000", "MARTINA", mail="a@example.org", homePhone="01", mobile="06", ENTPersonVille="VALMONT")
    take(make.small(tmp_path / "d", pupils=1, adults=[first]))
    report = take(
        make.small(tmp_path / "e", pupils=1, adults=[make.adult("2000", "MARTIN-PETIT", mobile="07", mail="")])
    )
    assert fates(report) == {"unchanged": 3, "changed": 1}
    found = person("2000")
    assert (found.last_name, found.search_name) == ("MARTIN-PETIT", "martin petit alice")
    assert (found.email, found.home_phone, found.mobile_phone, found.town) == ("a@example.org", "01", "07", "VALMONT")
    assert login("2000") == "a.martina"


def test_a_school_keeps_the_name_in_use_and_follows_its_address(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d"))
    school = db.session.scalars(select(School)).one()
    school.name = "Collège Moulin"
    db.session.commit()
    take(make.small(tmp_path / "e", structures=[make.structure(street="2 rue Neuve", l="")]))
    school = db.session.scalars(select(School)).one()
    assert (school.name, school.street, school.town) == ("Collège Moulin", "2 rue Neuve", "VALMONT")


def test_a_school_known_by_its_uai_is_the_same_school(portal: Flask, take: Take, tmp_path: Path) -> None:
    made = make_school("Collège Jean Moulin", "9990010A").id
    db.session.commit()
    take(make.small(tmp_path / "d"))
    assert db.session.scalars(select(School.id)).all() == [made]


def test_structures_that_nobody_names_are_services_and_bad_ones_are_rejected(take: Take, tmp_path: Path) -> None:
    structures = [
        make.structure(), make.structure("20", "9990020K", "Z.REMP-VALMONT", ENTStructureTypeStruct="SANS OBJET"),
        make.structure("21", "9990010A"), make.structure("22", "BAD"),
        make.structure("23", "9990023N", ENTStructureClasses="2A$Seconde A$2001"),
    ]  # fmt: skip
    report = take(make.small(tmp_path / "d", structures=structures))
    assert [one["id"] for one in report["rejected"]] == ["22", "21"]
    assert report["schools"] == 2
    assert {school.uai: school.in_service for school in db.session.scalars(select(School))} == {
        "9990010A": True, "9990020K": False, "9990023N": True,
    }  # fmt: skip


def test_a_class_exists_only_with_pupils_and_takes_its_label_from_the_structure(take: Take, tmp_path: Path) -> None:
    """S4-2."""
    school = make.structure(ENTStructureClasses=["6A$Sixième A$10010012110", "6Z$Sixième Z"])
    teacher = make.staff("3001", ENTAuxEnsClasses=["10$6A", "10$6Z"])
    report = take(make.small(tmp_path / "d", structures=[school], staff=[teacher]))
    assert report["classes"] == 1
    assert [(one.code, one.name) for one in db.session.scalars(select(SchoolClass))] == [("6A", "Sixième A")]
    assert classes("3001") == {("6A", "teacher", "")}


def test_a_class_of_two_levels_has_that_of_most_pupils(take: Take, tmp_path: Path) -> None:
    pupils = [
        make.student(str(number), f"NOM{chr(65 + number)}", classes=["A"], ENTEleveMEF=mef)
        for number, mef in enumerate(["M6", "M6", "M5", "M5", "M5", "none"])
    ]
    trainings = [make.training("M6", "2111"), make.training("M5", "2112")]
    take(make.small(tmp_path / "d", students=pupils, adults=[], staff=[], trainings=trainings))
    assert db.session.scalar(select(SchoolClass.level)) == "5e"
    assert {mef.code for mef in db.session.scalars(select(Mef))} == {"M5", "M6"}


def test_year_n_and_the_new_year_stand_side_by_side(take: Take, tmp_path: Path) -> None:
    """S4-8: a class of N+1 is a new object even under last year's code."""
    take(make.small(tmp_path / "d", day="20260601"), year_n=True)
    take(make.small(tmp_path / "e"), returning="accept")
    assert classes("1000", 2025) == classes("1000", 2026) == {("6A", "student", "")}
    assert db.session.scalar(select(func.count()).select_from(SchoolClass)) == 2


def test_a_cut_link_is_not_restored(take: Take, tmp_path: Path) -> None:
    """KIN-3."""
    folder = make.small(tmp_path / "d")
    take(folder)
    link = db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == person("2000").id)).one()
    link.cut_at = datetime(2026, 8, 26, tzinfo=UTC)
    db.session.commit()
    take(folder)
    link = db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == person("2000").id)).one()
    assert link.cut_at is not None
    assert profiles("2000") == set()


def test_a_link_that_the_source_ended_goes_and_the_guardian_loses_the_school(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d", pupils=1))
    report = take(make.small(tmp_path / "e", pupils=1, students=[make.student("1000", "MARTINA", classes=["6A"])]))
    assert report["left"] == 1
    assert db.session.scalar(select(func.count()).select_from(Guardianship)) == 0
    assert profiles("2000") == set()
    assert person("2000").sessions_valid_from is not None


def test_a_guardian_absent_from_the_files_is_told_and_only_that_link_is_left_out(take: Take, tmp_path: Path) -> None:
    report = take(
        make.small(tmp_path / "d", students=[make.student("1", adults=["2000$20$1$1$1$1", "8888$10$0$1$1$0"])])
    )
    assert report["rejected"] == []
    assert any("absents de la livraison" in str(words) for words in report["warnings"])
    assert db.session.scalar(select(func.count()).select_from(Guardianship)) == 1


def test_what_was_made_by_hand_stays(portal: Flask, take: Take, tmp_path: Path) -> None:
    folder = make.small(tmp_path / "d")
    take(folder)
    school = db.session.scalars(select(School)).one().id
    guest = make_person("Ida", "Blanc")
    db.session.flush()
    db.session.add(Affiliation(person_id=guest.id, school_id=school, profile="staff", source="hand"))
    db.session.add(Affiliation(person_id=person("3002").id, school_id=school, profile="teacher", source="hand"))
    number = guest.id
    db.session.commit()
    take(folder)
    assert db.session.scalar(select(func.count()).where(Affiliation.person_id == number)) == 1
    assert profiles("3002") == {("9990010A", "staff"), ("9990010A", "teacher")}


def test_a_head_who_is_no_longer_one_loses_the_role_that_the_feed_gave(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "d"))
    take(
        make.small(
            tmp_path / "e",
            staff=[make.staff("3001"), make.staff("3002", "LEROY", "Anne", ENTPersonFonctions="10$ADF$A$A$A")],
        )
    )
    assert db.session.scalars(select(RoleGrant)).all() == []
    assert person("3002").sessions_valid_from is not None


# Stopped ---------------------------------------------------------------------------------------------------------------


def test_an_older_delivery_is_refused_and_an_old_one_only_told(take: Take, tmp_path: Path) -> None:
    """FEED-9: AAF carries no school year, so an old day alone proves nothing."""
    take(make.small(tmp_path / "d", day="20130117"))
    take(make.small(tmp_path / "e", day="20130118"))
    before = everything()
    with pytest.raises(OlderDelivery) as refused:
        take(make.small(tmp_path / "f", day="20130117", pupils=3))
    assert "vendredi 18 janvier 2013" in str(refused.value.words)
    assert everything() == before
    report = take(make.small(tmp_path / "g", day=""))
    assert any("ne disent pas" in str(words) for words in report["warnings"])


def test_a_delivery_that_would_empty_a_school_is_refused_and_a_plan_shows_it(take: Take, tmp_path: Path) -> None:
    """G11."""
    take(make.small(tmp_path / "d", pupils=100))
    before = everything()
    emptied = make.small(tmp_path / "e", pupils=60)
    with pytest.raises(TooManyLeave) as refused:
        take(emptied)
    assert "40 sur 100" in str(refused.value.words)
    assert everything() == before
    plan = take(emptied, plan=True)
    assert plan["left"] == 80
    assert any("40 sur 100" in str(words) for words in plan["warnings"])
    assert everything() == before
    assert fates(take(make.small(tmp_path / "f", pupils=75))) == {"unchanged": 152, "left": 50}


def test_a_new_year_may_see_its_last_classes_leave(take: Take, tmp_path: Path) -> None:
    """The first import of a school's new year has the wider limit."""
    take(make.small(tmp_path / "d", pupils=100, day="20260601"), year_n=True)
    assert take(make.small(tmp_path / "e", pupils=60), returning="accept")["left"] == 80


@pytest.mark.both_databases
def test_a_plan_counts_as_the_import_and_writes_nothing_but_its_report(take: Take, tmp_path: Path) -> None:
    """G2, G3."""
    take(make.small(tmp_path / "d", pupils=3))
    before = everything()
    folder = make.small(tmp_path / "e", pupils=4, staff=[make.staff("3001", "NOUVEAU")])
    make.write(
        folder,
        adults=[
            *(make.adult(f"2{number:03d}", f"MARTIN{chr(65 + number)}") for number in range(4)),
            make.entry("1", {}),
        ],
    )
    plan = take(folder, plan=True)
    assert everything() == before
    assert db.session.get(FeedImport, plan["import"]).state == "planned"  # type: ignore[union-attr]
    applied = take(folder)
    assert {name: plan[name] for name in COUNTS} == {name: applied[name] for name in COUNTS}
    assert plan["rejected"] == applied["rejected"] != []
    assert [str(words) for words in plan["warnings"]] == [str(words) for words in applied["warnings"]]
