"""Outcomes are written down together: many in one statement, soon, and for as long as it takes."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from notifier.application.measures import AGE_S, FENCED, SETTLED
from notifier.application.stores import Ledger
from notifier.domain.attempts import Claim, Move
from notifier.domain.deliveries import State
from notifier.domain.notifications import Notification
from shared.kit.database import is_outage
from shared.kit.logs import get_logger
from shared.kit.tasks import ended

MOVES_AT_ONCE = 500
GATHER_S = 0.05
BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)

log = get_logger()


@dataclass(frozen=True, slots=True)
class Entry:
    """One outcome, its notification if it is known, and whom to tell when it is written."""

    move: Move
    notification: Notification | None
    written: Callable[[Claim], None]


@dataclass(slots=True, kw_only=True)
class RecordOutcomes:
    """Gather outcomes for at most `gather_s` and write them; a database that is away is waited for.

    An outcome that the database refuses for what it holds is written without its words, never dropped.
    """

    ledger: Ledger
    gather_s: float = GATHER_S
    _entries: list[Entry] = field(default_factory=list, init=False)
    _some: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _many: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _idle: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._idle.set()

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._idle.clear()
        self._some.set()
        if len(self._entries) >= MOVES_AT_ONCE:
            self._many.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def flushed(self) -> None:
        """Wait until everything that was added is written."""
        self._many.set()
        await self._idle.wait()

    async def stop(self) -> None:
        await ended(self._task)

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(self.gather_s):  # wait_for may swallow a cancellation
                    await self._many.wait()
            batch, self._entries = self._entries[:MOVES_AT_ONCE], self._entries[MOVES_AT_ONCE:]
            await self._write(batch)
            if not self._entries:
                self._some.clear()
                self._many.clear()
                self._idle.set()
            elif len(self._entries) < MOVES_AT_ONCE:
                self._many.clear()

    async def _write(self, batch: Sequence[Entry]) -> None:
        failures = 0
        while True:
            try:
                await self._written(batch)
            except Exception as failure:  # noqa: BLE001 - an outcome that is not written would be a second sending
                pause_s = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
                failures += 1
                log.warning("outcomes.not_recorded", failure=type(failure).__name__, outcomes=len(batch))
                if not is_outage(failure):
                    batch = await self._narrowed(batch)
                await asyncio.sleep(pause_s)
            else:
                return

    async def _narrowed(self, batch: Sequence[Entry]) -> Sequence[Entry]:
        """Write one half of a refused batch apart, so that one bad outcome stands alone in the end."""
        if len(batch) == 1:
            plain = replace(batch[0].move, reason="unrecordable", provider=None, reference=None)
            return [replace(batch[0], move=plain)]
        await self._write(batch[: len(batch) // 2])
        return batch[len(batch) // 2 :]

    async def _written(self, batch: Sequence[Entry]) -> None:
        if not batch:
            return
        told = {
            entry.notification.id: entry.notification for entry in batch if entry.notification is not None
        }
        counted = await self.ledger.record([entry.move for entry in batch], told)
        FENCED.inc(len(batch) - counted)
        for entry in batch:
            _measure(entry)
            entry.written(entry.move.claim)


def _measure(entry: Entry) -> None:
    move, lane, channel = entry.move, entry.move.claim.lane, entry.move.claim.key.channel
    SETTLED.labels(lane, channel, move.state.value, move.reason or "").inc()
    if move.state is State.SENT and entry.notification is not None:
        AGE_S.labels(lane, channel).observe((move.at - entry.notification.occurred_at).total_seconds())
