"""One file per technology: CSV, PostgreSQL, the events that leave."""
