"""The one way to consume: at least once, in batches, nothing lost, nothing stuck on one bad record.

Promise. Records of a batch are understood once; those that cannot be are copied to `<topic>.dlq`, awaited, and
the rest go to the handler. When the handler returns, exactly the offsets of this batch are committed. When it
fails, the batch is sought back and tried again with growing pauses, for as long as it takes: polling goes on,
so an outage of the database never costs the membership of the group. A handler must be idempotent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.events.envelope import Event, KafkaRecord, Unreadable, from_record
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.logs import get_logger
from shared.kit.metadata import keep_aware
from shared.kit.metrics import CONSUMED, DEAD_LETTERED, HANDLER_FAILURES

BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses after consecutive failures; the last one repeats."""
GRACE_S = 6.0
RECORD_BYTES_MAX = 2_000_000
DEAD_LETTER_BYTES_MAX = 1_900_000
"""What a dead-letter topic can hold of a record; only one that was compressed on its way can be larger."""
KEY_BYTES_MAX = 10_000
HEADERS_BYTES_MAX = 100_000

log = get_logger()


@dataclass(frozen=True, slots=True)
class Received:
    """One event and where it came from; `raw` is the client's own record."""

    event: Event[Any]
    topic: str
    partition: int
    offset: int
    raw: Any


class DeadLetter(Exception):
    """Raised by a handler to set one record aside; the batch is then handled again without it."""

    def __init__(self, received: Received, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.received = received
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought, in order for each partition, with the client that brought it.

    `ends` are the next offsets after it by topic and partition, those of unreadable records included.
    """

    received: tuple[Received, ...]
    consumer: AIOKafkaConsumer
    ends: Mapping[tuple[str, int], int] = field(default_factory=dict)


Handler = Callable[[Batch], Awaitable[None]]
Offsets = Mapping[tuple[str, int], int]
"""By topic and partition."""


@dataclass(slots=True)
class Consumer:
    """A member of one consumer group on one or several topics.

    `records_max` bounds a batch, `poll_ms` how long an idle poll waits. `producer` writes the dead letters.
    `even_empty` hands over batches in which nothing was readable too, for a handler that follows the offsets.
    `begin_at` says where to begin on the partitions that are assigned, given their ends, for a handler that keeps
    its offsets beside its own rows: those then count, and not the group's.
    """

    connection: KafkaConnection
    topics: Sequence[str]
    group: str
    handle: Handler
    producer: Producer
    records_max: int = 500
    poll_ms: int = 20
    even_empty: bool = False
    begin_at: Callable[[Offsets], Awaitable[Offsets]] | None = None
    _broker: KafkaBroker | None = field(default=None, init=False)
    _subscriber: Any = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _assigned: set[TopicPartition] = field(default_factory=set, init=False)
    _aside: set[tuple[bytes, ...]] = field(default_factory=set, init=False)

    async def start(self) -> None:
        """Join the group and begin. Raises aiokafka.errors.KafkaConnectionError when no server answers."""
        options = self.connection.options()
        servers = options.pop("bootstrap_servers")
        broker = KafkaBroker(
            servers,
            **_security(self.connection),
            client_id=self.group,
            graceful_timeout=GRACE_S,
            logger=None,
            consumer_only=True,
            allow_auto_create_topics=False,
        )
        subscriber = broker.subscriber(
            *self.topics,
            group_id=self.group,
            batch=True,
            max_records=self.records_max,
            batch_timeout_ms=self.poll_ms,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            session_timeout_ms=self.connection.session_timeout_ms,
            heartbeat_interval_ms=self.connection.session_timeout_ms // 10,
            max_partition_fetch_bytes=RECORD_BYTES_MAX,
            fetch_max_wait_ms=100,
            listener=_Assignment(self._assigned, self._resume),
            decoder=_untouched,
        )
        subscriber(self._take)
        self._subscriber = subscriber
        self._broker = broker
        try:
            await broker.start()
        except BaseException:
            await self.stop()
            raise
        consumer: Any = subscriber.consumer
        keep_aware(consumer._client)  # noqa: SLF001 - aiokafka offers no other way to it

    async def stop(self) -> None:
        """Let the batch in hand finish, then leave the group."""
        if self._broker is not None:
            broker, self._broker = self._broker, None
            await broker.stop()
        self._assigned.clear()

    @property
    def ready(self) -> bool:
        """Whether partitions are assigned and the last batch did not fail."""
        return bool(self._assigned) and self._failures == 0

    async def _resume(self, assigned: Iterable[TopicPartition]) -> None:
        """Go to where the handler's own rows say; when it cannot be asked, the group's offsets must do."""
        if self.begin_at is None:
            return
        consumer = self._subscriber.consumer
        try:
            ends = await consumer.end_offsets(list(assigned))
            starts = await self.begin_at({(place.topic, place.partition): end for place, end in ends.items()})
        except Exception as failure:  # noqa: BLE001 - a rebalance must not fail for it
            log.warning("offsets.not_resumed", group=self.group, failure=type(failure).__name__)
            return
        for (topic, partition), start in starts.items():
            with suppress(IllegalStateError):  # revoked meanwhile
                consumer.seek(TopicPartition(topic, partition), start)

    async def _take(self, message: KafkaMessage) -> None:
        consumer: Any = message.consumer
        records: tuple[Any, ...] = tuple(message.raw_message)
        try:
            await self._work(records, consumer)
        except asyncio.CancelledError:
            raise
        except Exception as failure:  # noqa: BLE001 - every failure means the same: not done yet, try again
            await self._try_again(records, consumer, failure)
        else:
            self._failures = 0
            self._aside.clear()

    async def _work(self, records: Sequence[Any], consumer: AIOKafkaConsumer) -> None:
        received: list[Received] = []
        refused: list[KafkaRecord] = []
        for record in records:
            understood = from_record(record.key, record.value, record.headers)
            if isinstance(understood, Unreadable):
                refused.append(dead_letter(record, understood.reason, understood.detail))
            else:
                received.append(Received(understood, record.topic, record.partition, record.offset, record))
        await self._set_aside(refused)
        ends = _ends(records)
        await self._handle(tuple(received), consumer, ends)
        await self._commit(ends, consumer)
        CONSUMED.labels(group=self.group).inc(len(received))

    async def _handle(
        self, received: tuple[Received, ...], consumer: AIOKafkaConsumer, ends: Mapping[tuple[str, int], int]
    ) -> None:
        while received or self.even_empty:
            try:
                await self.handle(Batch(received, consumer, ends))
            except DeadLetter as letter:
                await self._set_aside([dead_letter(letter.received.raw, letter.reason, letter.detail)])
                received = tuple(one for one in received if one is not letter.received)
            else:
                return

    async def _set_aside(self, letters: Sequence[KafkaRecord]) -> None:
        """Once for each record, however often its batch is tried again."""
        letters = [letter for letter in letters if _origin(letter) not in self._aside]
        await self.producer.publish(letters)
        self._aside.update(map(_origin, letters))
        for letter in letters:
            headers = dict(letter.headers)
            DEAD_LETTERED.labels(topic=letter.topic, reason=headers["error-reason"].decode()).inc()
            log.warning(
                "record.dead_lettered",
                topic=letter.topic,
                reason=headers["error-reason"].decode(),
                partition=headers["origin-partition"].decode(),
                offset=headers["origin-offset"].decode(),
            )

    async def _commit(self, ends: Mapping[tuple[str, int], int], consumer: AIOKafkaConsumer) -> None:
        try:
            await consumer.commit({TopicPartition(*place): end for place, end in ends.items()})
        except (KafkaError, IllegalStateError) as failure:
            # the partitions went to another member, or the coordinator is away: the work is done and idempotent,
            # whoever reads these records again changes nothing
            log.warning("offsets.not_committed", group=self.group, failure=type(failure).__name__)

    async def _try_again(
        self, records: Sequence[Any], consumer: AIOKafkaConsumer, failure: Exception
    ) -> None:
        pause_s = BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)]
        self._failures += 1
        HANDLER_FAILURES.labels(group=self.group).inc()
        log.warning(
            "batch.retried",
            group=self.group,
            failure=type(failure).__name__,
            consecutive=self._failures,
            retry_in_s=pause_s,
        )
        log.debug("batch.failure", group=self.group, exc_info=failure)
        starts: dict[TopicPartition, int] = {}
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            starts[place] = min(starts.get(place, record.offset), record.offset)
        for place, start in starts.items():
            with suppress(
                IllegalStateError
            ):  # revoked meanwhile: its new owner starts from the committed offset
                consumer.seek(place, start)
        await asyncio.sleep(pause_s)


class _Assignment(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka's class is untyped
    def __init__(
        self,
        assigned: set[TopicPartition],
        resume: Callable[[Iterable[TopicPartition]], Awaitable[None]],
    ) -> None:
        self._assigned = assigned
        self._resume = resume

    async def on_partitions_revoked(self, revoked: Any) -> None:
        self._assigned.difference_update(revoked)

    async def on_partitions_assigned(self, assigned: Any) -> None:
        await self._resume(assigned)
        self._assigned.update(assigned)


def _ends(records: Iterable[Any]) -> dict[tuple[str, int], int]:
    ends: dict[tuple[str, int], int] = {}
    for record in records:
        place = (record.topic, record.partition)
        ends[place] = max(ends.get(place, 0), record.offset + 1)
    return ends


async def _untouched(message: Any) -> Any:
    """The records are understood here, with their headers: FastStream need not decode them."""
    return message.body


def dead_letter(record: Any, reason: str, detail: str) -> KafkaRecord:
    """The record untouched, under its key, with why and whence in headers; none of ours holds personal data."""
    value: bytes | None = record.value
    key: bytes | None = record.key
    kept = tuple((name, text) for name, text in record.headers if text is not None)
    cut: list[tuple[str, bytes]] = []
    if sum(len(name) + len(text) for name, text in kept) > HEADERS_BYTES_MAX:
        kept, cut = (), [("error-headers-left-out", str(len(kept)).encode())]
    if key is not None and len(key) > KEY_BYTES_MAX:
        cut.append(("error-key-cut-from-bytes", str(len(key)).encode()))
        key = key[:KEY_BYTES_MAX]
    if value is not None and len(value) > DEAD_LETTER_BYTES_MAX - HEADERS_BYTES_MAX:
        cut.append(("error-value-cut-from-bytes", str(len(value)).encode()))
        value = value[: DEAD_LETTER_BYTES_MAX - HEADERS_BYTES_MAX]
    return KafkaRecord(
        topic=f"{record.topic}.dlq",
        key=None if key is None else key.decode(errors="surrogateescape"),
        value=value,
        headers=(
            *kept,
            *cut,
            ("error-reason", reason.encode()),
            ("error-detail", detail.encode()),
            ("origin-topic", record.topic.encode()),
            ("origin-partition", str(record.partition).encode()),
            ("origin-offset", str(record.offset).encode()),
        ),
    )


def _origin(letter: KafkaRecord) -> tuple[bytes, ...]:
    told = dict(letter.headers)
    return told["origin-topic"], told["origin-partition"], told["origin-offset"]


def _security(connection: KafkaConnection) -> dict[str, Any]:
    from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

    options = connection.options()
    context = options.get("ssl_context")
    tls = connection.security_protocol.endswith("SSL")
    if not connection.security_protocol.startswith("SASL"):
        return {"security": BaseSecurity(ssl_context=context, use_ssl=tls)} if tls else {}
    kinds: dict[str, Any] = {
        "PLAIN": SASLPlaintext,
        "SCRAM-SHA-256": SASLScram256,
        "SCRAM-SHA-512": SASLScram512,
    }
    secret = connection.sasl_password.get_secret_value()
    kind = kinds[connection.sasl_mechanism]
    return {"security": kind(connection.sasl_username, secret, ssl_context=context, use_ssl=tls)}
