"""What a file is, in a word that a parent understands. Plain."""

from __future__ import annotations

from app.words import N_

_WORDS = (
    ("image/", N_("image")),
    ("audio/", N_("son")),
    ("video/", N_("vidéo")),
    ("application/pdf", N_("PDF")),
    ("application/zip", N_("archive ZIP")),
    ("application/epub", N_("livre numérique")),
    ("application/vnd.geogebra", N_("GeoGebra")),
    ("application/x.scratch", N_("Scratch")),
    ("text/csv", N_("tableau CSV")),
    ("text/", N_("texte")),
)
_PARTS = (("sheet", N_("tableur")), ("excel", N_("tableur")), ("presentation", N_("présentation")),
          ("powerpoint", N_("présentation")), ("graphics", N_("dessin")))  # fmt: skip


def kind_word(kind: str) -> str:
    """'image', 'PDF', 'tableur' ... for a media type; 'document' for any other."""
    for beginning, word in _WORDS:
        if kind.startswith(beginning):
            return word
    return next((word for part, word in _PARTS if part in kind), N_("document"))
