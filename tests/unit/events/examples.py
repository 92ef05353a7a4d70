"""Events and raw records of the event tests, and how hypothesis invents them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from shared.events.accounts import AccountChanged, Attachment, Child, ImportedContacts
from shared.events.alerts import Audience, PartnerAlert
from shared.events.base import EventData
from shared.events.codes import CodeIssued
from shared.events.devices import DeviceActivated, DeviceRevoked
from shared.events.messages import MessageReceived, Sender
from shared.events.notifications import NotificationSettled
from shared.events.orders import DeliveryOrdered
from shared.events.partners import PartnerChanged, Territory
from shared.events.preferences import Choice, Contact, PreferencesChanged
from shared.events.security import AccessRevoked, SecurityNoticed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def a_message(**given: object) -> MessageReceived:
    return MessageReceived.model_validate(
        {
            "message_id": "msg-1",
            "establishment_uai": "0690001A",
            "sender": {"kind": "person", "display_name": "M. Roche"},
            "subject": "Sortie de jeudi",
            "recipients": ["par-001"],
            "url": "https://ent.example.org/messages/1",
        }
        | given
    )


ids = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
uais = st.from_regex(r"[0-9]{7}[A-Z]", fullmatch=True)
links = st.sampled_from(["https://ent.example.org/é?a=1&b=«2»", "http://127.0.0.1:8400/m/"])
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.builds(
    lambda seconds, microseconds, offset: (EPOCH + timedelta(0, seconds, microseconds)).astimezone(offset),
    st.integers(86_400, 200 * 365 * 86_400),
    st.integers(0, 999_999),
    offsets,
)
kinds = st.sampled_from(["college", "lycee", "agricole", "cfa"])


def tuples(of: st.SearchStrategy[object], least: int = 0) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, min_size=least, max_size=4).map(tuple)


def optional(of: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | of


attachments = st.builds(
    Attachment,
    uai=uais,
    name=names,
    kind=kinds,
    departement=texts,
    academie=texts,
    region=texts,
    classes=tuples(texts),
    transported=st.booleans(),
)
messages = st.builds(
    MessageReceived,
    message_id=ids,
    establishment_uai=uais,
    sender=st.builds(Sender, kind=st.sampled_from(["person", "establishment"]), display_name=names),
    subject=texts,
    recipients=tuples(ids, 1),
    urgent=st.booleans(),
    url=links,
)
alerts = st.builds(
    PartnerAlert,
    alert_id=ids,
    partner_id=names,
    category=st.from_regex(r"[a-z][a-z0-9_-]{0,49}", fullmatch=True),
    severity=st.sampled_from(["urgent", "normal"]),
    title=names,
    body=texts,
    audience=st.builds(
        Audience,
        uais=optional(tuples(uais)),
        kinds=optional(tuples(kinds)),
        departements=optional(tuples(st.sampled_from(["69", "2A", "974"]))),
        profiles=optional(tuples(st.sampled_from(["eleve", "parent"]))),
        transported_only=st.booleans(),
    ),
    expires_at=instants,
    url=optional(links),
)
codes = st.builds(
    CodeIssued,
    code_id=ids,
    person_id=ids,
    purpose=st.sampled_from(["recovery", "contact_proof"]),
    channel=st.sampled_from(["email", "sms"]),
    sealed=texts,
    expires_at=instants,
)
accounts = st.builds(
    AccountChanged,
    person_id=ids,
    version=st.integers(1, 2**31 - 1),
    state=st.sampled_from(["active", "suspended", "closed"]),
    profile=st.sampled_from(["eleve", "parent", "enseignant", "personnel"]),
    last_name=names,
    first_name=names,
    establishments=tuples(attachments),
    children=tuples(st.builds(Child, person_id=ids, first_name=names, uais=tuples(uais))),
    imported=st.builds(ImportedContacts, email=optional(names), phone_mobile=optional(names)),
    fused=tuples(ids),
    fused_into=optional(ids),
)
partners = st.builds(
    PartnerChanged,
    partner_id=names,
    version=st.integers(1, 9),
    name=names,
    body=st.sampled_from(["departement", "academie", "region", "enseignement_agricole", "dreets"]),
    territory=st.builds(
        Territory, departements=tuples(texts), academies=tuples(texts), regions=tuples(texts)
    ),
    kinds=optional(tuples(kinds)),
    active=st.booleans(),
)
preferences = st.builds(
    PreferencesChanged,
    person_id=ids,
    version=st.integers(1, 9),
    contacts=tuples(
        st.builds(
            Contact,
            contact_id=ids,
            channel=st.sampled_from(["email", "sms"]),
            address=names,
            origin=st.sampled_from(["imported", "typed"]),
            proof=st.sampled_from(["unproved", "proved", "bounced"]),
            selected=st.booleans(),
        )
    ),
    choices=tuples(st.builds(Choice, uai=uais, email_information=st.booleans(), sms_refused=st.booleans())),
)
devices = st.builds(DeviceActivated, device_id=ids, person_id=ids, device_name=names) | st.builds(
    DeviceRevoked, device_id=ids, person_id=ids, why=st.sampled_from(["by_owner", "reuse_detected"])
)
orders = st.builds(
    DeliveryOrdered, notification_id=st.uuids(), person_id=ids, channel=st.sampled_from(["email", "sms"])
)
settled = st.builds(
    NotificationSettled,
    event_id=ids,
    event_source=ids,
    notification_id=st.uuids(),
    person_id=ids,
    channel=st.sampled_from(["email", "sms", "app", "push"]),
    state=st.sampled_from(["sent", "suppressed", "failed"]),
    reason=optional(texts),
    at=instants,
)
security = st.builds(
    SecurityNoticed,
    notice_id=ids,
    person_id=ids,
    fact=st.sampled_from(["password_changed", "contact_changed", "device_token_reused"]),
    channel=st.sampled_from(["email", "sms"]),
    sealed=texts,
    occurred_at=instants,
    expires_at=instants,
) | st.builds(
    AccessRevoked,
    person_id=ids,
    revoked_at=instants,
    reason=st.sampled_from(["password_changed", "account_suspended"]),
)
any_event: st.SearchStrategy[EventData] = st.one_of(
    messages, alerts, codes, accounts, partners, preferences, devices, orders, settled, security
)
