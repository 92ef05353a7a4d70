"""The accounts file: its columns, and what its header line must say."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.kernel.refusals import Refused

REQUIRED = (
    "person_id",
    "profile",
    "last_name",
    "first_name",
    "establishment_uai",
    "establishment_name",
    "establishment_kind",
    "departement",
    "academie",
    "region",
)
OPTIONAL = (
    "birth_date",
    "class",
    "children",
    "email",
    "phone_home",
    "phone_work",
    "phone_mobile",
    "transported",
)
COLUMNS = REQUIRED + OPTIONAL
PROFILES = frozenset({"eleve", "parent", "enseignant", "personnel"})
KINDS = frozenset({"college", "lycee", "agricole", "cfa"})
SEPARATORS = (";", ",")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each known column stands in a file. A column that is not there says nothing about anybody."""

    width: int
    places: dict[str, int]

    def has(self, column: str) -> bool:
        return column in self.places


def sniff_separator(header: str) -> str:
    """The separator that the header line uses most, `;` when neither is there."""
    return max(SEPARATORS, key=header.count)


def read_header(cells: Sequence[str]) -> Layout | Refused:
    """Find the columns by name; extra ones are ignored.

    Refused as `no_header`, `missing_columns` or `repeated_columns`, the columns' names as detail.
    """
    names = [cell.strip().lower() for cell in cells]
    known = [name for name in names if name in COLUMNS]
    if not known:
        return Refused("no_header")
    repeated = sorted({name for name in known if known.count(name) > 1})
    if repeated:
        return Refused("repeated_columns", ", ".join(repeated))
    missing = [name for name in REQUIRED if name not in known]
    if missing:
        return Refused("missing_columns", ", ".join(missing))
    return Layout(len(names), {name: names.index(name) for name in known})
