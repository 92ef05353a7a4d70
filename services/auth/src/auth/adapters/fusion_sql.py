"""The SQL of fusions: what is compared, what is proposed, and what attaching and undoing change."""

ACCOUNT = """
select a.person_id, a.identifier, a.profile, a.first_name, a.birth_date, a.state = 'suspended' as suspended,
    a.fused_into is not null as fused,
    exists (select from account as o where o.fused_into = a.person_id) as takes_in
from account as a where a.person_id = $1
"""
HELD = "select from account where person_id = any($1) order by person_id for no key update"
PROOF_HELD = "select from credential where person_id = $1 for update"
"""After the accounts, as whoever makes slips does. A sign-in holds its credential and then names the account in what
it writes: holding an account lets others name it, or each would wait for the other."""

PLACES = """
select e.uai, e.name, coalesce(array_agg(c.first_name order by c.first_name) filter (where c.person_id is not null), '{}')
    as children
from attachment as m join establishment as e using (uai)
left join child_link as l on l.parent_id = m.person_id and l.uai = m.uai
left join account as c on c.person_id = l.child_id
where m.person_id = $1 and m.ended_at is null
group by e.uai order by e.uai
"""

EARLIER_PROPOSALS = "delete from fusion where remaining_id = $1 and state = 'proposed'"
PROPOSED = """
insert into fusion (fusion_id, remaining_id, attached_id, proposed_at, expires_at) values ($1, $2, $3, $4, $5)
"""
FORGOTTEN = "delete from fusion where state = 'proposed' and expires_at <= $1"

FUSION = """
select f.fusion_id, f.state, f.remaining_id, f.attached_id, f.proposed_at, f.expires_at, f.fused_at, f.undone_at,
    a.identifier
from fusion as f join account as a on a.person_id = f.attached_id
"""
ONE_OF_PERSON = FUSION + "where f.fusion_id = $1 and f.remaining_id = $2 for update of f"
IN_FORCE = "select fusion_id, remaining_id from fusion where attached_id = $1 and state = 'fused'"
ALL_OF_PERSON = (
    FUSION + "where f.remaining_id = $1 and f.state <> 'proposed' order by f.fused_at desc, f.fusion_id"
)

PROOF_IS_OLD = """
select exists (select from credential where person_id = $1 and greatest(password_changed_at, slip_made_at) > $2)
"""
"""Whoever had the password that was proved with may not be whoever has the one of now."""

FUSED = "update fusion set state = 'fused', fused_at = $2 where fusion_id = $1"
UNDONE = "update fusion set state = 'undone', undone_at = $2 where fusion_id = $1"
TAKEN_IN = "update account set fused_into = $2 where person_id = $1"
TAKEN_OUT = "update account set fused_into = null where person_id = $1"

STANDS_ALONE = "update account set state = 'absent' where person_id = $1 and state = 'active'"
"""While they were fused, one was there for as long as the other was. Alone, an account whose schools have let it go
goes by way of `absent`, as the table has it; one that is still named comes straight back."""

TOUCHED_BOTH = "insert into touched select unnest($1::text[])"
