"""The leavers' forms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional


class ContributionsForm(FlaskForm):
    """What becomes of what somebody has published (LAW-3)."""

    contributions = RadioField(
        _l("Ce que j’ai publié dans les espaces de classe"),
        choices=[
            SelectChoice("keep", _l("peut y rester, sans mon nom")),
            SelectChoice("erase", _l("doit être effacé avec mon compte")),
        ],
        default="keep",
    )


class PauseForm(FlaskForm):
    """Through which day the notices wait (S4-4); empty: they leave as their days come."""

    until = DateField(_l("Dernier jour sans avis"), validators=[Optional()])
