"""The port `Ledger` on the table delivery: one statement a batch, fenced by the worker that holds each row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from notifier.adapters.settled_facts import settled
from notifier.application.stores import Desk
from notifier.domain.attempts import Claim, Move
from notifier.domain.deliveries import ENDED, TOLD, DeliveryKey
from notifier.domain.notifications import SEALED_KINDS, Notification
from notifier.domain.outcomes import Accepted
from notifier.domain.tenure import Tenure
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

_CLAIMED = """
d.notification_id, d.person_id, d.channel, d.lane, d.claimed_at, d.attempts, d.provider, d.unsure_since,
d.possible_duplicate, d.establishment_uai
"""

_CLAIM = """
insert into delivery (notification_id, person_id, channel, lane, state, worker_id, claimed_at)
select k.*, $4, 'sending', $5::uuid, clock_timestamp() from unnest($1::uuid[], $2::text[], $3::text[]) as k
on conflict do nothing
returning notification_id, person_id, channel, claimed_at
"""

_MINE_ALREADY = f"""
select {_CLAIMED} from delivery d
join unnest($1::uuid[], $2::text[], $3::text[]) as k (notification_id, person_id, channel)
     using (notification_id, person_id, channel)
where d.state = 'sending' and d.worker_id = $4
"""

_EXPECTED_TWICE = """
with ordered as (
    update delivery d set readdressed = false
    from unnest($1::uuid[], $2::text[], $3::text[]) as k (notification_id, person_id, channel)
    where (d.notification_id, d.person_id, d.channel) = (k.notification_id, k.person_id, k.channel) and d.readdressed
    returning d.notification_id
)
update notification n set expected = n.expected - o.deliveries
from (select notification_id, count(*) as deliveries from ordered group by 1) o
where n.id = o.notification_id
"""
"""A delivery that was handed to the account that remains, and then ordered for it as well, is one and not two."""

_WORK = """
select distinct lane, channel from delivery
where state in ('waiting', 'deferred', 'ambiguous') and next_attempt_at <= $1
union
select distinct d.lane, d.channel from delivery d left join worker w on w.worker_id = d.worker_id
where d.state = 'sending' and (w.alive_until is null or w.alive_until < clock_timestamp())
"""

_TAKE_DUE = f"""
with due as (
    select notification_id, person_id, channel from delivery
    where lane = $1 and channel = $2 and state in ('waiting', 'deferred', 'ambiguous') and next_attempt_at <= $3
    order by next_attempt_at
    limit $4
    for update skip locked
)
update delivery d set state = 'sending', worker_id = $5, claimed_at = clock_timestamp(), next_attempt_at = null
from due
where (d.notification_id, d.person_id, d.channel) = (due.notification_id, due.person_id, due.channel)
returning {_CLAIMED}
"""

_TAKE_OVER = f"""
with orphaned as (
    select d.notification_id, d.person_id, d.channel from delivery d
    where d.state = 'sending' and d.lane = $1 and d.channel = $2 and d.worker_id in (
          select h.worker_id from delivery h left join worker w on w.worker_id = h.worker_id
          where h.state = 'sending' and (w.alive_until is null or w.alive_until < clock_timestamp()))
    limit $3
    for update of d skip locked
)
update delivery d
set worker_id = $4, claimed_at = clock_timestamp(), unsure_since = coalesce(d.unsure_since, d.claimed_at),
    possible_duplicate = d.possible_duplicate or d.channel = 'email'
from orphaned o
where (d.notification_id, d.person_id, d.channel) = (o.notification_id, o.person_id, o.channel)
returning {_CLAIMED}
"""

_FORGOTTEN = f"""
select {_CLAIMED} from delivery d
where d.state = 'sending' and d.worker_id = $1 and d.lane = $2 and d.channel = $3
limit $4
"""

# « is not distinct from » keeps the planner off the index of deliveries in hand, which it would read once for
# each of them; a delivery has a worker exactly while it is being sent, so the worker and the moment at which it
# claimed are the whole fence: the same worker may have claimed it anew since.
_RECORD = """
update delivery d
set state = m.state, reason = m.reason, attempts = m.attempts, provider = m.provider, reference = m.reference,
    next_attempt_at = m.next_attempt_at, unsure_since = m.unsure_since, possible_duplicate = m.possible_duplicate,
    establishment_uai = m.uai, settled_at = m.settled_at, worker_id = null
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[],
            $9::timestamptz[], $10::timestamptz[], $11::boolean[], $12::text[], $13::timestamptz[],
            $14::timestamptz[])
     as m (notification_id, person_id, channel, state, reason, attempts, provider, reference, next_attempt_at,
           unsure_since, possible_duplicate, uai, settled_at, claimed_at)
where d.notification_id = m.notification_id and d.person_id = m.person_id and d.channel = m.channel
  and d.worker_id is not distinct from $15 and d.claimed_at = m.claimed_at
returning d.notification_id, d.person_id, d.channel
"""

# One adoption at a time, whoever the worker: two that look at the same free text must not both see it free.
_ADOPTIONS_LOCK = 0x7465_7874
_ADOPT = """
update delivery d set provider = $4, reference = $5
where d.notification_id = $1 and d.person_id = $2 and d.channel = $3 and d.state = 'sending' and d.worker_id = $6
  and not exists (select from delivery other where other.channel = 'sms' and other.reference = $5
                  and (other.notification_id, other.person_id) <> ($1, $2))
returning true
"""


class LedgerStore:
    """This worker's hand on the ledger; what it takes carries the number of the tenure it was taken in."""

    def __init__(self, pool: asyncpg.Pool, worker_id: UUID, tenure: Tenure) -> None:
        self._pool = pool
        self._worker_id = worker_id
        self._tenure = tenure

    async def claim(
        self, desk: Desk, keys: Sequence[DeliveryKey], mine: Collection[DeliveryKey]
    ) -> list[Claim]:
        tenure, columns = self._tenure.number, _columns(keys)
        rows = await self._pool.fetch(_CLAIM, *columns, desk.lane, self._worker_id)
        claims = [Claim(DeliveryKey(row[0], row[1], row[2]), desk.lane, row[3], tenure) for row in rows]
        if len(claims) == len(keys):
            return claims
        taken = {claim.key for claim in claims}
        await self._pool.execute(_EXPECTED_TWICE, *columns)
        earlier = await self._pool.fetch(_MINE_ALREADY, *columns, self._worker_id)
        return claims + [c for c in _claims(earlier, tenure) if c.key not in taken and c.key not in mine]

    async def work(self, now: datetime) -> frozenset[Desk]:
        return frozenset(Desk(row[0], row[1]) for row in await self._pool.fetch(_WORK, now))

    async def take_due(self, desk: Desk, now: datetime, most: int) -> list[Claim]:
        tenure = self._tenure.number
        return _claims(await self._pool.fetch(_TAKE_DUE, *desk, now, most, self._worker_id), tenure)

    async def take_over(self, desk: Desk, most: int) -> list[Claim]:
        tenure = self._tenure.number
        return _claims(await self._pool.fetch(_TAKE_OVER, *desk, most, self._worker_id), tenure)

    async def take_forgotten(self, desk: Desk, mine: Collection[DeliveryKey], most: int) -> list[Claim]:
        tenure = self._tenure.number
        rows = await self._pool.fetch(_FORGOTTEN, self._worker_id, *desk, len(mine) + most)
        return [claim for claim in _claims(rows, tenure) if claim.key not in mine][:most]

    async def adopt(self, claim: Claim, found: Accepted) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", _ADOPTIONS_LOCK)
            adopted = await connection.fetchval(
                _ADOPT, *claim.key, found.provider, found.reference, self._worker_id
            )
        return adopted is True

    async def record(self, moves: Sequence[Move], told: Mapping[UUID, Notification]) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_RECORD, *_moved(moves), self._worker_id)
            counted = {DeliveryKey(*row) for row in rows}
            kept = [move for move in moves if move.claim.key in counted]
            await _bury(connection, kept)
            await _erase_secrets(connection, kept, told)
            await add_to_outbox(connection, _facts(kept, told))
        return len(kept)


def _facts(moves: Sequence[Move], told: Mapping[UUID, Notification]) -> list[Any]:
    return [
        settled(told[move.claim.key.notification_id], move.claim.key, move.state, move.reason, move.at)
        for move in moves
        if move.state in TOLD and move.claim.key.notification_id in told
    ]


async def _bury(connection: Connection, moves: Sequence[Move]) -> None:
    """An address that a relay calls dead is dead for everybody who chose it."""
    dead = [(move.claim.key.channel, move.dead_address, move.at) for move in moves if move.dead_address]
    if dead:
        await connection.executemany(
            "update contact set bounced_at = $3 where channel = $1 and address = $2 and bounced_at is null",
            dead,
        )


async def _erase_secrets(
    connection: Connection, moves: Sequence[Move], told: Mapping[UUID, Notification]
) -> None:
    ended = {move.claim.key.notification_id for move in moves if move.state in ENDED}
    sealed = [identity for identity in ended if identity in told and told[identity].kind in SEALED_KINDS]
    if sealed:
        await connection.execute("update notification set sealed = null where id = any($1::uuid[])", sealed)


def _claims(rows: Sequence[Any], tenure: int) -> list[Claim]:
    return [
        Claim(
            key=DeliveryKey(row[0], row[1], row[2]),
            lane=row[3],
            claimed_at=row[4],
            tenure=tenure,
            attempts=row[5],
            provider=row[6],
            unsure_since=row[7],
            possible_duplicate=row[8],
            uai=row[9],
        )
        for row in rows
    ]


def _columns(keys: Sequence[DeliveryKey]) -> tuple[list[UUID], list[str], list[str]]:
    return [k.notification_id for k in keys], [k.person_id for k in keys], [k.channel for k in keys]


def _moved(moves: Sequence[Move]) -> list[list[Any]]:
    return [
        *_columns([move.claim.key for move in moves]),
        [move.state.value for move in moves],
        [move.reason for move in moves],
        [move.attempts for move in moves],
        [move.provider for move in moves],
        [move.reference for move in moves],
        [move.next_attempt_at for move in moves],
        [move.unsure_since for move in moves],
        [move.possible_duplicate for move in moves],
        [move.uai for move in moves],
        [move.at if move.state in ENDED else None for move in moves],
        [move.claim.claimed_at for move in moves],
    ]
