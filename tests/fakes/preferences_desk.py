"""A working desk of preferences in memory: one transaction at a time, undone when it raises."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field

from preferences.application.ports import Deed, Work
from preferences.domain.fusion import Fusion
from preferences.domain.person import Person
from preferences.domain.preferences import Preferences

Told = Preferences | str
"""What was announced: new preferences, or the id of somebody who was forgotten."""


@dataclass
class _Rows:
    people: dict[str, Person] = field(default_factory=dict)
    preferences: dict[str, Preferences] = field(default_factory=dict)
    fusions: dict[str, Fusion] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


@dataclass
class FakeWork:
    rows: _Rows

    async def people(self, person_ids: Sequence[str]) -> dict[str, Person]:
        return {one: self.rows.people[one] for one in person_ids if one in self.rows.people}

    async def preferences(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        return {one: self.rows.preferences.get(one, Preferences(person_id=one)) for one in person_ids}

    async def keep(self, changed: Sequence[Preferences]) -> int | None:
        self.rows.preferences |= {one.person_id: one for one in changed}
        self.rows.told += changed
        return len(self.rows.told) if changed else None

    async def note(self, deeds: Sequence[Deed]) -> None:
        self.rows.deeds += deeds

    async def learn(self, people: Sequence[Person]) -> list[str]:
        newer = [one for one in people if self._is_newer(one)]
        self.rows.people |= {one.person_id: one for one in newer}
        return [one.person_id for one in newer if self._uses_another_address(one)]

    async def unsettled(self, person_ids: Sequence[str]) -> list[str]:
        merged = await self.fusions(person_ids)
        return [
            one
            for one, person in sorted((await self.people(person_ids)).items())
            if person.fused != merged[one].attached_ids
        ]

    async def fusions(self, person_ids: Sequence[str]) -> dict[str, Fusion]:
        return {one: self.rows.fusions.get(one, Fusion(person_id=one)) for one in person_ids}

    async def keep_fusion(self, fusion: Fusion) -> None:
        self.rows.fusions[fusion.person_id] = fusion
        if not fusion.attached_ids:
            del self.rows.fusions[fusion.person_id]

    async def forget(self, person_ids: Sequence[str]) -> None:
        for person_id in person_ids:
            self.rows.fusions.pop(person_id, None)
            self.rows.people.pop(person_id, None)
            if self.rows.preferences.pop(person_id, None):
                self.rows.told.append(person_id)

    def _is_newer(self, person: Person) -> bool:
        known = self.rows.people.get(person.person_id)
        return known is None or known.version < person.version

    def _uses_another_address(self, person: Person) -> bool:
        preferences = self.rows.preferences.get(person.person_id)
        return preferences is not None and any(
            one.channel == "email" and one.origin == "imported" and one.address != person.directory.email
            for one in preferences.contacts
        )


@dataclass
class FakeDesk:
    """`told` is what was announced, in order."""

    rows: _Rows = field(default_factory=_Rows)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Work]:
        async with self._busy:
            work = FakeWork(deepcopy(self.rows))
            yield work
            self.rows = work.rows

    async def told(self) -> list[Told]:
        return self.rows.told

    async def deeds(self) -> list[Deed]:
        return self.rows.deeds
