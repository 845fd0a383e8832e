"""The form of one's own numbers (PORTAL-6)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TelField
from wtforms.validators import Length, ValidationError

from app.accounts.phones.numbers import read_number


class PhonesForm(FlaskForm):
    """The numbers at which the school may call; each in one spelling after validation."""

    mobile_phone = TelField(_l("Téléphone mobile"), validators=[Length(max=40)])
    home_phone = TelField(_l("Téléphone du domicile"), validators=[Length(max=40)])
    work_phone = TelField(_l("Téléphone professionnel"), validators=[Length(max=40)])

    def _read(self, field: TelField) -> None:
        number = read_number(field.data or "")
        if number is None:
            raise ValidationError(_("Ce n’est pas un numéro de téléphone."))
        field.data = number

    def validate_mobile_phone(self, field: TelField) -> None:
        self._read(field)

    def validate_home_phone(self, field: TelField) -> None:
        self._read(field)

    def validate_work_phone(self, field: TelField) -> None:
        self._read(field)
