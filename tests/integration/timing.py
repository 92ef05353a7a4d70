"""What a clock outside tells: pairs of requests in turn, and how far apart their medians are."""

import random
from collections.abc import Awaitable, Callable, Sequence
from statistics import median

PAIRS = 200
ROUNDS_MAX = 3
"""A busy machine may spoil one round: what differs in each of three is the service's own difference."""

APART_MAX = 0.10

Timed = Callable[[str, int], Awaitable[float]]
"""How long one request of a kind, `known` or `other`, took; its number is never given twice to a kind."""


async def rounds(timed: Timed) -> Sequence[float]:
    """By what share of the faster the two medians differ, in each round until one is good enough."""
    apart: list[float] = []
    order = random.Random(1)
    while len(apart) < ROUNDS_MAX and min(apart, default=1) >= APART_MAX:
        times: dict[str, list[float]] = {"known": [], "other": []}
        for number in range(PAIRS * len(apart), PAIRS * (len(apart) + 1)):
            for kind in order.sample(sorted(times), 2):
                times[kind].append(await timed(kind, number))
        known, other = median(times["known"]), median(times["other"])
        apart.append(abs(known - other) / min(known, other))
    return apart


def address(number: int) -> str:
    """So many requests come from many places."""
    return f"10.0.{number // 200}.{number % 200}"
