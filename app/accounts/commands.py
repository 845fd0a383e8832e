"""``flask accounts ...``: one-time codes, roles, foreign identities. A stable contract; they need no web process."""

from __future__ import annotations

import click
from flask import Flask, current_app

from app import clock
from app.accounts import actions, passwords
from app.accounts.people.actions import hold_operators
from app.accounts.queries import account_by_login, account_to_change
from app.accounts.role_table import role_table
from app.audit.actions import COMMAND
from app.console import Group, answer, json_option
from app.db import db
from app.directory.actions import grant_role, revoke_role
from app.directory.models import School
from app.directory.queries import school_by_uai
from app.errors import Misused
from app.profiles import Role
from app.web.say import say
from app.words import N_, Words

accounts = Group("accounts", help="Accounts: one-time codes, roles, identities at providers.")

_school = click.option("--school", "uai", metavar="UAI", help="The school in which the role is held.")


class UnknownRole(Misused):
    message = N_("Le rôle « %(role)s » n’existe pas.")
    advice = N_("Les rôles sont : operator, owner, school-admin, head.")


class UnknownProvider(Misused):
    message = N_("Aucun fournisseur ne s’appelle « %(provider)s ».")
    advice = N_("Les fournisseurs sont ceux du réglage BASCULE_OIDC.")


def register(app: Flask) -> None:
    """Bind the group to ``app``."""
    app.cli.add_command(accounts)


@accounts.command("code")
@click.argument("login")
@json_option
def code(login: str, as_json: bool) -> None:
    """A new one-time code: the password and open sessions of that account are over."""
    account = account_to_change(account_by_login(login).person_id)
    secret = actions.issue_code(account, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    answer(
        {"login": account.login, "code": secret, "expires_at": account.code_expires_at},
        as_json=as_json,
        lines=say(
            Words(
                N_("Identifiant : %(login)s\nCode : %(code)s\nValable jusqu’au %(until)s."),
                zone=current_app.extensions["settings"].zone,
                login=account.login,
                code=passwords.shown_code(secret),
                until=account.code_expires_at,
            )
        ),
    )


@accounts.command("grant")
@click.argument("login")
@click.argument("role")
@_school
@json_option
def grant(login: str, role: str, uai: str | None, as_json: bool) -> None:
    """Give a role: operator or owner for the project, school-admin or head in a school."""
    _change(login, role, uai, True, as_json)


@accounts.command("revoke")
@click.argument("login")
@click.argument("role")
@_school
@json_option
def revoke(login: str, role: str, uai: str | None, as_json: bool) -> None:
    """Take a role back. The last operator stays."""
    _change(login, role, uai, False, as_json)


def _change(login: str, name: str, uai: str | None, give: bool, as_json: bool) -> None:
    if name not in tuple(Role):
        raise UnknownRole(role=name)
    role, person = Role(name), account_by_login(login).person
    school: School | None = school_by_uai(uai) if uai else None
    hold_operators(role)
    change = grant_role if give else revoke_role
    changed = change(person, role, school, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    said = N_("Le rôle est donné.") if give else N_("Le rôle est retiré.")
    document = {"login": login, "role": role.value, "school": school.uai if school else None, "changed": changed}
    answer(document, as_json=as_json, lines=say(said) if changed else say(N_("Rien à changer.")))


@accounts.command("link")
@click.argument("login")
@click.argument("provider")
@click.argument("subject")
@json_option
def link(login: str, provider: str, subject: str, as_json: bool) -> None:
    """Note who somebody is at an identity provider: SUBJECT is the value of its configured claim."""
    if provider not in {known.id for known in current_app.extensions["doors"]}:
        raise UnknownProvider(provider=provider)
    person = account_by_login(login).person
    changed = actions.link_identity(person, provider, subject, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    document = {"login": login, "provider": provider, "changed": changed}
    answer(document, as_json=as_json, lines=say(N_("L’identité est notée.")) if changed else say(N_("Rien à changer.")))


@accounts.command("table")
def table() -> None:
    """Print docs/roles.md: what each role may do."""
    click.echo(role_table(), nl=False)
