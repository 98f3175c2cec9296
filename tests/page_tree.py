"""HTML as a browser would take it apart: a small tree for tests to look into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "img", "input", "link", "meta"}


@dataclass
class Node:
    """An element with its attributes, texts and children in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """The element's classes."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """All text inside, as `textContent` has it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)

    def all(self, name: str = "", *, within: str = "") -> list[Node]:
        """The elements below of that name and class, in order; any where left out."""
        return [
            one
            for one in self._below()
            if (not name or one.name == name) and (not within or within in one.classes)
        ]

    def one(self, name: str = "", *, within: str = "") -> Node:
        """The only such element."""
        found = self.all(name, within=within)
        assert 1 == len(found), f"{len(found)} of {name}.{within}"
        return found[0]

    def _below(self) -> Iterator[Node]:
        for one in self.inside:
            if isinstance(one, Node):
                yield one
                yield from one._below()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {key: value or "" for key, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open[-1].name, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def tree(markup: str) -> Node:
    """The tree of some HTML; AssertionError where an element is not closed in its place."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    assert 1 == len(reader.open), f"<{reader.open[-1].name}> is never closed"
    return reader.open[0]
