"""The partners' requests in PostgreSQL."""

from typing import Any

import asyncpg

from notifier.domain.idempotency import Receipt
from shared.kernel.refusals import Refused

_READ = """
select partner_id, idempotency_key, body_digest, alert_id, event, accepted_at, published_at is not null as published
from intake_request
"""
ALERT_ID_TAKEN = Refused("alert_id_taken")


class PostgresIntakeRequests:
    """Leases are judged by the database's clock, so that two processes never disagree about them."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, partner_id: str, key: str) -> Receipt | None:
        return _receipt(
            await self._pool.fetchrow(
                _READ + "where partner_id = $1 and idempotency_key = $2", partner_id, key
            )
        )

    async def find_alert(self, partner_id: str, alert_id: str) -> Receipt | None:
        return _receipt(
            await self._pool.fetchrow(
                _READ + "where partner_id = $1 and alert_id = $2 and published_at is not null",
                partner_id,
                alert_id,
            )
        )

    async def reserve(self, receipt: Receipt) -> Receipt | Refused:
        """A twin that was quicker is waited for by the unique index, and its receipt answered."""
        await self._pool.execute(
            """
            insert into intake_request (partner_id, idempotency_key, body_digest, alert_id, event, accepted_at)
            values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """,
            receipt.partner_id,
            receipt.key,
            receipt.body_digest,
            receipt.alert_id,
            receipt.event.decode(),
            receipt.accepted_at,
        )
        return await self.find(receipt.partner_id, receipt.key) or ALERT_ID_TAKEN

    async def hold(self, receipt: Receipt, seconds: float) -> bool:
        held: bool | None = await self._pool.fetchval(
            """
            update intake_request set held_until = clock_timestamp() + make_interval(secs => $3)
            where partner_id = $1 and idempotency_key = $2 and published_at is null
              and (held_until is null or held_until <= clock_timestamp())
            returning true
            """,
            receipt.partner_id,
            receipt.key,
            seconds,
        )
        return bool(held)

    async def release(self, receipt: Receipt) -> None:
        await self._pool.execute(
            "update intake_request set held_until = null where partner_id = $1 and idempotency_key = $2",
            receipt.partner_id,
            receipt.key,
        )

    async def mark_published(self, receipt: Receipt) -> None:
        await self._pool.execute(
            """
            update intake_request set published_at = clock_timestamp(), held_until = null
            where partner_id = $1 and idempotency_key = $2 and published_at is null
            """,
            receipt.partner_id,
            receipt.key,
        )


def _receipt(row: Any) -> Receipt | None:
    if row is None:
        return None
    return Receipt(
        partner_id=row["partner_id"],
        key=row["idempotency_key"],
        body_digest=row["body_digest"],
        alert_id=row["alert_id"],
        event=row["event"].encode(),
        accepted_at=row["accepted_at"],
        published=row["published"],
    )
