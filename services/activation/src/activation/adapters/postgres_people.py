"""The people known to activation, in PostgreSQL: a projection of `ent.accounts`."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from activation.domain.people import AccountState, Person, Profile
from shared.kit.projection import Projection, Table

ACCOUNTS = Projection(
    Table("person", {"person_id": "text", "version": "integer", "state": "text", "profile": "text"})
)


@dataclass(frozen=True, slots=True)
class PostgresPeople:
    """Keeps nothing of an account but what decides who may activate."""

    pool: asyncpg.Pool

    async def follow(self, gone: Sequence[str], newest: Sequence[Person]) -> None:
        rows = [
            {
                "person_id": person.person_id,
                "version": person.version,
                "state": person.state.value,
                "profile": person.profile.value,
            }
            for person in newest
        ]
        async with self.pool.acquire() as connection, connection.transaction():
            await ACCOUNTS.remove(connection, gone)
            await ACCOUNTS.replace(connection, rows)

    async def find(self, person_id: str) -> Person | None:
        row = await self.pool.fetchrow("select * from person where person_id = $1", person_id)
        if row is None:
            return None
        return Person(
            person_id=row["person_id"],
            version=row["version"],
            state=AccountState(row["state"]),
            profile=Profile(row["profile"]),
        )
