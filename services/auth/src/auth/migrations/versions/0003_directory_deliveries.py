"""What deliveries of a school directory say that no accounts file does."""

from alembic import op

revision = "0003"
down_revision = "0002"

DELIVERIES_SQL = """
"""


def upgrade() -> None:
    for statement in DELIVERIES_SQL.split(";"):
        if statement.strip():
            op.execute(statement)
