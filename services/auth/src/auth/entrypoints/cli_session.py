"""One command's time with the database: settings, connection, and sentences for what goes wrong."""

import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from auth.bootstrap import Auth, opened
from auth.settings import AuthSettings
from shared.kernel.refusals import Refused
from shared.kit.cli import refuse, run, settings_or_exit
from shared.kit.settings import SettingsProblem

T = TypeVar("T")


def with_auth(work: Callable[[Auth], Awaitable[T]]) -> T:
    """Do one thing with auth; what the database refuses ends the command with a sentence."""
    settings = settings_or_exit(AuthSettings, "auth")

    async def done() -> T:
        async with opened(settings) as auth:
            return await work(auth)

    try:
        return run(done())
    except SettingsProblem as problem:
        refuse(str(problem))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError, TimeoutError) as failure:
        refuse(failure_sentence(failure))


def failure_sentence(failure: Exception) -> str:
    """What an operator reads when the database has not done what it was asked."""
    if isinstance(failure, asyncpg.UndefinedTableError):
        return "The database has no tables yet: run carillon-auth migrate."
    if isinstance(failure, TimeoutError):
        late = str(failure) or "the database did not answer in time"
        return f"It was given up: {late}; what was under way was not done."
    did = "does not answer" if isinstance(failure, ConnectionError) else "refused"
    return f"DATABASE_URL: the database {did} ({type(failure).__name__}); nothing was changed."


def done_or_refused(answer: T | Refused, nothing: str = "Nothing was changed") -> T:
    """The answer, unless it is a refusal: that ends the command."""
    if isinstance(answer, Refused):
        refuse(f"{nothing}: {answer.detail}.")
    return answer


def operator_name() -> str:
    """The operator's name on this machine; his number where he has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
