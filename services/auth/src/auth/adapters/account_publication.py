"""What others may know of an account, assembled as sets, and put in the outbox when it really changed.

Everything here works on the temporary table `touched` (person_id), inside the caller's transaction. Only one
writer of accounts is at work at a time (`adapters/postgres_directory.py`), so order per person is kept.
"""

from datetime import datetime

from auth.adapters.long_statements import STATEMENT_TIMEOUT_S
from shared.events.accounts import AccountChanged
from shared.events.envelope import KafkaRecord, to_record
from shared.kernel.ids import derived_id
from shared.kit.database import Connection
from shared.kit.outbox import RECORDS_A_ROW_MAX, add_to_outbox

SOURCE = "urn:carillon:auth"

REMAINING_TOUCHED = """
insert into touched
select a.fused_into from account as a join (select distinct person_id from touched) as t using (person_id)
where a.fused_into is not null
"""
"""What is said of an account that was taken in is said of the one that remains."""

TAKEN_IN_TOUCHED = """
insert into touched
select o.person_id from account as o join (select distinct person_id from touched) as t on t.person_id = o.fused_into
"""
PARENTS_TOUCHED = """
insert into touched
select l.parent_id from child_link as l join (select distinct person_id from touched) as t on t.person_id = l.child_id
"""

PUBLIC = """
with named as (
    select t.person_id, t.person_id as source_id from {people} as t
    union all
    select t.person_id, o.person_id from {people} as t join account as o on o.fused_into = t.person_id
),
carried as (
    select distinct n.person_id, m.uai
    from named as n join child_link as l on l.parent_id = n.source_id
    join attachment as m on m.person_id = l.child_id and m.ended_at is null and m.transported
)
select a.person_id, jsonb_strip_nulls(jsonb_build_object(
    'state', case when a.fused_into is not null then 'closed' when a.state = 'suspended' then 'suspended' else 'active' end,
    'profile', a.profile, 'last_name', a.last_name, 'first_name', a.first_name,
    'establishments', coalesce(places.list, '[]'),
    'children', coalesce(kids.list, '[]'),
    'imported', jsonb_build_object('email', a.email, 'phone_home', a.phone_home,
        'phone_work', a.phone_work, 'phone_mobile', a.phone_mobile),
    'fused', others.list,
    'fused_into', a.fused_into
)) as public
from {people} as t
join account as a using (person_id)
left join (
    select place.person_id, jsonb_agg(jsonb_build_object(
        'uai', e.uai, 'name', e.name, 'kind', e.kind,
        'departement', e.departement, 'academie', e.academie, 'region', e.region,
        'classes', place.classes, 'transported', place.transported
    ) order by e.uai) as list
    from (
        select n.person_id, m.uai,
            coalesce(jsonb_agg(distinct m.class_name) filter (where m.class_name is not null), '[]') as classes,
            bool_or(case a.profile when 'parent' then carried.uai is not null else m.transported end) as transported
        from named as n
        join account as a using (person_id)
        join attachment as m on m.person_id = n.source_id
        left join carried on carried.person_id = n.person_id and carried.uai = m.uai
        where m.ended_at is null or a.state = 'suspended'
        group by n.person_id, m.uai
    ) as place
    join establishment as e using (uai)
    group by place.person_id
) as places using (person_id)
left join (
    select person_id, jsonb_agg(jsonb_build_object(
        'person_id', child_id, 'first_name', first_name, 'uais', uais) order by child_id) as list
    from (
        select n.person_id, r.person_id as child_id, r.first_name,
            coalesce(jsonb_agg(distinct m.uai) filter (where m.uai is not null), '[]') as uais
        from named as n join child_link as l on l.parent_id = n.source_id
        join account as c on c.person_id = l.child_id
        join account as r on r.person_id = coalesce(c.fused_into, c.person_id)
        left join attachment as m on m.person_id = l.child_id and m.ended_at is null
        group by 1, 2, 3
    ) as child
    group by person_id
) as kids using (person_id)
left join (
    select fused_into as person_id, jsonb_agg(person_id order by person_id) as list
    from account where fused_into is not null group by fused_into
) as others using (person_id)
"""
"""A suspended account keeps its last establishments in sight, so that nothing built on them is lost if he returns.

An account that remains speaks for all it took in (`named`): nothing twice, and children who are themselves fused
under the account that remains of them.
"""

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


async def publish_changes(connection: Connection, now: datetime) -> int:
    """Give a new version to the accounts whose public state changed, and add them to the outbox."""
    for statement in (
        TAKEN_IN_TOUCHED,
        PARENTS_TOUCHED,
        REMAINING_TOUCHED,
        "analyze touched",
        CHANGED,
        VERSIONS,
    ):
        await connection.execute(statement, timeout=STATEMENT_TIMEOUT_S)
    return await publish(connection, TO_PUBLISH, now)


async def publish(connection: Connection, query: str, now: datetime) -> int:
    """Stream (person_id, version, public) rows into the outbox; how many."""
    published = 0
    batch: list[KafkaRecord] = []
    rows = connection.cursor(query, prefetch=RECORDS_A_ROW_MAX, timeout=STATEMENT_TIMEOUT_S)
    async for row in rows:
        batch.append(_record(row["person_id"], row["version"], row["public"], now))
        if len(batch) == RECORDS_A_ROW_MAX:
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
