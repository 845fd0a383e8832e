"""A school's messaging: who finds whom (PORTAL-5); and for its head, what was sent, who has opened it, withdrawing it (PORTAL-21)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.names import name_of
from app.directory.queries import affiliations_of, search_people
from app.errors import NotFound
from app.gate.admin_views import school_for
from app.gate.queries import closures
from app.messaging import actions, queries
from app.messaging.assistant.queries import functions_of_school, names_of, words_of
from app.messaging.forms import HideForm
from app.messaging.hiding import actions as hiding
from app.messaging.naming import in_words
from app.messaging.populations import Recipient, RecipientKind
from app.profiles import PROFILE_NAMES, PROFILE_PLURALS, Profile, Verb
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("messaging_admin", __name__, url_prefix="/administration/ecole/<uai>")


# Who finds whom (PORTAL-5) ----------------------------------------------------------------------------------------------


@blueprint.route("/qui-voit-qui", methods=["GET", "POST"])
@allowed(Verb.SET_MESSAGING)
def visibility(uai: str) -> Response:
    """The entries that the school hides from each profile; hide another: a profile, a function, a person, those who have left."""
    school, form = school_for(uai, Verb.SET_MESSAGING), HideForm()
    functions = functions_of_school(school.id)
    form.viewer.choices = [SelectChoice(one.value, say(PROFILE_PLURALS[one])) for one in Profile]
    form.what.choices = [
        SelectChoice("", _("choisir")),
        *(SelectChoice(f"profile:{one.value}", say(PROFILE_PLURALS[one])) for one in Profile),
        *(SelectChoice(f"function:{code}", label or code) for code, label in functions.items()),
        SelectChoice("former", _("anciens élèves et enseignants")),
    ]
    also: list[Any] = []
    if request.method == "POST" and form.validate() and request.form.get("do") != "find":
        what = request.form.get("person_id") or form.what.data or ""
        if what:
            _hide(school.id, Profile(form.viewer.data), what, functions)
            db.session.commit()
            flash(_("L’entrée est cachée."), "success")
            return see_other(url_for(".visibility", uai=school.uai))
        also = [_("Choisissez ce qu’il faut cacher.")]
    text = (form.person.data or "").strip()
    entries = queries.hidden_entries(school.id)
    people = [
        Recipient(kind=RecipientKind.PERSON, number=entry.person_id) for entry in entries if entry.person_id is not None
    ]
    return render_page(
        "messaging/visibility.html",
        status=422 if form.errors or also else 200,
        school=school,
        form=form,
        also=also,
        entries=entries,
        functions=functions,
        names={number: name for (_kind, number), name in names_of(people).items()},
        profile_names=PROFILE_PLURALS,
        text=text,
        found=[(one.id, name_of(one)) for one in search_people([school.id], text, 10)] if text else [],
    )


def _hide(school_id: int, viewer: Profile, what: str, functions: dict[str, str]) -> None:
    by, now = actor_of(visitor()), clock.portal_now()
    kind, _colon, value = what.partition(":")
    if kind == "profile" and value in [one.value for one in Profile]:
        hiding.hide(school_id, viewer, profile=Profile(value), by=by, now=now)
    elif kind == "function" and value in functions:
        hiding.hide(school_id, viewer, function_code=value, by=by, now=now)
    elif kind == "former":
        hiding.hide(school_id, viewer, former=True, by=by, now=now)
    elif kind == "person" and value.isdecimal() and len(value) < 16:
        held = affiliations_of([int(value)]).get(int(value), [])
        if not any(school == school_id for school, _profile in held):
            raise NotFound()
        hiding.hide(school_id, viewer, person_id=int(value), by=by, now=now)
    else:
        raise NotFound()


@blueprint.post("/qui-voit-qui/<int:entry_id>/montrer")
@allowed(Verb.SET_MESSAGING)
def show_again(uai: str, entry_id: int) -> Response:
    """Show a hidden entry again."""
    school = school_for(uai, Verb.SET_MESSAGING)
    entry = next((one for one in queries.hidden_entries(school.id) if one.id == entry_id), None)
    if entry is None:
        raise NotFound()
    hiding.show_again(entry, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("L’entrée est de nouveau visible."), "success")
    return see_other(url_for(".visibility", uai=school.uai))


# What was sent (PORTAL-21) ----------------------------------------------------------------------------------------------


@blueprint.get("/messages")
@allowed(Verb.SEE_MESSAGES)
def messages(uai: str) -> Response:
    """What was sent in the school's matters: when, by whom, to which populations; the subject only of what went to a population."""
    school = school_for(uai, Verb.SEE_MESSAGES)
    text = request.args.get("q", "").strip()[:80]
    lines, more = queries.messages_of_school(school.id, text, request.args.get("avant", type=int))
    names, new_year = names_of(to for line in lines for to in line.recipients), closures().rules.new_year
    return render_page(
        "messaging/school_messages.html",
        school=school,
        lines=lines,
        words={
            line.id: [in_words(to, names, new_year) for to in line.recipients if to.is_population] for line in lines
        },
        text=text,
        zone=school.zone,
        next=url_for(".messages", uai=school.uai, q=text or None, avant=lines[-1].id) if more and lines else None,
    )


@blueprint.get("/messages/<int:message_id>")
@allowed(Verb.SEE_MESSAGES)
def opened(uai: str, message_id: int) -> Response:
    """Who got a message and who has opened it. Its text stays between those who wrote and received it."""
    school = school_for(uai, Verb.SEE_MESSAGES)
    found, line = queries.message_of_school(message_id, school.id)
    name, number = request.args.get("apres", ""), request.args.get("numero", type=int)
    rows, more = queries.openings(message_id, (name, number) if number is not None else None)
    count, all_ = queries.opened_count(message_id)
    return render_page(
        "messaging/opened.html",
        school=school,
        found=found,
        line=line,
        words=words_of([to for to in line.recipients if to.is_population]),
        rows=rows,
        count=count,
        all=all_,
        waiting=queries.waiting(found, clock.portal_now()),
        profile_names=PROFILE_NAMES,
        zone=school.zone,
        next=url_for(
            ".opened", uai=school.uai, message_id=message_id, apres=rows[-1].search_name, numero=rows[-1].person_id
        )
        if more
        else None,
    )


@blueprint.route("/messages/<int:message_id>/retirer", methods=["GET", "POST"])
@allowed(Verb.SEE_MESSAGES)
def withdraw(uai: str, message_id: int) -> Response:
    """Withdraw a message, at any time."""
    school = school_for(uai, Verb.SEE_MESSAGES)
    found, line = queries.message_of_school(message_id, school.id)
    back = url_for(".opened", uai=school.uai, message_id=message_id)
    if request.method == "POST":
        actions.withdraw(found, by=actor_of(visitor()), as_head=True, now=clock.portal_now())
        db.session.commit()
        flash(_("Le message est retiré : ses destinataires ne le lisent plus."), "success")
        return see_other(back)
    return render_page("messaging/withdraw.html", school=school, line=line, back=back)
