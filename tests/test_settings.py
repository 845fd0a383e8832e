"""Every setting is documented, typed and refused when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import SETTINGS, Settings, WrongSetting

KEY = {"SECRET_KEY": "k" * 32}


def test_defaults_are_enough_with_a_key(tmp_path: Path) -> None:
    settings = Settings({**KEY, "BASCULE_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/bascule.sqlite3"
    assert settings.grace == 120
    assert settings.https is True


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({**KEY, "BASCULE_COLOUR": "red"}, "BASCULE_COLOUR"),
        ({**KEY, "BASCULE_DEMO": "yes"}, "BASCULE_DEMO"),
        ({**KEY, "BASCULE_PROXIES": "many"}, "BASCULE_PROXIES"),
        ({**KEY, "BASCULE_PROXIES": "9"}, "BASCULE_PROXIES"),
        ({**KEY, "BASCULE_ZONE": "Europe/Atlantis"}, "BASCULE_ZONE"),
        ({**KEY, "BASCULE_URL": "portal"}, "BASCULE_URL"),
        ({**KEY, "BASCULE_LANGUAGE": "de"}, "BASCULE_LANGUAGE"),
        ({**KEY, "BASCULE_OIDC": "{"}, "BASCULE_OIDC"),
        ({**KEY, "BASCULE_OIDC": '[{"id": "x"}]'}, "BASCULE_OIDC"),
        ({**KEY, "DATABASE_URL": "mysql://here/db"}, "DATABASE_URL"),
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(environ: dict[str, str], named: str) -> None:
    with pytest.raises(WrongSetting, match=named):
        Settings(environ)


def test_the_demo_needs_no_key() -> None:
    assert Settings({"BASCULE_DEMO": "1"}).demo is True


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError):
        Settings(KEY).demo = True


def test_what_was_given_makes_the_same_settings_elsewhere(tmp_path: Path) -> None:
    """G3, G7: a further process at work erases and selects by the very settings of the first."""
    given = {**KEY, "BASCULE_DATA_DIR": str(tmp_path), "BASCULE_OFFER_DAYS": "400", "BASCULE_ARCHIVED_MESSAGES": "year"}
    first = Settings({**given, "PATH": "/bin"})
    assert first.given == given
    again = Settings(dict(first.given))
    for setting in SETTINGS:
        name = setting.name.removeprefix("BASCULE_").lower()
        assert getattr(again, name) == getattr(first, name), name


def test_postgresql_goes_through_psycopg_however_it_is_written() -> None:
    for written in ("postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        assert Settings({**KEY, "DATABASE_URL": written}).database_url == "postgresql+psycopg://u@h/d"


def test_every_setting_has_its_sentence_and_stands_in_the_readme() -> None:
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert setting.sentence.endswith(".")
        assert f"`{setting.name}`" in readme, setting.name
