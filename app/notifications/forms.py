"""The form of 'tell me when it reopens'. Its token is signed and carries no session: the page sets no cookie (SITE-7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import EmailField, Form, RadioField
from wtforms.validators import InputRequired, ValidationError

from app.notifications.addresses import NotAnAddress, read_address
from app.profiles import Profile
from app.web.say import say
from app.words import N_

#: Seconds for which a page's token is good: long enough for somebody who is called away.
TOKEN_SECONDS = 24 * 3600


#: How visitors name themselves.
READERS: dict[Profile, str] = {
    Profile.STUDENT: N_("Élève"),
    Profile.GUARDIAN: N_("Parent ou responsable"),
    Profile.TEACHER: N_("Enseignant"),
    Profile.STAFF: N_("Autre personnel"),
    Profile.AUTHORITY: N_("Agent de la collectivité"),
    Profile.GUEST: N_("Invité"),
}


class WishForm(Form):
    """Who is to be told, and where. Every profile is taken; ``offer`` shows those whose space is closed."""

    profile = RadioField(_l("Vous êtes"), validators=[InputRequired(_l("Choisissez qui vous êtes."))])
    address = EmailField(_l("Adresse électronique"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(Profile)

    def offer(self, profiles: Iterable[Profile]) -> None:
        """List these profiles."""
        self.profile.choices = [(profile.value, say(READERS[profile])) for profile in profiles]

    def validate_address(self, field: EmailField) -> None:
        try:
            field.data = read_address(field.data or "")
        except NotAnAddress as wrong:
            raise ValidationError(say(wrong.words)) from wrong


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="reopening wish")


def new_token(school_id: int) -> str:
    """A token for the form about one school."""
    return _signer().dumps(school_id)


def token_holds(token: str | None, school_id: int) -> bool:
    """Was ``token`` given with the form about that school, within ``TOKEN_SECONDS``?"""
    try:
        return bool(_signer().loads(token or "", max_age=TOKEN_SECONDS) == school_id)
    except BadData:
        return False
