"""The partners' requests, by Idempotency-Key: each is one event, however often it is sent."""

from shared.kit.migrations import run_script

revision = "0002"
down_revision = "0001"

INTAKE = """
create table intake_request (
    partner_id text not null,
    idempotency_key text not null,
    body_digest bytea not null,
    alert_id text not null,
    event text not null,
    accepted_at timestamptz not null,
    held_until timestamptz,
    published_at timestamptz,
    primary key (partner_id, idempotency_key),
    unique (partner_id, alert_id)
);
comment on column intake_request.event is 'The data of the event as first accepted: a retry publishes the very same.';
comment on column intake_request.held_until is 'Until when one process alone may publish it, on the clock of the database.';
"""


def upgrade() -> None:
    run_script(INTAKE)
