"""Notices that a command could not seal, for the service to tell."""

from shared.kit.migrations import run_script

revision = "0006"
down_revision = "0005"

WAITING_SQL = """
create table notice_waiting (
    id bigint generated always as identity primary key,
    people text[] not null,
    fact text not null,
    happened_at timestamptz not null
);
comment on table notice_waiting is 'Accounts of one person whose proved contacts are still to be told of a fact.';
"""


def upgrade() -> None:
    run_script(WAITING_SQL)
