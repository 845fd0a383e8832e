"""Where a point is: what somebody typed or pasted, the link to OpenStreetMap, the sketch of several. Plain."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from app.errors import Refused
from app.words import N_

_MILLION = 1_000_000
_NUMBER = r"[-+]?\d{1,3}(?:[.]\d{1,15})?"
_PAIR = re.compile(rf"\s*({_NUMBER})\s*[,; ]\s*({_NUMBER})\s*")
_FRENCH = re.compile(r"\s*([-+]?\d{1,3},\d{1,15})\s*[; ]\s*([-+]?\d{1,3},\d{1,15})\s*")
_MAP = re.compile(rf"map=\d{{1,2}}(?:[.]\d+)?/({_NUMBER})/({_NUMBER})")
_HOSTS = ("openstreetmap.org", "www.openstreetmap.org", "osm.org", "www.osm.org", "openstreetmap.fr")


class NoPlace(Refused):
    status = 422
    message = N_("Ce n’est pas un endroit lisible.")
    advice = N_("Écrivez « 45.899, 6.129 », ou collez le lien d’une page d’OpenStreetMap.")


def place_of(text: str) -> tuple[int, int]:
    """Latitude and longitude in millionths of a degree (WGS 84), from 'latitude, longitude', a geo: address or a link to
    OpenStreetMap. Raises ``NoPlace``.
    """
    text = text.strip()
    found = _PAIR.fullmatch(text)
    pair = found.groups() if found else None
    if pair is None and (french := _FRENCH.fullmatch(text)):
        pair = tuple(part.replace(",", ".") for part in french.groups())
    if pair is None and text.startswith("geo:") and (found := _PAIR.match(text[4:].split("?")[0].split(";")[0])):
        pair = found.groups()
    if pair is None and text.startswith("https://") and len(text) < 1000:
        pair = _from_link(text)
    if pair is None:
        raise NoPlace()
    latitude, longitude = (round(float(part) * _MILLION) for part in pair)
    if abs(latitude) > 90 * _MILLION or abs(longitude) > 180 * _MILLION:
        raise NoPlace()
    return latitude, longitude


def _from_link(text: str) -> tuple[str, ...] | None:
    try:
        link = urlsplit(text)
    except ValueError:
        return None
    if link.hostname not in _HOSTS:
        return None
    asked = parse_qs(link.query)
    if "mlat" in asked and "mlon" in asked:
        joined = _PAIR.fullmatch(f"{asked['mlat'][0]}, {asked['mlon'][0]}")
        return joined.groups() if joined else None
    found = _MAP.search(link.fragment)
    return found.groups() if found else None


def written(latitude: int, longitude: int) -> str:
    """'45.899000, 6.129000': as it can be typed again."""
    return f"{latitude / _MILLION:.6f}, {longitude / _MILLION:.6f}"


def link_to(latitude: int, longitude: int) -> str:
    """The page of OpenStreetMap with a marker there."""
    north, east = f"{latitude / _MILLION:.6f}", f"{longitude / _MILLION:.6f}"
    return f"https://www.openstreetmap.org/?mlat={north}&mlon={east}#map=15/{north}/{east}"


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A point on the sketch, in percent from its left and top."""

    number: int
    x: float
    y: float


def sketch(points: Sequence[tuple[int, int]]) -> list[Dot]:
    """How the points (latitude, longitude in millionths) lie to one another, north above; the longer side fills the sketch."""
    if not points:
        return []
    middle = sum(latitude for latitude, _ in points) / len(points) / _MILLION
    narrow = max(math.cos(math.radians(middle)), 0.05)
    flat = [(longitude * narrow, -latitude) for latitude, longitude in points]
    west, north = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - west, max(y for _, y in flat) - north
    side = max(wide, high) or 1
    return [
        Dot(
            number=number,
            x=round(10 + 80 * ((x - west) + (side - wide) / 2) / side, 2),
            y=round(10 + 80 * ((y - north) + (side - high) / 2) / side, 2),
        )
        for number, (x, y) in enumerate(flat, 1)
    ]
