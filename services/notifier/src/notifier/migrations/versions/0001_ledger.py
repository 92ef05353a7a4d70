"""What the notifier knows about people and partners, what it was asked to tell, and the delivery ledger."""

from shared.kit.migrations import OUTBOX_SQL, run_script

revision = "0001"
down_revision = None

KNOWN_FACTS = """
create table account (
    person_id text primary key,
    version bigint not null,
    state text not null check (state in ('active', 'suspended', 'closed')),
    profile text not null,
    first_name text not null,
    children json not null default '[]'
);

create table attachment (
    person_id text not null,
    uai text not null,
    name text not null,
    kind text not null,
    departement text not null,
    academie text not null,
    region text not null,
    transported boolean not null,
    primary key (person_id, uai)
);
create index attachment_by_school on attachment (uai, person_id);

create table preference (
    person_id text primary key,
    version bigint not null
);

create table contact (
    person_id text not null,
    channel text not null check (channel in ('email', 'sms')),
    contact_id text not null,
    address text not null,
    proof text not null check (proof in ('unproved', 'proved', 'bounced')),
    bounced_at timestamptz,
    primary key (person_id, channel)
);
comment on table contact is 'The selected contact of each channel, and no other.';
comment on column contact.bounced_at is 'When a relay said that the address is dead; forgotten once it is proved again or changed.';
create index contact_by_address on contact (address);

create table choice (
    person_id text not null,
    uai text not null,
    email_information boolean not null,
    establishment_notices boolean not null,
    partner_notices boolean not null,
    sms_refused boolean not null,
    primary key (person_id, uai)
);

create table partner (
    partner_id text primary key,
    version bigint not null,
    name text not null,
    body text not null,
    departements text[] not null,
    academies text[] not null,
    regions text[] not null,
    kinds text[],
    active boolean not null
);

create table projection_position (
    topic text not null,
    partition integer not null,
    next_offset bigint not null,
    primary key (topic, partition)
);
"""

NOTIFICATIONS = """
create table notification (
    id uuid primary key,
    event_source text not null,
    event_id text not null,
    origin_id text not null,
    kind text not null check (kind in ('message', 'alert', 'code')),
    lane text not null check (lane in ('codes', 'urgent', 'normal', 'bulk')),
    urgent boolean not null,
    content json not null,
    audience json,
    partner_id text,
    establishment_uai text,
    sealed text,
    occurred_at timestamptz not null,
    expires_at timestamptz not null,
    received_at timestamptz not null,
    withdrawn_at timestamptz,
    router_id uuid,
    route_cursor text not null default '',
    expected bigint not null default 0,
    routed_at timestamptz
);
comment on column notification.origin_id is 'alert_id, message_id or code_id: what its producer calls it.';
comment on column notification.sealed is 'A code and its destination under CODE_KEYS; erased as soon as the code is settled.';
comment on column notification.route_cursor is 'The last person of an alert who was routed; pages follow in this order.';
comment on column notification.expected is 'Deliveries that must each end in one state: people x channels routed so far.';
create index notification_by_event on notification (event_id);
create index notification_by_origin on notification (origin_id);
create index notification_unrouted on notification (urgent desc, received_at) where routed_at is null and kind = 'alert';
"""

# No foreign key from a delivery to its notification: checking it locks the one row of an alert half a million times.
LEDGER = """
create table worker (
    worker_id uuid primary key,
    alive_until timestamptz not null
);
comment on table worker is 'Leases, on the clock of the database: past alive_until, others take the deliveries over.';

create table delivery (
    notification_id uuid not null,
    person_id text not null,
    channel text not null check (channel in ('email', 'sms')),
    lane text not null,
    state text not null check (state in
        ('sending', 'waiting', 'deferred', 'ambiguous', 'sent', 'delivered', 'bounced', 'suppressed', 'expired', 'failed')),
    reason text,
    attempts smallint not null default 0,
    worker_id uuid,
    claimed_at timestamptz,
    next_attempt_at timestamptz,
    unsure_since timestamptz,
    possible_duplicate boolean not null default false,
    establishment_uai text,
    provider text,
    reference text,
    settled_at timestamptz,
    primary key (notification_id, person_id, channel),
    check ((state = 'sending') = (worker_id is not null)),
    check (state <> 'sending' or claimed_at is not null),
    check (state not in ('waiting', 'deferred', 'ambiguous') or next_attempt_at is not null)
);
comment on column delivery.unsure_since is 'Since when a try of unknown outcome may have reached somebody; reconciled before any resend.';
comment on column delivery.provider is 'The relay or gateway of the last try; after a failure, the one to avoid next.';
create index delivery_in_hand on delivery (worker_id) where state = 'sending';
create index delivery_due on delivery (lane, channel, next_attempt_at) where state in ('waiting', 'deferred', 'ambiguous');
create index delivery_by_person on delivery (person_id);
"""


def upgrade() -> None:
    for script in (OUTBOX_SQL, KNOWN_FACTS, NOTIFICATIONS, LEDGER):
        run_script(script)
