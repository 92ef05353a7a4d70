"""What the first connection needs from the world, in words of the domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auth.domain.charters import Charter
from auth.domain.first_connection import Standing, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far somebody has come. `accepted`: pairs of charter and version."""

    step: Step
    accepted: frozenset[tuple[str, str]]
    password_chosen: bool
    finished: bool

    def standing(self, missing: Sequence[Charter]) -> Standing:
        """What counts for the next step, given the charters he has still to accept."""
        return Standing(
            charters_accepted=not missing, password_chosen=self.password_chosen, finished=self.finished
        )


class FirstConnections(Protocol):
    """Steps and acceptances. A step is left only from where it was read: of two tabs at once, one moves it."""

    async def progress(self, person_id: str) -> Progress | None:
        """None when the person has no credential."""
        ...

    async def accept(
        self, person_id: str, charters: Sequence[Charter], *, before: Progress, there: Step, now: datetime
    ) -> bool:
        """Record the acceptances and go `there`, together; false, and nothing recorded, when somebody was first."""
        ...

    async def finish(self, person_id: str, *, now: datetime) -> bool:
        """Leave the last step; false when the person is not there any more."""
        ...

    async def ask_again(self, demands: Sequence[tuple[str, str, str]], *, now: datetime) -> int:
        """Bring back to the charters whoever is past them without having accepted one of the demands.

        A demand is a profile, a charter and a version. Gives the number of people brought back.
        """
        ...
