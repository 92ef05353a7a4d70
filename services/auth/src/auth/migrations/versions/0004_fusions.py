"""Accounts of one person, attached to one another and taken apart again."""

from alembic import op

revision = "0004"
down_revision = "0003"

FUSIONS_SQL = """
"""


def upgrade() -> None:
    for statement in FUSIONS_SQL.split(";"):
        if statement.strip():
            op.execute(statement)
