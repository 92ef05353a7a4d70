"""What ends when accounts may no longer be entered as before: what opened them, and what was about to."""

from collections.abc import Sequence
from datetime import datetime

from shared.kit.database import Connection

HELD = "select from credential where person_id = any($1) order by person_id for update"
"""Whoever opens or ends sessions holds this row first: nothing below is then locked in another order."""

OPENED = (
    "delete from browser_session where person_id = any($1)",
    "delete from known_device where person_id = any($1)",
)

FLOWS_ENDED = """
with locked as (
    select flow_digest from recovery where person_id = any($1) and expires_at > $2 order by flow_digest for update
)
update recovery as r set expires_at = $2 from locked where locked.flow_digest = r.flow_digest
"""
CODES_ENDED = "update one_time_code set ended_at = $2 where person_id = any($1) and ended_at is null"
UNDER_WAY = (FLOWS_ENDED, CODES_ENDED)
"""Recoveries, which somebody else may have started. Flows before codes, in the order of their digests, as everywhere."""


async def end_access(
    connection: Connection, people: Sequence[str], now: datetime, *, timeout_s: float | None = None
) -> None:
    """End sessions, known browsers and recoveries of all these people, in the caller's transaction.

    `timeout_s` is each statement's, the pool's own by default.
    """
    await connection.execute(HELD, people, timeout=timeout_s)
    for statement in OPENED:
        await connection.execute(statement, people, timeout=timeout_s)
    for statement in UNDER_WAY:
        await connection.execute(statement, people, now, timeout=timeout_s)
