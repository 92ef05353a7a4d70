"""The SQL that applies a staged accounts file: every statement a set, and only rows that differ are written.

`$1` of a statement that updates is the list of columns the file has: one that it has not says nothing.
"""

PERSONS = """
create temp table person on commit drop as
select person_id, min(line) as line,
    min(profile) as profile, min(last_name) as last_name, min(first_name) as first_name,
    max(birth_date) as birth_date,
    (array_agg(identifier_stem order by line))[1] as identifier_stem,
    (array_agg(email order by line) filter (where email is not null))[1] as email,
    (array_agg(phone_home order by line) filter (where phone_home is not null))[1] as phone_home,
    (array_agg(phone_work order by line) filter (where phone_work is not null))[1] as phone_work,
    (array_agg(phone_mobile order by line) filter (where phone_mobile is not null))[1] as phone_mobile
from staged group by person_id
"""

PERSONS_INDEX = "create index on person (person_id)"

ESTABLISHMENTS = """
create temp table moved_establishment on commit drop as
with incoming as (
    select distinct on (uai) uai, establishment_name, establishment_kind, departement, academie, region
    from staged order by uai, line
),
written as (
    insert into establishment as e (uai, name, kind, departement, academie, region)
    select * from incoming
    on conflict (uai) do update set
        name = excluded.name, kind = excluded.kind, departement = excluded.departement,
        academie = excluded.academie, region = excluded.region
    where (e.name, e.kind, e.departement, e.academie, e.region)
        is distinct from (excluded.name, excluded.kind, excluded.departement, excluded.academie, excluded.region)
    returning uai, xmax = 0 as created
)
select uai, created from written
"""

NEW_ACCOUNTS = """
insert into account (
    person_id, profile, last_name, first_name, birth_date, identifier, identifier_stem, identifier_number,
    email, phone_home, phone_work, phone_mobile, created_at
)
select person_id, profile, last_name, first_name, birth_date,
    identifier_stem || case number when 1 then '' else number::text end, identifier_stem, number,
    email, phone_home, phone_work, phone_mobile, $1
from (
    select p.*, (row_number() over (partition by p.identifier_stem order by p.line)
        + coalesce(taken.highest, 0))::int as number
    from person as p
    left join (
        select identifier_stem, max(identifier_number) as highest from account group by 1
    ) as taken using (identifier_stem)
    where not exists (select from account as a where a.person_id = p.person_id)
) as numbered
"""

CHANGED_ACCOUNTS = """
with said as (
    select p.person_id, p.profile, p.last_name, p.first_name,
        case when 'birth_date' = any($1) then p.birth_date else a.birth_date end as birth_date,
        case when 'email' = any($1) then p.email else a.email end as email,
        case when 'phone_home' = any($1) then p.phone_home else a.phone_home end as phone_home,
        case when 'phone_work' = any($1) then p.phone_work else a.phone_work end as phone_work,
        case when 'phone_mobile' = any($1) then p.phone_mobile else a.phone_mobile end as phone_mobile
    from person as p join account as a using (person_id)
),
written as (
    update account as a set
        profile = s.profile, last_name = s.last_name, first_name = s.first_name, birth_date = s.birth_date,
        email = s.email, phone_home = s.phone_home, phone_work = s.phone_work, phone_mobile = s.phone_mobile
    from said as s
    where a.person_id = s.person_id and
        (a.profile, a.last_name, a.first_name, a.birth_date, a.email, a.phone_home, a.phone_work, a.phone_mobile)
        is distinct from
        (s.profile, s.last_name, s.first_name, s.birth_date, s.email, s.phone_home, s.phone_work, s.phone_mobile)
    returning a.person_id
)
insert into touched select person_id from written
"""

TOUCHED = "create temp table touched (person_id text not null) on commit drop"

RETURNED = """
select count(distinct m.person_id)::int from attachment as m join staged as s using (person_id, uai)
where m.absent_since is not null
"""

ATTACHMENTS = """
with said as (
    select s.person_id, s.uai,
        case when 'class' = any($1) then s.class_name else m.class_name end as class_name,
        case when 'transported' = any($1) then s.transported else coalesce(m.transported, false) end as transported
    from staged as s left join attachment as m using (person_id, uai)
),
written as (
    insert into attachment as m (person_id, uai, class_name, transported)
    select person_id, uai, class_name, transported from said
    on conflict (person_id, uai) do update set
        class_name = excluded.class_name, transported = excluded.transported, absent_since = null, ended_at = null
    where (m.class_name, m.transported, m.absent_since, m.ended_at)
        is distinct from (excluded.class_name, excluded.transported, null, null)
    returning person_id
)
insert into touched select person_id from written
"""

LINKS_ENDED = """
with written as (
    delete from child_link as l using staged as s
    where l.parent_id = s.person_id and l.uai = s.uai and l.child_id <> all (s.children)
    returning l.parent_id
)
insert into touched select parent_id from written
"""

LINKS_MADE = """
with written as (
    insert into child_link (parent_id, uai, child_id)
    select person_id, uai, child_id from staged cross join lateral unnest(children) as child_id
    on conflict do nothing
    returning parent_id
)
insert into touched select parent_id from written
"""

ABSENT = """
with written as (
    update attachment as m set absent_since = $1
    where m.absent_since is null and m.uai in (select uai from staged)
        and not exists (select from staged as s where s.person_id = m.person_id and s.uai = m.uai)
    returning m.person_id
),
noted as (insert into touched select person_id from written)
select count(distinct person_id)::int from written
"""

TOUCHED_BY_ESTABLISHMENT = """
insert into touched
select m.person_id from attachment as m join moved_establishment as e using (uai) where not e.created
"""
