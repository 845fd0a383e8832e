"""Static files: addresses that change with their content, kept for a year, compressed on the way."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from app.web.assets import static


@pytest.mark.parametrize("name", ["app.css", "app.js", "vendor/htmx/htmx.min.js"])
def test_style_and_scripts_travel_compressed_and_are_kept_for_a_year(sqlite_app: Flask, name: str) -> None:
    with sqlite_app.test_request_context():
        address = static(name)
    assert re.fullmatch(rf"/static/{re.escape(name)}\?v=[0-9a-f]{{12}}", address)
    client = sqlite_app.test_client()
    with client.get(address) as plain:
        written = plain.data
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(packed.data) == written == (Path(sqlite_app.static_folder or "") / name).read_bytes()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(written)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "immutable" in packed.headers["Cache-Control"]
    assert "Content-Encoding" not in plain.headers


def test_a_file_already_held_is_not_sent_again(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    first = client.get("/static/app.css", headers={"Accept-Encoding": "gzip"})
    etag = first.headers["ETag"]
    again = client.get("/static/app.css", headers={"Accept-Encoding": "gzip", "If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    with client.get("/static/app.css") as plain:
        assert first.headers["ETag"] != plain.headers["ETag"]
