"""Whoever waits for news of the cluster gets them, though the task that brings them was ended by an exception."""

import asyncio
from contextlib import suppress

from aiokafka.client import AIOKafkaClient

from shared.kit.metadata import PAUSE_S, keep_aware
from tests.waiting import eventually


class _Struck(AIOKafkaClient):
    """aiokafka's own client, without a cluster: its first look at one fails as nothing foresaw."""

    looks = 0

    async def _metadata_update(self, *_: object) -> bool:
        self.looks += 1
        if self.looks == 1:
            raise asyncio.InvalidStateError("the first look")
        return True


async def _started(client: AIOKafkaClient) -> AIOKafkaClient:
    client._sync_task = asyncio.create_task(client._md_synchronizer())
    keep_aware(client)
    return client


async def test_a_task_that_was_ended_begins_again_and_tells_whoever_waited() -> None:
    client = await _started(_Struck(bootstrap_servers="127.0.0.1:1"))

    async with asyncio.timeout(10):
        told = await client.force_metadata_update()

    assert told is True
    assert client.looks == 2
    client._sync_task.cancel()


async def test_a_client_that_was_closed_stays_closed() -> None:
    client = await _started(_Struck(bootstrap_servers="127.0.0.1:1"))
    client.force_metadata_update()
    await eventually(client._sync_task.done, what="the end of the task")

    with suppress(asyncio.InvalidStateError):  # aiokafka hands on what ended its task
        await client.close()
    client._sync_task = None
    loop = asyncio.get_running_loop()
    after_the_pause = loop.time() + 2 * PAUSE_S
    await eventually(lambda: loop.time() > after_the_pause, what="the end of the pause")

    assert client._sync_task is None
