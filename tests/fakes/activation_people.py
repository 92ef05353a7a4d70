"""Activation's people in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from activation.domain.people import Person


@dataclass
class FakePeople:
    people: dict[str, Person] = field(default_factory=dict)

    async def follow(self, gone: Sequence[str], newest: Sequence[Person]) -> None:
        for person_id in gone:
            self.people.pop(person_id, None)
        for person in newest:
            known = self.people.get(person.person_id)
            if known is None or known.version < person.version:
                self.people[person.person_id] = person

    async def find(self, person_id: str) -> Person | None:
        return self.people.get(person_id)
