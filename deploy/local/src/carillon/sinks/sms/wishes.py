"""What a client asks for when it creates a message, judged in Twilio's order and numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

BODY_CHARACTERS_MAX = 1_600
VALIDITY_S_MAX = 36_000
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
_CALLBACK = re.compile(r"https?://[^\s/?#]+\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One message to send; `sender` is empty when a messaging service chooses it."""

    to: str
    sender: str
    messaging_service_sid: str | None
    body: str
    callback_url: str | None
    validity_s: int | None


def read_wish(form: Mapping[str, str]) -> Wish | int:
    """The wish, or Twilio's number for what is wrong with it."""
    to, sender = form.get("To", "").strip(), form.get("From", "").strip()
    service = form.get("MessagingServiceSid", "").strip() or None
    body = form.get("Body", "")
    callback = form.get("StatusCallback", "").strip() or None
    wrong = (
        _wrong_addresses(to, sender, service)
        or _wrong_body(body)
        or (21609 if callback and not _CALLBACK.fullmatch(callback) else None)
    )
    if wrong:
        return wrong
    validity = form.get("ValidityPeriod", "").strip()
    if validity and not (validity.isascii() and validity.isdigit() and 1 <= int(validity) <= VALIDITY_S_MAX):
        return 20001
    return Wish(
        to=to,
        sender=sender,
        messaging_service_sid=service,
        body=body,
        callback_url=callback,
        validity_s=int(validity) if validity else None,
    )


def _wrong_addresses(to: str, sender: str, service: str | None) -> int | None:
    if not to:
        return 21604
    if not _NUMBER.fullmatch(to):
        return 21211
    if not sender and not service:
        return 21603
    if sender and not _SENDER.fullmatch(sender):
        return 21212
    return None


def _wrong_body(body: str) -> int | None:
    if not body.strip():
        return 21602
    return 21617 if len(body) > BODY_CHARACTERS_MAX else None
