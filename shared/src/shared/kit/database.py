"""PostgreSQL through asyncpg: one pool a process, SQL written as SQL."""

import json
from typing import Any

import asyncpg

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

COMMAND_TIMEOUT_S = 60
IDLE_S_MAX = 10
"""An idle session is closed soon: each is a process of the server."""
_OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)


async def _prepare(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            encoder=lambda value: json.dumps(value, ensure_ascii=False),
            decoder=json.loads,
            schema="pg_catalog",
        )


async def open_pool(
    dsn: str,
    *,
    service: str,
    size_min: int = 1,
    size_max: int = 8,
    command_timeout_s: float = COMMAND_TIMEOUT_S,
) -> asyncpg.Pool:
    """Connect; `json` and `jsonb` travel as Python objects, instants as aware UTC. Raises what asyncpg raises."""
    return await asyncpg.create_pool(
        dsn,
        min_size=size_min,
        max_size=size_max,
        init=_prepare,
        command_timeout=command_timeout_s,
        max_inactive_connection_lifetime=IDLE_S_MAX,
        server_settings={
            "application_name": service,
            "timezone": "UTC",
            "idle_in_transaction_session_timeout": "30000",
        },
    )


def is_outage(failure: BaseException) -> bool:
    """Whether a failure says that the database is away or busy, so that the same work may succeed later."""
    return isinstance(failure, _OUTAGES)
