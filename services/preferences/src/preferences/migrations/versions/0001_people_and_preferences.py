"""People as auth tells of them, what they chose, the audit, the outbox."""

from shared.kit.migrations import OUTBOX_SQL, run_script

revision = "0001"
down_revision = None

PEOPLE_SQL = """
create table person (
    person_id text primary key,
    version integer not null,
    state text not null check (state in ('active', 'suspended', 'closed')),
    profile text not null check (profile in ('eleve', 'parent', 'enseignant', 'personnel')),
    last_name text not null,
    first_name text not null,
    email text,
    phone_home text,
    phone_work text,
    phone_mobile text
);
comment on table person is 'Projection of ent.accounts, whose row is also what is locked to change preferences';

create table attachment (
    person_id text not null references person on delete cascade,
    uai text not null,
    name text not null,
    kind text not null check (kind in ('college', 'lycee', 'agricole', 'cfa')),
    primary key (person_id, uai)
);
comment on table attachment is 'Projection of ent.accounts: the establishments of each person';
"""

PREFERENCES_SQL = """
create table preferences (
    person_id text primary key,
    version integer not null check (version > 0)
);

create table contact (
    contact_id uuid primary key,
    person_id text not null references preferences on delete cascade,
    channel text not null check (channel in ('email', 'sms')),
    address text not null,
    origin text not null check (origin in ('imported', 'typed')),
    proof text not null check (proof in ('unproved', 'proved', 'bounced')),
    selected boolean not null,
    unique (person_id, channel, origin)
);
create unique index contact_selected on contact (person_id, channel) where selected;

create table choice (
    person_id text not null references preferences on delete cascade,
    uai text not null,
    email_information boolean not null,
    establishment_notices boolean not null,
    partner_notices boolean not null,
    sms_refused boolean not null,
    primary key (person_id, uai)
);
"""

AUDIT_SQL = """
create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    who text not null,
    what text not null,
    person_id text not null,
    details jsonb not null
);
create index audit_person on audit (person_id, at);
comment on table audit is 'Who changed whose preferences, never an address';
"""


def upgrade() -> None:
    for script in (PEOPLE_SQL, PREFERENCES_SQL, AUDIT_SQL, OUTBOX_SQL):
        run_script(script)
