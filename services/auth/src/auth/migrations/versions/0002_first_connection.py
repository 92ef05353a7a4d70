"""First connection: passwords, charters, sessions and devices, recovery and its codes, who may be reached."""

from shared.kit.migrations import run_script

revision = "0002"
down_revision = "0001"

PASSWORDS_SQL = """
create table credential (
    person_id text primary key references account,
    step text not null default 'provisioned'
        check (step in ('provisioned', 'charter', 'password', 'contacts', 'active')),
    password_hash text,
    password_kind text check (password_kind in ('first', 'chosen')),
    first_expires_at timestamptz,
    slip_made_at timestamptz,
    password_changed_at timestamptz,
    signed_in_at timestamptz,
    finished_at timestamptz,
    check ((password_hash is null) = (password_kind is null)),
    check ((password_kind = 'first') = (first_expires_at is not null))
);

create table charter_acceptance (
    person_id text not null references account,
    charter_id text not null,
    version text not null,
    accepted_at timestamptz not null,
    primary key (person_id, charter_id, version)
);

create table sign_in_guess (
    account_key bytea not null,
    source text not null,
    failures int not null,
    last_failed_at timestamptz not null,
    blocked_until timestamptz not null,
    primary key (account_key, source)
);
create index sign_in_guess_by_age on sign_in_guess (last_failed_at);
"""

SESSIONS_SQL = """
create table browser_session (
    session_id uuid primary key,
    token_digest bytea not null unique,
    person_id text not null references account,
    authenticated_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
);
create index browser_session_by_person on browser_session (person_id);
create index browser_session_by_age on browser_session (expires_at);

create table known_device (
    token_digest bytea not null,
    person_id text not null references account,
    known_since timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (token_digest, person_id)
);
create index known_device_by_person on known_device (person_id);
create index known_device_by_age on known_device (expires_at);
"""

RECOVERY_SQL = """
create table proved_contact (
    person_id text not null,
    contact_id text not null,
    channel text not null check (channel in ('email', 'sms')),
    address text not null,
    selected boolean not null,
    primary key (person_id, contact_id)
);

create table preferences_version (
    person_id text primary key,
    version bigint not null
);

create table recovery (
    flow_digest bytea primary key,
    identifier_key bytea not null,
    person_id text,
    channel text not null check (channel in ('email', 'sms')),
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    handled_at timestamptz,
    proved_at timestamptz
);
create index recovery_waiting on recovery (asked_at) where handled_at is null;
create index recovery_by_age on recovery (expires_at);
create index recovery_by_person on recovery (person_id);

create table recovery_ask (
    ask_key bytea primary key,
    asks int not null,
    since timestamptz not null
);
create index recovery_ask_by_age on recovery_ask (since);

create table one_time_code (
    code_id uuid primary key,
    person_id text not null references account,
    purpose text not null check (purpose in ('recovery')),
    digest bytea not null,
    destination_digest bytea not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    tries int not null default 0,
    ended_at timestamptz
);
create unique index one_live_code on one_time_code (person_id, purpose) where ended_at is null;
create index one_time_code_by_destination on one_time_code (destination_digest, issued_at);
create index one_time_code_by_person on one_time_code (person_id, issued_at);
"""


def upgrade() -> None:
    for script in (PASSWORDS_SQL, SESSIONS_SQL, RECOVERY_SQL):
        run_script(script)
