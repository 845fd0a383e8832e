"""The form by which an event is added to a campaign's calendar."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.campaign.additions.outside import ACTORS, SYSTEMS, Addition
from app.campaign.calendar import ACTOR_NAMES, Actor
from app.gate.forms import Collecting
from app.web.say import say


class AdditionForm(Collecting):
    """What is to be done, in which system, by whom, between which days."""

    title = StringField(_l("Ce qu’il y a à faire"))
    system = SelectField(_l("Système concerné"), validate_choice=False, default="")
    actor = SelectField(_l("Qui le fait"), validate_choice=False)
    tracked = RadioField(_l("Comment le suivre"), default="yes")
    earliest = DateField(_l("Au plus tôt"), validators=[Optional()])
    latest = DateField(_l("Au plus tard, inclus"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.system.choices = [
            SelectChoice(key, say(words)[:1].upper() + say(words)[1:]) for key, words in SYSTEMS.items()
        ]
        self.actor.choices = [SelectChoice(actor.value, say(ACTOR_NAMES[actor]).capitalize()) for actor in ACTORS]
        self.tracked.choices = [
            SelectChoice("yes", _("Quelqu’un le fait, et note que c’est fait")),
            SelectChoice("no", _("Pour information seulement")),
        ]

    def read(self) -> Addition:
        """What was typed, as it is."""
        known = {actor.value: actor for actor in Actor}
        return Addition(
            title=" ".join((self.title.data or "").split()),
            actor=known.get(self.actor.data or "", Actor.NOBODY),
            system=self.system.data or "",
            tracked=self.tracked.data != "no",
            earliest=self.earliest.data,
            latest=self.latest.data,
        )
