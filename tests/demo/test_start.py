"""``demo start``: two processes that answer, say where, and end together."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_web_and_worker_start_say_where_and_end_together(demo_database: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BASCULE_")}
    environment |= {
        "BASCULE_DEMO": "1",
        "BASCULE_HTTPS": "0",
        "BASCULE_DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": f"sqlite:///{demo_database}",
        "PYTHONUNBUFFERED": "1",
    }
    output = tmp_path / "output"
    with output.open("w") as file:
        started = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "start"],
            cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 100
        while "/demo/guide" not in output.read_text():
            assert started.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.2)
        text = output.read_text()
        address = re.search(r"http://127\.0\.0\.1:\d+", text)
        processes = re.search(r"web (\d+), tâches (\d+)", text)
        assert address
        assert processes
        assert "n.benali" in text
        with urllib.request.urlopen(f"{address[0]}/healthz", timeout=30) as answer:
            assert answer.status == 200
        # Whoever waits for both does not hold the database meanwhile.
        with closing(sqlite3.connect(demo_database, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        pids = [int(pid) for pid in processes.groups()]
        assert all(running(pid) for pid in pids)
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 0
        assert not any(running(pid) for pid in pids)
    finally:
        if started.poll() is None:
            started.terminate()
            started.wait(30)
