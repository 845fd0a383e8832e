"""Ways to damage a feed's files: bytes, encodings, structure, order, values. All by one random number."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[random.Random, Path], None]


def some_file(chance: random.Random, folder: Path) -> Path | None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return chance.choice(files) if files else None


def rewritten(change: Callable[[random.Random, bytes], bytes]) -> Damage:
    """A damage of one file's content."""

    def damage(chance: random.Random, folder: Path) -> None:
        path = some_file(chance, folder)
        if path is not None:
            path.write_bytes(change(chance, path.read_bytes()))

    return damage


# Bytes -----------------------------------------------------------------------------------------------------------------


def flip(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 5, 40))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 30, 3000)) :]


def truncate(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def repeat(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content) + 1)
    piece = content[start : start + chance.choice((10, 300, 3000))]
    return content[:start] + piece + content[start:]


def recode(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(("latin-1", "utf-16", "cp1252", "utf-8-sig", "utf-7")), "replace")


def junk(chance: random.Random, content: bytes) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 200)))


# Structure -------------------------------------------------------------------------------------------------------------


def declare(chance: random.Random, content: bytes) -> bytes:
    """An entity of one's own."""
    return re.sub(rb"<(ficAlimMENESR|BEE_[A-Z]+)", rb'<!DOCTYPE x [<!ENTITY e "e">]><\1', content, count=1)


def swap_values(chance: random.Random, content: bytes) -> bytes:
    """Two values change places: a key becomes a name, a name a key."""
    parts = content.split(b"<value>")
    if len(parts) < 3:
        return content
    first, second = chance.sample(range(1, len(parts)), 2)
    (one, tail_one), (two, tail_two) = (
        parts[n].split(b"<", 1) if b"<" in parts[n] else (parts[n], b"") for n in (first, second)
    )
    parts[first], parts[second] = two + b"<" + tail_one, one + b"<" + tail_two
    return b"<value>".join(parts)


def reorder(chance: random.Random, content: bytes) -> bytes:
    """Records, or lines, in another order, some twice and some gone."""
    parts = re.split(rb"(?=<addRequest|<ELEVE |<PERSONNE |<RESPONSABLE_ELEVE>)", content)
    if len(parts) < 3:
        head, *lines = content.split(b"\n")
        chance.shuffle(lines)
        return b"\n".join([head, *lines])
    tail = re.search(rb"(?:</ELEVES>|</PERSONNES>|</RESPONSABLES>|</ficAlimMENESR>).*", parts[-1], re.DOTALL)
    last = tail.group(0) if tail else b""
    records = [*parts[1:-1], parts[-1][: len(parts[-1]) - len(last)]]
    chance.shuffle(records)
    records = [one for one in records for _ in range(chance.choice((0, 1, 1, 1, 1, 2)))]
    return parts[0] + b"".join(records) + last


def operate(chance: random.Random, content: bytes) -> bytes:
    """A record asks for something else than to be added."""
    found = list(re.finditer(rb"<addRequest>.*?</addRequest>", content, re.DOTALL))
    if not found:
        return content
    one = chance.choice(found)
    record = one.group(0)
    if chance.random() < 0.5:
        record = record.replace(b"addRequest", b"deleteRequest")
    else:
        record = record.replace(b"addRequest", b"modifyRequest").replace(b"<attributes>", b"<modifications>")
        record = record.replace(b"</attributes>", b"</modifications>").replace(b"<attr ", b"<modification ")
        record = record.replace(b"</attr>", b"</modification>")
    return content[: one.start()] + record + content[one.end() :]


#: Values that a school's secretary, or a programmer, comes to write.
ODD = (
    b"", b" ", b"$", b"$$$$", b"31/02/2014", b"00/00/0000", b"2014-13-45", b"1 STMG  3", b"  6A ", b"T S1/SVTP", b"'; --", b"<b>",
    b"&amp;&amp;", b"\xc3\xa9" * 300, b"=1+1", b"0", b"-1", b"9" * 60, b"10$", b"$6A", b"123456789AB", b"\xe2\x80\xae", b"\"", b";",
)  # fmt: skip


def replace_value(chance: random.Random, content: bytes) -> bytes:
    """One value becomes an odd one."""
    found = list(
        re.finditer(rb"(?<=<value>)[^<]*(?=</value>)|(?<=>)[^<>\n]+(?=</[A-Z_]+>)|(?<=;)[^;\r\n]*(?=;)", content)
    )
    if not found:
        return content
    one = chance.choice(found)
    return content[: one.start()] + chance.choice(ODD) + content[one.end() :]


def copy_value(chance: random.Random, content: bytes) -> bytes:
    """One value becomes another one's: two pupils with one INE or key, a link that leads elsewhere."""
    found = list(re.finditer(rb"(?<=<value>)[^<]+(?=</value>)|(?<=<id>)[^<]+(?=</id>)|(?<=;)[^;\r\n]+(?=;)", content))
    if len(found) < 2:
        return content
    one, other = chance.sample(found, 2)
    return content[: one.start()] + other.group(0) + content[one.end() :]


# Files -----------------------------------------------------------------------------------------------------------------


def drop(chance: random.Random, folder: Path) -> None:
    path = some_file(chance, folder)
    if path is not None:
        path.unlink()


KINDS = ("Eleve", "PersRelEleve", "PersEducNat", "EtabEducNat", "MefEducNat", "MatiereEducNat")


def rename(chance: random.Random, folder: Path) -> None:
    """A file says that it holds something else, is of another day, a delta, or another part."""
    path = some_file(chance, folder)
    if path is None:
        return
    name = path.name
    for kind in KINDS:
        name = name.replace(f"_{kind}_", f"_{chance.choice((*KINDS, 'Nonsense'))}_")
    if chance.random() < 0.5:
        name = path.name.replace(
            *chance.choice((("Complet", "Delta"), ("_0000", "_0001"), ("Complet_20", "Complet_19"), (".", "-")))
        )
    path.rename(path.with_name(name))


def double(chance: random.Random, folder: Path) -> None:
    """A file comes twice, alike or damaged."""
    path = some_file(chance, folder)
    if path is not None:
        again = folder / f"again{chance.randrange(3)}"
        again.mkdir(exist_ok=True)
        content = path.read_bytes()
        (again / path.name).write_bytes(content if chance.random() < 0.5 else cut(chance, content))


DAMAGES: tuple[Damage, ...] = (
    *(rewritten(change) for change in (flip, cut, truncate, repeat, declare, recode, junk)),
    *(rewritten(change) for change in (swap_values, reorder, operate, replace_value, copy_value)),
    *(rewritten(change) for change in (swap_values, replace_value, copy_value)),
    drop,
    rename,
    double,
)  # fmt: skip
