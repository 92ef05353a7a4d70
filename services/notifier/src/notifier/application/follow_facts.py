"""What auth and preferences say about people and partners is kept as it now stands, and nothing older."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from notifier.application.stores import Place
from shared.events.accounts import AccountChanged
from shared.events.base import EventData
from shared.events.partners import PartnerChanged
from shared.events.preferences import PreferencesChanged

FACTS: dict[str, type[EventData]] = {
    kind.topic: kind for kind in (AccountChanged, PreferencesChanged, PartnerChanged)
}
"""What is followed, by topic."""


@dataclass(frozen=True, slots=True)
class Said:
    """One record of a compacted topic, in order: what is said under a key now; none: nothing any more."""

    topic: str
    key: str
    data: EventData | None


@dataclass(slots=True)
class News:
    """The newest word on each key among a batch; keys in `forgotten` were once told to be nothing any more."""

    accounts: dict[str, AccountChanged] = field(default_factory=dict)
    preferences: dict[str, PreferencesChanged] = field(default_factory=dict)
    partners: dict[str, PartnerChanged] = field(default_factory=dict)
    forgotten: dict[str, set[str]] = field(default_factory=dict)

    def hear(self, said: Said) -> None:
        """Take in one more record; a lower version never replaces a higher one."""
        match said.data:
            case None:
                self._forget(said)
            case AccountChanged() as account:
                self.accounts[said.key] = _newer(self.accounts.get(said.key), account)
            case PreferencesChanged() as preferences:
                self.preferences[said.key] = _newer(self.preferences.get(said.key), preferences)
            case PartnerChanged() as partner:
                self.partners[said.key] = _newer(self.partners.get(said.key), partner)

    def _forget(self, said: Said) -> None:
        self.forgotten.setdefault(said.topic, set()).add(said.key)
        told: dict[str, MutableMapping[str, Any]] = {
            AccountChanged.topic: self.accounts,
            PreferencesChanged.topic: self.preferences,
            PartnerChanged.topic: self.partners,
        }
        told[said.topic].pop(said.key, None)


class KnownFactsBook(Protocol):
    """Where known facts are kept."""

    async def write(self, news: News, reached: Mapping[Place, int]) -> None:
        """Write news and how far they reach in one transaction; what is older than what is kept changes nothing."""
        ...

    async def begin_at(self, ends: Mapping[Place, int]) -> Mapping[Place, int]:
        """Where to go on in these places. A place that ends before it was begun anew: so is the reading."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowFacts:
    """Keep up with what is known; seeing the same records again changes nothing."""

    book: KnownFactsBook

    async def __call__(self, records: Sequence[Said], reached: Mapping[Place, int]) -> None:
        news = News()
        for said in records:
            news.hear(said)
        await self.book.write(news, reached)


F = TypeVar("F", AccountChanged, PreferencesChanged, PartnerChanged)


def _newer(known: F | None, told: F) -> F:
    return told if known is None or told.version >= known.version else known
