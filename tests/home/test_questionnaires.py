"""Questionnaires, polls and quizzes (PORTAL-13)."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.db import db
from app.home.models import Questionnaire, QuestionnaireAnswer
from app.home.questionnaires.questions import Question, QuestionKind, answered, as_typed, score, tallied, typed
from tests.people import Cast, cast
from tests.signing import form_token, send, sign_in

MEETING = (
    "! Viendrez-vous ?\n- oui\n- non\n\nQuels jours ?\n+ lundi\n+ jeudi\n\nCombien serez-vous ?\n#\n\nUne remarque ?"
)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def written(client: FlaskClient, people: Cast, **more: object) -> Questionnaire:
    """A questionnaire of the teacher's for the guardians of the collège, open."""
    fields = {
        "title": "Réunion", "school": people.college.id, "questions": MEETING, "profiles": ["guardian"], **more
    }  # fmt: skip
    assert send(client, "/formulaires/nouveau", fields).status_code == 303
    found = db.session.query(Questionnaire).order_by(Questionnaire.id.desc()).first()
    assert found is not None
    assert send(client, f"/formulaires/{found.id}/ouvrir", page=f"/formulaires/{found.id}").status_code == 303
    return found


def test_typed_questions_become_questions() -> None:
    questions, wrong = typed(MEETING)
    assert wrong == []
    assert [question.kind for question in questions] == [
        QuestionKind.ONE, QuestionKind.SEVERAL, QuestionKind.NUMBER, QuestionKind.TEXT,
    ]  # fmt: skip
    assert questions[0].required
    assert questions[1].choices == ("lundi", "jeudi")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "au moins une question"),
        ("Un seul ?\n- oui", "deux à vingt choix"),
        ("Mélange ?\n- oui\n+ non", "commencez chaque choix"),
        ("!\n- a\n- b", "pas de texte"),
    ],
)
def test_what_is_wrong_with_typed_questions_is_said(text: str, said: str) -> None:
    _questions, wrong = typed(text)
    assert said in " ".join(map(str, wrong))


words = st.text("abcéÀŒ’ ?12", min_size=1, max_size=12).map(str.strip)
choices = st.lists(words.filter(bool), min_size=2, max_size=5)
questions_ = st.builds(
    lambda kind, text, some, required: Question(
        kind=kind, words=text, required=required,
        choices=tuple(some) if kind in (QuestionKind.ONE, QuestionKind.SEVERAL) else (),
    ),
    st.sampled_from(QuestionKind), words.filter(bool), choices, st.booleans(),
)  # fmt: skip


@given(st.lists(questions_, min_size=1, max_size=4))
def test_what_is_typed_reads_back(asked: list[Question]) -> None:
    assert typed(as_typed(asked)) == (asked, [])


def test_answers_are_read_or_said_wrong_by_their_question() -> None:
    questions, _ = typed(MEETING)
    values, wrong = answered(questions, {"q0": ["1"], "q1": ["1", "0"], "q2": ["12,5"], "q3": [" bien "]})
    assert (values, wrong) == ({"0": [1], "1": [0, 1], "2": 12.5, "3": "bien"}, {})
    values, wrong = answered(questions, {"q0": ["7"], "q2": ["beaucoup"]})
    assert set(wrong) == {0, 2}
    assert set(answered(questions, {})[1]) == {0}


def test_results_are_counts_and_tenths_of_percent() -> None:
    questions, _ = typed("Qui ?\n-* moi\n- toi\n\nCombien ?\n#")
    tallies = tallied(questions, [{"0": [0], "1": 2}, {"0": [1], "1": 3}, {"0": [0]}])
    assert tallies[0].counts == (("moi", 2, 667), ("toi", 1, 333))
    assert (tallies[1].answers, tallies[1].mean) == (2, 2.5)
    assert score(questions, {"0": [0]}) == (1, 1)
    assert score(typed("Libre ?")[0], {}) is None


@pytest.mark.both_databases
def test_guardians_answer_and_the_author_sees_the_results(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    found = written(client, people)
    family = client.application.test_client()
    sign_in(family, people.guardian)
    assert "Réunion" in family.get("/formulaires").text
    path = f"/formulaires/{found.id}/repondre"
    assert send(family, path, {"q1": "0"}).status_code == 422
    assert send(family, path, {"q0": "0", "q1": ["0", "1"], "q2": "3"}).status_code == 200
    assert "déjà répondu" in family.get(path).text
    assert db.session.query(QuestionnaireAnswer).one().person_id == people.guardian.id
    results = client.get(f"/formulaires/{found.id}")
    assert "100,0\xa0%" in results.text
    assert people.guardian.last_name not in results.text
    assert client.get(f"/formulaires/{found.id}/reponses.csv").data.decode("utf-8-sig").splitlines()[1] == (
        "oui;lundi, jeudi;3.0;"
    )


@pytest.mark.parametrize("name", ["student", "staff", "guest"])
def test_whom_it_is_not_for_does_not_find_it(client: FlaskClient, people: Cast, name: str) -> None:
    sign_in(client, people.teacher)
    found = written(client, people)
    other = client.application.test_client()
    sign_in(other, getattr(people, name))
    assert other.get(f"/formulaires/{found.id}/repondre").status_code == 404
    assert other.get(f"/formulaires/{found.id}").status_code == 404
    assert "Réunion" not in other.get("/formulaires").text


def test_an_anonymous_answer_has_no_name_anywhere(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    found = written(client, people, anonymous="y")
    family = client.application.test_client()
    sign_in(family, people.guardian)
    send(family, f"/formulaires/{found.id}/repondre", {"q0": "1"})
    assert db.session.query(QuestionnaireAnswer).one().person_id is None


def test_somebody_without_an_account_answers_a_public_one_only(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    public, closed = written(client, people, public="y"), written(client, people)
    stranger = client.application.test_client()
    page = stranger.get(f"/formulaire-public/{public.token}")
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    sent = {"csrf_token": form_token(page.text), "q0": "0"}
    assert stranger.post(f"/formulaire-public/{public.token}", data=sent).status_code == 200
    assert db.session.query(QuestionnaireAnswer).one().questionnaire_id == public.id
    assert stranger.get(f"/formulaire-public/{closed.token}").status_code == 404
    assert stranger.get("/formulaire-public/made-up").status_code == 404


def test_after_an_answer_the_questions_do_not_change(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    found = written(client, people)
    family = client.application.test_client()
    sign_in(family, people.guardian)
    send(family, f"/formulaires/{found.id}/repondre", {"q0": "0"})
    path, version = f"/formulaires/{found.id}/modifier", db.session.get(Questionnaire, found.id).version  # type: ignore[union-attr]
    fields = {"title": "Réunion", "school": people.college.id, "profiles": ["guardian"], "version": version}
    refused = send(client, path, {**fields, "questions": "Autre chose ?"})
    assert refused.status_code == 422
    assert "Des réponses sont déjà arrivées" in refused.text
    assert send(client, path, {**fields, "questions": MEETING, "title": "Réunion de rentrée"}).status_code == 303
    assert send(client, path, {**fields, "questions": MEETING, "version": version}).status_code == 422


def test_families_write_none(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.guardian)
    assert client.get("/formulaires/nouveau").status_code == 404


def test_a_formula_in_an_answer_stays_text_in_the_table(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    found = written(client, people)
    family = client.application.test_client()
    sign_in(family, people.guardian)
    send(family, f"/formulaires/{found.id}/repondre", {"q0": "0", "q3": '=HYPERLINK("http://x")'})
    assert "'=HYPERLINK" in client.get(f"/formulaires/{found.id}/reponses.csv").data.decode("utf-8-sig")
