"""Establishments, accounts and their links; partners, clients and tokens; the register of imports."""

from shared.kit.migrations import OUTBOX_SQL, run_script

revision = "0001"
down_revision = None

DIRECTORY_SQL = """
create table establishment (
    uai text primary key,
    name text not null,
    kind text not null check (kind in ('college', 'lycee', 'agricole', 'cfa')),
    departement text not null,
    academie text not null,
    region text not null
);

create table account (
    person_id text primary key,
    profile text not null check (profile in ('eleve', 'parent', 'enseignant', 'personnel')),
    last_name text not null,
    first_name text not null,
    birth_date date,
    identifier text not null unique,
    identifier_stem text not null,
    identifier_number int not null,
    email text,
    phone_home text,
    phone_work text,
    phone_mobile text,
    state text not null default 'active' check (state in ('active', 'absent', 'suspended')),
    version bigint not null default 0,
    public_digest bytea,
    created_at timestamptz not null,
    unique (identifier_stem, identifier_number)
);

create table attachment (
    person_id text not null references account,
    uai text not null references establishment,
    class_name text,
    transported boolean not null default false,
    absent_since timestamptz,
    ended_at timestamptz,
    primary key (person_id, uai),
    check (ended_at is null or absent_since is not null)
);
create index attachment_by_establishment on attachment (uai);
create index attachment_leaving on attachment (absent_since) where absent_since is not null and ended_at is null;

create table child_link (
    parent_id text not null,
    uai text not null,
    child_id text not null references account,
    primary key (parent_id, uai, child_id),
    foreign key (parent_id, uai) references attachment (person_id, uai)
);
create index child_link_by_child on child_link (child_id);

create table import_run (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    asked_by text not null,
    file_digest text not null,
    options text not null,
    outcome text not null,
    lines_good int not null,
    lines_aside int not null,
    counts jsonb
);
"""

PARTNERS_SQL = """
create table partner (
    partner_id text primary key,
    name text not null,
    body text not null,
    departements text[] not null,
    academies text[] not null,
    regions text[] not null,
    kinds text[],
    version bigint not null default 0,
    published jsonb
);

create table partner_client (
    client_id text primary key,
    partner_id text not null references partner,
    scopes text[] not null,
    secret_digest bytea not null,
    seed_digest bytea,
    created_at timestamptz not null,
    disabled_at timestamptz
);
create index partner_client_by_partner on partner_client (partner_id);

create table client_guess (
    client_id text not null,
    source text not null,
    failures int not null,
    last_failed_at timestamptz not null,
    blocked_until timestamptz not null,
    primary key (client_id, source)
);
create index client_guess_by_age on client_guess (last_failed_at);

create table access_token (
    token_digest bytea primary key,
    client_id text not null references partner_client,
    scopes text[] not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null
);
create index access_token_by_age on access_token (expires_at);
create index access_token_by_client on access_token (client_id);
"""


def upgrade() -> None:
    for script in (DIRECTORY_SQL, PARTNERS_SQL, OUTBOX_SQL):
        run_script(script)
