"""A real mail server on the loopback for tests: it takes, refuses or hangs up as it is told."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class PostOffice:
    """What came in, and how to answer. ``mood``: 'takes', 'refuses' (550 to the recipient), 'busy' (451), 'refuses-text'
    (554 after the text), 'hangs-up' (takes the text and closes without a word), 'dreams' (takes the text and never answers)."""

    port: int = 0
    mood: str = "takes"
    recipients: list[str] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.mood == "refuses":
            return "550 no such mailbox"
        if self.mood == "busy":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.mood == "refuses-text":
            return "554 not here"
        with self.lock:
            self.recipients += envelope.rcpt_tos
            self.mails.append(message_from_bytes(envelope.content))
        if self.mood == "hangs-up":
            server.transport.abort()
        if self.mood == "dreams":
            await asyncio.sleep(600)
        return "250 taken"


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """A mail server that listens until the block ends."""
    office = PostOffice(port=free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
