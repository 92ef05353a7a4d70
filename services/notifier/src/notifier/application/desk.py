"""The desk of one lane and channel: deliveries are claimed, judged again, handed over, and written down.

    orders ──► claim ──► queue ──► judge on the newest facts ──► senders ──► outcomes
    due, left ──┘ (durable)                └── silent ────────────────────────┘

A delivery is in flight from its claim until its outcome is written; the desk bounds how many are, and whoever
brings more waits. No transaction is open while a provider is being talked to.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from notifier.application.judge_again import JudgeAgain
from notifier.application.measures import IN_FLIGHT
from notifier.application.record_outcomes import Entry, RecordOutcomes
from notifier.application.send import Errand, SendOnce
from notifier.application.stores import Desk, Ledger
from notifier.domain.attempts import Claim, Move, released
from notifier.domain.deliveries import DeliveryKey
from notifier.domain.notifications import Notification
from notifier.domain.outcomes import TryAgain, Unknown
from notifier.domain.tenure import Tenure
from shared.kit.logs import get_logger

CHUNK_MAX = 250
"""How many are judged together: enough for one question to serve many, few enough to stay fresh."""
FACTS_FRESH_S = 5.0
"""A decision older than this is made again before the wire."""
ROOM_WITHIN_S = 60.0
RETRY_S = 0.5
FINISH_WITHIN_S = 8.0
WRITE_WITHIN_S = 4.0

log = get_logger()


class DeskUnavailable(Exception):
    """No room within ROOM_WITHIN_S, no valid lease, or the desk is closing: bring it again later."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one desk may use at once: tries on the wire, and deliveries claimed but not yet written down."""

    tries_max: int
    in_flight_max: int


@dataclass(slots=True, kw_only=True)
class SendingDesk:
    """Everything that is claimed here ends in an outcome, whatever happens on the way.

    `_open` holds what has no outcome yet, `_in_flight` what has none written by when it was claimed (the sweeper
    may claim it anew before the desk learns that it is written), `_trying` what is on the wire.
    """

    desk: Desk
    budget: Budget
    ledger: Ledger
    judge: JudgeAgain
    send: SendOnce
    record: RecordOutcomes
    tenure: Tenure
    _open: dict[DeliveryKey, Claim] = field(default_factory=dict, init=False)
    _in_flight: dict[DeliveryKey, datetime] = field(default_factory=dict, init=False)
    _trying: set[DeliveryKey] = field(default_factory=set, init=False)
    _queue: deque[Claim] = field(default_factory=deque, init=False)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _freed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _ready: asyncio.Queue[Errand] = field(init=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, init=False)
    _closing: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._ready = asyncio.Queue(self.budget.tries_max)
        IN_FLIGHT.labels(*self.desk).set_function(lambda: len(self._in_flight))

    async def start(self) -> None:
        works = [self._judge_for_ever(), *(self._send_for_ever() for _ in range(self.budget.tries_max))]
        self._tasks = [asyncio.create_task(work) for work in works]

    def close(self) -> None:
        """Take nothing more; what is in hand goes on."""
        self._closing = True
        self._freed.set()

    async def stop(self) -> None:
        """Give back what has not left, finish what is on the wire, and write everything down."""
        self.close()
        for task in self._tasks[:1]:
            task.cancel()  # the one that judges
        self._give_back([claim for key, claim in self._open.items() if key not in self._trying])
        with suppress(TimeoutError):
            async with asyncio.timeout(FINISH_WITHIN_S):
                while self._trying:
                    self._freed.clear()
                    await self._freed.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.record.flushed(), WRITE_WITHIN_S)

    @property
    def room(self) -> int:
        """How many more may be taken."""
        return 0 if self._closing else self.budget.in_flight_max - len(self._in_flight)

    async def take_orders(self, keys: Sequence[DeliveryKey]) -> None:
        """Claim what nobody has; once this returns, the ledger answers for them. Raises DeskUnavailable."""
        for start in range(0, len(keys), CHUNK_MAX):
            portion = keys[start : start + CHUNK_MAX]
            await self._wait_for_room(len(portion))
            await self._take(lambda mine, p=portion: self.ledger.claim(self.desk, p, mine))  # type: ignore[misc]  # a default binds the portion of this turn

    async def take_work(
        self, question: Callable[[frozenset[DeliveryKey], int], Awaitable[list[Claim]]]
    ) -> int:
        """Take from the ledger as many as there is room for; answers how many there were."""
        most = min(self.room, CHUNK_MAX)
        return await self._take(lambda mine: question(mine, most)) if most > 0 else 0

    async def _take(self, question: Callable[[frozenset[DeliveryKey]], Awaitable[list[Claim]]]) -> int:
        """One question at a time: what is written as mine and not in flight is then surely forgotten."""
        async with self._taking:
            if self._closing or not self.tenure.holds():
                raise DeskUnavailable
            claims = await question(frozenset(self._in_flight))
            for claim in claims:
                self._open[claim.key] = claim
                self._in_flight[claim.key] = claim.claimed_at
            self._queue.extend(claims)
            self._arrived.set()
        return len(claims)

    async def _wait_for_room(self, wanted: int) -> None:
        try:
            async with asyncio.timeout(ROOM_WITHIN_S):
                while self._in_flight and self.room < wanted and not self._closing:
                    self._freed.clear()
                    await self._freed.wait()
        except TimeoutError:
            raise DeskUnavailable from None

    async def _judge_for_ever(self) -> None:
        while True:
            await self._arrived.wait()
            chunk = [self._queue.popleft() for _ in range(min(CHUNK_MAX, len(self._queue)))]
            if not chunk:
                self._arrived.clear()
                continue
            try:
                errands = await self._judged(chunk)
            except Exception as failure:  # whatever it is, these deliveries still wait for their outcome
                log.warning("desk.not_judged", desk="/".join(self.desk), failure=type(failure).__name__)
                log.debug("desk.failure", exc_info=failure)
                self._queue.extendleft(reversed(chunk))
                await asyncio.sleep(RETRY_S)
                continue
            for errand in errands:
                await self._ready.put(errand)

    async def _judged(self, chunk: Sequence[Claim]) -> list[Errand]:
        ours = [claim for claim in chunk if self.tenure.covers(claim.tenure)]
        self._give_back([claim for claim in chunk if not self.tenure.covers(claim.tenure)])
        errands, silent = await self.judge(ours)
        for move, notification in silent:
            self._conclude(move, notification)
        return errands

    async def _send_for_ever(self) -> None:
        while True:
            errand = await self._ready.get()
            claim = errand.claim
            if claim.key not in self._open:
                continue  # given back meanwhile
            if not self.tenure.covers(claim.tenure):
                self._give_back([claim])
            elif self.send.monotonic() - errand.judged_at > FACTS_FRESH_S:
                self._queue.append(claim)
                self._arrived.set()
            else:
                await self._try(errand)

    async def _try(self, errand: Errand) -> None:
        claim = errand.claim
        self._trying.add(claim.key)
        try:
            move = await self.send(errand)
        except asyncio.CancelledError:
            self._conclude(self.send.concluded(errand, Unknown("interrupted", "")), errand.notification)
            raise
        except Exception as failure:  # a fault of ours is no reason to leave a delivery without outcome
            log.warning("desk.try_broke", desk="/".join(self.desk), failure=type(failure).__name__)
            log.debug("desk.failure", exc_info=failure)
            move = self.send.concluded(errand, TryAgain("unexpected_error", ""))
        finally:
            self._trying.discard(claim.key)
            self._freed.set()
        self._conclude(move, errand.notification)

    def _conclude(self, move: Move, notification: Notification | None) -> None:
        if self._open.pop(move.claim.key, None) is not None:
            self.record.add(Entry(move, notification, self._written))

    def _give_back(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self._conclude(released(claim, self.judge.clock.now()), None)

    def _written(self, claim: Claim) -> None:
        if self._in_flight.get(claim.key) == claim.claimed_at:
            del self._in_flight[claim.key]
        self._freed.set()
