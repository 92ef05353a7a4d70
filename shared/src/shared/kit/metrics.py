"""Counters of the kit; none of their labels names a person."""

from prometheus_client import Counter

CONSUMED = Counter("carillon_events_consumed", "Events handled", ["group"])
DEAD_LETTERED = Counter("carillon_records_dead_lettered", "Records set aside", ["topic", "reason"])
HANDLER_FAILURES = Counter("carillon_batches_failed", "Batches to be tried again", ["group"])
