"""The SQL that ends a delivery: who leaves, which links end at once, and what is remembered for the next one."""

from auth.adapters.delivery_sql import LEGAL, MEMORY, PUPIL_PLACES, STAFF_PLACES

LEAVING = f"""
insert into leaving (person_id, uai)
with bad as (
    select key from person_now where number in (select line from fault)
    union select key from delivered where number in (select line from fault) and key is not null
),
asked as (
    select key from delivered where kind <> 'EtabEducNat' and not aside and operation in ('delete', 'modify')
    union select c.key from concerned as c join directory_person as m on m.person_key = c.key and m.kind = 'PersRelEleve'
),
pupils as ({PUPIL_PLACES.format(people=MEMORY)}),
before as (
    select key, structure_key from pupils
    union select key, structure_key from ({STAFF_PLACES.format(people=MEMORY)}) as staff
    union select l.parent, w.structure_key
    from ({LEGAL.format(people=MEMORY)}) as l join pupils as w on w.key = l.pupil
),
renumbered as (
    select structure_key from directory_structure as m join place as e using (structure_key)
    where e.number is not null and e.uai <> m.uai
),
left_places as (
    select b.key as person_id, m.uai
    from before as b join directory_structure as m using (structure_key)
    where b.key in (select key from asked) or structure_key in (select structure_key from renumbered)
    union
    select a.person_id, a.uai
    from attachment as a join directory_structure as m using (uai)
    join delivered as d on d.key = m.structure_key
    where d.kind = 'EtabEducNat' and d.operation = 'delete' and not d.aside
    union
    select a.person_id, a.uai
    from attachment as a
    where $1 and a.absent_since is null and a.uai in (select uai from place where number is not null)
)
select person_id, uai from left_places as l
where not exists (select from staged as s where s.person_id = l.person_id and s.uai = l.uai)
    and l.person_id not in (select key from bad)
"""
"""Where people were and no longer are. An entry that adds somebody says nothing about his other schools; a parent is
where his children are, whatever kind of entry tells it. Everybody leaves the national code that his structure no
longer has. A complete delivery (`$1`) speaks of the structures that it describes itself, not of others that somebody
is attached to besides.
"""

ABSENCES = """
select
    (select count(distinct a.person_id) from attachment as a join leaving using (person_id, uai)
     where a.absent_since is null)::int as absent,
    (select count(distinct a.person_id) from attachment as a
     where a.absent_since is null and (
        a.uai in (select uai from leaving) or $1 and a.uai in (select uai from place where number is not null)
     ))::int as present
"""
"""Of those at the structures of a complete delivery; of a delivery of changes, at the structures somebody leaves."""

LOSSES = """
select a.uai, count(l.person_id)::int as absent, count(*)::int as present
from attachment as a left join leaving as l using (person_id, uai)
where a.absent_since is null and a.uai in (select uai from leaving)
group by a.uai having count(l.person_id) > 0 order by a.uai
"""

LINKS_LOST = """
with written as (
    delete from child_link as l using legal_before as b
    where l.child_id = b.pupil and l.parent_id = b.parent
        and exists (select from person_now as p where p.key = b.pupil)
        and not exists (select from legal as a where a.pupil = b.pupil and a.parent = b.parent)
    returning l.parent_id
)
insert into touched select parent_id from written
"""
"""Somebody who no longer answers for a pupil who is still there loses sight of him at once, without any delay."""

ABSENT = """
with written as (
    update attachment as a set absent_since = $1
    from leaving as l
    where l.person_id = a.person_id and l.uai = a.uai and a.absent_since is null
    returning a.person_id
),
noted as (insert into touched select person_id from written)
select count(distinct person_id)::int from written
"""

REMEMBER = (
    """
    delete from directory_structure as m using delivered as d
    where d.key = m.structure_key and d.kind = 'EtabEducNat' and d.operation = 'delete' and not d.aside
    """,
    """
    insert into directory_structure as m (structure_key, uai, said)
    select e.structure_key, e.uai,
        case d.operation when 'modify' then m.said || d.said::jsonb else d.said::jsonb end
    from place as e join delivered as d on d.number = e.number
    left join directory_structure as m on m.structure_key = e.structure_key
    on conflict (structure_key) do update set uai = excluded.uai, said = excluded.said
    where (m.uai, m.said) is distinct from (excluded.uai, excluded.said)
    """,
    """
    delete from directory_person as m using delivered as d
    where d.key = m.person_key and d.kind <> 'EtabEducNat' and d.operation = 'delete' and not d.aside
    """,
    """
    insert into directory_person as m (person_key, kind, said)
    select key, kind, said from person_now
    where operation is not null and number not in (select line from fault)
    on conflict (person_key) do update set kind = excluded.kind, said = excluded.said
    where (m.kind, m.said) is distinct from (excluded.kind, excluded.said)
    """,
)

FORGET_ABSENT = (
    f"""
    delete from directory_person as m
    where m.kind <> 'PersRelEleve' and not exists (select from delivered as d where d.key = m.person_key)
        and exists (
            select from (
                select key, structure_key from ({PUPIL_PLACES.format(people=MEMORY)}) as pupils
                union all {STAFF_PLACES.format(people=MEMORY)}
            ) as was where was.key = m.person_key
            having bool_and(was.structure_key in (select structure_key from place where number is not null))
        )
    """,
    f"""
    delete from directory_person as m
    where m.kind = 'PersRelEleve' and not exists (select from delivered as d where d.key = m.person_key)
        and not exists (select from ({LEGAL.format(people=MEMORY)}) as l where l.parent = m.person_key)
    """,
)
"""After a complete delivery: those it no longer names, of the schools it speaks of."""
