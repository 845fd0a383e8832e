"""What it does not mean that a delivery leaves a school out, or names somebody in none (FEED-7, FEED-9, ACCT-6, LAW-1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.accounts.models import Account
from app.accounts.queries import standing_of
from app.audit.actions import COMMAND
from app.db import db
from app.directory.leaving.models import Unplaced
from app.directory.models import Affiliation, Person, School
from app.feeds.applying.jobs import apply_planned, receive
from app.feeds.applying.problems import AllPupilsLeave, CannotLift
from app.feeds.deciding.actions import lift
from app.feeds.declaring.kinds import Declared
from app.feeds.leavers.jobs import keep_the_law
from app.feeds.models import FeedImportSchool
from app.feeds.queries import report
from tests.builders import make_person
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.feeds.test_declaring import declared
from tests.feeds.test_formats_delta import change, deletion
from tests.feeds.test_formats_delta import write as delta
from tests.feeds.test_leavers_fed import left, number, with_days

Take = Callable[..., dict[str, Any]]

PRIMARY = {"ENTStructureTypeStruct": "ECOLE"}


def without_a_school(key: str = "3001") -> str:
    return make.staff(key, "NULLE", "Part", school="", ENTPersonFonctions="")


def unplaced() -> set[str]:
    query = select(Person.source_key).join(Unplaced, Unplaced.person_id == Person.id)
    return {key or "" for key in db.session.scalars(query)}


# People ----------------------------------------------------------------------------------------------------------------


def test_staff_without_a_school_are_no_leavers_as_long_as_the_source_names_them(take: Take, tmp_path: Path) -> None:
    """ACCT-6, LAW-1: one in seven has neither school nor function; nobody is warned, shut out or erased."""
    with_days()
    elsewhere = make.staff("3002", "AILLEURS", school="999", ENTPersonFonctions="999$ENS$a$b$c")
    staff = [without_a_school(), elsewhere, make.staff("3009", "LA")]
    take(make.small(tmp_path / "first", day="20260820", staff=staff))
    assert left() == set()
    before = number("3001")
    standing = standing_of(before)
    assert standing is not None
    assert standing.leaving, "their own data and nothing of a school"
    for day in (
        datetime(2026, 9, 3, tzinfo=UTC),
        datetime(2026, 10, 28, tzinfo=UTC),
        datetime(2026, 12, 5, tzinfo=UTC),
    ):
        take(make.small(tmp_path / f"{day:%m%d}", day=f"{day:%Y%m%d}", staff=staff))
        keep_the_law(day, day)
    assert left() == set()
    assert number("3001") == before
    assert db.session.get_one(Account, before).disabled_at is None
    take(make.small(tmp_path / "gone", day="20261210", staff=staff[1:]))
    assert left() == {before}
    take(make.small(tmp_path / "back", day="20261211", staff=staff))
    assert left() == set()
    assert unplaced() == {"3001", "3002"}


def test_whoever_had_a_school_and_loses_it_stays_until_the_source_is_silent(take: Take, tmp_path: Path) -> None:
    """ACCT-6; a place found again forgets it."""
    take(make.small(tmp_path / "a", day="20260820", staff=[make.staff("3001"), make.staff("3009", "LA")]))
    take(make.small(tmp_path / "b", day="20260821", staff=[without_a_school(), make.staff("3009", "LA")]))
    assert (left(), unplaced()) == (set(), {"3001"})
    take(make.small(tmp_path / "c", day="20260822", staff=[make.staff("3001"), make.staff("3009", "LA")]))
    assert (left(), unplaced()) == (set(), set())
    take(make.small(tmp_path / "d", day="20260823", staff=[make.staff("3009", "LA")]))
    assert left() == {number("3001")}


def test_the_delivery_of_another_degree_says_nothing_of_them(take: Take, tmp_path: Path) -> None:
    """FEED-9: who is absent elsewhere has not left; a delivery without staff tells of nobody."""
    other = {
        "structures": [make.structure("20", "9990020B", "ECOLE$LES TILLEULS$ac", **PRIMARY)],
        "students": [make.student("200", "PETIT", school="20", classes=["CM2"])],
        "staff": [make.staff("3500", "MAITRE", school="20", ENTPersonFonctions="20$ENS$a$b$c")],
        "adults": [],
    }
    staff = [without_a_school(), make.staff("3009", "LA")]
    take(make.small(tmp_path / "second", day="20260820", staff=staff))
    take(make.small(tmp_path / "first", day="20260821", **other))
    assert (left(), unplaced()) == (set(), {"3001"})
    take(make.small(tmp_path / "silent", day="20260822", staff=[]))
    assert left() == set()
    take(make.small(tmp_path / "gone", day="20260823", staff=staff[1:]))
    assert left() == {number("3001")}


def test_a_delta_adds_and_deletes_somebody_without_a_school(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "a", day="20260820"))
    take(delta(tmp_path / "b", PersEducNat=[without_a_school("3777")]))
    assert (left(), unplaced()) == (set(), {"3777"})
    take(delta(tmp_path / "c", PersEducNat=[change("3777", {"givenName": "Paule"})]))
    assert left() == set()
    take(delta(tmp_path / "d", PersEducNat=[deletion("3777")]))
    assert (left(), unplaced()) == ({number("3777")}, set())


def test_whoever_waits_for_a_stopped_school_has_not_left(take: Take, tmp_path: Path) -> None:
    """ACCT-6: new pupils of a school that a threshold stops, with those who stand for them."""
    take(make.small(tmp_path / "a", day="20260820", pupils=60))
    new = [
        make.student(f"8{n:03d}", f"NEUF{n}", classes=["6A"], adults=[f"9{n:03d}$20$1$1$1$1", f"7{n:03d}$20$3$0$0$0"])
        for n in range(2)
    ]
    adults = [make.adult(f"{kind}{n:03d}", f"NEUF{n}") for n in range(2) for kind in "97"]
    plan = receive(
        make.small(tmp_path / "b", day="20260821", students=new, adults=adults), plan=True, by=COMMAND, now=NOW
    )
    apply_planned(plan, others=True, by=COMMAND, now=NOW)
    assert left() == set()
    somebody = make_person("Odile", "Exploitante")
    db.session.flush()
    lift(plan, "9990010A", by_id=somebody.id, by=COMMAND, now=NOW)
    db.session.commit()
    apply_planned(plan, by=COMMAND, now=NOW)
    assert unplaced() == set()
    assert left().isdisjoint({number("8000"), number("9000"), number("7000")})


@pytest.mark.parametrize("changes", [False, True])
def test_a_pupil_of_no_known_structure_is_rejected_with_a_reason(take: Take, tmp_path: Path, changes: bool) -> None:
    """S4-7: no person, no account, and nobody who stands for them; a known one loses the school that is no longer named."""
    lost = make.student("77", "PERDU", school="99", classes=["6A"], adults=["2777$20$1$1$1$1"])
    parent = make.adult("2777", "PERDU")
    first = take(make.small(tmp_path / "a", day="20260820", pupils=3))
    if changes:
        told = take(delta(tmp_path / "d", Eleve=[lost], PersRelEleve=[parent]))
    else:
        small = make.small(tmp_path / "b", day="20260821", pupils=3)
        students = [make.student(f"100{n}", f"MARTIN{'ABC'[n]}", classes=["6A"], adults=[f"200{n}$20$1$1$1$1"],
                                 ENTEleveMEF="10010012110") for n in range(3)]  # fmt: skip
        adults = [make.adult(f"200{n}", f"MARTIN{'ABC'[n]}") for n in range(3)]
        told = take(make.write(small, day="20260821", students=[*students, lost], adults=[*adults, parent]))
    assert first["rejected"] == []
    assert [one["id"] for one in told["rejected"]] == ["77"]
    assert "99" in str(told["rejected"][0]["reason"])
    assert db.session.scalars(select(Person.id).where(Person.source_key.in_(("77", "2777")))).all() == []
    assert left() == set()


# Structures ------------------------------------------------------------------------------------------------------------


def whole(folder: Path, day: str, keys: Iterable[str], *, at: str = "", **type_of: str) -> Path:
    """Schools by key, each with two pupils; those of 20 sit in ``at`` where it is given."""
    kept = list(keys)
    return make.write(
        folder,
        day=day,
        structures=[make.structure(key, f"99900{key}A", f"COLLEGE$N{key}$ac", **type_of) for key in kept],
        students=[
            make.student(f"{key}0{n}", f"NOM{key}{'AB'[n]}", school=school, classes=["6A"])
            for key in ("10", "20", "30")
            for n in range(2)
            if (school := at if at and key == "20" else key) in kept
        ],
    )


def lines(plan: int) -> dict[str, str]:
    query = select(FeedImportSchool.key, FeedImportSchool.state).where(FeedImportSchool.import_id == plan)
    return {key: state for key, state in db.session.execute(query)}  # noqa: C416


def schools_of(key: str) -> set[str]:
    query = select(School.uai).join(Affiliation, Affiliation.school_id == School.id)
    return set(
        db.session.scalars(query.join(Person, Person.id == Affiliation.person_id).where(Person.source_key == key))
    )


def test_a_school_that_is_missing_among_its_neighbours_stops_there(take: Take, tmp_path: Path) -> None:
    """FEED-7, CAL-11: an undeclared disappearance stops that school, with every delivery until it is declared or back."""
    take(whole(tmp_path / "a", "20260820", ("10", "20", "30")))
    folder = whole(tmp_path / "b", "20260821", ("10", "30"), at="10")
    with pytest.raises(AllPupilsLeave) as refused:
        receive(folder, by=COMMAND, now=NOW)
    assert "n’est plus dans la livraison" in str(refused.value.words)
    assert "déclarez-le" in str(refused.value.words)
    plan = db.session.scalars(select(FeedImportSchool.import_id).order_by(FeedImportSchool.id.desc())).first() or 0
    assert lines(plan) == {"10": "waiting", "20": "stopped", "30": "waiting"}
    assert any("n’est plus dans la livraison" in str(words) for words in report(plan)["warnings"])
    with pytest.raises(CannotLift):
        lift(plan, "9990020A", by_id=make_person("Odile", "Exploitante").id, by=COMMAND, now=NOW)
    apply_planned(plan, others=True, by=COMMAND, now=NOW)
    again = receive(whole(tmp_path / "c", "20260822", ("10", "30"), at="10"), plan=True, by=COMMAND, now=NOW)
    assert lines(again)["20"] == "stopped"
    declared("9990020A", Declared.MERGER, "9990010A")
    plan = receive(whole(tmp_path / "d", "20260823", ("10", "30"), at="10"), plan=True, by=COMMAND, now=NOW)
    assert lines(plan) == {"10": "waiting", "20": "stopped", "30": "waiting"}
    line = db.session.scalars(
        select(FeedImportSchool).where(FeedImportSchool.import_id == plan, FeedImportSchool.key == "20")
    ).one()
    assert line.counts["gone"] == 2, "declared, it is the last threshold, which two people lift"
    take(whole(tmp_path / "e", "20260824", ("10", "20", "30")))
    assert schools_of("2000") == {"9990020A"}


def test_one_school_after_the_other_and_one_degree_after_the_other_miss_nobody(take: Take, tmp_path: Path) -> None:
    """FEED-9: separate deliveries each speak for their own structures, also after they have come together."""
    take(whole(tmp_path / "a", "20260820", ("10",)))
    take(whole(tmp_path / "b", "20260820", ("20",)))
    plan = receive(whole(tmp_path / "c", "20260821", ("10",)), plan=True, by=COMMAND, now=NOW)
    assert lines(plan) == {"10": "waiting"}
    both = make.write(
        tmp_path / "both",
        day="20260822",
        structures=[
            make.structure("10", "9990010A"),
            make.structure("20", "9990020A", "ECOLE$LES TILLEULS$ac", **PRIMARY),
        ],
        students=[
            make.student("1000", "NOM10A", classes=["6A"]),
            make.student("2000", "NOM20A", school="20", classes=["CM2"]),
        ],
    )
    # The second was a collège until now: what a school is stays.
    db.session.execute(update(School).where(School.uai == "9990020A").values(kind="primary"))
    db.session.commit()
    take(both)
    plan = receive(whole(tmp_path / "d", "20260823", ("10",)), plan=True, by=COMMAND, now=NOW)
    assert lines(plan) == {"10": "waiting"}
    plan = receive(whole(tmp_path / "e", "20260823", ("20",), **PRIMARY), plan=True, by=COMMAND, now=NOW)
    assert lines(plan) == {"20": "waiting"}


def test_one_school_of_many_delivered_alone_misses_nobody(take: Take, tmp_path: Path) -> None:
    """FEED-9; nor does it tell that somebody without a school has left."""
    staff = [without_a_school("8001"), make.staff("8009", "LA")]
    whole(tmp_path / "a", "20260820", ("10", "20", "30"))
    take(make.write(tmp_path / "a", day="20260820", staff=staff))
    whole(tmp_path / "b", "20260821", ("10",))
    take(make.write(tmp_path / "b", day="20260821", staff=staff[1:]))
    assert (left(), unplaced()) == (set(), {"8001"})
    whole(tmp_path / "c", "20260822", ("10", "20", "30"))
    take(make.write(tmp_path / "c", day="20260822", staff=staff[1:]))
    assert left() == {number("8001")}


def test_a_school_without_pupils_and_a_delta_miss_nobody(take: Take, portal: Flask, tmp_path: Path) -> None:
    take(whole(tmp_path / "a", "20260820", ("10", "20")))
    assert take(delta(tmp_path / "b", Eleve=[change("1000", {"givenName": "Zoe"})]))["import"]
    gone = select(School.id).where(School.uai == "9990020A")
    db.session.execute(delete(Affiliation).where(Affiliation.school_id.in_(gone)))
    db.session.commit()
    plan = receive(whole(tmp_path / "c", "20260826", ("10",)), plan=True, by=COMMAND, now=NOW)
    assert lines(plan) == {"10": "waiting"}
