"""A working `Ledger` in memory. It passes the same suite as the one on PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from notifier.application.stores import Desk
from notifier.domain.attempts import Claim, Move
from notifier.domain.deliveries import DUE_LATER, DeliveryKey, State, checked_move
from notifier.domain.notifications import Notification
from notifier.domain.outcomes import Accepted
from notifier.domain.tenure import Tenure


@dataclass(slots=True)
class Row:
    """One delivery as the ledger holds it."""

    claim: Claim
    state: State
    worker_id: UUID | None
    move: Move | None = None


@dataclass(slots=True)
class LedgerTable:
    """What all workers share: the rows, and who is alive."""

    rows: dict[DeliveryKey, Row] = field(default_factory=dict)
    alive: set[UUID] = field(default_factory=set)
    adopted: dict[str, DeliveryKey] = field(default_factory=dict)


@dataclass(slots=True)
class FakeLedger:
    """One worker's hand on the table."""

    table: LedgerTable
    worker_id: UUID
    tenure: Tenure

    async def claim(
        self, desk: Desk, keys: Sequence[DeliveryKey], mine: Collection[DeliveryKey]
    ) -> list[Claim]:
        claims = []
        for key in keys:
            row = self.table.rows.get(key)
            if row is None:
                claims.append(self._hold(Claim(key, desk.lane, datetime.now(UTC), self.tenure.number)))
            elif row.state is State.SENDING and row.worker_id == self.worker_id and key not in mine:
                claims.append(self._hold(row.claim))
        return list({claim.key: claim for claim in claims}.values())

    async def work(self, now: datetime) -> frozenset[Desk]:
        return frozenset(
            _desk(row) for row in self.table.rows.values() if _due(row, now) or self._left_behind(row)
        )

    async def take_due(self, desk: Desk, now: datetime, most: int) -> list[Claim]:
        due = [row for row in self.table.rows.values() if _desk(row) == desk and _due(row, now)]
        return [self._hold(_anew(row.claim)) for row in due[:most]]

    async def take_over(self, desk: Desk, most: int) -> list[Claim]:
        left = [row for row in self.table.rows.values() if _desk(row) == desk and self._left_behind(row)]
        return [self._hold(_anew(_doubted(row.claim))) for row in left[:most]]

    async def take_forgotten(self, desk: Desk, mine: Collection[DeliveryKey], most: int) -> list[Claim]:
        held = [
            row
            for key, row in self.table.rows.items()
            if row.state is State.SENDING
            and row.worker_id == self.worker_id
            and _desk(row) == desk
            and key not in mine
        ]
        return [self._hold(row.claim) for row in held[:most]]

    async def adopt(self, claim: Claim, found: Accepted) -> bool:
        others = (row.move for key, row in self.table.rows.items() if key != claim.key)
        if not self._holds(claim) or any(move and move.reference == found.reference for move in others):
            return False
        return self.table.adopted.setdefault(found.reference, claim.key) == claim.key

    async def record(self, moves: Sequence[Move], told: Mapping[UUID, Notification]) -> int:
        kept = [move for move in moves if self._holds(move.claim)]
        for move in kept:
            row = self.table.rows[move.claim.key]
            row.claim = replace(
                row.claim,
                attempts=move.attempts,
                provider=move.provider,
                unsure_since=move.unsure_since,
                possible_duplicate=move.possible_duplicate,
            )
            row.state, row.worker_id, row.move = checked_move(row.state, move.state), None, move
        return len(kept)

    def _hold(self, claim: Claim) -> Claim:
        claim = replace(claim, tenure=self.tenure.number)
        self.table.rows[claim.key] = Row(claim, State.SENDING, self.worker_id)
        return claim

    def _holds(self, claim: Claim) -> bool:
        row = self.table.rows[claim.key]
        return row.worker_id == self.worker_id and row.claim.claimed_at == claim.claimed_at

    def _left_behind(self, row: Row) -> bool:
        return row.state is State.SENDING and row.worker_id not in self.table.alive


def _desk(row: Row) -> Desk:
    return Desk(row.claim.lane, row.claim.key.channel)


def _due(row: Row, now: datetime) -> bool:
    due = row.move and row.move.next_attempt_at
    return row.state in DUE_LATER and due is not None and due <= now


def _anew(claim: Claim) -> Claim:
    return replace(claim, claimed_at=datetime.now(UTC))


def _doubted(claim: Claim) -> Claim:
    return replace(
        claim,
        unsure_since=claim.unsure_since or claim.claimed_at,
        possible_duplicate=claim.possible_duplicate or claim.key.channel == "email",
    )
