"""An uploaded banner is checked and made anew, so that nothing of the uploaded bytes is ever sent to anybody. Plain."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import Misused
from app.words import N_

#: SITE-5.
MOST_WIDTH, MOST_HEIGHT, MOST_BYTES = 1400, 320, 1_000_000
#: Never decoded, whatever a header claims: what a telephone takes is below.
_MOST_PIXELS = 60_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")


class UnusablePicture(Misused):
    """A picture that cannot be a banner; the words say why."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of our own making: its bytes, media type and size in pixels."""

    data: bytes
    kind: str
    width: int
    height: int


class NotAPicture(UnusablePicture):
    message = N_("Ce fichier n’est pas une image JPEG, PNG ou WebP lisible.")
    advice = N_("Ouvrez-le dans un logiciel d’images et enregistrez-le en JPEG ou en PNG.")


class TooHeavy(UnusablePicture):
    message = N_("Cette image pèse plus de 1 Mo.")
    advice = N_("Enregistrez-la en JPEG, avec une qualité d’environ 80\u00a0%.")


class TooLarge(UnusablePicture):
    message = N_("Cette image mesure %(width)s × %(height)s pixels ; un bandeau en mesure au plus 1400 × 320.")
    advice = N_("Recadrez-la ou réduisez-la à 1400 × 320 pixels au plus.")


def remade(data: bytes) -> Picture:
    """A new picture with the same look, without metadata, animation or hidden content (SITE-5).

    Raises ``NotAPicture``, ``TooHeavy`` (over 1 MB) or ``TooLarge`` (over 1400 x 320 pixels).
    """
    if len(data) > MOST_BYTES:
        raise TooHeavy()
    try:
        with warnings.catch_warnings():
            # Anything suspicious that Pillow warns of is a refusal here.
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                width, height = opened.size
                if width * height > _MOST_PIXELS:
                    raise TooLarge(width=width, height=height)
                # Read before the turn that a camera noted is applied: it swaps width and height.
                upright = ImageOps.exif_transpose(opened)
                width, height = upright.size
                if width > MOST_WIDTH or height > MOST_HEIGHT:
                    raise TooLarge(width=width, height=height)
                pixels = upright.convert("RGBA" if _see_through(upright) else "RGB")
    except UnusablePicture:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError, EOFError):
        raise NotAPicture() from None
    return _encoded(pixels)


def _see_through(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _encoded(pixels: Image.Image) -> Picture:
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    written = io.BytesIO()
    if pixels.mode == "RGBA":
        clean.save(written, "PNG", optimize=True)
        kind = "image/png"
        if written.tell() > MOST_BYTES:
            written = io.BytesIO()
            clean.save(written, "WEBP", quality=85)
            kind = "image/webp"
    else:
        clean.save(written, "JPEG", quality=85, optimize=True, progressive=True)
        kind = "image/jpeg"
    return Picture(data=written.getvalue(), kind=kind, width=clean.width, height=clean.height)
