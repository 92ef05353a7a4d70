"""What Alembic runs: the kit's own recipe."""

from alembic import context

from shared.kit.migrations import run_environment

run_environment(context)
