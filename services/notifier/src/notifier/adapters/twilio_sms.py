"""The port `TextMessages` over Twilio's REST API: accounts in order of preference, each behind a breaker."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from notifier.adapters.relay_urls import TwilioGateway
from notifier.adapters.twilio_answers import (
    LOST,
    TIMED_OUT,
    UNREACHABLE,
    Journey,
    NoAnswer,
    Refusal,
    judged,
)
from notifier.application.ports import GatewayUnreachable, Ours, OutgoingSms
from notifier.domain.outcomes import Accepted, Outcome, TryAgain
from notifier.domain.retries import Verdict
from notifier.domain.roster import Roster, Turn

if TYPE_CHECKING:
    from notifier.adapters.twilio_client import TwilioClient

ANSWER_S_MAX = 10.0
_FAILURES = (Refusal, NoAnswer, TimeoutError)
_CLOCKS_APART_S_MAX = 60.0  # a gateway's clock may be behind ours when it dates a text


class Account:
    """One account; its client, and the 30 MB that come with it, exist once it has been opened."""

    def __init__(self, gateway: TwilioGateway) -> None:
        self.gateway = gateway
        self._client: TwilioClient | None = None

    @property
    def name(self) -> str:
        """The gateway's own."""
        return self.gateway.name

    def open(self, client: "TwilioClient") -> None:
        """Give it the client that speaks for it."""
        self._client = client

    @property
    def client(self) -> "TwilioClient":
        """Raises RuntimeError before `start`."""
        if self._client is None:
            raise RuntimeError("TwilioSms was not started")
        return self._client

    async def close(self) -> None:
        """Close its connections, if it has any."""
        if self._client is not None:
            await self._client.close()
            self._client = None


class TwilioSms:
    """Hands texts to Twilio, at most `requests_max` at once."""

    def __init__(
        self,
        gateways: Sequence[TwilioGateway],
        *,
        requests_max: int = 16,
        monotonic: Callable[[], float] = time.monotonic,
        answer_s_max: float = ANSWER_S_MAX,
    ) -> None:
        self._roster = Roster([Account(gateway) for gateway in gateways], monotonic)
        self._slots = asyncio.Semaphore(requests_max)
        self._answer_s_max = answer_s_max

    @property
    def states(self) -> dict[str, str]:
        """Each gateway's breaker: `closed`, `open` or `half_open`."""
        return self._roster.states

    async def start(self) -> None:
        """Load the library off the loop (it takes most of a second) and open a client per account."""
        make = await asyncio.to_thread(_client_class)
        for account in self._roster.providers:
            account.open(make(account.gateway))

    async def stop(self) -> None:
        """Close every client."""
        for account in self._roster.providers:
            await account.close()

    async def send(self, sms: OutgoingSms, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        """Try once; a gateway that cannot even be reached leaves its turn to the next in the same try."""
        async with self._slots:
            outcome: Outcome | None = None
            for turn in self._roster.turns(excluded):
                outcome, left = await self._try(turn, sms)
                if left:
                    return outcome
            return outcome or TryAgain("no_gateway_available", "", self._roster.wait_s(), asked=False)

    async def find(self, sms: OutgoingSms, since: datetime, ours: Ours) -> Accepted | None:
        """Look for this text at every account. Raises GatewayUnreachable when one could not answer."""
        unanswered = False
        for account in self._roster.providers:
            try:
                async with self._slots, asyncio.timeout(self._answer_s_max):
                    texts = await self._same(account, sms, since)
            except _FAILURES:
                unanswered = True
                continue
            for text in texts:
                if await ours(text):
                    return text
        if unanswered:
            raise GatewayUnreachable
        return None

    async def _same(self, account: Account, sms: OutgoingSms, since: datetime) -> list[Accepted]:
        """Texts of these words to this number, the oldest first; the gateway lists the newest first."""
        earliest = since - timedelta(seconds=_CLOCKS_APART_S_MAX)
        texts = await account.client.listed(sms, earliest)
        return [Accepted(account.name, text.sid) for text in reversed(texts) if text.body == sms.body]

    async def _try(self, turn: Turn[Account], sms: OutgoingSms) -> tuple[Outcome, bool]:
        """What came of asking one account, and whether the request had left."""
        journey = Journey()
        try:
            async with asyncio.timeout(self._answer_s_max):
                sid = await turn.provider.client.create(sms, journey)
        except _FAILURES as failure:
            verdict = _meaning(failure, journey)
            turn.learn(verdict)
            return verdict.outcome(turn.provider.name, _seconds(journey.retry_after)), journey.left
        except BaseException:
            turn.breaker.abandoned(turn.ticket)
            raise
        turn.breaker.succeeded(turn.ticket)
        return Accepted(turn.provider.name, sid), True


def _meaning(failure: Exception, journey: Journey) -> Verdict:
    if isinstance(failure, Refusal):
        return judged(failure.status, failure.code)
    if not journey.left:
        return UNREACHABLE
    return TIMED_OUT if isinstance(failure, TimeoutError) else LOST


def _seconds(retry_after: str | None) -> float | None:
    """`Retry-After` in seconds; its other form, a date, is not worth trusting two clocks for."""
    return float(retry_after) if retry_after and retry_after.isdigit() else None


def _client_class() -> Any:
    from notifier.adapters.twilio_client import TwilioClient

    return TwilioClient
