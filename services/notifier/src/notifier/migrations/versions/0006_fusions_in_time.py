"""Which accounts were fused when an alert was kept: each has one turn in it, whatever is fused or undone meanwhile."""

from shared.kit.migrations import run_script

revision = "0006"
down_revision = "0005"

IN_TIME = """
alter table fused_account add column since xid8 not null default '0';
alter table fused_account alter column since set default pg_current_xact_id();
comment on column fused_account.since is 'The transaction that learned of it: with a snapshot, whether it was known then. A time could not tell, for what is written early may be seen late.';

create table fusion_undone (
    person_id text not null,
    remaining_id text not null,
    since xid8 not null,
    until xid8 not null default pg_current_xact_id()
);
create index fusion_undone_by_person on fusion_undone (person_id);
create index fusion_undone_by_remaining on fusion_undone (remaining_id);
comment on table fusion_undone is 'Fusions that were known once: an alert that was kept in their time still has to reach the account set free.';

alter table notification add column kept_in pg_snapshot not null default pg_current_snapshot();
comment on column notification.kept_in is 'What was known when it was kept.';
"""


def upgrade() -> None:
    run_script(IN_TIME)
