"""How long one statement about many people may take."""

STATEMENT_TIMEOUT_S = 600
"""A set of a million lines may take minutes; the pool's own limit is for requests."""
