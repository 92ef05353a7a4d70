"""What an operator watches; no label names a person."""

from prometheus_client import Counter, Gauge, Histogram

ROUTED = Counter("notifier_routed", "Deliveries decided by the router", ["lane", "decision"])
SETTLED = Counter("notifier_settled", "Outcomes recorded", ["lane", "channel", "state", "reason"])
FENCED = Counter("notifier_fenced", "Outcomes that came too late: the delivery had been taken over")
IN_FLIGHT = Gauge("notifier_in_flight", "Deliveries claimed and not yet recorded", ["lane", "channel"])
SEND_S = Histogram("notifier_send_seconds", "One try, from composing to the answer", ["channel"])
AGE_S = Histogram(
    "notifier_age_seconds",
    "From the event to its acceptance by a relay or gateway",
    ["lane", "channel"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400),
)
