"""The states of accounts, as their attachments imply them, and what ends with a suspension: all of it as sets.

Everything here works on the temporary table `touched` (person_id), inside the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from auth.adapters.account_publication import REMAINING_TOUCHED
from auth.adapters.ended_access import end_access
from auth.adapters.long_statements import STATEMENT_TIMEOUT_S
from auth.adapters.security_facts import SecurityFacts
from auth.domain.account_states import MOVES, IllegalMove
from shared.kit.database import Connection
from shared.kit.outbox import RECORDS_A_ROW_MAX, add_to_outbox

STATES = """
create temp table state_move on commit drop as
with people as (select distinct person_id from touched),
named as (
    select person_id, person_id as source_id from people
    union all
    select t.person_id, o.person_id from people as t join account as o on o.fused_into = t.person_id
)
select a.person_id, a.state as here, s.there
from account as a
join (
    select n.person_id, case
        when count(m.uai) filter (where m.absent_since is null) > 0 then 'active'
        when count(m.uai) filter (where m.ended_at is null) > 0 then 'absent'
        else 'suspended'
    end as there
    from named as n left join attachment as m on m.person_id = n.source_id
    group by n.person_id
) as s using (person_id)
where a.state <> s.there
"""
"""An account that remains is there for as long as one of those it took in is."""

ILLEGAL = """
select count(*) from state_move where (here, there) not in (select * from unnest($1::text[], $2::text[]))
"""
MOVED = "update account as a set state = s.there from state_move as s where s.person_id = a.person_id"
SUSPENDED = "select person_id from state_move where there = 'suspended' order by person_id"


async def settle_states(connection: Connection, facts: SecurityFacts, now: datetime) -> int:
    """Move touched accounts to the state their attachments imply; how many moved.

    Whoever is suspended loses every access at once: it must not be there again when he comes back. Raises
    IllegalMove, and nothing is written.
    """
    for statement in (REMAINING_TOUCHED, "analyze touched", STATES):
        await connection.execute(statement, timeout=STATEMENT_TIMEOUT_S)
    illegal = await connection.fetchval(
        ILLEGAL,
        [str(here) for here, _ in MOVES],
        [str(there) for _, there in MOVES],
        timeout=STATEMENT_TIMEOUT_S,
    )
    if illegal:
        raise IllegalMove(f"{illegal} accounts would move where the table does not lead")
    moved = int((await connection.execute(MOVED, timeout=STATEMENT_TIMEOUT_S)).split()[-1])
    suspended = [row["person_id"] for row in await connection.fetch(SUSPENDED, timeout=STATEMENT_TIMEOUT_S)]
    await _end_access(connection, facts, suspended, now)
    return moved


async def _end_access(
    connection: Connection, facts: SecurityFacts, suspended: Sequence[str], now: datetime
) -> None:
    if suspended:
        await end_access(connection, suspended, now, timeout_s=STATEMENT_TIMEOUT_S)
    for start in range(0, len(suspended), RECORDS_A_ROW_MAX):
        people = suspended[start : start + RECORDS_A_ROW_MAX]
        await add_to_outbox(
            connection, [facts.revoked(person, "account_suspended", now=now) for person in people]
        )
