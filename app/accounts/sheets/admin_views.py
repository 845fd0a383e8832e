"""Credentials sheets: per class or a whole year, for pupils or guardians, on screen or as PDF (ACCT-3, ACCT-4).

Nothing is kept: the codes exist in the answer alone, their digests in the accounts (S3-2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts import passwords
from app.accounts.doors import Door, ways_in
from app.accounts.people.actions import NotAllowedTo
from app.accounts.sheets import actions, queries
from app.accounts.sheets.choosing import (
    AUDIENCE_NAMES,
    Audience,
    Holder,
    Kind,
    MadeSlip,
    State,
    left_out,
    may_cancel_used,
    seen,
    slip_kind,
)
from app.accounts.sheets.forms import SheetForm
from app.accounts.sheets.queries import ClassLine
from app.audit.actions import actor_of
from app.db import db, reading_only
from app.directory.queries import project, school_by_id
from app.errors import NotFound
from app.files.names import safe_name
from app.files.slips import Slip, slips_pdf
from app.gate.admin_views import school_for
from app.gate.disclosure import may_know, visitor_may_know
from app.gate.queries import closures
from app.profiles import Place, Profile, Verb
from app.schoolyear import YearName, zone_of
from app.web.absolute import absolute
from app.web.allowed import allowed, visitor
from app.web.downloads import deliver_pieces
from app.web.fragments import render_page
from app.web.say import language, say
from app.wording import instant
from app.words import N_, Words

blueprint = Blueprint("accounts_sheets_admin", __name__)


@dataclass(frozen=True, kw_only=True)
class Order:
    """A sheet that somebody may ask for: which classes of which school, for whom; ``title`` names the classes."""

    school_id: int
    school: str
    uai: str
    zone: str
    lines: Sequence[ClassLine]
    audience: Audience
    title: str
    back: str
    taught: bool = False
    whole: bool = False


def _known(lines: Sequence[ClassLine]) -> list[ClassLine]:
    """The classes whose year whoever asks may know (GATE-8)."""
    asking, now = visitor(), clock.portal_now()
    return [
        line
        for line in lines
        if asking.may(Verb.RESET_STUDENTS, line.school_id)
        or visitor_may_know(closures(), asking, school_id=line.school_id, year_begins=line.year_begins, now=now).allowed
    ]


def _year(line: ClassLine) -> YearName:
    return YearName(begins=line.year_begins)


@blueprint.get("/administration/ecole/<uai>/fiches")
@allowed(Verb.RESET_STUDENTS)
def classes(uai: str) -> Any:
    """The classes, each with its pupils' and its guardians' accounts, and how many were never used."""
    school = school_for(uai, Verb.RESET_STUDENTS)
    years: dict[int, list[ClassLine]] = {}
    for line in _known(queries.class_lines(school.id)):
        if line.students or line.guardians:
            years.setdefault(line.year_begins, []).append(line)
    return render_page(
        "accounts/sheets/classes.html",
        school=school,
        years=[(begins, YearName(begins=begins), lines) for begins, lines in years.items()],
        portal=_ways().portal,
        providers=_providers_of_families(),
    )


@blueprint.route("/administration/ecole/<uai>/fiches/<int:class_id>/eleves", methods=["GET", "POST"])
@allowed(Verb.RESET_STUDENTS)
def students(uai: str, class_id: int) -> Any:
    """The sheet of a class's pupils."""
    return _serve(lambda: _of_class(uai, class_id, Audience.STUDENTS))


@blueprint.route("/administration/ecole/<uai>/fiches/<int:class_id>/responsables", methods=["GET", "POST"])
@allowed(Verb.RESET_STUDENTS)
def guardians(uai: str, class_id: int) -> Any:
    """The sheet of a class's guardians, one slip each (KIN-2)."""
    return _serve(lambda: _of_class(uai, class_id, Audience.GUARDIANS))


@blueprint.route("/administration/ecole/<uai>/fiches/annee/eleves", methods=["GET", "POST"])
@allowed(Verb.RESET_STUDENTS)
def all_students(uai: str) -> Any:
    """The sheets of all pupils of a year (``annee``), in one file for printing."""
    return _serve(lambda: _of_year(uai, Audience.STUDENTS))


@blueprint.route("/administration/ecole/<uai>/fiches/annee/responsables", methods=["GET", "POST"])
@allowed(Verb.RESET_STUDENTS)
def all_guardians(uai: str) -> Any:
    """The sheets of all guardians of a year (``annee``), in one file for printing; each guardian once."""
    return _serve(lambda: _of_year(uai, Audience.GUARDIANS))


@blueprint.route("/espace/eleves/<int:class_id>/fiches", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def taught(class_id: int) -> Any:
    """The sheet of the pupils of a class that the teacher teaches (ACCT-4)."""
    return _serve(lambda: _of_taught(class_id))


def _of_taught(class_id: int) -> Order:
    line, asking = queries.class_line(class_id, None), visitor()
    here = asking.has_profile(Profile.TEACHER, line.school_id) and line.school_id in g.open_schools
    if not here or not queries.teaches(asking, class_id) or not _known([line]):
        raise NotFound()
    school, back = school_by_id(line.school_id), url_for("accounts_admin.pupils")
    return _order(school, [line], Audience.STUDENTS, f"{line.name}, {_year(line)}", back, taught=True)


def _of_class(uai: str, class_id: int, audience: Audience) -> Order:
    school = school_for(uai, Verb.RESET_STUDENTS)
    line = queries.class_line(class_id, school.id)
    if not _known([line]):
        raise NotFound()
    return _order(school, [line], audience, f"{line.name}, {_year(line)}", url_for(".classes", uai=school.uai))


def _of_year(uai: str, audience: Audience) -> Order:
    school = school_for(uai, Verb.RESET_STUDENTS)
    lines = [line for line in _known(queries.class_lines(school.id)) if line.students or line.guardians]
    begins = request.args.get("annee", default=lines[0].year_begins if lines else 0, type=int)
    lines = [line for line in lines if line.year_begins == begins]
    if not lines:
        raise NotFound()
    return _order(school, lines, audience, str(_year(lines[0])), url_for(".classes", uai=school.uai), whole=True)


def _order(
    school: Any,
    lines: Sequence[ClassLine],
    audience: Audience,
    title: str,
    back: str,
    *,
    taught: bool = False,
    whole: bool = False,
) -> Order:
    return Order(
        school_id=school.id,
        school=school.name,
        uai=school.uai,
        zone=school.zone,
        lines=lines,
        audience=audience,
        title=title,
        back=back,
        taught=taught,
        whole=whole,
    )


def _ways() -> Any:
    return ways_in(Door.FAMILIES, current_app.extensions["doors"])


def _providers_of_families() -> str:
    return ", ".join(provider.title for provider in _ways().providers)


# One sheet -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A sheet whose codes are made and not given out yet; ``pdf`` is empty for one on screen."""

    order: Order
    slips: Sequence[MadeSlip]
    told: dict[int, str]
    address: str
    portal: str
    expires_at: datetime
    pdf: bytes
    #: What the page had shown of the accounts.
    shown: str


def _serve(find: Callable[[], Order]) -> Any:
    """The page that says what would be made; after its form, the slips, once.

    The document is drawn while only reading, so that nobody else waits for it; the codes count from the commit on.
    """
    with reading_only():
        found = _draw(find())
        if isinstance(found, Drawn):
            db.session.rollback()
    return _give(found) if isinstance(found, Drawn) else found


def _draw(order: Order) -> Any:
    if not _ways().portal:
        return render_page(
            "accounts/sheets/elsewhere.html", order=order, audience=order.audience, providers=_providers_of_families()
        )
    asking, at = visitor(), clock.machine_now()
    everybody = queries.holders(order.audience, order.school_id, [line.id for line in order.lines])
    refused = [(one, left_out(one, order.audience, asking)) for one in everybody]
    served = [one for one, reason in refused if reason is None]
    form = SheetForm()
    may_cancel = may_cancel_used(order.audience, asking, order.school_id, taught=order.taught)
    if not form.validate_on_submit():
        states = [one.state(at) for one in served]
        form.seen.data = seen(one.facts for one in served)
        return render_page(
            "accounts/sheets/sheet.html",
            status=422 if form.errors else 200,
            order=order,
            audience=order.audience,
            names=AUDIENCE_NAMES,
            form=form,
            counts={state: states.count(state) for state in State},
            may_cancel=may_cancel,
            left_out=[(one.name, reason) for one, reason in refused if reason is not None],
        )
    if form.used.data and not may_cancel:
        raise NotAllowedTo(
            Words(N_("Seuls les exploitants du projet remplacent le mot de passe qu’un responsable utilise déjà."))
        )
    kinds = [(one, slip_kind(one, form.wish, at)) for one in served]
    slips = [
        MadeSlip(holder=one, kind=kind, code=passwords.new_code() if kind == Kind.NEW else "") for one, kind in kinds
    ]
    drawn = Drawn(
        order=order,
        slips=slips,
        told=_classes_told(order),
        address=absolute("accounts.doors"),
        portal=project().name,
        expires_at=at + timedelta(hours=current_app.extensions["settings"].code_hours),
        pdf=b"",
        shown=form.seen.data or "",
    )
    return replace(drawn, pdf=_pdf(drawn)) if order.whole or request.form.get("as") == "pdf" else drawn


def _give(drawn: Drawn) -> Any:
    order = drawn.order
    actions.give_codes(
        {slip.holder.person_id: slip.code for slip in drawn.slips if slip.code},
        shown=drawn.shown,
        among=[slip.holder.person_id for slip in drawn.slips],
        expires_at=drawn.expires_at,
        audience=order.audience,
        school_id=order.school_id,
        class_ids=[line.id for line in order.lines],
        by=actor_of(visitor()),
        now=clock.portal_now(),
    )
    db.session.commit()
    if not drawn.pdf:
        return render_page(
            "accounts/sheets/slips.html",
            drawn=drawn,
            order=order,
            names=AUDIENCE_NAMES,
            shown_code=passwords.shown_code,
        )
    name = safe_name(f"{_('fiches de connexion')} {order.title} {say(AUDIENCE_NAMES[order.audience])}", "fiches")
    return deliver_pieces(_pieces(drawn.pdf), len(drawn.pdf), f"{name}.pdf", kind="application/pdf")


def _pieces(document: bytes) -> Iterator[bytes]:
    for start in range(0, len(document), 1 << 16):
        yield document[start : start + (1 << 16)]


def _classes_told(order: Order) -> dict[int, str]:
    """The names of the classes that a slip may bear: those that families may know today (GATE-8); the sheet's heading names all."""
    now = clock.portal_now()
    profile = Profile.STUDENT if order.audience == Audience.STUDENTS else Profile.GUARDIAN
    return {
        line.id: line.name
        for line in order.lines
        if may_know(
            closures(),
            Place(school_id=order.school_id, profile=profile, level=line.level, class_id=line.id),
            line.year_begins,
            now,
        ).allowed
    }


def _pdf(drawn: Drawn) -> bytes:
    order, by_class = drawn.order, {line.id: list[MadeSlip]() for line in drawn.order.lines}
    for slip in drawn.slips:
        by_class[slip.holder.class_id].append(slip)
    audience = say(AUDIENCE_NAMES[order.audience])
    until = instant(drawn.expires_at, zone_of(order.zone), language())
    sheets = [
        (
            f"{order.school} · {line.name} · {_year(line)} · {audience}",
            [_slip(slip, drawn, until) for slip in by_class[line.id]],
        )
        for line in order.lines
        if by_class[line.id]
    ]
    title = f"{_('Fiches de connexion')} · {order.title} · {audience}"
    return slips_pdf(title, sheets, language=language(), made_at=clock.machine_now())


def _slip(slip: MadeSlip, drawn: Drawn, until: str) -> Slip:
    holder: Holder = slip.holder
    facts = [(_("Adresse"), drawn.address), (_("Identifiant"), holder.login or "")]
    if slip.kind == Kind.KEPT:
        facts.append((_("Mot de passe"), _("celui que vous avez choisi")))
    elif slip.kind == Kind.WAITING:
        facts.append((_("Code"), _("celui que vous avez déjà reçu")))
    elif slip.kind == Kind.ASK:
        facts.append((_("Code"), _("à demander au secrétariat")))
    under = _("Responsable de %(pupils)s", pupils=", ".join(holder.pupils)) if holder.pupils else ""
    parts = [drawn.told.get(holder.class_id, ""), under, drawn.order.school]
    return Slip(
        name=holder.name,
        under=" · ".join(part for part in parts if part),
        facts=facts,
        code_label=_("Code"),
        code=passwords.shown_code(slip.code) if slip.code else "",
        note=_(
            "Portail %(portal)s. Ce code sert une fois, jusqu’au %(until)s : vous choisirez ensuite votre mot de passe. Ne donnez"
            " cette fiche à personne.",
            portal=drawn.portal,
            until=until,
        )
        if slip.kind == Kind.NEW
        else _("Portail %(portal)s. Rien n’a changé pour votre compte.", portal=drawn.portal),
    )
