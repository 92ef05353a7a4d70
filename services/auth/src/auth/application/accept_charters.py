"""Accept the charters: every box ticked, then validated (R8–R10)."""

from collections.abc import Mapping
from dataclasses import dataclass

from auth.application.first_connection_ports import FirstConnections
from auth.application.ports import AuditLog
from auth.domain.charters import CharterSet, TickFault, missing, tick_faults
from auth.domain.first_connection import Step, after_charters, moved
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """What a form brought: by charter, the version under the ticked box."""

    person_id: str
    profile: str
    ticked: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CharterAccepted:
    """Recorded; the person is now at `step`."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class CharterNotAccepted:
    """Boxes are missing; nothing was recorded."""

    faults: Mapping[str, TickFault]


class AnotherStep:
    """The person is not at this step: it was done before, or in another tab. Nothing was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptCharters:
    """Record every charter asked of the profile, or none; then go to what is due."""

    connections: FirstConnections
    charters: CharterSet
    audit: AuditLog
    clock: Clock

    async def __call__(self, ticks: Ticks) -> CharterAccepted | CharterNotAccepted | AnotherStep:
        progress = await self.connections.progress(ticks.person_id)
        if progress is None or progress.step is not Step.CHARTER:
            return AnotherStep()
        asked = missing(self.charters.asked_of(ticks.profile), progress.accepted)
        if faults := tick_faults(asked, ticks.ticked):
            return CharterNotAccepted(faults=faults)
        due = after_charters(password_chosen=progress.password_chosen, finished=progress.finished)
        there = moved(progress.step, due)
        if not await self.connections.accept(
            ticks.person_id, asked, before=progress, there=there, now=self.clock.now()
        ):
            return AnotherStep()
        self.audit("user_updated", person_id=ticks.person_id, charters=[each.charter_id for each in asked])
        return CharterAccepted(step=there)
