"""Starting: everything at once, as far as one thing does not need another."""

import asyncio
from collections.abc import Awaitable

from carillon.infrastructure.apache_kafka import ApacheKafka, resolve
from carillon.infrastructure.ports import LOOPBACK, answers
from carillon.infrastructure.postgres import EmbeddedPostgres
from carillon.infrastructure.processes import NotReady
from carillon.stack.context import Context
from carillon.stack.environment import url
from carillon.stack.options import SERVICES, StackRefused
from carillon.stack.sample_loading import SampleLoading, list_accounts
from carillon.stack.sql import ask
from carillon.stack.waiting import until_done, until_healthy, until_ready
from shared.kit.migrations import head

POSTGRES_WITHIN_S = 60
BROKER_WITHIN_S = 120
SERVICE_WITHIN_S = 90
TASK_WITHIN_S = 120


class StartUp:
    """The steps of a start; each shows itself on the board."""

    def __init__(self, context: Context) -> None:
        self._stack = context
        self._board = context.board

    async def run(self) -> None:
        """Return when every part is ready. Raises StackRefused with the first thing that went wrong."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._plan(tasks)
        except ExceptionGroup as failures:
            raise _first(failures) from None

    def _plan(self, tasks: asyncio.TaskGroup) -> None:
        parts = self._stack.parts
        databases = tasks.create_task(self._postgres())
        needs = [tasks.create_task(self._broker_and_topics()), tasks.create_task(self._sinks())]
        migrated = {
            service: tasks.create_task(self._migrate(service, databases))
            for service in SERVICES
            if service in parts
        }
        ready = [
            tasks.create_task(self._service(service, [task, *needs])) for service, task in migrated.items()
        ]
        if "front" in parts:
            tasks.create_task(self._front())
        if self._stack.loads_sample:
            tasks.create_task(SampleLoading(self._stack).run(migrated=migrated, ready=ready))
        elif self._stack.has_sample:
            tasks.create_task(self._list_accounts(migrated["auth"]))

    async def _postgres(self) -> None:
        if "postgres" not in self._stack.parts:
            return
        self._board.show("postgres", "starting")
        home, databases = self._stack.home, self._stack.databases
        postgres = EmbeddedPostgres(
            home.directory / "postgres", self._stack.ports["postgres"], log=home.log("postgres")
        )
        try:
            self._stack.processes["postgres"] = postgres.begin()
            await until_ready(postgres.process, postgres.ready, within_s=POSTGRES_WITHIN_S)
            made = postgres.create_service_databases()
        except (NotReady, RuntimeError) as trouble:
            raise StackRefused(str(trouble)) from trouble
        databases.update({name: dsn for name, dsn in made.items() if name not in databases})
        self._board.show("postgres", "ready", f"{LOOPBACK}:{postgres.port}")

    async def _broker_and_topics(self) -> None:
        if "broker" in self._stack.parts:
            await self._broker()
        if "broker" in self._stack.parts or any(service in self._stack.parts for service in SERVICES):
            await until_done(self._stack.make.topics(), within_s=TASK_WITHIN_S)
        if "broker" in self._stack.parts:
            broker = self._stack.broker
            self._board.show("broker", "ready", f"{self._stack.options.broker}, {broker.bootstrap_servers}")

    async def _broker(self) -> None:
        broker = self._stack.broker
        self._board.show("broker", "starting", self._stack.options.broker)
        try:
            if isinstance(broker, ApacheKafka):
                await asyncio.to_thread(resolve)
            self._stack.processes["broker"] = broker.begin()
        except NotReady as trouble:
            raise StackRefused(str(trouble)) from trouble
        await until_ready(broker.process, broker.ready, within_s=BROKER_WITHIN_S)

    async def _sinks(self) -> None:
        if "sinks" in self._stack.parts:
            process = self._stack.begin("sinks", self._stack.make.sinks())
            viewer = self._stack.ports["viewer"]
            await until_healthy(process, viewer, "/api/messages", within_s=SERVICE_WITHIN_S)
            self._board.show("sinks", "ready", f"viewer {url(viewer)}")

    async def _front(self) -> None:
        process = self._stack.begin("front", self._stack.make.front())
        port = self._stack.ports["front"]
        await until_ready(process, lambda: answers(port), within_s=SERVICE_WITHIN_S)
        self._board.show("front", "ready", url(port))

    async def _migrate(self, service: str, databases: Awaitable[None]) -> None:
        await databases
        dsn = self._stack.databases[service]
        if not await _migrated(service, dsn):
            self._board.show(service, "starting", "migrating its database")
            await until_done(self._stack.make.migration(service, dsn), within_s=TASK_WITHIN_S)
        if service == "notifier" and not self._stack.broker_remembers:
            # offsets of a broker that is gone say nothing about the new one
            await ask(dsn, "delete from projection_position")

    async def _service(self, service: str, needs: list[asyncio.Task[None]]) -> None:
        for need in needs:
            await need
        dsn, port = self._stack.databases[service], self._stack.ports[service]
        process = self._stack.begin(service, self._stack.make.service(service, dsn))
        await until_healthy(process, port, "/health/ready", within_s=SERVICE_WITHIN_S)
        self._board.show(service, "ready", url(port))

    async def _list_accounts(self, migrated: Awaitable[None]) -> None:
        await migrated
        await list_accounts(self._stack)


async def _migrated(service: str, dsn: str) -> bool:
    """Whether a kept database is at its newest migration: asking is much quicker than migrating."""
    if await ask(dsn, "select to_regclass('alembic_version')") == [[""]]:
        return False
    return await ask(dsn, "select version_num from alembic_version") == [[head(service)]]


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    failure: BaseException = failures
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure
