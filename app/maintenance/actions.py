"""Setting the portal up: schema, project, years, first operator, the families' window by default (GATE-2). Idempotent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import inspect, select

from app import clock
from app.accounts import actions as accounts
from app.accounts.models import Account
from app.audit.actions import Actor
from app.db import db
from app.directory import actions as directory
from app.directory.models import Project
from app.directory.queries import roles_of
from app.errors import Misused, Refused
from app.gate import actions as gate
from app.gate.models import ClosingWindow, GateRules
from app.gate.windows import Bound, Source, WindowKind
from app.maintenance.anchors import Anchors
from app.profiles import FAMILIES, Role
from app.words import N_, Words

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}\Z")


class LoginTaken(Refused):
    message = N_("L’identifiant « %(login)s » est déjà celui de quelqu’un qui n’est pas exploitant.")
    advice = N_("Choisissez un autre identifiant avec --operator, ou donnez le rôle avec « accounts grant ».")


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What ``set_up`` did: the operator's login, their one-time code if the account is new, whether the project is."""

    login: str
    code: str | None
    created: bool


def upgrade_schema() -> None:
    """Bring the schema to the newest migration, in transactions of its own.

    A database whose tables were made without migrations (a test's) is left as it is.
    """
    db.session.remove()
    tables = set(inspect(db.engine).get_table_names())
    folder = Path(current_app.extensions["migrate"].directory) / "versions"
    if "alembic_version" in tables or ("project" not in tables and any(folder.glob("*.py"))):
        upgrade()


def set_up(name: str, anchors: Anchors, *, zone: str, operator: str, by: Actor, now: datetime) -> SetUp:
    """Project, years N and N+1, the gate's rules, the first operator and, where asked, the families' window.

    ``anchors`` have been checked; ``zone`` is an IANA name; ``now`` is portal time. Run again it changes what differs
    and gives no second code. Raises ``Misused`` for a login that cannot be one or is somebody else's.
    """
    if not _LOGIN.match(operator):
        raise Misused(
            Words(N_("« %(login)s » ne peut pas être un identifiant."), login=operator),
            hint=Words(N_("Écrivez deux lettres ou plus, sans accent : lettres, chiffres, point, tiret.")),
            field="operator",
        )
    created = db.session.get(Project, 1) is None
    directory.make_project(name, zone=zone, rollover_year=anchors.year, by=by, now=now)
    ending = {"last_day": anchors.last_day, "holidays_from": anchors.holidays_from}
    directory.set_year(anchors.year - 1, ending, by=by, now=now)
    beginning = {"first_day": anchors.first_day, "teachers_first_day": anchors.teachers_first_day}
    directory.set_year(anchors.year, beginning, by=by, now=now)
    if db.session.get(GateRules, 1) is None:
        db.session.add(GateRules(id=1, schools_may_amend=True))
        db.session.flush()
    code = _first_operator(operator, by=by, now=now)
    if anchors.families_from is not None:
        _families_window(anchors, zone, by=by, now=now)
    return SetUp(login=operator, code=code, created=created)


def _first_operator(login: str, *, by: Actor, now: datetime) -> str | None:
    """The operator's one-time code, or None where they are known already. Raises ``LoginTaken``."""
    account = db.session.scalar(select(Account).where(Account.login == login))
    if account is not None:
        if (Role.OPERATOR, None) not in roles_of(account.person_id):
            raise LoginTaken(login=login)
        return None
    person = directory.make_person(f"operator:{login}", last_name=login, by=by, now=now)
    account = Account(person_id=person.id, login=login, created_at=clock.machine_now())
    db.session.add(account)
    db.session.flush()
    directory.grant_role(person, Role.OPERATOR, None, by=by, now=now)
    return accounts.issue_code(account, by=by, now=now)


def _families_window(anchors: Anchors, zone: str, *, by: Actor, now: datetime) -> None:
    """The window of GATE-2, by default for pupils and guardians until 8:00 of the first day; there is one such window."""
    start, end = Bound(day=anchors.families_from), Bound(instant=anchors.opening(zone))
    projects = select(ClosingWindow).where(
        ClosingWindow.kind == WindowKind.PROFILES.value,
        ClosingWindow.source == Source.PROJECT.value,
        ClosingWindow.school_id.is_(None),
        ClosingWindow.removed_at.is_(None),
    )
    limits = anchors.limits()
    for window in db.session.scalars(projects.order_by(ClosingWindow.id)):
        if frozenset(window.profiles) == FAMILIES:
            gate.change_window(window, {"start": start, "end": end, "limits": limits}, by=by, now=now)
            return
    gate.add_window(
        kind=WindowKind.PROFILES.value,
        profiles=sorted(FAMILIES),
        start=start,
        end=end,
        source=Source.PROJECT,
        limits=limits,
        by=by,
        now=now,
    )
