"""The doors, the way out, forgotten passwords and links received by e-mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, flash, request, session, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts import actions, passwords, sessions, throttles
from app.accounts.doors import NAMES, WHO_ANSWERS, WHOM_TO_ASK, Door, Provider, WaysIn, doors_of, refusal, ways_in
from app.accounts.forms import ForgottenForm, NewPasswordForm, SignInForm
from app.accounts.own.views import blueprint, mine, settings
from app.accounts.queries import (
    PROVE,
    RESET,
    account_of,
    account_to_change,
    email_token,
    find_account,
    person_known_as,
    session_row,
    standing_of,
)
from app.audit.actions import Actor, actor_of
from app.db import db, reading_only
from app.errors import NotFound
from app.profiles import PROFILE_NAMES
from app.web.absolute import absolute
from app.web.allowed import ANYBODY, SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.language import current_language
from app.web.security import safe_target
from app.words import N_, Words


def _providers() -> tuple[Provider, ...]:
    found: tuple[Provider, ...] = current_app.extensions["doors"]
    return found


def _provider(number: str) -> Provider:
    found = next((known for known in _providers() if known.id == number), None)
    if found is None:
        raise NotFound()
    return found


def _ways(door: str) -> WaysIn:
    try:
        return ways_in(Door(door), _providers())
    except ValueError:
        raise NotFound() from None


def _next() -> str:
    """Where whoever signs in wanted to go; only a path of ours, or a host that the project allows."""
    hosts = frozenset(host.strip() for host in settings().redirect_hosts.split(",") if host.strip())
    return safe_target(request.args.get("next"), "", hosts)


def _client(provider: Provider) -> Any:
    """Authlib's client of a provider."""
    return current_app.extensions["providers"].create_client(provider.id)


# The doors -------------------------------------------------------------------------------------------------------------


@blueprint.get("/connexion")
@allowed(ANYBODY)
def doors() -> Any:
    """Who are you? The doors, and how each is opened (GATE-9)."""
    ways = [ways_in(door, _providers()) for door in Door]
    return render_page("accounts/doors.html", ways=ways, names=NAMES, profiles=PROFILE_NAMES, next=_next())


@blueprint.route("/connexion/<door>", methods=["GET", "POST"])
@allowed(ANYBODY)
def sign_in(door: str) -> Any:
    """The portal's own door: login and password, or the code received."""
    ways = _ways(door)
    if request.method == "POST" and not ways.portal:
        raise NotFound()
    form = SignInForm()
    if form.validate_on_submit():
        return _try_secret(ways, form)
    return _sign_in_page(ways, form, status=422 if request.method == "POST" else 200)


def _try_secret(ways: WaysIn, form: SignInForm) -> Response:
    """1. The attempt is counted. 2. The secret is tried, at the same cost for an unknown login. 3. The door is looked at."""
    at, login = clock.machine_now(), form.login.data or ""
    network = sessions.network_of(request.remote_addr)
    until = actions.count_attempt(throttles.sign_in_keys(login, network), at=at)
    db.session.commit()  # counted before it is tried, so that many attempts at once are no way around
    if until is not None:
        return _sign_in_page(ways, form, status=429, wait=until)
    with reading_only():
        account = find_account(login)
        kept = (
            (account.person_id, account.password_hash, account.code_hash, account.code_expires_at) if account else None
        )
        db.session.rollback()  # no transaction is held while the slow hash is computed
    person_id, password_hash, code_hash, code_expires_at = kept or (0, None, None, None)
    secret = form.password.data or ""
    right = passwords.matches(secret, password_hash)
    by_code = passwords.code_matches(secret, code_hash)
    if not right and not by_code:
        wrong = _("Cet identifiant et ce mot de passe ne vont pas ensemble.")
        return _sign_in_page(ways, form, status=422, also=[wrong])
    actions.forgive(login, network)
    if by_code and (code_expires_at is None or code_expires_at <= at):
        db.session.commit()
        return _sign_in_page(ways, form, status=422, also=[_("Ce code n’est plus valable. Demandez-en un nouveau.")])
    return _let_in(ways.door, person_id, must_change=by_code)


def _sign_in_page(
    ways: WaysIn, form: SignInForm, *, status: int = 200, wait: datetime | None = None, also: list[str] | None = None
) -> Response:
    response = render_page(
        "accounts/sign_in.html",
        status=status,
        form=form,
        ways=ways,
        names=NAMES,
        also=also or [],
        wait=wait + timedelta(minutes=1) if wait is not None else None,
        zone=settings().zone,
        next=_next(),
    )
    if wait is not None:
        response.headers["Retry-After"] = str(max(1, round((wait - clock.machine_now()).total_seconds())))
    return response


def _let_in(door: Door, person_id: int, *, provider: str = "", must_change: bool = False, target: str = "") -> Response:
    """Open a session behind ``door`` for somebody who has proved who they are, or say which door is theirs (GATE-15)."""
    revision = actions.directory_revision()
    standing = standing_of(person_id)
    if standing is None or standing.disabled:
        db.session.commit()
        words = Words(N_("Votre compte est désactivé. %(whom)s"), whom=Words(WHO_ANSWERS[door]))
        return _shut_out(_("Ce compte est fermé"), words)
    theirs = doors_of(standing.places, standing.roles)
    # Whoever is in no school any more comes in by the door of before, to their own data only (CAL-9).
    if door not in theirs and not standing.leaving:
        db.session.commit()
        title = _("Ce n’est pas votre porte") if theirs else _("Vous n’êtes dans aucun établissement")
        return _shut_out(title, refusal(door, standing.places, standing.roles), theirs)
    _end_former_session()
    token = actions.open_session(
        person_id,
        door,
        standing,
        revision=revision,
        provider=provider,
        browser=sessions.browser_of(request.user_agent.string),
        must_change=must_change,
        at=clock.machine_now(),
        now=clock.portal_now(),
    )
    session.clear()
    db.session.commit()
    response = see_other(target or _next() or url_for("home.home"))
    https = settings().https
    response.set_cookie(sessions.cookie_name(https), token, **sessions.cookie_options(https))
    return response


def _shut_out(title: str, words: Words, theirs: tuple[Door, ...] = ()) -> Response:
    return render_page("accounts/refused.html", status=403, title=title, words=words, theirs=theirs, names=NAMES)


def _end_former_session() -> None:
    """A browser has one session: whoever signs in again leaves the one before."""
    token = request.cookies.get(sessions.cookie_name(settings().https))
    row = session_row(token) if token else None
    if row is not None and row.ended_at is None:
        by = Actor(name="person", person_id=row.person_id)
        actions.end_session(row.id, row.person_id, by=by, at=clock.machine_now(), now=clock.portal_now())


@blueprint.get("/connexion/<door>/<provider>")
@allowed(ANYBODY)
def to_provider(door: str, provider: str) -> Any:
    """Off to the identity provider, with PKCE, state and nonce."""
    known = _provider(provider)
    if known.door != door:
        raise NotFound()
    session["way_in"] = {"next": _next(), "language": current_language()}
    try:
        return _client(known).authorize_redirect(absolute("accounts.from_provider", provider=known.id))
    except Exception as failed:
        current_app.logger.warning("the provider %s cannot be reached: %s", known.id, type(failed).__name__)
        return _provider_failed(known, 503)


@blueprint.get("/connexion/retour/<provider>")
@allowed(ANYBODY)
def from_provider(provider: str) -> Any:
    """Back from the identity provider: whom it vouches for is matched by its claim; nobody is made here (ACCT-1)."""
    known = _provider(provider)
    way = session.pop("way_in", {})
    try:
        token = _client(known).authorize_access_token()
        told = _client(known).server_metadata.get("issuer", "").rstrip("/")
        claims = token.get("userinfo") or {}
        if told != known.issuer or not claims.get("sub"):
            raise ValueError("the provider is not who it says")
        if known.claim not in claims:
            more = _client(known).userinfo(token=token)
            claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
    except Exception as failed:
        # Whatever fails (a denial, a forged or stale answer, a provider that is down), nobody is signed in.
        current_app.logger.warning("a sign-in through %s failed: %s", known.id, type(failed).__name__)
        return _provider_failed(known, 403)
    subject = str(claims.get(known.claim) or "")
    person_id = person_known_as(known.id, subject) if subject else None
    if person_id is None:
        words = Words(
            N_("%(provider)s vous a bien reconnu, mais le portail ne sait pas qui vous êtes. %(whom)s"),
            provider=known.title,
            whom=Words(WHO_ANSWERS[known.door]),
        )
        return _shut_out(_("Le portail ne vous connaît pas encore"), words)
    target = way.get("next") or ("/en" if way.get("language") == "en" else "") + url_for("home.home")
    return _let_in(known.door, person_id, provider=known.id, target=target)


def _provider_failed(provider: Provider, status: int) -> Response:
    return render_page("accounts/provider_failed.html", status=status, provider=provider)


@blueprint.post("/deconnexion")
@allowed(SIGNED_IN, ungated=True)
def sign_out() -> Any:
    """The session ends, here and in the table."""
    own = mine()
    actions.end_session(own.id, own.person_id, by=actor_of(visitor()), at=clock.machine_now(), now=clock.portal_now())
    db.session.commit()
    session.clear()
    provider = next((known.title for known in _providers() if known.id == own.provider), None)
    flash(_("Vous êtes déconnecté du portail."), "success")
    if provider is not None:
        flash(
            _(
                "Vous êtes peut-être encore connecté à %(provider)s : sur un ordinateur partagé, fermez aussi le navigateur.",
                provider=provider,
            ),
            "warning",
        )
    response = see_other(url_for("accounts.doors"))
    https = settings().https
    response.delete_cookie(sessions.cookie_name(https), **sessions.cookie_options(https))
    return response


# Forgotten passwords and links by e-mail -------------------------------------------------------------------------------


@blueprint.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@allowed(ANYBODY)
def forgotten() -> Any:
    """A link goes to a proved address where there is one; the answer is the same for everybody."""
    form = ForgottenForm()
    sent = form.validate_on_submit()
    if sent:
        at = clock.machine_now()
        keys = throttles.mail_keys(form.login.data or "", sessions.network_of(request.remote_addr))
        until = actions.count_attempt(keys, at=at)
        account = find_account(form.login.data or "") if until is None else None
        if account is not None and account.email_proved_at is not None and account.disabled_at is None:
            actions.mail_reset_link(account, at=at)
        db.session.commit()
    elsewhere = [ways for door in Door if (ways := ways_in(door, _providers())).providers]
    status = 422 if request.method == "POST" and not sent else 200
    return render_page(
        "accounts/forgotten.html",
        status=status,
        form=form,
        sent=sent,
        names=NAMES,
        whom=WHOM_TO_ASK,
        elsewhere=elsewhere,
    )


@blueprint.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@allowed(ANYBODY)
def reset(token: str) -> Any:
    """Choose a new password through the link received. Opening it uses nothing up: mail scanners open links too."""
    at = clock.machine_now()
    link = email_token(token, RESET, at)
    if link is None:
        return render_page("accounts/link_over.html", status=404, again=url_for("accounts.forgotten"))
    form = NewPasswordForm()
    account = account_to_change(link.person_id) if request.method == "POST" else account_of(link.person_id)
    form.names = [account.login, account.person.first_name, account.person.last_name] if account is not None else []
    if account is not None and form.validate_on_submit():
        actions.use_reset_link(account, link, form.new_password.data or "", at=at, now=clock.portal_now())
        db.session.commit()
        flash(_("Votre nouveau mot de passe est enregistré. Connectez-vous avec lui."), "success")
        return see_other(url_for("accounts.doors"))
    status = 422 if request.method == "POST" else 200
    return render_page(
        "accounts/reset.html", status=status, form=form, rule=passwords.RULE, login=account and account.login
    )


@blueprint.route("/adresse/<token>", methods=["GET", "POST"])
@allowed(ANYBODY)
def prove(token: str) -> Any:
    """Confirm an address through the link received there."""
    at = clock.machine_now()
    link = email_token(token, PROVE, at)
    if link is None:
        return render_page("accounts/link_over.html", status=404, again=url_for("accounts.address"))
    if request.method == "POST":
        account = account_to_change(link.person_id)
        by = Actor(name="person", person_id=account.person_id)
        actions.prove_address(account, link, by=by, at=at, now=clock.portal_now())
        db.session.commit()
        return render_page("accounts/proved.html")
    return render_page("accounts/prove.html", email=link.email)
