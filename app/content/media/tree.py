"""Folders as a tree. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

#: How deep folders may lie, and how many a section may have: more is looked for by nobody.
DEEPEST = 8
MOST_FOLDERS = 1_000


@dataclass(frozen=True, kw_only=True)
class Node:
    """A folder as far as its place in the tree matters."""

    id: int
    parent_id: int | None
    name: str


class Tree:
    """The folders of one library. A folder whose parent is not among them stands at the top."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes: Mapping[int, Node] = {node.id: node for node in nodes}
        children: dict[int | None, list[Node]] = {}
        for node in self._nodes.values():
            parent = node.parent_id if node.parent_id in self._nodes else None
            children.setdefault(parent, []).append(node)
        self._children = {
            parent: sorted(found, key=lambda node: (node.name.casefold(), node.id))
            for parent, found in children.items()
        }

    def path(self, folder_id: int | None) -> list[Node]:
        """From the top down to the folder itself; empty for the top."""
        found: list[Node] = []
        while folder_id is not None and folder_id in self._nodes and len(found) <= DEEPEST:
            node = self._nodes[folder_id]
            found.append(node)
            folder_id = node.parent_id
        return found[::-1]

    def beneath(self, folder_id: int) -> set[int]:
        """The folder and everything under it."""
        found, waiting = set(), [folder_id]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting += [node.id for node in self._children.get(number, ())]
        return found

    def depth(self, folder_id: int | None) -> int:
        """0 for the top, 1 for a folder there."""
        return len(self.path(folder_id))

    def height(self, folder_id: int) -> int:
        """How many levels the folder has, itself included."""
        return 1 + max((self.height(node.id) for node in self._children.get(folder_id, ())), default=0)

    def in_order(self, parent: int | None = None, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Every folder with its depth, as a table of contents."""
        for node in self._children.get(parent, ()):
            yield depth, node
            yield from self.in_order(node.id, depth + 1)

    def may_move(self, folder_id: int, target: int | None) -> bool:
        """Not under itself, and not too deep."""
        if target is not None and target in self.beneath(folder_id):
            return False
        return self.depth(target) + self.height(folder_id) <= DEEPEST

    def __len__(self) -> int:
        return len(self._nodes)
