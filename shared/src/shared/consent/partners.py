"""Which body is a partner of which school, on which day: the dated matrix of `partners.toml` (R33–R37, A1, A2)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, cast, get_args

from shared.consent.words import BodyKind, EstablishmentKind, PartnerBody, School


@dataclass(frozen=True, slots=True)
class Partnership:
    """One line of the matrix: in force from `since` (included) to `until` (excluded; none: still in force)."""

    body: BodyKind
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All partnerships by kind of establishment, and the words in which they are shown."""

    partnerships: Mapping[EstablishmentKind, tuple[Partnership, ...]]
    bodies: Mapping[BodyKind, str]
    establishments: Mapping[EstablishmentKind, str]

    def bodies_of(self, kind: EstablishmentKind, on: date) -> tuple[BodyKind, ...]:
        """The partners of a kind of establishment on a day, in the order in which they are printed."""
        return tuple(line.body for line in self.partnerships[kind] if line.holds_on(on))

    def joins(self, body: PartnerBody, school: School, on: date) -> bool:
        """Whether the body is a partner of that very school: its kind, its territory, that day."""
        return (
            body.active
            and (body.kinds is None or school.kind in body.kinds)
            and _covers(body, school)
            and any(line.body == body.kind and line.holds_on(on) for line in self.partnerships[school.kind])
        )


def _covers(body: PartnerBody, school: School) -> bool:
    territory = body.territory
    return (
        school.departement in territory.departements
        or school.academie in territory.academies
        or school.region in territory.regions
    )


def read_matrix(text: str) -> Matrix:
    """Read the matrix from TOML. Raises ValueError on a word that the project does not know."""
    written = tomllib.loads(text)
    matrix = Matrix(
        {kind: _lines_of(kind, written["partners"]) for kind in get_args(EstablishmentKind)},
        written["bodies"],
        written["establishments"],
    )
    named = {line["establishment"] for line in written["partners"]}
    if named | set(matrix.establishments) != set(get_args(EstablishmentKind)):
        raise ValueError("the partners' matrix and its labels name the four kinds of establishment")
    if {line["body"] for line in written["partners"]} | set(matrix.bodies) != set(get_args(BodyKind)):
        raise ValueError("the partners' matrix and its labels name the known bodies")
    return matrix


def _lines_of(kind: EstablishmentKind, lines: list[dict[str, Any]]) -> tuple[Partnership, ...]:
    return tuple(
        Partnership(cast("BodyKind", line["body"]), line["from"], line.get("until"))
        for line in lines
        if line["establishment"] == kind
    )


@cache
def matrix() -> Matrix:
    """The matrix that ships with this version."""
    return read_matrix(files(__package__).joinpath("partners.toml").read_text(encoding="utf-8"))


def is_partner(body: PartnerBody, school: School, on: date) -> bool:
    """Whether a body may speak as « partenaire » to the families of a school on a day (R37)."""
    return matrix().joins(body, school, on)


def partner_bodies(kind: EstablishmentKind, on: date) -> tuple[BodyKind, ...]:
    """The bodies that are partners of a kind of establishment on a day."""
    return matrix().bodies_of(kind, on)


def label_of_body(body: BodyKind) -> str:
    """« le conseil régional », with its article."""
    return matrix().bodies[body]


def partners_sentence(kind: EstablishmentKind, on: date) -> str:
    """« Pour un collège : le conseil départemental et l'académie »: the help beside R31's box (R32)."""
    labels = " et ".join(label_of_body(body) for body in partner_bodies(kind, on))
    return f"Pour {matrix().establishments[kind]} : {labels}"
