"""Alembic, pointed at a service's own revisions; the SQL in them is SQL.

A revision's name is the number its file starts with (`0001_….py`), so that a running service knows the newest
one without loading Alembic.
"""

import asyncio
import re
from importlib.resources import files
from typing import Any

_REVISION = re.compile(r"(\d{4})_\w+\.py")
_LOCK = 0x6361_7269  # any number, the same for every migration of a database

OUTBOX_SQL = """
create table outbox (
    id bigint generated always as identity primary key,
    records json not null,
    added_at timestamptz not null default clock_timestamp()
);
"""

OUTBOX_IN_TURN_SQL = """
alter table outbox add column urgent boolean not null default false;
comment on column outbox.urgent is 'Leaves before all that is not, however long that has been waiting';
create index outbox_in_turn on outbox (urgent, id);
"""


def _config(package: str) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files(package) / "migrations"))
    config.set_main_option("version_locations", str(files(package) / "migrations" / "versions"))
    config.set_main_option("path_separator", "newline")
    return config


def head(package: str) -> str | None:
    """The newest revision the code knows."""
    names = (
        _REVISION.fullmatch(file.name) for file in (files(package) / "migrations" / "versions").iterdir()
    )
    return max((name.group(1) for name in names if name), default=None)


def _engine(dsn: str) -> Any:
    from sqlalchemy import pool
    from sqlalchemy.ext.asyncio import create_async_engine

    address = "postgresql+asyncpg://" + dsn.split("://", 1)[1]
    return create_async_engine(address, poolclass=pool.NullPool)


async def migrate(dsn: str, package: str) -> str | None:
    """Bring a database to the newest revision; two at once take turns. Returns the revision it is at."""
    engine = _engine(dsn)
    try:
        async with engine.connect() as connection:
            revision: str | None = await connection.run_sync(_upgrade, package)
            return revision
    finally:
        await engine.dispose()


def _upgrade(connection: Any, package: str) -> str | None:
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import text

    connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
    connection.commit()
    config = _config(package)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
    revision: str | None = MigrationContext.configure(connection).get_current_revision()
    return revision


def run_environment(context: Any) -> None:
    """What a service's `migrations/env.py` calls: one transaction for the whole upgrade."""
    context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


def run_script(script: str) -> None:
    """Carry out the statements of a revision one by one, as the driver takes them; each ends with `;` and its line."""
    from alembic import op

    for statement in script.split(";\n"):  # a comment may hold a semicolon
        if statement.strip():
            op.execute(statement)


async def current(pool_: Any) -> str | None:
    """The revision a database is at, read with asyncpg; none before the first migration."""
    if not await pool_.fetchval("select to_regclass('alembic_version') is not null"):
        return None
    revision: str | None = await pool_.fetchval("select version_num from alembic_version")
    return revision


def migrate_now(dsn: str, package: str) -> str | None:
    """`migrate` for a command line."""
    return asyncio.run(migrate(dsn, package))
