"""The same request sent again is the same request: one key, one body, one alert."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from shared.kernel.refusals import Refused

KEY_LENGTH_MAX = 200
_KEY = re.compile(r"[\x21-\x7e]+")

KEY_REUSED = Refused("idempotency_key_reused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is remembered of a request: whose it is, what it said, and whether Kafka has its event.

    `event` is the event's data as first accepted, so that a retry publishes the very same.
    """

    partner_id: str
    key: str
    body_digest: bytes
    alert_id: str
    event: bytes
    accepted_at: datetime
    published: bool = False

    @property
    def event_source(self) -> str:
        """The `ce_source` of a partner's alerts: with the alert_id as `ce_id`, the same alert is the same event."""
        return f"/partners/{quote(self.partner_id, safe='')}"

    def judge(self, body_digest: bytes) -> Refused | None:
        """A key that comes back with another body is a mistake of the caller's."""
        return None if body_digest == self.body_digest else KEY_REUSED


def is_key(text: str) -> bool:
    """1 to 200 printable ASCII characters without a space; a UUID is a good one."""
    return len(text) <= KEY_LENGTH_MAX and _KEY.fullmatch(text) is not None


def digest_of(body: bytes) -> bytes:
    """SHA-256 of a body in its canonical form."""
    return hashlib.sha256(body).digest()
