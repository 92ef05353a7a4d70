"""HTML as a tree, with the standard library alone: enough to read a page the way a person does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_BLOCKS = {
    *("address", "article", "aside", "body", "br", "button", "caption", "dd", "div", "dl", "dt", "fieldset"),
    *(
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "header",
        "label",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
    ),
    *("section", "summary", "table", "td", "textarea", "th", "tr", "ul"),
}
_UNREAD = {"head", "script", "style", "svg", "template"}


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        """Every element inside, in the order of the document."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def all(self, *tags: str) -> list["Element"]:
        return [each for each in self if each.tag in tags]

    def of_class(self, name: str) -> list["Element"]:
        return [each for each in self if name in each.get("class").split()]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """What is read, one line for each block; what is there for screen readers counts."""
        lines = (plain(line) for line in "".join(self._pieces()).split("\n"))
        return "\n".join(line for line in lines if line)

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield re.sub(r"\s", " ", child)
            elif child.tag not in _UNREAD:
                around = "\n" if child.tag in _BLOCKS else ""
                yield around + "".join(child._pieces()) + around


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        depth = next((n for n in range(len(self._open) - 1, 0, -1) if self._open[n].tag == tag), None)
        if depth is not None:
            del self._open[depth:]

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    @classmethod
    def built(cls, html: str) -> Self:
        builder = cls()
        builder.feed(html)
        builder.close()
        return builder


def tree_of(html: str) -> Element:
    return _Builder.built(html).root


def plain(text: str) -> str:
    """Text without what typography adds: no-break spaces, curved apostrophes, runs of spaces."""
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip()  # \s takes no-break spaces too
