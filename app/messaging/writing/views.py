"""Writing: the recipients' assistant, text and files, the count before it leaves. What is typed is a draft from the first button on."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import ValidationError

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.errors import NotFound, Refused
from app.files.actions import receive_all
from app.files.problems import FileRefused
from app.gate.queries import closures
from app.messaging import actions, queries
from app.messaging.actions import Left, Written
from app.messaging.assistant.queries import check, find_people, offered, schools_of, words_of, writer_of
from app.messaging.naming import GROUPS, answered_to
from app.messaging.populations import Recipient, RecipientKind, read_all
from app.messaging.problems import CANCELLED_ALL, NobodyReached
from app.messaging.queries import Seen
from app.messaging.recipients.queries import counts, reach
from app.messaging.telling.actions import tell_of_message
from app.messaging.views import blueprint, frame, is_family, me, zone
from app.messaging.who_may_write import Writer
from app.messaging.writing.forms import LONGEST, MessageForm
from app.profiles import PROFILE_NAMES, PROFILE_PLURALS, Profile
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.web.uploads import uploads

#: Entries of a list of recipients, and files of a message, at most.
ENTRIES, FILES = 40, 20


@blueprint.route("/ecrire", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def write() -> Response:
    """Write, answer (``reponse``, ``tous``), forward (``transfert``), or go on with a draft (``brouillon``).

    Every button keeps the draft. Adding and searching come back here; sending goes through the count, unless only named people
    are addressed.
    """
    now = clock.portal_now()
    return _written(now) if request.method == "POST" else _shown(now)


# Showing ----------------------------------------------------------------------------------------------------------------


def _shown(now: datetime) -> Response:
    form, draft = MessageForm(formdata=None), None
    recipients: tuple[Recipient, ...] = ()
    writer = writer_of(visitor(), now)
    number = request.args.get("brouillon", type=int)
    if number is not None:
        draft = queries.own_draft(number, me())
        recipients = read_all(draft.recipients)
        form = MessageForm(formdata=None, subject=draft.subject, source=draft.source, key=draft.form_key)
        leaves = _typed_instant() or draft.leaves_at
        if leaves is not None:
            local = leaves.astimezone(ZoneInfo(zone()))
            form.day.data, form.hour.data = local.date(), local.time()
    else:
        form.key.data = secrets.token_hex(16)
        if (asked := request.args.get("reponse", type=int)) is not None:
            original = queries.seen_by(asked, visitor(), now)
            recipients = _answering(original, everybody=request.args.get("tous") == "1")
            form.subject.data = _prefixed(_("Re : "), original.message.subject)
        elif (asked := request.args.get("transfert", type=int)) is not None:
            original = queries.seen_by(asked, visitor(), now)
            form.subject.data = _prefixed(_("Tr : "), original.message.subject)
            form.source.data = _quoted(original)
        recipients = (*recipients, *_read(request.args.getlist("to")))
    return _page(form, recipients, draft, writer, now)


def _prefixed(prefix: str, subject: str) -> str:
    return subject if subject.startswith(prefix) else f"{prefix}{subject}"[:200]


def _quoted(original: Seen) -> str:
    if original.message.withdrawn_at is not None:
        raise NotFound()
    head = _("Message de %(author)s :", author=original.author or _("le portail"))
    return f"\n\n---\n{head}\n\n{original.message.source}"


def _answering(original: Seen, *, everybody: bool) -> tuple[Recipient, ...]:
    """Whom an answer goes to: the author, and where wanted those whom the reader may see named (KIN-2). Raises ``NotFound``."""
    found = original.message
    if found.author_id is None or found.withdrawn_at is not None:
        raise NotFound()
    author = _author(found)
    if not everybody:
        return (author,)
    others = answered_to(read_all(found.recipients), family=is_family(visitor()), reader_id=me())
    return (author, *(to for to in others if to != author))


def _author(found: Any) -> Recipient:
    """Its author, as what they wrote it; somebody who wrote by a role of the project is addressed as a person only."""
    profiles = frozenset({Profile(found.author_profile)}) if found.author_profile else frozenset()
    school = found.school_id if profiles else None
    return Recipient(kind=RecipientKind.PERSON, number=found.author_id, school_id=school, profiles=profiles)


def _read(tokens: list[str]) -> tuple[Recipient, ...]:
    found = []
    for token in tokens[:ENTRIES]:
        try:
            found.append(Recipient.from_token(token))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _typed_instant() -> datetime | None:
    at = request.args.get("le", type=float)
    return datetime.fromtimestamp(at, tz=clock.portal_now().tzinfo) if at is not None and 0 <= at < 10**11 else None


def _page(
    form: MessageForm,
    recipients: tuple[Recipient, ...],
    draft: Any,
    writer: Writer,
    now: datetime,
    also: list[Any] | None = None,
    status: int = 200,
) -> Response:
    schools = schools_of(writer)
    asked = request.values.get("ecole", type=int)
    school_id = next((school.id for school in schools if school.id == asked), schools[0].id if schools else None)
    groups: dict[str, list[Any]] = {}
    for option in offered(writer, school_id):
        if option.to not in recipients:
            groups.setdefault(option.group, []).append(option)
    text = request.values.get("cherche", "").strip()[:80]
    people = [one for one in find_people(writer, text) if one[0] not in recipients] if text else []
    return render_page(
        "messaging/write.html",
        status=status,
        **frame("write"),
        form=form,
        also=also or [],
        draft=draft,
        files=queries.files_of(draft.id) if draft is not None else [],
        chosen=list(zip(recipients, words_of(recipients), strict=True)),
        groups={GROUPS[name]: options for name, options in groups.items()},
        schools=schools,
        school_id=school_id,
        text=text,
        people=people,
        profile_names=PROFILE_NAMES,
        answers=request.values.get("reponse", type=int),
        forwards=request.values.get("transfert", type=int),
    )


# Writing ----------------------------------------------------------------------------------------------------------------


def _written(now: datetime) -> Response:
    """1. The recipients, with what the button adds or removes. 2. The draft and its files. 3. What the button wants."""
    form = MessageForm()
    valid = form.validate()
    if form.key.errors:
        raise NotFound()
    writer = writer_of(visitor(), now)
    kept = _chosen()
    answers_id, may_answer = _answered(request.form.get("reponse", type=int), now)
    also: list[Any] = []
    try:
        check(writer, kept, answering=may_answer)
    except Refused as refused:
        also = [refused.words, refused.hint]
    draft = _keep(form, kept if not also else (), writer, answers_id, now)
    if draft.sent_at is not None or draft.removed_at is not None:
        db.session.rollback()
        return see_other(url_for("messaging.sent"))
    try:
        _take_files(draft, now)
    except FileRefused as refused:
        also += [refused.words, refused.hint]
    db.session.commit()
    if also:
        return _page(_unvalidated(form), kept, draft, writer, now, also, 422)
    return _next(form, kept, draft, writer, now, valid=valid)


def _chosen() -> tuple[Recipient, ...]:
    recipients = list(_read(request.form.getlist("to")))
    if request.form.get("do") == "add":
        recipients += _read([request.form.get("population", "")])
    recipients += _read([request.form.get("add", "")])
    removed = _read([request.form.get("remove", "")])
    return tuple(dict.fromkeys(to for to in recipients if to not in removed))[:ENTRIES]


def _next(
    form: MessageForm, kept: tuple[Recipient, ...], draft: Any, writer: Writer, now: datetime, *, valid: bool
) -> Response:
    """What the button wants, once the draft is kept."""
    do, leaves_at = request.form.get("do", ""), None
    try:
        leaves_at = form.leaves_at(zone(), now)
    except ValidationError as wrong:
        form.day.errors, valid = [str(wrong)], False
    if do == "send":
        if not kept:
            return _page(form, kept, draft, writer, now, [_("Choisissez au moins un destinataire.")], 422)
        if not valid:
            return _page(form, kept, draft, writer, now, status=422)
        if leaves_at is None and not any(to.is_population for to in kept):
            return _leave(draft.id, now)
        le = leaves_at.timestamp() if leaves_at is not None else None
        return see_other(url_for("messaging.send", message_id=draft.id, le=le))
    if do == "draft":
        flash(_("Le brouillon est enregistré."), "success")
        return see_other(url_for("messaging.drafts"))
    here: dict[str, Any] = {"brouillon": draft.id, "ecole": request.form.get("ecole", type=int)}
    if leaves_at is not None:
        here["le"] = leaves_at.timestamp()
    if do == "find":
        here["cherche"] = request.form.get("cherche", "").strip()[:80]
    return see_other(url_for("messaging.write", **here, _anchor="recipients"))


def _unvalidated(form: MessageForm) -> MessageForm:
    """The same texts without errors about what was not asked for yet."""
    again = MessageForm(formdata=None, subject=form.subject.data, source=form.source.data, key=form.key.data)
    again.day.data, again.hour.data = form.day.data, form.hour.data
    return again


def _answered(number: int | None, now: datetime) -> tuple[int | None, tuple[Recipient, ...]]:
    """The message that is answered and whom that lets one write to; nothing where it is no longer the reader's."""
    if number is None:
        return None, ()
    try:
        return number, _answering(queries.seen_by(number, visitor(), now), everybody=True)
    except NotFound:
        return None, ()


def _keep(form: MessageForm, kept: tuple[Recipient, ...], writer: Writer, answers_id: int | None, now: datetime) -> Any:
    school_id = next((to.school_id for to in kept if to.school_id is not None), None)
    held = sorted((profile for school, profile in writer.standings if school == school_id), key=list(Profile).index)
    key, is_new = form.key.data or "", not queries.is_kept(form.key.data or "", me())
    draft = actions.keep_draft(
        Written(subject=(form.subject.data or "")[:200], source=(form.source.data or "")[:LONGEST], recipients=kept),
        form_key=key,
        author_id=me(),
        school_id=school_id,
        profile=_profile(held),
        answers_id=answers_id,
        now=now,
    )
    forwarded = request.form.get("transfert", type=int)
    if forwarded is not None and is_new:
        source = queries.seen_by(forwarded, visitor(), now)
        if source.message.withdrawn_at is None:
            actions.attach_again(draft, source.message.id)
    return draft


def _profile(held: list[Profile]) -> Profile | None:
    """As what somebody writes where they are several things: who works there before whoever else they are."""
    working = [profile for profile in held if profile in (Profile.TEACHER, Profile.STAFF)]
    return (working or held or [None])[0]


def _take_files(draft: Any, now: datetime) -> None:
    dropped = [int(given) for given in request.form.getlist("detach") if given.isdecimal() and len(given) < 18]
    if dropped:
        actions.detach(draft, dropped)
    given = uploads()[:FILES]
    if given:
        actions.attach(draft, receive_all(given, now=now))


# The count before it leaves (PORTAL-20) ---------------------------------------------------------------------------------


@blueprint.route("/<int:message_id>/envoyer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def send(message_id: int) -> Response:
    """How many people each entry reaches, then send, or date (``le``)."""
    now = clock.portal_now()
    found = queries.own_message(message_id, me())
    if found.sent_at is not None:
        return see_other(url_for("messaging.message", message_id=message_id))
    recipients = read_all(found.recipients)
    at = request.values.get("le", type=float)
    leaves_at = datetime.fromtimestamp(at, tz=now.tzinfo) if at is not None and 0 <= at < 10**11 else None
    writer = writer_of(visitor(), now)
    check(writer, recipients, answering=_answered(found.answers_id, now)[1])
    if request.method == "POST":
        if leaves_at is not None and leaves_at > now:
            actions.date_ahead(found, leaves_at, by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le message partira tout seul à l’heure choisie."), "success")
            return see_other(url_for("messaging.drafts"))
        return _leave(message_id, now)
    entries = counts(recipients, now)
    return render_page(
        "messaging/send.html",
        **frame("write"),
        found=found,
        files=queries.files_of(message_id),
        entries=list(zip(entries, words_of(recipients), strict=True)),
        people=reach(recipients, now, but=me()),
        plurals=PROFILE_PLURALS,
        leaves_at=leaves_at,
        le=at,
        year=closures().rules.new_year,
    )


def _leave(message_id: int, now: datetime) -> Response:
    """Send now; a second click finds it sent."""
    try:
        left = actions.leave(message_id, by=actor_of(visitor()), now=now)
    except NobodyReached:
        db.session.rollback()
        flash(say(CANCELLED_ALL), "warning")
        return see_other(url_for("messaging.write", brouillon=message_id))
    if left is not None:
        tell_of_message(message_id, machine_now=clock.machine_now())
        db.session.commit()
        flash(_told(left), "success")
    return see_other(url_for("messaging.message", message_id=message_id))


def _told(left: Left) -> str:
    there: str = ngettext(
        "Le message est parti à %(num)s personne.", "Le message est parti à %(num)s personnes.", left.copies
    )
    if not left.held:
        return there
    wait = ngettext(
        "%(num)s d’entre elles le recevra à la réouverture de son accès.",
        "%(num)s d’entre elles le recevront à la réouverture de leur accès.",
        left.held,
    )
    return f"{there} {wait}"
