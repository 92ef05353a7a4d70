"""Before routing: wait until everything that was said about people before the event is known here.

A person who unticks a box, and a message sent a moment later: the message must meet the unticked box, although
the two travel on different topics.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from notifier.application.stores import Ends, Place, Positions

WAIT_S_MAX = 20.0
POLL_S = 0.01


class FactsBehind(Exception):
    """The facts are too far behind to route on them; the same events are to be tried again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitFacts:
    """Wait until all that has been said by now is known. Raises FactsBehind after WAIT_S_MAX."""

    ends: Ends
    positions: Positions

    async def __call__(self) -> None:
        ends = await self.ends.now()
        try:
            async with asyncio.timeout(WAIT_S_MAX):
                while behind(await self.positions.next_offsets(), ends):
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise FactsBehind from None


def behind(reached: Mapping[Place, int], ends: Mapping[Place, int]) -> bool:
    """Whether some place has not been followed to its end."""
    return any(reached.get(place, 0) < end for place, end in ends.items())
