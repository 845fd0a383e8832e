"""One's own boxes and messages: everybody who is signed in has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import actor_of
from app.db import announce_writing, db
from app.errors import NotFound
from app.files.queries import blob, path_of
from app.gate.queries import closures
from app.messaging import actions, queries
from app.messaging.assistant.queries import names_of, words_of
from app.messaging.boxes import actions as boxing
from app.messaging.boxes import queries as boxes
from app.messaging.naming import in_words, shown_to
from app.messaging.populations import Place, read_all
from app.messaging.problems import WITHDRAWN_WITHIN
from app.profiles import FAMILIES, PROFILE_NAMES, Verb, Visitor
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver
from app.web.fragments import render_page, see_other

blueprint = Blueprint("messaging", __name__, url_prefix="/messagerie")

#: Which page shows each place, and where its messages may be moved.
PAGES = {
    Place.INBOX: "messaging.inbox",
    Place.ARCHIVED: "messaging.archived",
    Place.TRASH: "messaging.trash",
    Place.FOLDER: "messaging.folder",
}


def me() -> int:
    """The number of whoever asks, who is signed in."""
    return visitor().person_id or 0


def is_family(asking: Visitor) -> bool:
    """Does ``asking`` stand here as a pupil or guardian, and nothing else (KIN-2)?"""
    return not asking.roles and all(place.profile in FAMILIES for place in asking.places)


def zone() -> str:
    """The zone in which messages tell their hours: the project's."""
    return closures().rules.zone


def page_after() -> tuple[datetime, int] | None:
    """The last line of the page before, from the address; None for the first page."""
    at, number = request.args.get("avant", type=float), request.args.get("numero", type=int)
    if at is None or number is None or not 0 <= at < 10**11:
        return None
    return datetime.fromtimestamp(at, tz=clock.portal_now().tzinfo), number


def frame(tab: str) -> dict[str, Any]:
    """What every page of messages needs: where one is, the hours' zone, the unread ones."""
    now = clock.portal_now()
    return {"tab": tab, "zone": zone(), "unread": queries.unread(me(), visitor(), now), "many": boxes.MANY}


# Boxes ------------------------------------------------------------------------------------------------------------------


@blueprint.get("")
@allowed(SIGNED_IN)
def inbox() -> Response:
    """What I have received and not filed; search by words of the subject or of the author's name."""
    return _box(Place.INBOX)


@blueprint.get("/archives")
@allowed(SIGNED_IN)
def archived() -> Response:
    """What I have archived, and until when it is kept."""
    return _box(Place.ARCHIVED)


@blueprint.get("/corbeille")
@allowed(SIGNED_IN)
def trash() -> Response:
    """What I have thrown away."""
    return _box(Place.TRASH)


@blueprint.get("/dossiers/<int:folder_id>")
@allowed(SIGNED_IN)
def folder(folder_id: int) -> Response:
    """What I have filed in a folder of mine."""
    return _box(Place.FOLDER, boxes.folder(folder_id, me()))


def _box(place: Place, found: Any = None) -> Response:
    now, asking = clock.portal_now(), visitor()
    text = request.args.get("q", "").strip()[:80]
    lines, more = boxes.box(
        me(),
        queries.hidden_schools(asking, now),
        place,
        folder_id=found.id if found is not None else None,
        text=text,
        before=page_after(),
    )
    values: dict[str, Any] = {"folder_id": found.id} if found is not None else {}
    last = lines[-1] if lines else None
    return render_page(
        "messaging/box.html",
        **frame(place.value),
        place=place.value,
        found=found,
        lines=lines,
        text=text,
        folders=boxes.folders(me()),
        profile_names=PROFILE_NAMES,
        lifetime=_lifetime(),
        searched=boxes.SEARCHED,
        here=url_for(PAGES[place], **values),
        first=url_for(PAGES[place], **values, q=text or None) if page_after() is not None else None,
        next=url_for(PAGES[place], **values, q=text or None, avant=last.arrived_at.timestamp(), numero=last.copy_id)
        if more and last is not None
        else None,
    )


def _lifetime() -> str:
    chosen = boxes.choice(me())
    default = str(current_app.extensions["settings"].archived_messages)
    return (chosen.archive_lifetime if chosen is not None else None) or default


@blueprint.get("/envoyes")
@allowed(SIGNED_IN)
def sent() -> Response:
    """What I have sent."""
    return _own(sent=True)


@blueprint.get("/brouillons")
@allowed(SIGNED_IN)
def drafts() -> Response:
    """My drafts, and what is to leave on a date."""
    return _own(sent=False)


def _own(*, sent: bool) -> Response:
    lines, more = boxes.own_messages(me(), sent=sent, before=page_after())
    names, new_year = names_of(to for line in lines for to in line.recipients), closures().rules.new_year
    words = {line.id: [in_words(to, names, new_year) for to in line.recipients] for line in lines}
    last, endpoint = lines[-1] if lines else None, "messaging.sent" if sent else "messaging.drafts"
    at = (last.sent_at if sent else last.written_at) if last is not None else None
    return render_page(
        "messaging/own.html",
        **frame("sent" if sent else "drafts"),
        sent=sent,
        lines=lines,
        words=words,
        first=url_for(endpoint) if page_after() is not None else None,
        next=url_for(endpoint, avant=at.timestamp(), numero=last.id) if more and last is not None and at else None,
    )


@blueprint.post("/ranger")
@allowed(SIGNED_IN)
def file() -> Response:
    """Move the chosen messages: to a folder, the archive, the trash, back; or note them as read."""
    now = clock.portal_now()
    chosen = [int(given) for given in request.form.getlist("copies") if given.isdecimal() and len(given) < 18]
    do, back = request.form.get("do", ""), request.form.get("back", "")
    count = 0
    if do == "folder":
        number = request.form.get("folder", type=int)
        if number is None:
            flash(_("Choisissez un dossier."), "warning")
            return see_other(_back(back))
        found = boxes.folder(number, me())
        count = boxing.move(chosen, owner_id=me(), place=Place.FOLDER, folder=found, now=now)
    elif do in (Place.ARCHIVED, Place.TRASH, Place.INBOX):
        count = boxing.move(chosen, owner_id=me(), place=Place(do), now=now)
    elif do in ("read", "unread"):
        count = boxing.mark(chosen, owner_id=me(), read=do == "read", now=now)
    else:
        raise NotFound()
    db.session.commit()
    if count:
        flash(
            ngettext("%(num)s message a été rangé.", "%(num)s messages ont été rangés.", count)
            if do not in ("read", "unread")
            else ngettext("%(num)s message a été marqué.", "%(num)s messages ont été marqués.", count),
            "success",
        )
    else:
        flash(_("Choisissez d’abord des messages."), "warning")
    return see_other(_back(back))


def _back(given: str) -> str:
    """The page to go back to: one of ours, else the inbox."""
    return given if given.startswith(url_for("messaging.inbox")) and "//" not in given else url_for("messaging.inbox")


# One message ------------------------------------------------------------------------------------------------------------


@blueprint.get("/<int:message_id>")
@allowed(SIGNED_IN)
def message(message_id: int) -> Response:
    """A message that I have received or sent. Opening it notes that I have read it."""
    now, asking = clock.portal_now(), visitor()
    seen = queries.seen_by(message_id, asking, now)
    found, own = seen.message, seen.copy_id is None
    if own and found.sent_at is None:
        return see_other(url_for("messaging.write", brouillon=message_id))
    family = is_family(asking)
    recipients = read_all(found.recipients)
    shown = recipients if own else shown_to(recipients, family=family, reader_id=me())
    answer = render_page(
        "messaging/message.html",
        **frame("sent" if own else (seen.place or Place.INBOX).value),
        seen=seen,
        found=found,
        own=own,
        recipients=words_of(shown),
        profile_names=PROFILE_NAMES,
        folders=boxes.folders(me()) if not own else [],
        waiting=queries.waiting(found, now) if own and found.withdrawn_at is None else None,
        reached=queries.reached(found.id) if own else None,
        may_withdraw=_may_withdraw(found, own, asking, now),
        answerable=not own and found.author_id is not None and found.withdrawn_at is None,
        several=len(shown) > 1,
    )
    if seen.unread and seen.copy_id is not None:
        # The page has been read from a transaction that may not write.
        db.session.rollback()
        announce_writing(True)
        boxing.mark([seen.copy_id], owner_id=me(), read=True, now=now)
        db.session.commit()
    return answer


def _may_withdraw(found: Any, own: bool, asking: Visitor, now: datetime) -> bool:
    if found.sent_at is None or found.withdrawn_at is not None:
        return False
    return bool(own and now < found.sent_at + WITHDRAWN_WITHIN) or _heads(found, asking)


def _heads(found: Any, asking: Visitor) -> bool:
    return found.school_id is not None and asking.may(Verb.SEE_MESSAGES, found.school_id)


@blueprint.get("/<int:message_id>/fichiers/<int:attachment_id>")
@allowed(SIGNED_IN)
def attachment(message_id: int, attachment_id: int) -> Response:
    """A file of a message that I have received, sent, or am writing."""
    seen = queries.seen_by(message_id, visitor(), clock.portal_now())
    if seen.message.withdrawn_at is not None and seen.copy_id is not None:
        raise NotFound()
    one = queries.file_of(message_id, attachment_id)
    return deliver(path_of(one.sha256), one.name, blob(one.sha256).kind)


@blueprint.route("/<int:message_id>/retirer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def withdraw(message_id: int) -> Response:
    """Take back what I have sent, within an hour (PORTAL-21)."""
    now = clock.portal_now()
    found = queries.own_message(message_id, me())
    if found.sent_at is None:
        raise NotFound()
    if request.method == "POST":
        actions.withdraw(found, by=actor_of(visitor()), as_head=_heads(found, visitor()), now=now)
        db.session.commit()
        flash(_("Le message est retiré : ses destinataires ne le lisent plus."), "success")
        return see_other(url_for("messaging.sent"))
    return render_page(
        "messaging/confirm.html",
        **frame("sent"),
        form=None,
        question=_("Retirer « %(subject)s » ?", subject=found.subject),
        words=_("Ses destinataires liront « message retiré » à la place. Ceux qui l’ont déjà ouvert l’ont lu."),
        action=_("Retirer le message"),
        back=url_for("messaging.message", message_id=message_id),
    )


@blueprint.route("/<int:message_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove(message_id: int) -> Response:
    """Remove a draft, or take what I have sent off my list; the copies of others stay theirs."""
    found = queries.own_message(message_id, me())
    gone = found.sent_at is not None
    back = url_for("messaging.sent" if gone else "messaging.drafts")
    if request.method == "POST":
        actions.remove_own(found, now=clock.portal_now())
        db.session.commit()
        flash(_("Le message est supprimé de votre liste."), "success")
        return see_other(back)
    return render_page(
        "messaging/confirm.html",
        **frame("sent" if gone else "drafts"),
        form=None,
        question=_("Supprimer « %(subject)s » ?", subject=found.subject or _("sans objet")),
        words=_("Il quitte vos messages envoyés ; ses destinataires gardent le leur.")
        if gone
        else _("Ce brouillon ne partira pas."),
        action=_("Supprimer"),
        back=back,
    )
