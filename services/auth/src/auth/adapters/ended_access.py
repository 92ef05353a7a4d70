"""What ends when accounts may no longer be entered as before: what opened them, and what was about to."""

from collections.abc import Sequence
from datetime import datetime

from shared.kit.database import Connection

HELD = "select from credential where person_id = any($1) order by person_id for update"
"""Whoever opens or ends sessions holds this row first: nothing below is then locked in another order."""

SESSIONS_ENDED = "delete from browser_session where person_id = any($1)"
DEVICES_FORGOTTEN = "delete from known_device where person_id = any($1)"

FLOWS_ENDED = """
with locked as (
    select flow_digest, proved_at from recovery
    where person_id = any($1) and expires_at > $2 order by flow_digest for update
)
update recovery as r set expires_at = $2 from locked where locked.flow_digest = r.flow_digest
returning r.flow_digest, locked.proved_at is not null as proved
"""
CODES_ENDED = "update one_time_code set ended_at = $2 where person_id = any($1) and ended_at is null"


async def end_access(
    connection: Connection, people: Sequence[str], now: datetime, *, timeout_s: float | None = None
) -> int:
    """End sessions, known browsers and recoveries of all these people, in the caller's transaction.

    Returns how many sessions ended. `timeout_s` is each statement's, the pool's own by default.
    """
    await connection.execute(HELD, people, timeout=timeout_s)
    ended = await connection.execute(SESSIONS_ENDED, people, timeout=timeout_s)
    await connection.execute(DEVICES_FORGOTTEN, people, timeout=timeout_s)
    await end_recoveries(connection, people, now, timeout_s=timeout_s)
    return int(ended.split()[-1])


async def end_recoveries(
    connection: Connection, people: Sequence[str], now: datetime, *, timeout_s: float | None = None
) -> frozenset[bytes]:
    """End the recoveries under way, which somebody else may have started; which of their flows had been proved.

    Flows before codes, in the order of their digests, as whoever tries a code locks them.
    """
    flows = await connection.fetch(FLOWS_ENDED, people, now, timeout=timeout_s)
    await connection.execute(CODES_ENDED, people, now, timeout=timeout_s)
    return frozenset(flow["flow_digest"] for flow in flows if flow["proved"])
