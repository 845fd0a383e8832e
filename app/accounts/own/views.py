"""Their own account of whoever is signed in: password, address, language, sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts import actions, passwords, sessions, throttles
from app.accounts.doors import NAMES
from app.accounts.forms import AddressForm, ChangePasswordForm, GuardedAddressForm, LanguageForm, NewPasswordForm
from app.accounts.queries import (
    account_of,
    account_to_change,
    open_sessions,
    waiting_address,
)
from app.accounts.sessions import OpenSession
from app.audit.actions import actor_of
from app.db import db
from app.errors import NotFound
from app.settings import Settings
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("accounts", "app.accounts")

#: Pages that somebody with a first secret may open before they have chosen a password (ACCT-2).
BEFORE_CHOOSING = frozenset({"accounts.password", "accounts.sign_out"})


def mine() -> OpenSession:
    """The session of whoever asks. Raises ``NotFound`` for nobody."""
    found: OpenSession | None = g.get("sign_in_session")
    if found is None:
        raise NotFound()
    return found


def settings() -> Settings:
    """The portal's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


@blueprint.before_app_request
def first_secret() -> Any:
    """Whoever came in with a one-time code chooses a password before anything else. The gate has decided before (GATE-6)."""
    own_session: OpenSession | None = g.get("sign_in_session")
    if own_session is None or not own_session.must_change or request.endpoint in BEFORE_CHOOSING:
        return None
    return see_other(url_for("accounts.password"))


# Their own account -----------------------------------------------------------------------------------------------------


@blueprint.get("/compte")
@allowed(SIGNED_IN)
def own() -> Any:
    """My login, address, password, language, and where I am signed in."""
    at, session = clock.machine_now(), mine()
    account = account_of(session.person_id)
    since = at - timedelta(hours=settings().session_hours)
    return render_page(
        "accounts/own.html",
        mine=session,
        account=account,
        door=NAMES[session.door],
        provider=_provider_title(session),
        has_password=account is not None and account.password_hash is not None,
        waiting=waiting_address(session.person_id, at),
        sessions=open_sessions(session.person_id, since),
        names=NAMES,
        language_form=LanguageForm(language=account.language if account is not None else "fr"),
        zone=settings().zone,
    )


def _provider_title(session: OpenSession) -> str:
    titles = {known.id: known.title for known in current_app.extensions["doors"]}
    return str(titles.get(session.provider, session.provider))


@blueprint.route("/compte/mot-de-passe", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def password() -> Any:
    """Choose a password: the first one after a code (ACCT-2), or another in place of one that is known."""
    session = mine()
    account = account_of(session.person_id)
    if account is None or not (session.must_change or account.password_hash):
        return render_page("accounts/foreign_password.html", provider=_provider_title(session))
    form = NewPasswordForm() if session.must_change else ChangePasswordForm()
    form.names = [
        account.login,
        account.person.first_name,
        account.person.used_first_name,
        account.person.last_name,
    ]
    if form.validate_on_submit() and (session.must_change or _is_current(form)):
        account = account_to_change(session.person_id)
        actions.choose_password(
            account,
            form.new_password.data or "",
            keep=session.id,
            by=actor_of(visitor()),
            at=clock.machine_now(),
            now=clock.portal_now(),
        )
        db.session.commit()
        flash(_("Votre mot de passe est enregistré. Vos autres connexions sont fermées."), "success")
        return see_other(url_for("home.home" if session.must_change else "accounts.own"))
    return render_page(
        "accounts/password.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        first=session.must_change,
        rule=passwords.RULE,
        login=account.login,
    )


def _is_current(form: ChangePasswordForm | GuardedAddressForm) -> bool:
    """Is the password typed the account's? Counted like an attempt to sign in; what is wrong stands beside the field."""
    at, network = clock.machine_now(), sessions.network_of(request.remote_addr)
    account = account_of(mine().person_id)
    login, password_hash = (account.login, account.password_hash) if account is not None else ("", None)
    until = actions.count_attempt(throttles.sign_in_keys(login, network), at=at)
    db.session.commit()  # counted before it is tried, and no transaction is held while the slow hash is computed
    if until is not None:
        form.current_password.errors = [_("Trop d’essais. Attendez quelques minutes avant de recommencer.")]
        return False
    if not passwords.matches(form.current_password.data or "", password_hash):
        form.current_password.errors = [_("Ce n’est pas votre mot de passe actuel.")]
        return False
    actions.forgive(login, network)
    return True


@blueprint.route("/compte/adresse", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def address() -> Any:
    """Give, change or take away the address to which the portal may write; a new one counts once it is proved."""
    session, at, now = mine(), clock.machine_now(), clock.portal_now()
    account = account_of(session.person_id)
    if account is None:
        raise NotFound()
    guarded = account.password_hash is not None
    form = GuardedAddressForm(email=account.email or "") if guarded else AddressForm(email=account.email or "")
    if form.validate_on_submit() and (not isinstance(form, GuardedAddressForm) or _is_current(form)):
        wanted = form.email.data or ""
        account = account_to_change(session.person_id)
        if not wanted:
            actions.forget_address(account, by=actor_of(visitor()), now=now)
            said = _("Le portail ne vous écrira plus.")
        elif wanted == account.email and account.email_proved_at is not None:
            said = _("Cette adresse est déjà la vôtre.")
        else:
            said = _ask_to_prove(session.person_id, wanted, at, now)
        db.session.commit()
        flash(said, "success")
        return see_other(url_for("accounts.own"))
    return render_page(
        "accounts/address.html",
        status=422 if request.method == "POST" else 200,
        form=form,
        guarded=guarded,
    )


def _ask_to_prove(person_id: int, wanted: str, at: datetime, now: datetime) -> str:
    account = account_to_change(person_id)
    keys = throttles.mail_keys(account.login, sessions.network_of(request.remote_addr))
    if actions.count_attempt(keys, at=at) is not None:
        return str(_("Plusieurs messages viennent déjà de partir. Attendez un peu avant d’en demander un autre."))
    actions.mail_proving_link(account, wanted, by=actor_of(visitor()), at=at, now=now)
    said = _("Un message est parti à %(email)s. Ouvrez le lien qu’il contient pour confirmer l’adresse.", email=wanted)
    return str(said)


@blueprint.post("/compte/langue")
@allowed(SIGNED_IN)
def language() -> Any:
    """The language of mails and pages."""
    form = LanguageForm()
    chosen = form.language.data if form.validate_on_submit() else "fr"
    account = account_of(mine().person_id)
    if account is not None:
        actions.set_language(account, chosen, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    root = request.script_root
    page = url_for("accounts.own").removeprefix(root)
    return see_other(root.removesuffix("/en") + ("/en" if chosen == "en" else "") + page)


@blueprint.post("/compte/connexions/<int:number>/fin")
@allowed(SIGNED_IN)
def end_session(number: int) -> Any:
    """End one of my sessions; my own here is the sign-out's."""
    session = mine()
    by = actor_of(visitor())
    if number == session.id or not actions.end_session(
        number, session.person_id, by=by, at=clock.machine_now(), now=clock.portal_now()
    ):
        raise NotFound()
    db.session.commit()
    flash(_("Cette connexion est fermée."), "success")
    return see_other(url_for("accounts.own"))


@blueprint.post("/compte/connexions/fin")
@allowed(SIGNED_IN)
def end_other_sessions() -> Any:
    """End all my sessions but this one."""
    session = mine()
    actions.end_other_sessions(
        session.person_id, but=session.id, by=actor_of(visitor()), at=clock.machine_now(), now=clock.portal_now()
    )
    db.session.commit()
    flash(_("Toutes vos autres connexions sont fermées."), "success")
    return see_other(url_for("accounts.own"))
