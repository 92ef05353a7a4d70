"""Which accounts a password may open."""

OPEN = "a.state <> 'suspended' and a.fused_into is null"
"""Of `account as a`: neither suspended nor taken in by another one."""
