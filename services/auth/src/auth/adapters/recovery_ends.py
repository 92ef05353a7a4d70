"""The end of every recovery of a person that is under way, in the transaction of whatever makes them too late.

A new password, a new slip, a sign-out everywhere: whoever had asked for a code before, or proved one, begins again.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.kit.database import Connection

FLOWS_ENDED = """
with locked as (
    select flow_digest, proved_at from recovery
    where person_id = any($1) and expires_at > $2 order by flow_digest for update
)
update recovery as r set expires_at = $2 from locked where locked.flow_digest = r.flow_digest
returning r.flow_digest, locked.proved_at is not null as proved
"""
CODES_ENDED = """
update one_time_code set ended_at = $2
where person_id = any($1) and purpose = 'recovery' and ended_at is null
"""


async def end_recoveries(
    connection: Connection, person_ids: Sequence[str], now: datetime
) -> frozenset[bytes]:
    """End the flows, then the codes, the order in which a try locks them; which of the flows had been proved."""
    flows = await connection.fetch(FLOWS_ENDED, person_ids, now)
    await connection.execute(CODES_ENDED, person_ids, now)
    return frozenset(flow["flow_digest"] for flow in flows if flow["proved"])
