"""Listening to `ent.notifications`: what became of each event, person by person."""

import asyncio
import time
from collections.abc import Collection
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.events.envelope import Event, from_record
from shared.events.notifications import NotificationSettled

POLL_MS = 200


class SettledEvents:
    """Everything settled since `__aenter__`; the last word on each person and channel counts."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, client_id="carillon-demo")
        self.by_event: dict[str, dict[tuple[str, str], NotificationSettled]] = {}
        self._last_heard = time.monotonic()

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        topic = NotificationSettled.topic
        await self._consumer._client.add_topic(topic)  # noqa: SLF001  # the public way would join a group
        partitions = [
            TopicPartition(topic, number) for number in self._consumer.partitions_for_topic(topic) or ()
        ]
        self._consumer.assign(partitions)
        await self._consumer.seek_to_end(*partitions)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def until_quiet(self, events: Collection[str], *, quiet_s: float, within_s: float) -> None:
        """Listen until each of these events has been heard of and nothing more came for a while."""
        deadline = time.monotonic() + within_s
        self._last_heard = time.monotonic()
        while time.monotonic() < deadline:
            await self._listen()
            silent_s = time.monotonic() - self._last_heard
            if silent_s >= quiet_s and all(event in self.by_event for event in events):
                return
            await asyncio.sleep(0)

    async def _listen(self) -> None:
        for records in (await self._consumer.getmany(timeout_ms=POLL_MS)).values():
            for record in records:
                heard = from_record(record.key, record.value, record.headers)
                if isinstance(heard, Event) and isinstance(heard.data, NotificationSettled):
                    self._last_heard = time.monotonic()
                    settled = heard.data
                    self.by_event.setdefault(settled.event_id, {})[settled.person_id, settled.channel] = (
                        settled
                    )
