"""A delivery of the school directory (AAF) on disk: an adapter of the port `Delivery`."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from auth.adapters.aaf_requests import Request, XmlRefused, requests
from auth.adapters.delivery_files import DeliveryRefused, documents, regular_files
from auth.domain.account_line import PERSON_ID_LENGTH_MAX
from auth.domain.directory_attributes import CATEGORIES, KEYS, said_of
from auth.domain.directory_entry import BadEntry, Entry, Kind, Operation, Place, tidy_key
from auth.domain.faults import Fault, Reason, masked
from shared.kernel.refusals import Refused

_OPERATIONS = {
    "addRequest": Operation.ADD,
    "modifyRequest": Operation.MODIFY,
    "deleteRequest": Operation.DELETE,
}
_KINDS = {str(kind): kind for kind in Kind}
_CHANGES = "_delta_"
"""How the directory names the files of a delivery that holds changes alone."""


class AafDelivery:
    """An opened delivery. `files` and `digest` are whole once `entries` has come to its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = _stamps(path)
        self._digest = hashlib.sha256()
        self._number = 0
        self.files: list[str] = []
        self.passed_over = 0
        self.named_as_changes = path.name if _CHANGES in path.name.lower() else None

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def entries(self) -> Iterator[Entry | BadEntry | Refused]:
        """Every entry as the files come; a refusal is the last item, and nothing may be believed after it.

        Refused as `archive_broken`, `archive_locked`, `delivery_too_large`, `xml_broken`, `xml_entities`,
        `xml_other`, `not_readable` or `no_delivery_in_it`.
        """
        try:
            for name, chunks in documents(self._path, self._digest):
                self.files.append(name)
                if _CHANGES in name.lower():
                    self.named_as_changes = name
                for request in requests(chunks):
                    entry = self._entry(request)
                    if entry is not None:
                        yield entry
        except DeliveryRefused as refused:
            yield refused.refusal
        except XmlRefused as refused:
            yield Refused(refused.slug, f"{self.files[-1]}, ligne {refused.line}")
        except OSError:
            yield Refused("not_readable")
        else:
            if not self.files:
                yield Refused("no_delivery_in_it")

    def changed_meanwhile(self) -> bool:
        """Whether somebody wrote to the delivery since it was opened."""
        return _stamps(self._path) != self._before

    def _entry(self, request: Request) -> Entry | BadEntry | None:
        """The entry that a request holds; none for a kind that is passed over."""
        place = Place(len(self.files) - 1, request.line)
        category = next((v for name in CATEGORIES for v in request.named.get(name, ()) if v.strip()), "")
        kind = _KINDS.get(category.strip())
        if kind is None and (category or _is_of_something_else(request)):
            self.passed_over += 1
            return None
        self._number += 1
        if kind is None:
            return self._bad(place, "operationalAttributes", "", "no_category")
        if request.too_large:
            return self._bad(place, "", "", "entry_too_large")
        key = self._key(place, kind, request)
        if isinstance(key, BadEntry):
            return key
        said = said_of(kind, request.named)
        return Entry(self._number, place, _OPERATIONS[request.tag], kind, key, said)

    def _key(self, place: Place, kind: Kind, request: Request) -> str | BadEntry:
        """The jointure; the request's own id where it names none."""
        told = tidy_key(request.id)
        key = next((k for value in request.named.get(KEYS[kind], ()) if (k := tidy_key(value))), told)
        if not key:
            return self._bad(place, "id", "", "no_identifier")
        if len(key) > PERSON_ID_LENGTH_MAX:
            return self._bad(place, KEYS[kind], key, "not_a_person_id")
        if told not in {"", key}:
            return self._bad(place, KEYS[kind], key, "two_identifiers")
        return key

    def _bad(self, place: Place, attribute: str, value: str, reason: Reason) -> BadEntry:
        return BadEntry(place, Fault(self._number, attribute, masked(value), reason))


def _is_of_something_else(request: Request) -> bool:
    """Whether an entry without a category holds nothing that is read: levels and subjects come so in some deliveries.

    A deletion holds nothing by its nature, and may be somebody's: it has to say whose.
    """
    return not request.named and request.tag != "deleteRequest"


def open_delivery(path: Path) -> AafDelivery | Refused:
    """Open a delivery. Refused as `no_such_file`, `not_a_file`, `not_readable` or `no_delivery_in_it`."""
    if not path.exists():
        return Refused("no_such_file")
    if not path.is_dir() and not path.is_file():
        return Refused("not_a_file")
    try:
        if not regular_files(path):
            return Refused("no_delivery_in_it")
        return AafDelivery(path)
    except OSError:
        return Refused("not_readable")


def _stamps(path: Path) -> list[tuple[str, int, int]]:
    stamps = []
    for file in regular_files(path):
        found = os.stat(file)  # noqa: PTH116 - one call for both numbers
        stamps.append((str(file), found.st_size, found.st_mtime_ns))
    return stamps
