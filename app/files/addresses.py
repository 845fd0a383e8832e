"""Where a blob stands: in the data folder, and in addresses. Plain."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

#: The media types that may be kept, and how their addresses end.
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}

_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_sha256(text: str) -> bool:
    """Is ``text`` the name of a blob: 64 hexadecimal digits in lower case?"""
    return _SHA256.fullmatch(text) is not None


def place(sha256: str) -> PurePosixPath:
    """The blob's path inside the data folder. Raises ValueError for anything but a SHA-256: no name from outside is a path."""
    if not is_sha256(sha256):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return PurePosixPath("blobs") / sha256[:2] / sha256


def public_name(sha256: str, kind: str) -> str:
    """'<sha>.jpg', the last part of its address. Raises KeyError for a media type that is never shown."""
    return f"{sha256}.{ENDINGS[kind]}"
