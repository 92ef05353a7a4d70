"""The sample as files: accounts (docs/interfaces.md), choices (JSON lines), partners with secrets of this stack."""

import csv
import json
import secrets
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, Self, TextIO

from carillon.sample.choices import choices_of
from carillon.sample.people import SEED, Person, people

COLUMNS = (
    *("person_id", "profile", "last_name", "first_name", "birth_date"),
    *("establishment_uai", "establishment_name", "establishment_kind", "departement", "academie", "region"),
    *("class", "children", "email", "phone_home", "phone_work", "phone_mobile", "transported"),
)
CHOICES_LINES_MAX = 100_000


class ChoicesFile:
    """A file of JSON lines that goes on in `<name>-2`, `<name>-3`… so that each stays of a size to be read whole."""

    def __init__(self, path: Path, *, lines_max: int = CHOICES_LINES_MAX) -> None:
        self._path = path
        self._lines_max = lines_max
        self._pieces = 0
        self._lines = lines_max
        self._file: TextIO | None = None

    def add(self, choice: dict[str, Any]) -> None:
        """One more line."""
        if self._lines == self._lines_max:
            self._next_piece()
        assert self._file is not None  # noqa: S101  # the first line always opens the first piece
        self._file.write(json.dumps(choice, ensure_ascii=False) + "\n")
        self._lines += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def _next_piece(self) -> None:
        if self._file is not None:
            self._file.close()
        self._pieces += 1
        suffix = "" if self._pieces == 1 else f"-{self._pieces}"
        path = self._path.with_stem(self._path.stem + suffix)
        self._file = path.open("w", encoding="utf-8")
        self._lines = 0


def write_sample(
    accounts: int, accounts_file: TextIO, add_choice: Callable[[dict[str, Any]], None], *, seed: int = SEED
) -> int:
    """Write the accounts and hand on the choices, streaming; returns the number of lines, header left out."""
    writer = csv.writer(accounts_file, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    written = 0
    for person in people(accounts, seed=seed):
        lines = _lines(person)
        writer.writerows(lines)
        written += len(lines)
        for choice in choices_of(person, seed=seed):
            add_choice(choice)
    return written


def _lines(person: Person) -> list[tuple[str, ...]]:
    who = (person.person_id, person.profile, person.last_name, person.first_name, person.born.isoformat())
    how = (person.email, person.phone_home, person.phone_work, person.phone_mobile)
    return [
        (
            *who,
            *place.establishment.columns,
            place.classroom,
            " ".join(person.children),
            *how,
            "oui" if place.transported else "non",
        )
        for place in person.places
    ]


def partners() -> list[dict[str, Any]]:
    """The public bodies of the sample, without secrets."""
    listed: list[dict[str, Any]] = json.loads(
        files("carillon.sample").joinpath("partners.json").read_text(encoding="utf-8")
    )
    return listed


def write_partners(target: Path) -> list[dict[str, Any]]:
    """Write the partners with fresh secrets, readable by us alone; a file that is there is kept as it is."""
    if not target.exists():
        listed = [{**partner, "client_secret": secrets.token_urlsafe(32)} for partner in partners()]
        target.touch(mode=0o600)
        target.write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")
    kept: list[dict[str, Any]] = json.loads(target.read_text(encoding="utf-8"))
    return kept
