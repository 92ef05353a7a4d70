"""Patience with an account that has just been imported and is still on its way here."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from preferences.application.refusals import TIME_MAY_CURE
from shared.kernel.refusals import Refused

LOOK_EVERY_S = 0.1

T = TypeVar("T")


async def once_known(attempt: Callable[[], Awaitable[T | Refused]], within_s: float) -> T | Refused:
    """Try, and try again for a while when the refusal is one that time may cure."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    while True:
        answer = await attempt()
        if not isinstance(answer, Refused) or answer.reason not in TIME_MAY_CURE or loop.time() >= deadline:
            return answer
        await asyncio.sleep(LOOK_EVERY_S)
