"""The hall: what needs somebody, the menu by what one may, the school chooser, the journal (G10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app import clock
from app.admin.hall import ENTRIES, administers, own_schools, project_entries, school_entries
from app.admin.lines import Change, changes
from app.admin.queries import needs
from app.audit.actions import COMMAND, Actor, record
from app.audit.models import AuditDetail, AuditLine
from app.campaign.calendar import State
from app.campaign.dates.actions import note_for_school
from app.campaign.models import CalendarEvent
from app.db import db
from app.feeds.models import FeedImport, FeedReject
from app.gate import actions as gate
from app.gate.windows import Bound
from app.notifications import actions as notifications
from app.profiles import NOBODY, Role, Verb, Visitor
from app.pulse import pulse
from app.scheduler import jobs
from app.scheduler.models import JobRun
from tests import builders
from tests.campaign.test_dates import make as make_campaign
from tests.people import Cast, cast
from tests.signing import sign_in

HOUR = timedelta(hours=1)
NOW = datetime(2026, 8, 20, 6, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def menu_of(html: str) -> list[str]:
    found = re.search(r'<nav class="menu".*?</nav>', html, re.DOTALL)
    assert found is not None
    return [re.sub(r"<[^>]+>", "", label).strip() for label in re.findall(r"<a .*?</a>", found[0], re.DOTALL)]


class TestTable:
    def test_every_page_of_the_table_exists(self, sqlite_app: Flask) -> None:
        assert not [entry.endpoint for entry in ENTRIES if entry.endpoint not in sqlite_app.view_functions]

    def test_every_page_of_the_table_asks_for_a_verb_that_its_readers_hold(self, sqlite_app: Flask) -> None:
        """Whoever is shown a link may follow it."""
        for entry in ENTRIES:
            asked = sqlite_app.view_functions[entry.endpoint].allowed_to  # type: ignore[attr-defined]
            assert entry.verb in asked, entry.endpoint

    def test_links_follow_the_roles(self) -> None:
        operator = Visitor(person_id=1, roles=frozenset({(Role.OPERATOR, None)}))
        head = Visitor(person_id=2, roles=frozenset({(Role.HEAD, 7)}))
        assert {entry.endpoint for entry in project_entries(operator)} == {
            e.endpoint for e in ENTRIES if not e.of_school
        }
        assert project_entries(head) == []
        assert school_entries(head, 7)
        assert school_entries(head, 8) == []
        assert own_schools(operator) is None
        assert own_schools(head) == frozenset({7})
        assert administers(head)
        assert not administers(NOBODY)


class TestDashboard:
    def test_it_exists_for_those_who_administer_something(self, client: FlaskClient, people: Cast) -> None:
        for someone, status in (
            (people.operator, 200),
            (people.owner, 200),
            (people.head, 200),
            (people.school_admin, 200),
            (people.teacher, 404),
            (people.guardian, 404),
        ):
            sign_in(client, someone)
            assert client.get("/administration").status_code == status, someone.name
        assert client.application.test_client().get("/administration").status_code == 303

    def test_a_head_sees_the_pages_of_their_own_school_only(self, client: FlaskClient, people: Cast) -> None:
        sign_in(client, people.head)
        page = client.get("/administration").text
        assert f"/administration/ecole/{people.college.uai}/" in page
        assert people.primary.uai not in page
        assert "/administration/journal" not in page
        assert "/administration/taches" not in page
        assert menu_of(page) == ["Mon espace", "Administration"]
        assert client.get(f"/administration/ecole/{people.college.uai}").status_code == 200
        assert client.get(f"/administration/ecole/{people.primary.uai}").status_code == 404
        assert client.get("/administration/ecole/0000000X").status_code == 404

    def test_the_menu_of_an_operator_names_the_projects_pages(self, client: FlaskClient, people: Cast) -> None:
        sign_in(client, people.operator)
        labels = menu_of(client.get("/administration").text)
        assert labels[:2] == ["Mon espace", "Administration"]
        assert {"Établissements", "Blocage des accès", "Qui entre, quand ?"} <= set(labels)
        assert menu_of(client.get("/espace").text) == [
            "Mon espace", "Espaces", "Messagerie", "Annuaire", "Administration",
        ]  # fmt: skip

    def test_public_pages_have_no_menu_even_for_an_operator(self, client: FlaskClient, people: Cast) -> None:
        anonymous = client.application.test_client().get("/").text
        sign_in(client, people.operator)
        assert client.get("/").text == anonymous

    def test_it_says_what_waits_for_somebody(self, client: FlaskClient, people: Cast) -> None:
        sign_in(client, people.operator)
        assert "Le processus « worker » ne tourne pas" in client.get("/administration").text
        jobs.catch_up()
        assert "Rien n’attend personne" in client.get("/administration").text

        now = clock.machine_now()
        notifications.queue("notice", key="k", address="a@e.fr", subject="s", body="b", language="fr", now=now - HOUR)
        db.session.flush()
        from app.notifications.models import OutboxMessage

        db.session.execute(update(OutboxMessage).values(state="taken", taken_at=now - HOUR))
        last = FeedImport(
            source="aaf", name="livraison", digest="d", year_id=people.years[2026].id, state="applied", started_at=now
        )
        db.session.add(last)
        db.session.flush()
        db.session.add(FeedReject(import_id=last.id, category="pupil", entry="12", reason="Sans école."))
        due = now - timedelta(seconds=1)
        db.session.add(JobRun(name="blobs", due_at=due, started_at=due, state="failed", late_seconds=0, message="full"))
        db.session.commit()
        page = client.get("/administration").text
        assert "3 choses attendent quelqu’un." in page
        assert "l’envoi est incertain" in page
        assert "Le dernier import a des rejets" in page
        assert "Tâche en échec" in page

        sign_in(client, people.head)
        assert "Rien n’attend personne" in client.get("/administration").text

    def test_it_tells_what_is_closed_and_what_is_coming(self, client: FlaskClient, people: Cast) -> None:
        now = clock.portal_now()
        gate.add_window(
            kind="profiles",
            profiles=("student", "guardian"),
            start=Bound(instant=now + HOUR),
            end=Bound(instant=now + 3 * HOUR),
            by=COMMAND,
            now=now,
        )
        db.session.commit()
        pulse().forget()
        for someone in (people.operator, people.head):
            sign_in(client, someone)
            assert "fermera aux élèves et aux responsables" in client.get("/administration").text


class TestSchools:
    def test_six_hundred_schools_come_a_page_at_a_time(
        self,
        client: FlaskClient,
        people: Cast,
        count_queries: Callable[[], AbstractContextManager[list[str]]],
    ) -> None:
        for number in range(600):
            builders.make_school(f"Collège numéro {number:03d}", kind="college", town="Émeraude-les-Bains")
        db.session.commit()
        sign_in(client, people.operator)
        page = client.get("/administration/etablissements")
        assert "602 établissements" in page.text
        assert "Page 1 sur 16" in page.text
        assert page.text.count("/administration/ecole/") == 40
        with count_queries() as queries:
            found = client.get("/administration/etablissements?q=emeraude 599").text
        assert "Collège numéro 599" in found
        assert "Un établissement." in found
        assert len(queries) <= 4
        assert client.get("/administration/etablissements?q=9990002B").text.count("/administration/ecole/9990002B") == 1
        assert "Page 16 sur 16" in client.get("/administration/etablissements?page=99").text
        assert client.get("/administration/etablissements?page=-3").status_code == 200
        assert "Aucun établissement ne correspond" in client.get("/administration/etablissements?q=zzz").text
        fragment = client.get("/administration/etablissements?q=599", headers={"HX-Request": "true"}).text
        assert fragment.lstrip().startswith('<div id="schools"')

    def test_a_head_chooses_among_their_own(self, client: FlaskClient, people: Cast) -> None:
        sign_in(client, people.head)
        page = client.get("/administration/etablissements").text
        assert people.college.name in page
        assert people.primary.name not in page


class TestJournal:
    @pytest.fixture
    def lines(self, people: Cast) -> None:
        by = Actor(name="person", person_id=people.head.id)
        for number in range(60):
            record(
                "window.amended",
                by=by,
                now=NOW,
                subject=("window", number),
                school_id=people.college.id,
                before={"end": "a"},
                after={"end": f"b{number}"},
            )
        record("role.granted", by=COMMAND, now=NOW, subject=("person", people.guardian.id), after={"role": "owner"})
        db.session.commit()

    def test_names_stand_in_place_of_numbers(self, client: FlaskClient, people: Cast, lines: None) -> None:
        sign_in(client, people.owner)
        page = client.get("/administration/journal").text
        for said in ("Hélène Garnier", "Alice Moreau", "la ligne de commande", people.college.name, "b59"):
            assert said in page

    def test_it_filters_and_goes_back(self, client: FlaskClient, people: Cast, lines: None) -> None:
        sign_in(client, people.operator)
        get = client.get
        assert "Alice Moreau" not in get("/administration/journal?action=window.").text
        assert "Alice Moreau" in get("/administration/journal?action=role.").text
        assert "b3" in get(f"/administration/journal?school={people.college.uai}&subject=window:3").text
        assert "Aucune ligne" in get(f"/administration/journal?school={people.primary.uai}").text
        assert "Alice Moreau" not in get(f"/administration/journal?person={people.head.id}").text
        first = get("/administration/journal?action=window").text
        assert "b59" in first
        assert "b2<" not in first
        before = re.search(r"before=(\d+)", first)
        assert before is not None
        assert "b2<" in get(f"/administration/journal?action=window&before={before[1]}").text
        for odd in ("subject=window:zz", "subject=:", "subject=" + "9" * 80, "person=x", "before=x", "action=%25"):
            assert get(f"/administration/journal?{odd}").status_code == 200
        assert get("/administration/journal?school=0000000X").status_code == 404

    def test_it_verifies_the_chain_and_finds_a_changed_line(
        self, client: FlaskClient, people: Cast, lines: None
    ) -> None:
        sign_in(client, people.operator)
        assert "La chaîne tient" in client.get("/administration/journal?verify=1").text
        db.session.execute(update(AuditLine).where(AuditLine.number == 5).values(action="other"))
        db.session.commit()
        assert "rompue à la ligne 5" in client.get("/administration/journal?verify=1").text

    def test_an_erased_detail_says_so(self, client: FlaskClient, people: Cast, lines: None) -> None:
        db.session.execute(delete(AuditDetail))
        db.session.commit()
        sign_in(client, people.operator)
        assert "détail effacé" in client.get("/administration/journal").text

    def test_it_does_not_exist_for_a_school(self, client: FlaskClient, people: Cast) -> None:
        for someone in (people.head, people.school_admin, people.teacher):
            sign_in(client, someone)
            assert client.get("/administration/journal").status_code == 404

    def test_changes_are_what_differs(self) -> None:
        values = {
            "before": {"end": "a", "same": 1, "list": ["x"]},
            "after": {"end": "b", "same": 1, "list": [], "new": {"k": 1}},
        }
        assert changes(values) == [Change("end", "a", "b"), Change("list", "x", ""), Change("new", "", '{"k": 1}')]
        assert changes(None) == []


class TestJobsPage:
    def test_it_shows_what_fires_next_and_what_was_late(self, client: FlaskClient, people: Cast) -> None:
        now = clock.machine_now()
        db.session.add(
            JobRun(
                name="outbox",
                due_at=now - HOUR,
                started_at=now - HOUR / 2,
                finished_at=now,
                state="done",
                late_seconds=1800,
                message="sent 7",
            )
        )
        start = clock.portal_now() + timedelta(days=3)
        gate.add_window(
            kind="maintenance",
            start=Bound(instant=start),
            end=Bound(instant=start + HOUR),
            by=COMMAND,
            now=clock.portal_now(),
        )
        db.session.commit()
        pulse().forget()
        sign_in(client, people.owner)
        page = client.get("/administration/taches").text
        assert "Prochaine ouverture ou fermeture" in page
        assert "messages envoyés : 7" in page
        assert "30 min" in page
        assert "jamais" in page
        assert "Ouvertures et fermetures à venir" in page
        assert "messages envoyés : 7" in client.get("/administration/taches?job=outbox").text
        assert "messages envoyés : 7" not in client.get("/administration/taches?job=blobs").text
        sign_in(client, people.head)
        assert client.get("/administration/taches").status_code == 404


def test_every_verb_leads_somewhere() -> None:
    """A role's verb that the hall shows nowhere is one that only acts: these are known."""
    shown = {entry.verb for entry in ENTRIES}
    assert set(Verb) - shown == {Verb.RUN_PROJECT, Verb.RESET_STAFF}


class TestCampaigns:
    """CHECK-3: what a campaign needs of somebody now stands in the hall, figure and link."""

    WHEN = datetime(2026, 7, 11, 8, tzinfo=UTC)

    @pytest.fixture
    def campaign_id(self, people: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
        monkeypatch.setattr(clock, "portal_now", lambda: self.WHEN)
        return make_campaign("secondary-2021").id

    def test_operators_see_how_much_waits_and_what_first(self, people: Cast, campaign_id: int) -> None:
        operator = Visitor(person_id=people.operator.id, roles=frozenset({(Role.OPERATOR, None)}))
        found = [need for need in needs(operator, self.WHEN, self.WHEN) if need.endpoint == "campaign.overview"]
        (need,) = found
        assert need.values == {"campaign_id": campaign_id}
        assert need.words.values["count"] >= 2
        assert need.state in ("late", "failed")

    def test_a_head_sees_only_what_their_school_has_left(
        self, people: Cast, client: FlaskClient, campaign_id: int
    ) -> None:
        head = Visitor(person_id=people.head.id, roles=frozenset({(Role.HEAD, people.college.id)}))
        (need,) = [
            need for need in needs(head, self.WHEN, self.WHEN) if need.endpoint == "campaign_dates.school_events"
        ]
        count = need.words.values["count"]
        assert count > 0
        row = db.session.scalars(
            select(CalendarEvent).where(
                CalendarEvent.campaign_id == campaign_id,
                CalendarEvent.kind == "operation",
                CalendarEvent.actor == "school",
                CalendarEvent.earliest <= self.WHEN.date(),
            )
        ).first()
        assert row is not None
        note_for_school(row, people.college.id, State.DONE, "", by=COMMAND, now=self.WHEN)
        db.session.commit()
        left = [need for need in needs(head, self.WHEN, self.WHEN) if need.endpoint == "campaign_dates.school_events"]
        assert [need.words.values["count"] for need in left] == ([count - 1] if count > 1 else [])
        elsewhere = Visitor(person_id=people.primary_head.id, roles=frozenset({(Role.HEAD, people.primary.id)}))
        assert needs(elsewhere, self.WHEN, self.WHEN) == []

    def test_the_page_leads_there(self, people: Cast, client: FlaskClient, campaign_id: int) -> None:
        sign_in(client, people.operator)
        page = client.get("/administration").text
        assert f'href="/administration/campagnes/{campaign_id}"' in page
