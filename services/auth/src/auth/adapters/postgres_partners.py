"""Partners and clients in PostgreSQL: an adapter of the port `Partners`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from auth.adapters.partner_publication import publish_all, publish_partner
from auth.domain.partners import Client, Partner
from shared.kernel.refusals import Refused
from shared.kit.database import Connection

KEEP_PARTNER = """
insert into partner (partner_id, name, body, departements, academies, regions, kinds)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (partner_id) do update set name = excluded.name, body = excluded.body,
    departements = excluded.departements, academies = excluded.academies, regions = excluded.regions,
    kinds = excluded.kinds
"""
NEW_CLIENT = """
insert into partner_client (client_id, partner_id, scopes, secret_digest, created_at) values ($1, $2, $3, $4, $5)
on conflict do nothing returning true
"""
SEEDED = """
insert into partner_client as c (client_id, partner_id, scopes, secret_digest, seed_digest, created_at)
values ($1, $2, $3, $4, $4, $5)
on conflict (client_id) do update set
    partner_id = excluded.partner_id, scopes = excluded.scopes, seed_digest = excluded.seed_digest,
    secret_digest = case when c.seed_digest is distinct from excluded.seed_digest
        then excluded.secret_digest else c.secret_digest end
where (c.partner_id, c.scopes, c.seed_digest)
    is distinct from (excluded.partner_id, excluded.scopes, excluded.seed_digest)
returning true
"""
LISTED = """
select c.client_id, c.scopes, c.disabled_at is null as enabled, p.*
from partner_client as c join partner as p using (partner_id) order by c.client_id
"""


class PostgresPartners:
    """Every change holds the partner's own lock until it is committed, so versions are told in order."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def register(
        self, partner: Partner, client: Client, secret: bytes, now: datetime
    ) -> bool | Refused:
        async with self._changing(partner.partner_id) as connection:
            known = await connection.fetchrow(
                "select * from partner where partner_id = $1", partner.partner_id
            )
            if known and as_partner(known) != partner:
                return Refused(
                    "another_partner", "this partner is known with another name, body or territory"
                )
            if not known:
                await _keep_partner(connection, partner)
            added = await connection.fetchval(
                NEW_CLIENT, client.client_id, client.partner_id, list(client.scopes), secret, now
            )
            if not added:
                return Refused("client_exists", "there is a client of this name")
            await publish_partner(connection, partner.partner_id, now)
            return True

    async def seed(self, partner: Partner, client: Client, secret: bytes, now: datetime) -> bool:
        async with self._changing(partner.partner_id) as connection:
            await _keep_partner(connection, partner)
            written = await connection.fetchval(
                SEEDED, client.client_id, client.partner_id, list(client.scopes), secret, now
            )
            published = await publish_partner(connection, partner.partner_id, now)
            return bool(written) or published

    async def replace_secret(self, client_id: str, secret: bytes) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(
                "update partner_client set secret_digest = $2 where client_id = $1 returning true",
                client_id,
                secret,
            )
            await connection.execute("delete from access_token where client_id = $1", client_id)
            return bool(found)

    async def disable(self, client_id: str, now: datetime) -> bool:
        partner_id = await self._pool.fetchval(
            "select partner_id from partner_client where client_id = $1", client_id
        )
        if partner_id is None:
            return False
        async with self._changing(partner_id) as connection:
            disabled = await connection.fetchval(
                "update partner_client set disabled_at = $2 where client_id = $1 and disabled_at is null"
                " returning true",
                client_id,
                now,
            )
            await connection.execute("delete from access_token where client_id = $1", client_id)
            await publish_partner(connection, partner_id, now)
            return bool(disabled)

    async def listed(self) -> Sequence[tuple[Partner, Client, bool]]:
        return [(as_partner(row), _client(row), row["enabled"]) for row in await self._pool.fetch(LISTED)]

    async def republish(self, now: datetime) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            return await publish_all(connection, now)

    @asynccontextmanager
    async def _changing(self, partner_id: str) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", partner_id)
            yield connection


async def _keep_partner(connection: Connection, partner: Partner) -> None:
    await connection.execute(
        KEEP_PARTNER,
        partner.partner_id,
        partner.name,
        partner.body,
        list(partner.departements),
        list(partner.academies),
        list(partner.regions),
        None if partner.kinds is None else list(partner.kinds),
    )


def as_partner(row: Any) -> Partner:
    """A row of the table as the domain sees it."""
    return Partner(
        partner_id=row["partner_id"],
        name=row["name"],
        body=row["body"],
        departements=tuple(row["departements"]),
        academies=tuple(row["academies"]),
        regions=tuple(row["regions"]),
        kinds=None if row["kinds"] is None else tuple(row["kinds"]),
    )


def _client(row: Any) -> Client:
    return Client(client_id=row["client_id"], partner_id=row["partner_id"], scopes=tuple(row["scopes"]))
