"""Rights to desks and the counts of a desk, in PostgreSQL: an adapter of the port `Desks`."""

from collections.abc import Sequence
from dataclasses import astuple

import asyncpg

from auth.adapters.open_accounts import OPEN
from auth.application.desk_ports import ClassCount, Found, Grant
from auth.application.slip_ports import School
from auth.domain.names import plain

PROFILE_AT = f"""
select a.profile from attachment as m join account as a using (person_id)
where m.person_id = $1 and m.uai = $2 and m.absent_since is null and {OPEN}
"""
GRANTED = """
insert into desk_grant (person_id, uai, granted_at, granted_by) values ($1, $2, $3, $4)
on conflict do nothing returning true
"""
REVOKED = "delete from desk_grant where person_id = $1 and uai = $2 returning true"
LISTED = "select person_id, uai, granted_at, granted_by from desk_grant order by uai, person_id"
SCHOOLS_OF = f"""
select e.uai, e.name
from desk_grant as g join attachment as m using (person_id, uai) join establishment as e using (uai)
join account as a using (person_id)
where g.person_id = $1 and m.absent_since is null and {OPEN}
order by e.uai
"""

PEOPLE = f"""
with people as (
    select a.person_id, a.profile, a.last_name, a.first_name, m.class_name as own,
        coalesce(c.step, 'provisioned') as step, c.password_hash is not null as printed,
        coalesce(c.password_kind, 'nothing') as held,
        exists (select from proved_contact as p where p.person_id = a.person_id) as reachable
    from attachment as m join account as a using (person_id) left join credential as c using (person_id)
    where m.uai = $1 and m.absent_since is null and {OPEN}
),
placed as (
    select p.*, p.own as class_name from people as p where p.profile <> 'parent'
    union all
    select p.*, k.class_name from people as p left join (
        select distinct l.parent_id, c.class_name
        from child_link as l join attachment as c on c.person_id = l.child_id and c.uai = l.uai
        where l.uai = $1 and c.absent_since is null and c.class_name is not null
    ) as k on k.parent_id = p.person_id
    where p.profile = 'parent'
)
"""
"""A parent stands in each class of his children, as his slip does."""

COUNTS = """
count(*) as people,
    count(*) filter (where not printed) as without_slip,
    count(*) filter (where printed and step = 'provisioned') as never_signed_in,
    count(*) filter (where step in ('charter', 'password', 'contacts')) as in_wizard,
    count(*) filter (where step = 'active') as active,
    count(*) filter (where step = 'active' and not reachable) as without_contact
"""
CLASSES = (
    f"{PEOPLE} select class_name, {COUNTS} from placed group by class_name order by class_name nulls last"
)
TOTALS = f"{PEOPLE} select null::text as class_name, {COUNTS} from people"

NAMES = f"""{PEOPLE}
select person_id, profile, last_name, first_name, held,
    coalesce(string_agg(distinct class_name, ', '), '') as class_name
from placed group by person_id, profile, last_name, first_name, held
order by last_name, first_name, person_id
"""


class PostgresDesks:
    """Desks of one database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def profile_at(self, person_id: str, uai: str) -> str | None:
        profile: str | None = await self._pool.fetchval(PROFILE_AT, person_id, uai)
        return profile

    async def grant(self, grant: Grant) -> bool:
        return bool(await self._pool.fetchval(GRANTED, *astuple(grant)))

    async def revoke(self, person_id: str, uai: str) -> bool:
        return bool(await self._pool.fetchval(REVOKED, person_id, uai))

    async def listed(self) -> Sequence[Grant]:
        return [Grant(**row) for row in await self._pool.fetch(LISTED)]

    async def schools_of(self, person_id: str) -> Sequence[School]:
        return [School(**row) for row in await self._pool.fetch(SCHOOLS_OF, person_id)]

    async def classes(self, uai: str) -> Sequence[ClassCount]:
        return [ClassCount(**row) for row in await self._pool.fetch(CLASSES, uai)]

    async def totals(self, uai: str) -> ClassCount:
        return ClassCount(**await self._pool.fetchrow(TOTALS, uai))

    async def find(self, uai: str, words: Sequence[str], count_max: int) -> Sequence[Found]:
        """Compared here and not in the database, whose idea of accents depends on how it was made."""
        wanted = [plain(word) for word in words]
        rows = await self._pool.fetch(NAMES, uai)
        named = ((row, plain(f"{row['first_name']} {row['last_name']}")) for row in rows)
        matching = [row for row, name in named if all(word in name for word in wanted)]
        return [Found(**row) for row in matching[:count_max]]
