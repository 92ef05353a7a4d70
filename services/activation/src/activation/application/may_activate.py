"""Whether somebody may activate the mobile application."""

from dataclasses import dataclass

from activation.application.ports import People
from activation.domain.people import Profile, WhyNot, why_not
from shared.kernel.refusals import Refused

_SENTENCES = {
    WhyNot.ACCOUNT_NOT_OPEN: "The account is suspended or closed.",
    WhyNot.PROFILE_NOT_OFFERED: "The mobile application is not offered to this profile.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MayActivate:
    """Answers with the profile of a person who may, or why not."""

    people: People
    offered: frozenset[Profile]

    async def __call__(self, person_id: str) -> Profile | Refused:
        person = await self.people.find(person_id)
        if person is None:
            return Refused("unknown_person", f"Nobody is known under {person_id}.")
        reason = why_not(person, self.offered)
        return person.profile if reason is None else Refused(reason.value, _SENTENCES[reason])
