"""Urgent rows of the outbox leave first."""

from alembic import op

from shared.kit.migrations import OUTBOX_IN_TURN_SQL

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in filter(str.strip, OUTBOX_IN_TURN_SQL.split(";\n")):
        op.execute(statement)
