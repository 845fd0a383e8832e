"""The jobs page: what fires next, what fired, what was late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, request
from flask.blueprints import BlueprintSetupState

from app import clock
from app.admin.needs import Need, contributions
from app.directory.queries import project
from app.gate.queries import closures
from app.profiles import Verb, Visitor
from app.scheduler.queries import coming_events, jobs_failing, jobs_overdue, last_runs, worth_telling
from app.scheduler.schedule import BY_NAME, JOBS, LATE, next_slot, overdue, result
from app.web.allowed import allowed, demand
from app.web.fragments import render_page
from app.words import N_, Words

blueprint = Blueprint("scheduler_admin", __name__)

RUNS = 40
#: Coming boundaries listed.
AHEAD = 8
#: Coming events of campaigns listed.
EVENTS = 30


def job_needs(visitor: Visitor, machine_now: datetime) -> list[Need]:
    """For the hall: jobs that have not run for too long, and those that failed last time."""
    if not visitor.may(Verb.SEE_JOBS):
        return []
    found = []
    late = jobs_overdue(machine_now)
    if len(late) == len(JOBS):
        words = Words(N_("Le processus « worker » ne tourne pas : rien n’est envoyé ni nettoyé."))
        found.append(Need(state="failed", words=words, endpoint="scheduler_admin.jobs"))
    else:
        for sentence, state, names in (
            (N_("Tâche en retard : %(title)s."), "late", late),
            (N_("Tâche en échec : %(title)s."), "failed", jobs_failing()),
        ):
            found += [
                Need(
                    state=state,
                    words=Words(sentence, title=Words(BY_NAME[name].title)),
                    endpoint="scheduler_admin.jobs",
                    values={"job": name},
                )
                for name in names
                if name in BY_NAME
            ]
    return found


@blueprint.record
def _contribute(state: BlueprintSetupState) -> None:
    contributions(state.app.extensions).append(job_needs)


@blueprint.get("/administration/taches")
@allowed(Verb.SEE_JOBS)
def jobs() -> Any:
    """All jobs with their next and last firing, the coming boundaries, and the history; ``job``: of one job."""
    demand(Verb.SEE_JOBS)
    machine_now, now = clock.machine_now(), clock.portal_now()
    chosen = BY_NAME.get(request.args.get("job", ""))
    runs = last_runs()
    before = request.args.get("before", type=int)
    history = worth_telling(chosen.name if chosen is not None else None, before=before, limit=RUNS + 1)
    kept = closures()
    return render_page(
        "scheduler/jobs.html",
        rows=[
            {
                "job": job,
                "next": next_slot(job, machine_now),
                "last": runs.get(job.name),
                "overdue": overdue(job, runs[job.name].due_at if job.name in runs else None, machine_now),
            }
            for job in JOBS
        ],
        titles={job.name: job.title for job in JOBS},
        events=coming_events(limit=EVENTS),
        boundaries=[boundary for boundary in kept.boundaries if boundary > now][:AHEAD],
        history=[{"run": run, "result": result(run.message)} for run in history[:RUNS]],
        older=history[RUNS - 1].id if len(history) > RUNS else None,
        newer=before is not None,
        chosen=chosen,
        late=LATE.total_seconds(),
        moved=abs(clock.offset().total_seconds()) >= 60,
        now=now,
        zone=project().zone,
    )
