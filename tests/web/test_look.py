"""The look's own laws: nothing inline, icons that exist, vendored files unchanged, a small page, parts tied together."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from flask import Flask, get_template_attribute, render_template
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from app.words import N_, Words

APP = Path(__file__).resolve().parents[2] / "app"
TEMPLATES = sorted((APP / "templates").rglob("*.html"))
STATIC = APP / "static"


def named(path: Path) -> str:
    return str(path.relative_to(APP / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_holds_nothing_that_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for forbidden in (r"<style\b", r"\sstyle\s*=", r"\son[a-z]+\s*=\s*[\"']", r"hx-on\b", r"[\"']js:", r"javascript:"):
        assert not re.search(forbidden, text), forbidden
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_icon_that_a_template_names_is_drawn(path: Path) -> None:
    drawn = set(
        re.findall(
            r"^  '([a-z0-9-]+)': '<", (APP / "templates/macros/icons.html").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert "door-open" in drawn
    assert set(re.findall(r"icon\(\"([^\"]+)\"\)|icon\('([^']+)'\)", path.read_text(encoding="utf-8"))) <= {
        pair for name in drawn for pair in ((name, ""), ("", name))
    }


def test_vendored_files_are_those_whose_sums_are_written_down() -> None:
    sums = dict(
        reversed(line.split("  "))
        for line in re.findall(
            r"^[0-9a-f]{64}  \S+$", (STATIC / "vendor/SOURCES.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    served = {
        str(p.relative_to(STATIC / "vendor")) for p in (STATIC / "vendor").rglob("*") if p.suffix in (".js", ".woff2")
    }
    assert set(sums) == served
    for name, expected in sums.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == expected


def test_the_style_sheet_is_small_names_files_that_exist_and_loads_nothing_from_elsewhere() -> None:
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    assert len(css.encode()) < 21_000
    for url in re.findall(r"url\(([^)]+)\)", css):
        assert (STATIC / url.partition("?")[0]).is_file()
    assert "//" not in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def test_htmx_is_told_to_evaluate_nothing_and_to_keep_no_history() -> None:
    text = (APP / "templates/private.html").read_text(encoding="utf-8")
    found = re.search(r"<meta name=\"htmx-config\" content='([^']+)'>", text)
    assert found is not None
    config = json.loads(found[1])
    assert config["historyCacheSize"] == 0
    assert config["refreshOnHistoryMiss"] is True
    assert config["selfRequestsOnly"] is True
    assert not any(config[name] for name in ("allowEval", "allowScriptTags", "includeIndicatorStyles"))
    assert {"code": "422", "swap": True} in config["responseHandling"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 418, 422, 500])
def test_an_error_page_says_what_happened_and_what_to_do_and_needs_no_links(sqlite_app: Flask, status: int) -> None:
    with sqlite_app.test_request_context("/nowhere"):
        html = render_template("errors/error.html", title="Voilà", words="Il s’est passé ceci.", hint="", status=status)
    assert "<h1>Voilà</h1>" in html
    assert "Il s’est passé ceci." in html
    assert "Que faire" in html
    assert 'id="main"' in html
    assert "csrf_token" not in html
    assert "<script" not in html


class Enrolment(FlaskForm):
    name = StringField("Nom")
    profiles = SelectMultipleField(
        "Qui", choices=[SelectChoice("student", "Élèves"), SelectChoice("teacher", "Enseignants")]
    )
    how = RadioField("Comment", choices=[SelectChoice("day", "Jour"), SelectChoice("hour", "Heure")], default="day")
    agree = BooleanField("D’accord")

    def validate_name(self, field: StringField) -> None:
        raise ValidationError(Words(N_("Le nom «\u00a0%(name)s\u00a0» est pris."), name=field.data))

    def validate_profiles(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError("Choisissez au moins un profil.")


@pytest.fixture
def enrolment(sqlite_app: Flask) -> dict[str, str]:
    """A refused form, drawn: the summary and each field."""
    with sqlite_app.test_request_context("/", method="POST", data={"name": "<b>", "agree": "y", "how": "hour"}):
        form = Enrolment(meta={"csrf": False})
        assert not form.validate()
        field = get_template_attribute("macros/fields.html", "field")
        drawn = {f.name: str(field(f, hint="Un mot.", hx_get="/preview")) for f in form}
        drawn["summary"] = str(get_template_attribute("macros/fields.html", "error_summary")(form))
    return drawn


def test_the_summary_of_errors_links_to_each_wrong_control(enrolment: dict[str, str]) -> None:
    assert 'href="#name"' in enrolment["summary"]
    assert 'href="#profiles-0"' in enrolment["summary"]
    assert 'id="profiles-0"' in enrolment["profiles"]
    assert "autofocus" in enrolment["summary"]


def test_words_in_a_form_are_told_and_what_was_typed_is_escaped(enrolment: dict[str, str]) -> None:
    assert "Le nom «\u00a0&lt;b&gt;\u00a0» est pris." in enrolment["summary"]
    assert "<b>" not in enrolment["name"]


def test_a_wrong_control_is_tied_to_its_error_and_its_hint(enrolment: dict[str, str]) -> None:
    assert 'aria-describedby="name-hint name-error"' in enrolment["name"]
    assert 'aria-invalid="true"' in enrolment["name"]
    assert 'id="name-error"' in enrolment["name"]
    assert 'hx-get="/preview"' in enrolment["name"]
    assert "<label" in enrolment["name"]
    assert "aria-invalid" not in enrolment["agree"]


def test_choices_are_a_fieldset_with_a_legend_and_keep_what_was_chosen(enrolment: dict[str, str]) -> None:
    assert "<legend>Comment</legend>" in enrolment["how"]
    assert enrolment["how"].count('type="radio"') == 2
    assert enrolment["profiles"].count('type="checkbox"') == 2
    assert re.search(r"<input[^>]* checked", enrolment["agree"])
    assert re.findall(r"value=\"(\w+)\" checked", enrolment["how"]) == ["hour"]
    assert "checked>" not in enrolment["profiles"]


def test_every_state_has_a_word_a_shape_and_a_colour(sqlite_app: Flask) -> None:
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    names = (
        "open",
        "partly",
        "closed",
        "maintenance",
        "soon",
        "late",
        "done",
        "running",
        "waiting",
        "paused",
        "failed",
        "info",
    )
    with sqlite_app.test_request_context("/"):
        state = get_template_attribute("macros/states.html", "state")
        drawn = {name: str(state(name)) for name in names}
    words = {re.sub(r"<[^>]+>", "", html).strip() for html in drawn.values()}
    shapes = {re.search(r"<svg.*</svg>", html, re.DOTALL)[0] for html in drawn.values()}  # type: ignore[index]
    assert len(words) == len(names)
    assert "" not in words
    assert len(shapes) == len(names)
    for name in names:
        assert f".state-{name}" in css


def test_a_strip_tells_its_periods_in_words_too(sqlite_app: Flask) -> None:
    rows = [
        {
            "label": "Élèves",
            "segments": [
                {"at": 0.0, "width": 60.0, "state": "closed", "words": "Fermé du 6 juillet au 2 septembre"},
                {"at": 60.0, "width": 40.0, "state": "open", "words": Words("Ouvert")},
            ],
        }
    ]
    with sqlite_app.test_request_context("/"):
        strips = get_template_attribute("macros/strips.html", "strips")
        html = str(strips(rows, [{"at": 0, "label": "juil.", "minor": False}], "Accès", now=50.0))
    assert "<desc" in html
    assert "Fermé du 6 juillet au 2 septembre; Ouvert" in html
    assert 'x="60.0%"' in html
    assert 'class="now" x1="50.0%"' in html
    assert 'fill="url(#strips-closed)"' in html
    assert "style=" not in html
