"""A staged delivery of the school directory in PostgreSQL: an adapter of the port `DeliveryStaging`."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from auth.adapters import delivery_end_sql, delivery_sql
from auth.adapters.long_statements import STATEMENT_TIMEOUT_S
from auth.adapters.postgres_staging import PostgresStaging
from auth.application.delivery_ports import LeftOut, StructureSaid
from auth.application.import_facts import Absences
from auth.domain.directory_entry import BadEntry, Entry
from auth.domain.faults import Fault
from auth.domain.territories import Establishment

ROWS_AT_ONCE = 1_000


class PostgresDeliveryStaging(PostgresStaging):
    """Everything that a staged accounts file can do, and the joining of entries before it."""

    async def prepare(self) -> None:
        await super().prepare()
        await self._connection.execute(delivery_sql.TABLES)

    async def take(self, entries: Sequence[Entry], bad: Sequence[BadEntry]) -> None:
        await self._connection.copy_records_to_table(
            "delivered",
            records=[*map(_entry_row, entries), *map(_bad_row, bad)],
            columns=delivery_sql.DELIVERED_COLUMNS,
        )
        await self.add((), [one.fault for one in bad])

    async def understand(self) -> None:
        await self._do(delivery_sql.INDEXES)
        await self._do(delivery_sql.SAID_AGAIN)
        await self._do(delivery_sql.NAMED_TWICE)
        await self._do(delivery_sql.NEVER_DELIVERED)
        await self._do(delivery_sql.ASIDE)

    async def structures(self) -> AsyncIterator[StructureSaid]:
        async with self._connection.transaction():
            async for row in self._connection.cursor(delivery_sql.STRUCTURES, timeout=STATEMENT_TIMEOUT_S):
                yield StructureSaid(row["key"], row["number"], row["said"], row["before"])

    async def settle(
        self, places: Mapping[str, tuple[int | None, Establishment]], faults: Sequence[Fault]
    ) -> None:
        await self._connection.copy_records_to_table(
            "place",
            records=[
                (key, number, e.uai, e.name, e.kind, e.departement, e.academie, e.region)
                for key, (number, e) in places.items()
            ],
            columns=delivery_sql.PLACE_COLUMNS,
        )
        await self.add((), faults)
        await self._do(delivery_sql.ASIDE)
        await self._do(delivery_sql.PERSON_NOW)
        await self._do(delivery_sql.PERSON_INDEXES)
        for statement in delivery_sql.RELATIONS:
            await self._do(statement)
        await self._do(delivery_sql.CONCERNED)
        await self._do(delivery_sql.NOWHERE)

    def pupils_and_staff(self) -> AsyncIterator[tuple[int, Sequence[str]]]:
        return self._cells(delivery_sql.PUPILS_AND_STAFF)

    async def parents(self) -> AsyncIterator[tuple[int, Sequence[str]]]:
        await self._do(delivery_sql.ASIDE)
        if await self._number(delivery_sql.REVERTED):
            await self._do(delivery_sql.REVERTED_REMEMBERED)
            for statement in delivery_sql.RELATIONS_AGAIN:
                await self._do(statement)
        async for row in self._cells(delivery_sql.PARENTS):
            yield row

    async def leaving(self, *, complete: bool) -> Absences:
        await self._do(delivery_end_sql.LEAVING, complete)
        counted = await self._one(delivery_end_sql.ABSENCES, complete)
        losses = await self._losses(delivery_end_sql.LOSSES)
        return Absences(absent=counted["absent"], present=counted["present"], losses=losses)

    async def left_out(self) -> LeftOut:
        return LeftOut(**await self._one(delivery_sql.LEFT_OUT))

    async def places(self, numbers: Sequence[int]) -> Mapping[int, tuple[int, int]]:
        rows = await self._rows(delivery_sql.PLACES, list(numbers))
        return {row["number"]: (row["file"], row["line"]) for row in rows}

    async def _mark_absent(self, *, complete: bool, now: datetime) -> int:
        await self._do(delivery_end_sql.LINKS_LOST)
        absent = await self._number(delivery_end_sql.ABSENT, now)
        for statement in delivery_end_sql.REMEMBER:
            await self._do(statement)
        if complete:
            for statement in delivery_end_sql.FORGET_ABSENT:
                await self._do(statement)
        return absent

    async def _cells(self, query: str) -> AsyncIterator[tuple[int, Sequence[str]]]:
        async with self._connection.transaction():
            rows = self._connection.cursor(query, prefetch=ROWS_AT_ONCE, timeout=STATEMENT_TIMEOUT_S)
            async for row in rows:
                number, *cells = row
                yield number, cells


def _entry_row(entry: Entry) -> tuple[object, ...]:
    said = json.dumps(entry.said, ensure_ascii=False, sort_keys=True)
    place = entry.place
    return entry.number, place.file, place.line, str(entry.operation), str(entry.kind), entry.key, said, False


def _bad_row(bad: BadEntry) -> tuple[object, ...]:
    return bad.fault.line, bad.place.file, bad.place.line, None, None, None, None, True
