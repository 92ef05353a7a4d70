"""The notifier's settings: what every service reads, and how it sends."""

from datetime import time, timedelta
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from notifier.domain.notifications import LaneName
from shared.consent import SmsRules
from shared.kit.portal_settings import PortalSettings
from shared.kit.sealing import Sealer


class NotifierSettings(PortalSettings):
    """One variable each, upper case; a limit says its unit."""

    mail_from: str = Field(
        description="the sender of every mail, e.g. Ma classe <ne-pas-repondre@ent.example.org>"
    )
    smtp_relays: SecretStr = Field(
        description="relays in order of preference, e.g. smtp://user:password@host:587?starttls=required"
    )
    sms_gateways: SecretStr = Field(
        description="gateways in order of preference, e.g. twilio://SID:TOKEN@api.twilio.com?from=CARILLON"
    )
    sms_events: Literal["urgent", "all"] = Field(default="urgent", description="`urgent` or `all`")
    sms_allowed_hours: str = Field(
        default="07:00-20:00", description="when SMS that can wait may leave, Paris time, e.g. 07:00-20:00"
    )
    code_keys: SecretStr = Field(
        description="Fernet keys separated by commas; the first encrypts, all decrypt"
    )
    message_life_h: int = Field(
        default=72,
        ge=1,
        le=720,
        description="hours after which an ENT message is no longer announced, 1 to 720",
    )
    codes_tries_max: int = Field(default=8, ge=1, le=500, description="codes being sent at once, 1 to 500")
    urgent_tries_max: int = Field(default=16, ge=1, le=500, description="urgent deliveries at once, 1 to 500")
    normal_tries_max: int = Field(
        default=16, ge=1, le=500, description="messages being sent at once, 1 to 500"
    )
    bulk_tries_max: int = Field(default=16, ge=1, le=500, description="normal alerts at once, 1 to 500")
    in_flight_max: int = Field(
        default=2_000,
        ge=250,
        le=50_000,
        description="deliveries in hand for each lane and channel, 250 to 50000",
    )
    worker_lease_s: float = Field(
        default=15.0,
        ge=3,
        le=300,
        description="seconds after which a silent worker's work is taken over, 3 to 300",
    )

    @field_validator("code_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        Sealer(value.get_secret_value())
        return value

    @field_validator("sms_allowed_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        _rules(value, "urgent")
        return value

    @property
    def sms_rules(self) -> SmsRules:
        """Which events leave as SMS, and when those that can wait do."""
        return _rules(self.sms_allowed_hours, self.sms_events)

    @property
    def message_life(self) -> timedelta:
        return timedelta(hours=self.message_life_h)

    def tries_max(self, lane: LaneName) -> int:
        """How many tries of a lane may be on the wire at once, for each channel."""
        return int(getattr(self, f"{lane}_tries_max"))


def _rules(hours: str, events: Literal["urgent", "all"]) -> SmsRules:
    opens, dash, closes = hours.partition("-")
    if not dash:
        raise ValueError("is two times of day with - between them")
    return SmsRules(events, time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))
