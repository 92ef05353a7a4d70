"""The port `Histories` on the ledger."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from notifier.application.reports import Explained, Story
from notifier.domain.conservation import Tally
from notifier.domain.deliveries import State

_FIND = """
select id from notification where id::text = $1 or event_id = $1 or origin_id = $1 order by received_at
"""

_STORIES = """
select d.channel, d.state, d.reason, coalesce(d.settled_at, d.next_attempt_at, d.claimed_at) as happened_at, d.attempts,
       d.provider, coalesce(t.name, d.establishment_uai) as school, d.possible_duplicate
from delivery d
left join attachment t on t.person_id = d.person_id and t.uai = d.establishment_uai
where d.notification_id = $1
  and (d.person_id = $2 or d.person_id in (select f.remaining_id from fused_account f where f.person_id = $2))
order by d.channel
"""

_TALLIES = """
select n.id, n.event_id, n.kind, n.expected, n.routed_at is not null as routed, n.expires_at,
       coalesce(json_object_agg(d.state, d.deliveries) filter (where d.state is not null), '{}') as states
from notification n
left join (
    select notification_id, state, count(*) as deliveries from delivery
    where $1::uuid[] is null or notification_id = any($1)
    group by 1, 2
) d on d.notification_id = n.id
where $1::uuid[] is null or n.id = any($1)
group by n.id
order by n.received_at
"""


class HistoryStore:
    """Reads; writes nothing."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, event: str) -> list[UUID]:
        return [row[0] for row in await self._pool.fetch(_FIND, event)]

    async def knows(self, person_id: str) -> bool:
        found = await self._pool.fetchval(
            "select exists (select from account where person_id = $1)", person_id
        )
        return bool(found)

    async def explained(self, notification_id: UUID, person_id: str) -> Explained:
        row: Any = await self._pool.fetchrow(
            "select event_id, kind, routed_at is not null as routed from notification where id = $1",
            notification_id,
        )
        stories = [
            Story(r[0], State(r[1]), r[2], r[3], r[4], r[5], r[6], r[7])
            for r in await self._pool.fetch(_STORIES, notification_id, person_id)
        ]
        return Explained(notification_id, row["event_id"], row["kind"], row["routed"], tuple(stories))

    async def tallies(self, notification_ids: Sequence[UUID] | None) -> list[Tally]:
        wanted = None if notification_ids is None else list(notification_ids)
        rows = await self._pool.fetch(_TALLIES, wanted)
        return [
            Tally(
                notification_id=row["id"],
                event_id=row["event_id"],
                kind=row["kind"],
                expected=row["expected"],
                routed=row["routed"],
                expires_at=row["expires_at"],
                states={State(state): count for state, count in row["states"].items()},
            )
            for row in rows
        ]
