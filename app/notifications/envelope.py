"""A message as the mail server wants it: plain text with the headers that tell machines it is one of a machine's."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr


def compose(
    *, sender: str, address: str, subject: str, body: str, language: str, key: str, sent_at: datetime
) -> EmailMessage:
    """The mail. ``key`` gives the Message-ID, so that a message sent again can be told from a new one.

    Raises ``ValueError`` for an address or a subject that would not stay in its header.
    """
    name, own = parseaddr(sender)
    local, _, domain = address.rpartition("@")
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(display_name=name, addr_spec=own)
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = subject
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{own.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = language
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message


def on_the_wire(message: EmailMessage) -> bytes:
    """The bytes after DATA: lines end with CRLF, leading dots are doubled, a lone dot ends it."""
    lines = message.as_bytes(policy=policy.SMTP).rstrip(b"\r\n").split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def sender_address(sender: str) -> str:
    """The bare address of ``sender``, for the envelope."""
    return parseaddr(sender)[1]
