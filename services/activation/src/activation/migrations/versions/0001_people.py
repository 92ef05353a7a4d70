"""People as auth tells of them, and the outbox."""

from shared.kit.migrations import OUTBOX_SQL, run_script

revision = "0001"
down_revision = None

PEOPLE_SQL = """
create table person (
    person_id text primary key,
    version integer not null,
    state text not null check (state in ('active', 'suspended', 'closed')),
    profile text not null check (profile in ('eleve', 'parent', 'enseignant', 'personnel'))
);
comment on table person is 'Projection of ent.accounts: who may activate';
"""


def upgrade() -> None:
    for script in (PEOPLE_SQL, OUTBOX_SQL):
        run_script(script)
