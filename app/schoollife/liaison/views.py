"""The liaison notebook: the school writes, each guardian signs and answers for themselves (PORTAL-17, KIN-2)."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app import clock
from app.directory.names import name_of
from app.errors import NotFound, Refused
from app.profiles import Profile
from app.schoollife.attachments.queries import files_of
from app.schoollife.diary.views import attach_sent, done, me, told
from app.schoollife.liaison import actions, queries
from app.schoollife.liaison.entries import ENTRY_NAMES, FAMILY_KINDS, EntryKind, Reading, Side
from app.schoollife.liaison.forms import AnswerForm, EntryForm, FamilyEntryForm
from app.schoollife.queries import class_for, classes_of, family_pupils, pupil_for, pupils_of
from app.schoollife.standing import Right, Standing
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("schoollife_liaison", __name__)

#: How many words the printed notebook holds at most.
PRINTED = 1_000


def _before() -> int | None:
    after = request.args.get("apres", "")
    return int(after) if after.isdecimal() and len(after) < 18 else None


@blueprint.get("/liaison")
@allowed(SIGNED_IN)
def mine() -> Response:
    """What concerns my children, what to sign first; for the school the notebooks of the classes."""
    now, who = clock.portal_now(), visitor()
    pupils = family_pupils(who, now)
    lines, following = queries.mine(who, now, before=_before())
    return render_page(
        "schoollife/liaison/mine.html",
        pupils=[pupil for pupil in pupils if Standing.GUARDIAN in pupil.standings],
        family=bool(pupils),
        several=len({pupil.id for pupil in pupils}) > 1,
        waiting=queries.waiting(who, now) if pupils and _before() is None else [],
        lines=lines,
        following=following,
        classes=[one for one in classes_of(who, now) if one.may_for_all(Right.READ_LIAISON)],
        names=ENTRY_NAMES,
    )


@blueprint.get("/liaison/imprimer")
@allowed(Profile.GUARDIAN, Profile.STUDENT)
def print_mine() -> Response:
    """Everything of the notebook that is mine, to print or keep before it goes (DATA-3)."""
    now = clock.portal_now()
    return render_page(
        "schoollife/liaison/print.html",
        lines=queries.mine(visitor(), now, most=PRINTED)[0],
        names=ENTRY_NAMES,
        now=now,
    )


@blueprint.get("/classes/<int:class_id>/liaison")
@allowed(SIGNED_IN)
def notebook(class_id: int) -> Response:
    """A class's notebook for the school, with who has signed; a family is led to its own."""
    facts = class_for(visitor(), class_id, Right.READ_LIAISON, clock.portal_now())
    if not facts.may_for_all(Right.READ_LIAISON):
        return see_other(url_for(".mine"))
    rows = queries.notebook(facts, before=_before())
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    return render_page(
        "schoollife/liaison/notebook.html",
        facts=facts,
        rows=rows,
        following=rows[-1].id if more else None,
        names=ENTRY_NAMES,
        may_write=facts.may_for_all(Right.WRITE_LIAISON),
    )


@blueprint.route("/classes/<int:class_id>/liaison/ecrire", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def write(class_id: int) -> Response:
    """A word to the class, or about one pupil."""
    now = clock.portal_now()
    facts = class_for(visitor(), class_id, Right.WRITE_LIAISON, now)
    form, also = EntryForm(), list[str]()
    form.student_id.choices = [
        SelectChoice(0, _("Toute la classe")),
        *(SelectChoice(pupil.id, name_of(pupil)) for pupil in pupils_of(class_id)),
    ]
    form.kind.choices = [SelectChoice(kind.value, say(name)) for kind, name in ENTRY_NAMES.items()]
    if request.method == "GET":
        form.student_id.data = request.args.get("student_id", 0, type=int)
    if form.validate_on_submit():
        try:
            entry = actions.write(
                facts,
                student_id=form.student_id.data or None,
                author_id=visitor().person_id,
                by_family=False,
                kind=EntryKind(form.kind.data),
                title=(form.title.data or "").strip(),
                source=(form.source.data or "").strip(),
                to_sign=bool(form.to_sign.data),
                by=me(),
                now=now,
            )
            attach_sent("liaison_id", entry.id, now)
            return done(_("Le mot est dans le cahier de liaison."), url_for(".entry", entry_id=entry.id))
        except Refused as refused:
            also = told(refused)
    return render_page(
        "schoollife/liaison/write.html",
        status=422 if form.errors or also else 200,
        facts=facts,
        form=form,
        also=also,
        back=url_for(".notebook", class_id=class_id),
    )


@blueprint.route("/liaison/ecrire/<int:student_id>", methods=["GET", "POST"])
@allowed(Profile.GUARDIAN)
def write_to_school(student_id: int) -> Response:
    """A guardian's word to the school about their child; the school reads it, nobody else of the family (KIN-2)."""
    now = clock.portal_now()
    pupil = pupil_for(visitor(), student_id, Right.SIGN_LIAISON, now)
    form, also = FamilyEntryForm(), list[str]()
    form.kind.choices = [SelectChoice(kind.value, say(ENTRY_NAMES[kind])) for kind in FAMILY_KINDS]
    if form.validate_on_submit():
        try:
            entry = actions.write(
                pupil.school_class,
                student_id=pupil.id,
                author_id=visitor().person_id,
                by_family=True,
                kind=EntryKind(form.kind.data),
                title=(form.title.data or "").strip(),
                source=(form.source.data or "").strip(),
                to_sign=False,
                by=me(),
                now=now,
            )
            attach_sent("liaison_id", entry.id, now)
            return done(_("Votre mot est transmis à l’établissement."), url_for(".entry", entry_id=entry.id))
        except Refused as refused:
            also = told(refused)
    return render_page(
        "schoollife/liaison/write_to_school.html",
        status=422 if form.errors or also else 200,
        pupil=pupil,
        form=form,
        also=also,
    )


@blueprint.get("/liaison/mots/<int:entry_id>")
@allowed(SIGNED_IN)
def entry(entry_id: int) -> Response:
    """One word: for a family with its own answer, for the school with everybody's."""
    found, reading = queries.entry_for(visitor(), entry_id, clock.portal_now())
    return _entry_page(found, reading, AnswerForm(), [])


@blueprint.post("/liaison/mots/<int:entry_id>/signer")
@allowed(Profile.GUARDIAN)
def sign(entry_id: int) -> Response:
    """Sign, or answer, for oneself and about one's own child."""
    now = clock.portal_now()
    found, reading = queries.entry_for(visitor(), entry_id, now)
    student_id = request.form.get("student_id", 0, type=int)
    line = next((one for one in reading.lines if one.student_id == student_id and not one.mine), None)
    if line is None or reading.side != Side.FAMILY:
        raise NotFound()
    form = AnswerForm()
    if not form.validate_on_submit():
        return _entry_page(found, reading, form, [])
    try:
        actions.answer(
            found,
            student_id,
            visitor().person_id or 0,
            sign=request.form.get("sign") == "1",
            words=(form.answer.data or "").strip(),
            by=me(),
            now=now,
        )
    except Refused as refused:
        also = told(refused)
        found, reading = queries.entry_for(visitor(), entry_id, now)
        return _entry_page(found, reading, form, also)
    return done(_("C’est enregistré : l’établissement le voit."), url_for(".entry", entry_id=entry_id))


@blueprint.route("/liaison/mots/<int:entry_id>/retirer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def take_back(entry_id: int) -> Response:
    """Take a word back, once asked for it: its author or the head."""
    now = clock.portal_now()
    found, reading = queries.entry_for(visitor(), entry_id, now)
    if not reading.may_write or reading.class_id is None:
        raise NotFound()
    if request.method == "POST":
        actions.take_back(found, by=me(), now=now)
        return done(_("Le mot est retiré."), url_for(".notebook", class_id=reading.class_id))
    return render_page(
        "schoollife/diary/removal.html",
        title=_("Retirer « %(title)s » ?", title=found.title),
        words=_("Les signatures et les réponses des familles partent avec ce mot."),
        do=_("Retirer le mot"),
        back=url_for(".entry", entry_id=entry_id),
    )


def _entry_page(found: queries.LiaisonEntry, reading: Reading, form: AnswerForm, also: list[str]) -> Response:
    author, pupil = queries.names_of(found)
    school = reading.side == Side.SCHOOL
    return render_page(
        "schoollife/liaison/entry.html",
        status=422 if form.errors or also else 200,
        entry=found,
        reading=reading,
        school=school,
        author=author,
        pupil=pupil,
        answers=queries.answers(found) if school and not found.by_family else [],
        files=files_of("liaison_id", [found.id])[found.id],
        form=form,
        also=also,
        signs=visitor().has_profile(Profile.GUARDIAN),
        kind=ENTRY_NAMES[EntryKind(found.kind)],
    )
