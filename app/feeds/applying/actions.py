"""The steps of a delivery between its reading and its end. Never commits: whoever calls decides what one transaction is.

``stage`` keeps the rows, ``make_plan`` finds whom they speak of and what would change, ``start`` begins to apply, then
``identities`` in slices, ``apply_school`` once a school, ``finish``. ``now`` is portal time, ``machine_now`` machine time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit.actions import Actor, record
from app.content.actions import make_class_spaces
from app.db import db
from app.directory.leaving.loaders import notice, returned
from app.directory.models import SchoolYear
from app.directory.queries import project
from app.errors import Refused
from app.feeds.absence import loaders as absence
from app.feeds.applying import loaders, problems
from app.feeds.applying.problems import AllPupilsLeave, Busy, NotPlanned, PlanOutdated, TooManyLeave, UndecidedClasses
from app.feeds.applying.queries import lines_of, open_decisions, stopped_lines, waiting_lines
from app.feeds.declaring.actions import give_new_uais
from app.feeds.delivery.loaders import Spool
from app.feeds.differences import loaders as differences
from app.feeds.figures import loaders as figures
from app.feeds.formats.aaf_files import Category
from app.feeds.identities import loaders as identities
from app.feeds.leavers.actions import welcome_back
from app.feeds.matching.loaders import match_people, match_structures
from app.feeds.models import FeedImport, FeedImportSchool
from app.feeds.moves.loaders import find_moves
from app.feeds.outcomes import STATES
from app.feeds.overtaking.queries import overtaken
from app.feeds.places import loaders as places
from app.feeds.reasons import pack, unpack
from app.feeds.staging.loaders import Importing, Staging, StagingLost
from app.pulse import DIRECTORY, GATE, PUBLIC, bump
from app.words import N_, Words

#: A delivery older than this is imported with a warning: AAF carries no school year, so an old day proves nothing (FEED-9).
OLD = timedelta(days=7)
_BARE = {"synchronize_session": False}


def about(made: FeedImport, *, now: datetime, tasks: Mapping[str, int] | None = None) -> Importing:
    """What the loaders need to know of an import; ``tasks`` are the numbers of the run's tasks that apply it, by table."""
    return Importing(
        source=made.source,
        import_id=made.id,
        year_id=made.year_id,
        zone=project().zone,
        delivered_on=made.delivered_on,
        holds=frozenset(Category(name) for name in made.holds),
        now=now,
        machine_now=clock.machine_now(),
        complete=made.complete,
        tasks=tasks or {},
    )


def staging_of(made: FeedImport) -> Staging:
    """The import's rows. Raises ``StagingLost`` where they are gone."""
    staging = Staging(db.session(), made.id)
    if not staging.exists():
        raise StagingLost(number=made.id)
    return staging


# Planning --------------------------------------------------------------------------------------------------------------


def stage(read: Spool, year: SchoolYear, *, kept: FeedImport | None = None, now: datetime) -> FeedImport:
    """Keep the rows of a delivery that was read and checked whole (G14); ``kept``: the report of one that arrived during a stop."""
    made = kept or FeedImport(name=read.name, year_id=year.id, started_at=clock.machine_now(), counts={})
    made.source, made.delivered_on, made.digest = read.source, read.day, read.digest
    made.state, made.stage, made.complete = "staging", "", read.complete
    made.holds = sorted(str(category) for category in Category if read.holds(category))
    made.warnings = [pack(words) for words in [*_about_the_day(read.day, now), *read.warnings]]
    db.session.add(made)
    db.session.flush()
    staging = Staging(db.session(), made.id)
    staging.prepare()
    staging.create()
    staging.fill(read)
    return made


def _about_the_day(day: date | None, now: datetime) -> list[Words]:
    if day is None:
        return [Words(N_("Les noms des fichiers ne disent pas de quel jour est la livraison."))]
    if now.date() - day > OLD:
        return [Words(N_("La livraison date du %(day)s."), day=day)]
    return []


def make_plan(made: FeedImport, *, by: Actor, now: datetime, going_on: bool = False) -> None:
    """Find whom the delivery speaks of and what it would change, and keep the figures; the directory stays as it is (G2).

    Planned again it says the same anew, and keeps what was decided and lifted; ``going_on`` with an application that was interrupted
    keeps the figures too, for people whom it has written already are known now (FEED-6). Raises ``OlderDelivery``, ``StagingLost``.
    """
    first = made.state == "staging"
    staging, importing = staging_of(made), about(made, now=now)
    staging.prepare()
    match_structures(staging, importing)
    absence.find_missing(staging, importing)
    match_people(staging, importing)
    told = [*figures.warnings(staging, importing), *overtaken(made.source, figures.known(staging))] if first else []
    find_moves(staging, importing)
    figures.count_people(staging, importing)
    if going_on:
        return
    made.counts = figures.whole(staging, importing)
    made.warnings = [*made.warnings, *(pack(words) for words in told)]
    loaders.keep_lines(made, figures.by_school(staging, importing), absence.missing(staging))
    loaders.keep_decisions(made, staging, importing)
    figures.keep_rejects(staging, importing)
    # What somebody has asked for is the plan that they saw (G3).
    made.finished_at, made.stale, made.asked_at = clock.machine_now(), False, None
    if made.state != "applying":
        made.state = "planned"
    db.session.flush()
    if first:
        after = {"name": made.name, **made.counts}
        record("feed.planned", by=by, now=now, subject=("feed-import", made.id), after=after)


# Applying --------------------------------------------------------------------------------------------------------------


def start(
    made: FeedImport, *, fresh: bool, by: Actor, now: datetime, leave_stopped: bool = False, tolerant: bool = False
) -> None:
    """Begin to apply a planned delivery, or go on with an interrupted one, or with the schools that an applied one has left out.

    Unless ``fresh`` (planned in this very transaction) it is planned again first, and refused where the plan says something else;
    a run of the campaign is ``tolerant``: it compares the plans itself (G1).
    Raises ``NotPlanned``, ``Busy``, ``PlanOutdated``, ``TooManyLeave`` and ``UndecidedClasses``; ``leave_stopped`` applies the
    other schools of a delivery of which some are stopped.
    """
    if made.state == "applying":
        if made.stage == "":
            make_plan(made, by=by, now=now, going_on=True)
        return
    again = made.state == "applied" and made.run_id is None and _left_out(made)
    if made.state != "planned" and not again:
        raise NotPlanned(number=made.id, state=Words(STATES[made.state][1]))
    try:
        with db.session.begin_nested():
            made.state = "applying"
            db.session.flush()
    except IntegrityError as taken:
        db.session.refresh(made)
        raise Busy() from taken
    if again:
        make_plan(made, by=by, now=now, going_on=True)
        _try_again(made)
        return
    if not fresh:
        told, decided = _told(made), made.stale
        make_plan(made, by=by, now=now)
        if not tolerant and not decided and _told(made) != told:
            made.state = "planned"
            raise PlanOutdated(number=made.id)
    demand_clear(made, leave_stopped=leave_stopped)


def _left_out(made: FeedImport) -> bool:
    """Are schools left whose transaction failed, or whose threshold was lifted since? Their rows are kept (``finish``)."""
    return any(line.state in ("waiting", "failed") for line in lines_of(made.id))


def _try_again(made: FeedImport) -> None:
    made.stage = "identities"
    for line in lines_of(made.id):
        if line.state == "failed":
            line.state, line.reason = "waiting", None
    db.session.flush()


def note_failure(line_id: int, wrong: Exception, *, by: Actor, now: datetime) -> None:
    """A school's transaction failed and was rolled back: it keeps why, and is tried again when the delivery is (G14, G15)."""
    line = db.session.get_one(FeedImportSchool, line_id)
    line.state, line.reason = "failed", pack(wrong.words if isinstance(wrong, Refused) else problems.not_written(wrong))
    after = {"import": line.import_id, "error": type(wrong).__name__}
    subject = ("feed-import", line.import_id)
    record("feed.school-failed", by=by, now=now, subject=subject, school_id=line.school_id, after=after)


def first_of_a_school(made: FeedImport) -> bool:
    """Does the delivery bring some school its first classes of the year? Then a person or step 4 applies it, not its arrival."""
    fed = loaders.fed_schools(made.year_id)
    return any(line.counts.get("classes") and line.school_id not in fed for line in lines_of(made.id))


def demand_clear(made: FeedImport, *, leave_stopped: bool = False) -> None:
    """Raises ``TooManyLeave`` and ``UndecidedClasses`` where something stops the delivery."""
    stopped = stopped_lines(made.id)
    if stopped and not leave_stopped:
        line = stopped[0]
        kind = AllPupilsLeave if line.empties else TooManyLeave
        raise kind(unpack(line.reason or {}), number=made.id, uai=line.uai)
    undecided = open_decisions(made.id)
    if undecided:
        named = ", ".join(one.code for one in undecided[:5]) + (" …" if len(undecided) > 5 else "")
        raise UndecidedClasses(number=made.id, count=len(undecided), classes=named)


def _told(made: FeedImport) -> dict[str, Any]:
    return {"": dict(made.counts)} | {line.key: dict(line.counts) for line in lines_of(made.id)}


def identities_begin(made: FeedImport, *, now: datetime) -> Sequence[tuple[int, int]]:
    """Write structures and nomenclatures; the bounds of the people's slices, whose first belongs to the same transaction."""
    staging, importing = staging_of(made), about(made, now=now)
    identities.write_structures(staging, importing)
    told = staging.rows("SELECT k.key, k.school_id, t.uai FROM st_school k JOIN st_structure t ON t.key = k.key")
    give_new_uais({row.key: (row.school_id, row.uai) for row in told}, source=made.source, now=now)
    identities.open_schools(staging)
    identities.write_nomenclatures(staging)
    for line in lines_of(made.id):
        if line.school_id is None:
            line.school_id = staging.number("SELECT school_id FROM st_school WHERE key = :key", key=line.key)
    figures.keep_rejects(staging, importing)
    db.session.flush()
    return list(identities.slices(staging))


def identities_slice(made: FeedImport, bounds: tuple[int, int], *, now: datetime) -> None:
    """Write one slice of the people."""
    identities.write_people(staging_of(made), about(made, now=now), *bounds)


def identities_end(made: FeedImport, *, now: datetime) -> None:
    """Write who stands for whom; the schools follow."""
    staging, importing = staging_of(made), about(made, now=now)
    identities.open_late_accounts(staging, importing)
    places.write_links(staging, importing)
    differences.note_cut_links(staging, importing)
    made.stage = "identities"
    db.session.flush()


def apply_school(
    made: FeedImport,
    line: FeedImportSchool,
    *,
    work: places.Work | None = None,
    tasks: Mapping[str, int] | None = None,
    by: Actor,
    now: datetime,
) -> dict[str, int]:
    """Carry out what the delivery changes in one school; rows made and taken by table. Nothing where it is done already (G4).

    The spaces of its new classes are made with them (S4-1). ``work`` is ``work_of`` the delivery, for whoever applies many schools.
    """
    taken = update(FeedImportSchool).where(
        FeedImportSchool.id == line.id, FeedImportSchool.state.in_(("waiting", "failed"))
    )
    if not db.session.execute(taken.values(state="applied", reason=None), execution_options=_BARE).rowcount:  # type: ignore[attr-defined]
        return {}
    if work is None:
        staging, importing = staging_of(made), about(made, now=now, tasks=tasks)
    else:
        staging = Staging(db.session(), made.id)
        importing = replace(work.about, tasks=tasks or {}, now=now, machine_now=clock.machine_now())
    done = places.write_school(staging, importing, line.key, work)
    fresh = made.complete or done["school_class"]
    if fresh and line.school_id is not None and made.year_id == target_id():
        make_class_spaces(made.year_id, line.school_id, by=by, now=now)
    db.session.expire(line)
    bump(db.session(), DIRECTORY, PUBLIC, GATE)
    return done


def work_of(made: FeedImport, *, now: datetime) -> places.Work:
    """What is to be done in each school, once the identities are written."""
    return places.work_of(staging_of(made), about(made, now=now))


def target_id() -> int | None:
    """The number of year N+1, whose classes get their spaces as they come; last year's have theirs."""
    return db.session.scalar(select(SchoolYear.id).where(SchoolYear.begins == project().rollover_year))


def finish(made: FeedImport, *, by: Actor, now: datetime) -> None:
    """The end: what it says of what was decided here, who left, who is back; its rows are forgotten.

    A school that was left out, stopped or failed, keeps them: it can be applied later. So does a run of the campaign, until a newer
    delivery has overtaken it: it can be undone and done again.
    """
    staging, importing = staging_of(made), about(made, now=now)
    differences.note_exits(staging, importing)
    differences.note_merges(staging, importing)
    places.depart(staging, importing)
    absence.remember_unplaced(staging, importing)
    notice(now, None if made.complete else places.whom_a_delta_touches(staging))
    identities.remember_structures(staging, importing)
    absence.remember_together(staging, importing)
    made.stage, made.state, made.finished_at = "schools", "applied", clock.machine_now()
    if made.run_id is None and all(line.state == "applied" for line in lines_of(made.id)):
        staging.drop()
    record("feed.applied", by=by, now=now, subject=("feed-import", made.id), after={"name": made.name, **made.counts})
    db.session.flush()
    welcome_back(returned(), now=now)
    bump(db.session(), DIRECTORY, PUBLIC, GATE)
    db.session.flush()
    identities.tell_planner(staging, made.counts)
    db.session.expire_all()


def ask(made: FeedImport, *, others: bool = False, by: Actor, now: datetime) -> None:
    """Somebody wants a planned delivery applied, or the ``others`` than those stopped: a worker does it (``jobs.do_asked``).

    Raises ``NotPlanned`` and what stops it (``demand_clear``), all schools at the worst.
    """
    if made.state != "planned":
        raise NotPlanned(number=made.id, state=Words(STATES[made.state][1]))
    demand_clear(made, leave_stopped=others and bool(waiting_lines(made.id)))
    made.asked_at, made.asked_by_id = now, by.person_id
    after = {"name": made.name, "others": others}
    record("feed.asked", by=by, now=now, subject=("feed-import", made.id), after=after)


def withdraw(made: FeedImport, *, by: Actor, now: datetime) -> None:
    """Forget a delivery that was only planned, or kept: the sweep erases its copy. Raises ``NotPlanned``."""
    if made.state not in ("staging", "planned", "kept"):
        raise NotPlanned(number=made.id, state=Words(STATES[made.state][1]))
    Staging(db.session(), made.id).drop()
    made.state = "withdrawn"
    record("feed.withdrawn", by=by, now=now, subject=("feed-import", made.id))


def give_up(made: FeedImport, refused: Refused, *, by: Actor, now: datetime) -> None:
    """The delivery was refused after its rows were kept: they go, the reason stays (FEED-6), and whether it was begun."""
    Staging(db.session(), made.id).drop()
    made.stage = made.stage or ("begun" if made.state == "applying" else "")
    made.state, made.reason, made.finished_at = "refused", pack(refused.words), clock.machine_now()
    after = {"name": made.name, "reason": str(refused.words)}
    record("feed.refused", by=by, now=now, subject=("feed-import", made.id), after=after)
