"""The command group ``feeds``: import, report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from app import clock
from app.audit.actions import COMMAND
from app.console import Group, answer, json_option
from app.db import db, reading_only
from app.directory.queries import project
from app.errors import NotSetUp, Refused
from app.feeds import actions, queries
from app.feeds.delivery.loaders import Spool
from app.feeds.pauses.actions import keep_if_paused
from app.feeds.pauses.queries import paused
from app.feeds.targets import PORTAL
from app.web.say import say
from app.words import N_, Words

feeds = Group("feeds", help="Feed the directory.")


class DatabaseBusy(Refused):
    message = N_("La base de données est occupée par une autre écriture ; rien n’a été modifié.")
    advice = N_("Recommencez dans quelques instants.")


@feeds.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(["aaf"]))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--plan", is_flag=True, help="Only say what the import would change.")
@click.option("--year-n", is_flag=True, help="Fill year N instead of N+1.")
@json_option
def import_(form: str, path: Path, plan: bool, year_n: bool, as_json: bool) -> None:
    """Import a complete delivery: a file, a folder or an archive of them."""
    now = clock.portal_now()

    def tell(words: Words) -> None:
        if not as_json:
            click.echo(say(words), err=True)

    with reading_only():
        year_id = actions.target_year(year_n).id  # a portal that is not set up reads no delivery
        zone, stopped = project().zone, paused(PORTAL, now) is not None
        db.session.rollback()
    if stopped and not plan:
        # A plan changes nothing and is welcome at any time.
        kept = keep_if_paused(
            path,
            target=PORTAL,
            source=form,
            year_id=year_id,
            command=f"feeds import {form}{' --year-n' if year_n else ''}",
            zone=zone,
            by=COMMAND,
            now=now,
        )
        db.session.commit()
        if kept is not None:
            raise kept
    read: Spool | None = None
    try:
        read = actions.read_delivery(path, tell=tell)
        report = actions.apply(read, year_n=year_n, by=COMMAND, now=now, plan=plan, tell=tell)
        db.session.commit()
    except NotSetUp:
        raise
    except Refused as refused:
        db.session.rollback()
        actions.refuse(refused, path.name, read=read, year_n=year_n, by=COMMAND, now=now)
        db.session.commit()
        raise
    except OperationalError as busy:
        db.session.rollback()
        if "locked" not in str(busy):
            raise
        raise DatabaseBusy() from busy
    finally:
        if read is not None:
            read.close()
    _tell_report(report, as_json)


@feeds.command()
@click.argument("number", metavar="IMPORT", type=int)
@json_option
def report(number: int, as_json: bool) -> None:
    """The report of an import: counts, warnings, rejected entries and links set aside."""
    with reading_only():
        found = queries.import_by_id(number)
        document = queries.report(number) | {
            "state": found.state,
            "name": found.name,
            "delivered_on": found.delivered_on.isoformat() if found.delivered_on else None,
            "reason": actions.reason_of(found),
            "set_aside": [{"id": one.entry, "reason": queries.reason_of(one)} for one in queries.set_aside(number)],
        }
    _tell_report(document, as_json)


def _tell_report(report: dict[str, Any], as_json: bool) -> None:
    document = json.loads(json.dumps(report, default=_spell))
    lines = [f"{name:14}{document[name]}" for name in ("import", *queries.COUNTS)]
    lines += [f"! {words}" for words in document["warnings"]]
    lines += [f"x {one['id']} : {one['reason']}" for one in document["rejected"]]
    lines += [f"- {one['id']} : {one['reason']}" for one in document.get("set_aside", [])]
    answer(document, as_json=as_json, lines="\n".join(lines))


def _spell(value: object) -> str:
    return say(value) if isinstance(value, Words) else str(value)


def register(app: Flask) -> None:
    """Add the group to ``flask``'s commands."""
    app.cli.add_command(feeds)
