"""The typed word that stands before an approval and an undo (G1, G8)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, IntegerField, StringField
from wtforms.validators import NumberRange


class WordForm(Form):
    """A word to copy: what is about to happen is said once more, and read."""

    word = StringField(_l("Mot de confirmation"))

    def confirmed(self, expected: str) -> bool:
        """Was the word typed, and is the rest well? Capitals and blanks aside; says what is missing beside the field."""
        fine: bool = self.validate()
        if (self.word.data or "").strip().casefold() == expected.casefold():
            return fine
        self.word.errors = [*self.word.errors, _("Tapez le mot « %(word)s » pour confirmer.", word=expected)]
        return False


class ApproveForm(WordForm):
    """An approval: how much a kind may still differ when the step comes, whichever of both is more."""

    percent = IntegerField(
        _l("Écart toléré, en pourcentage"), [NumberRange(0, 50, _l("Donnez un pourcentage de 0 à 50."))], default=5
    )
    rows = IntegerField(
        _l("Écart toléré, en lignes"), [NumberRange(0, 10_000, _l("Donnez un nombre de 0 à 10 000."))], default=50
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.percent, self.rows):
            # WTForms speaks English of what is no number.
            if field.process_errors:
                field.process_errors = [_("Donnez un nombre entier.")]


class UndoForm(WordForm):
    """An undo: what has changed since may be left as it is."""

    leave = BooleanField(_l("Laisser comme elles sont les lignes qui ne peuvent pas être rétablies"))
