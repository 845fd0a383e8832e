"""``demo academy`` fills an empty database, ``demo feed`` writes feed files; ``demo start`` builds the demo and runs web and worker."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import threading
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app

from app import clock
from app.audit.actions import COMMAND
from app.console import Group, answer, json_option
from app.db import db, reading_only
from app.demo import actions
from app.demo.academy import make_academy
from app.demo.cast import demo_academy
from app.demo.deliveries.actions import coming_folder
from app.demo.loaders import write_delivery, write_delta, write_onde
from app.demo.moments import DELIVERED_ON, DELIVERIES
from app.demo.next_year import NextYear
from app.demo.queries import Demo, demo, fed_people, summer
from app.errors import Misused, Refused
from app.maintenance.actions import upgrade_schema
from app.settings import Settings
from app.web.say import say
from app.words import N_, Words

group = Group("demo", help="A fictional academy to try the portal with.")
#: Seconds that the portal has to answer for the first time, and that both processes have to end.
_PATIENCE, _FAREWELL = 90, 15
#: Beyond, the keys of pupils would meet those of adults.
MOST_PEOPLE = 1_500_000


class NotADemo(Refused):
    message = N_("La démonstration ne démarre qu’avec BASCULE_DEMO=1, sur une base qui est la sienne.")
    advice = N_("Lancez « make demo ».")


class NoPort(Refused):
    message = N_("Aucun port n’est libre entre %(first)s et %(last)s.")
    advice = N_("Donnez-en un avec --port.")


class DidNotStart(Refused):
    message = N_("Un processus de la démonstration s’est arrêté aussitôt.")
    advice = N_("Son message d’erreur est au-dessus.")


def register(app: Flask) -> None:
    """Add the group to ``flask``."""
    app.cli.add_command(group)


def _tell(words: Words) -> None:
    click.echo(say(words), err=True)


@group.command()
@click.option("--schools", type=click.IntRange(1, 5000), required=True, help="How many schools.")
@click.option("--people", type=click.IntRange(1, MOST_PEOPLE), required=True, help="How many people in all.")
@click.option(
    "--content",
    type=click.Choice(["light", "full"]),
    default="light",
    show_default=True,
    help="light: the whole directory and a little of everything in every school; full: a year in every class.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same academy.")
@json_option
def academy(schools: int, people: int, content: str, seed: int, as_json: bool) -> None:
    """Fill a database without fed people with a fictional academy, through real AAF files; marks it as a demo's."""
    upgrade_schema()
    with tempfile.TemporaryDirectory(prefix="academie-", dir=_data_folder()) as folder:
        made = actions.make(
            seed,
            schools,
            people,
            content=content,
            folder=Path(folder) / "aaf",
            by=COMMAND,
            now=clock.portal_now(),
            tell=(lambda _words: None) if as_json else _tell,
        )
        db.session.commit()
    lines = Words(N_("%(schools)s établissements et %(people)s personnes."), schools=schools, people=people)
    answer(made, as_json=as_json, lines=say(lines))


@group.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day in the files' names.")
@click.option("--year-n", is_flag=True, help="The complete delivery of year N instead of N+1.")
@click.option("--delta", is_flag=True, help="A delta some days after the complete delivery of N+1.")
@click.option("--onde", is_flag=True, help="ONDE's extractions of the primary schools, in N+1 unless --year-n.")
@click.option(
    "--schools", type=click.IntRange(1, 5000), help="Of an academy of so many schools; without it the demo's own."
)
@click.option("--people", type=click.IntRange(1, MOST_PEOPLE), help="And of so many people.")
@click.option("--seed", type=int, default=1, show_default=True, help="And from this seed.")
@click.option(
    "--every",
    type=click.IntRange(2, 100_000),
    default=100,
    show_default=True,
    help="One family in so many is in a delta.",
)
@json_option
def feed(
    folder: Path,
    day: datetime | None,
    year_n: bool,
    delta: bool,
    onde: bool,
    schools: int | None,
    people: int | None,
    seed: int,
    every: int,
    as_json: bool,
) -> None:
    """Write feed files of a fictional academy into FOLDER: real AAF of both degrees, and what they hold, counted.

    The same academy a year later: pupils a level higher, leavers gone, newcomers; and three classes of last year that come back, two
    guardians told twice, a pupil in two schools, entries to reject.
    """
    if (schools is None) != (people is None):
        raise Misused(Words(N_("Donnez --schools et --people ensemble, ou aucun des deux.")), field="people")
    if year_n and delta:
        raise Misused(Words(N_("Un delta suit la livraison de l’année nouvelle : sans --year-n.")), field="delta")
    try:
        year = demo_academy() if schools is None or people is None else make_academy(seed, schools, people)
    except ValueError:
        raise actions.too_small() from None
    told = year if year_n else NextYear(year)
    found: dict[str, Any] = {"folder": str(folder)}
    if onde:
        found["onde"] = {uai: dict(counts) for uai, counts in write_onde(told, folder).schools.items()}
    elif delta and isinstance(told, NextYear):
        tally = write_delta(told, folder, day=day.date() if day else DELIVERIES[-1].day, every=every)
        found["operations"] = [
            {"degree": degree, "category": category, "operation": tag, "count": count}
            for (degree, category, tag), count in sorted(tally.operations.items())
        ]
    else:
        tally = write_delivery(told, folder, day=day.date() if day else DELIVERED_ON if year_n else DELIVERIES[0].day)
        found["counts"] = {degree: dict(counts) for degree, counts in tally.counts.items()}
        found["rejected"] = [{"degree": degree, "id": key} for degree, key in tally.rejected]
        found["set_aside"] = [{"degree": degree, "id": key} for degree, key in tally.set_aside]
    answer(found, as_json=as_json, lines=str(folder))


@group.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the portal; the first free one from 8000 unless given."
)
def start(port: int | None) -> None:
    """Build the demo if it is not there, start web and worker, and print where to click. Ends both on Ctrl-C."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.demo:
        raise NotADemo()
    upgrade_schema()
    if not fed_people():
        with tempfile.TemporaryDirectory(prefix="demo-", dir=_data_folder()) as folder:
            actions.build(folder=Path(folder) / "aaf", coming=coming_folder(), by=COMMAND, tell=_tell)
            db.session.commit()
    found = demo()
    if found is None:
        raise NotADemo()
    db.session.remove()
    db.engine.dispose()
    _run(found, port or _free_port())


def _data_folder() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir


def _free_port(first: int = 8000, last: int = 8099) -> int:
    for port in range(first, last + 1):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NoPort(first=first, last=last)


def _run(found: Demo, port: int) -> None:
    """Two processes, neither restarted: when one ends it is said how to start it again. On Ctrl-C or SIGTERM both end."""
    address = f"http://127.0.0.1:{port}"
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    # The portal's address is told to both through the environment that they inherit besides.
    known = ["env", f"BASCULE_URL={address}", sys.executable, "-m"]
    web = subprocess.Popen(  # noqa: S603  (our own command)
        [
            *known,
            "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--threads",
            "4",
            "--log-level",
            "warning",
            "wsgi:app",
        ],
        start_new_session=True,
    )
    worker = subprocess.Popen([*known, "flask", "--app", "wsgi", "worker"], start_new_session=True)  # noqa: S603
    try:
        if not _answers(port, (web, worker), ended):
            if ended.is_set():
                return
            raise DidNotStart()
        _print(found, address, web.pid, worker.pid)
        running = {"web": web, "worker": worker}
        while not ended.wait(0.5):
            for name in [name for name, process in running.items() if process.poll() is not None]:
                del running[name]
                # Somebody tries what happens then: a step that was at work is taken up again by the next worker (G5).
                _tell(
                    Words(
                        N_("Le processus « %(name)s » s’est arrêté. Pour le relancer, dans un autre terminal :"),
                        name=name,
                    )
                )
                click.echo(f"  {_again(name, port)}")
            if not running:
                raise DidNotStart(Words(N_("Les deux processus de la démonstration se sont arrêtés.")))
    finally:
        for process in (web, worker):
            if process.poll() is None:
                process.terminate()
        for process in (web, worker):
            try:
                process.wait(_FAREWELL)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _again(name: str, port: int) -> str:
    """The command that starts one of the two processes anew."""
    before = f"BASCULE_DEMO=1 BASCULE_HTTPS=0 BASCULE_DATA_DIR={_data_folder()} {sys.executable} -m"
    gunicorn = f"gunicorn --bind 127.0.0.1:{port} --threads 4 wsgi:app"
    return f"{before} {gunicorn if name == 'web' else 'flask --app wsgi worker'}"


def _answers(port: int, processes: tuple[subprocess.Popen[bytes], ...], ended: threading.Event) -> bool:
    """Wait until the portal answers; False when a process ends or somebody wants to stop before, or after long patience."""
    patience = clock.seconds() + _PATIENCE
    while clock.seconds() < patience and not ended.is_set():
        if any(process.poll() is not None for process in processes):
            return False
        asked = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            if asked.getresponse().status == 200:
                return True
        except (OSError, HTTPException):
            pass  # not listening yet, or its workers are still being started
        finally:
            asked.close()
        ended.wait(0.2)
    return False


def _print(found: Demo, address: str, web: int, worker: int) -> None:
    def line(template: str, **values: object) -> str:
        return say(Words(template, zone=found.zone, **values))

    lines = [
        "",
        line(N_("La démonstration est prête : %(address)s"), address=address),
        line(N_("Processus : web %(web)s, tâches %(worker)s. Ctrl-C arrête les deux."), web=web, worker=worker),
        line(N_("Heure du portail : %(now)s"), now=clock.portal_now()),
        "",
        say(
            N_(
                "Qui essayer (un clic dans le bandeau du haut ; le code d’entrée d’un compte : « accounts code IDENTIFIANT »)"
            )
        ),
    ]
    width = max(len(one.member.name) for one in found.cast)
    lines += [f"  {one.member.name:<{width}}  {one.login:<14}  {say(one.member.who)}" for one in found.cast]
    with reading_only():
        told = summer(clock.portal_now()).moments
        # The demo lasts as long as this process: it must not hold the database.
        db.session.remove()
    db.engine.dispose()
    lines += ["", say(N_("Que voir (le bandeau du haut change l’heure du portail)"))]
    width = max(len(say(moment.label)) for moment in told)
    lines += [f"  {say(moment.label):<{width}}  {say(moment.look)}" for moment in told]
    lines += ["", line(N_("À chaque moment, qui voir et où : %(address)s"), address=f"{address}/demo/guide")]
    if (coming := coming_folder()).is_dir():
        lines += [
            "",
            line(N_("Les livraisons de l’année nouvelle attendent leur jour dans %(folder)s"), folder=str(coming)),
        ]
    click.echo("\n".join(lines))
    sys.stdout.flush()
