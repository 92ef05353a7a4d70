"""The port `Mails` over SMTP: relays in order of preference, each behind a breaker."""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence

import aiosmtplib

from notifier.adapters.relay_urls import SmtpRelay
from notifier.adapters.smtp_connection import Progress, Unsuitable
from notifier.adapters.smtp_pool import LOSSES, SmtpPool
from notifier.adapters.smtp_replies import Reply, Step, judged, lost, refuses_us
from notifier.application.ports import OutgoingMail
from notifier.domain.outcomes import Accepted, Outcome, Rejected, TryAgain
from notifier.domain.retries import Verdict
from notifier.domain.roster import Roster, Turn

_REFERENCE_LENGTH_MAX = 120


class SmtpMails:
    """Hands mails to relays, at most `connections_max` at once: one instance is one lane's budget.

    One recipient per transaction, so one answer is one person's. A relay that cannot even be reached has not
    seen the mail, so the next one is asked in the same try; anything said or lost later ends the try.
    """

    def __init__(
        self,
        relays: Sequence[SmtpRelay],
        *,
        sender: str,
        connections_max: int = 16,
        monotonic: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if tls is None and any(relay.security != "clear" for relay in relays):
            tls = ssl.create_default_context()
        self._roster = Roster([SmtpPool(relay, sender, monotonic, tls) for relay in relays], monotonic)
        self._slots = asyncio.Semaphore(connections_max)

    @property
    def states(self) -> dict[str, str]:
        """Each relay's breaker: `closed`, `open` or `half_open`."""
        return self._roster.states

    async def start(self) -> None:
        """Ready at once: connections are opened by the mails that need them."""
        for pool in self._roster.providers:
            pool.start()

    async def stop(self) -> None:
        """Leave every idle connection; a mail on its way keeps its own to the end."""
        for pool in self._roster.providers:
            pool.close()

    async def send(self, mail: OutgoingMail, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        """Try once; the deadline starts when the mail's turn has come, not while it waits for a connection."""
        if not (mail.to.value.isascii() and mail.to.value.isprintable()):
            return Rejected("address_unusable", "")
        async with self._slots:
            return await self._ask(mail, excluded)

    async def _ask(self, mail: OutgoingMail, excluded: frozenset[str]) -> Outcome:
        outcome: Outcome | None = None
        for turn in self._roster.turns(excluded):
            outcome, reached = await self._try(turn, mail)
            if reached:
                return outcome
        return outcome or TryAgain("no_relay_available", "", self._roster.wait_s(), asked=False)

    async def _try(self, turn: Turn[SmtpPool], mail: OutgoingMail) -> tuple[Outcome, bool]:
        """What came of asking one relay, and whether it was reached at all."""
        progress = Progress()
        try:
            async with asyncio.timeout(mail.deadline_s):
                reply = await turn.provider.deliver(mail, progress)
        except LOSSES as loss:
            return self._refused(turn, _meaning(loss, progress.step)), progress.step > Step.CONNECT
        except BaseException:
            turn.breaker.abandoned(turn.ticket)
            raise
        verdict = judged(reply)
        if verdict is not None:
            return self._refused(turn, verdict), True
        turn.breaker.succeeded(turn.ticket)
        return Accepted(turn.provider.name, _reference(reply, mail)), True

    def _refused(self, turn: Turn[SmtpPool], verdict: Verdict) -> Outcome:
        turn.learn(verdict)
        return verdict.outcome(turn.provider.name)


def _meaning(loss: Exception, step: Step) -> Verdict:
    """A refusal at the door is about us; anything else depends on how far the mail had come."""
    match loss:
        case Unsuitable():
            return refuses_us("relay_unsuitable")
        case aiosmtplib.SMTPResponseException() if step is Step.CONNECT:
            return judged(Reply(step, loss.code, loss.message)) or lost(step, "relay_gibberish")
        case aiosmtplib.SMTPResponseException():
            return lost(step, "relay_gibberish")
        case TimeoutError():
            return lost(step, "timed_out")
        case ConnectionRefusedError() | aiosmtplib.SMTPConnectError():
            return lost(step, "unreachable")
        case _:
            return lost(step, "connection_lost")


def _reference(reply: Reply, mail: OutgoingMail) -> str:
    """The relay's own words (its queue id), without the recipient should it repeat him."""
    words = " ".join(reply.text.replace(mail.to.value, "•").split())
    return words[:_REFERENCE_LENGTH_MAX]
