"""The drop folder takes what stands still, once and in order, and says what has not come (S4-6, FEED-4)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Person
from app.directory.queries import years
from app.errors import Refused
from app.feeds.applying import actions as applying
from app.feeds.applying.jobs import apply_planned, receive
from app.feeds.applying.problems import Busy, TooManyLeave
from app.feeds.inbox import actions, jobs, queries
from app.feeds.inbox.models import FeedArrival
from app.feeds.inbox.rhythm import USUAL, Arrived, Rhythm, expected
from app.feeds.models import FeedImport
from app.feeds.pauses.actions import pause
from app.feeds.queries import import_by_id
from app.feeds.reasons import unpack
from tests.feeds import deliveries as make
from tests.feeds.test_formats_delta import change

NOW = datetime(2026, 8, 25, 6, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


class Folder:
    """The drop folder of the AAF, a clock, and what was handed to the import."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = Path(app.extensions["settings"].data_dir) / "inbox"
        shutil.rmtree(self.root, ignore_errors=True)
        self.aaf = self.root / "aaf"
        self.aaf.mkdir(parents=True)
        self.at = datetime(2026, 8, 25, 6, tzinfo=UTC)
        self.given: list[tuple[str, list[str]]] = []
        self.outcome: Callable[[], int] = self.applied

        def receive(path: Path, **how: Any) -> int:
            self.given.append((path.name, sorted(one.name for one in path.iterdir()) if path.is_dir() else []))
            return self.outcome()

        monkeypatch.setattr(jobs, "receive", receive)

    def applied(self) -> int:
        """An import that went through."""
        made = FeedImport(
            source="aaf", name="x", digest="", year_id=years()[2026].id, state="applied", started_at=self.at, counts={},
            warnings=[],
        )  # fmt: skip
        db.session.add(made)
        db.session.commit()
        return made.id

    def look(self, times: int = 1) -> str:
        """Look once or several times, a minute apart; what the last look said."""
        said = ""
        for _ in range(times):
            self.at += timedelta(minutes=1)
            said = jobs.look(NOW, self.at)
        return said

    def put(self, name: str, content: str = "x") -> Path:
        path = self.aaf / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    @property
    def lying(self) -> list[str]:
        return sorted(path.name for path in self.aaf.iterdir() if path.name != ".taken")


@pytest.fixture
def folder(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> Folder:
    return Folder(portal, monkeypatch)


def states() -> list[str]:
    return list(db.session.scalars(select(FeedArrival.state).order_by(FeedArrival.id)))


def test_a_delivery_is_taken_when_it_stands_still(folder: Folder) -> None:
    path = folder.put("ENT.20260824.tgz")
    assert folder.look() == ""
    path.write_text("more")
    assert folder.look() == ""
    assert folder.given == []
    assert folder.look() == "arrived 1"
    assert folder.given == [("ENT.20260824.tgz", [])]
    assert folder.lying == []
    assert states() == ["received"]
    assert folder.look(2) == ""
    assert len(folder.given) == 1


def test_two_looks_at_once_are_no_proof_of_standing_still(folder: Folder) -> None:
    folder.put("ENT.20260824.tgz")
    folder.look()
    jobs.look(NOW, folder.at + timedelta(seconds=1))
    assert folder.given == []


def test_loose_files_are_one_delivery_and_wait_for_a_copy_that_goes_on(folder: Folder) -> None:
    folder.put("ENT_Complet_20260824_Eleve_0000.xml")
    folder.put("ENT_Complet_20260824_EtabEducNat_0000.xml")
    part = folder.put("ENT_Complet_20260824_PersRelEleve_0000.xml.part")
    folder.put(".hidden")
    folder.look(3)
    assert folder.given == []
    part.rename(part.with_suffix(""))
    folder.look(2)
    assert [len(names) for _name, names in folder.given] == [3]
    assert folder.lying == [".hidden"]


def test_a_folder_is_one_delivery_and_an_empty_one_is_none(folder: Folder) -> None:
    (folder.aaf / "empty").mkdir()
    folder.put("livraison/ENT_Complet_20260824_Eleve_0000.xml")
    folder.look(2)
    assert folder.given == [("livraison", ["ENT_Complet_20260824_Eleve_0000.xml"])]


def test_deltas_come_in_the_order_of_their_days(folder: Folder) -> None:
    """S4-6: Tuesday's does not overtake a Monday's that is still being copied."""
    folder.put("b.20260824.Delta.tgz")
    folder.put("a.20260825.Delta.tgz")
    folder.look()
    monday = folder.put("b.20260824.Delta.tgz", "still growing")
    assert folder.look() == ""
    assert monday.exists()
    assert folder.look() == "arrived 2"
    assert [name for name, _names in folder.given] == ["b.20260824.Delta.tgz", "a.20260825.Delta.tgz"]


def refusing(error: Exception) -> Callable[[], int]:
    def outcome() -> int:
        raise error

    return outcome


def test_a_refused_delivery_lies_aside_for_two_weeks_and_says_why(folder: Folder) -> None:
    folder.outcome = refusing(Refused())
    folder.put("photos.zip")
    assert folder.look(2) == "turned-away 1"
    row = db.session.scalars(select(FeedArrival)).one()
    assert (row.state, row.reason is not None) == ("refused", True)
    aside = folder.aaf / ".taken" / str(row.id)
    assert [path.name for path in aside.iterdir()] == ["photos.zip"]
    folder.at += timedelta(days=15)
    folder.look()
    assert not aside.exists()


def test_one_that_a_threshold_stops_is_planned_and_needs_its_file_no_more(folder: Folder) -> None:
    folder.outcome = refusing(TooManyLeave(number=1, school="x", uai="y", leaving=1, pupils=1, percent=1, limit=1))
    folder.put("a.zip")
    folder.look(2)
    assert states() == ["stopped"]
    assert not list((folder.aaf / ".taken").iterdir())


def test_a_busy_import_is_waited_for_and_nothing_overtakes_it(folder: Folder) -> None:
    folder.outcome = refusing(Busy())
    folder.put("a.20260824.tgz")
    folder.put("b.20260825.tgz")
    folder.look(2)
    assert states() == ["receiving", "seen"]
    folder.outcome = folder.applied
    folder.look()
    assert states() == ["received", "received"]
    assert [name for name, _names in folder.given] == ["a.20260824.tgz", "a.20260824.tgz", "b.20260825.tgz"]


def test_what_breaks_off_is_tried_again_and_then_left_to_a_person(folder: Folder) -> None:
    folder.outcome = refusing(OSError(28, "No space left on device"))
    folder.put("a.zip")
    folder.look(2)
    assert states() == ["receiving"]
    folder.look(jobs.TRIES)
    assert states() == ["failed"]
    assert len(folder.given) == jobs.TRIES
    folder.outcome = refusing(OperationalError("x", {}, Exception("database is locked")))
    folder.put("b.zip")
    folder.look(jobs.TRIES + 3)
    assert states() == ["failed", "receiving"]


def test_a_worker_that_dies_leaves_a_delivery_that_the_next_one_finds(folder: Folder) -> None:
    """Killed after the claim, half-way through moving loose files, and while receiving."""
    folder.put("ENT_Complet_20260824_Eleve_0000.xml")
    folder.put("ENT_Complet_20260824_PersEducNat_0000.xml")
    folder.look()
    row = db.session.scalars(select(FeedArrival)).one()
    assert actions.claim(row.id, was="seen", becomes="taking", machine_now=folder.at)
    db.session.commit()
    half = folder.aaf / ".taken" / str(row.id) / "fichiers"
    half.mkdir(parents=True)
    (folder.aaf / "ENT_Complet_20260824_Eleve_0000.xml").rename(half / "ENT_Complet_20260824_Eleve_0000.xml")
    folder.look()
    assert folder.given == []
    folder.at += actions.TAKING_LOST
    folder.look(3)
    assert [len(names) for _name, names in folder.given] == [2]
    kill = KeyboardInterrupt()
    folder.outcome = refusing(kill)  # type: ignore[arg-type]
    folder.put("a.zip")
    with pytest.raises(KeyboardInterrupt):
        folder.look(2)
    db.session.rollback()
    assert states() == ["received", "receiving"]
    folder.outcome = folder.applied
    assert folder.look() == ""
    folder.at += actions.RECEIVING_LOST
    assert folder.look() == "arrived 1"


def test_what_was_seen_and_taken_away_again_is_forgotten(folder: Folder) -> None:
    path = folder.put("a.zip")
    folder.look()
    path.unlink()
    folder.put("b.zip")
    folder.look()
    assert list(db.session.scalars(select(FeedArrival.name))) == ["b.zip"]


def test_a_link_in_the_folder_is_not_followed(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret.zip").write_text("x")
    (folder.aaf / "a.zip").symlink_to(tmp_path / "secret.zip")
    folder.look(3)
    assert folder.given == []


# Through the real import -----------------------------------------------------------------------------------------------


def test_a_schools_first_delivery_of_the_year_is_planned_and_the_next_one_applied(portal: Flask) -> None:
    """CAL-10: step 4, or a person, applies the first; late in August year N is over, so both fill N+1."""
    data = Path(portal.extensions["settings"].data_dir) / "inbox" / "aaf"
    shutil.rmtree(data.parent, ignore_errors=True)
    make.small(data / "livraison")
    at = datetime(2026, 8, 25, 6, tzinfo=UTC)
    jobs.look(NOW, at)
    assert jobs.look(NOW, at + timedelta(minutes=1)) == "arrived 1"
    first = db.session.scalars(select(FeedImport)).one()
    row = db.session.scalars(select(FeedArrival)).one()
    assert (first.state, first.name, row.state, row.import_id) == ("planned", "livraison", "stopped", first.id)
    assert row.reason is not None
    assert not db.session.scalar(select(func.count()).select_from(Person))
    apply_planned(first.id, by=COMMAND, now=NOW)
    make.small(data / "suite", day="20260826", pupils=3)
    jobs.look(NOW, at + timedelta(minutes=2))
    assert jobs.look(NOW, at + timedelta(minutes=3)) == "arrived 1"
    assert db.session.scalar(select(func.count()).select_from(Person)) == 3 + 3 + 2
    assert states() == ["stopped", "received"]


def test_while_imports_are_stopped_it_is_kept(portal: Flask) -> None:
    data = Path(portal.extensions["settings"].data_dir) / "inbox" / "aaf"
    shutil.rmtree(data.parent, ignore_errors=True)
    pause("portal", starts_at=NOW - timedelta(days=1), by=COMMAND, now=NOW)
    db.session.commit()
    make.small(data / "livraison")
    at = datetime(2026, 8, 25, 6, tzinfo=UTC)
    jobs.look(NOW, at)
    jobs.look(NOW, at + timedelta(minutes=1))
    assert states() == ["kept"]
    assert db.session.scalars(select(FeedImport.state)).one() == "kept"
    assert not db.session.scalar(select(func.count()).select_from(Person))


@pytest.mark.parametrize(
    ("now", "year_n"),
    [
        (datetime(2026, 5, 4, 8, tzinfo=UTC), True),
        (datetime(2026, 8, 25, 8, tzinfo=UTC), False),
        (datetime(2027, 3, 1, 8, tzinfo=UTC), False),
    ],
)
def test_the_year_that_a_delivery_speaks_of_ends_with_the_pupils_last_day(
    portal: Flask, now: datetime, year_n: bool
) -> None:
    assert queries.fills_year_n(now) is year_n


# The rhythm ------------------------------------------------------------------------------------------------------------

SINCE = datetime(2026, 9, 1, tzinfo=UTC)


def usual(now: datetime, *arrivals: Arrived, stops: Any = ()) -> list[tuple[str, bool, bool]]:
    """(day, complete, late) of what the usual rhythm expects at ``now``."""
    rhythm = Rhythm(source="aaf", days=USUAL, hour=12, since=dict.fromkeys(USUAL, SINCE))
    return [(f"{one.day:%d}", one.complete, one.late(now)) for one in expected(rhythm, arrivals, stops, now, PARIS)]


def test_the_usual_week_has_four_deltas_and_a_complete_delivery_on_monday() -> None:
    """S4-6: none of Friday, so none on Saturday or Sunday."""
    now = datetime(2026, 9, 14, 9, tzinfo=UTC)  # a Monday, before noon
    assert [(day, complete) for day, complete, _late in usual(now)] == [
        ("04", False), ("07", True), ("08", False), ("09", False), ("10", False), ("11", False), ("14", True),
    ]  # fmt: skip


def test_a_missing_delta_is_late_until_a_complete_delivery_makes_up_for_it() -> None:
    now = datetime(2026, 9, 10, 11, tzinfo=UTC)  # Thursday, 13:00 in Paris
    came = [Arrived(at=datetime(2026, 9, day, 5, tzinfo=UTC), complete=day == 7) for day in (4, 7, 9)]
    assert [day for day, _complete, late in usual(now, *came) if late] == ["08", "10"]
    whole = Arrived(at=datetime(2026, 9, 10, 5, tzinfo=UTC), complete=True)
    assert not any(late for _day, _complete, late in usual(now, *came, whole))
    monday = datetime(2026, 9, 14, 11, tzinfo=UTC)
    delta = Arrived(at=datetime(2026, 9, 14, 5, tzinfo=UTC), complete=False)
    assert [day for day, _complete, late in usual(monday, *came, whole, delta) if late] == ["11", "14"]


def test_nothing_is_expected_while_imports_are_stopped() -> None:
    now = datetime(2026, 9, 10, 11, tzinfo=UTC)
    stops = [(datetime(2026, 9, 7, tzinfo=UTC), datetime(2026, 9, 8, 22, tzinfo=UTC))]
    assert [day for day, _complete, _late in usual(now, stops=stops)] == ["02", "03", "04", "09", "10"]
    assert usual(now, stops=[(SINCE, None)]) == []


def test_the_rhythm_is_the_projects_and_without_one_nothing_is_expected(portal: Flask) -> None:
    now = datetime(2026, 9, 10, 11, tzinfo=UTC)
    assert queries.expected(now) == []
    actions.set_rhythm("aaf", {3: False}, 8, by=COMMAND, now=NOW, machine_now=SINCE)
    db.session.commit()
    assert [(f"{one.day:%d}", one.due_at.hour) for one in queries.late(now)] == [("03", 6), ("10", 6)]
    db.session.add(
        FeedImport(
            source="aaf", name="x", digest="", year_id=years()[2026].id, state="applied", complete=False, started_at=now
        )
    )
    actions.set_rhythm("aaf", {3: False, 4: True}, 8, by=COMMAND, now=NOW, machine_now=now)
    db.session.commit()
    assert [f"{one.day:%d}" for one in queries.late(now)] == ["03"]
    actions.set_rhythm("aaf", {}, 8, by=COMMAND, now=NOW, machine_now=now)
    assert queries.rhythms() == []


# Beside another delivery -----------------------------------------------------------------------------------------------


def laid(portal: Flask) -> Callable[[int], str]:
    """A delta lies in the drop folder; looks at it, each a minute after the last."""
    aaf = Path(portal.extensions["settings"].data_dir) / "inbox" / "aaf"
    shutil.rmtree(aaf, ignore_errors=True)
    lying = aaf / "ENT_Delta_20260825"
    lying.mkdir(parents=True)
    entries = [change("1000", {"givenName": "Zoe"})]
    (lying / "ENT_Delta_20260825_Eleve_0000.xml").write_bytes(make.document(entries))
    minutes = iter(range(1000))

    def look(times: int) -> str:
        said = ""
        for _ in range(times):
            since = timedelta(minutes=next(minutes))
            said = jobs.look(NOW + since, datetime.now(UTC) + since)
        return said

    return look


def reports() -> list[str]:
    return list(db.session.scalars(select(FeedImport.state).order_by(FeedImport.id)))


def test_a_delivery_that_waits_for_another_one_is_not_read_meanwhile(
    portal: Flask, take: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """S4-6: it waits for minutes or, behind a run of the campaign, for hours, and leaves no report until it is taken."""
    take(make.small(tmp_path / "a"))
    other = receive(make.small(tmp_path / "b"), plan=True, by=COMMAND, now=NOW)
    import_by_id(other).state = "applying"
    db.session.commit()
    look = laid(portal)
    look(6)
    assert (states(), reports()) == (["receiving"], ["applied", "applying"])
    import_by_id(other).state = "planned"
    db.session.commit()
    look(1)
    assert (states(), reports()) == (["received"], ["applied", "planned", "applied"])


@pytest.mark.parametrize("begins", ["an import", "a stop"])
def test_what_begins_while_a_delivery_is_read_refuses_nothing(
    portal: Flask, take: Callable[..., dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begins: str
) -> None:
    take(make.small(tmp_path / "a"))
    other = receive(make.small(tmp_path / "b"), plan=True, by=COMMAND, now=NOW)
    make_plan = applying.make_plan

    def meanwhile(made: FeedImport, **how: Any) -> None:
        make_plan(made, **how)
        if begins == "an import":
            import_by_id(other).state = "applying"
        else:
            pause("portal", starts_at=NOW, by=COMMAND, now=NOW)
        monkeypatch.setattr(applying, "make_plan", make_plan)

    monkeypatch.setattr(applying, "make_plan", meanwhile)
    look = laid(portal)
    look(2)
    if begins == "an import":
        assert (states(), reports()) == (["receiving"], ["applied", "applying", "withdrawn"])
        import_by_id(other).state = "planned"
        db.session.commit()
        look(1)
        assert (states(), reports()) == (["received"], ["applied", "planned", "withdrawn", "applied"])
    else:
        assert (states(), reports()) == (["kept"], ["applied", "planned", "planned"])
        reason = unpack(db.session.scalars(select(FeedImport).order_by(FeedImport.id.desc())).first().reason or {})
        assert "la livraison est gardée" in str(reason)
