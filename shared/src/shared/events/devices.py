"""`ent.devices`: a telephone was activated for a person, or stopped being so."""

from typing import ClassVar, Literal

from shared.events.base import EventData, EventId, Name, PersonId


class DeviceActivated(EventData):
    """From now on this device's feed is one of the person's channels."""

    event_type: ClassVar[str] = "fr.ent.device.activated.v1"
    topic: ClassVar[str] = "ent.devices"

    device_id: EventId
    person_id: PersonId
    device_name: Name

    @property
    def key(self) -> str:
        return self.person_id


class DeviceRevoked(EventData):
    """This device is nobody's channel any more."""

    event_type: ClassVar[str] = "fr.ent.device.revoked.v1"
    topic: ClassVar[str] = "ent.devices"

    device_id: EventId
    person_id: PersonId
    why: Literal["by_owner", "password_changed", "reuse_detected", "account_closed", "by_establishment"]

    @property
    def key(self) -> str:
        return self.person_id
