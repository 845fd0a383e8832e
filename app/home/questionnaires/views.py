"""Questionnaires: mine, those that I may answer, results; public ones for people without an account (PORTAL-13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock
from app.accounts.own.views import mine as session_of
from app.audit.actions import actor_of
from app.content.actions import demand_version
from app.content.forms import RemovalForm
from app.db import db
from app.directory.queries import project
from app.errors import NotFound, Refused
from app.files.sheets import spreadsheet
from app.home.questionnaires import actions, queries
from app.home.questionnaires.forms import AnswerForm, QuestionnaireForm
from app.home.questionnaires.questions import KIND_NAMES, Question, answered, as_typed, score, tallied, typed
from app.profiles import PROFILE_PLURALS, Profile
from app.schoolyear import NoSuchHour, instant_of
from app.web.allowed import ANYBODY, SIGNED_IN, allowed, visitor
from app.web.downloads import attached
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.words import Words

blueprint = Blueprint("home_questionnaires", __name__)
#: Who may write one for a school: those who work there.
WRITERS = frozenset({Profile.TEACHER, Profile.STAFF, Profile.AUTHORITY})


@blueprint.get("/formulaires")
@allowed(SIGNED_IN)
def index() -> Response:
    """Those that I may answer, and my own."""
    asking, now = visitor(), clock.portal_now()
    return render_page(
        "home/questionnaires.html",
        waiting=queries.to_answer(asking, now),
        own=queries.mine(session_of().person_id),
        writes=_writes(),
        now=now,
        is_open=queries.is_open,
        zone=project().zone,
    )


def _writes() -> bool:
    asking = visitor()
    return any(asking.has_profile(profile) for profile in WRITERS) or bool(asking.roles)


@blueprint.route("/formulaires/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def new() -> Response:
    """Write a questionnaire. Raises ``NotFound`` for families."""
    if not _writes():
        raise NotFound()
    form = _form(None)
    if not form.validate_on_submit():
        return _edit_page(form, None)
    questions, wrong = typed(form.questions.data or "")
    if wrong:
        return _edit_page(form, None, wrong)
    try:
        made = actions.write(
            session_of().person_id,
            school_id=form.school.data or None,
            questions=questions,
            **_values(form),
            by=actor_of(visitor()),
            now=clock.portal_now(),
        )
    except (Refused, NoSuchHour) as refused:
        return _edit_page(form, None, [refused.words])
    db.session.commit()
    flash(_("Le formulaire est enregistré. Ouvrez-le quand il est prêt."), "success")
    return see_other(url_for(".own", questionnaire_id=made.id))


@blueprint.get("/formulaires/<int:questionnaire_id>")
@allowed(SIGNED_IN)
def own(questionnaire_id: int) -> Response:
    """One of mine: its state and its results."""
    found, now = queries.own(session_of().person_id, questionnaire_id), clock.portal_now()
    questions = [Question.read(spelled) for spelled in found.questions]
    answers = queries.answers(found)
    return render_page(
        "home/results.html",
        found=found,
        tallies=tallied(questions, answers),
        count=len(answers),
        open=queries.is_open(found, now),
        over=found.closes_at is not None and found.closes_at <= now,
        address=url_for(".public", token=found.token, _external=True) if found.public else None,
        zone=project().zone,
    )


@blueprint.route("/formulaires/<int:questionnaire_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(questionnaire_id: int) -> Response:
    """Change one of mine; its questions only while nobody has answered."""
    found = queries.own(session_of().person_id, questionnaire_id)
    form = _form(found)
    if not form.validate_on_submit():
        return _edit_page(form, found)
    questions, wrong = typed(form.questions.data or "")
    if wrong:
        return _edit_page(form, found, wrong)
    try:
        given = form.version.data or ""
        demand_version(found.version, int(given) if given.isdecimal() and len(given) < 10 else 0)
        actions.change(found, questions=questions, **_values(form), by=actor_of(visitor()), now=clock.portal_now())
    except (Refused, NoSuchHour) as refused:
        return _edit_page(form, found, [refused.words])
    db.session.commit()
    flash(_("Le formulaire est enregistré."), "success")
    return see_other(url_for(".own", questionnaire_id=found.id))


@blueprint.post("/formulaires/<int:questionnaire_id>/ouvrir")
@allowed(SIGNED_IN)
def open_(questionnaire_id: int) -> Response:
    """From now on it can be answered; open already, it is closed."""
    found, now = queries.own(session_of().person_id, questionnaire_id), clock.portal_now()
    if queries.is_open(found, now):
        actions.close(found, by=actor_of(visitor()), now=now)
        flash(_("Le formulaire est fermé. Les réponses sont gardées."), "success")
    else:
        actions.open_(found, by=actor_of(visitor()), now=now)
        flash(_("Le formulaire est ouvert."), "success")
    db.session.commit()
    return see_other(url_for(".own", questionnaire_id=found.id))


@blueprint.route("/formulaires/<int:questionnaire_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove(questionnaire_id: int) -> Response:
    """Remove one of mine with its answers, after a typed word."""
    found, form = queries.own(session_of().person_id, questionnaire_id), RemovalForm()
    if form.validate_on_submit():
        actions.remove(found, by=actor_of(visitor()), now=clock.portal_now())
        db.session.commit()
        flash(_("Le formulaire et ses réponses sont supprimés."), "success")
        return see_other(url_for(".index"))
    status = 422 if request.method == "POST" else 200
    return render_page("home/remove_questionnaire.html", found=found, form=form, status=status)


@blueprint.get("/formulaires/<int:questionnaire_id>/reponses.csv")
@allowed(SIGNED_IN)
def answers(questionnaire_id: int) -> Response:
    """The answers as a table, without who gave them."""
    found = queries.own(session_of().person_id, questionnaire_id)
    questions = [Question.read(spelled) for spelled in found.questions]
    rows = [
        [_cell(question, values.get(str(at))) for at, question in enumerate(questions)]
        for values in queries.answers(found)
    ]
    return attached(spreadsheet([question.words for question in questions], rows), f"reponses-{found.id}.csv")


@blueprint.route("/formulaires/<int:questionnaire_id>/repondre", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def answer(questionnaire_id: int) -> Response:
    """Answer one that is meant for me."""
    asking, now = visitor(), clock.portal_now()
    found = queries.answerable(questionnaire_id, asking, now)
    given = None if found.anonymous else queries.answer_of(found, session_of().person_id)
    if given is not None:
        questions = [Question.read(spelled) for spelled in found.questions]
        return render_page("home/answered.html", found=found, score=score(questions, given.values), again=True)
    return _answer(found, "home/answer.html", person_id=session_of().person_id, now=now)


@blueprint.route("/formulaire-public/<token>", methods=["GET", "POST"])
@allowed(ANYBODY)
def public(token: str) -> Response:
    """Answer a public one, without an account."""
    now = clock.portal_now()
    response = _answer(queries.public(token, now), "home/public_answer.html", person_id=None, now=now)
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(found: queries.Questionnaire, template: str, *, person_id: int | None, now: datetime) -> Response:
    questions = [Question.read(spelled) for spelled in found.questions]
    form = AnswerForm()
    wrong: dict[int, Words] = {}
    if form.validate_on_submit():
        sent = {name: request.form.getlist(name) for name in request.form}
        values, wrong = answered(questions, sent)
        if not wrong:
            try:
                actions.answer(found, values, person_id=person_id, now=now)
            except Refused as refused:
                wrong = {0: refused.words}
            else:
                db.session.commit()
                page = "home/answered.html" if person_id is not None else "home/public_answered.html"
                return render_page(page, found=found, score=score(questions, values), again=False)
    status = 422 if request.method == "POST" else 200
    return render_page(
        template, found=found, questions=questions, form=form, wrong=wrong, sent=request.form, status=status
    )


def _cell(question: Question, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(question.choices[at] for at in value if at < len(question.choices))
    return str(value)


def _form(found: queries.Questionnaire | None) -> QuestionnaireForm:
    zone = ZoneInfo(project().zone)
    data: dict[str, Any] = {}
    if found is not None:
        data = {
            "title": found.title,
            "words": found.words,
            "questions": as_typed(Question.read(spelled) for spelled in found.questions),
            "profiles": found.profiles,
            "public": found.public,
            "anonymous": found.anonymous,
            "school": found.school_id or 0,
            "closes_at": found.closes_at.astimezone(zone).replace(tzinfo=None) if found.closes_at else None,
            "version": str(found.version),
        }
    form = QuestionnaireForm(data=data)
    form.school.choices = [SelectChoice(school.id, school.name) for school in queries.schools_of(visitor())]
    form.profiles.choices = [SelectChoice(profile.value, say(words)) for profile, words in PROFILE_PLURALS.items()]
    return form


def _values(form: QuestionnaireForm) -> dict[str, Any]:
    closes = form.closes_at.data
    return {
        "title": (form.title.data or "").strip(),
        "words": (form.words.data or "").strip(),
        "profiles": [Profile(name) for name in form.profiles.data or ()],
        "public": bool(form.public.data),
        "anonymous": bool(form.anonymous.data),
        "closes_at": instant_of(closes, ZoneInfo(project().zone)) if closes else None,
    }


def _edit_page(
    form: QuestionnaireForm, found: queries.Questionnaire | None, also: list[Words] | None = None
) -> Response:
    status = 422 if request.method == "POST" else 200
    return render_page(
        "home/questionnaire.html", form=form, found=found, also=also or [], kinds=KIND_NAMES, status=status
    )
