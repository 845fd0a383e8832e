"""Processes that a test starts, and may kill: each is forked from one that has read the portal's code, so that it begins at once.

The code takes seconds to read; a process of its own for each would spend most of a run on that. What is forked is a process like any
other: it has its own application, its own connections and its own death.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.portal_read"])


def begin(act: Callable[..., None], *arguments: object, output: Path) -> BaseProcess:
    """Run ``act(*arguments)``, a function of a module, in a process of its own that writes to the file ``output``.

    ``is_alive``, ``kill``, ``join`` and ``exitcode`` (minus the signal's number for one that was killed) as in ``multiprocessing``.
    """
    process = _FORKING.Process(target=_act, args=(act, arguments, str(output)), daemon=True)
    process.start()
    return process


def flask(*words: str, environ: Mapping[str, str], output: Path) -> BaseProcess:
    """``flask --app wsgi`` with ``words``, as on the command line, with ``environ`` for the portal's settings."""
    return begin(_flask, words, dict(environ), output=output)


def _act(act: Callable[..., None], arguments: tuple[object, ...], output: str) -> None:
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    act(*arguments)
    sys.stdout.flush()


def _flask(words: tuple[str, ...], environ: dict[str, str]) -> None:
    from flask.cli import main

    for name in [name for name in os.environ if name.startswith("BASCULE_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ.update(environ)
    sys.argv = ["flask", "--app", "wsgi", *words]
    main()
