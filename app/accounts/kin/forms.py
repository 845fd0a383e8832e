"""The forms of a pupil's links, exits, death and of the first name in use."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.directory.kin.standing import EXITS
from app.web.say import say


class CutForm(FlaskForm):
    """A link is cut with its reason and a typed word (KIN-3)."""

    reason = TextAreaField(
        _l("Raison"), validators=[DataRequired(_l("Dites pourquoi : décision de justice, erreur…")), Length(max=600)]
    )
    word = StringField(_l("Pour confirmer, écrivez COUPER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("COUPER", "CUT"):
            raise ValidationError(_("Écrivez le mot COUPER."))


class RestoreForm(FlaskForm):
    """A cut link that counts again."""

    word = StringField(_l("Pour confirmer, écrivez RÉTABLIR"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("RÉTABLIR", "RETABLIR", "RESTORE"):
            raise ValidationError(_("Écrivez le mot RÉTABLIR."))


class ExitForm(FlaskForm):
    """A suspension, an exclusion or a departure (ACCT-8)."""

    kind = RadioField(_l("De quoi s’agit-il ?"), validators=[InputRequired(_l("Choisissez l’un des trois."))])
    since = DateField(_l("À partir du"), validators=[InputRequired(_l("Donnez le premier jour."))])
    until = DateField(_l("Jusqu’au (exclusion temporaire)"), validators=[Optional()])

    def offer(self) -> ExitForm:
        """Offer the three kinds in the reader's language."""
        self.kind.choices = [
            SelectChoice(kind, say(words)[:1].upper() + say(words)[1:]) for kind, words in EXITS.items()
        ]
        return self


class DeathForm(FlaskForm):
    """The day of a death, with a typed word: the account closes and no automatic message leaves any more."""

    died_on = DateField(_l("Date du décès"), validators=[InputRequired(_l("Donnez le jour."))])
    word = StringField(_l("Pour confirmer, écrivez FERMER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("FERMER", "CLOSE"):
            raise ValidationError(_("Écrivez le mot FERMER."))


class FirstNameForm(FlaskForm):
    """The first name in use; empty goes back to the civil one."""

    used = StringField(_l("Prénom d’usage"), validators=[Length(max=80)])
