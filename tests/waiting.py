"""Tests wait for what they expect, never for a length of time."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable


async def eventually(
    condition: Callable[[], bool | Awaitable[bool]], *, within_s: float = 30, what: str = "the condition"
) -> None:
    """Return as soon as the condition holds; fail, saying what was awaited, when it does not in time."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        holds = condition()
        if await holds if isawaitable(holds) else holds:
            return
        assert asyncio.get_running_loop().time() < deadline, f"{what} did not hold within {within_s:g} s"
        await asyncio.sleep(0.02)
