"""Writing report cards, reviews and councils. Audit lines hold numbers and counts, never a text or a mark."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete

from app.audit.actions import Actor, record
from app.content.actions import ChangedMeanwhile as ChangedMeanwhile
from app.content.actions import demand_version as demand_version
from app.content.markup import to_html
from app.db import db
from app.errors import Refused
from app.files.actions import Received
from app.schoollife.diary.models import SchoolLifeFile
from app.schoollife.reports.queries import (
    cards_elsewhere,
    cards_of,
    layout_row,
    lines_of,
    review_of,
    teachers_of_subjects,
)
from app.schoollife.reports.report_cards import Layout
from app.schoollife.results.models import ClassCouncil, CycleReview, ReportCard, ReportCardModel, ReportLine
from app.schoollife.results.queries import mark_rows
from app.schoollife.results.summary import class_averages, subject_averages
from app.schoollife.standing import ClassFacts
from app.words import N_


class AlreadyPublished(Refused):
    """A published report card is read by the family; it is withdrawn before it changes."""

    message = N_("Ce bulletin est publié\u00a0: la famille le lit.")
    advice = N_("Retirez-le d’abord, puis corrigez-le et publiez-le de nouveau.")


def prepare_cards(
    facts: ClassFacts, period_id: int | None, student_ids: Collection[int], *, by: Actor, now: datetime
) -> int:
    """Make the report cards of a period, or bring their averages up to date; what was written stays. How many are prepared.

    A published card is not touched.
    """
    averages = subject_averages(mark_rows(facts.id, period_id, published=False))
    of_class = class_averages(averages)
    teachers = teachers_of_subjects(facts.id)
    cards = _cards_to_write(facts, period_id, student_ids)
    there = {
        (card_id, line.subject): line
        for card_id, lines in lines_of([card.id for card in cards.values()]).items()
        for line, _teacher in lines
    }
    for student_id, card in cards.items():
        subjects = {subject for student, subject in averages if student == student_id}
        subjects |= {subject for card_id, subject in there if card_id == card.id}
        for subject in subjects:
            line = there.get((card.id, subject))
            if line is None:
                line = ReportLine(card_id=card.id, subject=subject, teacher_id=teachers.get(subject), words="")
                db.session.add(line)
            line.average = averages.get((student_id, subject))
            line.class_average = of_class.get(subject)
    _record_class("report-cards.prepared", facts, by=by, now=now, cards=len(cards))
    return len(cards)


def save_words(
    facts: ClassFacts,
    period_id: int | None,
    subject: str,
    words: Mapping[int, str],
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Keep a teacher's words about pupils in one subject: pupil -> words. How many have changed; published cards do not."""
    cards = _cards_to_write(facts, period_id, words)
    there = {
        card_id: line
        for card_id, lines in lines_of([card.id for card in cards.values()]).items()
        for line, _teacher in lines
        if line.subject == subject
    }
    changed = 0
    for student_id, card in cards.items():
        line = there.get(card.id)
        if line is None and words[student_id]:
            line = ReportLine(card_id=card.id, subject=subject, words="")
            db.session.add(line)
        if line is not None and line.words != words[student_id]:
            line.words, line.teacher_id = words[student_id], by.person_id
            changed += 1
    if changed:
        _record_class("report-lines.written", facts, by=by, now=now, pupils=changed)
    return changed


def _cards_to_write(facts: ClassFacts, period_id: int | None, student_ids: Iterable[int]) -> dict[int, ReportCard]:
    """The cards of the pupils that are not published, made where there is none."""
    there = cards_of(facts.id, period_id)
    # A pupil who has changed class keeps the card that the period began with.
    for student_id, card in cards_elsewhere(period_id, set(student_ids) - set(there)).items():
        card.class_id = facts.id
        there[student_id] = card
    for student_id in student_ids:
        if student_id not in there:
            there[student_id] = ReportCard(
                school_id=facts.school_id,
                year_id=facts.year_id,
                class_id=facts.id,
                period_id=period_id,
                student_id=student_id,
                words="",
                distinction="",
            )
            db.session.add(there[student_id])
    db.session.flush()
    wanted = set(student_ids)
    return {student: card for student, card in there.items() if student in wanted and card.published_at is None}


def finish_card(card: ReportCard, *, words: str, distinction: str, by: Actor, now: datetime) -> None:
    """Write the council's words and the distinction. Raises ``AlreadyPublished``."""
    if card.published_at is not None:
        raise AlreadyPublished()
    card.words, card.distinction = words, distinction
    _record("report-card.finished", "report_card", card.id, card.school_id, by=by, now=now)


def publish_cards(cards: Iterable[ReportCard], facts: ClassFacts, *, by: Actor, now: datetime) -> int:
    """Show report cards to their families from now on; how many were not shown before."""
    fresh = [card for card in cards if card.published_at is None]
    for card in fresh:
        card.published_at = now
    if fresh:
        _record_class("report-cards.published", facts, by=by, now=now, cards=len(fresh))
    return len(fresh)


def withdraw_card(card: ReportCard, *, by: Actor, now: datetime) -> None:
    """Hide a report card from the family again, so that it can be corrected."""
    if card.published_at is not None:
        card.published_at = None
        _record("report-card.withdrawn", "report_card", card.id, card.school_id, by=by, now=now)


def set_layout(school_id: int, period_id: int, *, title: str, layout: Layout, by: Actor, now: datetime) -> None:
    """Say how a period's report cards look; the model goes with the period (S3-1)."""
    row = layout_row(school_id, period_id)
    if row is None:
        row = ReportCardModel(school_id=school_id, period_id=period_id, title=title)
        db.session.add(row)
    row.title, row.layout = title, layout.stored()
    db.session.flush()
    _record("report-card-model.set", "report_card_model", row.id, school_id, by=by, now=now)


# End-of-cycle reviews ----------------------------------------------------------------------------------------------------


def save_review(
    facts: ClassFacts,
    student_id: int,
    cycle: int,
    *,
    levels: dict[str, int],
    words: str,
    seen: int,
    published: bool,
    by: Actor,
    now: datetime,
) -> CycleReview:
    """Write a pupil's end-of-cycle review, and show it to the family or not. Raises ``ChangedMeanwhile``."""
    review = review_of(student_id, facts.year_id, cycle, for_change=True)
    if review is None:
        review = CycleReview(
            school_id=facts.school_id,
            year_id=facts.year_id,
            class_id=facts.id,
            student_id=student_id,
            cycle=cycle,
            author_id=by.person_id,
        )
        db.session.add(review)
    else:
        demand_version(review.version, seen)
    review.class_id = facts.id
    review.levels, review.words, review.author_id = levels, words, by.person_id
    review.published_at = (review.published_at or now) if published else None
    db.session.flush()
    action = "cycle-review.published" if published else "cycle-review.saved"
    _record(action, "cycle_review", review.id, facts.school_id, by=by, now=now)
    return review


# Class councils ----------------------------------------------------------------------------------------------------------


def save_council(
    council: ClassCouncil | None,
    facts: ClassFacts,
    *,
    held_at: datetime,
    place: str,
    period_id: int | None,
    source: str,
    by: Actor,
    now: datetime,
) -> ClassCouncil:
    """Prepare a council, or change it (``council`` is None for a new one)."""
    is_new = council is None
    if council is None:
        council = ClassCouncil(school_id=facts.school_id, year_id=facts.year_id, class_id=facts.id)
        db.session.add(council)
    council.held_at, council.place, council.period_id = held_at, place, period_id
    council.source, council.body = source, to_html(source)
    db.session.flush()
    action = "council.added" if is_new else "council.changed"
    _record(action, "class_council", council.id, facts.school_id, by=by, now=now)
    return council


def attach(council: ClassCouncil, received: Received, *, by: Actor, now: datetime) -> None:
    """Put a received file with a council's summary."""
    db.session.add(
        SchoolLifeFile(council_id=council.id, sha256=received.sha256, name=received.name, size=received.size)
    )
    _record("council.file-added", "class_council", council.id, council.school_id, by=by, now=now)


def detach(council: ClassCouncil, file: SchoolLifeFile, *, by: Actor, now: datetime) -> None:
    """Take a file away from a council's summary."""
    db.session.delete(file)
    _record("council.file-removed", "class_council", council.id, council.school_id, by=by, now=now)


def show_council(council: ClassCouncil, shown: bool, *, by: Actor, now: datetime) -> None:
    """Show the summary to the class's pupils and guardians, or hide it again."""
    if shown != (council.published_at is not None):
        council.published_at = now if shown else None
        action = "council.published" if shown else "council.withdrawn"
        _record(action, "class_council", council.id, council.school_id, by=by, now=now)


def remove_council(council: ClassCouncil, *, by: Actor, now: datetime) -> None:
    """Remove a council with its files."""
    _record("council.removed", "class_council", council.id, council.school_id, by=by, now=now)
    db.session.execute(delete(SchoolLifeFile).where(SchoolLifeFile.council_id == council.id))
    db.session.delete(council)


def _record_class(action: str, facts: ClassFacts, *, by: Actor, now: datetime, **counts: int) -> None:
    record(action, by=by, now=now, subject=("class", facts.id), school_id=facts.school_id, after=counts)


def _record(action: str, kind: str, number: int, school_id: int, *, by: Actor, now: datetime) -> None:
    record(action, by=by, now=now, subject=(kind, number), school_id=school_id)
