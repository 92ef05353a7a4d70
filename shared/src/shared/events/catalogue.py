"""Every event type by name, and who may say it."""

from shared.events.accounts import AccountChanged
from shared.events.alerts import PartnerAlert
from shared.events.base import EventData
from shared.events.codes import CodeIssued
from shared.events.devices import DeviceActivated, DeviceRevoked
from shared.events.messages import MessageReceived
from shared.events.notifications import NotificationSettled
from shared.events.orders import DeliveryOrdered
from shared.events.partners import PartnerChanged
from shared.events.preferences import PreferencesChanged
from shared.events.security import AccessRevoked, SecurityNoticed

PRODUCERS: dict[type[EventData], tuple[str, ...]] = {
    MessageReceived: ("ENT messaging",),
    PartnerAlert: ("notifier",),
    CodeIssued: ("auth", "preferences"),
    AccountChanged: ("auth",),
    PartnerChanged: ("auth",),
    PreferencesChanged: ("preferences",),
    DeviceActivated: ("activation",),
    DeviceRevoked: ("activation",),
    SecurityNoticed: ("auth", "preferences", "activation"),
    AccessRevoked: ("auth",),
    DeliveryOrdered: ("notifier",),
    NotificationSettled: ("notifier",),
}

BY_TYPE: dict[str, type[EventData]] = {data.event_type: data for data in PRODUCERS}

TOPICS_FIRST: frozenset[str] = frozenset(data.topic for data in PRODUCERS if data.passes_first)
"""Where everything passes first: whole topics, so that the order within a key is never changed."""
