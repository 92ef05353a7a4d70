import asyncio

from shared.kit.runtime import persistently


async def test_a_start_is_tried_until_it_works() -> None:
    tries = []

    async def attempt() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionRefusedError
        return "connected"

    assert await asyncio.wait_for(persistently("kafka", attempt, pauses_s=(0.001,)), 5) == "connected"
    assert len(tries) == 3
