"""The words on a redirect page (GATE-7, GATE-16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gate.closures import compile_closures
from app.gate.plain_text import paragraphs
from app.gate.redirect_text import PLACES, TextFacts, check_text, default_text, facts_of, render, reopening_words
from app.gate.windows import Amendment
from app.profiles import Profile
from tests.gate.worlds import at, day, families, guardian, maintenance, paris, summer, teacher

EVERYBODY = (*Profile, None)
FACTS = TextFacts(
    portal="Portail de l’académie",
    school="Collège Jean-Moulin",
    year="2026-2027",
    zone="Europe/Paris",
    starts=paris("2026-08-27"),
    reopens_at=paris("2026-09-03"),
)
SPAN = replace(FACTS, reopens_at=paris("2026-09-01"), reopens_between=(paris("2026-09-01"), paris("2026-09-03")))
EVERY_PLACE = " / ".join(f"{{{name}}}" for name in PLACES)

#: The wording of the example that the sources give; no sentence of theirs goes into the product.
SOURCE = (
    "Votre espace sera indisponible pour permettre le paramétrage des services et des comptes utilisateurs pour l’année"
)


def told(text: str, facts: TextFacts = FACTS, language: str = "fr") -> str:
    return "\n\n".join(render(text, facts, language=language)).replace("\u00a0", " ")


# Default texts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", EVERYBODY)
def test_every_profile_and_the_closed_page_have_a_text_without_problems(profile: Profile | None) -> None:
    text = default_text(profile)
    assert check_text(text) == []
    rendered = told(text)
    for needed in ("Portail de l’académie", "2026-2027", "jeudi 3 septembre 2026"):
        assert needed in rendered
    assert "{" not in rendered


def test_each_default_text_is_its_own() -> None:
    assert len({default_text(profile) for profile in EVERYBODY}) == len(EVERYBODY)


@pytest.mark.parametrize("profile", EVERYBODY)
def test_no_default_text_takes_a_sentence_of_the_sources(profile: Profile | None) -> None:
    """No run of four words is theirs."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = [w.strip(".,:;!?").lower() for w in text.replace("’", "' ").split()]
        return {tuple(words[k : k + 4]) for k in range(len(words) - 3)}

    assert not runs(default_text(profile)) & runs(SOURCE)


# Places ----------------------------------------------------------------------------------------------------------------


def test_every_place_is_filled() -> None:
    assert told(EVERY_PLACE) == (
        "Portail de l’académie / Collège Jean-Moulin / jeudi 27 août 2026 / mercredi 2 septembre 2026 inclus"
        " / jeudi 3 septembre 2026 / 2026-2027"
    )


def test_an_hour_is_told_where_the_closure_starts_or_ends_within_a_day() -> None:
    facts = replace(FACTS, starts=paris("2026-08-26", "20:00"), reopens_at=paris("2026-09-01", "08:00"))
    assert told("du {premier_jour} au {dernier_jour}", facts) == (
        "du mercredi 26 août 2026 à 20 h au mardi 1er septembre 2026 à 8 h"
    )


def test_days_are_those_of_the_schools_zone() -> None:
    facts = replace(FACTS, zone="Indian/Reunion", starts=datetime(2026, 8, 16, 20, tzinfo=UTC))
    assert told("{premier_jour}", facts) == "lundi 17 août 2026"


def test_in_english_days_are_english() -> None:
    assert told("{premier_jour}, {dernier_jour}", language="en") == (
        "Thursday 27 August 2026, Wednesday 2 September 2026 inclusive"
    )


@pytest.mark.parametrize("written", ["{etablissement}", "{ établissement }", "{Établissement}", "{ETABLISSEMENT}"])
def test_accents_capitals_and_spaces_may_be_written_as_one_likes(written: str) -> None:
    assert check_text(written) == []
    assert told(written) == "Collège Jean-Moulin"


def test_an_unknown_reopening_reads_as_a_sentence() -> None:
    """GATE-14: no date is promised."""
    facts = replace(FACTS, reopens_at=None)
    assert told("Fermé jusqu’au {dernier_jour}. Il rouvre {réouverture}.", facts) == (
        "Fermé jusqu’au jour de la réouverture, qui sera annoncé ici. Il rouvre à une date qui sera annoncée ici."
    )


def test_where_classes_differ_the_span_is_told_and_no_class_named() -> None:
    """GATE-16."""
    assert told("Il rouvre {réouverture}.", SPAN) == (
        "Il rouvre entre mardi 1er et jeudi 3 septembre 2026, selon la classe."
    )
    assert (
        told("jusqu’au {dernier_jour}", SPAN)
        == "jusqu’au mercredi 2 septembre 2026 inclus au plus tard, selon la classe"
    )


def test_where_levels_differ_the_span_says_so() -> None:
    facts = replace(SPAN, by_level=True, reopens_between=(paris("2026-08-31", "08:00"), paris("2026-09-01", "08:00")))
    assert told("{réouverture}", facts) == (
        "entre lundi 31 août 2026 à 8 h et mardi 1er septembre 2026 à 8 h, selon le niveau"
    )
    assert told("{dernier_jour}", facts) == "mardi 1er septembre 2026 à 8 h au plus tard, selon le niveau"


def test_what_fills_a_place_is_not_read_again() -> None:
    facts = replace(FACTS, portal="{établissement}", school="<b>{portail}</b>")
    assert told("{portail} {établissement}", facts) == "{établissement} <b>{portail}</b>"


def test_the_reopening_alone_is_told_as_in_a_text() -> None:
    assert reopening_words(SPAN).startswith("entre mardi 1er et jeudi 3 septembre")


def test_phrases_are_translated_by_whoever_knows_the_language() -> None:
    facts = replace(FACTS, reopens_at=None)
    assert render("{réouverture}", facts, translate=lambda text: f"<{text}>") == ("<à une date qui sera annoncée ici>",)


# What cannot stay ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<p>Bonjour</p>", "« <p> », qui est du HTML"),
        ("Bonjour&nbsp;!", "« &nbsp; », qui est du HTML"),
        ("Bonjour {prénom}", "La place « {prénom} » n’existe pas. Vous pouvez écrire : {portail}, {établissement}"),
        ("Bonjour {}", "La place « {} » n’existe pas"),
        ("Bonjour {portail", "Une accolade est seule"),
        ("Bonjour portail}", "Une accolade est seule"),
        ("{{portail}}", "Une accolade est seule"),
        (" \n ", "Le texte est vide"),
        ("a" * 4001, "Le texte a 4001 caractères"),
    ],
)
def test_a_text_that_cannot_stay_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    problems = check_text(text)
    assert [p.field for p in problems] == ["words"]
    assert sentence in str(problems[0].words).replace("\u00a0", " ")


def test_a_page_never_fails_over_a_text() -> None:
    """What was stored before a rule was tightened is still shown."""
    assert render("Bonjour {prénom} {", FACTS) == ("Bonjour {prénom} {",)


@given(st.text(max_size=200))
def test_any_text_is_shown_as_plain_paragraphs(text: str) -> None:
    rendered = render(text, FACTS)
    assert all(paragraph.strip() for paragraph in rendered)
    check_text(text)


def test_blank_lines_part_paragraphs_and_line_breaks_stay() -> None:
    assert paragraphs("Un\r\ndeux\r\n\r\n \r\ntrois\n") == ("Un\ndeux", "trois")
    assert paragraphs(" \n\n ") == ()


# Facts -----------------------------------------------------------------------------------------------------------------

NAMES = {"portal": "Portail", "school": "Collège"}


def test_the_facts_of_a_closed_place_are_its_decision() -> None:
    closures = compile_closures(summer(families()))
    facts = facts_of(closures, guardian(2), paris("2026-08-25"), **NAMES)
    assert facts is not None
    assert (facts.zone, facts.year) == ("Indian/Reunion", "2026-2027")
    assert told("{premier_jour} - {dernier_jour} - {réouverture}", facts) == (
        "jeudi 20 août 2026 - lundi 31 août 2026 inclus - mardi 1er septembre 2026"
    )


def test_an_open_place_has_no_facts() -> None:
    closures = compile_closures(summer(families()))
    assert facts_of(closures, teacher(), paris("2026-08-25"), **NAMES) is None
    assert facts_of(closures, guardian(), paris("2026-09-01"), **NAMES, everybody=True) is None


def test_the_public_page_tells_all_levels_and_classes_together() -> None:
    """GATE-16: it does not know who reads it."""
    by_class = families(
        amendments=(
            Amendment(id=1, window_id=1, school_id=1, class_id=11, end=day("2026-09-02")),
            Amendment(id=2, window_id=1, school_id=1, level="5e", end=at(paris("2026-09-04", "08:00"))),
        )
    )
    closures = compile_closures(summer(by_class))
    facts = facts_of(closures, guardian(), paris("2026-08-25"), **NAMES, everybody=True)
    assert facts is not None
    assert (facts.reopens_between, facts.by_level) == ((paris("2026-09-01"), paris("2026-09-04", "08:00")), False)
    later = facts_of(closures, guardian(), paris("2026-09-03"), **NAMES, everybody=True)
    assert later is not None
    assert (later.reopens_between, later.reopens_at) == (None, paris("2026-09-04", "08:00"))
    pupil = facts_of(closures, guardian(1, "6e", 12), paris("2026-08-25"), **NAMES)
    assert pupil is not None
    assert pupil.reopens_between == (paris("2026-09-01"), paris("2026-09-03"))


def test_levels_alone_are_told_as_levels() -> None:
    by_level = families(amendments=(Amendment(id=1, window_id=1, school_id=1, level="5e", end=day("2026-09-01")),))
    facts = facts_of(compile_closures(summer(by_level)), guardian(), paris("2026-08-25"), **NAMES, everybody=True)
    assert facts is not None
    assert told("{réouverture}", facts) == "entre mardi 1er et mercredi 2 septembre 2026, selon le niveau"


def test_a_class_that_starts_earlier_is_not_told_by_its_start() -> None:
    """GATE-16."""
    early = families(
        amendments=(
            Amendment(id=1, window_id=1, school_id=1, class_id=11, start=day("2026-08-18"), end=day("2026-09-02")),
        )
    )
    closures = compile_closures(summer(early))
    for class_id in (11, 12):
        facts = facts_of(closures, guardian(1, "6e", class_id), paris("2026-08-25"), **NAMES)
        assert facts is not None
        assert facts.starts == paris("2026-08-18")


def test_an_unknown_end_promises_nothing() -> None:
    closures = compile_closures(summer(maintenance(end=None)))
    facts = facts_of(closures, teacher(), paris("2026-07-20"), **NAMES)
    assert facts is not None
    assert facts.reopens_at is None
