"""The form by which a school's end, or its new UAI, is declared (FEED-7)."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.feeds.declaring.kinds import KIND_NAMES
from app.web.say import say
from app.words import Words

_NEEDED = InputRequired(_l("Écrivez ce qu’il en devient."))
_LONG = Length(max=2000, message=_l("2 000 caractères au plus."))


def _words(label: str) -> TextAreaField:
    return TextAreaField(label, validators=[_NEEDED, _LONG])


class DeclarationForm(FlaskForm):
    """What becomes of a school and of what is in it."""

    school = StringField(_l("UAI de l’établissement"), validators=[InputRequired(_l("Écrivez son UAI."))])
    kind = SelectField(_l("Ce qui lui arrive"))
    day = DateField(_l("À partir du"), validators=[InputRequired(_l("Dites à partir de quel jour."))])
    uais = StringField(_l("UAI des établissements qui lui succèdent, ou nouvel UAI"), validators=[Length(max=400)])
    site = _words(_l("Son site et son adresse"))
    sections = _words(_l("Ses rubriques permanentes et ses groupes"))
    trash = _words(_l("Sa corbeille"))
    archives = _words(_l("Ses archives"))
    keeper = StringField(
        _l("Qui garde les archives selon la loi"),
        validators=[
            InputRequired(_l("Dites qui garde les archives.")),
            Length(max=200, message=_l("200 caractères au plus.")),
        ],
    )

    def offer(self) -> None:
        """The kinds, in the reader's language."""
        self.kind.choices = [SelectChoice(str(kind), say(Words(name))) for kind, name in KIND_NAMES.items()]

    @property
    def named(self) -> list[str]:
        """The UAIs, however they are separated."""
        return [uai for uai in re.split(r"[\s,;]+", self.uais.data or "") if uai]
