"""What of a delivery's people is set aside, with a reason that the school sees (S4-7, FEED-5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Person, School
from app.feeds.applying.jobs import receive
from app.feeds.models import FeedReject
from app.feeds.queries import reason_of, set_aside
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW

Take = Callable[..., dict[str, Any]]
INE, OTHER = "123456789AB", "123456789CD"


def pupil(key: str, last: str, ine: str | None = INE, **more: str) -> str:
    return make.student(key, last, classes=["6A"], **({} if ine is None else {"ENTEleveINE": ine}), **more)


def ines() -> dict[str, str | None]:
    return {key or "": ine for key, ine in db.session.execute(select(Person.source_key, Person.ine)) if key != "3009"}


def told(number: int) -> dict[str, str]:
    return {one.entry: str(reason_of(one)) for one in set_aside(number)}


@pytest.mark.both_databases
def test_an_ine_of_two_pupils_is_taken_for_neither(take: Take, tmp_path: Path) -> None:
    """FEED-5: the one who is known keeps theirs; put right on one side, the other has it with an unchanged record."""
    first = take(
        make.small(
            tmp_path / "a", day="20260820", students=[pupil("100", "UN"), pupil("101", "DEUX")], adults=[], staff=[]
        )
    )
    assert ines() == {"100": None, "101": None}
    assert set(told(first["import"])) == {"100", "101"}
    assert INE in told(first["import"])["100"]
    assert "101" in told(first["import"])["100"]
    assert first["rejected"] == []
    again = take(
        make.small(
            tmp_path / "b", day="20260821", students=[pupil("100", "UN"), pupil("101", "DEUX")], adults=[], staff=[]
        )
    )
    assert (again["unchanged"], again["changed"]) == (2, 0), "the same again changes nothing"
    right = take(
        make.small(
            tmp_path / "c",
            day="20260822",
            students=[pupil("100", "UN"), pupil("101", "DEUX", OTHER)],
            adults=[],
            staff=[],
        )
    )
    assert ines() == {"100": INE, "101": OTHER}
    assert told(right["import"]) == {}
    take(make.small(tmp_path / "d", day="20260823", students=[pupil("100", "UN"), pupil("101", "DEUX", OTHER), pupil("102", "TROIS")],
                    adults=[], staff=[]))  # fmt: skip
    assert ines() == {"100": INE, "101": OTHER, "102": None}


def test_an_ine_that_somebody_of_the_delivery_has_is_given_to_nobody_else(take: Take, tmp_path: Path) -> None:
    """FEED-5: an empty value erases none, so the known pupil keeps it; one who has another now leaves it free."""
    take(make.small(tmp_path / "a", day="20260820", students=[pupil("100", "UN")], adults=[], staff=[]))
    later = take(
        make.small(
            tmp_path / "b",
            day="20260821",
            students=[pupil("100", "UN", None), pupil("101", "DEUX")],
            adults=[],
            staff=[],
        )
    )
    assert ines() == {"100": INE, "101": None}
    assert set(told(later["import"])) == {"101"}
    freed = take(
        make.small(
            tmp_path / "c",
            day="20260822",
            students=[pupil("100", "UN", OTHER), pupil("101", "DEUX")],
            adults=[],
            staff=[],
        )
    )
    assert ines() == {"100": OTHER, "101": INE}
    assert told(freed["import"]) == {}


def test_one_pupil_under_two_keys_keeps_the_ine(take: Take, tmp_path: Path) -> None:
    """FEED-5: the same name and birth date is the same pupil, enrolled twice."""
    report = take(make.small(tmp_path / "a", students=[pupil("100", "UN"), pupil("101", "UN")], adults=[], staff=[]))
    assert ines() == {"100": INE, "101": INE}
    assert told(report["import"]) == {}


@pytest.mark.both_databases
def test_an_adults_reject_is_shown_by_the_school_of_the_pupil(take: Take, tmp_path: Path) -> None:
    """S4-7: an adult's record names no school; nor is it lost when the delivery is planned and applied."""
    adults = [
        make.adult("2000", "MARTINA"),
        make.entry("2001", {"ENTPersonJointure": "2001"}),
        make.entry("2999", {"ENTPersonJointure": "2999"}),
    ]
    folder = make.small(tmp_path / "a", adults=adults)
    query = select(FeedReject.entry, School.uai).outerjoin(School, School.id == FeedReject.school_id)
    mine = query.where(FeedReject.category == "PersRelEleve")
    take(folder)
    assert sorted(db.session.execute(mine).all(), key=str) == [("2001", "9990010A"), ("2999", None)]
    twice = make.small(
        tmp_path / "b", day="20260825", adults=[make.adult("2000"), make.adult("2001"), make.adult("2001", "AUTRE")]
    )
    plan = receive(twice, plan=True, by=COMMAND, now=NOW)
    found = db.session.execute(mine.where(FeedReject.import_id == plan, FeedReject.whole)).all()
    assert {tuple(row) for row in found} == {("2001", "9990010A")}
