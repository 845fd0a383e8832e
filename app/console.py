"""How commands answer (the stable contract): one JSON document or plain lines, errors with a hint, exit codes.

Exit codes: 0 done, 1 done with failed items, 2 usage, 3 refused.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup, ScriptInfo

from app.errors import Refused
from app.pulse import CLOCK, pulse
from app.web.say import say


def _spell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def answer(document: Any, *, as_json: bool, lines: str | None = None) -> None:
    """Print ``document`` as JSON, or ``lines`` for a person."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, default=_spell))
    elif lines is not None:
        click.echo(lines)


def _complain(error: str, hint: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": error, "hint": hint}, ensure_ascii=False), err=True)
    else:
        click.echo(error + (f"\n{hint}" if hint else ""), err=True)


class Command(click.Command):
    """A command whose refusals end with their exit code and, under ``--json``, an error document."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        as_json = "--json" in args
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as misused:
            if not as_json:
                raise
            _complain(misused.format_message(), misused.ctx.get_usage() if misused.ctx else "", as_json)
            raise click.exceptions.Exit(2) from None

    def invoke(self, ctx: click.Context) -> Any:
        with ctx.ensure_object(ScriptInfo).load_app().app_context():
            pulse().number(CLOCK)  # the demo's time machine moves commands too
        try:
            return super().invoke(ctx)
        except Refused as refused:
            hint = say(refused.hint) if refused.hint is not None else ""
            _complain(say(refused.words), hint, bool(ctx.params.get("as_json")))
            ctx.exit(refused.exit_code)


class Group(AppGroup):
    """A command group of ``Command``s."""

    command_class = Command
    group_class = type


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
