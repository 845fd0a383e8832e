"""A planned delivery on its pages: looked at by school, decided about, lifted, applied by a worker (FEED-6, S4-3, S4-7, G11, FEED-7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Person, SchoolClass, SchoolYear
from app.feeds.actions import import_aaf
from app.feeds.applying.actions import ask, demand_clear, make_plan
from app.feeds.applying.jobs import apply_planned, do_asked, plan_again, receive
from app.feeds.applying.problems import CannotLift, PlanOutdated, TooManyLeave, UndecidedClasses
from app.feeds.applying.queries import lines_of
from app.feeds.deciding.actions import decide_all, lift, take_class
from app.feeds.models import FeedDecision, FeedImport, FeedImportSchool
from app.feeds.queries import import_by_id
from app.feeds.reasons import unpack
from tests.builders import make_person
from tests.conftest import StatementCount
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.people import cast
from tests.signing import send, sign_in

Take = Callable[..., dict[str, Any]]


def planned(folder: Path) -> int:
    return receive(folder, plan=True, by=COMMAND, now=NOW)


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def new_classes() -> set[str]:
    query = select(SchoolClass.code).join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    return set(db.session.scalars(query.where(SchoolYear.begins == 2026)))


def test_a_refused_class_is_made_by_no_delivery_until_it_is_taken_again(take: Take, tmp_path: Path) -> None:
    """S4-3: nothing is refused without a click, which says how many pupils would be without a class."""
    take(make.small(tmp_path / "old", pupils=4, day="20260601"), year_n=True)
    number = planned(make.small(tmp_path / "new", pupils=4))
    asked = db.session.scalars(select(FeedDecision)).one()
    assert (asked.code, asked.alone, asked.verdict) == ("6A", 4, None)
    with pytest.raises(UndecidedClasses):
        demand_clear(import_by_id(number))
    decide_all(import_by_id(number), "refuse", by=COMMAND, now=NOW)
    apply_planned(number, by=COMMAND, now=NOW)
    assert new_classes() == set()
    assert lines_of(number)[0].counts["without_class"] == 4
    take(make.small(tmp_path / "again", pupils=4, day="20260826"))
    assert new_classes() == set()
    take_class(lines_of(number)[0].school_id or 0, import_by_id(number).year_id, "6A", by=COMMAND, now=NOW)
    db.session.commit()
    take(make.small(tmp_path / "later", pupils=4, day="20260827"), returning="accept")
    assert new_classes() == {"6A"}


def test_a_namesake_with_other_pupils_is_a_new_class(take: Take, tmp_path: Path) -> None:
    """S4-3, S4-8: the same code is no evidence."""
    take(make.small(tmp_path / "old", pupils=4, day="20260601"), year_n=True)
    pupils = [make.student(f"5{number}", f"NEUF{chr(65 + number)}", classes=["6A"]) for number in range(4)]
    old = [make.student(f"100{number}", f"MARTIN{chr(65 + number)}", classes=["5A"]) for number in range(4)]
    number = planned(make.small(tmp_path / "new", students=pupils + old, adults=[]))
    assert not db.session.scalars(select(FeedDecision)).all()
    apply_planned(number, by=COMMAND, now=NOW)
    assert new_classes() == {"5A", "6A"}


def test_a_plan_that_the_directory_has_overtaken_is_shown_anew(take: Take, tmp_path: Path) -> None:
    """G3: what would be applied is what was shown."""
    take(make.small(tmp_path / "old", pupils=3))
    number = planned(make.small(tmp_path / "new", pupils=5, day="20260825"))
    take(make.small(tmp_path / "between", pupils=4, day="20260825"))
    before = people()
    with pytest.raises(PlanOutdated):
        apply_planned(number, by=COMMAND, now=NOW)
    assert (people(), import_by_id(number).state) == (before, "planned")
    apply_planned(number, by=COMMAND, now=NOW)
    assert people() == before + 2


def test_a_threshold_is_lifted_for_one_school_and_the_last_one_never_by_one_person(take: Take, tmp_path: Path) -> None:
    """G11, FEED-7."""
    take(make.small(tmp_path / "old", pupils=60))
    number = planned(make.small(tmp_path / "new", pupils=30, day="20260825"))
    with pytest.raises(TooManyLeave):
        apply_planned(number, by=COMMAND, now=NOW)
    somebody = make_person("Odile", "Exploitante")
    db.session.flush()
    line = lift(number, "9990010A", by_id=somebody.id, by=COMMAND, now=NOW)
    assert line is not None
    assert line.state == "waiting"
    apply_planned(number, by=COMMAND, now=NOW)
    assert import_by_id(number).counts["left"] == 60

    other = [make.structure(), make.structure("11", "9990011B")]
    emptied = make.write(tmp_path / "emptied", structures=other,
                         students=[make.student("1900", "AILLEURS", school="11", classes=["2A"])], day="20260826")  # fmt: skip
    number = planned(emptied)
    line = db.session.scalars(
        select(FeedImportSchool).where(FeedImportSchool.import_id == number, FeedImportSchool.uai == "9990010A")
    ).one()
    assert (line.state, line.empties) == ("stopped", True)
    with pytest.raises(CannotLift):
        lift(number, "9990010A", by_id=somebody.id, by=COMMAND, now=NOW)


def test_a_worker_applies_what_was_asked_for(take: Take, tmp_path: Path) -> None:
    number = planned(make.small(tmp_path / "new"))
    made = import_by_id(number)
    made.asked_at = NOW
    db.session.commit()
    assert do_asked(NOW) == 1
    assert (import_by_id(number).state, people()) == ("applied", 6)
    assert do_asked(NOW) == 0


def test_the_schools_that_nothing_stops_are_applied_from_the_page(sqlite_app: Flask, tmp_path: Path) -> None:
    """G11: one school's threshold holds up no other; the worker does what was asked for, and no more."""
    client = sqlite_app.test_client()
    sign_in(client, cast(sqlite_app).operator)
    schools = [make.structure(), make.structure("11", "9990011B")]

    def delivery(name: str, day: str, many: int, others: int) -> Path:
        students = [make.student(f"1{n:03d}", f"NOM{n}", classes=["6A"]) for n in range(many)]
        students += [make.student(f"2{n:03d}", f"NOM{n}", school="11", classes=["6A"]) for n in range(others)]
        return make.write(tmp_path / name, day=day, structures=schools, students=students)

    receive(delivery("old", "20260824", 60, 1), by=COMMAND, now=NOW)
    before = people()
    number = planned(delivery("new", "20260825", 30, 3))
    page, address = f"/administration/imports/{number}/ecoles", f"/administration/imports/{number}/appliquer"
    assert f'href="{address}?autres=1"' in client.get(page).text
    asked = client.get(f"{address}?autres=1").text
    assert "1 établissement sera servi" in asked
    assert "Collège Jean Moulin" in asked
    assert send(client, address, {"word": "appliquer"}).status_code == 409
    assert send(client, f"{address}?autres=1", {"word": "oui"}).status_code == 422
    assert send(client, f"{address}?autres=1", {"word": "appliquer"}).status_code == 303
    assert do_asked(NOW) == 1
    db.session.expire_all()
    assert {line.key: line.state for line in lines_of(number)} == {"10": "stopped", "11": "applied"}
    assert (import_by_id(number).state, people()) == ("applied", before + 2)
    line = lines_of(number)[0]
    assert f"feeds apply {number} --lift {line.uai}" in client.get(f"{page}/{line.id}").text


def test_nobody_asks_for_the_others_where_there_are_none(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "old", pupils=60))
    made = import_by_id(planned(make.small(tmp_path / "new", pupils=30, day="20260825")))
    with pytest.raises(TooManyLeave):
        ask(made, others=True, by=COMMAND, now=NOW)


def test_a_plan_made_anew_forgets_that_somebody_asked_for_the_old_one(take: Take, tmp_path: Path) -> None:
    """G3: a school that a new plan stops is not left out because somebody had asked for the whole."""
    take(make.small(tmp_path / "old", pupils=3))
    made = import_by_id(planned(make.small(tmp_path / "new", pupils=5, day="20260825")))
    ask(made, by=COMMAND, now=NOW)
    db.session.commit()
    plan_again(made.id, by=COMMAND, now=NOW)
    assert (made.state, made.asked_at, do_asked(NOW)) == ("planned", None, 0)


def test_the_pages_of_a_plan_take_as_many_questions_for_many_schools(sqlite_app: Flask, tmp_path: Path) -> None:
    client = sqlite_app.test_client()
    sign_in(client, cast(sqlite_app).operator)
    counts = []
    for many in (2, 20):
        structures = [make.structure(str(10 + n), f"99900{10 + n}A") for n in range(many)]
        students = [make.student(f"7{n}", f"NOM{n}", school=str(10 + n), classes=["6A"]) for n in range(many)]
        number = planned(make.write(tmp_path / str(many), structures=structures, students=students))
        for page in (f"/administration/imports/{number}/ecoles", f"/administration/imports/{number}"):
            assert client.get(page).status_code == 200
            with StatementCount(db.engine, "SELECT revision.name") as seen:
                assert client.get(page).status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
    csv = client.get(f"/administration/imports/{number}/ecoles.csv").text
    assert len(csv.splitlines()) == 21
    line = lines_of(number)[0].id
    assert client.get(f"/administration/imports/{number}/ecoles/{line}").status_code == 200
    asked = client.get(f"/administration/imports/{number}/appliquer")
    assert "APPLIQUER" in asked.text
    wrong = send(client, f"/administration/imports/{number}/appliquer", {"word": "oui"})
    assert (wrong.status_code, import_by_id(number).asked_at) == (422, None)
    send(client, f"/administration/imports/{number}/appliquer", {"word": "appliquer"})
    db.session.expire_all()
    assert import_by_id(number).asked_at is not None


def test_a_school_decides_about_its_own_classes_only(sqlite_app: Flask, tmp_path: Path) -> None:
    """S4-3, S4-7; foreign numbers answer 404."""
    people = cast(sqlite_app)
    uai = people.college.uai
    told = {
        "structures": [make.structure("10", uai)],
        "students": [make.student(f"77{n}", f"NOM{n}", classes=["6X"], ENTEleveMEF="10010012110") for n in range(4)],
        "adults": [],
    }
    import_aaf(make.small(tmp_path / "old", day="20260601", **told), year_n=True, by=COMMAND, now=NOW)
    db.session.commit()
    number = planned(make.small(tmp_path / "new", **told))
    asked = db.session.scalars(select(FeedDecision)).one().id
    client = sqlite_app.test_client()
    sign_in(client, people.school_admin)
    page = client.get(f"/administration/ecole/{uai}/imports")
    assert "La refuser laisserait 4 élèves sans classe" in page.text
    assert client.get(f"/administration/imports/{number}/ecoles").status_code == 404
    address = f"/administration/ecole/{uai}/imports"
    answered = send(client, f"{address}/{number}/classes/{asked}", {"do": "refuse"}, page=address)
    assert answered.status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(FeedDecision.verdict)).one() == "refuse"
    assert "Reprendre la classe 6X" in client.get(f"/administration/ecole/{uai}/imports").text
    assert client.get(f"/administration/ecole/{uai}/imports/{number}/rejets.csv").status_code == 200


def test_deciding_makes_the_plan_anew(take: Take, tmp_path: Path) -> None:
    take(make.small(tmp_path / "old", pupils=4, day="20260601"), year_n=True)
    number = planned(make.small(tmp_path / "new", pupils=4))
    assert import_by_id(number).counts["classes"] == 1
    decide_all(import_by_id(number), "refuse", by=COMMAND, now=NOW)
    assert import_by_id(number).stale
    plan_again(number, by=COMMAND, now=NOW)
    made: FeedImport = import_by_id(number)
    assert (made.stale, made.counts["classes"]) == (False, 0)
    make_plan(made, by=COMMAND, now=NOW)
    assert made.state == "planned"


def test_a_plan_that_a_newer_delivery_has_overtaken_holds_up_no_later_one(take: Take, tmp_path: Path) -> None:
    """G5: what somebody asked for after it is applied, and it is planned anew but once."""
    old = take(make.small(tmp_path / "a", day="20260820"), plan=True)["import"]
    take(make.small(tmp_path / "b", day="20260822"))
    asked = take(make.small(tmp_path / "c", day="20260823"), plan=True)["import"]
    import_by_id(old).stale = True
    import_by_id(asked).asked_at = NOW
    db.session.commit()
    assert do_asked(NOW) == 2
    assert [import_by_id(number).state for number in (old, asked)] == ["refused", "applied"]
    assert "plus récente" in str(unpack(import_by_id(old).reason or {}))
    db.session.rollback()
    assert do_asked(NOW) == 0
