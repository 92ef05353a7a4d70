"""Where an establishment lies and what kind it is, told from its national code and the directory's own words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auth.domain.directory_entry import Said
from auth.domain.faults import Fault, Reason, masked
from auth.domain.names import plain
from auth.domain.uai import has_uai_shape

_NOT_A_WORD = re.compile(r"[^A-Z0-9]+")
_SUFFIX = re.compile(r"-ac-[^-]+(-[^-]+)?$", re.IGNORECASE)
"""`COLLEGE-JEAN MACE-ac-LYON`: the directory writes the académie behind every name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    departement: str
    academie: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """A structure of the directory as the accounts file would describe it."""

    uai: str
    name: str
    kind: str
    departement: str
    academie: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Territories:
    """The table of territories, and the directory's words for kinds of school.

    `by_prefix`: by the first three digits of a national code; `academies`: names by how the directory writes them;
    `kinds`: phrases in order, the first one found decides.
    """

    by_prefix: Mapping[str, Territory]
    academies: Mapping[str, str]
    kinds: Sequence[tuple[str, str]]

    def establishment(self, number: int, said: Said) -> Establishment | list[Fault]:
        """Judge a structure, everything that is wrong with it told under the accounts file's columns."""
        faults: list[Fault] = []

        def fault(column: str, value: str, reason: Reason) -> None:
            faults.append(Fault(number, column, masked(value), reason))

        uai = str(said.get("uai", "")).upper()
        territory = self.by_prefix.get(uai[:3]) if has_uai_shape(uai) else None
        if not has_uai_shape(uai):
            fault("establishment_uai", uai, "not_a_uai" if uai else "empty")
        elif territory is None:
            fault("departement", uai, "unknown_departement")
        name = _SUFFIX.sub("", str(said.get("name", ""))).strip()
        if not name:
            fault("establishment_name", "", "empty")
        kind = self.kind(str(said.get("type", "")), str(said.get("ministry", "")))
        if kind is None:
            fault("establishment_kind", str(said.get("type", "")), "unknown_kind")
        if faults or territory is None or kind is None:
            return faults
        return Establishment(
            uai=uai,
            name=name,
            kind=kind,
            departement=territory.departement,
            academie=self.academies.get(words(str(said.get("academie", ""))), territory.academie),
            region=territory.region,
        )

    def kind(self, structure_type: str, ministry: str) -> str | None:
        """A CFA is one whoever runs it; otherwise the ministry of agriculture's schools are its own."""
        written = f" {words(structure_type)} "
        found = next((kind for phrase, kind in self.kinds if f" {phrase} " in written), None)
        agricultural = found in {"college", "lycee"} and " AGRICULTURE " in f" {words(ministry)} "
        return "agricole" if agricultural else found


def words(text: str) -> str:
    """Capitals without accents, single spaces for everything that is no letter or digit."""
    return _NOT_A_WORD.sub(" ", plain(text).upper()).strip()
