"""A merge can be undone: what it moved goes back, what changed since is listed and left alone (FEED-5, KIN-4, G8)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.audit.queries import history
from app.db import db
from app.directory.kin.actions import cut_link
from app.directory.kin.queries import link_between
from app.directory.models import Affiliation, Guardianship, Person, School
from app.feeds.merging.actions import CannotUndo, merge, undo, would_go_back, would_move
from app.feeds.merging.models import GuardianMerge
from app.feeds.merging.queries import merges_to_settle, proposals, undo_refusal
from app.feeds.models import FeedAlias
from app.home.models import Bookmark
from app.maintenance.canonical.queries import lines
from app.profiles import Profile, Role, Visitor
from tests import builders
from tests.feeds import deliveries as make
from tests.people import Cast, cast
from tests.signing import send, sign_in

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
OPERATOR = Visitor(person_id=None, roles=frozenset({(Role.OPERATOR, None)}))


@dataclass(frozen=True)
class Doubles:
    """Alice Moreau, and her second record under which a feed put her with another pupil of the collège."""

    people: Cast
    kept: int
    merged: int
    pupil: int


@pytest.fixture
def doubles(app: Flask) -> Doubles:
    people = cast(app)
    college = db.session.get_one(School, people.college.id)
    sibling = builders.make_person("Nina", "Moreau")
    builders.affiliate(sibling, college, Profile.STUDENT)
    second = builders.make_person("Alice", "Moreau")
    builders.affiliate(second, college, Profile.GUARDIAN)
    builders.make_account(second, "a.moreau2").created_at = builders.MADE + timedelta(days=9)
    builders.guard(second, sibling)
    second.source, second.source_key, second.fingerprint = "aaf", "2001", b"x"
    db.session.add_all(
        [
            Bookmark(person_id=second.id, title="Carte", address="/a"),
            Bookmark(person_id=people.guardian.id, title="B", address="/b"),
        ]
    )
    db.session.commit()
    return Doubles(people, people.guardian.id, second.id, sibling.id)


def exported() -> list[str]:
    """Everything that lives, without the record of the merge itself and what reading anew sets."""
    db.session.rollback()
    found = [line for line in lines() if '"guardian_merge"' not in line]
    return [line for line in found if '"account"' not in line or "a.moreau" in line]


def children(guardian_id: int) -> set[int]:
    return set(db.session.scalars(select(Guardianship.student_id).where(Guardianship.guardian_id == guardian_id)))


def test_undoing_a_merge_brings_both_back_exactly(doubles: Doubles) -> None:
    """G8: undo(merge) is nothing, but that both are read anew by the next feed and signed in anew."""
    for person in db.session.scalars(select(Person)):
        person.fingerprint = person.sessions_valid_from = None
    db.session.commit()
    before = exported()
    made = merge(doubles.merged, doubles.kept, None, by=OPERATOR, now=NOW)
    db.session.commit()
    assert (made.kept_id, made.merged_id) == (doubles.kept, doubles.merged)
    assert doubles.pupil in children(doubles.kept)
    assert exported() != before
    assert undo(made.id, by=OPERATOR, now=NOW) == []
    db.session.commit()
    for person in db.session.scalars(select(Person)):
        person.sessions_valid_from = None
    db.session.commit()
    assert exported() == before
    assert db.session.scalar(select(FeedAlias.key)) is None
    assert [line.action for line in history(action="guardian.")] == ["guardian.merge-undone", "guardian.merged"]


def test_what_would_move_is_told_before(doubles: Doubles) -> None:
    """FEED-5."""
    told = dict(would_move(doubles.merged, doubles.kept))
    assert told["favoris"] == 1
    assert told["liens avec des élèves"] == 1
    assert children(doubles.merged) == {doubles.pupil}


def test_what_changed_since_is_listed_and_left_alone(doubles: Doubles) -> None:
    """G8: edits since are conflicts, listed, never overwritten."""
    made = merge(doubles.merged, doubles.kept, None, by=OPERATOR, now=NOW)
    db.session.commit()
    moved = db.session.scalars(select(Bookmark).where(Bookmark.title == "Carte")).one()
    db.session.delete(moved)
    db.session.delete(db.session.scalars(select(Guardianship).where(Guardianship.student_id == doubles.pupil)).one())
    db.session.add(Bookmark(person_id=doubles.kept, title="Depuis", address="/c"))
    db.session.commit()
    going, staying = would_go_back(made)
    assert [(one.table, one.reason) for one in staying] == [("bookmark", "gone"), ("guardianship", "gone")]
    assert dict(going).get("favoris") is None
    found = undo(made.id, by=OPERATOR, now=NOW)
    db.session.commit()
    assert {(one.table, one.reason, one.count) for one in found} == {
        ("bookmark", "gone", 1),
        ("guardianship", "gone", 1),
    }
    rows = select(Bookmark.title).where(Bookmark.person_id == doubles.kept).order_by(Bookmark.title)
    assert db.session.scalars(rows).all() == ["B", "Depuis"]
    kept = db.session.get_one(GuardianMerge, made.id)
    assert kept.undone_at == NOW
    assert len(kept.conflicts or ()) == 2


def test_a_link_cut_after_the_merge_stays_cut_on_both_sides(doubles: Doubles) -> None:
    """KIN-3: no undoing gives a link back."""
    builders.guard(db.session.get_one(Person, doubles.merged), db.session.get_one(Person, doubles.people.student.id))
    made = merge(doubles.merged, doubles.kept, None, by=OPERATOR, now=NOW)
    db.session.commit()
    hugo = doubles.people.student.id
    cut_link(link_between(hugo, doubles.kept), doubles.people.college.id, reason="juge", by=COMMAND, now=NOW)
    db.session.commit()
    found = undo(made.id, by=OPERATOR, now=NOW)
    db.session.commit()
    assert ("guardianship", "cut") in {(one.table, one.reason) for one in found}
    for person_id in (doubles.kept, doubles.merged):
        assert link_between(hugo, person_id).cut_at is not None


def test_a_guardian_belongs_again_to_the_schools_of_their_own_pupils(doubles: Doubles) -> None:
    """KIN-1."""
    made = merge(doubles.merged, doubles.kept, None, by=OPERATOR, now=NOW)
    db.session.commit()
    undo(made.id, by=OPERATOR, now=NOW)
    db.session.commit()
    places = db.session.scalars(select(Affiliation.school_id).where(Affiliation.person_id == doubles.merged)).all()
    assert places == [doubles.people.college.id]
    assert db.session.get_one(Account, doubles.merged).disabled_at is None


def test_what_was_folded_and_is_there_again_is_not_made_twice(doubles: Doubles) -> None:
    """G8: the school gave the second record its place back before the merge was undone."""
    made = merge(doubles.merged, doubles.kept, None, by=OPERATOR, now=NOW)
    db.session.commit()
    again = db.session.get_one(Person, doubles.merged)
    builders.affiliate(again, db.session.get_one(School, doubles.people.college.id), Profile.GUARDIAN)
    db.session.commit()
    assert undo(made.id, by=OPERATOR, now=NOW) == []
    db.session.commit()
    places = db.session.scalars(select(Affiliation.school_id).where(Affiliation.person_id == doubles.merged)).all()
    assert places == [doubles.people.college.id]


def test_a_merge_is_undone_once_and_not_against_the_source(doubles: Doubles) -> None:
    """KIN-4."""
    made = merge(doubles.merged, doubles.kept, None, by=OPERATOR, now=NOW)
    made.agreed_at = NOW
    db.session.commit()
    with pytest.raises(CannotUndo, match="SIECLE"):
        undo(made.id, by=OPERATOR, now=NOW)
    made.agreed_at = None
    undo(made.id, by=OPERATOR, now=NOW)
    db.session.commit()
    with pytest.raises(CannotUndo):
        undo(made.id, by=OPERATOR, now=NOW)
    assert merges_to_settle(doubles.people.college.id) == []


def test_of_two_merges_in_a_row_the_later_is_undone_first(doubles: Doubles) -> None:
    """G8."""
    third = builders.make_person("Alice", "Moreau")
    builders.affiliate(third, db.session.get_one(School, doubles.people.college.id), Profile.GUARDIAN)
    builders.guard(third, db.session.get_one(Person, doubles.people.other_student.id))
    builders.make_account(third, "a.moreau3").created_at = builders.MADE - timedelta(days=9)
    first = merge(doubles.merged, doubles.kept, None, by=OPERATOR, now=NOW)
    second = merge(doubles.kept, third.id, None, by=OPERATOR, now=NOW)
    db.session.commit()
    assert undo_refusal(first) is not None
    assert undo(second.id, by=OPERATOR, now=NOW) == []
    db.session.commit()
    assert undo(first.id, by=OPERATOR, now=NOW) == []
    db.session.commit()
    assert children(doubles.merged) == {doubles.pupil}
    assert db.session.get_one(Person, doubles.merged).source_key == "2001"


def test_the_next_delivery_finds_two_people_again(take: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """KIN-4: the key is no alias any more."""

    def two(name: str, day: str) -> Path:
        pupils = [
            make.student("1000", "MARTIN", classes=["6A"], adults=["2000$20$1$1$1$1"]),
            make.student("1001", "MARTIN", "Léo", classes=["6A"], adults=["2001$20$1$1$1$1"]),
        ]
        adults = [make.adult("2000"), make.adult("2001")]
        return make.small(tmp_path / name, day=day, students=pupils, adults=adults)

    def of(key: str) -> set[str]:
        guardian, pupil = aliased(Person), aliased(Person)
        query = select(pupil.source_key).join(Guardianship, Guardianship.student_id == pupil.id)
        query = query.join(guardian, guardian.id == Guardianship.guardian_id).where(guardian.source_key == key)
        return set(db.session.scalars(query))

    take(two("a", "20260824"))
    first, second = db.session.scalars(
        select(Person.id).where(Person.source_key.in_(["2000", "2001"])).order_by(Person.id)
    )
    made = merge(first, second, None, by=OPERATOR, now=NOW)
    db.session.commit()
    take(two("b", "20260831"))
    assert of("2000") == {"1000", "1001"}
    assert undo(made.id, by=OPERATOR, now=NOW) == []
    db.session.commit()
    report = take(two("c", "20260907"))
    assert report["created"] == 0
    assert (of("2000"), of("2001")) == ({"1000"}, {"1001"})


# Siblings --------------------------------------------------------------------------------------------------------------


def test_siblings_guardians_of_one_name_are_proposed_with_the_sign_that_they_share(doubles: Doubles) -> None:
    """FEED-5; what is compared is not shown (KIN-2)."""
    school = doubles.people.college.id
    assert proposals(school) == []
    pair = [db.session.get_one(Person, number) for number in (doubles.kept, doubles.merged)]
    for one in pair:
        one.mobile_phone = "06 12 34 56 78"
    db.session.commit()
    (found,) = proposals(school)
    assert {found.one.person_id, found.other.person_id} == {doubles.kept, doubles.merged}
    assert found.because == ("le même téléphone mobile",)
    assert proposals(doubles.people.primary.id) == []
    pair[0].title, pair[1].title = "M.", "Mme"
    assert proposals(school) == []


def test_a_common_partner_is_a_sign_and_two_guardians_of_one_pupil_are_none(doubles: Doubles) -> None:
    """FEED-5, KIN-2: father and son may bear one name."""
    bruno = db.session.get_one(Person, doubles.people.other_guardian.id)
    builders.guard(bruno, db.session.get_one(Person, doubles.pupil))
    db.session.commit()
    (found,) = proposals(doubles.people.college.id)
    assert found.because == ("leurs élèves ont un autre responsable en commun",)
    builders.guard(db.session.get_one(Person, doubles.merged), db.session.get_one(Person, doubles.people.student.id))
    db.session.commit()
    assert proposals(doubles.people.college.id) == []


def test_proposals_cost_the_same_whatever_their_number(
    doubles: Doubles, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    college = db.session.get_one(School, doubles.people.college.id)
    counts = []
    for more in (1, 10):
        for place in range(more):
            for half in ("a", "b"):
                child, adult = (
                    builders.make_person(f"C{half}", f"Nom{more}x{place}"),
                    builders.make_person("Anne", f"Nom{more}x{place}"),
                )
                builders.affiliate(child, college, Profile.STUDENT)
                builders.affiliate(adult, college, Profile.GUARDIAN)
                builders.guard(adult, child)
                adult.email = f"n{more}-{place}@exemple.test"
        db.session.commit()
        with count_queries() as counted:
            assert len(proposals(college.id)) >= more
        counts.append(len(counted))
    assert counts[0] == counts[1]


# Pages -----------------------------------------------------------------------------------------------------------------


def test_a_head_merges_sees_what_moves_and_separates_again(doubles: Doubles, app: Flask) -> None:
    """FEED-5, KIN-4."""
    client = app.test_client()
    primary = select(Guardianship).where(
        Guardianship.guardian_id == doubles.kept, Guardianship.student_id == doubles.people.pupil.id
    )
    db.session.delete(db.session.scalars(primary).one())
    for held in db.session.scalars(
        select(Affiliation).where(
            Affiliation.person_id == doubles.kept, Affiliation.school_id == doubles.people.primary.id
        )
    ):
        db.session.delete(held)
    db.session.commit()
    sign_in(client, doubles.people.head)
    base = f"/administration/ecole/{doubles.people.college.uai}/doublons"
    page = client.get(f"{base}/{doubles.kept}/{doubles.merged}").text
    assert "Ce qui passe au compte gardé" in page
    assert send(client, f"{base}/{doubles.kept}/{doubles.merged}", {"word": "RAPPROCHER"}).status_code == 303
    made = db.session.scalars(select(GuardianMerge.id)).one()
    assert f"{base}/{made}/separer" in client.get(base).text
    assert send(client, f"{base}/{made}/separer", {"word": "non"}).status_code == 422
    assert send(client, f"{base}/{made}/separer", {"word": "séparer"}).status_code == 303
    db.session.rollback()
    assert children(doubles.merged) == {doubles.pupil}
    assert client.get(f"{base}/{made}/separer").status_code == 409
    assert client.get(f"/administration/doublons/{made}/separer").status_code == 404
    sign_in(client, doubles.people.school_admin)
    assert client.get(f"{base}/{made}/separer").status_code == 404
