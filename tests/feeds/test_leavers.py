"""Leavers: noticed, warned, shut out, erased in time, or back again (LAW-1, LAW-3, ACCT-6, CAL-9, CAL-11, G17)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from app import clock
from app.accounts.models import Account
from app.audit.actions import COMMAND, record
from app.audit.erasures.queries import of_database
from app.audit.queries import history, verify
from app.content.models import Article, Comment, Section
from app.content.spaces import SpaceKind
from app.db import Base, db
from app.directory.kin.models import PupilExit
from app.directory.leaving.models import Leaver
from app.directory.models import Affiliation, Guardianship, Person
from app.feeds.leavers.jobs import keep_the_law
from app.feeds.leavers.rollover import school_files
from app.feeds.models import FeedImport
from app.messaging.actions import post
from app.messaging.models import Message, MessageCopy
from app.notifications.models import OutboxMessage
from app.profiles import Profile, Role
from app.pulse import set_clock
from app.schoollife.models import Measure
from tests import builders
from tests.messaging.rows import copies, draft, send
from tests.messaging.rows import person as to_person
from tests.people import Cast, Someone, cast
from tests.signing import send as send_form
from tests.signing import sign_in

FED = datetime(2026, 8, 24, 6, tzinfo=UTC)
#: Start of the law's day in Paris, as instants.
SEPTEMBER = datetime(2026, 8, 31, 22, tzinfo=UTC)
WARNED = datetime(2026, 9, 14, 22, tzinfo=UTC)
DISABLED = datetime(2026, 10, 20, 22, tzinfo=UTC)
ERASED = datetime(2026, 11, 28, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.fixture
def portal_at(app: Flask) -> Callable[[datetime], None]:
    """Move portal time."""

    def move(moment: datetime) -> None:
        set_clock(db.session(), moment - clock.machine_now())
        db.session.commit()
        app.extensions["pulse"].forget()

    return move


def table(name: str) -> Any:
    return Base.metadata.tables[name]


def run(now: datetime) -> str:
    done = keep_the_law(now, now)
    db.session.expire_all()
    return done


def leaves(someone: Someone) -> None:
    """As a complete delivery does for whom it names no more."""
    db.session.execute(delete(Affiliation).where(Affiliation.person_id == someone.id))
    db.session.commit()


def feed(people: Cast, at: datetime = FED, source: str = "hand") -> None:
    """The first complete delivery of the new year was applied."""
    made = FeedImport(
        source=source, name="d", digest="x", year_id=people.years[2026].id, state="applied", started_at=at, counts={}
    )
    db.session.add(made)
    db.session.flush()
    record("feed.applied", by=COMMAND, now=at, subject=("feed-import", made.id))
    db.session.commit()


def row(someone: Someone) -> Leaver | None:
    return db.session.get(Leaver, someone.id)


def found(someone: Someone) -> Leaver:
    leaver = row(someone)
    assert leaver is not None
    return leaver


def person(someone: Someone) -> Person | None:
    return db.session.get(Person, someone.id)


def test_who_is_nothing_anywhere_is_noticed_and_nobody_else(people: Cast) -> None:
    """LAW-1: not who holds a role, nor a contact of a pupil who is here, nor a guardian whose link is cut."""
    leaves(people.staff)
    link = db.session.scalars(
        select(Guardianship).where(
            Guardianship.guardian_id == people.other_guardian.id, Guardianship.student_id == people.student.id
        )
    ).one()
    link.cut_at = FED
    leaves(people.other_guardian)
    assert run(FED) == "left 1"
    assert set(db.session.scalars(select(Leaver.person_id))) == {people.staff.id}
    assert run(FED) == ""


def test_the_clock_waits_for_the_new_years_directory_and_for_september(people: Cast) -> None:
    """LAW-1, CAL-11: noticed in August with no delivery of the new year, nobody is warned or erased, however late."""
    leaves(people.staff)
    run(FED - timedelta(days=3))
    assert found(people.staff).left_on == date(2026, 8, 21)
    run(ERASED + timedelta(days=60))
    assert found(people.staff).clock_from is None
    feed(people)
    run(FED)
    assert found(people.staff).clock_from is None
    run(SEPTEMBER - SECOND)
    assert found(people.staff).clock_from is None
    run(SEPTEMBER)
    assert found(people.staff).clock_from == date(2026, 9, 1)
    assert found(people.staff).warned_at is None


def test_another_sources_delivery_starts_no_clock(people: Cast) -> None:
    """CAL-11: what the primary schools' feed says ends nobody's right in the secondary ones."""
    db.session.get_one(Person, people.staff.id).source = "aaf"
    feed(people, FED - timedelta(days=400), "aaf")
    db.session.scalars(select(FeedImport)).one().year_id = people.years[2025].id
    leaves(people.staff)
    run(FED)
    feed(people, source="aaf1d")
    run(SEPTEMBER)
    assert found(people.staff).clock_from is None
    feed(people, source="aaf")
    run(SEPTEMBER)
    assert found(people.staff).clock_from == date(2026, 9, 1)


def test_leavers_are_warned_then_shut_out_then_gone_each_at_its_second(people: Cast) -> None:
    """G17, ACCT-6, S4-4: frozen clocks; every run twice changes nothing more."""
    staff = people.staff
    feed(people)
    leaves(staff)
    run(FED)
    run(WARNED - SECOND)
    assert found(staff).warned_at is None
    assert run(WARNED) == "told 1"
    assert run(WARNED) == ""
    letter = db.session.scalars(select(Message).where(Message.subject == "Votre accès au portail prend fin")).one()
    assert set(copies(letter)) == {staff.id}
    assert "mercredi 21 octobre 2026" in letter.source
    assert "dimanche 29 novembre 2026" in letter.source
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "leaver")).one()
    assert mail.address == staff.email
    assert people.college.name not in mail.body + letter.source
    run(DISABLED - SECOND)
    assert db.session.get_one(Account, staff.id).disabled_at is None
    assert run(DISABLED) == "disabled 1"
    assert db.session.get_one(Account, staff.id).disabled_at is not None
    assert run(ERASED - SECOND) == ""
    assert person(staff) is not None
    assert run(ERASED) == "gone 1"
    assert person(staff) is None
    assert row(staff) is None
    assert db.session.scalar(select(func.count()).where(Account.person_id == staff.id)) == 0
    assert run(ERASED) == ""


def test_whoever_is_warned_late_still_has_a_week(people: Cast) -> None:
    """G18: a worker that stood still shuts nobody out unheard; the law's last day stays."""
    feed(people)
    leaves(people.staff)
    run(FED)
    assert run(DISABLED) == "told 1"
    assert run(DISABLED + timedelta(days=7) - SECOND) == ""
    assert run(DISABLED + timedelta(days=7)) == "disabled 1"
    leaves(people.teacher)
    found_late = ERASED + timedelta(days=1)
    assert "gone 1" in run(found_late)


def test_a_pupil_who_leaves_in_mid_year_is_counted_from_that_day(people: Cast) -> None:
    """LAW-1, ACCT-8: recorded days later; the guardians from the day on which they lost their place."""
    taken = datetime(2026, 3, 10, 8, tzinfo=UTC)
    left = PupilExit(
        school_id=people.college.id, student_id=people.other_student.id, kind="left", since=date(2026, 3, 5),
        took_effect_at=taken, recorded_at=taken,
    )  # fmt: skip
    db.session.add(left)
    leaves(people.other_student)
    run(taken + timedelta(hours=1))
    assert found(people.other_student).clock_from == date(2026, 3, 5)


def test_who_is_back_has_not_left_and_comes_in_again(people: Cast) -> None:
    """FEED-5, ACCT-6: nothing is erased, the password is the same; back a second before the last day."""
    staff = people.staff
    feed(people)
    leaves(staff)
    for now in (FED, WARNED, DISABLED):
        run(now)
    assert db.session.get_one(Account, staff.id).disabled_at is not None
    db.session.add(Affiliation(person_id=staff.id, school_id=people.college.id, profile=Profile.STAFF, source="hand"))
    db.session.commit()
    assert run(ERASED) == "returned 1"
    account = db.session.get_one(Account, staff.id)
    assert account.disabled_at is None
    assert account.password_hash is not None
    assert row(staff) is None


def make_things(people: Cast) -> dict[str, int]:
    """What somebody has: messages, a personal space, an article and a comment in a class, a line in the audit."""
    staff, college = people.staff, people.college
    sent, _left = send(
        staff, [to_person(people.head, college, Profile.STAFF)], school=college, profile=Profile.STAFF, now=FED
    )
    unsent = draft(
        staff, [to_person(people.head, college, Profile.STAFF)], school=college, profile=Profile.STAFF, now=FED
    )
    told = post(subject="Bonjour", source="Bonjour", person_ids=[staff.id], by=COMMAND, now=FED)
    db.session.execute(update(MessageCopy).where(MessageCopy.message_id == told.id).values(set_aside_by=3))
    sections = []
    for kind, owner in ((SpaceKind.PERSONAL, staff.id), (SpaceKind.SCHOOL, None)):
        section = Section(
            kind=kind, title="Espace", slug=f"s-{owner}", person_id=owner, school_id=None if owner else college.id,
            services=[], created_at=FED, used=0, quota=1000,
        )  # fmt: skip
        db.session.add(section)
        db.session.flush()
        sections.append(section.id)
    numbers = {"sent": sent.id, "unsent": unsent.id, "told": told.id, "personal": sections[0]}
    for name, section_id in (("own", sections[0]), ("public", sections[1])):
        article = Article(section_id=section_id, title="Sortie", body="", author_id=staff.id, changed_at=FED)
        db.session.add(article)
        db.session.flush()
        numbers[name] = article.id
    comment = Comment(article_id=numbers["public"], author_id=staff.id, text="Bravo", written_at=FED)
    db.session.add(comment)
    record("person.noted", by=COMMAND, now=FED, subject=("person", staff.id), after={"name": "Sonia Leroux"})
    db.session.flush()
    numbers["comment"] = comment.id
    db.session.commit()
    return numbers


def erase(people: Cast) -> None:
    feed(people)
    leaves(people.staff)
    for now in (FED, WARNED, DISABLED, ERASED):
        run(now)


def test_what_was_theirs_goes_undo_copies_included_and_what_they_gave_to_others_stays_without_a_name(
    people: Cast,
) -> None:
    """LAW-1, G17, G10: the audit's names go, its chain stays whole; the ledger of erasures knows."""
    made = make_things(people)
    erase(people)
    assert person(people.staff) is None
    for name in ("unsent", "told"):
        assert db.session.get(Message, made[name]) is None, name
    kept = db.session.get_one(Message, made["sent"])
    assert kept.author_id is None
    assert set(copies(kept)) == {people.head.id}
    assert db.session.get(Section, made["personal"]) is None
    assert db.session.get(Article, made["own"]) is None
    assert db.session.get_one(Article, made["public"]).author_id is None
    assert db.session.get_one(Comment, made["comment"]).author_id is None
    lines = history("person", people.staff.id)
    assert lines
    assert all(line.detail is None for line in lines)
    assert verify().holds
    told = {(entry.kind, number) for entry in of_database().values() for first, last in entry.numbers
            for number in range(first, last + 1)}  # fmt: skip
    assert {("person", people.staff.id), ("message", made["unsent"]), ("section", made["personal"])} <= told


def test_contributions_go_too_where_their_author_objects(people: Cast) -> None:
    """LAW-3: only their own; the article of somebody else under which they wrote stays."""
    made = make_things(people)
    other = Article(
        section_id=db.session.get_one(Article, made["public"]).section_id,
        title="À nous",
        body="",
        author_id=people.head.id,
        changed_at=FED,
    )
    db.session.add(other)
    feed(people)
    leaves(people.staff)
    run(FED)
    found(people.staff).objected_at = FED
    db.session.commit()
    for now in (WARNED, DISABLED, ERASED):
        run(now)
    assert db.session.get(Article, made["public"]) is None
    assert db.session.get(Comment, made["comment"]) is None
    assert db.session.get(Article, other.id) is not None


def test_the_schools_file_keeps_a_name_until_its_own_retention_is_over(people: Cast) -> None:
    """LAW-1: archives of school life keep their retention; the account, the mail and the address go."""
    pupil = people.other_student
    row_of = db.session.get_one(Person, pupil.id)
    row_of.address, row_of.email = "1 rue des Lilas", "jules@exemple.test"
    sanction = Measure(
        school_id=people.college.id,
        year_id=people.years[2025].id,
        student_id=pupil.id,
        kind="sanction",
        decided_on=FED.date(),
        recorded_at=FED,
        set_aside_by=9,
    )
    db.session.add(sanction)
    assert "measure" in school_files()
    feed(people)
    leaves(pupil)
    for at in (FED, WARNED, DISABLED, ERASED):
        run(at)
    left = person(pupil)
    assert left is not None
    assert (left.last_name, left.address, left.email) == (pupil.last_name, "", "")
    assert db.session.get(Account, pupil.id) is None
    assert found(pupil).erased_at is not None
    db.session.execute(table("measure").delete())
    db.session.commit()
    assert run(ERASED + timedelta(days=300)) == "gone 1"
    assert person(pupil) is None


def test_accounts_that_a_rollover_has_set_aside_go_in_time_too(people: Cast) -> None:
    """LAW-1, S3-2: the undo copy of an account ends with the law's clock, whatever a rollover's retention; roles keep nobody."""
    guest = people.guest
    builders.grant(db.session.get_one(Person, guest.id), Role.SCHOOL_ADMIN)
    for name, key in (("person", "id"), ("affiliation", "person_id"), ("account", "person_id")):
        one = table(name)
        db.session.execute(update(one).where(one.c[key] == guest.id).values(set_aside_by=9))
    db.session.commit()
    feed(people)
    run(FED)
    run(DISABLED)
    assert (
        db.session.scalar(select(func.count()).select_from(table("person")).where(table("person").c.id == guest.id))
        == 1
    )
    assert "gone 1" in run(ERASED)
    assert (
        db.session.scalar(select(func.count()).select_from(table("person")).where(table("person").c.id == guest.id))
        == 0
    )


def comes_in(client: FlaskClient, someone: Someone) -> None:
    """By the door of before, with the password of before."""
    fields = {"login": someone.login, "password": someone.password}
    assert send_form(client, f"/connexion/{someone.door}", fields).status_code == 303


# Pages -----------------------------------------------------------------------------------------------------------------


def test_leavers_reach_their_own_data_and_nothing_of_a_school(
    people: Cast, client: FlaskClient, portal_at: Callable[[datetime], None]
) -> None:
    """CAL-9: their home says until when; no class, list, group or space of a school exists for them."""
    portal_at(datetime(2026, 9, 20, 8, tzinfo=UTC))
    feed(people)
    leaves(people.teacher)
    for now in (FED, WARNED):
        run(now)
    comes_in(client, people.teacher)
    home = client.get("/espace").text
    assert "mercredi 21 octobre 2026" in home
    page = client.get("/espace/depart")
    assert "Il reste 31 jours" in page.text
    assert client.get("/messagerie").status_code == 200
    # Of what is theirs nothing is hidden: the warning is one message.
    assert "Vous avez encore 1 élément ici" in client.get("/espace/mes-donnees").text
    assert client.get(f"/ecole/{people.college.uai}/accompagnements-a-renouveler").status_code == 404
    assert people.head.first_name not in client.get(f"/annuaire?q={people.head.last_name}").text
    assert client.get(f"/annuaire/{people.head.id}").status_code == 404
    for page in (home, client.get("/groupes").text):
        assert not re.search(r">[^<]*\b6A\b", page)


def test_a_leaver_says_whether_their_contributions_stay(
    people: Cast, client: FlaskClient, portal_at: Callable[[datetime], None]
) -> None:
    """LAW-3; for everybody else the page does not exist."""
    portal_at(datetime(2026, 9, 20, 8, tzinfo=UTC))
    feed(people)
    leaves(people.teacher)
    run(FED)
    comes_in(client, people.teacher)
    answer = send_form(client, "/espace/depart", {"contributions": "erase"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert found(people.teacher).objected_at is not None
    db.session.commit()
    sign_in(client, people.staff)
    assert client.get("/espace/depart").status_code == 404


@pytest.mark.both_databases
def test_operators_see_who_has_left_with_the_dates(
    people: Cast, client: FlaskClient, portal_at: Callable[[datetime], None]
) -> None:
    portal_at(datetime(2026, 9, 20, 8, tzinfo=UTC))
    sign_in(client, people.operator)
    assert "Personne n’est parti" in client.get("/administration/departs").text
    feed(people)
    leaves(people.staff)
    for now in (FED, WARNED):
        run(now)
    page = client.get("/administration/departs").text
    assert people.staff.last_name in page
    assert "dimanche 29 novembre 2026" in page
    sheet = client.get("/administration/departs.csv").get_data(as_text=True)
    assert f"{people.staff.name};{people.staff.login};2026-08-24;2026-09-01" in sheet
    sign_in(client, people.owner)
    assert client.get("/administration/departs").status_code == 404
    assert clock.portal_now().year == 2026
