"""A kept message as Twilio's Message resource, and pages of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from carillon.sinks.letterbox import KeptSms
from carillon.sinks.sms.parts import parts_of


def _rfc2822(instant_s: float | None) -> str | None:
    return None if instant_s is None else format_datetime(datetime.fromtimestamp(int(instant_s), UTC))


def messages_path(account_sid: str) -> str:
    return f"/2010-04-01/Accounts/{account_sid}/Messages"


def message_resource(sms: KeptSms) -> dict[str, Any]:
    """The resource's fields, all texts as Twilio gives them, prices unknown."""
    path = f"{messages_path(sms.account_sid)}/{sms.sid}"
    return {
        "account_sid": sms.account_sid,
        "api_version": "2010-04-01",
        "body": sms.body,
        "date_created": _rfc2822(sms.received_at_s),
        "date_sent": _rfc2822(sms.sent_at_s),
        "date_updated": _rfc2822(sms.updated_at_s),
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": sms.sender or None,
        "messaging_service_sid": sms.messaging_service_sid,
        "num_media": "0",
        "num_segments": str(parts_of(sms.body).count),
        "price": None,
        "price_unit": "USD",
        "sid": sms.sid,
        "status": sms.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": sms.recipients[0],
        "uri": f"{path}.json",
    }


def messages_page(
    account_sid: str, found: Sequence[KeptSms], *, query: dict[str, str], page: int, page_size: int
) -> dict[str, Any]:
    """One page of `found` (newest first) with the links to its neighbours."""
    start = page * page_size
    shown = found[start : start + page_size]

    def uri(number: int) -> str:
        linked = {**query, "PageSize": str(page_size), "Page": str(number)}
        return f"{messages_path(account_sid)}.json?{urlencode(linked)}"

    return {
        "messages": [message_resource(sms) for sms in shown],
        "start": start,
        "end": max(start, start + len(shown) - 1),
        "page": page,
        "page_size": page_size,
        "uri": uri(page),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if start + page_size < len(found) else None,
        "previous_page_uri": uri(page - 1) if page else None,
    }
