"""Jobs: one table, one claim a run, failures noted, late told (CAL-8, G18)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.accounts.models import Account, SignInSession, Throttle
from app.audit.actions import COMMAND
from app.audit.queries import history
from app.db import db
from app.gate import actions as gate
from app.gate.models import PracticalNotice
from app.gate.windows import Bound
from app.notifications.models import OutboxMessage
from app.pulse import PUBLIC, pulse, set_clock
from app.scheduler import actions, jobs
from app.scheduler.models import JobRun
from app.scheduler.queries import jobs_overdue, last_runs, worth_telling
from app.scheduler.schedule import (
    BY_NAME,
    JOBS,
    RUNS_KEPT,
    Job,
    lateness,
    next_slot,
    on_the_machine,
    overdue,
    result,
    slot,
)
from tests import builders
from tests.people import Cast, cast

NOW = datetime(2026, 8, 20, 6, 0, 7, tzinfo=UTC)
TEN = Job(name="ten", title="", sentence="", every=timedelta(seconds=10))


def test_every_job_of_the_table_has_a_runner_and_a_sentence() -> None:
    assert set(jobs.RUNNERS) == set(BY_NAME) == {job.name for job in JOBS}
    assert len(BY_NAME) == len(JOBS)
    for job in JOBS:
        assert job.sentence.endswith(".")
        assert len(job.name) <= 30


def test_a_result_is_told_in_sentences_and_an_error_as_it_is() -> None:
    assert [str(words) for words in result("sent 2, failed 1")] == ["messages envoyés : 2", "messages en échec : 1"]
    assert result("") == []
    for error in ("OSError: no space", "RuntimeError: sent, perhaps", "50 % of 3, sent 1"):
        assert [str(words) for words in result(error)] == [error]


def test_slots_are_the_same_for_every_worker() -> None:
    assert slot(TEN, NOW) == NOW.replace(second=0)
    assert slot(TEN, NOW.replace(second=10)) == NOW.replace(second=10)
    assert next_slot(TEN, NOW) == NOW.replace(second=10)


def test_a_boundary_is_computed_back_to_the_machines_time() -> None:
    assert on_the_machine(NOW, timedelta(days=30)) == NOW - timedelta(days=30)


def test_lateness_counts_from_the_first_slot_that_was_missed() -> None:
    due = NOW.replace(second=0)
    assert lateness(TEN, due, NOW, None) == timedelta()
    assert lateness(TEN, due, NOW, due - TEN.every) == timedelta()
    assert lateness(TEN, due, NOW, due - timedelta(days=3)) == timedelta(days=3) - TEN.every + timedelta(seconds=7)
    boundary = NOW - timedelta(seconds=3, microseconds=5)
    assert lateness(TEN, boundary, NOW, due) == timedelta(seconds=3, microseconds=5)


def test_a_job_is_overdue_when_no_worker_can_be_running() -> None:
    assert overdue(TEN, None, NOW)
    assert not overdue(TEN, NOW - timedelta(seconds=130), NOW)
    assert overdue(TEN, NOW - timedelta(seconds=131), NOW)


def test_a_run_is_claimed_once(app: Flask) -> None:
    due = slot(BY_NAME["outbox"], clock.machine_now())
    assert jobs.run("outbox", due)
    assert not jobs.run("outbox", due)
    [run] = db.session.scalars(select(JobRun))
    assert (run.name, run.due_at, run.state) == ("outbox", due, "done")
    assert run.finished_at is not None


def test_two_workers_run_a_boundary_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(
        jobs, "RUNNERS", {name: lambda now, machine, name=name: ran.append(name) or "" for name in BY_NAME}
    )
    ready = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            ready.wait()
            jobs.cross(NOW, timedelta())

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(ran) == sorted(job.name for job in JOBS if job.at_boundaries)


def test_a_failure_is_noted_and_the_next_slot_tries_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: datetime, machine_now: datetime) -> str:
        db.session.add(PracticalNotice())
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(jobs, "RUNNERS", {**jobs.RUNNERS, "blobs": fail})
    assert jobs.run("blobs", NOW)
    [run] = worth_telling()
    assert (run.state, run.message) == ("failed", "RuntimeError: the disk is full")
    monkeypatch.undo()
    assert jobs.run("blobs", NOW + timedelta(hours=1))
    assert last_runs()["blobs"].state == "done"


def test_catching_up_runs_what_is_due_and_only_that(app: Flask) -> None:
    assert sorted(jobs.catch_up()) == sorted(BY_NAME)
    again = jobs.catch_up()
    assert set(again) <= {"outbox", "notices", "reopenings", "boundaries"}
    assert jobs_overdue(clock.machine_now()) == []
    assert set(jobs_overdue(clock.machine_now() + timedelta(days=3))) == set(BY_NAME)


def test_crossing_a_boundary_makes_public_pages_new(app: Flask) -> None:
    cast(app)
    gate.add_window(
        kind="profiles",
        profiles=("student",),
        start=Bound(instant=clock.portal_now() - timedelta(hours=2)),
        end=Bound(instant=clock.portal_now() + timedelta(hours=1)),
        by=COMMAND,
        now=clock.portal_now(),
    )
    db.session.commit()
    jobs.run_slot("boundaries")
    set_clock(db.session(), timedelta(hours=2))
    db.session.commit()
    pulse().forget()
    before = pulse().number(PUBLIC)
    assert jobs.cross(clock.portal_now() - timedelta(hours=1), clock.offset()) == ["boundaries", "reopenings", "held"]
    pulse().forget()
    assert pulse().number(PUBLIC) > before


class TestNotices:
    @pytest.fixture
    def people(self, app: Flask) -> Cast:
        found = cast(app)
        for row in db.session.scalars(select(Account)):
            row.email_proved_at = builders.MADE if row.person_id != found.movers_guardian.id else None
        db.session.commit()
        return found

    @staticmethod
    def publish(people: Cast, **more: object) -> int:
        notice = gate.publish_notice(
            people.college.id, text="Accueil au gymnase, à 100 % dès 8 h.", send=True, by=COMMAND, now=NOW, **more
        )
        db.session.commit()
        return notice.id

    @staticmethod
    def addresses() -> list[str]:
        return sorted(db.session.scalars(select(OutboxMessage.address)))

    def test_a_notice_goes_once_to_the_guardians_who_gave_an_address(self, app: Flask, people: Cast) -> None:
        """SITE-8: of this school's pupils; neither contacts (KIN-1) nor an address that nobody proved."""
        number = self.publish(people)
        assert jobs.send_notices(NOW, clock.machine_now()) == "queued 3"
        assert self.addresses() == sorted(
            [people.guardian.email, people.other_guardian.email, people.teacher_and_parent.email]
        )
        assert jobs.send_notices(NOW, clock.machine_now()) == ""
        assert db.session.get_one(PracticalNotice, number).sent_at == NOW
        assert history("notice", number)[0].action == "notice.sent"
        body = db.session.scalars(select(OutboxMessage.body)).first()
        assert body is not None
        assert "Accueil au gymnase, à 100 % dès 8 h." in body

    def test_a_kill_between_two_slices_queues_nobody_twice(
        self, app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.publish(people)
        monkeypatch.setattr(jobs, "SLICE", 1)
        queued = actions.queue_notice
        calls = []

        def killed(*arguments: object, **more: object) -> int:
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return queued(*arguments, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(actions, "queue_notice", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.send_notices(NOW, clock.machine_now())
        db.session.rollback()
        assert len(self.addresses()) == 1
        monkeypatch.setattr(actions, "queue_notice", queued)
        assert jobs.send_notices(NOW, clock.machine_now()) == "queued 2"
        assert len(self.addresses()) == 3

    def test_a_notice_that_has_not_appeared_or_is_withdrawn_is_not_sent(self, app: Flask, people: Cast) -> None:
        number = self.publish(people, shown_from=NOW + timedelta(hours=1))
        assert jobs.send_notices(NOW, clock.machine_now()) == ""
        gate.withdraw_notice(db.session.get_one(PracticalNotice, number), by=COMMAND, now=NOW)
        db.session.commit()
        assert jobs.send_notices(NOW + timedelta(hours=2), clock.machine_now()) == ""
        assert self.addresses() == []

    def test_a_class_fed_since_then_is_not_named_by_mail(self, app: Flask, people: Cast) -> None:
        """GATE-8: the text named nothing when it was written; now it does."""
        self.publish(people)
        from app.directory.models import SchoolClass

        db.session.add(
            SchoolClass(
                school_id=people.college.id, year_id=people.years[2026].id, code="gymnase", name="g", source="x"
            )
        )
        db.session.commit()
        jobs.send_notices(NOW, clock.machine_now())
        for body in db.session.scalars(select(OutboxMessage.body)):
            assert "gymnase" not in body
            assert people.college.uai in body


def test_traces_of_sign_in_are_forgotten_in_their_time(app: Flask) -> None:
    people = cast(app)

    def session(key: str, **times: datetime) -> SignInSession:
        made = {"created_at": NOW - timedelta(days=90), "seen_at": NOW, **times}
        return SignInSession(
            token_hash=key * 64, person_id=people.teacher.id, door="school", facts={}, facts_revision=0, **made
        )

    old = timedelta(days=30, seconds=1)
    db.session.add_all([session("a"), session("b", ended_at=NOW - old), session("c", seen_at=NOW - old)])
    db.session.add(Throttle(key="login:x", failures=3, since=NOW - timedelta(days=3)))
    db.session.add(
        Throttle(key="login:y", failures=9, since=NOW - timedelta(days=3), blocked_until=NOW + timedelta(hours=1))
    )
    db.session.commit()
    assert actions.forget_sessions(now=NOW) == 3
    db.session.commit()
    assert db.session.scalars(select(SignInSession.token_hash)).all() == ["a" * 64]
    assert db.session.scalars(select(Throttle.key)).all() == ["login:y"]


def test_idle_runs_are_forgotten_and_lost_ones_told(app: Flask) -> None:
    def add(name: str, ago: timedelta, state: str = "done", message: str = "") -> None:
        at = NOW - ago
        db.session.add(JobRun(name=name, due_at=at, started_at=at, state=state, message=message, late_seconds=0))

    add("outbox", timedelta(hours=2))
    add("outbox", timedelta(minutes=5))
    add("outbox", timedelta(hours=3), message="sent 2")
    add("forgetting", timedelta(hours=6))
    add("notices", timedelta(hours=1), state="running")
    add("blobs", RUNS_KEPT + timedelta(days=1), message="removed 1")
    db.session.commit()
    assert actions.forget_runs(now=NOW) == 2
    db.session.commit()
    left = db.session.scalars(select(JobRun)).all()
    assert {(run.name, run.state, run.message) for run in left} == {
        ("outbox", "done", ""),
        ("outbox", "done", "sent 2"),
        ("forgetting", "done", ""),
        ("notices", "failed", "interrupted"),
    }
