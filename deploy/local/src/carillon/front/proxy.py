"""The proxy: streams a request to its service and the answer back, within limits of size and time."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus

import httpx
from starlette.types import Message, Receive, Scope, Send

from carillon.front.away_page import AWAY_PAGE, AWAY_POLICY
from carillon.front.headers import Headers, end_to_end, for_upstream
from carillon.front.routes import NOT_THERE, service_for

REQUEST_BYTES_MAX = 2_097_152
ANSWER_BYTES_MAX = 33_554_432
CONNECT_TIMEOUT_S = 3.0
SILENCE_S_MAX = 30.0
EXCHANGE_S_MAX = 90.0
CONNECTIONS_MAX = 200
AWAY = frozenset({502, 503})
"""The service behind an address does not answer, or not to the end: come back soon."""
_TIMEOUTS = {"connect": CONNECT_TIMEOUT_S, "read": SILENCE_S_MAX, "write": SILENCE_S_MAX, "pool": 5.0}


class _TooLarge(Exception):
    """The request's body passed REQUEST_BYTES_MAX."""


class _Gone(Exception):
    """The client left before its request was whole."""


class Front:
    """The ASGI application. `upstreams` is the address of each service, e.g. `http://127.0.0.1:50123`."""

    def __init__(
        self, upstreams: Mapping[str, str], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._upstreams = {name: httpx.URL(address) for name, address in upstreams.items()}
        # The bare transport: a client would keep one person's cookies for the next, and follow redirects.
        self._transport = transport or httpx.AsyncHTTPTransport(
            limits=httpx.Limits(
                max_connections=CONNECTIONS_MAX, max_keepalive_connections=20, keepalive_expiry=15
            ),
            trust_env=False,
            verify=ssl.SSLContext(
                ssl.PROTOCOL_TLS_CLIENT
            ),  # upstreams speak plain HTTP: no list of authorities
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._transport.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = service_for(scope["path"])
        if service is None and _from_a_browser(scope):
            scope, service = {**scope, "raw_path": NOT_THERE.encode(), "query_string": b""}, "auth"
        if service is None or service not in self._upstreams:
            await problem(send, 404, "not_found", "There is nothing at this address.")
            return
        outgoing = _Outgoing(send, page=_from_a_browser(scope))
        try:
            async with asyncio.timeout(EXCHANGE_S_MAX):
                await self._exchange(self._request(scope, receive, self._upstreams[service]), outgoing)
        except _TooLarge:
            await outgoing.refuse(413, "body_too_large", f"The most is {REQUEST_BYTES_MAX} bytes.")
        except _Gone:
            return
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            await outgoing.refuse(
                503, "service_away", f"The service {service} does not answer; try again soon."
            )
        except (httpx.TransportError, TimeoutError):
            await outgoing.refuse(502, "service_failed", f"The service {service} did not finish its answer.")

    def _request(self, scope: Scope, receive: Receive, upstream: httpx.URL) -> httpx.Request:
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        client = scope["client"][0] if scope["client"] else "unknown"
        headers = for_upstream(scope["headers"], client=client, scheme=scope["scheme"])
        names = {name.lower() for name, _ in scope["headers"]}
        has_body = bool(names & {b"content-length", b"transfer-encoding"})
        return httpx.Request(
            scope["method"],
            upstream.copy_with(raw_path=target),
            headers=headers,
            content=_body(receive) if has_body else None,
            extensions={"timeout": _TIMEOUTS},
        )

    async def _exchange(self, request: httpx.Request, outgoing: "_Outgoing") -> None:
        declared = request.headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > REQUEST_BYTES_MAX:
            raise _TooLarge
        response = await self._transport.handle_async_request(request)
        try:
            await outgoing.start(response.status_code, end_to_end(response.headers.raw))
            async for chunk in response.aiter_raw():
                await outgoing.more(chunk)
            await outgoing.end()
        finally:
            await response.aclose()


class _Outgoing:
    """The answer to the client; once begun it can only be cut short, not replaced. `page`: it is for a browser."""

    def __init__(self, send: Send, *, page: bool) -> None:
        self._send = send
        self._page = page
        self._begun = False
        self._sent_bytes = 0

    async def start(self, status: int, headers: Headers) -> None:
        self._begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def more(self, chunk: bytes) -> None:
        self._sent_bytes += len(chunk)
        if self._sent_bytes > ANSWER_BYTES_MAX:
            raise httpx.ReadError("the answer is larger than ANSWER_BYTES_MAX")
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def refuse(self, status: int, slug: str, detail: str) -> None:
        if self._begun:
            raise ConnectionAbortedError("the answer was cut short; closing tells the client so")
        if self._page and status in AWAY:
            await _away_page(self._send, status)
        else:
            await problem(self._send, status, slug, detail)


def _from_a_browser(scope: Scope) -> bool:
    return any(name.lower() == b"accept" and b"text/html" in value for name, value in scope["headers"])


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    size_bytes = 0
    more = True
    while more:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        chunk = message.get("body", b"")
        size_bytes += len(chunk)
        if size_bytes > REQUEST_BYTES_MAX:
            raise _TooLarge
        more = message.get("more_body", False)
        if chunk:
            yield chunk


async def problem(send: Send, status: int, slug: str, detail: str) -> None:
    """Answer with a problem document (RFC 9457), as every service does."""
    document = {
        "type": f"urn:carillon:problem:{slug}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    await _told(send, status, "application/problem+json", json.dumps(document).encode())


async def _away_page(send: Send, status: int) -> None:
    policy = (b"content-security-policy", AWAY_POLICY.encode())
    await _told(send, status, "text/html; charset=utf-8", AWAY_PAGE.encode(), policy)


async def _told(send: Send, status: int, kind: str, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    if status in AWAY:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
