"""One way to set providers' behaviour, whether they are fakes in memory or servers on a socket."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from notifier.adapters.relay_urls import SmtpRelay, TwilioGateway
from notifier.adapters.smtp_mails import SmtpMails
from notifier.adapters.twilio_sms import TwilioSms
from notifier.application.ports import Mails, OutgoingMail, OutgoingSms, TextMessages
from shared.kernel.addresses import EmailAddress, PhoneNumber
from tests.fakes.mails import FakeMails, MailBehaviour
from tests.fakes.sms import FakeTextMessages, SmsBehaviour
from tests.fakes.smtp_server import Answer, Fault, SmtpServer
from tests.fakes.twilio_server import TwilioServer

SENDER = "ent@example.org"
CONTENT = b"Subject: essai\r\n\r\nBonjour,\r\n.un point\r\n..deux\r\nfin.\r\n"


def a_mail(
    to: str = "sonia@example.org", *, content: bytes = CONTENT, deadline_s: float = 5.0
) -> OutgoingMail:
    return OutgoingMail(EmailAddress(to), f"<{to}>", content, deadline_s)


def an_sms(to: str = "+33639980001", body: str = "ENT Collège X: essai.") -> OutgoingSms:
    return OutgoingSms(PhoneNumber(to), body, 600)


def relay_at(server: SmtpServer, name: str = "relay-1", security: str = "clear", **login: str) -> SmtpRelay:
    return SmtpRelay(name, "127.0.0.1", server.port, security, **login)  # type: ignore[arg-type]  # the login is a mapping of texts


def gateway_at(server: TwilioServer, name: str = "gateway-1", sender: str = "CARILLON") -> TwilioGateway:
    base_url = f"http://127.0.0.1:{server.port}"
    return TwilioGateway(name, base_url, server.account_sid, server.auth_token, sender)


class MailRig(Protocol):
    """Two relays, `relay-1` preferred to `relay-2`."""

    @property
    def mails(self) -> Mails: ...

    async def behave(self, relay: str, behaviour: MailBehaviour) -> None: ...

    def taken(self) -> list[tuple[str, str, bytes]]:
        """Relay, address and content of every mail in some relay's charge."""
        ...


class SmsRig(Protocol):
    """Two gateways, `gateway-1` preferred to `gateway-2`."""

    @property
    def sms(self) -> TextMessages: ...

    async def behave(self, gateway: str, behaviour: SmsBehaviour) -> None: ...

    async def lists(self, *, answers: bool) -> None: ...

    def taken(self) -> list[tuple[str, str, str]]:
        """Gateway, number and body of every text in some gateway's charge."""
        ...

    def now(self) -> datetime: ...


@dataclass(slots=True)
class FakeMailRig:
    mails: FakeMails

    async def behave(self, relay: str, behaviour: MailBehaviour) -> None:
        self.mails.behaviours[relay] = behaviour

    def taken(self) -> list[tuple[str, str, bytes]]:
        return [(relay, mail.to.value, mail.content) for relay, mail in self.mails.taken]


_ANSWERS: dict[MailBehaviour, dict[str, Answer]] = {
    "accept": {},
    "address_unknown": {"rcpt": "550 5.1.1 no such user"},
    "greylist": {"rcpt": "450 4.7.1 come back later"},
    "lost_before_dot": {"data": Fault.HANG_UP},
    "lost_after_dot": {"dot": Fault.TAKE_AND_HANG_UP},
    "refuses_us": {"mail": "530 5.7.0 authentication required"},
}


@dataclass(slots=True)
class SmtpRig:
    mails: SmtpMails
    servers: dict[str, SmtpServer]

    async def behave(self, relay: str, behaviour: MailBehaviour) -> None:
        if behaviour == "unreachable":
            await self.servers[relay].deafen()
        else:
            self.servers[relay].answers = dict(_ANSWERS[behaviour])

    def taken(self) -> list[tuple[str, str, bytes]]:
        return [
            (relay, mail.recipient, mail.content)
            for relay, server in self.servers.items()
            for mail in server.taken
        ]


@dataclass(slots=True)
class FakeSmsRig:
    sms: FakeTextMessages

    async def behave(self, gateway: str, behaviour: SmsBehaviour) -> None:
        self.sms.behaviours[gateway] = behaviour

    async def lists(self, *, answers: bool) -> None:
        self.sms.answers_lists = answers

    def taken(self) -> list[tuple[str, str, str]]:
        return [(text.gateway, text.sms.to.value, text.sms.body) for text in self.sms.taken]

    def now(self) -> datetime:
        return self.sms.clock.now()


_MODES: dict[SmsBehaviour, str | tuple[int, int]] = {
    "accept": "accept",
    "number_unknown": (400, 21211),
    "busy": (429, 20429),
    "lost_before": "hang_up",
    "lost_after": "lost_after",
    "error_after": "500_after",
}


@dataclass(slots=True)
class TwilioRig:
    sms: TwilioSms
    servers: dict[str, TwilioServer]

    async def behave(self, gateway: str, behaviour: SmsBehaviour) -> None:
        if behaviour == "unreachable":
            await self.servers[gateway].deafen()
            return
        self.servers[gateway].mode = _MODES[behaviour]
        self.servers[gateway].retry_after = "7" if behaviour == "busy" else None

    async def lists(self, *, answers: bool) -> None:
        for server in self.servers.values():
            server.list_status = 200 if answers else 503

    def taken(self) -> list[tuple[str, str, str]]:
        return [
            (gateway, text.to, text.body) for gateway, server in self.servers.items() for text in server.taken
        ]

    def now(self) -> datetime:
        return datetime.now(UTC)


@asynccontextmanager
async def mail_rig(kind: str) -> AsyncIterator[MailRig]:
    if kind == "fake":
        yield FakeMailRig(FakeMails({"relay-1": "accept", "relay-2": "accept"}))
        return
    async with AsyncExitStack() as stack:
        servers = {name: await stack.enter_async_context(SmtpServer()) for name in ("relay-1", "relay-2")}
        mails = SmtpMails(
            [relay_at(server, name) for name, server in servers.items()], sender=SENDER, connections_max=8
        )
        await mails.start()
        yield SmtpRig(mails, servers)
        await mails.stop()


@asynccontextmanager
async def sms_rig(kind: str) -> AsyncIterator[SmsRig]:
    if kind == "fake":
        yield FakeSmsRig(FakeTextMessages({"gateway-1": "accept", "gateway-2": "accept"}))
        return
    async with AsyncExitStack() as stack:
        servers = {
            name: await stack.enter_async_context(TwilioServer()) for name in ("gateway-1", "gateway-2")
        }
        sms = TwilioSms([gateway_at(server, name) for name, server in servers.items()])
        await sms.start()
        yield TwilioRig(sms, servers)
        await sms.stop()
