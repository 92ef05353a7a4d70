"""One account at Twilio through its own asynchronous client. Imported late: the library weighs 30 MB.

The client's timeout does not work and its retries post twice, so neither is used; its logger writes telephone
numbers, so it is given one that says nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

# The library ships no types; everything that leaves this file is typed.
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from notifier.adapters.relay_urls import TwilioGateway
from notifier.adapters.twilio_answers import Journey, NoAnswer, Refusal
from notifier.application.ports import OutgoingSms

_LISTED_MAX = 200

_silence = logging.getLogger(f"{__name__}.silence")
_silence.disabled = True


_journey: ContextVar[Journey] = ContextVar("_journey")


@dataclass(frozen=True, slots=True)
class Listed:
    """A text that the gateway says it took."""

    sid: str
    body: str


class TwilioClient:
    """Made inside the running loop; close it there."""

    def __init__(self, gateway: TwilioGateway) -> None:
        self._gateway = gateway
        self._http = _QuietHttpClient(trace_configs=[_tracing()], logger=_silence)
        self._client = Client(gateway.account_sid, gateway.auth_token, http_client=self._http)
        self._client.api.base_url = gateway.base_url

    async def create(self, sms: OutgoingSms, journey: Journey) -> str:
        """Post one text and return its SID. Raises Refusal or NoAnswer; `journey` tells how far it came."""
        _journey.set(journey)
        sender = "messaging_service_sid" if self._gateway.is_messaging_service else "from_"
        options: dict[str, Any] = {sender: self._gateway.sender}
        if sms.validity_s is not None:
            options["validity_period"] = sms.validity_s
        with _translated():
            message = await self._client.messages.create_async(to=sms.to.value, body=sms.body, **options)
        if not message.sid:
            raise NoAnswer
        return str(message.sid)

    async def listed(self, sms: OutgoingSms, since: datetime) -> list[Listed]:
        """The texts sent to the same number since then, at most 200. Raises Refusal or NoAnswer."""
        _journey.set(Journey())
        with _translated():
            found = await self._client.messages.list_async(
                to=sms.to.value, date_sent_after=since, limit=_LISTED_MAX
            )
        return [Listed(str(message.sid), str(message.body)) for message in found]

    async def close(self) -> None:
        """Close the session's connections."""
        await self._http.close()


@contextmanager
def _translated() -> Iterator[None]:
    """The library's many ways to fail, as two."""
    try:
        yield
    except TwilioException as refusal:
        status = getattr(refusal, "status", None)
        if status is None:
            raise NoAnswer from refusal
        raise Refusal(int(status), getattr(refusal, "code", None)) from refusal
    except (aiohttp.ClientError, ConnectionError, ValueError, KeyError, TypeError, AttributeError) as failure:
        raise NoAnswer from failure


class _QuietHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # twilio publishes no types
    """Keeps the one response header that the library's exceptions lose."""

    async def request(self, *args: Any, **kwargs: Any) -> Response:
        response = await super().request(*args, **kwargs)
        _journey.get().retry_after = (response.headers or {}).get("Retry-After")
        return response


def _tracing() -> aiohttp.TraceConfig:
    """Note the moment at which a request begins to leave: before it, nothing can have been accepted."""

    async def note(_session: Any, _context: Any, _what: Any) -> None:
        _journey.get().left = True

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(note)
    return trace
