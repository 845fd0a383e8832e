"""Interdisciplinary projects (EPI): kept by the class's teachers; a family reads what is said of its own pupil."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.names import name_of
from app.errors import Refused
from app.schoollife.pupils import actions, queries
from app.schoollife.pupils.forms import LONGEST_WORDS, ProjectForm
from app.schoollife.pupils.queries import InterdisciplinaryProject
from app.schoollife.pupils.views import blueprint as blueprint
from app.schoollife.queries import class_for, family_pupils, pupils_of, whole_class_for
from app.schoollife.results.forms import RemovalForm, seen_version
from app.schoollife.standing import ClassFacts, Right
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other


@blueprint.get("/classes/<int:class_id>/epi")
@allowed(SIGNED_IN)
def projects(class_id: int) -> Response:
    """The projects of a class."""
    facts = class_for(visitor(), class_id, Right.READ_PROJECTS, clock.portal_now())
    return render_page(
        "schoollife/pupils/projects.html",
        school_class=facts,
        projects=queries.projects_of(facts.id),
        may_write=facts.may_for_all(Right.WRITE_PROJECTS),
    )


@blueprint.get("/epi/<int:project_id>")
@allowed(SIGNED_IN)
def project(project_id: int) -> Response:
    """A project; its pupils and what is said of their work, for a family its own pupil only (KIN-2)."""
    now = clock.portal_now()
    found, facts = queries.project_for(visitor(), project_id, now)
    if facts.may_for_all(Right.READ_PROJECTS):
        names = {person.id: name_of(person) for person in pupils_of(facts.id)}
    else:
        names = {one.id: one.name for one in family_pupils(visitor(), now) if one.school_class.id == facts.id}
    there = queries.pupils_in(found.id)
    return render_page(
        "schoollife/pupils/project.html",
        school_class=facts,
        found=found,
        pupils=[(name, there[number].words) for number, name in names.items() if number in there],
        may_write=facts.may_for_all(Right.WRITE_PROJECTS),
    )


@blueprint.route("/classes/<int:class_id>/epi/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def new_project(class_id: int) -> Response:
    """A new project."""
    facts = whole_class_for(visitor(), class_id, Right.WRITE_PROJECTS, clock.portal_now())
    return _written(None, facts, ProjectForm())


@blueprint.route("/epi/<int:project_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_project(project_id: int) -> Response:
    """Its presentation, days, pupils, and what is said of their work."""
    found, facts = queries.project_for(visitor(), project_id, clock.portal_now(), for_change=True)
    return _written(found, facts, ProjectForm(obj=found))


def _written(found: InterdisciplinaryProject | None, facts: ClassFacts, form: ProjectForm) -> Response:
    pupils, told = pupils_of(facts.id), None
    posted = request.method == "POST"
    if posted:
        chosen = {
            person.id: " ".join(request.form.get(f"words-{person.id}", "").split())
            for person in pupils
            if request.form.get(f"in-{person.id}")
        }
    else:
        chosen = {number: row.words for number, row in queries.pupils_in(found.id).items()} if found else {}
    too_long = [number for number, words in chosen.items() if len(words) > LONGEST_WORDS]
    if form.validate_on_submit() and not too_long and form.first_day.data and form.last_day.data:
        try:
            if found is not None:
                actions.demand_version(found.version, seen_version(form.version.data))
        except actions.ChangedMeanwhile as changed:
            told = changed
        else:
            saved = actions.save_project(
                found,
                facts,
                title=" ".join((form.title.data or "").split()),
                subjects=" ".join((form.subjects.data or "").split()),
                theme=" ".join((form.theme.data or "").split()),
                source=(form.source.data or "").strip(),
                first_day=form.first_day.data,
                last_day=form.last_day.data,
                pupils=chosen,
                by=actor_of(visitor()),
                now=clock.portal_now(),
            )
            number = saved.id
            db.session.commit()
            flash(_("Le projet est enregistré."), "success")
            return see_other(url_for(".project", project_id=number))
    if found is not None and (told or not posted):
        form.version.data = str(found.version)
    also = [one for one in (told.words, told.hint) if one is not None] if isinstance(told, Refused) else []
    if too_long:
        also.append(_("Ce qui est dit d’un élève a au plus %(most)s caractères.", most=LONGEST_WORDS))
    return render_page(
        "schoollife/pupils/project_form.html",
        status=409 if told else 422 if posted else 200,
        school_class=facts,
        found=found,
        form=form,
        pupils=[(person.id, name_of(person), person.id in chosen, chosen.get(person.id, "")) for person in pupils],
        also=also,
    )


@blueprint.route("/epi/<int:project_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_project(project_id: int) -> Response:
    """Remove a project, after a typed word."""
    now = clock.portal_now()
    found, facts = queries.project_for(visitor(), project_id, now, for_change=True)
    form = RemovalForm()
    if form.validate_on_submit():
        actions.remove_project(found, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("Le projet est supprimé."), "success")
        return see_other(url_for(".projects", class_id=facts.id))
    return render_page(
        "schoollife/removal.html",
        status=422 if form.errors else 200,
        form=form,
        eyebrow=facts.name,
        heading=_("Supprimer «\u00a0%(title)s\u00a0»\u00a0?", title=found.title),
        words=_("Le projet disparaît avec ce qui est dit du travail des élèves."),
        back=url_for(".project", project_id=project_id),
    )
