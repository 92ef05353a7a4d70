"""One XML document of a delivery, read as a stream: requests come out as their end tags go by.

Nothing outside the document is ever fetched: the DTD that its DOCTYPE names is not read, a declared entity refuses
the document (defusedxml), and so does one that is used without being declared.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import (  # type: ignore[import-untyped]  # defusedxml is published without types
    DefusedXmlException,
)
from defusedxml.expatreader import (  # type: ignore[import-untyped]  # defusedxml is published without types
    DefusedExpatParser,
)

from auth.domain.directory_attributes import READ

ROOT = "ficAlimMENESR"
REQUESTS = frozenset({"addRequest", "modifyRequest", "deleteRequest"})
_NAMED = frozenset({"attr", "modification"})

DEPTH_MAX = 16
ENTRY_CHARS_MAX = 200_000
ENTRY_VALUES_MAX = 4_000
VALUE_CHARS_MAX = 500
TAG_BYTES_MAX = 1 << 20
"""How much may be read without anything being understood, as in a tag that never ends."""


class XmlRefused(Exception):
    """The document cannot be trusted or read. `slug` is one of `xml_broken`, `xml_entities`, `xml_other`."""

    def __init__(self, slug: str, line: int) -> None:
        super().__init__(slug)
        self.slug = slug
        self.line = line


@dataclass(slots=True)
class Request:
    """One request as it is written: its tag, its id, and the values of the attributes that are read."""

    tag: str
    line: int
    id: str = ""
    named: dict[str, list[str]] = field(default_factory=dict)
    too_large: bool = False


class _Text(ContentHandler):
    """Takes the text of the element that is being read, when it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[str] | None = None
        self.chars = 0

    def characters(self, content: str) -> None:
        if self.wanted is not None:
            self.chars += len(content)
            if self.chars <= ENTRY_CHARS_MAX:
                self.wanted.append(content)

    def skippedEntity(self, _name: str) -> None:  # noqa: N802 - the name that xml.sax gives it
        raise XmlRefused("xml_entities", 0)


class _Parser(DefusedExpatParser):  # type: ignore[misc]  # defusedxml is published without types
    """Collects requests in `done`. It overrides the two busiest handlers to spare a call for each tag."""

    def __init__(self) -> None:
        super().__init__(forbid_dtd=False, forbid_entities=True, forbid_external=False)
        self.done: list[Request] = []
        self._depth = 0
        self._request: Request | None = None
        self._values: list[str] | None = None
        self._count = 0
        self._into = _Text()
        self.setContentHandler(self._into)

    @property
    def line(self) -> int:
        return int(self.getLineNumber() or 0)

    def must_have_read(self, bytes_fed: int) -> None:
        """Refuse to go on holding bytes that wait for the end of something."""
        if bytes_fed - max(0, int(self._parser.CurrentByteIndex)) > TAG_BYTES_MAX:
            raise XmlRefused("xml_broken", self.line)

    def start_element(self, name: str, attrs: dict[str, str]) -> None:
        self._depth += 1
        if name == "value":
            if self._values is not None:
                self._into.wanted = []
        elif name in _NAMED:
            self._values = self._values_of(attrs.get("name", ""))
        elif name == "id":
            self._into.wanted = []
        elif name in REQUESTS:
            if self._request is not None:
                raise XmlRefused("xml_broken", self.line)
            self._request, self._count, self._into.chars = Request(name, self.line), 0, 0
        elif self._depth == 1 and name != ROOT:
            raise XmlRefused("xml_other", self.line)
        elif self._depth > DEPTH_MAX:
            raise XmlRefused("xml_broken", self.line)

    def end_element(self, name: str) -> None:
        self._depth -= 1
        if name == "value":
            if self._values is not None and self._into.wanted is not None:
                self._add("".join(self._into.wanted))
            self._into.wanted = None
        elif name in _NAMED:
            self._values = None
        elif name == "id":
            if self._request is not None and self._into.wanted is not None:
                self._request.id = "".join(self._into.wanted)
            self._into.wanted = None
        elif name in REQUESTS and self._request is not None:
            too_much = self._into.chars > ENTRY_CHARS_MAX or self._count > ENTRY_VALUES_MAX
            self._request.too_large = self._request.too_large or too_much
            self.done.append(self._request)
            self._request = None

    def _values_of(self, name: str) -> list[str] | None:
        if self._request is None or name not in READ:
            return None
        return self._request.named.setdefault(name, [])

    def _add(self, text: str) -> None:
        self._count += 1
        if len(text) > VALUE_CHARS_MAX and self._request is not None:
            self._request.too_large = True
        elif self._values is not None and self._count <= ENTRY_VALUES_MAX:
            self._values.append(text)


def requests(chunks: Iterable[bytes]) -> Iterator[Request]:
    """The requests of one document. Raises XmlRefused where it cannot be read on."""
    parser, fed = _Parser(), 0
    try:
        for chunk in chunks:
            parser.feed(chunk)
            fed += len(chunk)
            parser.must_have_read(fed - len(chunk))
            yield from parser.done
            parser.done.clear()
        parser.feed(b"", isFinal=True)
        yield from parser.done
    except XmlRefused as refused:
        raise XmlRefused(refused.slug, refused.line or parser.line) from None
    except DefusedXmlException:
        raise XmlRefused("xml_entities", parser.line) from None
    except (SAXException, LookupError, ValueError):
        # broken, or in an encoding that nobody knows or whose characters take several bytes
        raise XmlRefused("xml_broken", parser.line) from None
