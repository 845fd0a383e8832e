"""Deciding between a hand's work and a feed's word. Never commits; ``now`` is portal time. Nothing is overwritten silently."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.audit.actions import Actor, actor_of, record
from app.db import db
from app.directory.models import School
from app.errors import Refused
from app.feeds.merging.actions import join
from app.feeds.merging.models import GuardianMerge
from app.feeds.reconciling.judging import Agreement, twin_refusal
from app.feeds.reconciling.models import HandVerdict
from app.feeds.reconciling.queries import (
    HandLink,
    TwinLine,
    hand_link,
    hand_links,
    link_row,
    older_first,
    twin_facts,
)
from app.profiles import Visitor
from app.pulse import DIRECTORY, bump
from app.words import N_


class SaidMeanwhile(Refused):
    """A delivery, or somebody else, has changed what the page showed."""

    message = N_("L’annuaire ou quelqu’un d’autre a changé ce lien depuis que la page est ouverte.")
    advice = N_("Relisez ce qui est dit maintenant, puis décidez.")


class NothingToFollow(Refused):
    message = N_("L’annuaire ne dit rien de ce lien : il n’y a rien à suivre.")


class OwnChoice(Refused):
    message = N_("Ce lien est le choix de l’enseignant.")
    advice = N_("Il se règle sur la page du choix des classes, avec le contenu que l’enseignant a repris.")


class CannotJoin(Refused):
    """The words say why, and who may."""

    status = 403


def keep_hand(school: School, link_id: int, said: str, *, by: Actor, now: datetime) -> None:
    """The link stays as it was made by hand, until the feed says something else again. Raises ``SaidMeanwhile``, ``OwnChoice``."""
    line = _as_shown(school, link_id, said)
    _forget_verdict(line)
    verdict = HandVerdict(school_id=school.id, person_id=line.person_id, class_id=line.class_id, role=line.role)
    verdict.said, verdict.decided_by_id, verdict.decided_at = line.said, by.person_id, now
    db.session.add(verdict)
    _note("link.hand-kept", line, school, by, now)


def follow_feed(school: School, link_id: int, said: str, *, by: Actor, now: datetime) -> None:
    """The link becomes what the feed says: the feed's own where it agrees, gone where it says otherwise.

    Raises ``SaidMeanwhile``, ``NothingToFollow`` and ``OwnChoice``.
    """
    line = _as_shown(school, link_id, said)
    if line.agreement == Agreement.UNKNOWN:
        raise NothingToFollow()
    _follow(line, school, by, now)
    bump(db.session(), DIRECTORY)


def follow_agreeing(school: School, *, by: Actor, now: datetime) -> int:
    """Every link by hand that the feed confirms is the feed's from now on; how many. Choices have their own page."""
    found = [line for line in hand_links(school) if line.source == "hand" and line.agreement == Agreement.AGREE]
    for line in found:
        _follow(line, school, by, now)
    if found:
        bump(db.session(), DIRECTORY)
    return len(found)


def _as_shown(school: School, link_id: int, said: str) -> HandLink:
    link_row(link_id)
    line = hand_link(school, link_id)
    if line.source != "hand":
        raise OwnChoice()
    if line.said != said:
        raise SaidMeanwhile()
    return line


def _follow(line: HandLink, school: School, by: Actor, now: datetime) -> None:
    row = link_row(line.id)
    _forget_verdict(line)
    if row.also_from is not None:
        row.source, row.also_from = row.also_from, None
    else:
        # The feed has a row of its own for that class, or puts them elsewhere.
        db.session.delete(row)
    db.session.flush()
    _note("link.feed-followed", line, school, by, now)


def _forget_verdict(line: HandLink) -> None:
    old = delete(HandVerdict).where(
        HandVerdict.class_id == line.class_id,
        HandVerdict.person_id == line.person_id,
        HandVerdict.role == line.role,
    )
    db.session.execute(old, execution_options={"synchronize_session": False})


def _note(action: str, line: HandLink, school: School, by: Actor, now: datetime) -> None:
    after = {"class": line.class_id, "role": line.role, "agreement": line.agreement.value}
    record(action, by=by, now=now, subject=("person", line.person_id), school_id=school.id, after=after)
    db.session.flush()


# Accounts --------------------------------------------------------------------------------------------------------------


def join_accounts(school: School, line: TwinLine, *, by: Visitor, now: datetime) -> GuardianMerge:
    """One account of the two, the older one, fed from now on (PORTAL-8, FEED-5); it can be undone. Raises ``CannotJoin``."""
    refused = twin_refusal(by, twin_facts(line, by), school.id)
    if refused is not None:
        raise CannotJoin(refused)
    kept, merged = older_first(line)
    return join(kept, merged, school.id, kind="account", by=actor_of(by), now=now)


def keep_apart(school: School, line: TwinLine, *, by: Actor, now: datetime) -> None:
    """The two are two people: they are not proposed again."""
    same = select(HandVerdict.id).where(HandVerdict.person_id == line.hand_id, HandVerdict.other_id == line.fed_id)
    if db.session.scalar(same) is None:
        verdict = HandVerdict(school_id=school.id, person_id=line.hand_id, other_id=line.fed_id, said="")
        verdict.decided_by_id, verdict.decided_at = by.person_id, now
        db.session.add(verdict)
        after = {"hand": line.hand_id, "fed": line.fed_id}
        record("account.kept-apart", by=by, now=now, subject=("person", line.hand_id), school_id=school.id, after=after)
    db.session.flush()
