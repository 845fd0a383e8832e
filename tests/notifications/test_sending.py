from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.notifications import actions, jobs
from app.notifications.models import OutboxMessage
from app.notifications.states import ATTEMPTS, State, Verdict, standing
from app.words import N_, Words
from tests.notifications.post_office import PostOffice, free_port, open_post_office

NOW = datetime(2026, 8, 20, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _emptied(office: PostOffice) -> None:
    office.mood = "takes"
    office.recipients.clear()
    office.mails.clear()


@pytest.fixture
def more_settings(office: PostOffice) -> dict[str, str]:
    return {
        "BASCULE_SMTP_HOST": "127.0.0.1",
        "BASCULE_SMTP_PORT": str(office.port),
        "BASCULE_SMTP_STARTTLS": "0",
        "BASCULE_MAIL_FROM": "Portail d’essai <portail@exemple.test>",
    }


def put(key: str = "one", *, kind: str = "notice", address: str = "alice@exemple.test", **more: object) -> bool:
    queued = actions.queue(
        kind,
        key=key,
        address=address,
        subject=Words(N_("Avis pratique de votre établissement")),
        body="Bonjour,\n\n.Un point au début\nÀ bientôt",
        language="fr",
        now=NOW,
        **more,  # type: ignore[arg-type]
    )
    db.session.commit()
    return queued


def the_message() -> OutboxMessage:
    db.session.expire_all()
    return db.session.scalars(select(OutboxMessage)).one()


def test_a_message_arrives_once_with_the_headers_of_a_machine(app: Flask, office: PostOffice) -> None:
    assert put()
    assert jobs.send_waiting(NOW) == "sent 1"
    assert jobs.send_waiting(NOW) == ""
    [mail] = office.mails
    assert office.recipients == ["alice@exemple.test"]
    assert mail["To"] == "alice@exemple.test"
    assert mail["From"].endswith("<portail@exemple.test>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@exemple.test>")
    assert mail["Date"] == "Thu, 20 Aug 2026 06:00:00 +0000"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_payload(decode=True).decode()
    assert text.splitlines() == ["Bonjour,", "", ".Un point au début", "À bientôt"]
    assert the_message().state == State.SENT
    assert the_message().sent_at == NOW


def test_queueing_the_same_key_twice_is_one_message(app: Flask, office: PostOffice) -> None:
    assert put("same")
    assert not put("same", address="other@exemple.test")
    jobs.send_waiting(NOW)
    assert office.recipients == ["alice@exemple.test"]


def test_a_message_waits_for_its_hour(app: Flask, office: PostOffice) -> None:
    put(not_before=NOW + timedelta(hours=1))
    assert jobs.send_waiting(NOW) == ""
    assert jobs.send_waiting(NOW + timedelta(hours=1)) == "sent 1"


@pytest.mark.both_databases
def test_two_workers_send_each_message_once(app: Flask, office: PostOffice) -> None:
    for number in range(40):
        put(f"key-{number}", address=f"p{number}@exemple.test")
    ready = threading.Barrier(2)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                ready.wait()
                jobs.send_waiting(NOW)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures
    assert sorted(office.recipients) == sorted(f"p{number}@exemple.test" for number in range(40))
    assert set(db.session.scalars(select(OutboxMessage.state))) == {State.SENT}


@pytest.mark.both_databases
def test_a_process_killed_between_taking_and_sending_never_sends_twice(app: Flask, office: PostOffice) -> None:
    put()
    [number] = db.session.scalars(select(OutboxMessage.id)).all()
    assert actions.take(number, now=NOW)
    db.session.commit()
    for later in (timedelta(seconds=1), timedelta(hours=1), timedelta(days=3)):
        assert jobs.send_waiting(NOW + later) == ""
    assert office.mails == []
    message = the_message()
    assert standing(message.state, message.taken_at, message.error, NOW + timedelta(minutes=9)) == State.TAKEN
    assert standing(message.state, message.taken_at, message.error, NOW + timedelta(minutes=10)) == State.UNCERTAIN


def test_a_lost_reply_leaves_the_message_uncertain_and_a_person_decides(app: Flask, office: PostOffice) -> None:
    put()
    office.mood = "hangs-up"
    assert jobs.send_waiting(NOW) == "uncertain 1"
    assert len(office.mails) == 1
    message = the_message()
    assert standing(message.state, message.taken_at, message.error, NOW) == State.UNCERTAIN
    office.mood = "takes"
    assert jobs.send_waiting(NOW + timedelta(days=1)) == ""
    from app.audit.actions import COMMAND

    actions.decide(message.id, Verdict.RESEND, by=COMMAND, now=NOW, machine_now=NOW + timedelta(days=1))
    db.session.commit()
    with pytest.raises(actions.MessageMoved):
        actions.decide(message.id, Verdict.RESEND, by=COMMAND, now=NOW, machine_now=NOW + timedelta(days=1))
    db.session.rollback()
    assert jobs.send_waiting(NOW + timedelta(days=1)) == "sent 1"
    first, second = (mail["Message-ID"] for mail in office.mails)
    assert first == second


def test_a_busy_server_is_tried_again_later_and_not_for_ever(app: Flask, office: PostOffice) -> None:
    put()
    office.mood = "busy"
    now, tries = NOW, 0
    while the_message().state == State.WAITING:
        assert jobs.send_waiting(now) == "failed 1"
        tries += 1
        assert "451" in the_message().error
        assert jobs.send_waiting(now) == ""
        now = the_message().not_before
    assert tries == ATTEMPTS
    assert the_message().state == State.FAILED
    assert office.mails == []


@pytest.mark.parametrize("mood", ["refuses", "refuses-text"])
def test_a_refusal_for_good_fails_at_once_and_holds_up_nobody(app: Flask, office: PostOffice, mood: str) -> None:
    put("first")
    office.mood = mood
    assert jobs.send_waiting(NOW) == "failed 1"
    assert the_message().state == State.FAILED
    office.mood = "takes"
    put("second", address="bruno@exemple.test")
    assert jobs.send_waiting(NOW) == "sent 1"
    assert office.recipients == ["bruno@exemple.test"]


def test_an_address_that_cannot_be_written_fails_and_sends_nothing(app: Flask, office: PostOffice) -> None:
    put("bad", address="alice@exemple.test\r\nBcc: eve@exemple.test")
    put("good", address="bruno@exemple.test")
    assert jobs.send_waiting(NOW) == "sent 1, failed 1"
    assert office.recipients == ["bruno@exemple.test"]


def test_what_served_once_is_erased_after_sending(app: Flask, office: PostOffice) -> None:
    put("wish", kind="reopening")
    jobs.send_waiting(NOW)
    assert the_message().address == ""
    db.session.delete(the_message())
    db.session.commit()
    put("link", kind="reset")
    jobs.send_waiting(NOW)
    assert the_message().body == ""


class TestServerAway:
    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {"BASCULE_SMTP_HOST": "127.0.0.1", "BASCULE_SMTP_PORT": str(free_port()), "BASCULE_SMTP_STARTTLS": "0"}

    def test_messages_wait_with_growing_pauses(self, app: Flask) -> None:
        put("one")
        put("two")
        with pytest.raises(jobs.NotConnected):
            jobs.send_waiting(NOW)
        db.session.expire_all()
        messages = db.session.scalars(select(OutboxMessage)).all()
        assert [(m.state, m.attempts, m.not_before) for m in messages] == [
            (State.WAITING, 1, NOW + timedelta(minutes=1))
        ] * 2
        now = NOW
        for _ in range(ATTEMPTS - 1):
            now = db.session.scalars(select(OutboxMessage.not_before)).first()
            with pytest.raises(jobs.NotConnected):
                jobs.send_waiting(now)
        assert set(db.session.scalars(select(OutboxMessage.state))) == {State.FAILED}
        assert jobs.send_waiting(now + timedelta(days=9)) == ""


class TestNoStartTls:
    @pytest.fixture
    def more_settings(self, office: PostOffice) -> dict[str, str]:
        return {"BASCULE_SMTP_HOST": "127.0.0.1", "BASCULE_SMTP_PORT": str(office.port), "BASCULE_SMTP_STARTTLS": "1"}

    def test_nothing_leaves_in_clear_when_starttls_was_asked_for(self, app: Flask, office: PostOffice) -> None:
        put()
        with pytest.raises(jobs.NotConnected):
            jobs.send_waiting(NOW)
        assert office.mails == []
        assert the_message().state == State.WAITING


class TestNoServer:
    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {}

    def test_what_would_have_left_is_kept_and_never_leaves_later(self, app: Flask) -> None:
        put("now")
        put("wish", kind="reopening")
        put("later", not_before=NOW + timedelta(days=1))
        assert jobs.send_waiting(NOW) == "kept 2"
        assert jobs.send_waiting(NOW) == ""
        rows = db.session.execute(
            select(OutboxMessage.key, OutboxMessage.state, OutboxMessage.address).order_by(OutboxMessage.id)
        )
        assert [tuple(row) for row in rows] == [
            ("now", State.KEPT, "alice@exemple.test"),
            ("wish", State.KEPT, ""),
            ("later", State.WAITING, "alice@exemple.test"),
        ]


def test_old_messages_are_forgotten_in_their_time(app: Flask, office: PostOffice) -> None:
    put("sent")
    jobs.send_waiting(NOW)
    put("waiting", not_before=NOW + timedelta(days=400))
    assert jobs.forget(NOW + timedelta(days=30)) == ""
    assert jobs.forget(NOW + timedelta(days=30, seconds=1)) == "erased 1"
    assert the_message().key == "waiting"
    assert jobs.forget(NOW + timedelta(days=91)) == "erased 1"
