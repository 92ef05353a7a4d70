"""Whose boxes the preferences of an account that remains already speak for."""

from shared.kit.migrations import run_script

revision = "0007"
down_revision = "0006"

MERGED = """
alter table preference add column merged text[] not null default '{}';
comment on column preference.merged is 'Accounts taken in whose boxes are in these. Until then theirs hold beside these, the strictest wins.';
"""


def upgrade() -> None:
    run_script(MERGED)
