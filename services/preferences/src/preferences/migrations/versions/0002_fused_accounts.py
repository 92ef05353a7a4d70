"""Accounts of one person: whom one took in, and the boxes that hold since."""

from shared.kit.migrations import run_script

revision = "0002"
down_revision = "0001"

FUSION_SQL = """
alter table person add column fused text[] not null default '{}';
alter table person add column fused_into text;

create table fusion (
    person_id text primary key,
    attached_ids text[] not null,
    merged jsonb not null,
    confirmed boolean not null
);
comment on table fusion is 'Whose boxes were merged into those of a person: what auth says of it is in person.fused';
comment on column fusion.merged is 'By establishment, the boxes he had of his own, which undoing gives back, and the strictest ones';
"""


def upgrade() -> None:
    run_script(FUSION_SQL)
