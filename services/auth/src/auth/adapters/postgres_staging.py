"""A staged accounts file in PostgreSQL: an adapter of the port `Staging`."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from auth.adapters import import_sql, staging_sql
from auth.adapters.account_publication import publish_changes
from auth.adapters.account_settling import settle_states
from auth.adapters.long_statements import STATEMENT_TIMEOUT_S
from auth.adapters.security_facts import SecurityFacts
from auth.application.import_facts import Absences, Applied, Checked, ImportRun, SchoolLoss
from auth.application.ports import RunOf
from auth.domain.account_line import AccountLine
from auth.domain.accounts_file import Layout
from auth.domain.faults import Fault, Reason, masked
from shared.kit.database import Connection

FAULTS_SHOWN_MAX = 1_000

_row = attrgetter(*staging_sql.STAGED_COLUMNS)


class PostgresStaging:
    """Temporary tables of one connection, which the importer holds alone."""

    def __init__(self, connection: Connection, facts: SecurityFacts) -> None:
        self._connection = connection
        self._facts = facts

    async def prepare(self) -> None:
        await self._connection.execute(staging_sql.TABLES)

    async def add(self, lines: Sequence[AccountLine], faults: Sequence[Fault]) -> None:
        await self._connection.copy_records_to_table(
            "staged", records=map(_row, lines), columns=staging_sql.STAGED_COLUMNS
        )
        await self._connection.copy_records_to_table(
            "fault",
            records=((f.line, f.column, f.value, f.reason, True) for f in faults),
            columns=staging_sql.FAULT_COLUMNS,
        )

    async def check(self) -> Checked:
        await self._do(staging_sql.INDEXES)
        for contradiction in staging_sql.CONTRADICTIONS:
            await self._do(contradiction)
        await self._do(staging_sql.SET_ASIDE)
        await self._do(staging_sql.CHILDREN)
        await self._do(staging_sql.SET_ASIDE)
        counts = await self._one(staging_sql.COUNTS)
        first = await self._rows(staging_sql.FIRST_FAULTS, FAULTS_SHOWN_MAX)
        uais = await self._rows(staging_sql.UAIS)
        return Checked(
            lines_good=counts["lines_good"],
            lines_aside=counts["lines_aside"],
            faults=[_fault(row) for row in first],
            faults_total=counts["faults_total"],
            uais=[row["uai"] for row in uais],
        )

    async def absences(self) -> Absences:
        counted = await self._one(staging_sql.ABSENCES)
        losses = await self._losses(staging_sql.LOSSES)
        return Absences(absent=counted["absent"], present=counted["present"], losses=losses)

    async def redefined(self) -> Sequence[str]:
        rows = await self._rows(staging_sql.REDEFINED)
        return [row["uai"] for row in rows]

    async def apply(self, layout: Layout, *, complete: bool, now: datetime, run_of: RunOf) -> Applied:
        async with self._connection.transaction():
            applied = await self._applied(list(layout.places), complete=complete, now=now)
            await self.register(run_of(applied), now)
            return applied

    async def register(self, run: ImportRun, now: datetime) -> None:
        await self._connection.execute(
            "insert into import_run (at, asked_by, file_digest, options, outcome, lines_good, lines_aside, counts)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            now,
            run.asked_by,
            run.file_digest,
            run.options,
            run.outcome,
            run.lines_good,
            run.lines_aside,
            asdict(run.applied) if run.applied else None,
        )

    async def _applied(self, columns: list[str], *, complete: bool, now: datetime) -> Applied:
        for statement in (
            import_sql.TOUCHED,
            import_sql.PERSONS,
            import_sql.PERSONS_INDEX,
            "analyze person",
            import_sql.ESTABLISHMENTS,
        ):
            await self._do(statement)
        created = await self._written(import_sql.NEW_ACCOUNTS, now)
        await self._do(import_sql.CHANGED_ACCOUNTS, columns)
        returned = await self._number(import_sql.RETURNED)
        await self._do(import_sql.ATTACHMENTS, columns)
        if "children" in columns:
            await self._do(import_sql.LINKS_ENDED)
            await self._do(import_sql.LINKS_MADE)
        touched = await self._number("select count(distinct person_id)::int from touched")
        absent = await self._mark_absent(complete=complete, now=now)
        await self._do(import_sql.TOUCHED_BY_ESTABLISHMENT)
        await self._do("analyze account, attachment, child_link, establishment")
        await settle_states(self._connection, self._facts, now)
        published = await publish_changes(self._connection, now)
        places = await self._one(
            "select count(*) filter (where created)::int as created,"
            " count(*) filter (where not created)::int as changed from moved_establishment"
        )
        return Applied(
            created=created,
            changed=touched - created,
            returned=returned,
            absent=absent,
            establishments_created=places["created"],
            establishments_changed=places["changed"],
            published=published,
        )

    async def _mark_absent(self, *, complete: bool, now: datetime) -> int:
        """How many people left; only a complete file can tell that somebody did."""
        if not complete:
            return 0
        return await self._number(import_sql.ABSENT, now)

    async def _losses(self, query: str) -> Sequence[SchoolLoss]:
        rows = await self._rows(query)
        return [SchoolLoss(row["uai"], row["absent"], row["present"]) for row in rows]

    async def _do(self, sql: str, *values: object) -> None:
        await self._connection.execute(sql, *values, timeout=STATEMENT_TIMEOUT_S)

    async def _written(self, sql: str, *values: object) -> int:
        return int((await self._connection.execute(sql, *values, timeout=STATEMENT_TIMEOUT_S)).split()[-1])

    async def _number(self, sql: str, *values: object) -> int:
        return int(await self._connection.fetchval(sql, *values, timeout=STATEMENT_TIMEOUT_S))

    async def _rows(self, sql: str, *values: object) -> Sequence[Any]:
        rows: Sequence[Any] = await self._connection.fetch(sql, *values, timeout=STATEMENT_TIMEOUT_S)
        return rows

    async def _one(self, sql: str, *values: object) -> dict[str, Any]:
        row = await self._connection.fetchrow(sql, *values, timeout=STATEMENT_TIMEOUT_S)
        return dict(row) if row else {}


def _fault(row: Any) -> Fault:
    value = row["value"] if row["masked"] else masked(row["value"])
    return Fault(row["line"], row["column_name"], value, cast("Reason", row["reason"]))
