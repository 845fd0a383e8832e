"""One accent colour per project, a school's own colour in its banner only: contrast by WCAG 2.2, and their style sheet.

Plain. The sheet is served at an address that holds its hash, so that it can be kept for ever; ``app.css`` uses nothing
of a theme but ``--accent``, ``--accent-ink``, ``--school`` and ``--school-ink``.
"""

from __future__ import annotations

import colorsys
import hashlib
import re

from app.words import N_, Words

# The grounds and inks of app.css (tests/web/test_theme.py compares them with the style sheet).
PAGE, SHEET, INK = "#f3f0e8", "#fffefb", "#23201b"
DARK_PAGE, DARK_SHEET, DARK_INK = "#1a1815", "#24211d", "#f1ece2"
LEAST_CONTRAST = 4.5
DEFAULT_ACCENT = "#17505c"

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two ``#rrggbb`` colours, from 1 to 21. Raises ValueError for anything else."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def check_accent(colour: str) -> Words | None:
    """Why ``colour`` cannot be the project's accent, or None: it is read on the page's ground and bears white text."""
    return _not_a_colour(colour) or _too_pale(colour)


def check_school_colour(colour: str) -> Words | None:
    """Why ``colour`` cannot be a school's, or None: its banner bears black or white, whichever is read better on it."""
    return _not_a_colour(colour)


def theme_css(accent: str, school: str | None = None) -> str:
    """The style sheet of a project whose accent is ``accent``, on a page of the school whose colour is ``school``.

    In the dark the accent is lightened until it is read on the dark ground. Raises ValueError for a colour that
    ``check_accent`` or ``check_school_colour`` refuses.
    """
    problem = check_accent(accent) or (check_school_colour(school) if school is not None else None)
    if problem is not None:
        raise ValueError(str(problem))
    accent = accent.lower()
    banner = f"--school:{school.lower()};--school-ink:{_ink_on(school)}" if school is not None else ""
    light = f":root{{--accent:{accent};--accent-ink:#ffffff;{banner}}}"
    dark = f":root{{--accent:{_lightened(accent)};--accent-ink:{DARK_PAGE}}}"
    return f"{light}\n@media (prefers-color-scheme:dark){{{dark}}}\n"


def theme_hash(accent: str, school: str | None = None) -> str:
    """Sixteen hexadecimal digits that change when the sheet does; they stand in its address."""
    return hashlib.sha256(theme_css(accent, school).encode()).hexdigest()[:16]


def _not_a_colour(colour: str) -> Words | None:
    if _HEX.fullmatch(colour):
        return None
    return Words(
        N_("« %(colour)s » n’est pas une couleur. Écrivez un dièse et six chiffres hexadécimaux, comme #17505c."),
        colour=colour,
    )


def _too_pale(colour: str) -> Words | None:
    found = contrast(colour, PAGE)
    if found >= LEAST_CONTRAST:
        return None
    return Words(
        N_(
            "La couleur %(colour)s est trop pâle pour être lue par tous : son contraste avec le fond est de %(found)s, "
            "il en faut au moins %(least)s. Choisissez-la plus foncée."
        ),
        colour=colour,
        # Rounded down, so that a refused colour never seems to reach the limit.
        found=_told(found),
        least=_told(LEAST_CONTRAST),
    )


def _told(value: float) -> Words:
    whole, tenth = divmod(int(value * 10), 10)
    return Words(N_("%(whole)d,%(tenth)d"), whole=whole, tenth=tenth)


def _channels(colour: str) -> tuple[int, int, int]:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"not a #rrggbb colour: {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ink_on(colour: str) -> str:
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, colour))


def _lightened(colour: str) -> str:
    """``colour`` in its own hue, calmer, and just light enough to be read on a dark sheet with some room (7:1)."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    # Full saturation glows on a dark ground.
    saturation *= 0.7
    for step in range(101):
        lighter = lightness + (1 - lightness) * step / 100
        mixed = "#" + "".join(f"{round(c * 255):02x}" for c in colorsys.hls_to_rgb(hue, lighter, saturation))
        if contrast(mixed, DARK_SHEET) >= 7:
            return mixed
    raise AssertionError("white is always read on a dark sheet")
