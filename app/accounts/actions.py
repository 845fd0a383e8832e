"""Signing in and out, secrets, links by e-mail, sessions. Never commits.

``now`` is portal time, for the audit; ``at`` is machine time, which rules sessions, throttles, codes and links.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.accounts import passwords, sessions, throttles
from app.accounts.doors import Door, behind
from app.accounts.models import Account, EmailToken, ForeignIdentity, SignInSession, Throttle
from app.accounts.queries import PROVE, RESET, Standing, person_known_as
from app.audit.actions import Actor, record
from app.db import db
from app.directory.models import Person
from app.directory.queries import project
from app.errors import Refused
from app.notifications.actions import queue
from app.pulse import DIRECTORY, pulse
from app.settings import Settings
from app.web.absolute import absolute
from app.words import N_, Words

#: How long a link sent by e-mail opens: a forgotten password's, and one that proves an address.
RESET_LINK, PROVING_LINK = timedelta(hours=1), timedelta(days=2)


class IdentityTaken(Refused):
    message = N_("Cette identité est déjà celle d’une autre personne.")
    advice = N_("Retirez-la d’abord à cette personne.")


class LinkUsed(Refused):
    message = N_("Ce lien a déjà servi.")
    advice = N_("Demandez-en un nouveau.")


# Attempts --------------------------------------------------------------------------------------------------------------


def count_attempt(keys: Mapping[str, throttles.Slope], *, at: datetime) -> datetime | None:
    """Count an attempt before it is tried, so that many at once are no way around; None lets it pass.

    Otherwise the instant from which the next one may come; the attempt is then not counted. Commit before the secret is
    looked at.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    forgotten = at - throttles.FORGOTTEN_AFTER
    for key, slope in keys.items():
        fresh = Throttle.since <= forgotten
        counted = (
            insert(Throttle)
            .values(key=key, failures=1, since=at)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "failures": case((fresh, 1), else_=Throttle.failures + 1),
                    "since": case((fresh, at), else_=Throttle.since),
                },
                where=or_(Throttle.blocked_until.is_(None), Throttle.blocked_until <= at),
            )
            .returning(Throttle.failures)
        )
        failures = db.session.scalar(counted)
        if failures is None:
            return db.session.scalar(select(Throttle.blocked_until).where(Throttle.key == key))
        until = at + throttles.wait_after(failures, slope)
        db.session.execute(
            update(Throttle)
            .where(Throttle.key == key)
            .values(blocked_until=until if until > at else None)
            .execution_options(synchronize_session=False)
        )
    return None


def forgive(login: str, network: str) -> None:
    """An attempt succeeded: the login starts anew, and the network is rid of that one."""
    db.session.execute(delete(Throttle).where(Throttle.key == throttles.key("login", login)))
    of_network = Throttle.key == throttles.key("network", network)
    db.session.execute(update(Throttle).where(of_network, Throttle.failures > 0).values(failures=Throttle.failures - 1))


# Sessions --------------------------------------------------------------------------------------------------------------


def open_session(
    person_id: int,
    door: Door,
    standing: Standing,
    *,
    revision: int,
    provider: str = "",
    browser: str = "",
    must_change: bool = False,
    at: datetime,
    now: datetime,
) -> str:
    """Open a session and return the secret for its cookie.

    ``revision`` is the directory's, looked at before ``standing`` was read: what changed in between shows at the next look.
    """
    token = sessions.new_token()
    places, roles = behind(door, standing.places, standing.roles)
    opened = SignInSession(
        token_hash=sessions.digest(token),
        person_id=person_id,
        door=door.value,
        provider=provider,
        created_at=at,
        seen_at=at,
        browser=browser[:120],
        facts=sessions.facts_of(standing.name, places, roles),
        facts_revision=revision,
        must_change=must_change,
    )
    db.session.add(opened)
    db.session.execute(
        update(Account)
        .where(Account.person_id == person_id, Account.first_sign_in_at.is_(None))
        .values(first_sign_in_at=at)
    )
    by = Actor(name="person", person_id=person_id)
    after = {"door": door.value, "provider": provider, "first_secret": must_change}
    record("session.opened", by=by, now=now, subject=("person", person_id), after=after)
    return token


def directory_revision() -> int:
    """The directory's revision now, to be kept beside facts that are read after it."""
    return pulse().number(DIRECTORY)


def end_session(session_id: int, person_id: int, *, by: Actor, at: datetime, now: datetime) -> bool:
    """End one session of a person; False where it has ended already or is somebody else's."""
    ended = db.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=at)
        .returning(SignInSession.id)
    ).all()
    if ended:
        record("session.ended", by=by, now=now, subject=("person", person_id))
    return bool(ended)


def end_other_sessions(person_id: int, *, but: int | None, by: Actor, at: datetime, now: datetime) -> int:
    """End all sessions of a person but one; how many there were."""
    query = update(SignInSession).where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
    if but is not None:
        query = query.where(SignInSession.id != but)
    count = len(db.session.execute(query.values(ended_at=at).returning(SignInSession.id)).all())
    if count:
        record("session.ended", by=by, now=now, subject=("person", person_id), after={"count": count})
    return count


# Secrets ---------------------------------------------------------------------------------------------------------------


def issue_code(account: Account, *, by: Actor, now: datetime) -> str:
    """A new one-time code, shown once and kept as a digest (ACCT-2). Password, older code and sessions are over."""
    code = passwords.new_code()
    settings: Settings = current_app.extensions["settings"]
    account.code_hash = passwords.code_digest(code)
    account.code_expires_at = clock.machine_now() + timedelta(hours=settings.code_hours)
    account.password_hash = None
    record("account.code-issued", by=by, now=now, subject=("person", account.person_id))
    end_other_sessions(account.person_id, but=None, by=by, at=clock.machine_now(), now=now)
    return code


def choose_password(
    account: Account, password: str, *, keep: int | None, by: Actor, at: datetime, now: datetime
) -> None:
    """Store the password that somebody chose; a one-time code and every session but ``keep`` are over.

    Whether it is good enough is asked of ``passwords.problems`` before.
    """
    account.password_hash = passwords.hashed(password)
    account.code_hash = account.code_expires_at = None
    record("account.password-chosen", by=by, now=now, subject=("person", account.person_id))
    end_other_sessions(account.person_id, but=keep, by=by, at=at, now=now)
    db.session.execute(delete(EmailToken).where(EmailToken.person_id == account.person_id, EmailToken.purpose == RESET))
    if keep is not None:
        db.session.execute(update(SignInSession).where(SignInSession.id == keep).values(must_change=False))


def set_language(account: Account, language: str, *, by: Actor, now: datetime) -> None:
    """The language of the mails that somebody gets: 'fr' or 'en'."""
    if account.language != language:
        values = {"from": account.language, "to": language}
        account.language = language
        record("account.language-set", by=by, now=now, subject=("person", account.person_id), after=values)


def link_identity(person: Person, provider: str, subject: str, *, by: Actor, now: datetime) -> bool:
    """Note who somebody is at a provider (ACCT-1: for matching only). False if known. Raises ``IdentityTaken``."""
    known = person_known_as(provider, subject, set_aside=True)
    if known is not None:
        if known != person.id:
            raise IdentityTaken()
        return False
    db.session.add(ForeignIdentity(person_id=person.id, provider=provider, subject=subject))
    after = {"provider": provider, "subject": subject}
    record("account.identity-linked", by=by, now=now, subject=("person", person.id), after=after)
    return True


# Links by e-mail -------------------------------------------------------------------------------------------------------


def mail_reset_link(account: Account, *, at: datetime) -> None:
    """Queue the link that opens the choice of a new password, to an address that was proved."""
    if account.email is None or account.email_proved_at is None:
        raise ValueError("a password is reset by a proved address only")
    token = _new_link(account, RESET, account.email, at + RESET_LINK)
    _mail(
        account,
        "reset",
        token,
        address=account.email,
        subject=Words(N_("Choisir un nouveau mot de passe")),
        body=Words(
            N_(
                "Bonjour,\n\nQuelqu’un, sans doute vous, a demandé un nouveau mot de passe pour le portail %(portal)s.\n"
                "Ce lien permet de le choisir ; il sert une fois et reste valable une heure :\n\n%(url)s\n\n"
                "Si ce n’est pas vous, ne faites rien : votre mot de passe reste le même.\n"
            ),
            portal=project().name,
            url=absolute("accounts.reset", language=account.language, token=token),
        ),
        at=at,
    )


def mail_proving_link(account: Account, address: str, *, by: Actor, at: datetime, now: datetime) -> None:
    """Queue the link that proves ``address``; the address so far stays until then, and is told."""
    _forget_links(account, PROVE)
    token = _new_link(account, PROVE, address, at + PROVING_LINK)
    record("account.address-given", by=by, now=now, subject=("person", account.person_id), after={"email": address})
    _mail(
        account,
        "prove",
        token,
        address=address,
        subject=Words(N_("Confirmer votre adresse")),
        body=Words(
            N_(
                "Bonjour,\n\nVous avez donné cette adresse au portail %(portal)s.\n"
                "Ouvrez ce lien pour la confirmer ; il reste valable deux jours :\n\n%(url)s\n\n"
                "Si ce n’est pas vous, ne faites rien : l’adresse ne sera pas retenue.\n"
            ),
            portal=project().name,
            url=absolute("accounts.prove", language=account.language, token=token),
        ),
        at=at,
    )


def prove_address(account: Account, link: EmailToken, *, by: Actor, at: datetime, now: datetime) -> None:
    """The address of ``link`` is the account's from now on; the one before is told so. Raises ``LinkUsed``."""
    before = account.email if account.email_proved_at is not None else None
    _use_up(link, at)
    account.email, account.email_proved_at = link.email, at
    _forget_links(account, RESET)
    subject, after = ("person", account.person_id), {"email": link.email}
    record("account.address-proved", by=by, now=now, subject=subject, before={"email": before}, after=after)
    if before is not None and before != link.email:
        _mail(
            account,
            "address-changed",
            sessions.new_token(),
            address=before,
            subject=Words(N_("Votre adresse a été remplacée")),
            body=Words(
                N_(
                    "Bonjour,\n\nUne autre adresse remplace celle-ci pour votre compte du portail %(portal)s.\n"
                    "Si ce n’est pas vous, prévenez l’établissement sans attendre.\n"
                ),
                portal=project().name,
            ),
            at=at,
        )


def forget_address(account: Account, *, by: Actor, now: datetime) -> None:
    """The account has no address any more, nor links on their way."""
    before, account.email, account.email_proved_at = account.email, None, None
    _forget_links(account, PROVE)
    _forget_links(account, RESET)
    record("account.address-removed", by=by, now=now, subject=("person", account.person_id), before={"email": before})


def use_reset_link(account: Account, link: EmailToken, password: str, *, at: datetime, now: datetime) -> None:
    """Store the password chosen through ``link``, which is used up; every session is over. Raises ``LinkUsed``."""
    _use_up(link, at)
    by = Actor(name="person", person_id=account.person_id)
    choose_password(account, password, keep=None, by=by, at=at, now=now)


def _new_link(account: Account, purpose: str, address: str, expires_at: datetime) -> str:
    token = sessions.new_token()
    row = EmailToken(person_id=account.person_id, purpose=purpose, email=address, expires_at=expires_at)
    row.token_hash = sessions.digest(token)
    db.session.add(row)
    return token


def _use_up(link: EmailToken, at: datetime) -> None:
    used = db.session.execute(
        update(EmailToken)
        .where(EmailToken.id == link.id, EmailToken.used_at.is_(None))
        .values(used_at=at)
        .returning(EmailToken.id)
    ).all()
    if not used:
        raise LinkUsed()


def _forget_links(account: Account, purpose: str) -> None:
    db.session.execute(
        delete(EmailToken).where(
            EmailToken.person_id == account.person_id, EmailToken.purpose == purpose, EmailToken.used_at.is_(None)
        )
    )


def _mail(account: Account, kind: str, token: str, *, address: str, subject: Words, body: Words, at: datetime) -> None:
    queue(
        kind,
        key=f"{kind}:{sessions.digest(token)}",
        address=address,
        subject=subject,
        body=body,
        language=account.language,
        person_id=account.person_id,
        now=at,
    )
