"""Who is who in the sample, for telling the story by name."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PEOPLE_READ_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One person at one school."""

    person_id: str
    name: str
    profile: str
    uai: str
    school: str
    classroom: str
    children: tuple[str, ...]


class Roll:
    """The first lines of an accounts file; enough for any demonstration."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = tuple(lines)
        self._names = {line.person_id: line.name for line in self._lines}

    @classmethod
    def read(cls, accounts: Path) -> "Roll":
        """Read an accounts file of the sample."""
        with accounts.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter=";")
            return cls(_line(row) for row, _ in zip(rows, range(PEOPLE_READ_MAX), strict=False))

    def name(self, person_id: str) -> str:
        """First and last name, or the identifier of somebody unknown."""
        return self._names.get(person_id, person_id)

    def school(self, uai: str) -> str:
        """The name of an establishment, or its code."""
        return next((line.school for line in self._lines if line.uai == uai), uai)

    def at_school(self, uai: str, count_max: int) -> list[str]:
        """People of an establishment, in the order of the file."""
        found = dict.fromkeys(line.person_id for line in self._lines if line.uai == uai)
        return list(found)[:count_max]


def _line(row: dict[str, str]) -> Line:
    return Line(
        person_id=row["person_id"],
        name=f"{row['first_name']} {row['last_name']}",
        profile=row["profile"],
        uai=row["establishment_uai"],
        school=row["establishment_name"],
        classroom=row["class"],
        children=tuple(row["children"].split()),
    )
