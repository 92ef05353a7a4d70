"""Looking into a database with `psql`: a child process for a moment, instead of a driver in the supervisor."""

import asyncio
import os
import subprocess
from urllib.parse import unquote, urlsplit, urlunsplit

from carillon.infrastructure.postgres import programs
from carillon.stack.options import StackRefused


async def ask(dsn: str, question: str) -> list[list[str]]:
    """The rows that a query answers, as text. Raises StackRefused when the database refuses."""
    parts = urlsplit(dsn)
    environment = os.environ | {"PGPASSWORD": unquote(parts.password or "")}
    bare = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")))
    child = await asyncio.create_subprocess_exec(
        str(programs() / "psql"),
        *("--no-psqlrc", "-qAt", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-c", question, bare),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    answer, trouble = await child.communicate()
    if child.returncode:
        raise StackRefused(f"The database does not answer: {trouble.decode(errors='replace').strip()}")
    return [line.split("\x1f") for line in answer.decode().splitlines()]
