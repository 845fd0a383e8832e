"""``audit verify``: does the chain hold? (G10)"""

from __future__ import annotations

import click
from flask import Flask

from app.audit import queries
from app.console import Group, answer, json_option
from app.db import reading_only
from app.web.say import say
from app.words import N_, Words

group = Group("audit", help="The journal of who did what.")


def register(app: Flask) -> None:
    """Add the group to ``flask``."""
    app.cli.add_command(group)


@group.command()
@json_option
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Read the whole chain: its head and count, or exit 1 and the first line that does not hold."""
    with reading_only():
        found = queries.verify()
    document = {"holds": found.holds, "count": found.count, "head": found.head, "broken_at": found.broken_at}
    if found.holds:
        words = Words(N_("Le journal tient : %(count)s lignes, tête %(head)s."), count=found.count, head=found.head)
    else:
        words = Words(
            N_(
                "Le journal ne tient pas : la ligne %(line)s est altérée ou absente. Les %(count)s lignes d’avant tiennent."
            ),
            line=found.broken_at,
            count=found.count,
        )
    answer(document, as_json=as_json, lines=say(words))
    if not found.holds:
        ctx.exit(1)
