"""Whose boxes the preferences of an account that remains already speak for."""

from alembic import op

revision = "0007"
down_revision = "0006"

MERGED = """
alter table preference add column merged text[] not null default '{}';
comment on column preference.merged is 'Accounts taken in whose boxes are in these. Until then theirs hold beside these, the strictest wins.';
"""


def upgrade() -> None:
    for statement in filter(str.strip, MERGED.split(";\n")):
        op.execute(statement)
