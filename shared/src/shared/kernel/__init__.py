"""Words every service shares: time, identity, addresses, refusals. Standard library only."""
