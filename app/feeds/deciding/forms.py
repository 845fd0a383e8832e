"""The form by which a planned delivery is applied: a typed word, because much changes (G1)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError


class ApplyForm(FlaskForm):
    """Somebody has read the plan."""

    word = StringField(_l("Pour confirmer, écrivez APPLIQUER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("APPLIQUER", "APPLY"):
            raise ValidationError(_("Écrivez le mot APPLIQUER."))
