"""Where a blob stands: in the data folder, and in addresses. Plain."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

#: The media types that may be kept, and how the names of such files end.
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/rtf": "rtf",
    "application/epub+zip": "epub",
    "application/vnd.geogebra.file": "ggb",
    "application/x.scratch.sb3": "sb3",
    "text/csv": "csv",
    "text/plain": "txt",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "application/zip": "zip",
}
#: Those of them that a public page may show as they are: pictures of the portal's own making.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})

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
    if kind not in _SHOWN:
        raise KeyError(kind)
    return f"{sha256}.{ENDINGS[kind]}"


def incoming() -> PurePosixPath:
    """The folder inside the data folder in which uploads stand while they are looked at."""
    return PurePosixPath("incoming")


def derived(sha256: str, use: str) -> PurePosixPath:
    """Where a picture made from the blob stands, by its use ('small', 'large'...). It can be made anew at any time. Raises ValueError."""
    if re.fullmatch(r"[a-z]{1,20}", use) is None:
        raise ValueError(f"no such picture: {use!r}")
    place(sha256)
    return PurePosixPath("derived") / sha256[:2] / f"{sha256}.{use}.webp"
