"""Auth on a real database: files to import, what the outbox tells, what the register keeps."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeGuard

import asyncpg

from auth.adapters.csv_accounts_file import open_accounts_file
from auth.adapters.postgres_directory import PostgresDirectory
from auth.adapters.postgres_partners import PostgresPartners
from auth.adapters.security_facts import SecurityFacts
from auth.application.import_accounts import ImportAccounts, ImportFile, ImportReport
from auth.application.republish import Republish
from auth.application.suspend_absent import SuspendAbsent
from shared.events.accounts import AccountChanged
from shared.events.envelope import Event, Unreadable, from_record
from shared.kernel.refusals import Refused
from shared.kit.broker import Producer
from shared.kit.outbox import relay_once
from tests.fakes.auth import HandClock
from tests.unit.auth.examples import HEADER, PARENT, PUPIL, READERS, csv_text

GRACE = timedelta(days=15)
ServicePool = Callable[..., Awaitable[asyncpg.Pool]]


class _Recorder(Producer):
    """Takes what the relay publishes, as a broker would."""

    def __init__(self) -> None:
        self.records: list[Any] = []

    async def publish(self, records: Sequence[Any]) -> None:
        self.records.extend(records)


@dataclass(slots=True)
class AuthScene:
    """One school's evening: rows become a file, the file is imported, the facts are read."""

    pool: asyncpg.Pool
    folder: Path
    clock: HandClock

    @property
    def directory(self) -> PostgresDirectory:
        return PostgresDirectory(self.pool, SecurityFacts(None))

    @property
    def importer(self) -> ImportAccounts:
        return ImportAccounts(
            files=open_accounts_file, directory=self.directory, readers=READERS, clock=self.clock
        )

    async def imports(
        self,
        *rows: dict[str, str],
        header: str = HEADER,
        partial: bool = False,
        complete: bool = False,
        confirmed: bool = False,
    ) -> ImportReport | Refused:
        order = self.order("comptes.csv", *rows, header=header)
        return await self.importer(replace(order, partial=partial, complete=complete, confirmed=confirmed))

    def order(self, name: str, *rows: dict[str, str], header: str = HEADER) -> ImportFile:
        """Write a file and the order to import it."""
        path = self.folder / name
        path.write_text(csv_text(*rows, header=header), encoding="utf-8")
        return ImportFile(path=path, asked_by="mme.vial")

    async def done(self, *rows: dict[str, str], **options: Any) -> ImportReport:
        """Import rows that must go through."""
        report = await self.imports(*rows, **options)
        assert isinstance(report, ImportReport), report
        assert report.refusal is None, report
        return report

    async def refused(self, *rows: dict[str, str], **options: Any) -> ImportReport:
        """Import rows that must be refused."""
        report = await self.imports(*rows, **options)
        assert isinstance(report, ImportReport), report
        assert report.refusal is not None
        assert report.applied is None
        return report

    async def sweeps(self) -> int | Refused:
        return await SuspendAbsent(directory=self.directory, grace=GRACE, clock=self.clock)()

    async def republishes(self) -> object:
        return await Republish(
            directory=self.directory, partners=PostgresPartners(self.pool), clock=self.clock
        )()

    async def told(self) -> dict[str, AccountChanged]:
        """The accounts in the outbox, by person; the outbox is then empty."""
        told = [event.data for event in await self.events()]
        return {account.person_id: account for account in told if isinstance(account, AccountChanged)}

    async def events(self) -> list[Event[Any]]:
        """Everything in the outbox, in order; the outbox is then empty."""
        return await outbox_events(self.pool)

    async def states(self) -> dict[str, str]:
        return dict(await self.pool.fetch("select person_id, state from account order by person_id"))

    async def runs(self) -> list[str]:
        return [row["outcome"] for row in await self.pool.fetch("select outcome from import_run order by id")]


async def outbox_events(pool: asyncpg.Pool) -> list[Event[Any]]:
    """Everything in an outbox, in order; the outbox is then empty."""
    recorder = _Recorder()
    await relay_once(pool, recorder)
    read = [from_record(record.key.encode(), record.value, record.headers) for record in recorder.records]
    return [event for event in read if _understood(event)]


def _understood(event: Event[Any] | Unreadable) -> TypeGuard[Event[Any]]:
    assert isinstance(event, Event), event
    return True


def noon() -> HandClock:
    return HandClock(datetime(2026, 9, 1, 12, tzinfo=UTC))


def pupil(person_id: str, **cells: str) -> dict[str, str]:
    return PUPIL | {"person_id": person_id} | cells


def parent(person_id: str, **cells: str) -> dict[str, str]:
    return PARENT | {"person_id": person_id} | cells


def staff(person_id: str, **cells: str) -> dict[str, str]:
    return PUPIL | {"person_id": person_id, "profile": "personnel", "class": "", "transported": ""} | cells


LYCEE = {
    "establishment_uai": "0690026D",
    "establishment_name": "Lycée du Parc",
    "establishment_kind": "lycee",
}
