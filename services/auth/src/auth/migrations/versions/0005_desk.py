"""Who works at an establishment's desk."""

from shared.kit.migrations import run_script

revision = "0005"
down_revision = "0004"

DESK_SQL = """
create table desk_grant (
    person_id text not null,
    uai text not null,
    granted_at timestamptz not null,
    granted_by text not null,
    primary key (person_id, uai),
    foreign key (person_id, uai) references attachment (person_id, uai)
);
comment on table desk_grant is 'Who may print slips at an establishment, for as long as the establishment names him.';
"""


def upgrade() -> None:
    run_script(DESK_SQL)
