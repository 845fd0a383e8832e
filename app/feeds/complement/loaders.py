"""Reading an export of SIECLE, whatever packs it: XML files, or zips of one each."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.feeds.formats.siecle import Export, NotSiecle, file_name
from app.feeds.formats.xml_bytes import inspect
from app.feeds.parcels.loaders import parcels
from app.words import N_, Words


def read(path: Path) -> tuple[Export, str]:
    """The whole export and its digest. Raises ``Refused`` in all its kinds; nothing has changed then."""
    export, digests = Export(), []
    for name, stream in parcels(path, file_name):
        seen = inspect(name, stream)
        stream.seek(0)
        export.take(name, stream, seen)
        digests.append(seen.digest)
    if not digests:
        raise NotSiecle(Words(N_("Aucun fichier XML de SIECLE n’a été trouvé.")))
    export.check()
    return export, hashlib.sha256(b"".join(sorted(digests))).hexdigest()
