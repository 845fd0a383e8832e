"""``flask gate ...``: shapes, exit codes and errors of the stable contract; no web process is needed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.audit.models import AuditLine
from app.db import db
from app.gate.queries import snapshot
from app.gate.services.actions import close_service
from app.gate.services.closing import Service
from tests.gate.stage import SUMMER, families_window, maintenance, set_time
from tests.people import Cast, cast

WINDOW_KEYS = {"id", "kind", "scope", "school", "profiles", "from", "to", "message", "source"}
ANSWER_KEYS = {"allowed", "rule", "window", "reopens_at", "reason", "assumes", "services"}


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


@pytest.fixture
def flask(runner: FlaskCliRunner) -> Any:
    """Run a command line; ``flask("gate status --json")``."""

    def run(line: str, *more: str) -> Result:
        return runner.invoke(args=[*line.split(), *more])

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def refused(result: Result, code: int) -> dict[str, str]:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    document: dict[str, str] = json.loads(result.stderr)
    assert set(document) == {"error", "hint"}
    assert document["error"]
    return document


def test_a_window_is_added_listed_amended_and_removed(people: Cast, flask: Any) -> None:
    added = told(flask("gate window add --kind profiles --from 2026-08-27 --to 2026-09-02 --json"))
    assert set(added) == WINDOW_KEYS
    assert added == {
        "id": added["id"],
        "kind": "profiles",
        "scope": "project",
        "school": None,
        "profiles": ["student", "guardian"],
        "from": "2026-08-27T00:00:00+02:00",
        "to": "2026-09-03T00:00:00+02:00",
        "message": "",
        "source": "operator",
    }
    uai = people.college.uai
    amended = told(
        flask(f"gate window amend {added['id']} --school {uai} --to 2026-09-04 --json", "--message", "Travaux")
    )
    assert (amended["to"], amended["message"]) == ("2026-09-05T00:00:00+02:00", "Travaux")
    assert told(flask("gate window list --json"))[0]["to"] == "2026-09-03T00:00:00+02:00"
    assert told(flask(f"gate window list --school {uai} --json"))[0]["to"] == "2026-09-05T00:00:00+02:00"
    assert told(flask(f"gate window list --school {people.primary.uai} --json"))[0]["to"] == added["to"]
    changed = told(flask(f"gate window amend {added['id']} --to 2026-09-03T08:00 --json"))
    assert changed["to"] == "2026-09-03T08:00:00+02:00"
    assert told(flask(f"gate window remove {added['id']} --json"))["removed"] is True
    assert told(flask("gate window list --json")) == []
    assert refused(flask(f"gate window remove {added['id']} --json"), 3)["hint"]
    actions = db.session.scalars(select(AuditLine.action).order_by(AuditLine.number)).all()
    assert [one for one in actions if one.startswith("window.")] == [
        "window.added", "window.amended", "window.changed", "window.removed",
    ]  # fmt: skip


def test_what_the_operator_wrote_for_a_school_stays_when_more_is_written(people: Cast, flask: Any) -> None:
    number, uai = families_window().id, people.college.uai
    told(flask(f"gate window amend {number} --school {uai} --message Travaux --json"))
    amended = told(flask(f"gate window amend {number} --school {uai} --to 2026-09-20 --json"))
    assert (amended["message"], amended["to"]) == ("Travaux", "2026-09-21T00:00:00+02:00")


def test_a_windows_days_are_those_of_the_schools_zone(people: Cast, flask: Any) -> None:
    uai = people.college.uai
    added = told(flask(f"gate window add --kind maintenance --from 2026-10-24 --to 2026-10-25 --school {uai} --json"))
    assert (added["from"], added["to"]) == ("2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00")
    assert (added["scope"], added["school"], added["profiles"]) == ("school", uai, [])


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        ("--kind profiles --from 2026-08-27 --to 2026-08-02", 3, "avant de commencer"),
        ("--kind profiles --from 2026-08-27", 3, "fin"),
        ("--kind profiles --from demain --to 2026-08-02", 2, "demain"),
        ("--kind profiles --from 2026-13-01 --to 2026-08-02", 2, "2026-13-01"),
        ("--kind maintenance --from 2027-03-28T02:30 --to 2027-04-01", 2, "02:30"),
        ("--kind profiles --from 2026-08-27 --to 2026-08-30 --profile pupil", 2, "pupil"),
        ("--kind partial --from 2026-08-27 --to 2026-08-30", 2, "partial"),
        ("--kind profiles --from 2026-08-27 --to 2026-08-30 --school 0000000X", 3, "0000000X"),
        ("--kind profiles --from 2026-08-27 --to 2026-08-30 --message <b>x</b>", 3, "HTML"),
        ("--kind profiles --to 2026-08-30", 2, "--from"),
    ],
)
def test_a_bad_window_is_refused_with_a_clear_message_and_nothing_is_written(
    people: Cast, flask: Any, options: str, code: int, word: str
) -> None:
    assert word in refused(flask(f"gate window add {options} --json"), code)["error"]
    assert told(flask("gate window list --json")) == []


def test_explain_tells_the_decision_its_rule_and_its_window(people: Cast, flask: Any) -> None:
    number, uai = families_window().id, people.college.uai
    answer = told(flask(f"gate explain --at 2026-08-28T09:00 --profile guardian --school {uai} --json"))
    assert set(answer) == ANSWER_KEYS
    assert (answer["allowed"], answer["rule"], answer["assumes"]) == (False, "GATE-2", None)
    assert answer["reopens_at"] == "2026-09-01T08:00:00+02:00"
    assert set(answer["window"]) == WINDOW_KEYS
    assert answer["window"]["id"] == number
    assert "responsable" in answer["reason"]
    answer = told(flask(f"gate explain --at 2026-09-01T08:00:00+02:00 --profile guardian --school {uai} --json"))
    assert answer == {
        "allowed": True, "rule": None, "window": None, "reopens_at": None, "reason": answer["reason"], "assumes": None,
        "services": [],
    }  # fmt: skip


def test_explain_tells_which_services_are_closed_on_their_own_at_that_instant(people: Cast, flask: Any) -> None:
    """GATE-10, GATE-11: of the school asked for, from the instant on at which it was closed."""
    close_service(Service.DIARY, people.college.id, source="campaign", by=COMMAND, now=SUMMER)
    db.session.commit()
    ask = "gate explain --profile teacher --at {at} --school {uai} --json"
    after, before = (SUMMER + timedelta(hours=1)).isoformat(), (SUMMER - timedelta(hours=1)).isoformat()
    found = told(flask(ask.format(at=after, uai=people.college.uai)))
    assert found["allowed"] is True
    ((service, since, until, source),) = [tuple(one.values()) for one in found["services"]]
    assert (service, until, source) == ("diary", None, "campaign")
    assert datetime.fromisoformat(since) == SUMMER
    assert told(flask(ask.format(at=before, uai=people.college.uai)))["services"] == []
    assert told(flask(ask.format(at=after, uai=people.primary.uai)))["services"] == []
    by_person = told(flask(f"gate explain --person {people.teacher.login} --at {after} --json"))
    assert [one["service"] for one in by_person["services"]] == ["diary"]
    lines = flask(f"gate explain --profile teacher --at {after} --school {people.college.uai}").stdout
    assert "Cahier de textes" in lines
    assert "GATE-10" in lines


def test_explain_knows_levels_and_classes(people: Cast, flask: Any) -> None:
    number, uai = families_window(end=datetime(2026, 9, 2, 6, tzinfo=UTC)).id, people.college.uai
    told(flask(f"gate window amend {number} --school {uai} --level 6e --to 2026-09-01T08:00 --json"))
    told(flask(f"gate window amend {number} --school {uai} --class 5A --to 2026-09-03T08:00 --json"))
    ask = f"gate explain --profile student --school {uai} --at 2026-08-28T09:00 --json"
    assert told(flask(f"{ask} --level 6e"))["reopens_at"] == "2026-09-01T08:00:00+02:00"
    assert told(flask(f"{ask} --level 6e"))["rule"] == "GATE-13"
    assert told(flask(f"{ask} --class 6A"))["reopens_at"] == "2026-09-01T08:00:00+02:00"
    assert told(flask(f"{ask} --class 5A"))["reopens_at"] == "2026-09-03T08:00:00+02:00"
    assert told(flask(ask))["reopens_at"] == "2026-09-02T08:00:00+02:00"
    assert "9Z" in refused(flask(f"{ask} --class 9Z"), 3)["error"]
    assert refused(flask(f"gate window amend {number} --level 6e --to 2026-09-01 --json"), 2)["hint"]


def test_explain_asks_for_a_person_by_login_at_the_door_that_opens_first(people: Cast, flask: Any) -> None:
    families_window()
    login = people.teacher_and_parent.login
    assert told(flask(f"gate explain --person {login} --json"))["allowed"] is True
    assert told(flask(f"gate explain --person {login} --profile guardian --json"))["rule"] == "GATE-2"
    assert told(flask(f"gate explain --person {people.guardian.login} --json"))["allowed"] is False
    assert told(flask(f"gate explain --person {people.operator.login} --json"))["allowed"] is True
    assert "nobody" in refused(flask("gate explain --person nobody --json"), 3)["error"]
    refused(flask("gate explain --at 2026-08-28 --json"), 2)
    refused(flask(f"gate explain --profile pupil --school {people.college.uai} --json"), 2)


def test_a_held_maintenance_is_assumed_to_end_as_announced_until_its_hour_has_passed(people: Cast, flask: Any) -> None:
    """GATE-14."""
    maintenance(end=SUMMER + timedelta(hours=2), holds=True)
    ask = f"gate explain --profile teacher --school {people.college.uai} --json"
    now = told(flask(ask))
    assert (now["allowed"], now["assumes"]) == (False, "announced end")
    assert datetime.fromisoformat(now["reopens_at"]) == SUMMER + timedelta(hours=2)
    later = told(flask(f"{ask} --at 2026-08-20T12:00"))
    assert (later["allowed"], later["assumes"]) == (True, "announced end")
    set_time(SUMMER + timedelta(hours=3))
    late = told(flask(ask))
    assert (late["allowed"], late["reopens_at"]) == (False, None)
    assert told(flask(f"{ask} --at 2026-08-20T20:00"))["allowed"] is False


def test_close_and_open_work_without_a_web_process(people: Cast, flask: Any) -> None:
    uai = people.college.uai
    closed = told(flask("gate close --until 2026-08-20T18:00 --json"))
    assert (closed["kind"], closed["to"]) == ("maintenance", "2026-08-20T18:00:00+02:00")
    status = told(flask("gate status --json"))
    assert [one["id"] for one in status["closed"]] == [closed["id"]]
    assert datetime.fromisoformat(status["next_change"]) == datetime(2026, 8, 20, 16, tzinfo=UTC)
    ask = "gate explain --profile teacher --json --school"
    assert told(flask(f"{ask} {uai}"))["rule"] == "GATE-1"
    assert told(flask(f"gate open --school {uai} --json"))["opened"] == [closed["id"]]
    assert told(flask(f"{ask} {uai}"))["allowed"] is True
    assert told(flask(f"{ask} {people.primary.uai}"))["allowed"] is False
    assert told(flask("gate open --reason fini --json"))["opened"] == [closed["id"]]
    assert told(flask(f"{ask} {people.primary.uai}"))["allowed"] is True
    assert told(flask("gate status --json")) == {"closed": [], "next_change": None}
    assert told(flask("gate open --json"))["opened"] == []


def test_closing_one_school_closes_no_other(people: Cast, flask: Any) -> None:
    told(flask(f"gate close --school {people.college.uai} --json"))
    ask = "gate explain --profile teacher --json --school"
    assert told(flask(f"{ask} {people.college.uai}"))["reopens_at"] is None
    assert told(flask(f"{ask} {people.primary.uai}"))["allowed"] is True


@pytest.mark.parametrize("options", ["--until 2020-01-01", "--until 2026-08-20T08:59"])
def test_closing_until_a_past_hour_is_refused(people: Cast, flask: Any, options: str) -> None:
    refused(flask(f"gate close {options} --json"), 3)
    assert told(flask("gate status --json"))["closed"] == []


def test_the_grace_of_a_closing_by_hand_is_none_unless_asked(people: Cast, flask: Any) -> None:
    by_default = told(flask("gate close --json"))["id"]
    asked = told(flask("gate close --grace 45 --json"))["id"]
    graces = {w.id: w.grace for w in snapshot().closures.rules.windows}
    assert (graces[by_default], graces[asked]) == (0, 45)
    refused(flask("gate close --grace 99999 --json"), 2)


def test_people_read_lines_without_json(people: Cast, flask: Any) -> None:
    families_window()
    assert "ferme aux élèves et aux responsables" in flask("gate window list").stdout
    assert "Prochain changement : mardi 1er septembre 2026 à 8" in flask("gate status").stdout
    explained = flask(f"gate explain --profile student --school {people.college.uai}").stdout
    assert explained.startswith("N’entre pas (GATE-2).")
    wrong = flask("gate window add --kind profiles --from 2026-08-27 --to 2026-08-02")
    assert wrong.exit_code == 3
    assert "avant de commencer" in wrong.stderr
