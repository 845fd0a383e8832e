"""Small AAF deliveries for tests: entries as attributes, files as bytes, folders as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

Attributes = Mapping[str, str | Iterable[str]]
HEAD = '<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n'
DAY = "20260824"


def entry(key: str, attributes: Attributes, *, identifier: str | None = None, operation: str = "addRequest") -> str:
    """One record."""
    lines = []
    for name, values in attributes.items():
        listed = [values] if isinstance(values, str) else list(values)
        inner = "".join(f"<value>{escape(value)}</value>" for value in listed) or "<value/>"
        lines.append(f'<attr name="{name}">{inner}</attr>')
    return (
        f'<{operation}>\n<operationalAttributes><attr name="categorie"><value>x</value></attr></operationalAttributes>\n'
        f"<identifier><id>{escape(key if identifier is None else identifier)}</id></identifier>\n"
        f"<attributes>\n{chr(10).join(lines)}\n</attributes>\n</{operation}>\n"
    )


def document(entries: Iterable[str], *, version: int | None = 2407, encoding: str = "UTF-8") -> bytes:
    """A whole file."""
    comment = f'<!-- versionAF="AAF-VE{version}" -->\n' if version else ""
    text = HEAD.format(encoding=encoding) + "<ficAlimMENESR>\n" + comment + "".join(entries) + "</ficAlimMENESR>\n"
    return text.encode(encoding)


def structure(
    key: str = "10", uai: str = "9990010A", name: str = "COLLEGE$JEAN MOULIN$ac", **more: str | Iterable[str]
) -> str:
    return entry(
        key,
        {
            "ENTStructureJointure": key,
            "ENTStructureUAI": uai,
            "ENTStructureNomCourant": name,
            "ENTStructureTypeStruct": "COLLEGE",
            "l": "VALMONT",
            **more,
        },
    )


def student(
    key: str,
    last: str = "MARTIN",
    first: str = "Zoé",
    *,
    school: str = "10",
    classes: Iterable[str] = (),
    adults: Iterable[str] = (),
    birth: str = "14/09/2014",
    **more: str | Iterable[str],
) -> str:
    """``adults`` are relations as written: '201$20$1$1$1$1'."""
    return entry(
        key,
        {
            "ENTPersonJointure": key,
            "ENTPersonDateNaissance": birth,
            "sn": last,
            "givenName": first,
            "ENTElevePersRelEleve": list(adults),
            "ENTPersonStructRattach": school,
            "ENTEleveClasses": [f"{school}${code}" for code in classes],
            **more,
        },
    )


def adult(key: str, last: str = "MARTIN", first: str = "Alice", **more: str | Iterable[str]) -> str:
    return entry(key, {"ENTPersonJointure": key, "sn": last, "givenName": first, **more})


def staff(
    key: str, last: str = "DURAND", first: str = "Paul", *, school: str = "10", **more: str | Iterable[str]
) -> str:
    return entry(
        key,
        {
            "ENTPersonJointure": key,
            "ENTPersonDateNaissance": "10/04/1975",
            "sn": last,
            "givenName": first,
            "ENTPersonStructRattach": school,
            "ENTPersonFonctions": [f"{school}$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES"],
            **more,
        },
    )


def training(code: str, stat: str) -> str:
    return entry(code, {"ENTMefJointure": code, "ENTLibelleMef": code, "ENTMEFSTAT11": stat})


CATEGORIES = {
    "structures": "EtabEducNat",
    "trainings": "MefEducNat",
    "subjects": "MatiereEducNat",
    "students": "Eleve",
    "adults": "PersRelEleve",
    "staff": "PersEducNat",
}


def write(folder: Path, *, day: str = DAY, version: int | None = 2407, **entries: Iterable[str]) -> Path:
    """A delivery in ``folder``: one part for each kind given (``structures``, ``students``, ``adults``, ``staff`` ...)."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, found in entries.items():
        name = f"ENT_Complet_{day}_{CATEGORIES[kind]}_0000.xml" if day else f"ENT_Complet_{CATEGORIES[kind]}_0000.xml"
        (folder / name).write_bytes(document(found, version=version))
    return folder


def small(folder: Path, *, day: str = DAY, pupils: int = 2, **instead: Iterable[str]) -> Path:
    """A collège of ``pupils`` pupils in 6A (each with one legal guardian), one teacher and one head; ``instead`` replaces kinds."""
    kinds: dict[str, Iterable[str]] = {
        "structures": [structure()],
        "trainings": [training("10010012110", "21110010012")],
        "students": [
            student(
                f"1{number:03d}",
                f"MARTIN{chr(65 + number % 26)}",
                classes=["6A"],
                adults=[f"2{number:03d}$20$1$1$1$1"],
                ENTEleveMEF="10010012110",
            )
            for number in range(pupils)
        ],
        "adults": [adult(f"2{number:03d}", f"MARTIN{chr(65 + number % 26)}") for number in range(pupils)],
        "staff": [
            staff("3001", ENTAuxEnsClassesMatieres="10$6A$020700"),
            staff("3002", "LEROY", "Anne", ENTPersonFonctions="10$DIR$DIRECTION$D0010$DIRECTION"),
        ],
    }
    return write(folder, day=day, **(kinds | instead))
