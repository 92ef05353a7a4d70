"""Who works at an establishment's desk."""

from alembic import op

revision = "0005"
down_revision = "0004"

DESK_SQL = """
"""


def upgrade() -> None:
    for statement in DESK_SQL.split(";"):
        if statement.strip():
            op.execute(statement)
