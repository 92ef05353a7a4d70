"""A gateway for tests that speaks Twilio's REST API: it records texts, and fails where it is told to."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from aiohttp import BasicAuth, web


@dataclass(slots=True)
class TakenText:
    """One text in the gateway's charge, with the form that was posted."""

    sid: str
    to: str
    body: str
    form: dict[str, str]
    at: datetime


@dataclass(slots=True)
class TwilioServer:
    """Listens on a free port of the loopback.

    `mode`: `accept`, `silent`, `hang_up`, `lost_after` (taken, then the connection drops), `500_after`,
    `gibberish`, or a pair of HTTP status and Twilio code with which every post is refused.
    """

    account_sid: str = "AC00000000000000000000000000000001"
    auth_token: str = "token"
    mode: str | tuple[int, int] = "accept"
    retry_after: str | None = None
    list_status: int = 200
    taken: list[TakenText] = field(default_factory=list)
    posts: int = 0
    _runner: web.AppRunner | None = None
    port: int = 0

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.deafen()

    async def listen(self) -> None:
        application = web.Application()
        path = "/2010-04-01/Accounts/{sid}/Messages.json"
        application.add_routes([web.post(path, self._post), web.get(path, self._list)])
        self._runner = web.AppRunner(application, shutdown_timeout=0.01, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def deafen(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _post(self, request: web.Request) -> web.StreamResponse:
        self.posts += 1
        if not self._is_known(request):
            return _refusal(401, 20003)
        form = {name: str(value) for name, value in (await request.post()).items()}
        if isinstance(self.mode, tuple):
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return _refusal(*self.mode, headers=headers)
        return await self._taken_or_not(request, form)

    async def _taken_or_not(self, request: web.Request, form: dict[str, str]) -> web.StreamResponse:
        if self.mode == "silent":
            await asyncio.Event().wait()
        if self.mode == "gibberish":
            return web.Response(text="<html>", status=200)
        if self.mode == "hang_up":
            return self._hang_up(request)
        text = self._take(form)
        if self.mode == "lost_after":
            return self._hang_up(request)
        if self.mode == "500_after":
            return _refusal(500, 20500)
        return web.json_response(_as_json(text), status=201)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if self.list_status != 200:
            return _refusal(self.list_status, 20500)
        to = request.query["To"]
        since = datetime.fromisoformat(request.query["DateSent>"])
        found = [text for text in self.taken if text.to == to and text.at >= since]
        return web.json_response({"messages": [_as_json(text) for text in found], "next_page_uri": None})

    def _take(self, form: dict[str, str]) -> TakenText:
        text = TakenText(f"SM{len(self.taken):032x}", form["To"], form["Body"], form, datetime.now(UTC))
        self.taken.append(text)
        return text

    def _is_known(self, request: web.Request) -> bool:
        given = BasicAuth.decode(request.headers["Authorization"])
        return (given.login, given.password) == (self.account_sid, self.auth_token)

    @staticmethod
    def _hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


def _refusal(status: int, code: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(
        {"status": status, "code": code, "message": "refused"}, status=status, headers=headers
    )


def _as_json(text: TakenText) -> dict[str, str | None]:
    return {"sid": text.sid, "to": text.to, "body": text.body, "status": "queued"}
