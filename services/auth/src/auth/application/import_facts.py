"""What an import finds and does, in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.domain.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check of a whole file found. `faults` are the first ones; `faults_total` counts them all."""

    lines_good: int
    lines_aside: int
    faults: Sequence[Fault]
    faults_total: int
    uais: Sequence[str]


@dataclass(frozen=True, slots=True)
class SchoolLoss:
    """Of the people now at one school, how many are no longer named there."""

    uai: str
    absent: int
    present: int


@dataclass(frozen=True, slots=True)
class Absences:
    """Of the people now at the establishments of a file, how many it no longer names; and the schools that lose some."""

    absent: int
    present: int
    losses: Sequence[SchoolLoss] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an import did. `published` counts the accounts whose public state changed."""

    created: int
    changed: int
    returned: int
    absent: int
    establishments_created: int
    establishments_changed: int
    published: int

    @property
    def nothing(self) -> bool:
        return not any(
            (
                self.created,
                self.changed,
                self.returned,
                self.absent,
                self.establishments_created,
                self.establishments_changed,
                self.published,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One line of the register of imports: who, when, which file, how it ended."""

    asked_by: str
    file_digest: str
    options: str
    outcome: str
    lines_good: int
    lines_aside: int
    applied: Applied | None
