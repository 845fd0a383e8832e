"""What waits for whoever keeps a school's people: teachers without their class, links, differences; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.admin.needs import Need
from app.classchoice.changing.queries import proposals_by_school
from app.classchoice.overview.queries import missing_by_school
from app.directory.models import School
from app.feeds.links.queries import doubted_by_school
from app.feeds.reconciling.queries import waiting_by_school
from app.gate.queries import open_for
from app.profiles import Verb, Visitor
from app.words import N_, Words

#: Where something can be done about each, with its sentence, the most pressing first.
_SENTENCES = {
    "classchoice_admin.choices": N_("%(school)s, enseignants qui ne trouvent pas leur classe\u00a0: %(count)s."),
    "classchoice_admin.changes": N_("%(school)s, classes qui ont changé et attendent une décision\u00a0: %(count)s."),
    "feeds_links_admin.doubted": N_(
        "%(school)s, liens d’enseignants de l’an passé à confirmer ou à laisser\u00a0: %(count)s."
    ),
    "feeds_reconciling_admin.differences": N_(
        "%(school)s, différences entre ce qui est fait à la main et l’annuaire\u00a0: %(count)s."
    ),
}


def school_needs(visitor: Visitor, schools: Mapping[int, School], now: datetime) -> list[Need]:
    """What waits for ``visitor`` in those of ``schools`` whose people they keep and that are open to them; nine queries at most.

    ``now`` is portal time. Who administers every school is told nothing: each has its own people for it.
    """
    mine = visitor.schools_for(Verb.KEEP_PEOPLE)
    known = {
        number: school
        for number, school in schools.items()
        if mine is not None and number in mine and open_for(visitor, number, now)
    }
    if not known:
        return []
    counts = {
        "classchoice_admin.choices": missing_by_school(known),
        "classchoice_admin.changes": proposals_by_school(known),
        "feeds_links_admin.doubted": doubted_by_school(known),
        "feeds_reconciling_admin.differences": waiting_by_school(known.values()),
    }
    return [
        Need(
            state="waiting",
            words=Words(sentence, school=school.name, count=counts[endpoint][number]),
            endpoint=endpoint,
            values={"uai": school.uai},
        )
        for number, school in known.items()
        for endpoint, sentence in _SENTENCES.items()
        if number in counts[endpoint]
    ]
