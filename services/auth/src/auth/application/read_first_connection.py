"""Where somebody stands in his first connection, and what the step that is due shows him."""

from dataclasses import dataclass

from auth.application.first_connection_ports import FirstConnections
from auth.domain.charters import Charter, CharterSet, missing
from auth.domain.first_connection import Step, after_sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstConnectionSeen:
    """`asked`: the charters with a box to tick; `shown`: those that may be read besides (A16)."""

    step: Step
    asked: tuple[Charter, ...]
    shown: tuple[Charter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFirstConnection:
    """Read the step and the charters of a person; changes nothing."""

    connections: FirstConnections
    charters: CharterSet

    async def __call__(self, person_id: str, profile: str) -> FirstConnectionSeen:
        progress = await self.connections.progress(person_id)
        asked = self.charters.asked_of(profile)
        return FirstConnectionSeen(
            step=progress.step if progress else Step.PROVISIONED,
            asked=missing(asked, progress.accepted if progress else ()),
            shown=self.charters.shown_to(profile),
        )

    async def after_sign_in(self, person_id: str, profile: str) -> Step:
        """The step to give to somebody whose password was just right (A15)."""
        progress = await self.connections.progress(person_id)
        if progress is None:
            return Step.PROVISIONED
        left = missing(self.charters.asked_of(profile), progress.accepted)
        return after_sign_in(progress.step, progress.standing(left))
