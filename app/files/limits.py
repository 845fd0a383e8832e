"""How much a file may be. Plain."""

from __future__ import annotations

#: Bytes of one file.
MOST_BYTES = 50_000_000
#: Bytes of one request: a form with its files (``MAX_CONTENT_LENGTH``).
MOST_REQUEST = 60 * 1024 * 1024
#: Characters of a file's name, its ending included.
LONGEST_NAME = 160
#: Pixels of an image: more than a telephone's camera makes, less than what exhausts the memory.
MOST_PIXELS = 64_000_000
#: Entries of an archive, those of archives inside it included.
MOST_ENTRIES = 5_000
#: Bytes that an archive may unfold to, archives inside it included.
MOST_UNFOLDED = 300_000_000
#: How many times its own size an archive may unfold to, once it unfolds to more than ``UNSUSPICIOUS``.
MOST_RATIO = 100
UNSUSPICIOUS = 5_000_000
#: Archives inside archives: how deep.
DEEPEST = 3
