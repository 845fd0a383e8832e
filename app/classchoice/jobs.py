"""What the scheduler calls for the choice of classes: right when it runs twice, late, or in two workers. Commits school by school."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.classchoice.actions import stand_by_choices
from app.classchoice.changing.actions import look
from app.classchoice.offers.actions import date_the_erasing, end_offers, write_offers
from app.classchoice.queries import rolled
from app.classchoice.replacing.actions import turn
from app.classchoice.replacing.queries import due
from app.content.models import Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.models import School


def tend(now: datetime) -> int:
    """Write down what is offered, end what is over, begin and end replacements, look at what classes became; how many changes.

    ``now`` is portal time.
    """
    done = 0
    left = select(Section.school_id).where(Section.kind == SpaceKind.CLASS, Section.set_aside_by.is_not(None))
    for school_id in db.session.scalars(left.distinct(), execution_options={"set_aside": True}).all():
        if school_id is not None:
            done += write_offers(school_id, now=now)
            db.session.commit()
    # The erasing is dated while the offers stand: a clock that ends today dates it for today.
    done += date_the_erasing(now) + end_offers(now)
    db.session.commit()
    for number in due(now):
        done += turn(number, now=now)
        db.session.commit()
    for school in rolled(db.session.scalars(select(School.id).where(School.in_service)).all()):
        done += stand_by_choices(school.id, now=now) + look(school.id, now=now)
        db.session.commit()
    return done
