"""What the use cases ask of the world, in the words of preferences."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from preferences.domain.fusion import Fusion
from preferences.domain.person import Person
from preferences.domain.preferences import Preferences


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the audit: who did what to whose preferences. `details` never holds an address."""

    who: str
    what: str
    person_id: str
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a person's preferences.

    `changed` is false when all was so already; `publication` says where to see that the news has left.
    """

    preferences: Preferences
    changed: bool
    publication: int | None


class Work(Protocol):
    """One transaction. The people asked for are held: nobody else changes their preferences meanwhile."""

    async def people(self, person_ids: Sequence[str]) -> dict[str, Person]:
        """The known ones among these people, held until the transaction ends."""
        ...

    async def preferences(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        """The preferences of each, those of nobody-chose-yet included. Ask for the people first."""
        ...

    async def keep(self, changed: Sequence[Preferences]) -> int | None:
        """Write new versions and announce each, whole; returns the publication, none for no change."""
        ...

    async def note(self, deeds: Sequence[Deed]) -> None:
        """Write the audit."""
        ...

    async def learn(self, people: Sequence[Person]) -> list[str]:
        """Take over newer accounts; returns whose imported address in use is no longer the directory's."""
        ...

    async def unsettled(self, person_ids: Sequence[str]) -> list[str]:
        """Whose fused accounts, as auth tells of them, are not those whose boxes were merged into theirs."""
        ...

    async def fusions(self, person_ids: Sequence[str]) -> dict[str, Fusion]:
        """What was merged for each; an empty fusion for those who have none."""
        ...

    async def keep_fusion(self, fusion: Fusion) -> None:
        """Write what was merged, or forget a fusion that is undone."""
        ...

    async def forget(self, person_ids: Sequence[str]) -> None:
        """Erase people with all they chose, and announce that nothing is known of them any more."""
        ...


class Desk(Protocol):
    """Where work on preferences is done, one transaction at a time."""

    def open(self) -> AbstractAsyncContextManager[Work]:
        """Commit at the end of the block; undo everything when it raises."""
        ...
