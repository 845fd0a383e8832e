"""A delivery that would empty a school, or take too many of its pupils or staff at once, stops there (G11, FEED-7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import RoleGrant
from app.feeds.applying.jobs import apply_planned, receive
from app.feeds.applying.problems import AllPupilsLeave, CannotLift, TooManyLeave
from app.feeds.deciding.actions import lift
from app.feeds.models import FeedImportSchool
from app.feeds.queries import report
from tests.builders import make_person
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW

Take = Callable[..., dict[str, Any]]


def planned(folder: Path) -> int:
    return receive(folder, plan=True, by=COMMAND, now=NOW)


def two_schools(folder: Path, *, day: str, pupils: int) -> Path:
    """``pupils`` in the school 10, and always one in 20."""
    return make.write(
        folder,
        day=day,
        structures=[make.structure(), make.structure("20", "9990020B", "COLLEGE$AUTRE$ac")],
        students=[
            *(make.student(f"1{number:03d}", f"MARTIN{chr(65 + number)}", classes=["6A"]) for number in range(pupils)),
            make.student("5000", "AUTRE", school="20", classes=["6B"]),
        ],
    )


def the_line(number: int, uai: str = "9990010A") -> FeedImportSchool:
    query = select(FeedImportSchool).where(FeedImportSchool.import_id == number, FeedImportSchool.uai == uai)
    return db.session.scalars(query).one()


def test_the_last_pupils_of_a_small_school_are_not_taken_either(
    portal: Flask, take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G11, FEED-7: whatever the limit says, and however few they are; the sentence leads to the declaration."""
    monkeypatch.setitem(vars(portal.extensions["settings"]), "feed_leavers", 100)
    take(two_schools(tmp_path / "before", day="20260824", pupils=15))
    take(two_schools(tmp_path / "one", day="20260825", pupils=1))
    number = planned(two_schools(tmp_path / "none", day="20260826", pupils=0))
    line = the_line(number)
    assert (line.state, line.empties) == ("stopped", True)
    with pytest.raises(AllPupilsLeave) as refused:
        apply_planned(number, by=COMMAND, now=NOW)
    assert "déclarez-le" in str(refused.value.words)
    assert "--others" in str(refused.value.hint)
    with pytest.raises(CannotLift):
        lift(number, "9990010A", by_id=make_person("Odile", "Exploitante").id, by=COMMAND, now=NOW)
    apply_planned(number, others=True, by=COMMAND, now=NOW)
    assert (the_line(number).state, the_line(number, "9990020B").state) == ("stopped", "applied")


def staffed(folder: Path, *, day: str, staff: range, pupils: int = 2) -> Path:
    """A head and as many teachers as ``staff`` has numbers; the head is number 0."""
    people = [
        make.staff(f"3{n:03d}", f"DURAND{n}", ENTPersonFonctions=f"10${'DIR$D$D$D' if n == 0 else 'ENS$E$L$L'}")
        for n in staff
    ]
    return make.small(folder, day=day, pupils=pupils, staff=people)


@pytest.mark.both_databases
def test_a_delivery_whose_staff_is_cut_off_stops_the_school(take: Take, tmp_path: Path) -> None:
    """G11: a last part of PersEducNat that is missing cannot be seen by its name; one person lifts it."""
    take(staffed(tmp_path / "before", day="20260824", staff=range(61)))
    number = planned(staffed(tmp_path / "cut", day="20260825", staff=range(60, 61)))
    line = the_line(number)
    assert (line.state, line.empties) == ("stopped", False)
    with pytest.raises(TooManyLeave) as refused:
        apply_planned(number, by=COMMAND, now=NOW)
    assert "personnels" in str(refused.value.words)
    assert "60 sur 61" in str(refused.value.words)
    assert "lève la limite" in str(refused.value.hint)
    assert db.session.scalars(select(RoleGrant.role)).all() == ["head"]
    lifted = lift(number, "9990010A", by_id=make_person("Odile", "Exploitante").id, by=COMMAND, now=NOW)
    assert lifted is not None
    assert lifted.state == "waiting"


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        (range(6), range(100, 106), "waiting"),
        (range(4), range(0), "stopped"),
        (range(2), range(0), "waiting"),
        (range(60), range(20, 80), "waiting"),
    ],
)
def test_a_summer_of_staff_passes_and_a_school_without_any_does_not(
    take: Take, tmp_path: Path, before: range, after: range, state: str
) -> None:
    """G11: all replaced is a summer, all gone is a missing file; a third of many goes every year."""
    other = [make.structure(), make.structure("20", "9990020B", "COLLEGE$AUTRE$ac")]
    elsewhere = make.staff("3999", "LEROY", school="20", ENTPersonFonctions="20$DIR$D$D$D")
    for number, (staff, day) in enumerate(((before, "20260824"), (after, "20260825"))):
        staffed(tmp_path / str(number), day=day, staff=staff)
        people = [make.staff(f"3{n:03d}", f"DURAND{n}", ENTPersonFonctions="10$ENS$E$L$L") for n in staff]
        make.write(tmp_path / str(number), day=day, structures=other, staff=[*people, elsewhere])
    take(tmp_path / "0")
    assert the_line(planned(tmp_path / "1")).state == state


def test_both_reasons_of_a_school_are_told(take: Take, tmp_path: Path) -> None:
    take(staffed(tmp_path / "before", day="20260824", staff=range(61), pupils=60))
    number = planned(staffed(tmp_path / "cut", day="20260825", staff=range(60, 61), pupils=10))
    told = report(number)["warnings"]
    assert any("Trop d’élèves" in str(words) and "Trop de personnels" in str(words) for words in told)


def test_whoever_only_becomes_something_else_in_the_school_has_not_left_it(take: Take, tmp_path: Path) -> None:
    take(staffed(tmp_path / "before", day="20260824", staff=range(1, 41)))
    others = [make.staff(f"3{n:03d}", f"DURAND{n}", ENTPersonFonctions="10$ADF$A$A$A") for n in range(1, 41)]
    number = planned(make.small(tmp_path / "after", day="20260825", staff=others))
    line = the_line(number)
    assert (line.state, line.counts["teachers_out"]) == ("waiting", 40)
