"""People as auth tells of them, and the outbox."""

from alembic import op

from shared.kit.migrations import OUTBOX_SQL

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
        for statement in script.split(";\n"):  # the driver takes one statement at a time
            if statement.strip():
                op.execute(statement)
