"""Conservation: what the ledger says was sent is, person by person, what the sink says it received."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import asyncpg


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of some events, by state; `expected` is people x channels as routed."""

    expected: int
    states: dict[tuple[str, str], int]
    sent_to: frozenset[str]
    """The persons whose e-mail is recorded as sent."""

    @property
    def settled(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Balance:
    """Sent against received: both lists must be empty, and every expected delivery settled."""

    ledger: Ledger
    received: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def holds(self) -> bool:
        settled = self.ledger.settled == self.ledger.expected
        return settled and not (self.missing or self.twice or self.unexpected)

    def told(self) -> str:
        states = ", ".join(
            f"{count} {channel} {state}" for (channel, state), count in sorted(self.ledger.states.items())
        )
        verdict = "holds" if self.holds else "IS BROKEN"
        return (
            f"conservation {verdict}: {self.ledger.expected} expected = {self.ledger.settled} settled ({states}); "
            f"{self.received} received, {len(self.missing)} missing, {len(self.twice)} twice, "
            f"{len(self.unexpected)} to nobody who was sent anything"
        )


async def read_ledger(dsn: str, event_ids: list[str]) -> Ledger:
    """What became of these events (by `ce_id`), once they are settled."""
    connection = await asyncpg.connect(dsn)
    try:
        expected = await connection.fetchval(
            "select coalesce(sum(expected), 0)::bigint from notification where event_id = any($1)", event_ids
        )
        states = await connection.fetch(_STATES, event_ids)
        sent = await connection.fetch(_SENT, event_ids)
    finally:
        await connection.close()
    return Ledger(
        expected,
        {(row["channel"], row["state"]): row["count"] for row in states},
        frozenset(row["person_id"] for row in sent),
    )


_STATES = """
select d.channel, d.state, count(*) as count
from delivery d join notification n on n.id = d.notification_id
where n.event_id = any($1) and d.settled_at is not null
group by 1, 2
"""

_SENT = """
select d.person_id
from delivery d join notification n on n.id = d.notification_id
where n.event_id = any($1) and d.channel = 'email' and d.state = 'sent'
"""


def balance(ledger: Ledger, mails: list[dict[str, Any]]) -> Balance:
    """Compare with the sink's list; a person's address is `<person_id>@example.org`."""
    received = Counter(address.partition("@")[0] for mail in mails for address in mail["to"])
    return Balance(
        ledger=ledger,
        received=received.total(),
        missing=tuple(sorted(ledger.sent_to - received.keys())),
        twice=tuple(sorted(person for person, count in received.items() if count > 1)),
        unexpected=tuple(sorted(received.keys() - ledger.sent_to)),
    )
