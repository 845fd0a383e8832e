"""A school's screens for its sections and articles. What is not the visitor's school does not exist for them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import Actor, actor_of
from app.content import actions, queries
from app.content.forms import ArticleForm, RemovalForm, SectionForm, seen_version
from app.content.markup import to_html
from app.content.queries import Article, School, Section
from app.content.spaces import profile_in
from app.db import db
from app.directory.queries import school_by_uai
from app.errors import Refused
from app.gate.queries import demand_open
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("content_admin", __name__, url_prefix="/administration/ecole/<uai>")


def _own(uai: str) -> School:
    """The school, if the visitor keeps its site and it is open to them. Raises ``NotFound``."""
    school = school_by_uai(uai)
    demand(Verb.EDIT_SITE, school.id)
    demand_open(school.id)
    return school


def _me() -> Actor:
    return actor_of(visitor())


# Sections --------------------------------------------------------------------------------------------------------------


@blueprint.get("/site/rubriques")
@allowed(Verb.EDIT_SITE)
def sections(uai: str) -> Response:
    """Every section in its order, with who sees it and how many articles it has."""
    school = _own(uai)
    return render_page("content/sections.html", school=school, rows=queries.sections(school.id))


@blueprint.route("/site/rubriques/nouvelle", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def new_section(uai: str) -> Response:
    """A new section at the end of the list."""
    school, form = _own(uai), SectionForm()
    if form.validate_on_submit():
        made = actions.add_section(school.id, **_section_values(form), by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("La rubrique « %(title)s » est créée.", title=made.title), "success")
        return see_other(url_for(".sections", uai=school.uai))
    return _section_page(school, None, form)


@blueprint.route("/site/rubriques/<int:number>", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def section(uai: str, number: int) -> Response:
    """A section's title, presentation and visibility."""
    school = _own(uai)
    found = queries.section(school.id, number, for_change=request.method == "POST")
    form = SectionForm(obj=found)
    if form.validate_on_submit():
        try:
            actions.demand_version(found.version, seen_version(form))
        except actions.ChangedMeanwhile as told:
            return _section_page(school, found, form, told)
        actions.change_section(found, **_section_values(form), by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("La rubrique « %(title)s » est enregistrée.", title=found.title), "success")
        return see_other(url_for(".sections", uai=school.uai))
    return _section_page(school, found, form)


@blueprint.post("/site/rubriques/<int:number>/place")
@allowed(Verb.EDIT_SITE)
def place(uai: str, number: int) -> Response:
    """One place up or down in the menu."""
    school = _own(uai)
    found = queries.section(school.id, number, for_change=True)
    actions.move_section(found, up=request.form.get("to") == "up", by=_me(), now=clock.portal_now())
    db.session.commit()
    return see_other(url_for(".sections", uai=school.uai))


@blueprint.route("/site/rubriques/<int:number>/supprimer", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def remove_section(uai: str, number: int) -> Response:
    """Put an empty section into the trash, after a typed word."""
    school = _own(uai)
    found = queries.section(school.id, number, for_change=request.method == "POST")
    form, also, title = RemovalForm(), [], found.title
    if form.validate_on_submit():
        try:
            actions.remove_section(found, by=_me(), now=clock.portal_now())
        except actions.SectionNotEmpty as told:
            also = [told.words, told.hint]
        else:
            db.session.commit()
            flash(_("La rubrique « %(title)s » est supprimée.", title=title), "success")
            return see_other(url_for(".sections", uai=school.uai))
    return _removal(school, form, also, title, url_for(".sections", uai=school.uai), article=False)


def _section_values(form: SectionForm) -> dict[str, Any]:
    return {
        "title": (form.title.data or "").strip(),
        "introduction": (form.introduction.data or "").strip(),
        "visible": bool(form.visible.data),
        "restricted": bool(form.restricted.data),
    }


def _section_page(school: School, found: Section | None, form: SectionForm, told: Refused | None = None) -> Response:
    # What the writer has seen stays what they have seen, until they are shown the newer state.
    if found is not None and (told or request.method == "GET"):
        form.version.data = str(found.version)
    return render_page(
        "content/section.html",
        status=409 if told else 422 if form.errors else 200,
        school=school,
        found=found,
        form=form,
        also=_told(told),
        saved=found if told else None,
    )


# Articles --------------------------------------------------------------------------------------------------------------


@blueprint.get("/site/rubriques/<int:number>/articles")
@allowed(Verb.EDIT_SITE)
def articles(uai: str, number: int) -> Response:
    """A section's articles: drafts first, then the newest."""
    school = _own(uai)
    found = queries.section(school.id, number)
    return render_page("content/articles.html", school=school, found=found, articles=queries.articles_of(found))


@blueprint.route("/site/rubriques/<int:number>/articles/nouveau", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def new_article(uai: str, number: int) -> Response:
    """A new article: kept as a draft, or published at once."""
    school = _own(uai)
    found = queries.section(school.id, number)
    form = _article_form(school, None)
    if request.method == "GET":
        form.section.data = found.id
    if request.form.get("do") == "preview":
        return _article_page(school, None, form, found, preview=True)
    if form.validate_on_submit():
        now = clock.portal_now()
        made = actions.write_article(
            queries.section(school.id, form.section.data),
            **_article_values(form),
            author_id=visitor().person_id,
            author_profile=profile_in(visitor(), school.id),
            by=_me(),
            now=now,
        )
        return _saved(school, made)
    return _article_page(school, None, form, found)


@blueprint.route("/site/articles/<int:number>", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def article(uai: str, number: int) -> Response:
    """An article's text, section and publication."""
    school = _own(uai)
    found = queries.article(school.id, number, for_change=request.method == "POST")
    form = _article_form(school, found)
    if request.form.get("do") == "preview":
        return _article_page(school, found, form, found.section, preview=True)
    if form.validate_on_submit():
        try:
            actions.demand_version(found.version, seen_version(form))
        except actions.ChangedMeanwhile as told:
            return _article_page(school, found, form, found.section, told)
        chosen = queries.section(school.id, form.section.data)
        actions.change_article(found, chosen, **_article_values(form), by=_me(), now=clock.portal_now())
        return _saved(school, found)
    return _article_page(school, found, form, found.section)


@blueprint.route("/site/articles/<int:number>/supprimer", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def remove_article(uai: str, number: int) -> Response:
    """Put an article into the trash, after a typed word."""
    school = _own(uai)
    found = queries.article(school.id, number, for_change=request.method == "POST")
    back = url_for(".articles", uai=school.uai, number=found.section_id)
    form, title = RemovalForm(), found.title
    if form.validate_on_submit():
        actions.remove_article(found, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("L’article « %(title)s » est supprimé.", title=title), "success")
        return see_other(back)
    return _removal(school, form, [], title, back, article=True)


def _saved(school: School, article: Article) -> Response:
    """Publish or withdraw as the pressed button says, commit, and say what stands now."""
    now, do = clock.portal_now(), request.form.get("do")
    if do == "publish":
        actions.publish_article(article, by=_me(), now=now)
    elif do == "withdraw":
        actions.withdraw_article(article, by=_me(), now=now)
    title, is_public = article.title, article.section.visible and not article.section.restricted
    published, back = article.published_at is not None, url_for(".articles", uai=school.uai, number=article.section_id)
    db.session.commit()
    if not published:
        flash(_("« %(title)s » est enregistré comme brouillon : vous seuls le voyez.", title=title), "success")
    elif is_public:
        flash(_("« %(title)s » est enregistré et se lit sur le site public.", title=title), "success")
    else:
        flash(
            _(
                "« %(title)s » est publié, mais sa rubrique est cachée ou réservée : il n’est pas public.",
                title=title,
            ),
            "warning",
        )
    return see_other(back)


def _article_form(school: School, found: Article | None) -> ArticleForm:
    form = ArticleForm(obj=found)
    form.section.choices = [(one.id, one.title) for one, _published, _drafts in queries.sections(school.id)]
    if found is not None and not form.is_submitted():
        form.section.data = found.section_id
        # Written before sources were kept, or by a program: its HTML is what can be edited.
        form.source.data = found.source or found.body
    return form


def _article_values(form: ArticleForm) -> dict[str, Any]:
    return {
        "title": (form.title.data or "").strip(),
        "summary": " ".join((form.summary.data or "").split()),
        "source": (form.source.data or "").strip(),
    }


def _article_page(
    school: School,
    found: Article | None,
    form: ArticleForm,
    section: Section,
    told: Refused | None = None,
    *,
    preview: bool = False,
) -> Response:
    if found is not None and (told or request.method == "GET"):
        form.version.data = str(found.version)
    return render_page(
        "content/article.html",
        block="preview" if preview else None,
        status=409 if told else 422 if form.errors else 200,
        school=school,
        found=found,
        section=section,
        form=form,
        also=_told(told),
        saved=found if told else None,
        preview=to_html((form.source.data or "")[:50_000]),
        previewed=preview,
    )


def _removal(school: School, form: RemovalForm, also: list[Any], title: str, back: str, *, article: bool) -> Response:
    status = 409 if also else 422 if form.errors else 200
    return render_page(
        "content/removal.html",
        status=status,
        school=school,
        form=form,
        also=[one for one in also if one is not None],
        title=title,
        back=back,
        article=article,
    )


def _told(told: Refused | None) -> list[str]:
    if told is None:
        return []
    return [say(told.words)] + ([say(told.hint)] if told.hint is not None else [])
