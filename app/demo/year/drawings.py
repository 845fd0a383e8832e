"""Pictures that a school year leaves, drawn from a seed: landscapes, posters, a bench of test tubes, faces. Plain: bytes out."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

_SIZE = (960, 640)
_SKIES = ((201, 224, 240), (250, 214, 180), (180, 200, 230), (228, 228, 214))
_GREENS = ((74, 124, 89), (104, 142, 74), (52, 92, 84), (146, 158, 92))
_INKS = ((122, 59, 46), (47, 93, 140), (75, 63, 114), (31, 95, 91), (158, 98, 30))
_SKINS = ((244, 214, 188), (224, 180, 146), (196, 144, 108), (146, 98, 70), (98, 66, 48))
_HAIRS = ((44, 32, 26), (92, 62, 38), (168, 122, 62), (28, 28, 34), (120, 52, 30))


def landscape(seed: int) -> bytes:
    """A JPEG of hills under a sky."""
    rng = Random(f"landscape:{seed}")
    picture = Image.new("RGB", _SIZE, rng.choice(_SKIES))
    draw = ImageDraw.Draw(picture)
    x, y = rng.randrange(100, 860), rng.randrange(60, 200)
    draw.ellipse((x - 45, y - 45, x + 45, y + 45), fill=(252, 240, 190))
    for row in range(4):
        height, green = 280 + row * 80, rng.choice(_GREENS)
        points = [(x, height + rng.randrange(-45, 45)) for x in range(-60, 1080, 90)]
        draw.polygon([(-60, 700), *points, (1040, 700)], fill=tuple(max(0, part - row * 12) for part in green))
    return _jpeg(picture)


def garden(seed: int) -> bytes:
    """A JPEG of rows of seedlings in a bed."""
    rng = Random(f"garden:{seed}")
    picture = Image.new("RGB", _SIZE, (116, 84, 60))
    draw = ImageDraw.Draw(picture)
    for row in range(7):
        for column in range(12):
            if rng.random() < 0.1:
                continue
            x, y, size = 50 + column * 78 + rng.randrange(-8, 8), 60 + row * 86, rng.randrange(12, 30)
            green = rng.choice(_GREENS)
            draw.line((x, y + size, x, y - size), fill=green, width=4)
            draw.ellipse((x - size, y - size, x, y), fill=green)
            draw.ellipse((x, y - size, x + size, y), fill=green)
    return _jpeg(picture)


def bench(seed: int) -> bytes:
    """A JPEG of test tubes on a bench."""
    rng = Random(f"bench:{seed}")
    picture = Image.new("RGB", _SIZE, (236, 234, 228))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 520, 960, 640), fill=(168, 144, 116))
    for tube in range(8):
        x, level = 90 + tube * 104, rng.randrange(260, 460)
        colour = (rng.randrange(90, 240), rng.randrange(40, 200), rng.randrange(60, 220))
        draw.rounded_rectangle((x, level, x + 50, 540), radius=22, fill=colour)
        draw.rounded_rectangle((x, 150, x + 50, 540), radius=22, outline=(90, 96, 104), width=4)
    return _jpeg(picture)


def sky(seed: int) -> bytes:
    """A JPEG of clouds."""
    rng = Random(f"sky:{seed}")
    picture = Image.new("RGB", _SIZE, (146, 186, 222))
    draw = ImageDraw.Draw(picture)
    for _cloud in range(9):
        x, y = rng.randrange(0, 960), rng.randrange(40, 600)
        for _puff in range(7):
            dx, dy, size = rng.randrange(-90, 90), rng.randrange(-20, 20), rng.randrange(25, 60)
            draw.ellipse((x + dx - size, y + dy - size, x + dx + size, y + dy + size), fill=(246, 248, 250))
    return _jpeg(picture)


def poster(title: str, seed: int) -> bytes:
    """A PNG of a poster with a title."""
    rng = Random(f"poster:{seed}")
    picture = Image.new("RGB", (640, 900), (250, 246, 236))
    draw = ImageDraw.Draw(picture)
    for _shape in range(14):
        x, y, size = rng.randrange(40, 600), rng.randrange(280, 840), rng.randrange(30, 110)
        box = (x - size, y - size, x + size, y + size)
        (draw.ellipse if rng.random() < 0.5 else draw.rectangle)(box, fill=rng.choice(_INKS))
    draw.rectangle((0, 0, 640, 200), fill=rng.choice(_INKS))
    font = ImageFont.load_default(54)
    for number, line in enumerate(title.split("\n")):
        draw.text((40, 40 + number * 66), line, font=font, fill=(255, 255, 255))
    return _png(picture)


def face(seed: int) -> bytes:
    """A JPEG of an invented face, 360 x 480: nobody can be recognised on it."""
    rng = Random(f"face:{seed}")
    picture = Image.new("RGB", (360, 480), rng.choice(_SKIES))
    draw = ImageDraw.Draw(picture)
    skin, hair = rng.choice(_SKINS), rng.choice(_HAIRS)
    draw.rounded_rectangle((70, 390, 290, 560), radius=80, fill=rng.choice(_INKS))
    draw.rectangle((155, 340, 205, 420), fill=skin)
    draw.ellipse((90, 80, 270, 300 + rng.randrange(60)), fill=hair)
    draw.ellipse((105, 130, 255, 370), fill=skin)
    draw.pieslice((95, 90, 265, 260), 180, 360, fill=hair)
    for x in (150, 210):
        draw.ellipse((x - 9, 228, x + 9, 246), fill=(30, 30, 34))
    draw.arc((150, 270, 210, 320), 20, 160, fill=(120, 50, 50), width=5)
    if rng.random() < 0.3:
        for x in (150, 210):
            draw.ellipse((x - 24, 214, x + 24, 262), outline=(30, 30, 34), width=4)
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=78)
    return file.getvalue()


def _png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
