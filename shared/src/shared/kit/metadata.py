"""Keeps aiokafka's clients aware of the cluster.

A client learns where brokers and coordinators are in one task of its own. When an outage ends that task by an
exception (aiokafka 0.14), everything that waits for news of the cluster waits for ever: the task is begun again.
"""

import asyncio
from typing import Any

from shared.kit.logs import get_logger

PAUSE_S = 0.2

log = get_logger()


def keep_aware(client: Any) -> None:
    """Watch the task of a started `AIOKafkaClient`; closing the client cancels it, and the watch ends."""
    task = client._sync_task  # noqa: SLF001 - aiokafka offers no other way to it
    if task is not None:
        task.add_done_callback(lambda ended: _ended(client, ended))


def _ended(client: Any, task: asyncio.Task[None]) -> None:
    if task.cancelled():
        return
    log.warning("kafka.metadata_begun_again", failure=type(task.exception()).__name__)
    asyncio.get_running_loop().call_later(PAUSE_S, _begin_again, client, task)


def _begin_again(client: Any, task: asyncio.Task[None]) -> None:
    if client._sync_task is not task:  # noqa: SLF001 - closed meanwhile
        return
    told = client._md_update_fut  # noqa: SLF001 - whom the ended task left waiting
    if told is not None and told.done():
        client._md_update_fut = None  # noqa: SLF001 - nobody waits for it any more
    if not client._md_update_waiter.done():  # noqa: SLF001 - what wakes the task
        client._md_update_waiter.set_result(None)  # noqa: SLF001 - it then looks at once
    client._sync_task = asyncio.get_running_loop().create_task(client._md_synchronizer())  # noqa: SLF001 - as the client itself begins it
    keep_aware(client)
