"""Partners and schools as the projections know them."""

import asyncio
import time
from collections.abc import Callable, Mapping

import asyncpg

from shared.consent import PartnerBody, School, Territory

SCHOOLS_KEPT_S = 2.0

# one step of the index per school, however many people each has
_SCHOOLS = """
with recursive school as (
    (select uai, kind, departement, academie, region from attachment order by uai limit 1)
    union all
    select next.* from school, lateral (
        select uai, kind, departement, academie, region from attachment where uai > school.uai order by uai limit 1
    ) next
)
select * from school
"""


class ProjectedPartnerBodies:
    """Reads the projection of `ent.partners`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def body_of(self, partner_id: str) -> PartnerBody | None:
        row = await self._pool.fetchrow("select * from partner where partner_id = $1", partner_id)
        if row is None:
            return None
        return PartnerBody(
            kind=row["body"],
            territory=Territory(
                departements=frozenset(row["departements"]),
                academies=frozenset(row["academies"]),
                regions=frozenset(row["regions"]),
            ),
            kinds=None if row["kinds"] is None else frozenset(row["kinds"]),
            active=row["active"],
        )


class ProjectedSchools:
    """Reads the schools of all attachments, and keeps them for SCHOOLS_KEPT_S."""

    def __init__(self, pool: asyncpg.Pool, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool
        self._monotonic = monotonic
        self._reading = asyncio.Lock()
        self._kept: Mapping[str, School] = {}
        self._until_s = float("-inf")

    async def known(self) -> Mapping[str, School]:
        async with self._reading:
            if self._monotonic() >= self._until_s:
                self._kept = await self._read()
                self._until_s = self._monotonic() + SCHOOLS_KEPT_S
            return self._kept

    async def _read(self) -> Mapping[str, School]:
        return {
            row["uai"]: School(row["kind"], row["departement"], row["academie"], row["region"])
            for row in await self._pool.fetch(_SCHOOLS)
        }
