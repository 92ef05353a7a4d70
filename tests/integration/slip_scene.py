"""A school whose people have been imported and whose slips are to be printed, on a real database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import choice
from typing import Any

from auth.adapters.postgres_slips import PostgresSlips
from auth.adapters.security_facts import SecurityFacts
from auth.application.make_slips import MakeSlips, NothingToPrint, Printing, SlipOrder
from auth.application.slip_ports import Selection
from auth.domain.slips import Slip
from shared.kernel.refusals import Refused
from tests.integration.auth_scene import AuthScene, pupil
from tests.integration.sign_in_scene import SignInScene

UAI = "0690001T"
CODE = """
insert into one_time_code (code_id, person_id, purpose, digest, destination_digest, issued_at, expires_at)
values (gen_random_uuid(), $1, 'recovery', 'a', 'b', $2, $3)
"""


def pupils(count: int) -> list[dict[str, str]]:
    return [pupil(f"E{number:02}", last_name=f"Nom {chr(65 + number)}") for number in range(count)]


@dataclass(slots=True)
class SlipScene(SignInScene):
    """Also signs people in, to see what opens what."""

    @property
    def make_slips(self) -> MakeSlips:
        return MakeSlips(
            slips=PostgresSlips(self.pool, SecurityFacts(self.sealer)),
            hasher=self.hasher,
            choose=choice,
            audit=self.audit,
            clock=self.clock,
        )

    async def school(self, folder: Any, *rows: dict[str, str]) -> None:
        await AuthScene(self.pool, folder, self.clock).done(*rows)
        await self.told()

    async def orders(self, *, reissue: bool = False, chosen_too: bool = False, **narrowed: Any) -> Any:
        selection = Selection(**({"uai": UAI} | narrowed))
        return await self.make_slips(
            SlipOrder(selection=selection, asked_by="mme.vial", reissue=reissue, chosen_too=chosen_too)
        )

    async def prints(self, **order: Any) -> list[Slip]:
        """Every slip of an order that must go through."""
        printing = await self.orders(**order)
        assert isinstance(printing, Printing), printing
        return [slip async for group in printing.groups for slip in group]

    async def prints_at_once(self, clerks: int, **order: Any) -> list[list[Slip]]:
        """So many clerks who saw the same list, each taking groups as they come."""
        printings: Sequence[Printing | NothingToPrint | Refused] = [
            await self.orders(**order) for _ in range(clerks)
        ]

        async def taken(printing: Any) -> list[Slip]:
            return [slip async for group in printing.groups for slip in group]

        return list(await asyncio.gather(*(taken(printing) for printing in printings)))

    async def opens(self, slip: Slip) -> bool:
        """Whether the password of a slip opens its account now."""
        answer = await self.tries(slip.identifier, slip.first_password, source=slip.first_password)
        return not isinstance(answer, Refused)

    async def held(self) -> dict[str, str]:
        return dict(await self.pool.fetch("select person_id, password_kind from credential order by 1"))
