"""What an operator reads: why a person was told or not, and whether everything adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from notifier.domain.conservation import Tally
from notifier.domain.deliveries import State
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one delivery. `when` is its end, or when it will be looked at again."""

    channel: str
    state: State
    reason: str | None
    when: datetime | None
    attempts: int
    provider: str | None
    school: str | None
    possible_duplicate: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """One event for one person; no story while its orders are on their way, or for somebody outside."""

    notification_id: UUID
    event_id: str
    kind: str
    routed: bool
    stories: tuple[Story, ...]


class Histories(Protocol):
    """The ledger as it is read by people."""

    async def find(self, event: str) -> list[UUID]:
        """Notifications by their own id, their event's id, or what the producer calls them."""
        ...

    async def knows(self, person_id: str) -> bool: ...

    async def explained(self, notification_id: UUID, person_id: str) -> Explained: ...

    async def tallies(self, notification_ids: Sequence[UUID] | None) -> list[Tally]:
        """Count these notifications, or all."""
        ...


UNKNOWN_EVENT = Refused("unknown_event", "No event is known by that name.")
UNKNOWN_PERSON = Refused("unknown_person", "Nobody is known by that name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainDelivery:
    """Tell why a person got an event, or did not."""

    histories: Histories

    async def __call__(self, event: str, person_id: str) -> list[Explained] | Refused:
        found = await self.histories.find(event)
        if not found:
            return UNKNOWN_EVENT
        explained = [await self.histories.explained(one, person_id) for one in found]
        if not any(one.stories for one in explained) and not await self.histories.knows(person_id):
            return UNKNOWN_PERSON
        return explained


@dataclass(frozen=True, slots=True, kw_only=True)
class CountConservation:
    """Count whether what went in came out."""

    histories: Histories

    async def __call__(self, event: str | None) -> list[Tally] | Refused:
        if event is None:
            return await self.histories.tallies(None)
        found = await self.histories.find(event)
        return await self.histories.tallies(found) if found else UNKNOWN_EVENT
