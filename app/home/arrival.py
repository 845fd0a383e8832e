"""In which order the page on which somebody arrives shows its blocks. Plain."""

from __future__ import annotations

#: Each is a template ``home/_<name>.html``.
BLOCKS = ("work", "messages", "spaces")


def ordered(first: str) -> tuple[str, ...]:
    """The blocks with ``first`` before the others, which keep their order."""
    return tuple(sorted(BLOCKS, key=lambda name: (name != first, BLOCKS.index(name))))
