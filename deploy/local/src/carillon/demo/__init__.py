"""The demonstration: three events, and the story of who received what, who did not, and why."""
