"""The form by which a school's end, or its new UAI, is declared (FEED-7)."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.feeds.declaring.kinds import ADDRESS_NAMES, KIND_NAMES, Address
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
    address = RadioField(_l("Son site public, à partir de ce jour"), default=Address.STAYS.value)
    readable_until = DateField(_l("Lisible jusqu’au"), validators=[Optional()])
    site = TextAreaField(_l("Note sur son site et son adresse"), validators=[_LONG])
    sections = _words(_l("Ses rubriques permanentes et ses groupes"))
    trash = _words(_l("Sa corbeille"))
    archives = _words(_l("Ses archives"))
    keeper_uai = StringField(_l("UAI du successeur qui garde les archives"), validators=[Length(max=8)])
    keeper = StringField(
        _l("Qui garde les archives selon la loi"),
        validators=[
            InputRequired(_l("Dites qui garde les archives.")),
            Length(max=200, message=_l("200 caractères au plus.")),
        ],
    )

    def offer(self) -> None:
        """The kinds and what an address may do, in the reader's language."""
        self.kind.choices = [SelectChoice(str(kind), say(Words(name))) for kind, name in KIND_NAMES.items()]
        self.address.choices = [SelectChoice(str(one), say(Words(name))) for one, name in ADDRESS_NAMES.items()]

    @property
    def named(self) -> list[str]:
        """The UAIs, however they are separated."""
        return [uai for uai in re.split(r"[\s,;]+", self.uais.data or "") if uai]
