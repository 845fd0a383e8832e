"""What a credentials sheet is to hold."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import ValidationError

from app.accounts.sheets.choosing import Wish


class SheetForm(FlaskForm):
    """First codes for accounts never used; two boxes ask for more, the second with a word, since it shuts people out."""

    #: What the page showed of the accounts.
    seen = HiddenField()
    again = BooleanField(
        _l("Refaire aussi les codes déjà donnés et pas encore utilisés : les anciennes fiches ne vaudront plus rien")
    )
    used = BooleanField(_l("Remplacer aussi les mots de passe en cours d’usage : ils cesseront de servir"))
    word = StringField(_l("Pour remplacer des mots de passe, écrivez REMPLACER"))

    def validate_word(self, field: StringField) -> None:
        if self.used.data and (field.data or "").strip().upper() not in ("REMPLACER", "REPLACE"):
            raise ValidationError(_("Écrivez le mot REMPLACER, ou décochez la case."))

    @property
    def wish(self) -> Wish:
        """What was asked for."""
        return Wish(again=bool(self.again.data), used=bool(self.used.data))
