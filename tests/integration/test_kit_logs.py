"""What a failure of the database leaves in the logs."""

import logging
from typing import Any

import asyncpg
import pytest
import structlog

from shared.kit.logs import configure_logs, get_logger


@pytest.mark.parametrize("form", ["json", "console"])
async def test_the_row_that_postgresql_refused_is_not_shown(
    form: Any, service_pool: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    pool, address = await service_pool("preferences"), "canary@example.org"
    await pool.execute("create table address_book (address text primary key check (address <> ''))")
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure_logs("tests", form=form, level="INFO")
    try:
        for _ in range(2):
            try:
                await pool.execute("insert into address_book values ($1)", address)
            except asyncpg.UniqueViolationError as failure:
                get_logger().error("request.broken", exc_info=failure)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()

    written = capsys.readouterr().err
    assert "UniqueViolationError" in written
    assert "canary" not in written
