"""Liveness is an event loop that answers; readiness is everything a service needs to do its work."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from shared.kit import migrations

CHECK_TIMEOUT_S = 3.0
Check = Callable[[], Awaitable[str | None]]
"""Answers none when all is well, or a short sentence that says what is not."""


@dataclass(slots=True)
class Health:
    """Named checks, run side by side; `leaving` makes the service unready from the first moment of its end."""

    checks: dict[str, Check] = field(default_factory=dict)
    leaving: bool = False

    def add(self, name: str, check: Check) -> None:
        self.checks[name] = check

    async def faults(self) -> dict[str, str]:
        """What is wrong, by name of check; empty when ready."""
        if self.leaving:
            return {"service": "is leaving"}
        names = list(self.checks)
        answers = await asyncio.gather(*(self._asked(self.checks[name]) for name in names))
        return {name: answer for name, answer in zip(names, answers, strict=True) if answer}

    async def _asked(self, check: Check) -> str | None:
        try:
            return await asyncio.wait_for(check(), CHECK_TIMEOUT_S)
        except TimeoutError:
            return f"no answer within {CHECK_TIMEOUT_S:g} s"
        except Exception as failure:  # noqa: BLE001 - a check that fails is an answer
            return type(failure).__name__


def database_check(pool: Any, package: str) -> Check:
    """The database answers and holds the newest migration."""
    wanted = migrations.head(package)

    async def check() -> str | None:
        at = await migrations.current(pool)
        return None if at == wanted else f"at migration {at or 'none'}, the code expects {wanted}"

    return check


def consumer_check(consumer: Any) -> Check:
    """The consumer has partitions and its last batch went well."""

    async def check() -> str | None:
        return None if consumer.ready else "no partition assigned, or its last batch failed"

    return check
