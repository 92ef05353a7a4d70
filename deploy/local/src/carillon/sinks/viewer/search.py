"""Finding messages among two hundred thousand without stopping what arrives meanwhile."""

import asyncio
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from carillon.sinks.letterbox import Kept, KeptMail, Kind, Letterbox
from carillon.sinks.viewer.reading import read_mail

TURN_MESSAGES = 500  # between two turns of the loop
TURN_OPENED = 10
SEARCHED_MAX = 5_000  # opening a mail takes a third of a millisecond


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """`since_id` and `since_s` are exclusive and inclusive bounds; an empty text asks for nothing."""

    kind: Kind | None = None
    to: str = ""
    since_id: int = 0
    since_s: float = 0.0

    def holds(self, message: Kept) -> bool:
        return (
            (self.kind is None or message.kind == self.kind)
            and message.received_at_s >= self.since_s
            and (not self.to or any(self.to == recipient.lower() for recipient in message.recipients))
        )


async def matching(letterbox: Letterbox, wanted: Filter) -> list[Kept]:
    """Every message that passes, oldest first."""
    found: list[Kept] = []
    for count, message in enumerate(letterbox.since(wanted.since_id)):
        if wanted.holds(message):
            found.append(message)
        if count % (TURN_MESSAGES * 20) == 0:
            await asyncio.sleep(0)
    return found


async def newest_about(
    letterbox: Letterbox, text: str, *, kind: Kind | None, count_max: int
) -> tuple[list[Kept], int]:
    """The newest messages that speak of `text`, newest first, and how many were looked at."""
    wanted = plain(text).split()
    number = _national(text)
    found: list[Kept] = []
    looked_at = 0
    for message in _newest(letterbox, kind):
        if len(found) >= count_max or (wanted and looked_at >= SEARCHED_MAX):
            break
        looked_at += 1
        if not wanted or (number and _calls(message, number)) or _speaks_of(message, wanted):
            found.append(message)
        if wanted and looked_at % TURN_OPENED == 0:
            await asyncio.sleep(0)
    return found, looked_at


def read_since(text: str) -> tuple[int, float] | None:
    """A sequence id (digits only) or an ISO 8601 instant, as (id, seconds); None for anything else."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text), 0.0
    try:
        # A `+` that a caller forgot to escape arrives as a blank.
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    return 0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def plain(text: str) -> str:
    """Small letters without accents, for comparing what people type."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _newest(letterbox: Letterbox, kind: Kind | None) -> Iterable[Kept]:
    return (message for message in reversed(letterbox.since(0)) if kind is None or message.kind == kind)


def _speaks_of(message: Kept, wanted: list[str]) -> bool:
    envelope = f"{message.sender} {' '.join(message.recipients)} "
    if not isinstance(message, KeptMail):
        return _all_in(wanted, envelope + message.body)
    facts = message.facts
    heard = f"{envelope} {facts.from_} {facts.to} {facts.subject} "
    if _all_in(wanted, heard):
        return True
    reading = read_mail(message.raw)
    return _all_in(wanted, heard + (reading.text or reading.html or ""))


def _all_in(wanted: list[str], text: str) -> bool:
    searched = plain(text)
    return all(word in searched for word in wanted)


def _national(text: str) -> str:
    """The digits of a French number without its 0 or +33, empty for what is not a number."""
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) < 4 or any(character not in "+0123456789 .-()" for character in text):
        return ""
    return digits.removeprefix("0033").removeprefix("33").removeprefix("0")


def _calls(message: Kept, number: str) -> bool:
    return message.kind == "sms" and any(number in recipient for recipient in message.recipients)
