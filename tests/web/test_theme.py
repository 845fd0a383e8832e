"""The accent and its contrast: what is refused, what is served, and that the style sheet's own colours are read by all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web import theme

CSS = (Path(__file__).resolve().parents[2] / "app/static/app.css").read_text(encoding="utf-8")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def tokens(dark: bool) -> dict[str, str]:
    """The colours that app.css sets, in the light or in the dark."""
    blocks = re.findall(r":root\{(.*?)\}", CSS, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", blocks[0]))
    if dark:
        found |= dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", blocks[1]))
    return {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for name, value in found.items()
    }


def served(accent: str, school: str | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """What a theme's sheet sets in the light, and in the dark."""
    light, dark = theme.theme_css(accent, school).split("@media (prefers-color-scheme:dark)")
    return dict(re.findall(r"(--[\w-]+):(#[0-9a-f]{6})", light)), dict(re.findall(r"(--[\w-]+):(#[0-9a-f]{6})", dark))


def test_contrast_is_that_of_the_standard() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert theme.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_a_pale_accent_is_refused_with_its_contrast_and_the_limit() -> None:
    refused = theme.check_accent("#88aaff")
    assert refused is not None
    assert "1,9" in str(refused)
    assert "4,5" in str(refused)


def test_a_refused_colour_is_never_said_to_reach_the_limit() -> None:
    assert theme.check_accent("#6d6d6d") is None
    # 4.477, which rounds to 4.5.
    just_under = theme.check_accent("#6e6e6e")
    assert just_under is not None
    assert "de 4,4," in str(just_under)


@pytest.mark.parametrize("colour", ["", "red", "#fff", "17505c", "#17505g", "#17505c;}body{display:none", "#17505c\n"])
def test_what_is_not_six_hexadecimal_digits_is_refused_and_never_reaches_a_sheet(colour: str) -> None:
    assert theme.check_accent(colour) is not None
    assert theme.check_school_colour(colour) is not None
    with pytest.raises(ValueError):
        theme.theme_css(colour)
    with pytest.raises(ValueError):
        theme.theme_css(theme.DEFAULT_ACCENT, colour)


@given(COLOURS)
def test_every_accepted_accent_is_read_in_the_light_and_in_the_dark(colour: str) -> None:
    if theme.check_accent(colour) is not None:
        with pytest.raises(ValueError):
            theme.theme_css(colour)
        return
    light, dark = served(colour)
    for ground in (theme.PAGE, theme.SHEET, light["--accent-ink"]):
        assert theme.contrast(light["--accent"], ground) >= 4.5
    for ground in (theme.DARK_PAGE, theme.DARK_SHEET, dark["--accent-ink"]):
        assert theme.contrast(dark["--accent"], ground) >= 4.5
    # The band of app.css in the dark: 24 % of the accent on the dark page, under the dark ink.
    mixed = "#" + "".join(
        f"{round(int(dark['--accent'][i : i + 2], 16) * 0.24 + int(theme.DARK_PAGE[i : i + 2], 16) * 0.76):02x}"
        for i in (1, 3, 5)
    )
    assert theme.contrast(mixed, theme.DARK_INK) >= 4.5


@given(COLOURS)
def test_any_school_colour_bears_a_readable_ink(colour: str) -> None:
    light, _dark = served(theme.DEFAULT_ACCENT, colour)
    assert light["--school"] == colour
    assert theme.contrast(colour, light["--school-ink"]) >= 4.5


def test_the_hash_changes_with_the_sheet_and_only_then() -> None:
    assert theme.theme_hash("#17505C") == theme.theme_hash("#17505c")
    assert theme.theme_hash("#17505c") != theme.theme_hash("#17505d")
    assert theme.theme_hash("#17505c") != theme.theme_hash("#17505c", "#ffcc00")
    assert re.fullmatch("[0-9a-f]{16}", theme.theme_hash("#17505c"))


def test_the_grounds_computed_with_are_those_of_the_style_sheet() -> None:
    light, dark = tokens(dark=False), tokens(dark=True)
    assert (light["page"], light["sheet"], light["ink"]) == (theme.PAGE, theme.SHEET, theme.INK)
    assert (dark["page"], dark["sheet"], dark["ink"]) == (theme.DARK_PAGE, theme.DARK_SHEET, theme.DARK_INK)
    served_light, served_dark = served(theme.DEFAULT_ACCENT)
    assert light["accent"] == theme.DEFAULT_ACCENT == served_light["--accent"]
    assert dark["accent"] == served_dark["--accent"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_colour_of_the_style_sheet_is_read_on_its_grounds(dark: bool) -> None:
    found = tokens(dark)
    pairs = [(ink, ground) for ink in ("ink", "quiet", "accent", "danger") for ground in ("page", "sheet")]
    pairs += [("accent-ink", "accent"), ("danger-ink", "danger"), ("ink", "waiting-tint"), ("ink", "maintenance-tint")]
    states = ("open", "partly", "closed", "maintenance", "running", "waiting")
    pairs += [(state, f"{state}-tint") for state in states] + [("ink", f"{state}-tint") for state in states]
    too_low = {pair: round(theme.contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in too_low.items() if ratio < 4.5} == {}
    # Edges of controls and the focus ring: 3:1 (WCAG 1.4.11).
    for edge in ("edge", "focus"):
        assert theme.contrast(found[edge], found["page"]) >= 3
        assert theme.contrast(found[edge], found["sheet"]) >= 3
