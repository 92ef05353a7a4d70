"""Messages as JSON: what a list holds, what one message tells."""

from datetime import UTC, datetime
from typing import Any

from carillon.sinks.letterbox import Kept, KeptMail, KeptSms
from carillon.sinks.sms.parts import parts_of
from carillon.sinks.viewer.reading import read_mail


def instant(seconds: float) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def list_item(message: Kept) -> dict[str, Any]:
    """`to` and `from` are the envelope's: where the message really went."""
    item: dict[str, Any] = {
        "id": message.id,
        "kind": message.kind,
        "to": list(message.recipients),
        "from": message.sender,
        "received_at": instant(message.received_at_s),
        "size_bytes": message.size_bytes,
    }
    if isinstance(message, KeptMail):
        facts = message.facts
        item |= {"subject": facts.subject, "message_id": facts.message_id}
        item |= {"header_from": facts.from_, "header_to": facts.to}
    else:
        item |= {"body": message.body, "sid": message.sid, "status": message.status}
    return item


def detail(message: Kept) -> dict[str, Any]:
    """The list's item and everything else there is."""
    return list_item(message) | (
        _mail_detail(message) if isinstance(message, KeptMail) else _sms_detail(message)
    )


def _mail_detail(mail: KeptMail) -> dict[str, Any]:
    """`source` shows the raw bytes as text; a byte that is not UTF-8 becomes U+FFFD."""
    reading = read_mail(mail.raw)
    return {
        "headers": [{"name": name, "value": value} for name, value in reading.headers],
        "text": reading.text,
        "html": reading.html,
        "attachments": [
            {"name": part.name, "content_type": part.content_type, "size_bytes": part.size_bytes}
            for part in reading.attachments
        ],
        "source": mail.raw.decode("utf-8", "replace"),
    }


def _sms_detail(sms: KeptSms) -> dict[str, Any]:
    parts = parts_of(sms.body)
    return {
        "text": sms.body,
        "parts": {"count": parts.count, "alphabet": parts.alphabet, "units": parts.units, "room": parts.room},
        "account_sid": sms.account_sid,
        "messaging_service_sid": sms.messaging_service_sid,
        "validity_seconds": sms.validity_s,
    }
