"""What the four command lines have in common: `serve`, `migrate`, `check`, one sentence when refused."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn, TypeVar

import typer

from shared.kit.broker import KafkaConnection
from shared.kit.logs import configure_logs
from shared.kit.settings import CommonSettings, SettingsProblem, StoreSettings, read_settings

CHECK_TIMEOUT_S = 10.0

S = TypeVar("S", bound=CommonSettings)
R = TypeVar("R", bound=StoreSettings)
T = TypeVar("T")


class RefusedCommand(Exception):
    """Ends a command with a sentence on standard error and exit code 1."""


def refuse(sentence: str) -> NoReturn:
    raise RefusedCommand(sentence)


def settings_or_exit(kind: type[R], service: str) -> R:
    """Read the settings and set up the logs; what is wrong is said on standard error, exit 1."""
    try:
        settings = read_settings(kind)
    except SettingsProblem as problem:
        refuse(str(problem))
    configure_logs(service, form=settings.log_format, level=settings.log_level)
    return settings


def run(work: Awaitable[T]) -> T:
    """Run one command's work on uvloop."""
    import uvloop

    async def whole() -> T:
        return await work

    return uvloop.run(whole())


def nothing_more(_: StoreSettings) -> Sequence[str]:
    """What a service looks at whose settings stand for themselves."""
    return ()


def service_cli(
    service: str,
    settings_kind: type[S],
    *,
    serve: Callable[[S], None],
    help_text: str,
    obstacles: Callable[[S], Sequence[str]] = nothing_more,
) -> typer.Typer:
    """A command line with `serve`, `migrate` and `check`; the service adds its own operator commands.

    `serve` is given checked settings and returns when the service has ended. `obstacles` are sentences about
    what else would keep it from serving, files that the settings name for instance: `check` and `serve` say them.
    """
    app = typer.Typer(
        name=f"carillon-{service}",
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.command("migrate")
    def migrate_command() -> None:
        """Bring the database to the newest migration."""
        from shared.kit.migrations import migrate_now

        settings = settings_or_exit(settings_kind, service)
        revision = migrate_now(settings.database_url.get_secret_value(), service)
        typer.echo(f"The database of {service} is at migration {revision}.")

    @app.command("check")
    def check_command() -> None:
        """Try the settings and the connections, say what is wrong, and exit 1 if anything is."""
        settings = settings_or_exit(settings_kind, service)
        faults = [*obstacles(settings), *run(_faults(settings, service))]
        if faults:
            refuse("\n".join(faults))
        typer.echo(f"{service}: settings, database and Kafka are in order.")

    @app.command("serve")
    def serve_command() -> None:
        """Run the service until SIGTERM or Ctrl-C."""
        settings = settings_or_exit(settings_kind, service)
        faults = obstacles(settings)
        if faults:
            refuse("\n".join(faults))
        serve(settings)

    return app


async def _faults(settings: CommonSettings, package: str) -> list[str]:
    found = [await _database_fault(settings, package), await _kafka_fault(settings)]
    return [fault for fault in found if fault]


async def _database_fault(settings: CommonSettings, package: str) -> str | None:
    import asyncpg

    from shared.kit.health import database_check

    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            connection = await asyncpg.connect(settings.database_url.get_secret_value())
            try:
                fault = await database_check(connection, package)()
            finally:
                await connection.close()
    except Exception as failure:  # noqa: BLE001 - any failure is what this command is there to tell
        return f"DATABASE_URL: the database does not answer as expected ({type(failure).__name__})."
    return f"DATABASE_URL: the database is {fault}; run carillon-{package} migrate." if fault else None


async def _kafka_fault(settings: CommonSettings) -> str | None:
    from aiokafka.admin import AIOKafkaAdminClient

    admin: Any = AIOKafkaAdminClient(
        **KafkaConnection.of(settings).options(), request_timeout_ms=int(CHECK_TIMEOUT_S * 1000)
    )
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await admin.start()
    except Exception as failure:  # noqa: BLE001 - any failure is what this command is there to tell
        return f"KAFKA_BOOTSTRAP_SERVERS: no answer from the cluster ({type(failure).__name__})."
    finally:
        await admin.close()
    return None


def run_cli(app: typer.Typer) -> NoReturn:
    """Run a command line: 0 done, 1 refused or failed with a sentence on standard error, 2 wrong usage."""
    try:
        app()
    except RefusedCommand as refusal:
        print(str(refusal), file=sys.stderr)  # noqa: T201 - a command talks to a person
        sys.exit(1)
    except (OSError, TimeoutError) as failure:
        print(f"It failed: {_told(failure)}", file=sys.stderr)  # noqa: T201 - a command talks to a person
        sys.exit(1)
    sys.exit(0)


def _told(failure: OSError) -> str:
    """What a failure says of itself; one that ran out of time says nothing."""
    if str(failure):
        return str(failure)
    if isinstance(failure, TimeoutError):
        return "something that it needs did not answer in time."
    return type(failure).__name__
