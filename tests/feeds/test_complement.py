"""SIECLE completes whom the directory knows: it fills what is empty, tells what differs, and creates nobody."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app.db import db
from app.directory.models import Person
from app.feeds.complement.loaders import read
from app.feeds.formats.siecle import NotSiecle
from app.feeds.formats.xml_bytes import UnreadableFile
from app.feeds.models import FeedImport
from tests.feeds import deliveries as make

UAI = "9990010A"


def pupil(
    number: str, more: str = "", *, born: str = "14/09/2014", ine: str = "123456789AB", name: str = "MARTINA"
) -> str:
    return (
        f'<ELEVE ELEVE_ID="{number}"><ID_NATIONAL>{ine}</ID_NATIONAL><NOM_DE_FAMILLE>{name}</NOM_DE_FAMILLE>'
        f"<PRENOM>Zoé</PRENOM><DATE_NAISS>{born}</DATE_NAISS>{more}</ELEVE>"
    )


def pupils(*entries: str, uai: str = UAI, year: str = "2026", more: str = "") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="ISO-8859-15"?><BEE_ELEVES VERSION="3.0"><PARAMETRES><UAJ>{uai}</UAJ>'
        f"<ANNEE_SCOLAIRE>{year}</ANNEE_SCOLAIRE><DATE_EXPORT>20/08/2026</DATE_EXPORT></PARAMETRES>"
        f"<DONNEES><ELEVES>{''.join(entries)}</ELEVES>{more}</DONNEES></BEE_ELEVES>"
    )
    return text.encode("iso8859-15")


ADDRESS = (
    '<ADRESSES><ADRESSE ADRESSE_ID="5"><LIGNE1_ADRESSE>1 rue du Cœur</LIGNE1_ADRESSE><LIGNE2_ADRESSE>Bât. B</LIGNE2_ADRESSE>'
    "<CODE_POSTAL>14270</CODE_POSTAL><LL_PAYS>FRANCE</LL_PAYS><LIBELLE_POSTAL>VALMONT</LIBELLE_POSTAL></ADRESSE></ADRESSES>"
)


def adults(eleve: str, name: str = "MARTINA") -> bytes:
    text = (
        '<?xml version="1.0" encoding="ISO-8859-15"?><BEE_RESPONSABLES VERSION="2.1">'
        f"<DONNEES><RESPONSABLES><RESPONSABLE_ELEVE><ELEVE_ID>{eleve}</ELEVE_ID><PERSONNE_ID>9</PERSONNE_ID>"
        f"<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE></RESPONSABLE_ELEVE></RESPONSABLES>{ADDRESS}"
        f'<PERSONNES><PERSONNE PERSONNE_ID="9"><NOM_DE_FAMILLE>{name}</NOM_DE_FAMILLE><PRENOM>Alice</PRENOM>'
        "<TEL_PORTABLE>+33600000000</TEL_PORTABLE><MEL>a@example.org</MEL><ADRESSE_ID>5</ADRESSE_ID></PERSONNE></PERSONNES>"
        f"</DONNEES><PARAMETRES><UAJ>{UAI}</UAJ></PARAMETRES></BEE_RESPONSABLES>"
    )
    return text.encode("iso8859-15")


@pytest.fixture
def fed(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """A collège of two pupils; the first is known to SIECLE as 501, the second by nothing but the INE."""
    students = [
        make.student("1000", "MARTINA", classes=["6A"], adults=["2000$20$1$1$1$1"], ENTEleveStructRattachId="501"),
        make.student("1001", "MARTINB", classes=["6A"], adults=["2001$20$1$1$1$1"], ENTEleveINE="123456789AC"),
    ]
    done = runner.invoke(
        args=["feeds", "import", "aaf", str(make.small(tmp_path / "aaf", students=students)), "--json"]
    )
    assert done.exit_code == 0, done.stderr


def completed(runner: FlaskCliRunner, path: Path) -> dict[str, object]:
    done = runner.invoke(args=["feeds", "complete", str(path), "--json"])
    assert done.exit_code == 0, done.stderr
    db.session.expire_all()
    return dict(json.loads(done.stdout))


def person(key: str) -> Person:
    return db.session.scalars(select(Person).where(Person.source_key == key)).one()


def test_what_is_empty_is_filled_and_nobody_is_created(fed: None, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """Files of one export in a zip each; sections in any order; accents of ISO-8859-15."""
    before = db.session.scalar(select(func.count()).select_from(Person))
    folder = tmp_path / "siecle"
    folder.mkdir()
    content = pupils(
        pupil("501", "<ADRESSE_ID>5</ADRESSE_ID>"), pupil("502", ine="123456789AC", name="MARTINB"),
        pupil("503", ine="123456789AD", name="NOUVEAU"), more=ADDRESS,
    )  # fmt: skip
    for name, data in (("eleves", content), ("responsables", adults("501"))):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr(f"{name}.xml", data)
    report = completed(runner, folder)
    assert (report["students"], report["guardians"], report["completed"]) == (3, 1, 3)
    assert [one["id"] for one in report["told"]] == ["503"]  # type: ignore[attr-defined, index]
    zoe, other, alice = person("1000"), person("1001"), person("2000")
    assert (zoe.ine, zoe.address, zoe.town) == ("123456789AB", "1 rue du Cœur\nBât. B", "VALMONT")
    assert other.siecle_id == "502"
    assert (alice.email, alice.mobile_phone, alice.postal_code) == ("a@example.org", "+33600000000", "14270")
    assert db.session.scalar(select(func.count()).select_from(Person)) == before
    assert completed(runner, folder)["completed"] == 0


def test_nothing_known_is_changed_and_what_differs_is_told(fed: None, runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "eleves.xml"
    path.write_bytes(
        pupils(
            pupil("501", "<DATE_SORTIE>05/07/2026</DATE_SORTIE>", ine="999999999ZZ"),
            pupil("502", ine="123456789AC", born="01/01/2001"),
            pupil("504", ine="999999999ZZ", name="AUTRE"),
        )
    )
    said = {one["id"]: one["reason"] for one in completed(runner, path)["told"]}  # type: ignore[attr-defined, index]
    assert "sorti le dimanche 5 juillet 2026" in said["501"]
    assert "quelqu’un d’autre" in said["502"]
    assert "n’est pas connu ici" in said["504"]
    assert (person("1000").ine, person("1001").siecle_id) == (None, None)
    path.write_bytes(pupils(pupil("501", ine="123456789AC")))
    assert "déjà celui" in completed(runner, path)["told"][0]["reason"]  # type: ignore[index]
    assert person("1000").birth_date == date(2014, 9, 14)


@pytest.mark.parametrize(
    "content",
    [
        pupils(pupil("501"), uai="9999999Z"), pupils(pupil("501"), year="2019"), pupils(pupil("501"), uai="x"), pupils(),
        pupils(pupil("501"))[:-40], b"<STS_EDT/>", b"<ficAlimMENESR/>", b"", b"<BEE_COMMUN/>",
    ],
)  # fmt: skip
def test_another_school_year_or_file_is_refused_with_a_report(
    fed: None, runner: FlaskCliRunner, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "eleves.xml"
    path.write_bytes(content)
    done = runner.invoke(args=["feeds", "complete", str(path), "--json"])
    assert (done.exit_code, done.stdout) == (3, "")
    assert "Rien n’a été modifié" in json.loads(done.stderr)["hint"]
    made = db.session.scalars(select(FeedImport).order_by(FeedImport.id.desc())).first()
    assert made is not None
    assert (made.source, made.state) == ("siecle", "refused")


def test_files_of_two_schools_are_no_export(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(pupils(pupil("1")))
    (tmp_path / "b.xml").write_bytes(pupils(pupil("2"), uai="9990011B"))
    with pytest.raises(NotSiecle):
        read(tmp_path)


# The real samples ------------------------------------------------------------------------------------------------------


def test_the_real_samples_are_read_to_the_last_entry(shared_samples: Path) -> None:
    folder = shared_samples / "siecle"
    for name in ("eleves_avec_adresse_simple.xml", "responsables_avec_adresses_simple.xml"):
        # The one sample closes a misspelt tag under its right name.
        text = (folder / name).read_bytes().decode("iso8859-15").split("?>", 1)[1]
        root = ElementTree.fromstring(text.replace("<STRICTURES_ELEVE", "<STRUCTURES_ELEVE"))
        export, _digest = read(folder / name)
        assert export.uai == root.findtext("PARAMETRES/UAJ")
        assert export.year == int(root.findtext("PARAMETRES/ANNEE_SCOLAIRE") or 0)
        assert set(export.pupils) == {one.get("ELEVE_ID") for one in root.iter("ELEVE")}
        assert set(export.adults) == {one.get("PERSONNE_ID") for one in root.iter("PERSONNE")}
        assert len(export.links) == len(list(root.iter("RESPONSABLE_ELEVE")))
        wanted = {one.findtext("ID_NATIONAL") for one in root.iter("ELEVE")}
        assert {one.ine for one in export.pupils.values()} == wanted
        with_lines = [one for one in root.iter("ADRESSE") if (one.findtext("LIGNE1_ADRESSE") or "").strip()]
        assert len(export.addresses) == len(with_lines)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("pix-siecle-with-two-valid-students.xml", NotSiecle),  # its UAI is none
        ("nomenclature_simple.xml", NotSiecle),
        ("nomenclature_tout_niveau.xml", NotSiecle),
        ("schema_Import_3.1.xsd", NotSiecle),
    ],
)
def test_samples_that_complete_nobody_are_refused(shared_samples: Path, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(shared_samples / "siecle" / name)


def test_a_truncated_sample_is_refused(shared_samples: Path, tmp_path: Path) -> None:
    content = (shared_samples / "siecle" / "eleves_avec_adresse_simple.xml").read_bytes()
    (tmp_path / "eleves.xml").write_bytes(content[: len(content) // 2])
    with pytest.raises(UnreadableFile):
        read(tmp_path)
