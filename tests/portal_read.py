"""Reads the portal's code, every room of it: imported by the process that others are forked from (``tests.processes``)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app import create_app
from tests.conftest import settings_for

with tempfile.TemporaryDirectory() as folder:
    create_app(settings_for("sqlite://", Path(folder)), testing=True)
