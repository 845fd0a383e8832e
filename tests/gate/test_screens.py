"""'Blocage des accès ENT' through HTTP, with and without htmx: project, school, first days, maintenance, texts (GATE-4, 5, 13, 14, 17)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.gate import actions, queries
from app.gate.models import ClosingWindow
from app.gate.services.actions import close_service
from app.gate.services.closing import Service
from app.profiles import Place, Profile
from tests.gate.stage import HTMX, NAVIGATION, OPENING, SUMMER, bound, families_window, maintenance, set_time
from tests.people import Cast, Someone, cast
from tests.signing import form_token, send, sign_in

PROJECT = "/administration/acces/blocage"
BY = {"by": COMMAND, "now": SUMMER}
FAMILIES = {
    "kind": "profiles",
    "profiles": ["student", "guardian"],
    "start_day": "2026-08-24",
    "end_day": "2026-09-01",
    "end_hour": "08:00",
    "message": "Bonne rentrée",
}


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


@pytest.fixture
def signed_in(client: FlaskClient) -> Any:
    def enter(person: Someone) -> FlaskClient:
        sign_in(client, person)
        return client

    return enter


def at_college(people: Cast) -> str:
    return f"/administration/ecole/{people.college.uai}/acces/blocage"


def reopening(people: Cast, **place: Any) -> datetime | None:
    where = Place(school_id=people.college.id, profile=Profile.STUDENT, **place)
    return queries.closures().at_place(where, SUMMER).reopens_at


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# The project -----------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_owner_adds_a_window_and_finds_it_in_the_list_and_the_history(people: Cast, signed_in: Any) -> None:
    client = signed_in(people.owner)
    answer = send(client, f"{PROJECT}/nouvelle", {**FAMILIES, "start_day": "2026-07-05"})
    assert (answer.status_code, answer.location) == (303, PROJECT)
    told = plain(client.get(PROJECT).text)
    assert "dimanche 5 juillet 2026 → mardi 1er septembre 2026 à 8 h" in told
    assert "Élèves, responsables" in told
    assert "Olivier Royer" in told
    assert "Fenêtre ajoutée" in told
    assert reopening(people) == OPENING


def test_a_window_is_changed_with_its_limits(people: Cast, signed_in: Any) -> None:
    row = families_window()
    client = signed_in(people.owner)
    form = client.get(f"{PROJECT}/{row.id}").text
    assert 'value="2026-09-01"' in form
    assert 'value="08:00"' in form
    changed = {
        **FAMILIES,
        "start_day": "2026-07-05",
        "end_day": "2026-09-02",
        "end_hour": "",
        "latest_end": "2026-09-09",
    }
    assert send(client, f"{PROJECT}/{row.id}", changed).status_code == 303
    db.session.expire_all()
    kept = db.session.get(ClosingWindow, row.id)
    assert kept is not None
    assert (kept.end_day, kept.end_at, kept.latest_end) == (date(2026, 9, 2), None, date(2026, 9, 9))
    assert "Avant et après" in client.get(f"{PROJECT}/{row.id}").text


@pytest.mark.postgresql_for
@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"end_day": "2026-08-01", "end_hour": ""}, "end_day", "avant de commencer"),
        ({"end_day": "2027-03-28", "end_hour": "02:30"}, "end_day", "n’existe pas"),
        ({"start_day": "2026-02-30"}, "start_day", "n’existe pas"),
        ({"start_day": ""}, "start_day", "Indiquez le début"),
        ({"start_day": "", "start_hour": "08:00"}, "start_day", "aussi le jour"),
        ({"profiles": []}, "profiles", "au moins un profil"),
        ({"profiles": ["pupil"]}, "profiles", "n’existe pas"),
        ({"message": "<script>alert(1)</script>"}, "message", "HTML"),
        ({"message": "x" * 1001}, "message", "caractères"),
        ({"earliest_end": "2026-09-09", "latest_end": "2026-09-01"}, "latest_end", "avant la limite"),
    ],
)
def test_what_cannot_stay_is_said_beside_its_field_and_what_was_typed_stays(
    people: Cast, signed_in: Any, change: dict[str, Any], field: str, words: str
) -> None:
    answer = send(signed_in(people.owner), f"{PROJECT}/nouvelle", {**FAMILIES, **change})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert words in plain(re.sub(r"<[^>]+>", "", answer.text))
    assert "Il reste quelque chose à corriger" in answer.text
    assert "<script>alert" not in answer.text
    assert queries.closures().rules.windows == ()


def test_the_page_is_seen_while_it_is_typed_and_nothing_is_written(people: Cast, signed_in: Any) -> None:
    client = signed_in(people.owner)
    path = f"{PROJECT}/nouvelle"
    token = form_token(client.get(path).text)
    typed = {**FAMILIES, "preview": "1", "csrf_token": token}
    fragment = client.post(path, data=typed, headers=HTMX)
    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith('<section id="preview"')
    assert "L’espace rouvre mardi 1er septembre 2026 à 8 h." in plain(fragment.text)
    assert "Bonne rentrée" in fragment.text
    whole = client.post(path, data=typed)
    assert "<html" in whole.text
    assert "L’espace rouvre mardi 1er septembre 2026 à 8 h." in plain(whole.text)
    wrong = client.post(path, data={**typed, "end_day": "2026-08-01"}, headers=HTMX)
    assert wrong.status_code == 200
    assert "avant de commencer" in wrong.text
    assert queries.closures().rules.windows == ()


def test_a_window_goes_only_after_a_typed_word(people: Cast, signed_in: Any) -> None:
    row = families_window()
    client = signed_in(people.owner)
    path = f"{PROJECT}/{row.id}/supprimer"
    assert send(client, path, {"word": "oui"}).status_code == 422
    assert reopening(people) == OPENING
    assert send(client, path, {"word": " Supprimer "}).status_code == 303
    assert reopening(people) is None
    assert client.get(path).status_code == 404


def test_the_authorisation_is_given_and_withdrawn(people: Cast, signed_in: Any) -> None:
    row = families_window()
    actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, 3)), by_operator=False, **BY)
    db.session.commit()
    client = signed_in(people.owner)
    send(client, "/administration/acces/autorisation", {"allowed": "0"}, page=PROJECT)
    assert reopening(people) == OPENING
    head = client.application.test_client()
    sign_in(head, people.head)
    told = head.get(at_college(people)).text
    assert "gardé, ne compte pas" in told
    assert "n’autorise pas" in told
    send(client, "/administration/acces/autorisation", {"allowed": "1"}, page=PROJECT)
    assert reopening(people) == datetime(2026, 9, 3, 22, tzinfo=UTC)


def test_first_days_move_for_chosen_schools(people: Cast, signed_in: Any) -> None:
    """GATE-17."""
    families_window()
    client = signed_in(people.operator)
    path = "/administration/acces/rentree"
    assert send(client, path, {"day": "", "schools": []}).status_code == 422
    answer = send(client, path, {"day": "2026-09-15", "schools": [people.college.uai]})
    assert answer.status_code == 303
    assert reopening(people) == OPENING + timedelta(days=14)
    told = plain(client.get(path).text)
    assert "mardi 15 septembre 2026" in told
    assert "mardi 1er septembre 2026" in told
    assert "La rentrée d’un établissement est déplacée" in told


@pytest.mark.both_databases
def test_first_days_move_for_all_that_a_search_finds(people: Cast, signed_in: Any) -> None:
    families_window()
    client = signed_in(people.operator)
    path = "/administration/acces/rentree"
    assert send(client, path, {"day": "2026-09-03", "all": "1", "q": "ferry"}).status_code == 303
    days = queries.closures().rules.first_days
    assert (days[people.primary.id], days[people.college.id]) == (date(2026, 9, 3), date(2026, 9, 1))
    send(client, path, {"day": "2026-09-04", "all": "1", "q": ""})
    assert set(queries.closures().rules.first_days.values()) == {date(2026, 9, 4)}


def test_the_operator_closes_moves_the_announcement_and_opens(people: Cast, signed_in: Any) -> None:
    """GATE-1, GATE-14."""
    client = signed_in(people.operator)
    path = "/administration/acces/maintenance"
    closing = {"do": "close", "end_day": "2026-08-20", "end_hour": "12:00", "holds": "y", "message": "En cours"}
    assert send(client, path, {**closing, "word": "non"}).status_code == 422
    assert send(client, path, {**closing, "end_hour": "08:00", "word": "fermer"}).status_code == 422
    assert queries.closures().rules.windows == ()
    assert send(client, path, {**closing, "word": "fermer"}).status_code == 303
    row = queries.closures().rules.windows[0]
    assert (row.holds, row.grace, row.end) == (True, 0, bound(datetime(2026, 8, 20, 10, tzinfo=UTC)))
    form = client.get(path).text
    assert 'value="2026-08-20"' in form
    assert 'value="12:00"' in form
    tell = {"do": "tell", "window": str(row.id), "end_day": "2026-08-20", "end_hour": "18:00", "holds": "y"}
    assert send(client, path, {**tell, "message": "Plus long"}).status_code == 303
    pupil = Place(school_id=people.college.id, profile=Profile.STUDENT)
    assert queries.closures().at_place(pupil, clock.portal_now()).reopens_at == datetime(2026, 8, 20, 16, tzinfo=UTC)
    public = client.application.test_client().get("/status.json").get_data(as_text=True)
    assert "2026-08-20T18:00:00+02:00" in public or "2026-08-20T16:00:00+00:00" in public
    assert send(client, path, {"do": "open", "word": ""}).status_code == 422
    assert send(client, path, {"do": "open", "word": "rouvrir", "reason": "fini"}).status_code == 303
    assert queries.closures().at_place(pupil, clock.portal_now()).allowed


def test_only_operators_command_a_maintenance(people: Cast, signed_in: Any) -> None:
    client = signed_in(people.owner)
    assert client.get("/administration/acces/maintenance").status_code == 404
    window = {"kind": "maintenance", "start_day": "2026-08-24"}
    assert send(client, f"{PROJECT}/nouvelle", window).status_code == 404
    row = maintenance(start=SUMMER + timedelta(days=3))
    assert send(client, f"{PROJECT}/{row.id}", {**window, "start_day": "2026-08-25"}).status_code == 404
    assert client.get(f"{PROJECT}/{row.id}/supprimer").status_code == 404


# A school --------------------------------------------------------------------------------------------------------------


def test_the_head_moves_the_end_within_the_limits(people: Cast, signed_in: Any) -> None:
    row = families_window()
    client = signed_in(people.head)
    form = client.get(f"{at_college(people)}/{row.id}").text
    assert "La fin peut être choisie ici" in form
    assert "du lundi 31 août 2026 au vendredi 4 septembre 2026 inclus" in form
    answer = send(client, f"{at_college(people)}/{row.id}", {"end_day": "2026-09-03", "end_hour": "08:00"})
    assert answer.status_code == 303
    assert reopening(people) == OPENING + timedelta(days=2)
    told = plain(client.get(at_college(people)).text)
    assert "dimanche 5 juillet 2026 → jeudi 3 septembre 2026 à 8 h" in told
    assert "Dates de l’établissement" in told
    assert "Hélène Garnier" in told


def test_outside_the_limits_the_head_is_told_which(people: Cast, signed_in: Any) -> None:
    row = families_window()
    answer = send(signed_in(people.head), f"{at_college(people)}/{row.id}", {"end_day": "2026-09-09"})
    assert answer.status_code == 422
    assert "La fin ne peut pas être après le vendredi 4 septembre 2026 inclus" in answer.text
    assert 'value="2026-09-09"' in answer.text
    assert reopening(people) == OPENING


def test_asked_and_effective_are_told_apart_where_limits_clip(people: Cast, signed_in: Any) -> None:
    row = families_window()
    actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, 4)), by_operator=False, **BY)
    db.session.commit()
    narrower = type(queries.facts_of_row(row).limits)(latest_end=date(2026, 9, 2))
    actions.change_window(row, {"limits": narrower}, **BY)
    db.session.commit()
    told = signed_in(people.head).get(at_college(people)).text
    assert "ramenées dans les limites" in told
    assert "mercredi 2 septembre 2026 inclus" in told
    assert "vendredi 4 septembre 2026 inclus" in told


@pytest.mark.both_databases
def test_a_level_and_a_class_get_their_own_day_and_lose_it_again(people: Cast, signed_in: Any) -> None:
    """GATE-13."""
    row = families_window()
    client = signed_in(people.head)
    path = f"{at_college(people)}/{row.id}"
    send(client, path, {"part": "level:6e", "end_day": "2026-09-02", "end_hour": "08:00"})
    number = people.college.classes[2026]["5A"]
    send(client, path, {"part": f"class:{number}", "end_day": "2026-09-03", "end_hour": "08:00"})
    assert reopening(people, level="6e") == OPENING + timedelta(days=1)
    assert reopening(people, level="5e", class_id=number) == OPENING + timedelta(days=2)
    assert reopening(people) == OPENING
    told = client.get(at_college(people)).text
    assert "Niveau 6e" in told
    assert "Classe 5A" in told
    assert 'value="2026-09-02"' in client.get(f"{path}?part=level:6e").text
    taken_back = re.findall(rf'href="({path}/propres/\d+/retirer)"', told)
    assert len(taken_back) == 2
    assert send(client, taken_back[0], {"word": "retirer"}).status_code == 303
    assert reopening(people, level="6e") == OPENING
    foreign = people.primary.classes[2026]["CM2"]
    assert send(client, path, {"part": f"class:{foreign}", "end_day": "2026-09-02"}).status_code == 422


def test_the_page_of_the_school_is_seen_while_it_is_typed(people: Cast, signed_in: Any) -> None:
    row = families_window()
    client = signed_in(people.head)
    path = f"{at_college(people)}/{row.id}"
    token = form_token(client.get(path).text)
    typed = {"end_day": "2026-09-03", "end_hour": "08:00", "message": "Travaux", "preview": "1", "csrf_token": token}
    fragment = plain(client.post(path, data=typed, headers=HTMX).text)
    assert "L’espace rouvre jeudi 3 septembre 2026 à 8 h." in fragment
    assert "Travaux" in fragment
    assert reopening(people) == OPENING


def test_whoever_has_no_say_in_a_school_does_not_find_its_screens(people: Cast, signed_in: Any) -> None:
    row = families_window(school_id=people.primary.id)
    theirs = f"/administration/ecole/{people.primary.uai}/acces"
    client = signed_in(people.head)
    for path in (f"{theirs}/blocage", f"{theirs}/blocage/{row.id}", f"{theirs}/qui-entre", f"{theirs}/textes"):
        assert client.get(path).status_code == 404, path
    assert client.get(f"{at_college(people)}/{row.id}").status_code == 404
    assert client.get(PROJECT).status_code == 404
    teacher = client.application.test_client()
    sign_in(teacher, people.teacher)
    assert teacher.get(at_college(people)).status_code == 404


def test_the_project_amends_a_school_beyond_the_limits_and_only_it_takes_that_back(
    people: Cast, signed_in: Any
) -> None:
    number = families_window().id
    # On SQLite a transaction of ours left open would lock the next request out.
    db.session.rollback()
    client = signed_in(people.operator)
    assert send(client, f"{at_college(people)}/{number}", {"end_day": "2026-09-20"}).status_code == 303
    assert reopening(people) == datetime(2026, 9, 20, 22, tzinfo=UTC)
    amendment = queries.window_row(number).amendments[0].id
    db.session.rollback()
    path = f"{at_college(people)}/{number}/propres/{amendment}/retirer"
    head = client.application.test_client()
    sign_in(head, people.head)
    assert head.get(path).status_code == 404
    assert send(client, path, {"word": "retirer"}).status_code == 303
    assert reopening(people) == OPENING


def test_the_grid_by_class_is_published_by_the_school(people: Cast, signed_in: Any) -> None:
    """GATE-16."""
    client = signed_in(people.head)
    send(
        client, f"/administration/ecole/{people.college.uai}/acces/grille", {"published": "1"}, page=at_college(people)
    )
    assert queries.closures().rules.grids_published == {people.college.id}


# Words -----------------------------------------------------------------------------------------------------------------


def test_a_text_is_written_seen_and_taken_back(people: Cast, signed_in: Any) -> None:
    """GATE-7."""
    families_window()
    client = signed_in(people.head)
    path = f"/administration/ecole/{people.college.uai}/acces/textes/guardian/fr"
    token = form_token(client.get(path).text)
    typed = {"words": "Ici {établissement}.", "preview": "1", "csrf_token": token}
    assert "Ici Collège Simone-Veil." in client.post(path, data=typed, headers=HTMX).text
    refused = send(client, path, {"words": "{inconnu} <b>"})
    assert refused.status_code == 422
    assert "{inconnu}" in refused.text
    assert send(client, path, {"words": "Ici {établissement}."}).status_code == 303
    public = client.get(f"/ecole/{people.college.uai}/fermeture/guardian").text
    assert "Ici Collège Simone-Veil." in public
    assert "Texte de l’établissement" in client.get(f"/administration/ecole/{people.college.uai}/acces/textes").text
    assert send(client, path, {"words": "peu importe", "clear": "1"}).status_code == 303
    assert "Ici Collège" not in client.get(f"/ecole/{people.college.uai}/fermeture/guardian").text
    assert client.get(path.replace("guardian", "pupil")).status_code == 404
    assert client.get(path.replace("/fr", "/de")).status_code == 404


def test_the_project_writes_the_closed_page_of_a_maintenance(people: Cast, signed_in: Any) -> None:
    client = signed_in(people.owner)
    send(client, "/administration/acces/textes/maintenance/fr", {"words": "Nous préparons {année_scolaire}."})
    maintenance()
    teacher = client.application.test_client()
    sign_in(teacher, people.teacher)
    assert "Nous préparons 2026-2027." in teacher.get("/espace", headers=NAVIGATION).text


# Who enters ------------------------------------------------------------------------------------------------------------


def test_a_moment_and_a_profile_give_the_page_and_the_rule(people: Cast, signed_in: Any) -> None:
    """GATE-11."""
    row = families_window()
    actions.amend_window(
        row, school_id=people.college.id, level="6e", end=bound(OPENING + timedelta(days=1)), by_operator=True, **BY
    )
    db.session.commit()
    path = f"/administration/ecole/{people.college.uai}/acces/qui-entre"
    client = signed_in(people.head)
    whole = plain(client.get(f"{path}?day=2026-08-28&hour=09:00&profile=guardian&part=level:6e").text)
    assert "Responsables, vendredi 28 août 2026 à 9 h" in whole
    assert "GATE-13" in whole
    assert whole.count("<desc") == 6
    fragment = client.get(f"{path}?day=2026-09-05&hour=09:00&profile=student", headers=HTMX).text
    assert fragment.lstrip().startswith('<section id="answer"')
    assert "L’espace est ouvert." in fragment
    skipped = client.get(f"{path}?day=2027-03-28&hour=02:30")
    assert "n’existe pas" in skipped.text
    assert client.get(f"{path}?profile=guardian&part=class:{people.primary.classes[2026]['CM2']}").status_code == 404


def test_one_named_person_is_explained_door_by_door(people: Cast, signed_in: Any) -> None:
    """GATE-11, GATE-15."""
    families_window()
    path = f"/administration/ecole/{people.college.uai}/acces/qui-entre"
    client = signed_in(people.head)
    found = client.get(f"{path}?q=faure").text
    assert f"person={people.teacher_and_parent.id}" in found
    told = client.get(f"{path}?person={people.teacher_and_parent.id}").text
    assert "Par la porte : enseignants et personnels" in told
    assert "Par la porte : élèves et responsables" in told
    assert "GATE-2" in told
    assert "Jules-Ferry" not in client.get(f"{path}?person={people.guardian.id}").text
    assert client.get(f"{path}?person={people.primary_head.id}").status_code == 404
    assert f"person={people.primary_head.id}" not in client.get(f"{path}?q=roche").text
    assert client.get(f"{path}?person=999999").status_code == 404


def test_a_person_is_told_what_is_closed_on_its_own(people: Cast, signed_in: Any) -> None:
    """GATE-10, GATE-11: in the schools that whoever asks may see."""
    close_service(Service.DIARY, people.college.id, source="campaign", by=COMMAND, now=SUMMER)
    db.session.commit()
    path = f"/administration/ecole/{people.college.uai}/acces/qui-entre?person={people.teacher.id}"
    client = signed_in(people.head)
    assert "fermé à part" in client.get(f"{path}&day=2026-12-01&hour=09:00").text
    assert "fermé à part" not in client.get(f"{path}&day=2026-05-01&hour=09:00").text


def test_the_project_asks_for_everybody(people: Cast, signed_in: Any) -> None:
    families_window()
    client = signed_in(people.owner)
    told = client.get("/administration/acces/qui-entre?q=moreau&school=ferry").text
    assert f"/administration/ecole/{people.primary.uai}/acces/qui-entre" in told
    assert f"person={people.guardian.id}" in told
    assert "Jules-Ferry" in client.get(f"/administration/acces/qui-entre?person={people.guardian.id}").text


@pytest.mark.postgresql_for
@pytest.mark.parametrize(
    "path",
    [
        PROJECT,
        f"{PROJECT}/nouvelle",
        f"{PROJECT}/1",
        f"{PROJECT}/1/supprimer",
        "/administration/acces/rentree",
        "/administration/acces/maintenance",
        "/administration/acces/textes",
        "/administration/acces/textes/student/en",
        "/administration/acces/qui-entre",
    ],
)
def test_every_screen_speaks_english_too(people: Cast, signed_in: Any, path: str) -> None:
    row = families_window()
    client = signed_in(people.operator)
    assert client.get("/en" + path.replace("/1", f"/{row.id}")).status_code == 200
