"""The forms of report cards, reviews and councils."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.schoollife.reports.report_cards import DISTINCTIONS, LAYOUT_WORDS
from app.schoollife.results.forms import DayField, as_number
from app.web.say import say

LONGEST_WORDS = 2000
_HOUR = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?")


class TokenForm(FlaskForm):
    """Only the token."""


class CardForm(FlaskForm):
    """What the form teacher or the head adds to a report card."""

    words = TextAreaField(_l("Appréciation générale"), validators=[Length(max=LONGEST_WORDS)])
    distinction = SelectField(_l("Distinction"), default="")
    version = HiddenField(default="0")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.distinction.choices = [
            SelectChoice("", _("aucune")),
            *(SelectChoice(key, say(words)) for key, words in DISTINCTIONS.items()),
        ]


class LayoutForm(FlaskForm):
    """How the report cards of a period look."""

    title = StringField(_l("Titre"), validators=[Length(max=120)])
    class_average = BooleanField(LAYOUT_WORDS["class_average"])
    skills = BooleanField(LAYOUT_WORDS["skills"])
    absences = BooleanField(LAYOUT_WORDS["absences"])
    distinction = BooleanField(LAYOUT_WORDS["distinction"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in LAYOUT_WORDS.items():
            shown = say(words)
            self[name].label.text = shown[:1].upper() + shown[1:]


class ReviewForm(FlaskForm):
    """The words of an end-of-cycle review; its levels are read component by component."""

    words = TextAreaField(_l("Synthèse des acquis et conseils"), validators=[Length(max=LONGEST_WORDS)])
    version = HiddenField(default="0")


class CouncilForm(FlaskForm):
    """A class council: when, where, what was said."""

    day = DayField(_l("Jour"), validators=[DataRequired(_l("Indiquez le jour du conseil."))])
    hour = StringField(_l("Heure"), validators=[DataRequired(_l("Indiquez l’heure du conseil."))])
    place = StringField(_l("Lieu"), validators=[Length(max=80)])
    period = SelectField(_l("Période"), coerce=as_number)
    source = TextAreaField(_l("Synthèse"), validators=[Length(max=20_000)])
    files = MultipleFileField(_l("Joindre des fichiers"))
    version = HiddenField(default="0")
    at: time | None = None

    def validate_hour(self, field: StringField) -> None:
        found = _HOUR.fullmatch((field.data or "").strip())
        try:
            self.at = time(int(found.group(1)), int(found.group(2) or 0)) if found else None
        except ValueError:
            self.at = None
        if self.at is None:
            raise ValidationError(_("Écrivez l’heure comme 17:30 ou 17 h 30."))
