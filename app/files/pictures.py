"""Pictures that the portal shows in the place of those that people have sent: made anew, without metadata. Plain."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from app.files.limits import MOST_PIXELS

#: The longest side in pixels, by use: a page, a pupil’s photo, a list.
SIDES = {"large": 1600, "portrait": 480, "small": 320}
#: The media types of which there is a picture.
PICTURED = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def picture(data: bytes, use: str) -> bytes:
    """A WebP of the image ``data`` whose longest side is at most that of ``use``; upright, without place, date or device (EXIF).

    Raises ValueError for what cannot be decoded, KeyError for an unknown use.
    """
    side = SIDES[use]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise ValueError("too many pixels")
                # A JPEG is decoded near the wanted size at once.
                opened.draft("RGB", (side, side))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
                pixels = upright.convert("RGBA" if see_through else "RGB")
        pixels.thumbnail((side, side))
        clean = Image.new(pixels.mode, pixels.size)
        clean.paste(pixels)
        written = io.BytesIO()
        clean.save(written, "WEBP", quality=80)
    except (OSError, SyntaxError, EOFError, Warning, Image.DecompressionBombError) as wrong:
        raise ValueError("not an image that can be decoded") from wrong
    return written.getvalue()
