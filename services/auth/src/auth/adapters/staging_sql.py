"""The SQL that checks a staged accounts file: contradictions inside it and with the directory, found as sets."""

TABLES = """
drop table if exists staged, fault;
create temp table staged (
    line int not null, person_id text, profile text, last_name text, first_name text, birth_date date,
    uai text, establishment_name text, establishment_kind text, departement text, academie text, region text,
    class_name text, children text[], email text, phone_home text, phone_work text, phone_mobile text,
    transported boolean, identifier_stem text
);
create temp table fault (line int not null, column_name text, value text, reason text, masked boolean default false);
"""

STAGED_COLUMNS = (
    "line", "person_id", "profile", "last_name", "first_name", "birth_date",
    "uai", "establishment_name", "establishment_kind", "departement", "academie", "region",
    "class_name", "children", "email", "phone_home", "phone_work", "phone_mobile",
    "transported", "identifier_stem",
)  # fmt: skip
FAULT_COLUMNS = ("line", "column_name", "value", "reason", "masked")

INDEXES = """
create index on staged (person_id);
create index on staged (uai);
analyze staged;
"""

SAME_PERSON_TWICE_AT_ONE_PLACE = """
insert into fault (line, column_name, value, reason)
select line, 'person_id', person_id, 'duplicate_line'
from (select line, person_id, row_number() over (partition by person_id, uai order by line) as nth from staged) as ranked
where nth > 1
"""

TWO_TRUTHS_ABOUT_A_PERSON = """
insert into fault (line, column_name, value, reason)
select s.line, told.column_name, told.value, told.reason
from staged as s
join (
    select person_id,
        count(distinct profile) > 1 as profiles,
        count(distinct last_name) > 1 as last_names,
        count(distinct first_name) > 1 as first_names,
        count(distinct birth_date) > 1 as birth_dates
    from staged group by person_id having count(*) > 1
) as twice using (person_id)
cross join lateral (values
    (twice.profiles, 'profile', s.profile, 'contradicts_profile'),
    (twice.last_names, 'last_name', s.last_name, 'contradicts_name'),
    (twice.first_names, 'first_name', s.first_name, 'contradicts_name'),
    (twice.birth_dates, 'birth_date', s.birth_date::text, 'contradicts_birth_date')
) as told (differ, column_name, value, reason)
where told.differ
"""
"""Nobody knows which line is right, so all lines of the person are set aside."""

TWO_TRUTHS_ABOUT_AN_ESTABLISHMENT = """
with said as (
    select s.line, s.uai, v.column_name, v.value
    from staged as s cross join lateral (values
        ('establishment_name', s.establishment_name), ('establishment_kind', s.establishment_kind),
        ('departement', s.departement), ('academie', s.academie), ('region', s.region)
    ) as v (column_name, value)
),
usual as (
    select distinct on (uai, column_name) uai, column_name, value
    from (select uai, column_name, value, count(*) as lines, min(line) as first from said group by 1, 2, 3) as counted
    order by uai, column_name, lines desc, first
)
insert into fault (line, column_name, value, reason)
select said.line, said.column_name, said.value, 'contradicts_establishment'
from said join usual using (uai, column_name)
where said.value <> usual.value
"""
"""A school of a thousand lines is not set aside for one: the lines that differ from most of the others are."""

OTHERWISE_KNOWN = """
insert into fault (line, column_name, value, reason)
select s.line, 'profile', s.profile, 'known_otherwise'
from staged as s join account as a using (person_id)
where s.profile <> a.profile and not (
    s.profile in ('enseignant', 'personnel') and a.profile in ('enseignant', 'personnel')
)
"""
"""R3: an account made for a pupil never becomes a parent's, nor the other way; a teacher may become staff."""


def _folded(name: str) -> str:
    """The letters of a name without accents, case, spaces, hyphens or apostrophes, as `domain/fusion.py` folds them."""
    return rf"regexp_replace(lower(normalize({name}, nfkd)), '[\u0300-\u036f[:space:][:punct:]\u2010-\u2019]', '', 'g')"


OTHER_PERSON = f"""
insert into fault (line, column_name, value, reason)
select s.line, 'last_name', s.last_name, 'other_person'
from staged as s join account as a using (person_id)
where s.last_name <> a.last_name and s.first_name <> a.first_name
    and {_folded("s.last_name")} <> {_folded("a.last_name")}
    and {_folded("s.first_name")} <> {_folded("a.first_name")}
    and not exists (select from staged as o where o.person_id = s.person_id and o.birth_date = a.birth_date)
"""
"""An id that comes back for somebody else would hand over an account with its password. People change one of their
names; with both changed, only the same birth date shows that it is still them."""

CONTRADICTIONS = (
    SAME_PERSON_TWICE_AT_ONE_PLACE,
    TWO_TRUTHS_ABOUT_A_PERSON,
    TWO_TRUTHS_ABOUT_AN_ESTABLISHMENT,
    OTHERWISE_KNOWN,
    OTHER_PERSON,
)

CHILDREN = """
insert into fault (line, column_name, value, reason)
select s.line, 'children', child_id,
    case when coalesce(f.profile, a.profile) is null then 'child_unknown' else 'child_not_a_pupil' end
from staged as s
cross join lateral unnest(s.children) as child_id
left join (select distinct person_id, profile from staged) as f on f.person_id = child_id
left join account as a on a.person_id = child_id
where coalesce(f.profile, a.profile) is distinct from 'eleve'
"""
"""Runs last: a child whose own line was set aside, and who is not in the directory, is unknown."""

SET_ASIDE = "delete from staged where line in (select line from fault)"

COUNTS = """
select
    (select count(*) from staged)::int as lines_good,
    (select count(distinct line) from fault)::int as lines_aside,
    (select count(*) from fault)::int as faults_total
"""
FIRST_FAULTS = (
    "select line, column_name, value, reason, masked from fault order by line, column_name, reason limit $1"
)
UAIS = "select distinct uai from staged order by uai"

_PRESENT = """
with place as (select distinct uai from staged),
present as (
    select m.person_id, m.uai from attachment as m join place using (uai) where m.absent_since is null
)
"""
ABSENCES = f"""
{_PRESENT}
select
    (select count(distinct person_id) from present)::int as present,
    (select count(distinct p.person_id) from present as p
     where not exists (select from staged as s where s.person_id = p.person_id and s.uai = p.uai))::int as absent
"""

LOSSES = f"""
{_PRESENT}
select p.uai, count(*) filter (where s.person_id is null)::int as absent, count(*)::int as present
from present as p left join staged as s on s.person_id = p.person_id and s.uai = p.uai
group by p.uai having count(*) > count(s.person_id) order by p.uai
"""

REDEFINED = """
select e.uai
from (
    select distinct on (uai) uai, establishment_kind, departement, academie, region from staged order by uai, line
) as said
join establishment as e using (uai)
where (e.kind, e.departement, e.academie, e.region)
    is distinct from (said.establishment_kind, said.departement, said.academie, said.region)
    and exists (select from attachment as m where m.uai = e.uai and m.ended_at is null)
order by e.uai
"""
"""What decides which partners and which rules reach a school, for everybody there. A new name changes nothing else."""
