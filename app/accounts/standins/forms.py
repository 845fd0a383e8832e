"""The form by which somebody is named stand-in of a function, with dates (CHECK-4)."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.directory.standins.terms import FUNCTION_NAMES
from app.profiles import Role
from app.web.say import say


class StandInForm(FlaskForm):
    """Who, for which function, from which day to which, both included."""

    login = StringField(
        _l("Identifiant de la personne"), validators=[InputRequired(_l("Écrivez l’identifiant.")), Length(max=80)]
    )
    role = SelectField(_l("Fonction"))
    from_day = DateField(_l("Premier jour"), validators=[InputRequired(_l("Donnez le premier jour."))])
    last_day = DateField(_l("Dernier jour, inclus"), validators=[InputRequired(_l("Donnez le dernier jour."))])

    def offer(self, roles: Iterable[Role]) -> StandInForm:
        """Offer these functions only."""
        self.role.choices = [SelectChoice(role.value, say(FUNCTION_NAMES[role]).capitalize()) for role in roles]
        return self
