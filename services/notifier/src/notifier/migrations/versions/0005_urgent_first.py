"""Urgent rows of the outbox leave first."""

from shared.kit.migrations import OUTBOX_IN_TURN_SQL, run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_script(OUTBOX_IN_TURN_SQL)
