"""``feeds complete``: an export of SIECLE beside the directory."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.console import answer, json_option
from app.db import reading_only
from app.feeds import queries
from app.feeds.commands import feeds
from app.feeds.complement.jobs import receive
from app.web.say import say


@feeds.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@json_option
def complete(path: Path, as_json: bool) -> None:
    """Complete known people (INE, addresses, mails, phones) from an export of SIECLE; nobody is created, moved or removed."""
    number = receive(path, by=COMMAND, now=clock.portal_now())
    with reading_only():
        found = queries.report(number)
        told = [*queries.rejects(number), *queries.set_aside(number)]
        reasons = [{"id": one.entry, "reason": say(queries.reason_of(one))} for one in told]
    document = {
        "import": number,
        "students": found["students"],
        "guardians": found["guardians"],
        "completed": found["changed"],
        "warnings": [say(words) for words in found["warnings"]],
        "told": reasons,
    }
    lines = [f"{name:14}{document[name]}" for name in ("import", "students", "guardians", "completed")]
    lines += [f"! {words}" for words in document["warnings"]] + [f"x {one['id']} : {one['reason']}" for one in reasons]
    answer(document, as_json=as_json, lines="\n".join(lines))


def register(app: Flask) -> None:
    """The group itself is bound by ``feeds.commands``."""
