"""What others may know of an account, assembled as sets, and put in the outbox when it really changed.

Everything here works on the temporary table `touched` (person_id), inside the caller's transaction. Only one
writer of accounts is at work at a time (`adapters/postgres_directory.py`), so order per person is kept.
"""

from datetime import datetime

from auth.domain.account_states import MOVES, IllegalMove
from shared.events.accounts import AccountChanged
from shared.events.envelope import KafkaRecord, to_record
from shared.kernel.ids import derived_id
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

SOURCE = "urn:carillon:auth"
RECORDS_PER_ROW = 250

STATES = """
create temp table state_move on commit drop as
select a.person_id, a.state as here, s.there
from (select distinct person_id from touched) as t
join account as a using (person_id)
join lateral (
    select case
        when count(*) filter (where m.absent_since is null) > 0 then 'active'
        when count(*) filter (where m.ended_at is null) > 0 then 'absent'
        else 'suspended'
    end as there
    from attachment as m where m.person_id = a.person_id
) as s on true
where a.state <> s.there
"""
ILLEGAL = """
select count(*) from state_move where (here, there) not in (select * from unnest($1::text[], $2::text[]))
"""
MOVED = "update account as a set state = s.there from state_move as s where s.person_id = a.person_id"

PARENTS_TOUCHED = """
insert into touched
select l.parent_id from child_link as l join (select distinct person_id from touched) as t on t.person_id = l.child_id
"""

PUBLIC = """
select a.person_id, jsonb_strip_nulls(jsonb_build_object(
    'state', case a.state when 'suspended' then 'suspended' else 'active' end,
    'profile', a.profile, 'last_name', a.last_name, 'first_name', a.first_name,
    'establishments', coalesce(places.list, '[]'),
    'children', coalesce(kids.list, '[]'),
    'imported', jsonb_build_object('email', a.email, 'phone_home', a.phone_home,
        'phone_work', a.phone_work, 'phone_mobile', a.phone_mobile)
)) as public
from {people} as t
join account as a using (person_id)
left join (
    select t.person_id, jsonb_agg(jsonb_build_object(
        'uai', e.uai, 'name', e.name, 'kind', e.kind,
        'departement', e.departement, 'academie', e.academie, 'region', e.region,
        'classes', case when m.class_name is null then '[]' else jsonb_build_array(m.class_name) end,
        'transported', case a.profile when 'parent' then carried.parent_id is not null else m.transported end
    ) order by e.uai) as list
    from {people} as t
    join account as a using (person_id)
    join attachment as m using (person_id)
    join establishment as e using (uai)
    left join (
        select distinct l.parent_id, m.uai
        from {people} as t join child_link as l on l.parent_id = t.person_id
        join attachment as m on m.person_id = l.child_id and m.ended_at is null and m.transported
    ) as carried on carried.parent_id = a.person_id and carried.uai = m.uai
    where m.ended_at is null or a.state = 'suspended'
    group by t.person_id
) as places using (person_id)
left join (
    select parent_id as person_id, jsonb_agg(jsonb_build_object(
        'person_id', child_id, 'first_name', first_name, 'uais', uais) order by child_id) as list
    from (
        select l.parent_id, l.child_id, c.first_name,
            coalesce(jsonb_agg(distinct m.uai) filter (where m.uai is not null), '[]') as uais
        from {people} as t join child_link as l on l.parent_id = t.person_id
        join account as c on c.person_id = l.child_id
        left join attachment as m on m.person_id = l.child_id and m.ended_at is null
        group by 1, 2, 3
    ) as child
    group by parent_id
) as kids using (person_id)
"""
"""A suspended account keeps its last establishments in sight, so that nothing built on them is lost if he returns."""

CHANGED = f"""
create temp table changed_public on commit drop as
select p.person_id, p.public, sha256(convert_to(p.public::text, 'UTF8')) as digest
from ({PUBLIC.format(people="(select distinct person_id from touched)")}) as p
join account as a using (person_id)
where sha256(convert_to(p.public::text, 'UTF8')) is distinct from a.public_digest
"""
VERSIONS = """
update account as a set version = version + 1, public_digest = c.digest
from changed_public as c where c.person_id = a.person_id
"""
TO_PUBLISH = """
select c.person_id, a.version, c.public from changed_public as c join account as a using (person_id)
"""
TO_REPUBLISH = f"""
select p.person_id, a.version, p.public
from ({PUBLIC.format(people="account")}) as p join account as a using (person_id)
where a.version > 0
"""


async def settle_states(connection: Connection) -> int:
    """Move touched accounts to the state their attachments imply. Raises IllegalMove, and nothing is written."""
    await connection.execute("analyze touched")
    await connection.execute(STATES)
    illegal = await connection.fetchval(
        ILLEGAL, [str(here) for here, _ in MOVES], [str(there) for _, there in MOVES]
    )
    if illegal:
        raise IllegalMove(f"{illegal} accounts would move where the table does not lead")
    return int((await connection.execute(MOVED)).split()[-1])


async def publish_changes(connection: Connection, now: datetime) -> int:
    """Give a new version to the accounts whose public state changed, and add them to the outbox."""
    await connection.execute(PARENTS_TOUCHED)
    await connection.execute("analyze touched")
    await connection.execute(CHANGED)
    await connection.execute(VERSIONS)
    return await publish(connection, TO_PUBLISH, now)


async def publish(connection: Connection, query: str, now: datetime) -> int:
    """Stream (person_id, version, public) rows into the outbox; how many."""
    published = 0
    batch: list[KafkaRecord] = []
    async for row in connection.cursor(query, prefetch=RECORDS_PER_ROW):
        batch.append(_record(row["person_id"], row["version"], row["public"], now))
        if len(batch) == RECORDS_PER_ROW:
            await add_to_outbox(connection, batch)
            published += len(batch)
            batch = []
    await add_to_outbox(connection, batch)
    return published + len(batch)


def _record(person_id: str, version: int, public: dict[str, object], now: datetime) -> KafkaRecord:
    """The same version of an account is the same event, whenever it is told again."""
    account = AccountChanged.model_validate({"person_id": person_id, "version": version, **public})
    event_id = str(derived_id("account", person_id, str(version)))
    return to_record(account, event_id=event_id, source=SOURCE, time=now)
