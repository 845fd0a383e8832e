"""A school that closes, merges, splits or gets a new UAI is declared by one person and confirmed by another (FEED-7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.actions import COMMAND, Actor
from app.db import db
from app.directory.models import Affiliation, School, SchoolClass
from app.feeds.applying.jobs import apply_planned, receive
from app.feeds.applying.problems import CannotLift, SecondPersonMissing, TooManyLeave
from app.feeds.deciding.actions import lift
from app.feeds.declaring.actions import Becomes, confirm, declare, withdraw
from app.feeds.declaring.kinds import AlreadyDeclared, Declared, SamePerson, Settled, UaiTaken, WrongSuccessors
from app.feeds.declaring.models import SchoolDeclaration
from app.feeds.models import FeedDeparture, FeedImportSchool, FeedStructure
from tests.builders import make_person
from tests.conftest import StatementCount
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.people import cast
from tests.signing import send, sign_in

Take = Callable[..., dict[str, Any]]

OLD, HEIR = "9990010A", "9990011B"
PUPILS = 24
WORDS = Becomes(
    site="L’adresse mène au successeur.",
    sections="Les rubriques permanentes passent au successeur.",
    trash="La corbeille est vidée.",
    archives="Les archives restent lisibles cinq ans.",
    keeper="La rectrice de l’académie",
)


def pupils(school: str, numbers: Iterable[int]) -> list[str]:
    return [
        make.student(f"1{number:03d}", f"NOM{chr(65 + number)}", school=school, classes=["6A"]) for number in numbers
    ]


def two_schools(folder: Path) -> Path:
    """A school of 24 pupils, and its heir with one."""
    return make.write(
        folder,
        day="20260824",
        structures=[make.structure("10", OLD), make.structure("11", HEIR)],
        students=[*pupils("10", range(PUPILS)), make.student("1900", "AILLEURS", school="11", classes=["6A"])],
    )


def merged(folder: Path, *, moved: int = PUPILS, structures: Iterable[str] = (), day: str = "20260825") -> Path:
    """The heir has its own pupil and ``moved`` of the other school's, which has none."""
    students = [*pupils("11", range(moved)), make.student("1900", "AILLEURS", school="11", classes=["6A"])]
    return make.write(folder, day=day, structures=[make.structure("11", HEIR), *structures], students=students)


def school(uai: str) -> School:
    return db.session.scalars(select(School).where(School.uai == uai)).one()


def pupils_of(uai: str) -> int:
    query = select(func.count()).select_from(Affiliation).where(Affiliation.school_id == school(uai).id)
    return db.session.scalar(query.where(Affiliation.profile == "student")) or 0


def two_operators() -> tuple[Actor, Actor]:
    """Two people by whom something is declared and confirmed."""
    people = [make_person("Odile", "Première"), make_person("Octave", "Seconde")]
    db.session.flush()
    first, second = (Actor(name=one.last_name, person_id=one.id) for one in people)
    return first, second


def declared(uai: str, kind: Declared, *uais: str, day: date = date(2026, 8, 31)) -> tuple[Actor, Actor]:
    """Declared and confirmed."""
    first, second = two_operators()
    made = declare(school(uai), kind, day, uais, WORDS, by=first, now=NOW)
    confirm(made, by=second, now=NOW)
    db.session.commit()
    return first, second


def line_of(number: int, uai: str) -> FeedImportSchool:
    query = select(FeedImportSchool).where(FeedImportSchool.import_id == number, FeedImportSchool.uai == uai)
    return db.session.scalars(query).one()


def test_a_declaration_counts_once_a_second_person_has_confirmed_it(take: Take, tmp_path: Path) -> None:
    """FEED-7: one alone changes nothing; it can be withdrawn once, and one at a time stands for a school."""
    take(two_schools(tmp_path / "before"))
    first, second = two_operators()
    made = declare(school(OLD), Declared.MERGER, date(2026, 8, 31), [HEIR.lower()], WORDS, by=first, now=NOW)
    assert made.uais == [HEIR]
    with pytest.raises(SamePerson):
        confirm(made, by=first, now=NOW)
    with pytest.raises(SamePerson):
        confirm(made, by=COMMAND, now=NOW)
    with pytest.raises(AlreadyDeclared):
        declare(school(OLD), Declared.CLOSURE, date(2026, 8, 31), [], WORDS, by=second, now=NOW)
    confirm(made, by=second, now=NOW)
    with pytest.raises(Settled):
        confirm(made, by=second, now=NOW)
    withdraw(made, by=first, now=NOW)
    with pytest.raises(Settled):
        withdraw(made, by=first, now=NOW)
    assert declare(school(OLD), Declared.CLOSURE, date(2026, 8, 31), [], WORDS, by=second, now=NOW).open


@pytest.mark.parametrize(
    ("kind", "uais"),
    [
        (Declared.MERGER, []),
        (Declared.MERGER, [HEIR, "9990012C"]),
        (Declared.SPLIT, [HEIR]),
        (Declared.NEW_UAI, [OLD]),
        (Declared.MERGER, ["ABC"]),
    ],
)
def test_a_declaration_names_as_many_successors_as_its_kind_has(
    take: Take, tmp_path: Path, kind: Declared, uais: list[str]
) -> None:
    """FEED-7."""
    take(two_schools(tmp_path / "before"))
    first, _second = two_operators()
    with pytest.raises(WrongSuccessors):
        declare(school(OLD), kind, date(2026, 8, 31), uais, WORDS, by=first, now=NOW)


def test_pupils_found_in_the_successor_have_moved_and_two_people_lift_the_threshold(take: Take, tmp_path: Path) -> None:
    """FEED-7, G11: the delivery no longer names the school that has merged; nobody is said to have left."""
    take(two_schools(tmp_path / "before"))
    first, second = declared(OLD, Declared.MERGER, HEIR)
    folder = merged(tmp_path / "after")
    with pytest.raises(TooManyLeave):
        receive(folder, by=COMMAND, now=NOW)
    line = db.session.scalars(select(FeedImportSchool).order_by(FeedImportSchool.id.desc())).first()
    assert line is not None
    number = line.import_id
    line = line_of(number, OLD)
    assert (line.state, line.empties, line.counts["gone"], line.counts["left"]) == ("stopped", True, PUPILS, 0)
    assert line_of(number, HEIR).counts["moved"] == PUPILS
    one, other = first.person_id or 0, second.person_id or 0
    lifted = lift(number, OLD, by_id=one, by=first, now=NOW)
    assert lifted is not None
    assert lifted.state == "stopped"
    with pytest.raises(SecondPersonMissing):
        lift(number, OLD, by_id=one, by=first, now=NOW)
    lifted = lift(number, OLD, by_id=other, by=second, now=NOW)
    assert lifted is not None
    assert lifted.state == "waiting"
    db.session.commit()
    apply_planned(number, by=COMMAND, now=NOW)
    assert (pupils_of(OLD), pupils_of(HEIR)) == (0, PUPILS + 1)
    assert not db.session.scalars(select(FeedDeparture)).all()
    take(merged(tmp_path / "again", day="20260826"))
    assert (pupils_of(OLD), pupils_of(HEIR)) == (0, PUPILS + 1)


def test_whom_no_successor_has_has_left(take: Take, tmp_path: Path) -> None:
    """FEED-7, ACCT-6; two people lift the last threshold of the smallest school too."""
    take(make.write(tmp_path / "before", day="20260824", structures=[make.structure("10", OLD), make.structure("11", HEIR)],
                    students=[*pupils("10", range(5)), make.student("1900", "AILLEURS", school="11", classes=["6A"])]))  # fmt: skip
    people = declared(OLD, Declared.CLOSURE)
    number = receive(merged(tmp_path / "after", moved=3), plan=True, by=COMMAND, now=NOW)
    for one in people:
        lift(number, OLD, by_id=one.person_id or 0, by=one, now=NOW)
    db.session.commit()
    apply_planned(number, by=COMMAND, now=NOW)
    assert (pupils_of(OLD), pupils_of(HEIR)) == (0, 4)
    assert len(db.session.scalars(select(FeedDeparture)).all()) == 2


def test_an_undeclared_disappearance_takes_nobody(take: Take, tmp_path: Path) -> None:
    """FEED-7, FEED-9: unnamed or named without pupils, the school is stopped as it was and nobody can lift that."""
    take(two_schools(tmp_path / "before"))
    first, _second = two_operators()
    db.session.commit()
    number = receive(merged(tmp_path / "unnamed", moved=0), plan=True, by=COMMAND, now=NOW)
    assert line_of(number, OLD).state == "stopped"
    apply_planned(number, others=True, by=COMMAND, now=NOW)
    assert pupils_of(OLD) == PUPILS
    with pytest.raises(TooManyLeave):
        receive(merged(tmp_path / "emptied", structures=[make.structure("10", OLD)]), by=COMMAND, now=NOW)
    number = db.session.scalars(select(func.max(FeedImportSchool.import_id))).one()
    with pytest.raises(CannotLift):
        lift(number, OLD, by_id=first.person_id or 0, by=first, now=NOW)
    apply_planned(number, others=True, by=COMMAND, now=NOW)
    assert line_of(number, OLD).state == "stopped"


def test_a_closure_of_the_summer_counts_for_no_delivery_of_the_year_that_ends(take: Take, tmp_path: Path) -> None:
    """FEED-7: in June the school is still open."""
    take(two_schools(tmp_path / "before"), year_n=True)
    declared(OLD, Declared.CLOSURE)
    take(merged(tmp_path / "after", moved=0), year_n=True)
    assert pupils_of(OLD) == PUPILS


def test_a_new_uai_keeps_the_school_and_the_structures_key_follows(take: Take, tmp_path: Path) -> None:
    """FEED-7: same row, same classes, under the new UAI; the next delivery finds it by its new key."""
    take(make.small(tmp_path / "before", pupils=30))
    number, classes = school(OLD).id, set(db.session.scalars(select(SchoolClass.id)))
    first, _second = declared(OLD, Declared.NEW_UAI, "9990099Z", day=date(2026, 9, 1))
    new = {
        "structures": [make.structure("77", "9990099Z")],
        "students": [make.student(f"1{n:03d}", f"MARTIN{chr(65 + n % 26)}", school="77", classes=["6A"]) for n in range(30)],
        "staff": [],
        "adults": [],
    }  # fmt: skip
    take(make.small(tmp_path / "after", day="20260825", **new))
    assert school("9990099Z").id == number
    assert set(db.session.scalars(select(SchoolClass.id))) == classes
    assert pupils_of("9990099Z") == 30
    keys = db.session.scalars(select(FeedStructure.key).where(FeedStructure.school_id == number)).all()
    assert keys == ["77"]
    made = db.session.scalars(select(SchoolDeclaration)).one()
    assert (made.open, made.applied_at is not None) == (False, True)
    take(two_schools(tmp_path / "other"))
    with pytest.raises(UaiTaken):
        declare(school(HEIR), Declared.NEW_UAI, date(2026, 9, 1), ["9990099Z"], WORDS, by=first, now=NOW)


def test_declaring_and_confirming_on_the_pages(sqlite_app: Flask) -> None:
    """FEED-7: what was written stays where something is wrong; whoever declared it cannot confirm it."""
    people = cast(sqlite_app)
    client = sqlite_app.test_client()
    sign_in(client, people.operator)
    assert "Aucun changement n’est déclaré" in client.get("/administration/declarations").text
    form = {
        "school": people.college.uai, "kind": "merger", "day": "2026-08-31", "uais": "", "site": "Une adresse commune",
        "address": "redirects", "readable_until": "", "keeper_uai": "",
        "sections": "Elles passent", "trash": "Vidée", "archives": "Cinq ans", "keeper": "La rectrice",
    }  # fmt: skip
    wrong = send(client, "/administration/declarations/nouvelle", form)
    assert wrong.status_code == 422
    assert "Une adresse commune" in wrong.text
    form |= {"uais": people.primary.uai}
    several = send(
        client, "/administration/declarations/nouvelle", form | {"kind": "split", "uais": f"{people.primary.uai} {OLD}"}
    )
    assert "ne mène qu’à un seul successeur" in several.text
    alien = send(client, "/administration/declarations/nouvelle", form | {"keeper_uai": OLD})
    assert "un de ceux qui reçoivent les élèves" in alien.text
    right = send(client, "/administration/declarations/nouvelle", form | {"keeper_uai": people.primary.uai.lower()})
    assert right.status_code == 303
    made = db.session.scalars(select(SchoolDeclaration)).one()
    address = f"/administration/declarations/{made.id}"
    page = client.get(address).text
    assert "un autre exploitant la relit" in page
    assert "Il mène au site de l’établissement qui lui succède" in page
    assert f"La rectrice · {people.primary.name}" in page
    assert "Confirmer la déclaration" not in page
    assert send(client, address, {"do": "confirm"}).status_code == 409
    made.declared_by_id = people.head.id
    db.session.commit()
    assert "Confirmer la déclaration" in client.get(address).text
    assert send(client, address, {"do": "confirm"}).status_code == 303
    db.session.expire_all()
    assert made.confirmed_by_id == people.operator.id
    client.get("/administration/declarations")
    with StatementCount(db.engine, "SELECT revision.name") as seen:
        assert people.college.name in client.get("/administration/declarations").text
    assert len(seen) < 15
    sign_in(client, people.head)
    assert client.get(address).status_code == 404
