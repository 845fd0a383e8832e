"""``feeds import`` and ``feeds report``: one document, exit codes, and never a traceback whatever the bytes (commands)."""

from __future__ import annotations

import json
import random
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db
from app.directory.models import Person
from app.feeds.applying.queries import lines_of
from app.feeds.models import FeedImport
from tests.feeds import deliveries as make


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_an_import_prints_its_report_and_nothing_else(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    folder = make.small(tmp_path / "d", students=[make.student("1", adults=["77$10$1$1$1$1"]), make.entry("x", {})])
    done = runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"])
    assert (done.exit_code, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["rejected"] == [{"id": "x", "reason": "La fiche n’a pas de clé de jointure."}]
    again = runner.invoke(args=["feeds", "report", str(report["import"]), "--json"])
    shown = json.loads(again.stdout)
    assert {name: shown[name] for name in report} == report
    assert shown["state"] == "applied"
    assert shown["delivered_on"] == "2026-08-24"
    assert [one["id"] for one in shown["set_aside"]] == ["1"]


def test_without_json_progress_goes_to_the_errors_and_counts_to_the_output(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    done = runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "d")), "--year-n"])
    assert done.exit_code == 0
    assert "students      2" in done.stdout
    assert "Eleve_0000.xml" in done.stderr


def test_a_plan_is_kept_as_a_report(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    done = runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "d")), "--plan", "--json"])
    assert json.loads(done.stdout)["created"] == 6
    assert people() == 0
    assert db.session.scalars(select(FeedImport.state)).all() == ["planned"]


def test_a_portal_that_is_not_set_up_refuses(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    done = runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "d")), "--json"])
    assert done.exit_code == 3
    assert "setup" in json.loads(done.stderr)["hint"]


@pytest.mark.parametrize(
    "args", [["import", "aaf"], ["import", "siecle", "."], ["import", "aaf", "/nowhere"], ["report", "x"]]
)
@pytest.mark.postgresql_for
def test_misuse_ends_with_two(portal: Flask, runner: FlaskCliRunner, args: list[str]) -> None:
    done = runner.invoke(args=["feeds", *args, "--json"])
    assert done.exit_code == 2
    assert json.loads(done.stderr)["error"]


def test_an_unknown_import_is_refused(portal: Flask, runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["feeds", "report", "99", "--json"]).exit_code == 3


def truncate(folder: Path) -> None:
    path = folder / "ENT_Complet_20260825_PersRelEleve_0000.xml"
    path.write_bytes(path.read_bytes()[:-30])


def empty(folder: Path) -> None:
    (folder / "ENT_Complet_20260825_PersRelEleve_0000.xml").write_bytes(b"")


def declare_entities(folder: Path) -> None:
    path = folder / "ENT_Complet_20260825_Eleve_0000.xml"
    content = path.read_bytes().replace(b'SYSTEM "ficAlimMENESR.dtd"', b'[<!ENTITY a "a"><!ENTITY b "&a;&a;&a;">]')
    path.write_bytes(content)


def add_a_delta(folder: Path) -> None:
    name = "ENT_Complet_20260825_Eleve_0001.xml"
    (folder / name).write_bytes(make.document([make.entry("1", {"ENTPersonJointure": "1"}, operation="deleteRequest")]))


def lose_a_part(folder: Path) -> None:
    path = folder / "ENT_Complet_20260825_PersRelEleve_0000.xml"
    path.rename(folder / "ENT_Complet_20260825_PersRelEleve_0001.xml")


def mix_two_days(folder: Path) -> None:
    (folder / "ENT_Complet_20260101_Eleve_0000.xml").write_bytes(make.document([make.student("5")]))


def grow_older(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.rename(path.with_name(path.name.replace("20260825", "20260601")))


def become_photos(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.unlink()
    with zipfile.ZipFile(folder / "photos.zip", "w") as archive:
        archive.writestr("0001.jpg", b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "spoil", [truncate, empty, declare_entities, add_a_delta, lose_a_part, mix_two_days, grow_older, become_photos]
)
def test_bad_input_changes_nothing_says_why_and_the_next_try_works(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path, spoil: object
) -> None:
    """G14: whatever is wrong with one file, the delivery is refused as a whole."""
    runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "before")), "--json"])
    bad = make.small(tmp_path / "bad", day="20260825", pupils=4)
    spoil(bad)  # type: ignore[operator]
    done = runner.invoke(args=["feeds", "import", "aaf", str(bad), "--json"])
    assert (done.exit_code, done.stdout) == (3, "")
    said = json.loads(done.stderr)
    assert said["error"]
    assert "Rien n’a été modifié" in said["hint"]
    assert people() == 6
    last = db.session.scalars(select(FeedImport).order_by(FeedImport.id.desc())).first()
    assert last is not None
    assert (last.state, last.counts) == ("refused", {})
    good = make.small(tmp_path / "good", day="20260825", pupils=4)
    assert runner.invoke(args=["feeds", "import", "aaf", str(good), "--json"]).exit_code == 0
    assert people() == 10


def source_bytes(shared_samples: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (shared_samples / "aaf" / "ve1711").glob("*.xml")}


PIECES = (
    b"<",
    b">",
    b"&",
    b"\x00",
    b"\xff",
    b"$",
    b"</value>",
    b"<value>",
    b"]]>",
    b"<!--",
    b"&nbsp;",
    b"<addRequest>",
    b"\xe9",
    b"9" * 90,
)


def spoiled(content: bytes, seed: int) -> bytes:
    """The content with some bytes replaced, removed, doubled or inserted."""
    dice = random.Random(seed)
    found = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(found) or 1)
        size = dice.choice((1, 1, 3, 40, 400))
        what = dice.randrange(4)
        if what == 0:
            found[at : at + size] = dice.choice(PIECES)
        elif what == 1:
            del found[at : at + size]
        elif what == 2:
            found[at:at] = found[at : at + size]
        else:
            found[at:at] = dice.choice(PIECES)
    return bytes(found)


VALUES = (
    "", " ", "$", "$$$$$$", "42$", "$6A", "42$6A$x$y$z$t", "9" * 400, "é" * 300, "\\N", "\\", "'", '"', "%", "%(x)s", "{}", "\t", "\n",
    "😀", "\u202e",
    "99/99/9999", "31/02/2014", "01/01/0001", "NULL", "1", "2", "42", "0123456Z", "42$1TES 2", "2$1$0$2$0$0", "ENS",
    "42$DIR$D$D$D", "O", "N", "-1", "1e309", "=1+1",
)  # fmt: skip
_VALUE = re.compile(rb"(<value>|<id>)[^<]*(</value>|</id>)|<value/>")
_NAME = re.compile(rb'<attr name="[^"]*">')


def misspelt(content: bytes, seed: int) -> bytes:
    """Well-formed content whose values and attribute names say something else."""
    dice = random.Random(seed)

    def value(found: re.Match[bytes]) -> bytes:
        if dice.random() > 0.08:
            return found.group(0)
        written = escape(dice.choice(VALUES)).encode("iso8859-15", "xmlcharrefreplace")
        start, end = found.group(1) or b"<value>", found.group(2) or b"</value>"
        return start + written + end

    def name(found: re.Match[bytes]) -> bytes:
        return found.group(0) if dice.random() > 0.02 else dice.choice(_NAME.findall(content))

    return _NAME.sub(name, _VALUE.sub(value, content))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(min_value=0, max_value=2**32))
@pytest.mark.postgresql_for
def test_no_values_make_a_traceback_either(
    portal: Flask, shared_samples: Path, runner: FlaskCliRunner, tmp_path: Path, seed: int
) -> None:
    """Lengths, separators, empty keys, days that do not exist: entries are taken or rejected, one by one."""
    folder = tmp_path / "misspelt"
    folder.mkdir(exist_ok=True)
    for name, content in source_bytes(shared_samples).items():
        (folder / name).write_bytes(misspelt(content, seed))
    done = runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"])
    assert done.exit_code in (0, 3), done.output
    assert json.loads(done.stdout if done.exit_code == 0 else done.stderr)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(min_value=0, max_value=2**32), which=st.integers(min_value=0, max_value=3))
@pytest.mark.postgresql_for
def test_no_bytes_make_a_traceback(
    portal: Flask, shared_samples: Path, runner: FlaskCliRunner, tmp_path: Path, seed: int, which: int
) -> None:
    """Real files with spoiled bytes are imported or refused with a reason, and nothing else."""
    folder = tmp_path / "fuzzed"
    folder.mkdir(exist_ok=True)
    for number, (name, content) in enumerate(sorted(source_bytes(shared_samples).items())):
        (folder / name).write_bytes(spoiled(content, seed) if number == which else content)
    done = runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"])
    assert done.exit_code in (0, 3), done.output
    if done.exit_code == 3:
        assert json.loads(done.stderr)["error"]
    else:
        assert json.loads(done.stdout)["import"]


# At a stop ---------------------------------------------------------------------------------------------------------------


def stopped(done: Result) -> tuple[int, str]:
    """The number of an import that stopped, by what its command printed, and the way on that it told."""
    assert done.exit_code == 3, done.output
    report = json.loads(done.stdout)
    assert report["state"] == "planned"
    said = json.loads(done.stderr)
    assert said["error"]
    return report["import"], said["hint"]


def two_schools(folder: Path, first: range, second: range, *, day: str) -> Path:
    """Pupils of two schools, the first one's so many."""
    schools = (("10", "9990010A", first), ("11", "9990011B", second))
    return make.write(
        folder,
        day=day,
        structures=[make.structure(key, uai) for key, uai, _pupils in schools],
        students=[
            make.student(f"{key}{number:03d}", f"NOM{key}{number}", school=key, classes=["6A"])
            for key, _uai, pupils in schools
            for number in pupils
        ],
    )


def test_a_script_goes_on_after_a_threshold(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """G11: the document has the number, the hint the commands; the other schools can be applied, and the stopped one later."""
    invoke = runner.invoke
    before = two_schools(tmp_path / "before", range(60), range(1), day="20260824")
    assert invoke(args=["feeds", "import", "aaf", str(before), "--json"]).exit_code == 0
    after = two_schools(tmp_path / "after", range(30), range(3), day="20260825")
    number, hint = stopped(invoke(args=["feeds", "import", "aaf", str(after), "--json"]))
    for command in ("report {}", "apply {} --lift 9990010A --by ", "apply {} --others"):
        assert f"« feeds {command.format(number)}" in hint
    assert stopped(invoke(args=["feeds", "apply", str(number), "--json"])) == (number, hint)
    told = invoke(args=["feeds", "apply", str(number)])
    assert (told.exit_code, f"import        {number}" in told.stdout) == (3, True)
    listed = json.loads(invoke(args=["feeds", "list", "--json"]).stdout)
    assert [(one["import"], one["source"], one["delivered_on"], one["state"]) for one in listed] == [
        (number, "aaf", "2026-08-25", "planned"),
        (number - 1, "aaf", "2026-08-24", "applied"),
    ]
    done = invoke(args=["feeds", "apply", str(number), "--others", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["state"], people()) == (0, "applied", 63)
    assert {line.key: line.state for line in lines_of(number)} == {"10": "stopped", "11": "applied"}
    db.session.rollback()


def test_where_a_school_would_be_emptied_the_way_on_is_a_declaration(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-7: no single person lifts the last threshold, and the hint does not say so."""
    before = two_schools(tmp_path / "before", range(30), range(1), day="20260824")
    assert runner.invoke(args=["feeds", "import", "aaf", str(before), "--json"]).exit_code == 0
    after = two_schools(tmp_path / "after", range(0), range(3), day="20260825")
    number, hint = stopped(runner.invoke(args=["feeds", "import", "aaf", str(after), "--json"]))
    assert "déclaré fermé, fusionné ou divisé, et par deux personnes" in hint
    assert f"« feeds apply {number} --others »" in hint


def test_a_script_goes_on_where_classes_come_back(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """S4-3."""
    old = make.small(tmp_path / "old", pupils=4, day="20260601")
    assert runner.invoke(args=["feeds", "import", "aaf", str(old), "--year-n", "--json"]).exit_code == 0
    number, hint = stopped(
        runner.invoke(args=["feeds", "import", "aaf", str(make.small(tmp_path / "new", pupils=4)), "--json"])
    )
    assert f"« feeds apply {number} »" in hint
    done = runner.invoke(args=["feeds", "apply", str(number), "--returning", "accept", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["state"]) == (0, "applied")
