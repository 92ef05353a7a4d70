"""The SQL that joins a delivery with what earlier ones said, and finds everybody whom it concerns.

`delivered` holds the entries as they came, `place` the structures as they were judged, `person_now` what is said
of every person after this delivery. Entries set aside count as if they had not come.
"""

TABLES = """
drop table if exists delivered, place, person_now, pupil_place, staff_place, legal, legal_before, concerned, leaving;
create temp table delivered (
    number int not null, file int not null, line int not null,
    operation text, kind text, key text, said text, aside boolean not null default false
);
create temp table place (
    structure_key text primary key, number int, uai text, name text, kind text,
    departement text, academie text, region text
);
create temp table leaving (person_id text not null, uai text not null);
"""
DELIVERED_COLUMNS = ("number", "file", "line", "operation", "kind", "key", "said", "aside")
PLACE_COLUMNS = (
    "structure_key", "number", "uai", "name", "kind", "departement", "academie", "region",
)  # fmt: skip

INDEXES = """
create index on delivered (key);
create index on delivered (number);
analyze delivered;
"""

SAID_AGAIN = """
delete from delivered as d using (
    select number, row_number() over (partition by kind, key, operation, said order by number) as nth
    from delivered where key in (select key from delivered group by key having count(*) > 1)
) as again
where d.number = again.number and again.nth > 1 and d.operation is not null
"""
"""Deliveries repeat themselves from file to file; that is no contradiction."""

NAMED_TWICE = """
insert into fault (line, column_name, value, reason)
select d.number, 'id', d.key, 'named_twice'
from delivered as d
join (
    select key, kind = 'EtabEducNat' as thing from delivered where operation is not null
    group by 1, 2 having count(*) > 1
) as twice on twice.key = d.key and twice.thing = (d.kind = 'EtabEducNat')
"""
"""Nobody knows which is right, and the order of files means nothing: all of them are set aside."""

NEVER_DELIVERED = """
insert into fault (line, column_name, value, reason)
select d.number, 'id', d.key, 'never_delivered'
from delivered as d
where d.operation = 'modify' and case d.kind
    when 'EtabEducNat' then not exists (select from directory_structure as m where m.structure_key = d.key)
    else not exists (select from directory_person as m where m.person_key = d.key)
end
"""

ASIDE = "update delivered set aside = true where not aside and number in (select line from fault)"

STRUCTURES = """
select coalesce(d.key, m.structure_key) as key, d.number, m.said as before,
    case d.operation when 'modify' then m.said || d.said::jsonb when 'add' then d.said::jsonb else m.said end as said
from (select * from delivered where kind = 'EtabEducNat' and not aside) as d
full join directory_structure as m on m.structure_key = d.key
where d.operation is distinct from 'delete'
"""

REMEMBERED = """
select m.person_key, m.kind,
    (select coalesce(max(number), 0) from delivered)::int + row_number() over (order by m.person_key)::int,
    m.said, null::text
from directory_person as m
where not exists (
    select from delivered as d where d.key = m.person_key and d.kind <> 'EtabEducNat' and not d.aside
)
"""
"""People whom this delivery does not name; their numbers lie beyond those of its entries."""

PERSON_NOW = f"""
create temp table person_now (key, kind, number, said, operation) as
select d.key, d.kind, d.number,
    case d.operation when 'modify' then m.said || d.said::jsonb else d.said::jsonb end, d.operation
from delivered as d left join directory_person as m on m.person_key = d.key
where d.kind <> 'EtabEducNat' and not d.aside and d.operation <> 'delete'
union all
{REMEMBERED}
"""
PERSON_INDEXES = """
create unique index on person_now (key);
analyze person_now;
"""

REVERTED = """
with gone as (
    delete from person_now where number in (select number from delivered where aside) returning key
)
select count(*)::int from gone
"""
REVERTED_REMEMBERED = f"""
insert into person_now
select * from ({REMEMBERED}) as m (key, kind, number, said, operation)
where not exists (select from person_now as p where p.key = m.key)
"""
"""Somebody set aside is what he was before."""

MEMORY = "(select person_key as key, kind, said from directory_person)"
OF_VALUE = "substring(v from '^(.*)[$][^$]*$')"
"""The structure's key: all that stands before the last dollar."""

PUPIL_PLACES = f"""
select key, structure_key, min(class_name) as class_name
from (
    select p.key, v as structure_key, null as class_name
    from {{people}} as p cross join lateral jsonb_array_elements_text(p.said -> 'structures') as v
    where p.kind = 'Eleve'
    union all
    select p.key, {OF_VALUE}, substring(v from '[^$]*$')
    from {{people}} as p cross join lateral jsonb_array_elements_text(p.said -> 'classes') as v
    where p.kind = 'Eleve'
) as said
group by key, structure_key
"""
STAFF_PLACES = f"""
select p.key, v as structure_key
from {{people}} as p cross join lateral jsonb_array_elements_text(p.said -> 'structures') as v
where p.kind = 'PersEducNat'
union
select p.key, {OF_VALUE}
from {{people}} as p cross join lateral jsonb_array_elements_text(p.said -> 'functions') as v
where p.kind = 'PersEducNat'
union
select p.key, v
from {{people}} as p cross join lateral jsonb_array_elements_text(p.said -> 'taught') as v
where p.kind = 'PersEducNat'
"""
LEGAL = """
select p.key as pupil, r.parent
from {people} as p
cross join lateral (
    select substring(v from '^(.*)[$]1$') as parent
    from jsonb_array_elements_text(p.said -> 'relations') as v where v like '%$1'
    union
    select v from jsonb_array_elements_text(p.said -> 'authority') as v
    where coalesce(jsonb_array_length(p.said -> 'relations'), 0) = 0
) as r
where p.kind = 'Eleve'
"""
"""Who answers for a pupil by law. The older list of names counts only where the coded one says nothing."""

RELATIONS = (
    f"create temp table pupil_place as {PUPIL_PLACES.format(people='person_now')}",
    f"create temp table staff_place as {STAFF_PLACES.format(people='person_now')}",
    f"create temp table legal as {LEGAL.format(people='person_now')}",
    f"""
    create temp table legal_before as
    select b.* from ({LEGAL.format(people=MEMORY)}) as b
    join delivered as d on d.key = b.pupil and d.kind = 'Eleve' and not d.aside
    """,
    """
    create index on pupil_place (key);
    create index on staff_place (key);
    create index on legal (parent);
    analyze pupil_place, staff_place, legal, legal_before, place;
    """,
)
RELATIONS_AGAIN = (
    "drop table pupil_place, staff_place, legal, legal_before",
    *RELATIONS,
)

CHANGED_STRUCTURE = """
select d.key as structure_key
from delivered as d join directory_structure as m on m.structure_key = d.key
where d.kind = 'EtabEducNat' and not d.aside and d.operation <> 'delete'
    and m.said is distinct from case d.operation when 'modify' then m.said || d.said::jsonb else d.said::jsonb end
"""
CONCERNED = f"""
create temp table concerned as
with changed as ({CHANGED_STRUCTURE}),
moved as (
    select key from delivered where kind = 'Eleve' and not aside
    union select p.key from pupil_place as p join changed using (structure_key)
)
select key from person_now where operation is not null
union select key from moved
union select l.parent from legal as l join moved on moved.key = l.pupil
union select parent from legal_before
union select s.key from staff_place as s join changed using (structure_key)
"""
"""Those the delivery names, the parents of pupils it names, and everybody at a structure it describes anew."""

NOWHERE = """
insert into fault (line, column_name, value, reason)
select p.number, 'ENTPersonStructRattach', w.structure_key, 'unknown_structure'
from person_now as p join pupil_place as w using (key)
where p.operation is not null and not exists (select from place as e where e.structure_key = w.structure_key)
union all
select p.number, 'ENTPersonStructRattach', coalesce(min(w.structure_key), ''),
    case when min(w.structure_key) is null then 'no_structure' else 'unknown_structure' end
from person_now as p
left join (select key, structure_key from pupil_place union all select * from staff_place) as w using (key)
left join place as e using (structure_key)
where p.operation is not null and p.kind <> 'PersRelEleve'
group by p.number, p.kind
having count(e.uai) = 0 and (p.kind = 'PersEducNat' or min(w.structure_key) is null)
"""
"""Staff may be attached to an office that is no school, as long as one of their structures is known."""

_ESTABLISHMENT = "e.uai, e.name, e.kind, e.departement, e.academie, e.region"


def _said(*names: str) -> str:
    return ", ".join(f"coalesce(p.said ->> '{name}', '')" for name in names)


PUPILS_AND_STAFF = f"""
select p.number, p.key, 'eleve', {_said("last_name", "first_name")}, {_ESTABLISHMENT},
    {_said("birth_date")}, coalesce(w.class_name, ''), '',
    {_said("email", "phone_home", "phone_work", "phone_mobile", "transported")}
from concerned as c join person_now as p using (key) join pupil_place as w using (key)
join place as e using (structure_key)
where p.kind = 'Eleve'
union all
select p.number, p.key,
    case when upper(p.said ->> 'teaches') = 'O' or exists (
        select from jsonb_array_elements_text(p.said -> 'functions') as v where v like '%$ENS'
    ) then 'enseignant' else 'personnel' end,
    {_said("last_name", "first_name")}, {_ESTABLISHMENT},
    {_said("birth_date")}, '', '', {_said("email", "phone_home", "phone_work", "phone_mobile")}, ''
from concerned as c join person_now as p using (key) join staff_place as w using (key)
join place as e using (structure_key)
where p.kind = 'PersEducNat'
order by 1
"""
"""The number of an entry, then the cells of the accounts file in the order of its columns."""

PARENTS = f"""
select p.number, p.key, 'parent', {_said("last_name", "first_name")}, {_ESTABLISHMENT},
    {_said("birth_date")}, '', f.children, {_said("email", "phone_home", "phone_work", "phone_mobile")}, ''
from concerned as c join person_now as p using (key)
join (
    select l.parent, w.structure_key, string_agg(distinct l.pupil, ' ') as children
    from legal as l join pupil_place as w on w.key = l.pupil group by 1, 2
) as f on f.parent = p.key
join place as e using (structure_key)
where p.kind = 'PersRelEleve'
order by 1
"""

LEFT_OUT = """
select
    (select count(*) from person_now as p where p.operation is not null and p.kind = 'PersRelEleve'
        and not exists (select from legal as l where l.parent = p.key))::int as relations_without_pupil,
    (select count(distinct l.parent) from legal as l
        join person_now as p on p.key = l.pupil and p.operation is not null
        where not exists (select from person_now as r where r.key = l.parent))::int as relations_missing
"""
PLACES = "select number, file, line from delivered where number = any($1)"
