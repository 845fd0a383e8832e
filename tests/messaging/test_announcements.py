"""Announcements: for whom, from when, cancelled at once, taken offline, with their roles (PORTAL-10, PORTAL-20, GATE-8, GATE-15)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.accounts.doors import Door, behind
from app.accounts.queries import standing_of
from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Guardianship, SchoolClass
from app.messaging import jobs
from app.messaging.announcement_roles import AnnouncementRole, Form
from app.messaging.announcements import actions
from app.messaging.announcements.queries import for_home, opened_by
from app.messaging.concern import Reader, concerned
from app.messaging.models import Announcement, Message, MessageCopy
from app.messaging.populations import HEADS, Recipient, RecipientKind, Severity
from app.profiles import Profile, Visitor
from tests.gate.stage import SUMMER, families_window, set_time
from tests.messaging.rows import announce, copies, of_class, whole
from tests.people import Cast, Someone, cast
from tests.signing import send as post
from tests.signing import sign_in

S, G, T = Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def visitor(someone: Someone) -> Visitor:
    standing = standing_of(someone.id)
    assert standing is not None
    places, roles = behind(Door(someone.door), standing.places, standing.roles)
    return Visitor(person_id=someone.id, places=places, roles=roles)


def at_home(someone: Someone) -> list[str]:
    return [line.title for line in for_home(visitor(someone), clock.portal_now())]


def as_(app: Flask, someone: Someone) -> FlaskClient:
    db.session.commit()
    client = app.test_client()
    sign_in(client, someone)
    return client


def test_an_announcement_is_seen_by_its_population_and_nobody_else(people: Cast) -> None:
    college, everywhere = people.college, Recipient(kind=RecipientKind.PROFILE, profiles=frozenset({G}))
    announce(people.head, [of_class(college, "6A", G, T)], school=college, title="6A")
    announce(people.head, [whole(college, S)], school=college, title="élèves")
    heads = Recipient(kind=RecipientKind.FUNCTION, school_id=college.id, code=HEADS)
    announce(people.head, [heads], school=college, title="direction")
    announce(people.owner, [everywhere], school=None, title="tous les responsables")
    assert at_home(people.guardian) == ["tous les responsables", "6A"]
    assert at_home(people.student) == ["élèves"]
    assert at_home(people.teacher) == ["6A"]
    assert at_home(people.head) == ["direction"]
    assert at_home(people.movers_guardian) == ["tous les responsables"]
    assert at_home(people.teacher_and_parent) == [], "at the school's door he is no guardian (GATE-15)"


def test_alerts_come_first_and_what_is_over_or_ahead_is_not_shown(people: Cast) -> None:
    now, to = clock.portal_now(), [whole(people.college, T)]
    announce(people.head, to, school=people.college, title="info")
    announce(people.head, to, school=people.college, title="alerte", severity=Severity.ALERT)
    announce(people.head, to, school=people.college, title="finie", shown_until=now)
    announce(people.head, to, school=people.college, title="demain", shown_from=now + timedelta(days=1))
    announce(people.head, to, school=people.college, title="attention", severity=Severity.WARNING)
    assert at_home(people.teacher) == ["alerte", "attention", "info"]
    assert jobs.send_dated(now + timedelta(days=1), clock.machine_now()) == "sent 1"
    set_time(SUMMER + timedelta(days=1, minutes=5))
    assert "demain" in at_home(people.teacher)


def test_a_family_learns_nothing_through_a_class_of_the_new_year_or_a_closed_school(people: Cast) -> None:
    """GATE-8, GATE-15."""
    announce(people.head, [of_class(people.college, "5A", G, T, year=2026)], school=people.college, title="5A")
    announce(people.head, [whole(people.college, G)], school=people.college, title="collège")
    announce(people.primary_head, [whole(people.primary, G)], school=people.primary, title="école")
    assert at_home(people.teacher) == ["5A"]
    assert at_home(people.guardian) == ["école", "collège"]
    families_window(school_id=people.college.id)
    assert at_home(people.guardian) == ["école"]


def test_a_cut_link_ends_what_it_showed(people: Cast) -> None:
    """KIN-3."""
    announce(people.head, [of_class(people.college, "6A", G)], school=people.college, title="6A")
    assert at_home(people.other_guardian) == ["6A"]
    db.session.query(Guardianship).filter_by(guardian_id=people.other_guardian.id).update(
        {"cut_at": clock.portal_now()}
    )
    db.session.commit()
    assert at_home(people.other_guardian) == []


def test_cancelling_takes_it_off_every_home_at_once(app: Flask, people: Cast) -> None:
    """PORTAL-10."""
    made = announce(people.head, [whole(people.college, T)], school=people.college)
    page = f"/annonces/{made.id}"
    teacher = as_(app, people.teacher)
    assert teacher.get(page).status_code == 200
    assert opened_by(made.id) == 1
    assert as_(app, people.teacher).get(f"{page}/annuler").status_code == 404
    assert post(as_(app, people.head), f"{page}/annuler").status_code == 303
    assert at_home(people.teacher) == []
    assert teacher.get(page).status_code == 404
    told = db.session.query(MessageCopy).filter_by(owner_id=people.school_admin.id).count()
    assert told == 2, "the receiving managers are told of the spreading and of the cancelling, its author is not"
    assert db.session.query(MessageCopy).filter_by(owner_id=people.head.id).count() == 0


def test_one_of_the_form_message_goes_through_the_inbox_and_waits_for_the_blocked(people: Cast) -> None:
    """PORTAL-10, GATE-8; cancelled, it is withdrawn."""
    families_window()
    made = announce(people.head, [whole(people.college, G, T)], school=people.college, form=Form.MESSAGE)
    message = db.session.get_one(Message, made.message_id)
    got = copies(message)
    assert got[people.guardian.id].held
    assert not got[people.teacher.id].held
    assert at_home(people.teacher) == []
    actions.cancel(db.session.get_one(Announcement, made.id), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    assert db.session.get_one(Message, message.id).withdrawn_at is not None
    assert people.guardian.id not in copies(message)


def test_a_dated_one_to_a_class_that_is_gone_is_cancelled_and_its_author_told(people: Cast) -> None:
    """PORTAL-20."""
    now = clock.portal_now()
    made = announce(
        people.head, [of_class(people.college, "6A", G)], school=people.college, shown_from=now + timedelta(days=1)
    )
    db.session.query(SchoolClass).filter_by(id=people.college.classes[2025]["6A"]).update({"code": "ancienne"})
    db.session.commit()
    assert jobs.send_dated(now + timedelta(days=1), clock.machine_now()) == ""
    db.session.expire_all()
    kept = db.session.get_one(Announcement, made.id)
    assert kept.cancelled_at is not None
    assert kept.spread_at is None
    assert db.session.query(MessageCopy).filter_by(owner_id=people.head.id).count() == 1


def test_a_school_takes_news_offline_for_its_own_people_and_back(app: Flask, people: Cast) -> None:
    """PORTAL-10: only news, and only by who holds the role; a foreign school's people still see it."""
    everywhere = [Recipient(kind=RecipientKind.PROFILE, profiles=frozenset({T}))]
    news = announce(people.owner, everywhere, school=None, form=Form.NEWS, title="Actualité")
    notice = announce(people.owner, everywhere, school=None, title="Annonce")
    head = as_(app, people.head)
    board = f"/annonces/etablissement/{people.college.uai}"
    assert "Actualité" in head.get(board).text
    assert post(head, f"{board}/{news.id}", {"do": "offline"}, page=board).status_code == 303
    assert at_home(people.teacher) == ["Annonce"]
    assert at_home(people.primary_head) == ["Annonce", "Actualité"]
    assert post(head, f"{board}/{notice.id}", {"do": "offline"}, page=board).status_code == 404
    assert post(head, f"{board}/{news.id}", {"do": "online"}, page=board).status_code == 303
    assert at_home(people.teacher) == ["Annonce", "Actualité"]
    assert as_(app, people.teacher).get(board).status_code == 404
    assert as_(app, people.primary_head).get(board).status_code == 404


def test_the_receiving_manager_writes_to_the_author(app: Flask, people: Cast) -> None:
    everywhere = [Recipient(kind=RecipientKind.PROFILE, profiles=frozenset({T}))]
    news = announce(people.owner, everywhere, school=None, form=Form.NEWS)
    page = f"/annonces/{news.id}/auteur"
    head = as_(app, people.head)
    html = head.get(page).text
    key = re.findall(r'name="key"[^>]*value="([0-9a-f]+)"', html)[0]
    assert post(head, page, {"source": "De quelle cantine parlez-vous ?", "key": key}).status_code == 303
    message = db.session.query(Message).filter_by(author_id=people.head.id).one()
    assert set(copies(message)) == {people.owner.id}
    assert as_(app, people.teacher).get(page).status_code == 404


def test_a_role_given_lets_somebody_announce_that_form_only(app: Flask, people: Cast) -> None:
    admin, page = as_(app, people.school_admin), f"/administration/ecole/{people.college.uai}/communication"
    assert people.teacher.name in admin.get(f"{page}?q=marchand").text
    fields = {"role": "news-publisher", "person": people.teacher.id}
    assert post(admin, page, fields, page=f"{page}?q=marchand").status_code == 303
    refused = post(admin, page, fields | {"person": people.guardian.id}, page=f"{page}?q=marchand")
    assert refused.status_code == 404, "never a guardian"
    teacher = as_(app, people.teacher)
    html = teacher.get("/annonces/ecrire").text
    assert re.findall(r'name="form" value="([a-z]+)"', html) == ["news"]
    taken = re.findall(rf"{page}/\d+/retirer", admin.get(page).text)
    assert post(admin, taken[0], page=page).status_code == 303
    assert teacher.get("/annonces/ecrire").status_code == 404
    assert teacher.get("/annonces/emises").status_code == 404


def test_a_head_writes_counts_spreads_and_a_second_click_changes_nothing(app: Flask, people: Cast) -> None:
    """PORTAL-20."""
    head, to = as_(app, people.head), of_class(people.college, "6A", G)
    html = head.get("/annonces/ecrire").text
    fields = {
        "key": re.findall(r'name="key"[^>]*value="([0-9a-f]+)"', html)[0],
        "ecole": people.college.id,
        "form": "announcement",
        "severity": "warning",
        "title": "Grève des cars",
        "source": "Pas de cars vendredi.",
        "to": to.token,
    }
    assert post(head, "/annonces/ecrire", fields | {"do": "check", "title": ""}).status_code == 422
    assert post(head, "/annonces/ecrire", fields | {"do": "check", "link": "javascript:x"}).status_code == 422
    stranger = fields | {"to": of_class(people.primary, "CM1", G).token, "do": "check"}
    assert post(head, "/annonces/ecrire", stranger).status_code == 422
    counted = post(head, "/annonces/ecrire", fields | {"do": "check"}).text
    assert re.search(r'<td class="num">2</td>', counted)
    for _click in range(2):
        assert post(head, "/annonces/ecrire", fields | {"do": "spread"}).status_code == 303
    assert db.session.query(Announcement).count() == 1
    assert at_home(people.guardian) == ["Grève des cars"]
    shown = as_(app, people.guardian).get(f"/annonces/{db.session.query(Announcement).one().id}").text
    assert "Pas de cars vendredi." in shown
    assert "Ouverte par" not in shown


def test_somebody_for_whom_it_is_not_does_not_find_it(app: Flask, people: Cast) -> None:
    made = announce(people.head, [whole(people.college, T)], school=people.college)
    for stranger in (people.student, people.guardian, people.primary_head, people.guest):
        assert as_(app, stranger).get(f"/annonces/{made.id}").status_code == 404, stranger.name


def test_the_home_costs_a_fixed_number_of_queries(
    people: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    alice = visitor(people.guardian)

    def statements() -> int:
        for_home(alice, clock.portal_now())
        with count_queries() as queries:
            for_home(alice, clock.portal_now())
        return len(queries)

    announce(people.head, [of_class(people.college, "6A", G)], school=people.college)
    few = statements()
    for _number in range(10):
        announce(people.head, [of_class(people.college, "6A", G)], school=people.college)
    assert statements() == few <= 6


def test_matching_is_by_every_word_of_the_population(people: Cast) -> None:
    """The year and the code count: the new class under an old number is not addressed (PORTAL-20)."""
    old = of_class(people.college, "6A", G)
    belongs = (old.kind, old.school_id, old.number, old.year, old.code, G)
    assert concerned([old], Reader(person_id=1, belongs=frozenset({belongs})))
    assert not concerned([old], Reader(person_id=1, belongs=frozenset({(*belongs[:3], 2026, *belongs[4:])})))
    assert not concerned([of_class(people.college, "6A", T)], Reader(person_id=1, belongs=frozenset({belongs})))


def test_every_announcement_role_has_a_name_for_the_grants_page(app: Flask, people: Cast) -> None:
    text = as_(app, people.head).get(f"/administration/ecole/{people.college.uai}/communication?q=leroux").text
    assert all(f'value="{role.value}"' in text for role in AnnouncementRole)
