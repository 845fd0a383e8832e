"""The drop folder's files: what lies there, whether it still grows, moving it aside and back (S4-6).

What stands directly in ``inbox/<source>`` is a delivery each: a folder or an archive; loose files (XML, CSV) are one together, those of
ONDE one a school. Moving is renaming within the same folder, so nothing is ever half there; hidden names and links are passed over.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.feeds.formats.aaf_files import day_in
from app.feeds.formats.one_school import uai_in

FOLDER = "inbox"
#: Where a source's taken deliveries lie, a folder each with the number of its arrival.
TAKEN = ".taken"
#: The folder that loose files make.
_TOGETHER = "fichiers"
_LOOSE = re.compile(r".*\.(xml|xml\.gz|csv|csv\.gz|txt|tsv|dtd)", re.IGNORECASE | re.DOTALL)
#: What programs that copy files call those that are not whole.
_GROWING = (".part", ".tmp", ".filepart", ".partial", ".crdownload")


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A delivery as it lies in the drop folder. ``growing``: a program is still writing into it and says so by a name."""

    name: str
    paths: tuple[Path, ...]
    day: date | None
    sign: str
    growing: bool


def parcels(folder: Path) -> list[Parcel]:
    """The deliveries in a source's drop folder, by the day in their names: a delta must not overtake the one before."""
    single: dict[str, list[Path]] = {}
    loose: dict[str, list[Path]] = defaultdict(list)
    growing = False
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.is_symlink():
            continue
        if path.name.lower().endswith(_GROWING):
            growing = True
        elif path.is_file() and _LOOSE.fullmatch(path.name):
            loose[f"fichiers {uai_in(path.name)}".strip()].append(path)
        elif path.is_file() or (path.is_dir() and any(path.iterdir())):
            single[path.name] = [path]
    found = [_parcel(name, paths, growing=False) for name, paths in single.items()]
    found += [_parcel(name, paths, growing=growing) for name, paths in loose.items()]
    return sorted(found, key=lambda parcel: (parcel.day or date.min, parcel.name))


def _parcel(name: str, paths: list[Path], *, growing: bool) -> Parcel:
    sign = hashlib.sha256()
    days = [day for path in paths if (day := day_in(path.name)) is not None]
    for path in paths:
        inner = sorted(path.rglob("*")) if path.is_dir() else [path]
        for one in inner:
            growing = growing or one.name.lower().endswith(_GROWING)
            facts = one.stat()
            if one.is_file():
                days += [day for day in (day_in(one.name),) if day is not None and not days]
                sign.update(
                    f"{one.relative_to(path.parent)}|{facts.st_size}|{facts.st_mtime_ns}\n".encode(errors="replace")
                )
    return Parcel(
        name=name[:200], paths=tuple(paths), day=max(days, default=None), sign=sign.hexdigest(), growing=growing
    )


def take(folder: Path, parcel: Parcel, number: int) -> Path:
    """Move a parcel aside, under its arrival's number; where it lies now. Raises ``OSError`` where somebody was faster."""
    aside = folder / TAKEN / str(number)
    aside.mkdir(parents=True)
    if len(parcel.paths) == 1:
        return parcel.paths[0].rename(aside / parcel.paths[0].name)
    together = aside / _TOGETHER
    together.mkdir()
    for path in parcel.paths:
        path.rename(together / path.name)
    return together


def taken(folder: Path, number: int) -> Path | None:
    """Where the taken parcel of that arrival lies; None where it is gone."""
    aside = folder / TAKEN / str(number)
    return next(iter(sorted(aside.iterdir())), None) if aside.is_dir() else None


def give_back(folder: Path, number: int) -> bool:
    """Move what was moved aside back to where it lay; False, and it stays aside, where the same name lies there again."""
    path = taken(folder, number)
    inner = sorted(path.iterdir()) if path is not None and path.is_dir() and path.name == _TOGETHER else [path]
    moved = [one for one in inner if one is not None]
    if any((folder / one.name).exists() for one in moved):
        return False
    for one in moved:
        one.rename(folder / one.name)
    remove(folder, number)
    return True


def remove(folder: Path, number: int) -> None:
    """Erase a parcel that has been taken in, or is no longer of use."""
    shutil.rmtree(folder / TAKEN / str(number), ignore_errors=True)


def numbers(folder: Path) -> list[int]:
    """The arrivals whose parcels lie aside."""
    aside = folder / TAKEN
    return sorted(int(path.name) for path in aside.iterdir() if path.name.isdecimal()) if aside.is_dir() else []
