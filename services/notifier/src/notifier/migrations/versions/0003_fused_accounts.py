"""Accounts that were taken in by another of the same person."""

from shared.kit.migrations import run_script

revision = "0003"
down_revision = "0002"

FUSED = """
alter table account add column fused_into text;
comment on column account.fused_into is 'What an account that was taken in says of itself; it counts once the other one says so too.';

create table fused_account (
    person_id text not null,
    remaining_id text not null,
    primary key (person_id, remaining_id)
);
create index fused_account_by_remaining on fused_account (remaining_id);
comment on table fused_account is 'Whom each remaining account says it took in: what is addressed to them is for it. Until both are heard, two may say so of one.';

alter table delivery add column readdressed boolean not null default false;
comment on column delivery.readdressed is 'Made for the account that remains; until an order for it comes too, which was then expected twice.';
"""


def upgrade() -> None:
    run_script(FUSED)
