"""What a person chose, for an operator to read."""

from dataclasses import dataclass

from preferences.application.ports import Desk
from preferences.application.refusals import unknown_person
from preferences.domain.fusion import Fusion
from preferences.domain.person import Person
from preferences.domain.preferences import Preferences
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPreferences:
    """The person with his preferences and what was fused into them, as they stand."""

    desk: Desk

    async def __call__(self, person_id: str) -> tuple[Person, Preferences, Fusion] | Refused:
        async with self.desk.open() as work:
            person = (await work.people([person_id])).get(person_id)
            if person is None:
                return unknown_person(person_id)
            preferences = (await work.preferences([person_id]))[person_id]
            return person, preferences, (await work.fusions([person_id]))[person_id]
