"""The pages of a campaign, from the plan to the undo, and a school's archives (screens: Campaign, a step's page, archives)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.audit.models import AuditLine
from app.campaign.models import Campaign, CampaignSchool
from app.campaign.planning.documents import known_changes
from app.campaign.running.models import Plan, PlanLine, Run, RunPart, RunProblem, RunTask
from app.campaign.running.queries import run_called
from app.campaign.working.jobs import run_to_end
from app.content.models import Section
from app.db import db
from app.directory.models import Person, School
from app.feeds.models import FeedImport, FeedImportSchool
from app.feeds.reasons import pack
from app.files.models import Archive, Blob
from app.files.queries import path_of
from app.profiles import Role
from app.words import Words
from tests import builders
from tests.belongings import belongings
from tests.builders import MADE
from tests.campaign.academies import approved, close_gate, new_campaign
from tests.campaign.test_chain import chain
from tests.conftest import StatementCount
from tests.people import Cast, Someone, cast
from tests.signing import form_token, send, sign_in


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    return cast(sqlite_app)


def client_of(app: Flask, person: Someone) -> FlaskClient:
    # A transaction that the test has open would lock the sign-in out on SQLite.
    db.session.commit()
    client = app.test_client()
    sign_in(client, person)
    return client


def own_things(people: Cast) -> dict[str, int]:
    """A row of every kind in the collège, and its campaign."""
    made = belongings(
        people.college,
        class_id=people.college.classes[2025]["6A"],
        year_id=people.years[2025].id,
        student=people.student,
        teacher=people.teacher,
        guardian=people.guardian,
    )
    run = db.session.get_one(Run, made["run_id"])
    db.session.delete(db.session.query(RunPart).filter_by(run_id=run.id).one())
    db.session.flush()
    db.session.delete(run)
    db.session.flush()
    db.session.delete(db.session.get_one(Plan, run.plan_id))
    thrown = Section(
        school_id=people.college.id, kind="school", title="Vieille rubrique", slug="vieille", services=[], created_at=MADE,
        trashed_at=MADE, trash_reason="hand",
    )  # fmt: skip
    db.session.add(thrown)
    # The archive of an empty blob is for the matrix; a run makes its own.
    db.session.delete(db.session.get_one(Archive, made["archive_id"]))
    db.session.commit()
    return made


def address(campaign_id: int, rest: str = "") -> str:
    return f"/administration/campagnes/{campaign_id}{rest}"


def approve(client: FlaskClient, campaign_id: int, word: str = "approuver", **more: str) -> TestResponse:
    page = client.get(address(campaign_id, "/approbation")).text
    plans = re.search(r'name="plans" value="([^"]*)"', page)
    assert plans is not None
    fields = {"plans": plans[1], "word": word, "percent": "5", "rows": "50", **more}
    return send(client, address(campaign_id, "/approbation"), fields)


def test_what_step_4_waits_for_is_one_click_away(app: Flask) -> None:
    """S4-3: whoever is told to decide about a delivery is led to it."""
    people = cast(app)
    number = own_things(people)["campaign_id"]
    client = client_of(app, people.operator)
    step4 = address(number, "/etapes/4")
    assert send(client, f"{step4}/plan", page=step4).status_code == 303
    assert "importez-la d’abord" in client.get(step4).text
    made = FeedImport(
        source="aaf", name="livraison", digest="", year_id=people.years[2026].id, state="planned",
        started_at=clock.machine_now(), counts={}, warnings=[],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.query(Plan).one().delivery_id = made.id
    db.session.commit()
    page = client.get(step4).text
    link = re.search(r'<a href="([^"]+)">Voir la livraison</a>', page)
    assert link is not None
    assert "livraison" in client.get(link[1]).text


def test_whom_step_4_concerns_is_named_in_its_delivery(sqlite_app: Flask) -> None:
    """FEED-6: the samples of step 4 lead to the schools of the delivery, whoever may import."""
    people = cast(sqlite_app)
    number = own_things(people)["campaign_id"]
    client = client_of(sqlite_app, people.operator)
    step4 = address(number, "/etapes/4")
    assert send(client, f"{step4}/plan", page=step4).status_code == 303
    made = FeedImport(
        source="aaf", name="livraison", digest="", year_id=people.years[2026].id, state="planned",
        started_at=clock.machine_now(), counts={}, warnings=[],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    counts = dict.fromkeys(("pupils", "classes", "without_class", "created", "arrived", "moved", "reappeared"), 0)
    line = FeedImportSchool(
        import_id=made.id, key="10", school_id=people.college.id, uai=people.college.uai, name=people.college.name,
        counts=counts,
    )  # fmt: skip
    plan = db.session.query(Plan).one()
    plan.delivery_id = made.id
    change = known_changes(4)["feed:fed-profile"]
    db.session.add_all(
        [line, PlanLine(plan_id=plan.id, school_id=people.college.id, change=change.name, count=3, following=0)]
    )
    db.session.commit()
    samples = f"{step4}/exemples?changement={change.name}"
    page = client.get(samples).text
    assert f"/administration/imports/{made.id}/ecoles/{line.id}" in page
    link = re.search(r'<a href="([^"]+)">Voir la livraison par établissement</a>', page)
    assert link is not None
    assert f"/administration/imports/{made.id}/ecoles" == link[1]
    assert client.get(f"/administration/imports/{made.id}/ecoles/{line.id}").status_code == 200
    owner = client_of(sqlite_app, people.owner).get(samples).text
    assert "/administration/imports/" not in owner
    assert "qu’à qui alimente l’annuaire" in owner


def test_an_operator_plans_approves_runs_and_undoes_a_step(app: Flask) -> None:
    """G1, G3, G4, G8, G13, G20."""
    people = cast(app)
    number = own_things(people)["campaign_id"]
    client = client_of(app, people.operator)
    step2 = address(number, "/etapes/2")
    assert "Aucun plan n’est fait" in client.get(step2).text
    assert send(client, f"{step2}/plan", {"toutes": "1"}, page=step2).status_code == 303
    assert db.session.query(Plan).count() == 4
    planned = client.get(step2).text
    assert "rubriques et espaces" in planned
    assert "Il est provisoire" in planned
    assert "À approuver" in planned
    samples = client.get(f"{step2}/exemples?changement=change:section:class").text
    assert "Notre classe" in samples

    assert approve(client, number, "oui").status_code == 422
    assert approve(client, number, percent="peu").status_code == 422
    assert approve(client, number).status_code == 303
    step1 = address(number, "/etapes/1")
    open_page = client.get(step1).text
    assert "n’est pas fermé" in open_page
    assert "Lancer l’étape maintenant" not in open_page
    refused = send(client, f"{step1}/lancer", page=step1)
    assert refused.status_code == 409
    assert "n’est pas fermé" in refused.text
    close_gate()
    assert send(client, f"{step1}/lancer", page=step1).status_code == 303
    running = client.get(step1).text
    assert 'hx-trigger="every 2s"' in running
    run = db.session.query(Run).one().id
    run_to_end(run)
    finished = client.get(step1)
    assert "every 2s" not in finished.text
    assert "L’étape est terminée" in finished.text
    fragment = client.get(step1, headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="step"')
    report = json.loads(client.get(address(number, f"/passages/{run}/rapport.json")).text)
    assert 0 < report["planned"] == report["done"] == sum(task["done"] for task in report["tasks"])
    assert people.college.uai in client.get(address(number, f"/passages/{run}/rapport.csv")).text

    undo = address(number, f"/passages/{run}/annuler")
    assert send(client, undo, {"word": "non"}).status_code == 422
    answer = send(client, undo, {"word": "annuler"})
    assert answer.status_code == 303
    run_to_end(run + 1)
    assert run_called(run).state == "undone"
    assert "Elle peut être refaite" in client.get(step1).text
    undone = client.get(address(number, f"/passages/{run + 1}/{people.college.uai}"))
    assert "rubriques et espaces" in undone.text
    assert "rubriques et espaces" in client.get(address(number, f"/passages/{run + 1}")).text


def test_an_undo_lists_what_comes_back_and_what_was_edited_since(sqlite_app: Flask, people: Cast) -> None:
    """G8."""
    things = own_things(people)
    number = things["campaign_id"]
    client = client_of(sqlite_app, people.operator)
    close_gate()
    for step in (1, 2):
        page = address(number, f"/etapes/{step}")
        send(client, f"{page}/plan", page=page)
        approve(client, number)
        assert send(client, f"{page}/lancer", page=page).status_code == 303
        run_to_end(db.session.query(Run).order_by(Run.id.desc()).first().id)  # type: ignore[union-attr]
    run = db.session.query(Run).order_by(Run.id.desc()).first()
    assert run is not None
    undo = address(number, f"/passages/{run.id}/annuler")
    assert "tout peut revenir" in client.get(undo).text
    section = db.session.get_one(Section, things["section_id"])
    section.trashed_at = clock.portal_now() + timedelta(days=1)
    db.session.commit()
    listed = client.get(undo).text
    assert "Ce qui ne peut pas revenir" in listed
    assert "modifié depuis" in listed
    assert send(client, undo, {"word": "annuler"}).status_code == 422
    assert send(client, undo, {"word": "annuler", "leave": "y"}).status_code == 303


def test_a_second_person_approves_where_the_campaign_asks_for_two(sqlite_app: Flask, people: Cast) -> None:
    """G1: the second word is another person's; what was read is what is approved."""
    number = own_things(people)["campaign_id"]
    db.session.get_one(Campaign, number).two_approve = True
    builders.grant(db.session.get_one(Person, people.staff.id), Role.OPERATOR)
    db.session.commit()
    first, second = client_of(sqlite_app, people.operator), client_of(sqlite_app, people.staff)
    step = address(number, "/etapes/1")
    send(first, f"{step}/plan", page=step)
    approve(first, number)
    assert "Attend une seconde personne" in first.get(step).text
    assert "Vous avez déjà approuvé" in first.get(address(number, "/approbation")).text
    approve(second, number)
    assert "Puis par" in second.get(step).text
    assert "Approuvée" in second.get(step).text
    send(first, address(number, "/approbation/retirer"), {"etape": "1"}, page=step)
    assert "À approuver" in first.get(step).text
    changed = send(first, address(number, "/approbation"), {"plans": "999", "word": "approuver"})
    assert changed.status_code == 409
    assert "Les plans ont changé" in changed.text


def test_an_owner_looks_and_changes_nothing(sqlite_app: Flask, people: Cast) -> None:
    number = own_things(people)["campaign_id"]
    owner = client_of(sqlite_app, people.owner)
    page = owner.get(address(number, "/etapes/1"))
    assert page.status_code == 200
    assert "Faire le plan" not in page.text
    token = form_token(owner.get("/espace/preferences").text)
    answer = owner.post(address(number, "/etapes/1/plan"), data={"csrf_token": token})
    assert answer.status_code == 404
    head = client_of(sqlite_app, people.head)
    assert head.get(address(number)).status_code == 404
    assert owner.get(address(number, "/etapes/9")).status_code == 404


# As many schools as there are ------------------------------------------------------------------------------------------


def many_schools(count: int, *, failed: int = 0) -> tuple[int, int]:
    """A campaign of ``count`` schools whose step 2 is under way; numbers of the campaign and of the run."""
    campaign = Campaign(year=2026, preset="present", title="Grande campagne", created_at=MADE)
    db.session.add(campaign)
    db.session.flush()
    plan = Plan(
        campaign_id=campaign.id, step=2, provisional=False, fingerprint="0" * 64, cutoff=MADE, made_at=MADE, warnings=[]
    )
    db.session.add(plan)
    db.session.flush()
    run = Run(
        campaign_id=campaign.id, step=2, plan_id=plan.id, state="failed" if failed else "running", started_at=MADE
    )
    db.session.add(run)
    db.session.flush()
    for number in range(count):
        school = builders.make_school(f"Collège {number}")
        db.session.add(CampaignSchool(campaign_id=campaign.id, school_id=school.id))
        part = RunPart(run_id=run.id, school_id=school.id, state="failed" if number < failed else "done")
        db.session.add_all([part, PlanLine(plan_id=plan.id, change="", school_id=school.id, count=0)])
        db.session.flush()
        state = part.state
        for position, change in enumerate(("archive:diary", "change:section:class", "carried:article:class")):
            db.session.add(PlanLine(plan_id=plan.id, change=change, school_id=school.id, count=5))
            task = RunTask(part_id=part.id, change=change, position=position, planned=5, state=state)
            task.done, task.failed = (0, 5) if state == "failed" else (5, 0)
            db.session.add(task)
            db.session.flush()
            if state == "failed" and position == 0:
                why = pack(Words("Le disque est plein."))
                db.session.add(RunProblem(task_id=task.id, unit_id=1, title="6A", reason=why, at=MADE))
    db.session.commit()
    return campaign.id, run.id


def test_a_report_says_why_something_was_not_done(sqlite_app: Flask, people: Cast) -> None:
    """G20: what failed and what was passed over, a school without a task too, each with its reason; as JSON and as CSV."""
    client = client_of(sqlite_app, people.operator)
    number, run = many_schools(4, failed=1)
    failed, checked, passed, _done = db.session.query(RunPart).filter_by(run_id=run).order_by(RunPart.id).all()
    task = db.session.query(RunTask).filter_by(part_id=failed.id, change="change:section:class").one()
    task.reason = pack(Words("Ce qui doit venir avant a échoué."))
    checked.state, checked.reason = "failed", pack(Words("Il reste %(count)s classe(s).", count=2))
    db.session.query(RunTask).filter_by(part_id=passed.id).delete()
    passed.state, passed.reason = "skipped", pack(Words("l’étape 1 n’y est pas terminée"))
    uais = [db.session.get_one(School, part.school_id).uai for part in (failed, checked, passed)]
    db.session.commit()

    page = address(number, f"/passages/{run}")
    report = json.loads(client.get(f"{page}/rapport.json").text)
    parts = {part["school"]: (part["state"], part["reason"]) for part in report["parts"]}
    assert [parts[uai] for uai in uais] == [
        ("failed", None),
        ("failed", "Il reste 2 classe(s)."),
        ("skipped", "l’étape 1 n’y est pas terminée"),
    ]
    assert [(one["school"], one["change"], one["title"], one["reason"]) for one in report["problems"]] == [
        (uais[0], "archive:diary", "6A", "Le disque est plein.")
    ]
    assert {task["reason"] for task in report["tasks"]} == {None, "Ce qui doit venir avant a échoué."}

    lines = client.get(f"{page}/rapport.csv?for=machines").text.splitlines()
    assert lines[0].endswith(",reason")
    assert f"{uais[0]},archive:diary,failed,5,0,0,0,5,0,6A : Le disque est plein." in lines
    assert f"{uais[0]},change:section:class,failed,5,0,0,0,5,0,Ce qui doit venir avant a échoué." in lines
    assert f"{uais[1]},,failed,0,0,0,0,0,0,Il reste 2 classe(s)." in lines
    assert f"{uais[2]},,skipped,0,0,0,0,0,0,l’étape 1 n’y est pas terminée" in lines
    assert f"{uais[2]};;passé;" in client.get(f"{page}/rapport.csv").text


def test_pages_ask_as_often_for_sixty_schools_as_for_three_and_stay_light(sqlite_app: Flask, people: Cast) -> None:
    """600 schools are watched on a page under 60 KB."""
    client = client_of(sqlite_app, people.operator)
    asked: list[list[int]] = []
    for count in (3, 60, 600):
        number, run = many_schools(count, failed=2)
        rows = []
        for rest in ("", "/etapes/2", f"/passages/{run}"):
            counts = []
            # Once a second a request also looks whether rules have changed: the least of a few is the page's own.
            for _look in range(4):
                with StatementCount(db.engine) as statements:
                    answer = client.get(address(number, rest))
                counts.append(len(statements))
            assert answer.status_code == 200
            assert len(answer.data) < 60_000, rest
            rows.append(min(counts))
        asked.append(rows)
    assert asked[0] == asked[1] == asked[2]
    page = client.get(address(number, "/etapes/2")).text
    assert page.count('class="state-') <= 302
    assert "Page 1 sur 2" in page
    only = client.get(address(number, "/etapes/2?etat=failed")).text
    assert len(re.findall(r'<a class="state-failed"', only)) == 2


def test_a_failed_school_says_why_and_can_be_tried_again(sqlite_app: Flask, people: Cast) -> None:
    """G15."""
    number, run = many_schools(3, failed=1)
    client = client_of(sqlite_app, people.operator)
    school = db.session.query(School).filter(School.name == "Collège 0").one().uai
    assert "1 établissement(s) en échec" in client.get(address(number)).text
    page = client.get(address(number, f"/passages/{run}/{school}")).text
    assert "Le disque est plein." in page
    assert "Relancer cet établissement" in page
    close_gate()
    here = address(number, f"/passages/{run}/{school}")
    answer = send(client, f"{here}/relancer", {"back": here}, page=here)
    assert answer.location == here
    assert run_called(run).state == "running"
    paused = send(client, address(number, f"/passages/{run}/pause"), page=address(number, f"/passages/{run}"))
    assert paused.status_code == 303
    assert "en pause" in client.get(address(number, "/etapes/2")).text
    again = send(client, address(number, f"/passages/{run}/reprendre"), page=address(number, f"/passages/{run}"))
    assert again.status_code == 303


# Archives --------------------------------------------------------------------------------------------------------------


def archive_of(people: Cast, kind: str, title: str, data: bytes, **more: object) -> Archive:
    sha = hashlib.sha256(data).hexdigest()
    path = path_of(sha)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if db.session.get(Blob, sha) is None:
        db.session.add(Blob(sha256=sha, size=len(data), kind="application/zip", stored_at=MADE))
        db.session.flush()
    row = Archive(
        campaign_id=1, begins=2025, school_id=people.college.id, kind=kind, title=title, sha256=sha, size=len(data), covers={},
        made_at=MADE, verified_at=MADE, **{"unit_id": 0, **more},
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def test_a_school_finds_its_archives_and_never_sanctions_nor_what_is_a_pupils_own(app: Flask) -> None:
    """S2-3 to S2-6, G9, G10: every download stands in the journal; a damaged archive is said."""
    people = cast(app)
    diary = archive_of(people, "diary", "Cahier de textes 6A", b"not a bundle").id
    sanctions = archive_of(people, "sanctions-csv", "Tableau secret", b"csv").id
    pupils = archive_of(
        people, "pupil", "Hugo Moreau", b"zip", unit_id=people.student.id, owner_id=people.student.id
    ).id
    head = client_of(app, people.head)
    page = f"/administration/ecole/{people.college.uai}/archives"
    shown = head.get(page).text
    assert "Cahier de textes 6A" in shown
    assert "Tableau secret" not in shown
    assert "Hugo Moreau" not in shown
    assert "Archives des élèves" in shown
    for hidden in (sanctions, pupils):
        assert head.get(f"{page}/{hidden}/fichier").status_code == 404
    taken = head.get(f"{page}/{diary}/fichier")
    assert taken.data == b"not a bundle"
    assert taken.headers["Content-Disposition"].startswith("attachment")
    lines = db.session.query(AuditLine).filter(AuditLine.action == "archive.downloaded").all()
    assert [line.subject_id for line in lines] == [diary]
    assert send(head, f"{page}/{diary}/verification", page=page).status_code == 303
    assert "À vérifier" in head.get(page).text
    assert client_of(app, people.primary_head).get(page).status_code == 404
    assert client_of(app, people.teacher).get(page).status_code == 404


def test_the_page_of_a_chains_step_names_its_schools(sqlite_app: Flask, people: Cast) -> None:
    """CAL-10: from the campaign's page to each school's own."""
    campaign = new_campaign(("primary",))
    chain(campaign, clock.portal_now())
    approved(campaign, 1)
    client = client_of(sqlite_app, people.operator)
    step = address(campaign.id, "/etapes/1")
    page = client.get(step).text
    assert f"{step}?ecole={people.primary.uai}" in page
    assert "attend son tour" in page
    assert "terminée dans 0 établissement sur 1" in page.replace("\u00a0", " ")
    own = client.get(f"{step}?ecole={people.primary.uai}").text
    assert "Le plan est approuvé" in own
    assert "attend son tour" not in own
