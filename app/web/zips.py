"""ZIP archives sent while they are made: nothing is gathered in memory or on the disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from flask import Response

_CHUNK = 1 << 18


class _Pipe:
    """What zipfile writes to, and what is sent from."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def zip_stream(entries: Iterable[tuple[str, bytes | Path]], *, at: datetime) -> Iterator[bytes]:
    """The bytes of an archive of ``entries`` (path inside it, with '/'; the bytes or the file that has them), dated ``at``.

    Paths must be safe already (``app.files.names.safe_name`` for each step). A file that is gone meanwhile is left out.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        for path, source in entries:
            entry = zipfile.ZipInfo(path, date_time=at.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            # Most of what people keep is packed already: pictures, PDF, office files.
            entry.compress_type = zipfile.ZIP_DEFLATED if isinstance(source, bytes) else zipfile.ZIP_STORED
            if isinstance(source, bytes):
                archive.writestr(entry, source)
                yield pipe.taken()
                continue
            try:
                file = source.open("rb")
            except FileNotFoundError:
                continue
            with file, archive.open(entry, "w", force_zip64=True) as written:
                while piece := file.read(_CHUNK):
                    written.write(piece)
                    yield pipe.taken()
    yield pipe.taken()


def deliver_zip(entries: Iterable[tuple[str, bytes | Path]], name: str, *, at: datetime) -> Response:
    """The archive as an attachment called ``name``. ``entries`` must not need the database: it is read after the answer began."""
    response = Response(zip_stream(entries, at=at), mimetype="application/zip")
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in name)
    quoted = quote(name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quoted}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
