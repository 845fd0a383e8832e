"""The form of a message. Recipients stand beside it: they are chosen one entry at a time."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from app.schoolyear import NoSuchHour, instant_of
from app.web.say import say

#: Longer texts are files.
LONGEST = 30_000


class MessageForm(FlaskForm):
    """Subject, text, and when it leaves; ``key`` makes one message of a form sent twice."""

    subject = StringField(
        _l("Objet"),
        validators=[DataRequired(_l("Donnez un objet au message.")), Length(max=200)],
        filters=[lambda text: " ".join((text or "").split())],
    )
    source = TextAreaField(_l("Message"), validators=[Length(max=LONGEST)])
    day = DateField(_l("Jour d’envoi"), validators=[Optional()])
    hour = TimeField(_l("Heure d’envoi"), validators=[Optional()])
    key = HiddenField(validators=[Regexp(r"^[0-9a-f]{32}$")])

    def leaves_at(self, zone: str, now: datetime) -> datetime | None:
        """The instant of the day and hour typed (8 h unless one is); None: at once. Raises ``ValidationError`` beside the field."""
        if self.day.data is None:
            return None
        wall = datetime.combine(self.day.data, self.hour.data or time(8))
        try:
            found = instant_of(wall, ZoneInfo(zone))
        except NoSuchHour as wrong:
            raise ValidationError(say(wrong.words)) from None
        if found <= now:
            raise ValidationError(_("Ce moment est passé : choisissez-en un à venir, ou laissez vide."))
        return found
