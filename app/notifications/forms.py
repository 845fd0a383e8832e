"""The form of 'tell me when it reopens'. Its token is signed and carries no session: the page sets no cookie (SITE-7)."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import EmailField, Form, RadioField
from wtforms.validators import InputRequired, ValidationError

from app.notifications.addresses import NotAnAddress, read_address
from app.profiles import PROFILE_PLURALS, Profile
from app.web.say import say

#: Seconds for which a page's token is good: long enough for somebody who is called away.
TOKEN_SECONDS = 24 * 3600


class WishForm(Form):
    """Who is to be told, and where."""

    profile = RadioField(_l("Vous êtes"), validators=[InputRequired(_l("Choisissez qui vous êtes."))])
    address = EmailField(_l("Adresse électronique"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile.choices = [(profile.value, say(PROFILE_PLURALS[profile])) for profile in Profile]

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
