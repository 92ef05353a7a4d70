"""What the school directory said last, so that a delivery of changes alone can be understood."""

from shared.kit.migrations import run_script

revision = "0003"
down_revision = "0002"

DELIVERIES_SQL = """
create table directory_structure (
    structure_key text primary key,
    uai text not null,
    said jsonb not null
);

create table directory_person (
    person_key text primary key,
    kind text not null check (kind in ('Eleve', 'PersRelEleve', 'PersEducNat')),
    said jsonb not null
);
"""


def upgrade() -> None:
    run_script(DELIVERIES_SQL)
