"""The port `Ends`: how far topics reach now, asked of Kafka.

A client of its own, because a consumer's connection answers nothing else while it waits for records.
"""

from collections.abc import Collection
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from notifier.application.stores import Place
from shared.kit.broker import KafkaConnection
from shared.kit.metadata import keep_aware


class TopicEnds:
    """Asks for the ends of all partitions of these topics in one round. Raises aiokafka.errors.KafkaError."""

    def __init__(self, connection: KafkaConnection, topics: Collection[str]) -> None:
        self._connection = connection
        self._topics = topics
        self._kafka: Any = None
        self._places: list[TopicPartition] = []

    async def start(self) -> None:
        kafka = AIOKafkaConsumer(**self._connection.options(), client_id="notifier.ends")
        try:
            await kafka.start()
            self._places = [place for topic in self._topics for place in await _partitions(kafka, topic)]
        except BaseException:
            await kafka.stop()
            raise
        keep_aware(kafka._client)  # noqa: SLF001 - aiokafka offers no other way to it
        self._kafka = kafka

    async def stop(self) -> None:
        if self._kafka is not None:
            kafka, self._kafka = self._kafka, None
            await kafka.stop()

    async def now(self) -> dict[Place, int]:
        ends = await self._kafka.end_offsets(self._places)
        return {Place(place.topic, place.partition): end for place, end in ends.items()}


async def _partitions(kafka: Any, topic: str) -> list[TopicPartition]:
    await kafka._client.add_topic(topic)  # noqa: SLF001 - aiokafka learns of a topic by subscribing, and this one does not
    numbers = kafka.partitions_for_topic(topic)
    if not numbers:
        raise UnknownTopicOrPartitionError(topic)  # with no ends, everything would seem to be known
    return [TopicPartition(topic, number) for number in sorted(numbers)]
