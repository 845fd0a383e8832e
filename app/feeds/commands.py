"""The command group ``feeds``: import, apply, report, list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from app import clock
from app.audit.actions import COMMAND
from app.console import Group, answer, json_option
from app.db import db, reading_only
from app.errors import Refused
from app.feeds import actions, queries
from app.feeds.applying.jobs import apply_planned, plan_again, receive
from app.feeds.applying.problems import SchoolsNotWritten, Stopped
from app.feeds.applying.queries import failed_lines
from app.feeds.deciding import actions as deciding
from app.feeds.deciding.queries import operator_called
from app.feeds.delivery.loaders import FORMS
from app.web.say import say
from app.words import N_, Words

feeds = Group("feeds", help="Feed the directory.")


class DatabaseBusy(Refused):
    message = N_("La base de données est occupée par une autre écriture ; rien n’a été modifié.")
    advice = N_("Recommencez dans quelques instants.")


@feeds.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(sorted(FORMS)))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--plan", is_flag=True, help="Only say what the import would change.")
@click.option("--year-n", is_flag=True, help="Fill year N instead of N+1.")
@click.option("--school", "uai", metavar="UAI", help="The school of a file that does not name its own (ONDE, CSV).")
@json_option
def import_(form: str, path: Path, plan: bool, year_n: bool, uai: str | None, as_json: bool) -> None:
    """Import a delivery: a file, a folder or an archive of them."""
    tell = _telling(as_json)
    with _stops_told(as_json), _not_busy():
        number = receive(
            path, form=form, uai=uai, plan=plan, year_n=year_n, by=COMMAND, now=clock.portal_now(), tell=tell
        )
    with reading_only():
        _tell_report(queries.report(number), as_json)
        _demand_written(number)


@feeds.command()
@click.argument("number", metavar="PLAN", type=int)
@click.option("--lift", metavar="UAI", multiple=True, help="Lift the threshold that stops this school; asks for --by.")
@click.option("--others", is_flag=True, help="Apply the schools that nothing stops.")
@click.option(
    "--returning", type=click.Choice(["accept", "refuse"]), help="Say so of every class of last year that comes back."
)
@click.option("--by", "login", metavar="LOGIN", help="Who lifts the threshold.")
@json_option
def apply(
    number: int, lift: tuple[str, ...], others: bool, returning: str | None, login: str | None, as_json: bool
) -> None:
    """Apply a delivery that was planned, or go on with one that was interrupted."""
    now = clock.portal_now()
    with _stops_told(as_json), _not_busy():
        if lift:
            person_id = operator_called(login)
            for uai in lift:
                deciding.lift(number, uai, by_id=person_id, by=COMMAND, now=now)
            db.session.commit()
        if returning is not None:
            deciding.decide_all(queries.import_by_id(number), returning, by=COMMAND, now=now)
            plan_again(number, by=COMMAND, now=now)
        apply_planned(number, others=others, by=COMMAND, now=now, tell=_telling(as_json))
    with reading_only():
        _tell_report(queries.report(number), as_json)
        _demand_written(number)


def _demand_written(number: int) -> None:
    failed = failed_lines(number)
    if failed:
        named = ", ".join(line.name for line in failed[:5]) + (" …" if len(failed) > 5 else "")
        raise SchoolsNotWritten(count=len(failed), schools=named, number=number)


def _telling(as_json: bool) -> Callable[[Words], None]:
    def tell(words: Words) -> None:
        if not as_json:
            click.echo(say(words), err=True)

    return tell


@contextmanager
def _stops_told(as_json: bool) -> Iterator[None]:
    """The report of a delivery that waits for a person is there, with its number, whatever the exit code."""
    try:
        yield
    except Stopped as stopped:
        with reading_only():
            _tell_report(queries.report(stopped.number), as_json)
        raise


@contextmanager
def _not_busy() -> Iterator[None]:
    try:
        yield
    except OperationalError as busy:
        db.session.rollback()
        if "locked" not in str(busy):
            raise
        raise DatabaseBusy() from busy


@feeds.command()
@click.argument("number", metavar="IMPORT", type=int)
@json_option
def report(number: int, as_json: bool) -> None:
    """The report of an import: counts, warnings, rejected entries and links set aside."""
    with reading_only():
        found = queries.import_by_id(number)
        document = queries.report(number) | {
            "name": found.name,
            "delivered_on": found.delivered_on.isoformat() if found.delivered_on else None,
            "reason": actions.reason_of(found),
            "set_aside": [{"id": one.entry, "reason": queries.reason_of(one)} for one in queries.set_aside(number)],
        }
    _tell_report(document, as_json)


@feeds.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The newest imports: number, source, day of the delivery, state, name."""
    with reading_only():
        found = [
            {
                "import": made.id,
                "source": made.source,
                "delivered_on": made.delivered_on.isoformat() if made.delivered_on else None,
                "state": made.state,
                "name": made.name,
            }
            for made in queries.imports()
        ]
    lines = (
        f"{one['import']:6}  {one['source']:8}{one['delivered_on'] or '-':12}{one['state']:10} {one['name']}"
        for one in found
    )
    answer(found, as_json=as_json, lines="\n".join(lines))


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
