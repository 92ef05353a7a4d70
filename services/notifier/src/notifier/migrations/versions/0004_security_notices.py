"""Security notices: a fourth kind of notification; and an SMS of unknown fate takes a reference of its own."""

from shared.kit.migrations import run_script

revision = "0004"
down_revision = "0003"

SECURITY = """
alter table notification drop constraint notification_kind_check;
alter table notification add constraint notification_kind_check
    check (kind in ('message', 'alert', 'code', 'security'));
comment on column notification.origin_id is 'alert_id, message_id, code_id or notice_id: what its producer calls it.';
comment on column notification.sealed is 'A code with its destination, or that of a security notice, under CODE_KEYS; erased as soon as it is settled.';

create index delivery_by_sms_reference on delivery (reference) where channel = 'sms' and reference is not null;
"""


def upgrade() -> None:
    run_script(SECURITY)
