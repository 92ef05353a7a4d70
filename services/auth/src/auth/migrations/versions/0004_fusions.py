"""Accounts of one person, attached to one another and taken apart again."""

from shared.kit.migrations import run_script

revision = "0004"
down_revision = "0003"

FUSIONS_SQL = """
alter table account add column fused_into text references account;
alter table account add constraint account_not_fused_into_itself check (fused_into <> person_id);
create index account_fused on account (fused_into) where fused_into is not null;
comment on column account.fused_into is 'The account of the same person that remains; this one no longer opens anything.';

create table fusion (
    fusion_id uuid primary key,
    state text not null default 'proposed' check (state in ('proposed', 'fused', 'undone')),
    remaining_id text not null references account,
    attached_id text not null references account,
    proposed_at timestamptz not null,
    expires_at timestamptz not null,
    fused_at timestamptz,
    undone_at timestamptz,
    check (remaining_id <> attached_id),
    check ((state = 'proposed') = (fused_at is null)),
    check ((state = 'undone') = (undone_at is not null))
);
create unique index fusion_in_force on fusion (attached_id) where state = 'fused';
create index fusion_by_person on fusion (remaining_id);
create index fusion_proposed_by_age on fusion (expires_at) where state = 'proposed';
comment on table fusion is 'What was shown to a person who proved both accounts, what he accepted, and what he took back.';
"""


def upgrade() -> None:
    run_script(FUSIONS_SQL)
