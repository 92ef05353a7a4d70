"""Give many people their choices and contacts at once: for a sample académie, a migration, a load test."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from preferences.application.ports import Deed, Desk, Work
from preferences.application.refusals import not_attached, taken_in, unknown_person
from preferences.application.use_contact import contact_of
from preferences.domain.boxes import Asked
from preferences.domain.person import Person
from preferences.domain.preferences import Preferences
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one line asks: the boxes of one establishment (none: no box), and contacts; none leaves as it is."""

    person_id: str
    uai: str | None
    asked: Asked
    email: EmailAddress | None = None
    email_proved: bool = False
    phone: PhoneNumber | None = None
    phone_proved: bool = False


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many people changed, and where to see that the news of them has left."""

    changed: int
    publication: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPreferences:
    """Carry out a few hundred wishes in one transaction; one wish that cannot be refuses them all.

    The audit gets one line for each person who changed.
    """

    desk: Desk
    clock: Clock
    new_id: IdFactory

    async def __call__(self, wishes: Sequence[Wish], who: str) -> Seeded | Refused:
        person_ids = sorted({wish.person_id for wish in wishes})
        async with self.desk.open() as work:
            people = await work.people(person_ids)
            refused = first_refusal(wishes, people)
            if refused:
                return refused
            before = await work.preferences(person_ids)
            after = dict(before)
            for wish in wishes:
                after[wish.person_id] = self._granted(after[wish.person_id], people[wish.person_id], wish)
            settled = (after[person_id].succeeding(before[person_id]) for person_id in person_ids)
            changed = [one for one in settled if one.version != before[one.person_id].version]
            await self._note(work, changed, who)
            return Seeded(len(changed), await work.keep(changed))

    def _granted(self, preferences: Preferences, person: Person, wish: Wish) -> Preferences:
        if wish.uai is not None:
            preferences = preferences.choose(wish.uai, wish.asked)
        for address, proved in ((wish.email, wish.email_proved), (wish.phone, wish.phone_proved)):
            if address is not None:
                contact = contact_of(person, address, proved=proved, new_id=self.new_id)
                preferences = preferences.select(contact)
        return preferences

    async def _note(self, work: Work, changed: Iterable[Preferences], who: str) -> None:
        now = self.clock.now()
        await work.note(
            [
                Deed(who=who, what="seed", person_id=one.person_id, at=now, details={"version": one.version})
                for one in changed
            ]
        )


def first_refusal(wishes: Iterable[Wish], people: Mapping[str, Person]) -> Refused | None:
    """Why the first impossible wish cannot be."""
    for wish in wishes:
        person = people.get(wish.person_id)
        if person is None:
            return unknown_person(wish.person_id)
        if person.fused_into is not None:
            return taken_in(wish.person_id, person.fused_into)
        if wish.uai is not None and not person.belongs_to(wish.uai):
            return not_attached(wish.person_id, wish.uai)
    return None
