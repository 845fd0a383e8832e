"""Two records of a guardian become one account and stay one, whatever the sources send (KIN-4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.audit.queries import history
from app.db import db
from app.directory.kin.actions import change_phone, cut_link
from app.directory.kin.models import PhoneChange
from app.directory.kin.queries import link_between
from app.directory.models import Affiliation, Guardianship, Person, School
from app.directory.queries import visitor_facts
from app.feeds.merging.actions import CannotMerge, merge
from app.feeds.merging.pairs import Record, kept_and_merged, refusal
from app.feeds.merging.queries import merges_to_settle, possible_doubles
from app.feeds.models import FeedAlias
from app.profiles import Place, Profile, Role, Visitor
from tests import builders
from tests.conftest import StatementCount
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.people import Cast, cast
from tests.signing import send, sign_in

Take = Callable[..., dict[str, Any]]
OPERATOR = Visitor(person_id=None, roles=frozenset({(Role.OPERATOR, None)}))


def person(key: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.source == "aaf", Person.source_key == key))


def number(key: str) -> int:
    found = person(key)
    assert found is not None
    return found.id


def children(guardian_id: int) -> set[str]:
    rows = select(Person.source_key).join(Guardianship, Guardianship.student_id == Person.id)
    return set(db.session.scalars(rows.where(Guardianship.guardian_id == guardian_id)))


def two(folder: Path, **more: Any) -> Path:
    """A collège where Alice Martin stands for two pupils under two keys."""
    kinds: dict[str, Any] = {
        "students": [
            make.student("1000", "MARTIN", classes=["6A"], adults=["2000$20$1$1$1$1"]),
            make.student("1001", "MARTIN", "Léo", classes=["6A"], adults=["2001$20$1$1$1$1"]),
        ],
        "adults": [make.adult("2000"), make.adult("2001")],
    }
    return make.small(folder, **(kinds | more))


def test_a_merge_survives_every_later_import(take: Take, tmp_path: Path) -> None:
    take(two(tmp_path / "a"))
    kept, gone = number("2000"), number("2001")
    login = db.session.get_one(Account, kept).login
    by_hand = db.session.get_one(Person, gone)
    change_phone(by_hand, "mobile_phone", "06 11 11 11 11", by=COMMAND, now=NOW)
    merge(gone, kept, None, by=OPERATOR, now=NOW)
    db.session.commit()
    assert children(kept) == {"1000", "1001"}
    assert children(gone) == set()
    assert db.session.scalar(select(Affiliation.id).where(Affiliation.person_id == gone)) is None
    assert db.session.get_one(Account, gone).disabled_at is not None
    assert db.session.scalars(select(PhoneChange.person_id)).all() == [kept]
    assert db.session.execute(select(FeedAlias.key, FeedAlias.person_id)).all() == [("2001", kept)]
    image = history(action="guardian.")
    assert [line.action for line in image] == ["guardian.merged"]
    for name in ("b", "c"):
        report = take(two(tmp_path / name))
        assert report["created"] == 0
        assert children(kept) == {"1000", "1001"}
        assert person("2001") is None
        assert db.session.get_one(Account, kept).login == login
    places, _roles = visitor_facts(kept, frozenset(Profile))
    assert {place.profile for place in places} == {Profile.GUARDIAN}


def test_the_school_is_asked_to_merge_in_siecle_until_the_source_does(take: Take, tmp_path: Path) -> None:
    take(two(tmp_path / "a"))
    kept = number("2000")
    merge(number("2001"), kept, None, by=OPERATOR, now=NOW)
    db.session.commit()
    school_id = db.session.scalars(select(School.id)).one()
    assert [found.carried_at for found, _name in merges_to_settle(school_id)] == [None]
    take(two(tmp_path / "b"))
    assert [found.carried_at is not None for found, _name in merges_to_settle(school_id)] == [True]
    merged = [
        make.student("1000", "MARTIN", classes=["6A"], adults=["2000$20$1$1$1$1"]),
        make.student("1001", "MARTIN", "Léo", classes=["6A"], adults=["2000$20$1$1$1$1"]),
    ]
    take(two(tmp_path / "c", students=merged, adults=[make.adult("2000")]))
    assert merges_to_settle(school_id) == []
    assert children(kept) == {"1000", "1001"}


def test_a_link_cut_for_either_record_is_cut_for_both(take: Take, tmp_path: Path) -> None:
    """KIN-3: no merge gives a link back."""
    both = [make.student("1000", "MARTIN", classes=["6A"], adults=["2000$20$1$1$1$1", "2001$20$1$1$1$1"])]
    take(two(tmp_path / "a", students=both))
    kept, gone = number("2000"), number("2001")
    school_id = db.session.scalars(select(School.id)).one()
    cut_link(link_between(number("1000"), gone), school_id, reason="juge", by=COMMAND, now=NOW)
    merge(kept, gone, None, by=OPERATOR, now=NOW)
    db.session.commit()
    assert link_between(number("1000"), kept).cut_at is not None
    take(two(tmp_path / "b", students=both))
    assert link_between(number("1000"), kept).cut_at is not None
    assert visitor_facts(kept, frozenset(Profile))[0] == ()


def test_the_older_account_is_the_one_that_stays() -> None:
    def record(person_id: int, opened: datetime | None) -> Record:
        return Record(person_id=person_id, profiles=frozenset(), school_ids=frozenset(), opened_at=opened)

    old, new = record(9, datetime(2024, 1, 1, tzinfo=UTC)), record(3, datetime(2025, 1, 1, tzinfo=UTC))
    none = record(1, None)
    assert kept_and_merged(new, old) == (old, new)
    assert kept_and_merged(none, new) == (new, none)
    assert kept_and_merged(record(5, None), none) == (none, record(5, None))


HEAD = Visitor(person_id=7, places=(Place(school_id=1, profile=Profile.STAFF),), roles=frozenset({(Role.HEAD, 1)}))


def guardian(person_id: int, *schools: int, profiles: frozenset[Profile] = frozenset({Profile.GUARDIAN})) -> Record:
    return Record(person_id=person_id, profiles=profiles, school_ids=frozenset(schools), opened_at=None)


def test_a_head_merges_within_the_school_the_project_across() -> None:
    assert refusal(HEAD, guardian(1, 1), guardian(2, 1), 1) is None
    assert "projet décide" in str(refusal(HEAD, guardian(1, 1), guardian(2, 1, 2), 1))
    assert refusal(HEAD, guardian(1, 1), guardian(2, 1), None) is not None
    assert refusal(OPERATOR, guardian(1, 1), guardian(2, 2), None) is None
    admin = Visitor(person_id=8, roles=frozenset({(Role.SCHOOL_ADMIN, 1)}))
    assert refusal(admin, guardian(1, 1), guardian(2, 1), 1) is not None
    teacher = guardian(2, 1, profiles=frozenset({Profile.GUARDIAN, Profile.TEACHER}))
    assert refusal(HEAD, guardian(1, 1), teacher, 1) is not None
    assert refusal(HEAD, guardian(1, 1), guardian(1, 1), 1) is not None


# Pages -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def double(people: Cast, *, school: str = "college") -> int:
    """A second record of Paul Petit, who stands for Léa under another key."""
    row = builders.make_person("Paul", "Petit")
    builders.affiliate(row, db.session.get_one(School, getattr(people, school).id), Profile.GUARDIAN)
    child = people.other_student if school == "college" else people.pupil
    builders.guard(row, db.session.get_one(Person, child.id))
    builders.make_account(row, "p.petit2")
    made: int = row.id
    db.session.commit()
    return made


def test_a_head_is_told_that_the_other_school_knows_one_of_them_too(people: Cast, client: FlaskClient) -> None:
    second = double(people)
    at = f"/administration/ecole/{people.college.uai}/doublons"
    sign_in(client, people.head)
    assert "Paul Petit" in client.get(at).text
    way = f"{at}/{people.movers_guardian.id}/{second}"
    assert client.get(way).status_code == 403, "Paul is known in the primary school too"
    sign_in(client, people.operator)
    assert "Paul Petit" in client.get("/administration/doublons?q=petit").text
    way = f"/administration/doublons/{people.movers_guardian.id}/{second}"
    assert send(client, way, {"word": "oui"}).status_code == 422
    assert send(client, way, {"word": "rapprocher"}).status_code == 303
    assert children(people.movers_guardian.id) >= {
        db.session.get_one(Person, people.other_student.id).source_key,
        db.session.get_one(Person, people.mover.id).source_key,
    }
    assert client.get(way).status_code == 403, "one person already"


@pytest.mark.parametrize("who", ["school_admin", "teacher", "guardian", "primary_head"])
def test_nobody_else_merges(people: Cast, client: FlaskClient, who: str) -> None:
    second = double(people)
    sign_in(client, getattr(people, who))
    at = f"/administration/ecole/{people.college.uai}/doublons"
    for path in (at, f"{at}/{people.movers_guardian.id}/{second}", "/administration/doublons"):
        assert client.get(path).status_code == 404


def test_a_school_reads_no_family_of_another(people: Cast, client: FlaskClient) -> None:
    second = double(people, school="primary")
    sign_in(client, people.head)
    at = f"/administration/ecole/{people.college.uai}/doublons"
    assert "p.petit2" not in client.get(at).text
    assert client.get(f"{at}/{people.movers_guardian.id}/{second}").status_code == 404


def test_refused_merges_change_nothing(people: Cast) -> None:
    with pytest.raises(CannotMerge):
        merge(people.guardian.id, people.teacher_and_parent.id, None, by=OPERATOR, now=NOW)
    db.session.rollback()
    assert history(action="guardian.") == []


def test_doubles_cost_a_fixed_number_of_queries(people: Cast) -> None:
    counts = []
    for _ in range(2):
        double(people)
        possible_doubles(people.college.id)
        with StatementCount(db.engine) as sent:
            groups, _more = possible_doubles(people.college.id)
        counts.append(len(sent))
        assert groups
        for index in range(8):
            row = builders.make_person("Paul", "Petit")
            builders.affiliate(row, db.session.get_one(School, people.college.id), Profile.GUARDIAN)
            builders.make_account(row, f"p.petit{len(counts)}{index}x")
        db.session.execute(
            Account.__table__.update().where(Account.login == "p.petit2").values(login=f"p.other{len(counts)}")
        )
        db.session.commit()
    assert counts[0] == counts[1]
