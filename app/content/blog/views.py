"""A blog as its readers and writers see it; also without JavaScript."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock
from app.audit.actions import Actor, actor_of
from app.content import actions as content
from app.content.blog import actions, months, queries
from app.content.blog.forms import BlogForm, CommentForm, SendBackForm
from app.content.blog.queries import Article
from app.content.embeds import embeds, hosts_of, pieces
from app.content.forms import seen_version
from app.content.markup import to_html
from app.content.queries import zone_of
from app.content.services.queries import Entered, enter
from app.content.spaces import Service, SpaceVerb
from app.content.views import blueprint
from app.db import db
from app.errors import NotFound, Refused
from app.files.names import ending
from app.files.queries import path_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.web.security import POLICY
from app.web.uploads import uploads
from app.weights import weight


def _enter(section_id: int, verb: SpaceVerb = SpaceVerb.READ) -> tuple[Entered, datetime]:
    now = clock.portal_now()
    return enter(section_id, visitor(), Service.BLOG, now, verb=verb), now


def _me() -> Actor:
    return actor_of(visitor())


def _hosts() -> tuple[str, ...]:
    return hosts_of(current_app.extensions["settings"].embed_hosts)


# Reading ---------------------------------------------------------------------------------------------------------------


@blueprint.get("/espaces/<int:section_id>/blog")
@allowed(SIGNED_IN)
def blog(section_id: int) -> Response:
    """The articles, newest first, by category and month; above them what is not online yet."""
    entered, now = _enter(section_id)
    zone = zone_of(entered.section)
    categories = queries.categories_of(section_id)
    category = next((one for one in categories if one.id == request.args.get("category", type=int)), None)
    month = months.month_of(request.args.get("month", ""))
    after = months.unmarked(request.args.get("after", ""))
    page = queries.page(
        section_id, now, zone=zone, category_id=category.id if category else None, month=month, after=after
    )
    chosen = {"category": category.id if category else None, "month": month.strftime("%Y-%m") if month else None}
    return render_page(
        "content/blog.html",
        block="listing",
        section=entered.section,
        role=entered.role,
        zone=zone,
        page=page,
        chosen={name: value for name, value in chosen.items() if value},
        categories=categories,
        months=queries.months_of(section_id, now, zone),
        waiting=queries.waiting(entered, now) if entered.may(SpaceVerb.WRITE) and after is None else [],
        now=now,
        writes=entered.may(SpaceVerb.WRITE),
        further=after is not None,
    )


@blueprint.get("/espaces/<int:section_id>/blog/<int:article_id>")
@allowed(SIGNED_IN)
def article(section_id: int, article_id: int) -> Response:
    """An article with its files and comments."""
    entered, now = _enter(section_id)
    return _article_page(entered, queries.article_in(entered, article_id, now), now)


def _article_page(
    entered: Entered,
    found: Article,
    now: datetime,
    *,
    comment: CommentForm | None = None,
    send_back: SendBackForm | None = None,
    told: Refused | None = None,
) -> Response:
    moderates = entered.may(SpaceVerb.MODERATE_COMMENTS)
    comments, older = queries.comments_of(found.id, hidden_too=moderates, before=request.args.get("avant", type=int))
    online = found.published_at is not None and found.published_at <= now
    wrong = [form for form in (comment, send_back) if form is not None and form.errors]
    return render_page(
        "content/blog_article.html",
        status=told.status if told else 422 if wrong else 200,
        section=entered.section,
        role=entered.role,
        zone=zone_of(entered.section),
        article=found,
        author=queries.author_of(found),
        pieces=pieces(found.body, _hosts()),
        files=[(one, weight(one.size)) for one in found.attachments],
        comments=comments,
        older=older,
        comment_form=comment or CommentForm(),
        send_back=send_back or SendBackForm(prefix="back"),
        wrong=wrong[0] if wrong else None,
        also=_told(told),
        online=online,
        dated=found.published_at is not None and not online,
        comments_allowed=found.comments_open and online and entered.may(SpaceVerb.COMMENT),
        moderates=moderates,
        changes=entered.may_change(found.author_id),
        publishes=actions.may_publish(entered, found),
        approves=entered.may(SpaceVerb.APPROVE) and found.submitted_at is not None and not found.published_at,
    )


@blueprint.get("/espaces/<int:section_id>/blog/<int:article_id>/contenu/<int:number>")
@allowed(SIGNED_IN)
def embed(section_id: int, article_id: int, number: int) -> Response:
    """Something of another site, opened on purpose: the only page that lets the browser speak to that site (PORTAL-16)."""
    entered, now = _enter(section_id)
    found = queries.article_in(entered, article_id, now)
    one = next((one for one in embeds(found.body, _hosts()) if one.number == number), None)
    if one is None:
        raise NotFound()
    response = render_page("content/embed.html", section=entered.section, role=entered.role, article=found, embed=one)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src https://{one.host}"
    return response


@blueprint.get("/espaces/<int:section_id>/blog/<int:article_id>/pieces/<int:attachment_id>")
@allowed(SIGNED_IN)
def attachment(section_id: int, article_id: int, attachment_id: int) -> Response:
    """A file that comes with an article, as a download."""
    entered, now = _enter(section_id)
    one = queries.attachment(queries.article_in(entered, article_id, now), attachment_id)
    return deliver(path_of(one.sha256), one.name, KINDS_BY_ENDING.get(ending(one.name), "application/octet-stream"))


#: Attachments keep no media type: pictures and PDF are told by their checked names, all else is bytes.
KINDS_BY_ENDING = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}


# Writing ---------------------------------------------------------------------------------------------------------------


@blueprint.route("/espaces/<int:section_id>/blog/ecrire", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def write(section_id: int) -> Response:
    """A new article: kept as a draft, proposed, or published, by the writer's role (PORTAL-2)."""
    entered, now = _enter(section_id, SpaceVerb.WRITE)
    form = _form(entered, None)
    if request.form.get("do") == "preview":
        return _write_page(entered, None, form, preview=True)
    if form.validate_on_submit():
        try:
            made = actions.write(entered, **_values(form), by=_me(), now=now)
            actions.attach(made, uploads(), by=_me(), now=now)
        except Refused as told:
            db.session.rollback()
            return _write_page(_enter(section_id, SpaceVerb.WRITE)[0], None, form, told)
        return _saved(entered, made, form, now)
    return _write_page(entered, None, form)


@blueprint.route("/espaces/<int:section_id>/blog/<int:article_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(section_id: int, article_id: int) -> Response:
    """An article's text, category, files; the second of two writers is told."""
    entered, now = _enter(section_id)
    found = _to_change(entered, article_id, now)
    form = _form(entered, found)
    if request.form.get("do") == "preview":
        return _write_page(entered, found, form, preview=True)
    if form.validate_on_submit():
        try:
            content.demand_version(found.version, seen_version(form))
            actions.change(found, entered, **_values(form), by=_me(), now=now)
            actions.detach(found, set(request.form.getlist("remove", type=int)), by=_me(), now=now)
            actions.attach(found, uploads(), by=_me(), now=now)
        except Refused as told:
            db.session.rollback()
            entered, now = _enter(section_id)
            return _write_page(entered, _to_change(entered, article_id, now), form, told)
        return _saved(entered, found, form, now)
    return _write_page(entered, found, form)


def _to_change(entered: Entered, article_id: int, now: datetime) -> Article:
    found = queries.article_in(entered, article_id, now, for_change=request.method == "POST")
    if not entered.may_change(found.author_id):
        raise NotFound()
    return found


def _form(entered: Entered, found: Article | None) -> BlogForm:
    form = BlogForm(obj=found)
    kept = queries.categories_of(entered.section.id)
    form.category.choices = [SelectChoice(0, _("Sans catégorie")), *(SelectChoice(one.id, one.name) for one in kept)]
    if not form.is_submitted():
        form.category.data = (found.category_id if found else None) or 0
        if found is not None:
            form.source.data = found.source or found.body
    return form


def _values(form: BlogForm) -> dict[str, Any]:
    return {
        "title": (form.title.data or "").strip(),
        "summary": " ".join((form.summary.data or "").split()),
        "source": (form.source.data or "").strip(),
        "category_id": form.category.data or None,
        "comments_open": bool(form.comments_open.data),
    }


def _saved(entered: Entered, found: Article, form: BlogForm, now: datetime) -> Response:
    """What the pressed button asks for, as far as the role allows it; commit, and say what stands now."""
    do = request.form.get("do")
    if do == "publish" and actions.may_publish(entered, found):
        chosen = form.publish_at.data
        when = chosen.replace(tzinfo=ZoneInfo(zone_of(entered.section))) if chosen else None
        content.publish_article(found, by=_me(), now=now, when=when)
    elif do in ("publish", "submit"):
        actions.submit(found, by=_me(), now=now)
    title, published, submitted = found.title, found.published_at, found.submitted_at
    target = url_for("content.article", section_id=found.section_id, article_id=found.id)
    db.session.commit()
    if published is not None and published > now:
        flash(_("« %(title)s » paraîtra à la date choisie.", title=title), "success")
    elif published is not None:
        flash(_("« %(title)s » est en ligne.", title=title), "success")
    elif submitted is not None:
        flash(
            _("« %(title)s » est proposé : un modérateur le mettra en ligne ou vous le rendra.", title=title), "success"
        )
    else:
        flash(_("« %(title)s » est un brouillon : vous seul le voyez.", title=title), "success")
    return see_other(target)


def _write_page(
    entered: Entered, found: Article | None, form: BlogForm, told: Refused | None = None, *, preview: bool = False
) -> Response:
    if found is not None and (isinstance(told, content.ChangedMeanwhile) or request.method == "GET"):
        form.version.data = str(found.version)
    return render_page(
        "content/write.html",
        block="preview" if preview else None,
        status=told.status if told else 422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        found=found,
        form=form,
        files=[(one, weight(one.size)) for one in found.attachments] if found else [],
        also=_told(told),
        saved=found if isinstance(told, content.ChangedMeanwhile) else None,
        publishes=actions.may_publish(entered, found),
        online=found is not None and found.published_at is not None,
        preview=to_html((form.source.data or "")[:50_000]) if form.source.data else "",
    )


def _told(told: Refused | None) -> list[str]:
    if told is None:
        return []
    return [say(told.words)] + ([say(told.hint)] if told.hint is not None else [])


@blueprint.post("/espaces/<int:section_id>/blog/<int:article_id>/etat")
@allowed(SIGNED_IN)
def article_state(section_id: int, article_id: int) -> Response:
    """Publish, propose, approve, send back with a word, or withdraw (PORTAL-2)."""
    entered, now = _enter(section_id)
    found = queries.article_in(entered, article_id, now, for_change=True)
    do = request.form.get("do")
    if do == "return" and entered.may(SpaceVerb.APPROVE):
        form = SendBackForm(prefix="back")
        if not form.validate():
            return _article_page(entered, found, now, send_back=form)
        actions.send_back(found, (form.words.data or "").strip(), by=_me(), now=now)
        said = _("L’article est rendu à son auteur, avec votre mot.")
        target = url_for("content.blog", section_id=section_id)
    else:
        said = _change_state(entered, found, do, now)
        target = url_for("content.article", section_id=section_id, article_id=article_id)
    db.session.commit()
    flash(said, "success")
    return see_other(target)


def _change_state(entered: Entered, found: Article, do: str | None, now: datetime) -> str:
    if do == "publish" and actions.may_publish(entered, found):
        content.publish_article(found, by=_me(), now=now)
        return str(_("L’article est en ligne."))
    own = entered.may_change(found.author_id)
    if do == "submit" and own:
        actions.submit(found, by=_me(), now=now)
        return str(_("L’article est proposé à la validation."))
    if do == "withdraw" and own:
        content.withdraw_article(found, by=_me(), now=now)
        return str(_("L’article n’est plus en ligne : c’est un brouillon."))
    raise NotFound()


@blueprint.route("/espaces/<int:section_id>/blog/<int:article_id>/corbeille", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def trash_article(section_id: int, article_id: int) -> Response:
    """Into the trash, from which it can be fetched back."""
    entered, now = _enter(section_id)
    found = _to_change(entered, article_id, now)
    if request.method == "POST":
        title = found.title
        content.remove_article(found, by=_me(), now=now)
        db.session.commit()
        flash(_("« %(title)s » est à la corbeille.", title=title), "success")
        return see_other(url_for("content.blog", section_id=section_id))
    return render_page("content/trash_article.html", section=entered.section, role=entered.role, article=found)


@blueprint.post("/espaces/<int:section_id>/blog/<int:article_id>/commentaires")
@allowed(SIGNED_IN)
def comment(section_id: int, article_id: int) -> Response:
    """A comment on an article that is online."""
    entered, now = _enter(section_id, SpaceVerb.COMMENT)
    found, form = queries.article_in(entered, article_id, now), CommentForm()
    if found.published_at is None or found.published_at > now:
        raise NotFound()
    if not form.validate_on_submit():
        return _article_page(entered, found, now, comment=form)
    try:
        actions.comment(found, (form.text.data or "").strip(), author_id=entered.person_id, by=_me(), now=now)
    except Refused as told:
        return _article_page(entered, found, now, comment=form, told=told)
    db.session.commit()
    flash(_("Votre commentaire est en ligne."), "success")
    return see_other(url_for("content.article", section_id=section_id, article_id=article_id) + "#comments")


@blueprint.post("/espaces/<int:section_id>/blog/<int:article_id>/commentaires/<int:comment_id>")
@allowed(SIGNED_IN)
def hide_comment(section_id: int, article_id: int, comment_id: int) -> Response:
    """Hide a comment, or show it again."""
    entered, now = _enter(section_id, SpaceVerb.MODERATE_COMMENTS)
    found = queries.article_in(entered, article_id, now)
    said, hidden = queries.comment(found.id, comment_id), request.form.get("do") != "show"
    actions.hide_comment(said, hidden=hidden, school_id=found.school_id, by=_me(), now=now)
    db.session.commit()
    flash(_("Le commentaire est masqué.") if hidden else _("Le commentaire est de nouveau visible."), "success")
    return see_other(url_for("content.article", section_id=section_id, article_id=article_id) + "#comments")
