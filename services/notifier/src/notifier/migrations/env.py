"""Alembic's entrance; the kit does the work."""

from alembic import context

from shared.kit.migrations import run_environment

run_environment(context)
