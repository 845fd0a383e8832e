"""What was done by hand is compared with what a feed says: agree, conflict, unknown; an administrator decides."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.audit.queries import history
from app.db import db
from app.directory.models import Affiliation, ClassMembership, Person, School, SchoolClass
from app.feeds.merging.actions import undo
from app.feeds.merging.models import GuardianMerge
from app.feeds.reconciling.actions import (
    CannotJoin,
    NothingToFollow,
    OwnChoice,
    SaidMeanwhile,
    follow_agreeing,
    follow_feed,
    join_accounts,
    keep_apart,
    keep_hand,
)
from app.feeds.reconciling.judging import Agreement, Said, judge
from app.feeds.reconciling.queries import HandLink, hand_links, twins
from app.profiles import Profile, Role, Visitor
from tests import builders
from tests.feeds import deliveries as make
from tests.people import Cast, cast
from tests.signing import send, sign_in

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
OPERATOR = Visitor(person_id=None, roles=frozenset({(Role.OPERATOR, None)}))


# The rule --------------------------------------------------------------------------------------------------------------


def test_the_three_answers() -> None:
    """FEED-5, CLASS-5."""
    assert judge(Said(same=True, elsewhere=frozenset({1})), "teacher", one_teacher=True) == Agreement.AGREE
    assert judge(Said(same=False, elsewhere=frozenset({1})), "student", one_teacher=False) == Agreement.CONFLICT
    assert judge(Said(same=False, others=frozenset({9})), "teacher", one_teacher=True) == Agreement.CONFLICT
    assert judge(Said(same=False, others=frozenset({9})), "teacher", one_teacher=False) == Agreement.UNKNOWN
    assert judge(Said(same=False), "student", one_teacher=True) == Agreement.UNKNOWN


# Links -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(app: Flask) -> Cast:
    """The cast, of whom only the teacher of 6A is there by hand; all other links are a feed's."""
    made = cast(app)
    for link in db.session.scalars(select(ClassMembership)):
        link.source = "aaf"
    _mine(made).source = "hand"
    db.session.commit()
    return made


def _mine(people: Cast) -> ClassMembership:
    six = people.college.classes[2026]["6A"]
    query = select(ClassMembership).where(
        ClassMembership.class_id == six, ClassMembership.person_id == people.teacher.id
    )
    return db.session.scalars(query).one()


def college(people: Cast) -> School:
    return db.session.get_one(School, people.college.id)


def the_link(people: Cast) -> HandLink:
    (line,) = hand_links(college(people))
    return line


def test_a_link_that_the_feed_puts_elsewhere_is_a_conflict(people: Cast) -> None:
    """CLASS-5: the feed has her in 5A of that year; last year's 6A is another year."""
    line = the_link(people)
    assert (line.agreement, line.elsewhere, line.class_name) == (Agreement.CONFLICT, ("5A",), "6A")


def test_a_link_of_last_year_that_nobody_confirmed_says_nothing(people: Cast) -> None:
    """S4-5."""
    for link in db.session.scalars(select(ClassMembership).where(ClassMembership.person_id == people.teacher.id)):
        if link.source == "aaf":
            link.unconfirmed = True
    db.session.commit()
    assert the_link(people).agreement == Agreement.UNKNOWN


def test_in_a_primary_school_another_teachers_name_is_a_conflict(people: Cast) -> None:
    """CLASS-5."""
    director = select(ClassMembership).where(ClassMembership.person_id == people.primary_head.id)
    school_class = db.session.scalars(director).one().class_id
    other = builders.make_person("Irène", "Faye")
    builders.affiliate(other, db.session.get_one(School, people.primary.id), Profile.TEACHER)
    builders.enrol(other, db.session.get_one(SchoolClass, school_class), "teacher")
    db.session.commit()
    (line,) = hand_links(db.session.get_one(School, people.primary.id))
    assert (line.agreement, line.others) == (Agreement.CONFLICT, ("Denis Roche",))


def test_what_is_kept_stays_kept_until_the_feed_says_something_else(people: Cast) -> None:
    """Nothing is overwritten silently, and nobody is asked twice the same."""
    line = the_link(people)
    keep_hand(college(people), line.id, line.said, by=COMMAND, now=NOW)
    db.session.commit()
    assert the_link(people).decided
    five = people.college.classes[2026]["5A"]
    db.session.execute(
        delete(ClassMembership).where(ClassMembership.class_id == five, ClassMembership.person_id == people.teacher.id)
    )
    db.session.commit()
    assert not the_link(people).decided
    assert the_link(people).agreement == Agreement.UNKNOWN
    assert [one.action for one in history(action="link.")] == ["link.hand-kept"]


def test_following_the_feed_takes_the_link_or_gives_it_to_the_feed(people: Cast) -> None:
    """CLASS-5."""
    school, line = college(people), the_link(people)
    follow_feed(school, line.id, line.said, by=COMMAND, now=NOW)
    db.session.commit()
    assert hand_links(school) == []
    teaches = select(SchoolClass.code).join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
    assert "5A" in db.session.scalars(teaches.where(ClassMembership.person_id == people.teacher.id)).all()


def test_what_the_feed_confirms_becomes_the_feeds_own(people: Cast) -> None:
    """FEED-9: a later delivery may then take it back."""
    _mine(people).also_from = "aaf"
    db.session.commit()
    assert the_link(people).agreement == Agreement.AGREE
    assert follow_agreeing(college(people), by=COMMAND, now=NOW) == 1
    db.session.commit()
    row = _mine(people)
    assert (row.source, row.also_from) == ("aaf", None)
    assert hand_links(college(people)) == []


def test_nothing_is_followed_where_the_feed_is_silent_or_has_changed(people: Cast) -> None:
    school, line = college(people), the_link(people)
    with pytest.raises(SaidMeanwhile):
        follow_feed(school, line.id, "autre chose", by=COMMAND, now=NOW)
    five = people.college.classes[2026]["5A"]
    db.session.execute(delete(ClassMembership).where(ClassMembership.class_id == five, ClassMembership.source == "aaf"))
    line = the_link(people)
    with pytest.raises(NothingToFollow):
        follow_feed(school, line.id, line.said, by=COMMAND, now=NOW)
    _mine(people).source = "choice"
    with pytest.raises(OwnChoice):
        keep_hand(school, line.id, line.said, by=COMMAND, now=NOW)


def test_a_delivery_says_that_it_agrees_and_never_takes_what_a_hand_made(
    take: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """FEED-9: a source speaks for its own rows only; what it says of others' is noted."""
    take(make.small(tmp_path / "a", day="20260824"))
    school = db.session.scalars(select(School)).one()
    six = db.session.scalars(select(SchoolClass)).one()
    anne = db.session.scalars(select(Person).where(Person.source_key == "3002")).one()
    builders.enrol(anne, six, "teacher")
    db.session.commit()
    assert [line.agreement for line in hand_links(school)] == [Agreement.UNKNOWN]
    staff = [make.staff("3001"), make.staff("3002", "LEROY", "Anne", ENTAuxEnsClasses="10$6A")]
    take(make.small(tmp_path / "b", day="20260831", staff=staff))
    assert [line.agreement for line in hand_links(db.session.scalars(select(School)).one())] == [Agreement.AGREE]
    take(make.small(tmp_path / "c", day="20260907"))
    assert [line.agreement for line in hand_links(db.session.scalars(select(School)).one())] == [Agreement.UNKNOWN]


# Accounts --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(people: Cast) -> tuple[Person, Person]:
    """A guest made by hand, and a teacher of the same name whom a feed has brought since."""
    hand, fed = (builders.make_person("Rémi", "Vasseur") for _ in range(2))
    hand.lifetime = "year"
    fed.source, fed.source_key, fed.fingerprint, fed.email = "aaf", "77001", b"x", "r.v@ac.test"
    builders.affiliate(hand, college(people), Profile.GUEST)
    builders.affiliate(fed, college(people), Profile.TEACHER)
    six = db.session.get_one(SchoolClass, people.college.classes[2026]["6A"])
    builders.enrol(fed, six, "teacher").source = "aaf"
    builders.make_account(hand, "r.vasseur")
    builders.make_account(fed, "r.vasseur2").created_at = NOW
    db.session.commit()
    return hand, fed


def test_an_account_by_hand_that_a_feed_brings_becomes_fed_and_can_be_parted(
    people: Cast, pair: tuple[Person, Person]
) -> None:
    """PORTAL-8, FEED-5: the older account stays with its login, the feed knows it from now on."""
    hand, fed = (one.id for one in pair)
    (line,) = twins(people.college.id)
    assert (line.hand_id, line.fed_id, line.sure) == (hand, fed, False)
    made = join_accounts(college(people), line, by=OPERATOR, now=NOW)
    db.session.commit()
    kept = db.session.get_one(Person, hand)
    assert (made.kept_id, kept.source, kept.source_key, kept.lifetime, kept.email) == (
        hand,
        "aaf",
        "77001",
        None,
        "r.v@ac.test",
    )
    assert db.session.get_one(Account, fed).disabled_at is not None
    profiles = set(db.session.scalars(select(Affiliation.profile).where(Affiliation.person_id == hand)))
    assert profiles == {"guest", "teacher"}
    assert twins(people.college.id) == []
    assert undo(made.id, by=OPERATOR, now=NOW) == []
    db.session.commit()
    kept, gone = db.session.get_one(Person, hand), db.session.get_one(Person, fed)
    assert (kept.source, kept.lifetime, kept.email) == ("hand", "year", "")
    assert (gone.source, gone.source_key, gone.email) == ("aaf", "77001", "r.v@ac.test")
    assert db.session.get_one(Account, fed).disabled_at is None
    assert db.session.scalars(select(Affiliation.profile).where(Affiliation.person_id == hand)).all() == ["guest"]


def test_two_people_of_one_name_are_said_once_to_be_two(people: Cast, pair: tuple[Person, Person]) -> None:
    """FEED-5: namesakes apart."""
    (line,) = twins(people.college.id)
    assert (line.hand_id, line.fed_id) == tuple(one.id for one in pair)
    keep_apart(college(people), line, by=COMMAND, now=NOW)
    keep_apart(college(people), line, by=COMMAND, now=NOW)
    db.session.commit()
    assert twins(people.college.id) == []
    assert db.session.scalars(select(GuardianMerge)).all() == []


def test_other_birth_dates_are_other_people_and_the_same_is_a_sign(people: Cast, pair: tuple[Person, Person]) -> None:
    """FEED-5."""
    hand, fed = pair
    hand.birth_date, fed.birth_date = date(1980, 1, 1), date(1981, 1, 1)
    db.session.commit()
    assert twins(people.college.id) == []
    fed.birth_date = date(1980, 1, 1)
    db.session.commit()
    assert [line.sure for line in twins(people.college.id)] == [True]


def test_whoever_lacks_a_role_or_a_school_of_the_pair_does_not_decide(
    people: Cast, pair: tuple[Person, Person]
) -> None:
    """G11, ACCT-4: joining would hand an account on."""
    hand, _fed = pair
    (line,) = twins(people.college.id)
    admin = Visitor(person_id=people.school_admin.id, roles=frozenset({(Role.SCHOOL_ADMIN, people.college.id)}))
    builders.grant(hand, Role.OWNER)
    db.session.commit()
    with pytest.raises(CannotJoin):
        join_accounts(college(people), line, by=admin, now=NOW)
    builders.affiliate(hand, db.session.get_one(School, people.primary.id), Profile.GUEST)
    db.session.commit()
    with pytest.raises(CannotJoin):
        join_accounts(college(people), line, by=admin, now=NOW)


# Pages -----------------------------------------------------------------------------------------------------------------


def test_the_administrator_reads_the_list_and_decides(people: Cast, pair: tuple[Person, Person], app: Flask) -> None:
    client = app.test_client()
    base = f"/administration/ecole/{people.college.uai}/main-et-annuaire"
    for who, may in ((people.school_admin, True), (people.teacher, False), (people.primary_head, False)):
        sign_in(client, who)
        assert client.get(base).status_code == (200 if may else 404)
    sign_in(client, people.school_admin)
    line = the_link(people)
    page = client.get(base).text
    assert "dit autre chose" in page
    assert "Rémi Vasseur" in page
    assert send(client, f"{base}/liens/{line.id}", {"do": "keep", "said": "vieux"}).status_code == 409
    assert send(client, f"{base}/liens/{line.id}", {"do": "keep", "said": line.said}).status_code == 303
    elsewhere = f"/administration/ecole/{people.primary.uai}/main-et-annuaire/liens/{line.id}"
    assert client.get(elsewhere).status_code == 404
    path = f"{base}/comptes/{pair[0].id}/{pair[1].id}"
    assert send(client, path, {"word": "oui"}).status_code == 422
    assert send(client, path, {"word": "rapprocher"}).status_code == 303
    db.session.rollback()
    made = db.session.scalars(select(GuardianMerge.id)).one()
    assert client.get(path).status_code == 404
    assert send(client, f"{base}/comptes/{made}/separer", {"word": "séparer"}).status_code == 303
    assert send(client, path, {"do": "apart"}).status_code == 303
    assert client.get(path).status_code == 404


def test_the_list_costs_the_same_whatever_it_holds(
    people: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    school, counts = college(people), []
    for more in (0, 20):
        for place in range(more):
            one = builders.make_person(f"P{place}", "Nouveau")
            builders.affiliate(one, school, Profile.TEACHER)
            builders.enrol(one, db.session.get_one(SchoolClass, people.college.classes[2026]["5A"]), "teacher")
        db.session.commit()
        school = college(people)
        with count_queries() as counted:
            assert len(hand_links(school)) == 1 + more
            twins(school.id)
        counts.append(len(counted))
    assert counts[0] == counts[1]
