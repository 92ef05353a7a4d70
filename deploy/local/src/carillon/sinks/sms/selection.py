"""The filters of Twilio's message list: To, From, DateSent with `<` and `>`, pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from carillon.sinks.letterbox import KeptSms

PAGE_SIZE_MAX = 1_000
PAGE_SIZE_WHEN_UNSAID = 50
_DAY_S = timedelta(days=1).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Instants are seconds of the epoch; `to` and `sender` are whole addresses, empty for any."""

    to: str
    sender: str
    from_s: float
    until_s: float
    page: int
    page_size: int

    def holds(self, sms: KeptSms) -> bool:
        """A message that has not left yet counts by its arrival, so that a client can find what it just posted."""
        sent_at_s = int(sms.sent_at_s or sms.received_at_s)
        return (
            (not self.to or sms.recipients[0] == self.to)
            and (not self.sender or sms.sender == self.sender)
            and self.from_s <= sent_at_s < self.until_s
        )


def read_selection(query: Mapping[str, str]) -> Selection | int:
    """The selection, or Twilio's number for a value that cannot be read."""
    try:
        page, page_size = int(query.get("Page", 0)), int(query.get("PageSize", PAGE_SIZE_WHEN_UNSAID))
        from_s, until_s = _interval(query)
    except ValueError:
        return 20001
    if page < 0 or not 1 <= page_size <= PAGE_SIZE_MAX:
        return 20001
    return Selection(
        to=query.get("To", "").strip(),
        sender=query.get("From", "").strip(),
        from_s=from_s,
        until_s=until_s,
        page=page,
        page_size=page_size,
    )


def _interval(query: Mapping[str, str]) -> tuple[float, float]:
    """Both ends are included; a date alone is its whole day in UTC."""
    from_s, until_s = 0.0, float("inf")
    for name, value in query.items():
        if name not in {"DateSent", "DateSent>", "DateSent<"}:
            continue
        starts_s, lasts_s = _read_instant(value)
        if name != "DateSent<":
            from_s = starts_s
        if name != "DateSent>":
            until_s = starts_s + lasts_s
    return from_s, until_s


def _read_instant(text: str) -> tuple[float, float]:
    instant = datetime.fromisoformat(text.strip())
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return instant.timestamp(), (_DAY_S if len(text.strip()) == len("2026-11-24") else 1.0)
