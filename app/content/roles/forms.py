"""The forms of a section's roles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField


class GiveForm(FlaskForm):
    """A role for a class, a group, a profile or the whole school."""

    subject = SelectField(_l("À qui"))
    profile = SelectField(_l("Parmi eux"))
    role = SelectField(_l("Rôle"))


class GivePersonForm(FlaskForm):
    """A role for somebody found by their name."""

    person = HiddenField()
    role = SelectField(_l("Rôle"))
