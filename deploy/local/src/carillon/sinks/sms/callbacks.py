"""Telling the sender what became of a message: sent, then delivered, signed as Twilio signs."""

import asyncio
import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carillon.sinks.letterbox import KeptSms, Status

if TYPE_CHECKING:
    import httpx

SENT_AFTER_S = 0.05
DELIVERED_AFTER_S = 0.25
CALLBACK_TIMEOUT_S = 10.0
CALLERS = 8
WAITING_MAX = 50_000


def signature(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 of the URL followed by every name and value in the order of the names."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(auth_token.encode(), signed.encode(), "sha1")).decode()


@dataclass(frozen=True, slots=True)
class Call:
    url: str
    form: dict[str, str]
    signature: str


class StatusCallbacks:
    """Moves messages on and calls back in the order of the moves; a lost callback is counted, not repeated."""

    def __init__(self, *, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._waiting: asyncio.Queue[Call] = asyncio.Queue(WAITING_MAX)
        self.made = 0
        self.lost = 0

    def follow(self, sms: KeptSms, *, url: str | None, auth_token: str) -> None:
        """Let the message become sent and delivered in its time."""
        loop = asyncio.get_running_loop()
        loop.call_later(SENT_AFTER_S, self._move, sms, "sent", url, auth_token)
        loop.call_later(DELIVERED_AFTER_S, self._move, sms, "delivered", url, auth_token)

    def _move(self, sms: KeptSms, status: Status, url: str | None, auth_token: str) -> None:
        sms.status = status
        sms.updated_at_s = self._now_s()
        sms.sent_at_s = sms.sent_at_s or sms.updated_at_s
        if url is None:
            return
        form = _form(sms)
        try:
            self._waiting.put_nowait(Call(url, form, signature(auth_token, url, form)))
        except asyncio.QueueFull:
            self.lost += 1

    async def run(self) -> None:
        """For ever: make the calls, a few at a time."""
        first = await self._waiting.get()
        self._waiting.put_nowait(first)
        import httpx  # only a stack that asks for callbacks pays for a client

        limits = httpx.Limits(max_connections=CALLERS)
        async with (
            httpx.AsyncClient(timeout=CALLBACK_TIMEOUT_S, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as callers,
        ):
            for _ in range(CALLERS):
                callers.create_task(self._call_for_ever(client, (httpx.HTTPError, httpx.InvalidURL)))

    async def _call_for_ever(self, client: "httpx.AsyncClient", lost: tuple[type[Exception], ...]) -> None:
        while True:
            call = await self._waiting.get()
            try:
                answer = await client.post(
                    call.url, data=call.form, headers={"X-Twilio-Signature": call.signature}
                )
            except lost:
                self.lost += 1
            else:
                self.made += answer.is_success
                self.lost += not answer.is_success


def _form(sms: KeptSms) -> dict[str, str]:
    form = {
        "AccountSid": sms.account_sid,
        "ApiVersion": "2010-04-01",
        "From": sms.sender,
        "MessageSid": sms.sid,
        "MessageStatus": sms.status,
        "SmsSid": sms.sid,
        "SmsStatus": sms.status,
        "To": sms.recipients[0],
    }
    if sms.messaging_service_sid:
        form["MessagingServiceSid"] = sms.messaging_service_sid
    return form
