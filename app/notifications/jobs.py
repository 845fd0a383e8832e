"""What the scheduler calls: sending what waits, telling of reopenings, queueing practical notices, forgetting.

Each job commits by itself, a message or a slice at a time, so that a kill loses nothing and sends nothing twice.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from datetime import datetime
from types import TracebackType

from flask import current_app

from app.db import db, reading_only
from app.directory.queries import project
from app.gate.queries import closures
from app.notifications import actions, letters
from app.notifications.envelope import compose, on_the_wire, sender_address
from app.notifications.models import OutboxMessage
from app.notifications.queries import due_messages, message_by_id, wished_places, wishes
from app.profiles import Place, Profile
from app.web.absolute import absolute

_log = logging.getLogger(__name__)

#: Messages in one batch, and wishes in one transaction.
BATCH = 200
#: Seconds to wait for the mail server.
PATIENCE = 30


class NotConnected(Exception):
    """The mail server cannot be reached, or does not let the portal in."""


class NotAccepted(Exception):
    """The server did not accept this message; ``for_good`` when it never will."""

    def __init__(self, reply: str, *, for_good: bool) -> None:
        self.for_good = for_good
        super().__init__(reply)


class ReplyLost(Exception):
    """All was handed over and no reply came: whether the message was accepted is unknown."""


class MailServer:
    """One connection to the mail server of the settings, opened when the first message needs it."""

    def __init__(self) -> None:
        self._settings = current_app.extensions["settings"]
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> MailServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()

    def connect(self) -> smtplib.SMTP:
        """The open connection. Raises ``NotConnected``."""
        if self._connection is None:
            settings = self._settings
            connection = smtplib.SMTP(timeout=PATIENCE)
            try:
                connection.connect(settings.smtp_host, settings.smtp_port)
                if settings.smtp_starttls:
                    connection.starttls(context=ssl.create_default_context())
                if settings.smtp_user:
                    connection.login(settings.smtp_user, settings.smtp_password)
                connection.ehlo_or_helo_if_needed()
            except (OSError, smtplib.SMTPException) as wrong:
                connection.close()
                raise NotConnected(_told(wrong)) from wrong
            self._connection = connection
        return self._connection

    def deliver(self, message: OutboxMessage, now: datetime) -> None:
        """Hand the message over. Raises ``NotConnected``, ``NotAccepted`` or ``ReplyLost``."""
        try:
            mail = compose(
                sender=self._settings.mail_from,
                address=message.address,
                subject=message.subject,
                body=message.body,
                language=message.language,
                key=message.key,
                sent_at=now,
            )
            mail_bytes = on_the_wire(mail)
        except (ValueError, IndexError) as wrong:
            raise NotAccepted(f"not writable as a mail: {type(wrong).__name__}", for_good=True) from wrong
        connection = self.connect()
        try:
            self._expect(connection.mail(sender_address(self._settings.mail_from)), 250)
            self._expect(connection.rcpt(message.address), 250, 251)
            self._expect(connection.docmd("DATA"), 354)
            # Unless every byte was taken over, the server has not seen the end and accepts nothing.
            connection.send(mail_bytes)
        except NotAccepted:
            self._start_anew()
            raise
        except (OSError, smtplib.SMTPException, UnicodeError) as wrong:
            self._drop()
            raise NotAccepted(_told(wrong), for_good=isinstance(wrong, UnicodeError)) from wrong
        try:
            reply = connection.getreply()
        except (OSError, smtplib.SMTPException) as wrong:
            self._drop()
            raise ReplyLost(_told(wrong)) from wrong
        self._expect(reply, 250)

    @staticmethod
    def _expect(reply: tuple[int, bytes], *wanted: int) -> None:
        code, words = reply
        if code not in wanted:
            raise NotAccepted(f"{code} {words.decode('ascii', 'replace')}", for_good=500 <= code < 600)

    def _start_anew(self) -> None:
        """After a refusal the same connection serves for the next message, if the server still listens."""
        try:
            if self._connection is not None and self._connection.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _told(wrong: Exception) -> str:
    """What went wrong, for the outbox page; a refused recipient's address stays out of it."""
    if isinstance(wrong, smtplib.SMTPResponseException):
        words = wrong.smtp_error
        return f"{wrong.smtp_code} {words.decode('ascii', 'replace') if isinstance(words, bytes) else words}"
    return f"{type(wrong).__name__}: {wrong}"


def send_waiting(now: datetime) -> str:
    """Send what may leave at ``now`` (machine time); what happened, in a few figures, '' when there was nothing.

    Taken first, in a transaction of its own: a process that dies between taking and noting leaves the message taken, and nobody
    sends it again by himself.
    """
    if not _anything_due(now):
        return ""
    if not current_app.extensions["settings"].smtp_host:
        kept = actions.keep_due(now=now)
        db.session.commit()
        return f"kept {kept}" if kept else ""
    sent = failed = unknown = 0
    with MailServer() as server:
        while batch := due_messages(now, BATCH):
            db.session.commit()
            for message_id in batch:
                try:
                    server.connect()
                except NotConnected as wrong:
                    postponed = actions.postpone_all(str(wrong), now=now)
                    db.session.commit()
                    raise NotConnected(f"{wrong} (postponed {postponed}, sent {sent})") from wrong
                taken = actions.take(message_id, now=now)
                db.session.commit()
                if not taken:
                    continue
                message = message_by_id(message_id)
                # No lock is held while the mail server thinks, and nothing is read again.
                db.session.expunge(message)
                db.session.commit()
                try:
                    server.deliver(message, now)
                except ReplyLost as lost:
                    unknown += 1
                    actions.note_unknown(message, str(lost), taken_at=now)
                except (NotAccepted, NotConnected) as wrong:
                    failed += 1
                    for_good = isinstance(wrong, NotAccepted) and wrong.for_good
                    actions.note_failure(message, str(wrong), for_good=for_good, taken_at=now, now=now)
                else:
                    sent += 1
                    actions.note_sent(message, taken_at=now, now=now)
                db.session.commit()
    counts = (("sent", sent), ("failed", failed), ("uncertain", unknown))
    return ", ".join(f"{name} {count}" for name, count in counts if count)


def _anything_due(now: datetime) -> bool:
    """A look that takes no write lock: most passages find nothing."""
    with reading_only():
        found = bool(due_messages(now, 1))
        db.session.rollback()
    return found


def tell_reopenings(now: datetime, machine_now: datetime) -> str:
    """Queue one mail for each wish whose place is really open at ``now`` (portal time), and erase the wish (SITE-7).

    The gate itself answers: a held maintenance whose announced hour has passed is still closed (GATE-14). Queueing and erasing are
    one transaction; a wish seen by two workers is one message, by its key.
    """
    with reading_only():
        waiting = bool(wished_places())
        db.session.rollback()
    if not waiting:
        return ""
    told = 0
    compiled = closures()
    for school, profile in wished_places():
        place = Place(school_id=school.id, profile=Profile(profile))
        if not compiled.at_place(place, now).allowed:
            continue
        cells = compiled.cells.get(school.id)
        everybody = cells is None or all(part.at(now).allowed for part in cells[place.profile].timelines())
        while found := wishes(school.id, profile, BATCH):
            rows = []
            for wish in found:
                letter = letters.reopening(
                    profile=profile,
                    school=school.name,
                    portal=project().name,
                    url=absolute("accounts.doors", language=wish.language),
                    everybody=everybody,
                )
                rows.append(
                    actions.message_row(
                        "reopening",
                        key=f"reopening:{wish.id}:{wish.left_at.timestamp():.6f}",
                        address=wish.address,
                        subject=letter.subject,
                        body=letter.body,
                        language=wish.language,
                        school_id=school.id,
                        now=machine_now,
                    )
                )
            told += actions.queue_all(rows)
            actions.erase_wishes([wish.id for wish in found])
            db.session.commit()
    db.session.commit()
    return f"told {told}" if told else ""


def forget(now: datetime) -> str:
    """Erase what has served its time (``now``: machine time)."""
    erased = actions.forget(now=now)
    db.session.commit()
    return f"erased {erased}" if erased else ""
