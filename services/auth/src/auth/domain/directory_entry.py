"""One entry of a school directory's delivery: a person or a structure is added, modified or deleted."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from auth.domain.faults import Fault

Said = dict[str, str | list[str]]
"""What an entry says, under our names: a text, or the values of an attribute that repeats. Empty means « none »."""

_BLANKS = re.compile(r"\s+")


class Kind(StrEnum):
    """The four kinds of entry that are read, as the directory names them; others are passed over."""

    PUPIL = "Eleve"
    RELATION = "PersRelEleve"
    STAFF = "PersEducNat"
    STRUCTURE = "EtabEducNat"


class Operation(StrEnum):
    """`add` says everything about somebody, `modify` what it names, `delete` that he is gone."""

    ADD = "add"
    MODIFY = "modify"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: the delivery's file by number from 0, and the line of its first tag."""

    file: int
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in order. `number` counts the entries of the delivery from 1; `key` is the directory's own."""

    number: int
    place: Place
    operation: Operation
    kind: Kind
    key: str
    said: Said


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry that cannot be understood at all; the fault's line is the entry's number."""

    place: Place
    fault: Fault


def tidy_key(text: str) -> str:
    """A key as a person id is written: NFC, no space anywhere. `ENTPersonJointure` is the person id."""
    return _BLANKS.sub("", unicodedata.normalize("NFC", text))
