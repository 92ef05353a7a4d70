"""The desk in PostgreSQL: a transaction that holds the people it works on, and an outbox for the news."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from preferences.adapters import fusion_table, people_tables, preferences_tables
from preferences.adapters.announcements import Announcements
from preferences.application.ports import Deed, Work
from preferences.domain.fusion import Fusion
from preferences.domain.person import Person
from preferences.domain.preferences import Preferences
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

_MOVED_SQL = """
select person_id from contact join person using (person_id)
where person_id = any($1) and channel = 'email' and origin = 'imported'
  and contact.address is distinct from person.email
"""

_AUDIT_SQL = """
insert into audit (at, who, what, person_id, details)
select at, who, what, person_id, details
from jsonb_to_recordset($1::jsonb)
    as given(at timestamptz, who text, what text, person_id text, details jsonb)
"""


@dataclass(frozen=True, slots=True)
class PostgresWork:
    """One transaction on one connection."""

    connection: Connection
    announcements: Announcements

    async def people(self, person_ids: Sequence[str]) -> dict[str, Person]:
        return await people_tables.held_people(self.connection, person_ids)

    async def preferences(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        return await preferences_tables.read(self.connection, person_ids)

    async def keep(self, changed: Sequence[Preferences]) -> int | None:
        if not changed:
            return None
        await preferences_tables.write(self.connection, changed)
        return await add_to_outbox(self.connection, [self.announcements.changed(one) for one in changed])

    async def note(self, deeds: Sequence[Deed]) -> None:
        rows = [
            {
                "at": deed.at.isoformat(),
                "who": deed.who,
                "what": deed.what,
                "person_id": deed.person_id,
                "details": dict(deed.details),
            }
            for deed in deeds
        ]
        await self.connection.execute(_AUDIT_SQL, rows)

    async def learn(self, people: Sequence[Person]) -> list[str]:
        newer = await people_tables.learn(self.connection, people)
        return [row["person_id"] for row in await self.connection.fetch(_MOVED_SQL, newer)] if newer else []

    async def unsettled(self, person_ids: Sequence[str]) -> list[str]:
        return await fusion_table.unsettled(self.connection, person_ids)

    async def fusions(self, person_ids: Sequence[str]) -> dict[str, Fusion]:
        return await fusion_table.read(self.connection, person_ids)

    async def keep_fusion(self, fusion: Fusion) -> None:
        await fusion_table.write(self.connection, fusion)

    async def forget(self, person_ids: Sequence[str]) -> None:
        await people_tables.ACCOUNTS.remove(self.connection, person_ids)
        await fusion_table.remove(self.connection, person_ids)
        had_chosen = await preferences_tables.TABLES.remove(self.connection, person_ids)
        await add_to_outbox(self.connection, [self.announcements.forgotten(one) for one in had_chosen])


@dataclass(frozen=True, slots=True)
class PostgresDesk:
    """Opens work on a pool of connections."""

    pool: asyncpg.Pool
    announcements: Announcements

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Work]:
        async with self.pool.acquire() as connection, connection.transaction():
            yield PostgresWork(connection, self.announcements)
