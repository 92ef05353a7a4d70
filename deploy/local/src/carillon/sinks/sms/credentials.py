"""Who may use the gateway: HTTP Basic with an account's sid and its token, as at Twilio."""

import base64
import binascii
import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What opens the gateway, and what its callbacks are signed with."""

    account_sid: str
    auth_token: str

    def match(self, other: "Credentials") -> bool:
        same_account = hmac.compare_digest(self.account_sid.encode(), other.account_sid.encode())
        return hmac.compare_digest(self.auth_token.encode(), other.auth_token.encode()) and same_account


def read_basic(header: str) -> Credentials | None:
    """The pair in an Authorization header; None when there is none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        sid, colon, token = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Credentials(sid, token) if colon and sid and token else None
