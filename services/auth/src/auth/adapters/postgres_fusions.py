"""Fusions in PostgreSQL: an adapter of the port `Fusions`.

Attaching and undoing hold the lock of whoever writes accounts, so that they never interleave with an import: what is
told of both accounts is then computed from the lines that the last import left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from auth.adapters import fusion_sql as sql
from auth.adapters.account_publication import publish_changes
from auth.adapters.account_settling import settle_states
from auth.adapters.ended_access import end_access
from auth.adapters.import_sql import TOUCHED
from auth.adapters.postgres_directory import writing
from auth.adapters.security_facts import SecurityFacts
from auth.application.fusion_ports import Proposal, refused_for
from auth.domain.fusion import FusibleAccount, Fusion, FusionState, Place, moved, why_not
from shared.events.security import SecurityFact
from shared.kernel.refusals import Refused
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

UNKNOWN = Refused("unknown_fusion", "there is no such fusion, or its proposal is over")


class PostgresFusions:
    """Rows of `fusion`, and the mark on the account that was taken in."""

    def __init__(self, pool: asyncpg.Pool, facts: SecurityFacts) -> None:
        self._pool = pool
        self._facts = facts

    async def account(self, person_id: str) -> FusibleAccount:
        return await _account(self._pool, person_id)

    async def places(self, person_id: str) -> Sequence[Place]:
        return await _places(self._pool, person_id)

    async def propose(self, proposal: Proposal) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(sql.EARLIER_PROPOSALS, proposal.remaining_id)
            await connection.execute(
                sql.PROPOSED,
                proposal.fusion_id,
                proposal.remaining_id,
                proposal.attached_id,
                proposal.proposed_at,
                proposal.expires_at,
            )

    async def attach(self, fusion_id: UUID, person_id: str, *, now: datetime) -> Fusion | Refused:
        async with writing(self._pool) as connection:
            if isinstance(connection, Refused):
                return connection
            async with connection.transaction():
                row = await connection.fetchrow(sql.ONE_OF_PERSON, fusion_id, person_id)
                if row is not None and row["state"] == FusionState.FUSED:
                    return await _fusion(connection, row)
                if row is None or row["state"] != FusionState.PROPOSED or row["expires_at"] <= now:
                    return UNKNOWN
                fault = await _fault(connection, row)
                return fault or await self._attached(connection, row, now)

    async def undo(self, fusion_id: UUID, person_id: str, *, now: datetime) -> Fusion | Refused:
        async with writing(self._pool) as connection:
            if isinstance(connection, Refused):
                return connection
            async with connection.transaction():
                row = await connection.fetchrow(sql.ONE_OF_PERSON, fusion_id, person_id)
                if row is None or row["state"] == FusionState.PROPOSED:
                    return UNKNOWN
                if row["state"] == FusionState.UNDONE:
                    return await _fusion(connection, row)
                return await self._undone(connection, row, now)

    async def in_force(self, attached_id: str) -> tuple[UUID, str] | None:
        row = await self._pool.fetchrow(sql.IN_FORCE, attached_id)
        return None if row is None else (row["fusion_id"], row["remaining_id"])

    async def of_person(self, person_id: str) -> Sequence[Fusion]:
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(sql.ALL_OF_PERSON, person_id)
            return [await _fusion(connection, row) for row in rows]

    async def forget_proposals(self, now: datetime) -> int:
        """Drop what nobody accepted in time."""
        return int((await self._pool.execute(sql.FORGOTTEN, now)).split()[-1])

    async def _attached(self, connection: Connection, row: Any, now: datetime) -> Fusion:
        moved(FusionState(row["state"]), FusionState.FUSED)
        remaining, attached = row["remaining_id"], row["attached_id"]
        await connection.execute(sql.FUSED, row["fusion_id"], now)
        await connection.execute(sql.TAKEN_IN, attached, remaining)
        await end_access(connection, [attached], now)
        await self._told_anew(connection, (remaining, attached), now)
        await self._noticed(connection, (remaining, attached), "accounts_fused", now)
        return await _fusion_again(connection, row)

    async def _undone(self, connection: Connection, row: Any, now: datetime) -> Fusion:
        moved(FusionState(row["state"]), FusionState.UNDONE)
        remaining, attached = row["remaining_id"], row["attached_id"]
        await connection.execute(sql.HELD, [remaining, attached])
        await connection.execute(sql.UNDONE, row["fusion_id"], now)
        await connection.execute(sql.TAKEN_OUT, attached)
        await end_access(connection, [attached], now)  # a sign-in that was under way while they were fused
        await connection.execute(sql.STANDS_ALONE, remaining)
        await self._told_anew(connection, (remaining, attached), now)
        await self._noticed(connection, (remaining, attached), "fusion_undone", now)
        return await _fusion_again(connection, row)

    async def _told_anew(self, connection: Connection, person_ids: tuple[str, str], now: datetime) -> None:
        await connection.execute(TOUCHED)
        await connection.execute(sql.TOUCHED_BOTH, list(person_ids))
        await settle_states(connection, self._facts, now)
        await publish_changes(connection, now)

    async def _noticed(
        self, connection: Connection, person_ids: tuple[str, str], fact: SecurityFact, now: datetime
    ) -> None:
        records = list(await self._facts.noticed_to_all(connection, person_ids, fact, now=now))
        if fact == "accounts_fused":
            records.append(self._facts.revoked(person_ids[1], "accounts_fused", now=now))
        await add_to_outbox(connection, records)


async def _fault(connection: Connection, row: Any) -> Refused | None:
    """Why the two may not be fused after all: time has passed since they were compared, and since one was proved.

    Both are held first: a new password that is being written meanwhile is waited for, and counts.
    """
    remaining_id, attached_id = row["remaining_id"], row["attached_id"]
    await connection.execute(sql.HELD, [remaining_id, attached_id])
    await connection.execute(sql.PROOF_HELD, attached_id)
    if await connection.fetchval(sql.PROOF_IS_OLD, attached_id, row["proposed_at"]):
        return UNKNOWN
    remaining, attached = await _account(connection, remaining_id), await _account(connection, attached_id)
    fault = why_not(remaining, attached)
    return None if fault is None else refused_for(fault)


async def _account(connection: Connection | asyncpg.Pool, person_id: str) -> FusibleAccount:
    row = await connection.fetchrow(sql.ACCOUNT, person_id)
    if row is None:
        raise KeyError(person_id)
    return FusibleAccount(**row)


async def _places(connection: Connection | asyncpg.Pool, person_id: str) -> tuple[Place, ...]:
    rows = await connection.fetch(sql.PLACES, person_id)
    return tuple(Place(uai=row["uai"], name=row["name"], children=tuple(row["children"])) for row in rows)


async def _fusion_again(connection: Connection, row: Any) -> Fusion:
    again = await connection.fetchrow(sql.ONE_OF_PERSON, row["fusion_id"], row["remaining_id"])
    return await _fusion(connection, again)


async def _fusion(connection: Connection, row: Any) -> Fusion:
    state = FusionState(row["state"])
    return Fusion(
        fusion_id=row["fusion_id"],
        state=state,
        attached_id=row["attached_id"],
        ending_identifier=row["identifier"],
        places=await _places(connection, row["attached_id"]) if state is FusionState.FUSED else (),
        fused_at=row["fused_at"],
        undone_at=row["undone_at"],
    )
