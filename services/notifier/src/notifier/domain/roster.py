"""Providers in order of preference, each behind its own breaker."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from notifier.domain.breaker import Breaker, Ticket
from notifier.domain.retries import Verdict


class Named(Protocol):
    """Anything with a name that may be stored and shown: no credential in it."""

    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=Named)


@dataclass(frozen=True, slots=True)
class Turn(Generic[P]):
    """One provider's turn to be asked; its ticket goes back to its breaker."""

    provider: P
    breaker: Breaker
    ticket: Ticket

    def learn(self, verdict: Verdict) -> None:
        """Let the breaker know what a refusal says of the provider itself."""
        if verdict.refuses_us:
            self.breaker.refused(self.ticket)
        elif verdict.provider_fails:
            self.breaker.failed(self.ticket)
        else:
            self.breaker.succeeded(self.ticket)


class Roster(Generic[P]):
    """Whom to ask next: the preferred provider that works, those that just failed this message last."""

    def __init__(self, providers: Sequence[P], monotonic: Callable[[], float]) -> None:
        if not providers:
            raise ValueError("at least one provider is needed")
        self._seats = [(provider, Breaker(monotonic)) for provider in providers]

    @property
    def providers(self) -> list[P]:
        """All of them, in order of preference."""
        return [provider for provider, _ in self._seats]

    @property
    def states(self) -> dict[str, str]:
        """Each provider's name and the state of its breaker."""
        return {provider.name: breaker.state for provider, breaker in self._seats}

    def turns(self, excluded: frozenset[str]) -> Iterator[Turn[P]]:
        """Admitted providers, best first. Lazy: a ticket is taken only when its turn is drawn."""
        for provider, breaker in sorted(self._seats, key=lambda seat: seat[0].name in excluded):
            ticket = breaker.admit()
            if ticket is not None:
                yield Turn(provider, breaker, ticket)

    def wait_s(self) -> float:
        """Seconds until some provider may be asked again."""
        return max(0.0, min(breaker.wait_s() for _, breaker in self._seats))
