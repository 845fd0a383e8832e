"""Announcements received, issued, and those of a school: read, write, cancel, take offline, ask the author."""

from __future__ import annotations

import secrets
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice, ValidationError

from app import clock
from app.audit.actions import actor_of
from app.db import announce_writing, db
from app.directory.queries import school_by_id
from app.errors import NotFound, Refused
from app.gate.queries import snapshot
from app.messaging.announcement_roles import (
    FORM_NAMES,
    AnnouncementRole,
    Form,
    Right,
    forms_for,
    may,
    may_at_all,
)
from app.messaging.announcements import actions, queries
from app.messaging.announcements.forms import AnnouncementForm
from app.messaging.assistant.queries import offered_to_all, words_of
from app.messaging.naming import GROUPS
from app.messaging.populations import SEVERITY_NAMES, Recipient, RecipientKind, Severity
from app.messaging.recipients.queries import counts
from app.messaging.telling.actions import tell_of_message
from app.messaging.views import frame, me, zone
from app.profiles import PROFILE_PLURALS
from app.schoolyear import NoSuchHour, end_of_day, instant_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("messaging_announcements", __name__, url_prefix="/annonces")

#: The state's colour of each severity.
STATES = {Severity.INFORMATION: "info", Severity.WARNING: "partly", Severity.ALERT: "failed"}
ENTRIES = 40

Held = dict[int | None, frozenset[AnnouncementRole]]


def roles_here() -> Held:
    """My roles in targeted communication, by school."""
    return queries.roles_held(visitor(), clock.portal_now())


def naming() -> dict[str, Any]:
    """What pages need to name severities and forms."""
    return {"severities": SEVERITY_NAMES, "form_names": FORM_NAMES, "states": STATES}


@blueprint.get("")
@allowed(SIGNED_IN)
def received() -> Response:
    """The announcements and news that are or were for me."""
    now, held = clock.portal_now(), roles_here()
    schools = snapshot().schools
    return render_page(
        "messaging/announcements.html",
        **frame("announcements"),
        **naming(),
        lines=queries.received(visitor(), now),
        now=now,
        may_write=any(may_at_all(roles, Right.CREATE) for roles in held.values()),
        may_see=any(may_at_all(roles, Right.SEE_ISSUED) for roles in held.values()),
        boards=[
            schools[school]
            for school, roles in held.items()
            if school is not None and school in schools and may_at_all(roles, Right.SEE_RECEIVED)
        ],
    )


@blueprint.get("/<int:announcement_id>")
@allowed(SIGNED_IN)
def announcement(announcement_id: int) -> Response:
    """One announcement: for its readers, its author, and whoever's role shows it. Opening it as a reader is noted."""
    now, held = clock.portal_now(), roles_here()
    found = queries.announcement(announcement_id)
    rights = rights_about(found, held)
    meant = queries.is_for(found, visitor(), now)
    if not meant and not rights & {Right.SEE_ISSUED, Right.SEE_RECEIVED}:
        raise NotFound()
    new = meant and found.form != Form.MESSAGE and _not_opened(announcement_id)
    answer = render_page(
        "messaging/announcement.html",
        **frame("announcements"),
        **naming(),
        found=found,
        form=Form(found.form),
        severity=Severity(found.severity),
        recipients=words_of(queries.recipients_of(found)) if rights else [],
        opened=queries.opened_by(announcement_id) if rights else 0,
        may_cancel=Right.CANCEL in rights and found.cancelled_at is None,
        may_contact=Right.CONTACT_AUTHOR in rights and found.author_id not in (None, me()),
        rights=rights,
    )
    if new:
        # The page has been read from a transaction that may not write.
        db.session.rollback()
        announce_writing(True)
        actions.note_opened(announcement_id, me(), now=now)
        db.session.commit()
    return answer


def _not_opened(announcement_id: int) -> bool:
    copy = queries.copy_of(announcement_id, me())
    return copy is None or copy.opened_at is None


def rights_about(found: Any, held: Held) -> frozenset[Right]:
    """What the visitor's roles let them do with it; receiving rights are those of any school where it is the project's."""
    own, form = found.author_id == me(), Form(found.form)
    roles = queries.roles_for(held, found.school_id)
    rights = {right for right in Right if may(roles, right, form, own=own)}
    if found.school_id is None and found.spread_at is not None:
        everywhere = frozenset[AnnouncementRole]().union(*held.values())
        receiving = (Right.SEE_RECEIVED, Right.CONTACT_AUTHOR)
        rights |= {right for right in receiving if may(everywhere, right, form)}
    if found.spread_at is None:
        rights -= {Right.SEE_RECEIVED, Right.CONTACT_AUTHOR, Right.TAKE_OFFLINE}
    return frozenset(rights)


@blueprint.get("/emises")
@allowed(SIGNED_IN)
def mine() -> Response:
    """What was issued, as far as my roles show it. Raises ``NotFound`` for whoever has none."""
    held = roles_here()
    if not any(may_at_all(roles, Right.SEE_ISSUED) for roles in held.values()):
        raise NotFound()
    rows, more = queries.issued(visitor(), clock.portal_now(), request.args.get("avant", type=int))
    return render_page(
        "messaging/issued.html",
        **frame("announcements"),
        **naming(),
        rows=rows,
        now=clock.portal_now(),
        next=url_for(".mine", avant=rows[-1][0].id) if more and rows else None,
        may_write=any(may_at_all(roles, Right.CREATE) for roles in held.values()),
    )


@blueprint.route("/ecrire", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def write() -> Response:
    """A new announcement of a school (``ecole``), or of the project: its population, the count, then it is spread or dated."""
    now, held = clock.portal_now(), roles_here()
    places = [school for school, roles in held.items() if may_at_all(roles, Right.CREATE)]
    if not places:
        raise NotFound()
    asked = request.values.get("ecole", type=int)
    school_id = asked if asked in places or (asked is not None and None in places) else places[0]
    if school_id is not None:
        school_by_id(school_id)
    form = AnnouncementForm()
    forms = forms_for(queries.roles_for(held, school_id), Right.CREATE)
    form.form.choices = [SelectChoice(one.value, say(FORM_NAMES[one])) for one in forms]
    form.severity.choices = [SelectChoice(one.value, say(SEVERITY_NAMES[one])) for one in Severity]
    chosen = _chosen() if request.method == "POST" else ()
    do = request.form.get("do", "")
    if request.method == "GET":
        form.key.data, form.form.data, form.severity.data = secrets.token_hex(16), forms[-1].value, "information"
        if Form.ANNOUNCEMENT in forms:
            form.form.data = Form.ANNOUNCEMENT.value
    elif do in ("check", "spread") and form.validate():
        return _checked(form, chosen, school_id, now, do)
    elif do not in ("check", "spread"):
        form = _unvalidated(form)
    return _write_page(form, chosen, school_id, held, [])


def _unvalidated(form: AnnouncementForm) -> AnnouncementForm:
    for field in form:
        field.errors = []
    return form


def _chosen() -> tuple[Recipient, ...]:
    tokens = request.form.getlist("to")
    if request.form.get("do") == "add":
        tokens = [*tokens, request.form.get("population", "")]
    removed, found = request.form.get("remove"), []
    for token in tokens[: ENTRIES + 1]:
        try:
            one = Recipient.from_token(token)
        except ValueError:
            continue
        if token != removed and one.kind != RecipientKind.PERSON:
            found.append(one)
    return tuple(dict.fromkeys(found))[:ENTRIES]


def _write_page(
    form: AnnouncementForm, chosen: tuple[Recipient, ...], school_id: int | None, held: Held, also: list[Any]
) -> Response:
    groups: dict[Any, list[Any]] = {}
    for option in offered_to_all(school_id):
        if option.to not in chosen:
            groups.setdefault(GROUPS[option.group], []).append(option)
    schools = snapshot().schools
    return render_page(
        "messaging/write_announcement.html",
        status=422 if form.errors or also else 200,
        **frame("announcements"),
        **naming(),
        form=form,
        also=also,
        chosen=list(zip(chosen, words_of(chosen), strict=True)),
        groups=groups,
        school_id=school_id,
        places=[(school, schools[school].name if school in schools else None) for school in held if school is not None]
        + ([(None, None)] if None in held else []),
    )


def _checked(
    form: AnnouncementForm, chosen: tuple[Recipient, ...], school_id: int | None, now: datetime, do: str
) -> Response:
    """The count by class and population, then spreading. Whoever was not offered in the list is not addressed."""
    held, also = roles_here(), []
    allowed_ones = {option.to for option in offered_to_all(school_id)}
    if not chosen or not set(chosen) <= allowed_ones:
        also = [_("Choisissez à qui s’adresse la communication.")]
    kind = Form(form.form.data)
    if kind == Form.MESSAGE and any(to.school_id is None and to.kind == RecipientKind.PROFILE for to in chosen):
        also = [_("Un message s’adresse aux personnes d’un établissement ; pour tout le projet, faites une annonce.")]
    try:
        shown_from, shown_until = _moments(form, school_id, now)
    except ValidationError as wrong:
        form.day.errors = [str(wrong)]
        shown_from, shown_until = now, None
    if also or form.day.errors:
        return _write_page(form, chosen, school_id, held, also)
    if do == "check":
        counted = [to for to in chosen if to.school_id is not None]
        return render_page(
            "messaging/spread.html",
            **frame("announcements"),
            **naming(),
            form=form,
            kind=kind,
            severity=Severity(form.severity.data),
            chosen=chosen,
            entries=list(zip(counts(counted, now), words_of(counted), strict=True)),
            uncounted=words_of([to for to in chosen if to.school_id is None]),
            plurals=PROFILE_PLURALS,
            shown_from=shown_from if shown_from > now else None,
            shown_until=shown_until,
            school_id=school_id,
        )
    try:
        made = actions.write(
            form_key=form.key.data or "",
            school_id=school_id,
            author_id=me(),
            form=kind,
            severity=Severity(form.severity.data),
            title=form.title.data or "",
            source=form.source.data or "",
            link=form.link.data or "",
            recipients=chosen,
            shown_from=shown_from,
            shown_until=shown_until,
            by=actor_of(visitor()),
            now=now,
        )
    except Refused as refused:
        db.session.rollback()
        return _write_page(form, chosen, school_id, held, [refused.words, refused.hint])
    if made.message_id is not None and made.spread_at == now:
        tell_of_message(made.message_id, machine_now=clock.machine_now())
    db.session.commit()
    flash(_("La communication est diffusée.") if made.spread_at else _("La communication est programmée."), "success")
    return see_other(url_for(".announcement", announcement_id=made.id))


def _moments(form: AnnouncementForm, school_id: int | None, now: datetime) -> tuple[datetime, datetime | None]:
    known = snapshot().schools
    where = ZoneInfo(known[school_id].zone if school_id is not None and school_id in known else zone())
    start = now
    if form.day.data is not None:
        try:
            start = instant_of(datetime.combine(form.day.data, form.hour.data or time(8)), where)
        except NoSuchHour as wrong:
            raise ValidationError(say(wrong.words)) from None
        if start <= now:
            raise ValidationError(_("Ce moment est passé : choisissez-en un à venir, ou laissez vide."))
    end = end_of_day(form.until.data, where) if form.until.data is not None else None
    if end is not None and end <= start:
        raise ValidationError(_("Le dernier jour d’affichage est avant la diffusion."))
    return start, end


@blueprint.route("/<int:announcement_id>/annuler", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def cancel(announcement_id: int) -> Response:
    """Take it off every home at once."""
    found = queries.announcement(announcement_id)
    if Right.CANCEL not in rights_about(found, roles_here()):
        raise NotFound()
    back = url_for(".announcement", announcement_id=announcement_id)
    if request.method == "POST":
        actions.cancel(found, by=actor_of(visitor()), now=clock.portal_now())
        db.session.commit()
        flash(_("La communication est annulée : plus personne ne la voit."), "success")
        return see_other(back)
    return render_page(
        "messaging/confirm.html",
        **frame("announcements"),
        form=None,
        question=_("Annuler « %(title)s » ?", title=found.title),
        words=_("Elle disparaît aussitôt de toutes les pages d’accueil. Pour la corriger, faites-en une nouvelle."),
        action=_("Annuler la communication"),
        back=back,
    )
