"""The forms of accounts made by hand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.accounts.hand.kinds import KINDS, LIFETIMES
from app.web.say import say


class LifetimeForm(FlaskForm):
    """How long an account is good (ACCT-5)."""

    lifetime = RadioField(_l("Jusqu’à quand ?"), validators=[InputRequired(_l("Choisissez une durée."))])

    def offer(self) -> LifetimeForm:
        """Offer the lifetimes in the reader's language."""
        self.lifetime.choices = [SelectChoice(one, _sentence(words)) for one, words in LIFETIMES.items()]
        return self


class HandForm(LifetimeForm):
    """A new guest or administrator. Which kinds are refused, and why, the action says."""

    last_name = StringField(_l("Nom"), validators=[DataRequired(_l("Écrivez le nom.")), Length(max=80)])
    first_name = StringField(_l("Prénom"), validators=[Length(max=80)])
    kind = RadioField(_l("Que sera cette personne ?"), validate_choice=False)

    def offer(self) -> HandForm:
        """Offer kinds and lifetimes in the reader's language."""
        super().offer()
        self.kind.choices = [SelectChoice(one, _sentence(words)) for one, words in KINDS.items()]
        return self


def _sentence(words: str) -> str:
    told = say(words)
    return told[:1].upper() + told[1:]
