"""An auth for tests that answers one question, whose token is this (RFC 7662), on a free port of the loopback."""

import asyncio
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from shared.kit.introspection import PATH


def a_session(step: str = "active", **change: Any) -> dict[str, Any]:
    """What auth says of a live session."""
    return {
        "active": True,
        "token_type": "session",
        "sub": "par-001",
        "sid": "018f0000-0000-7000-8000-000000000001",
        "profile": "parent",
        "given_name": "Sonia",
        "family_name": "Durand",
        "step": step,
        "auth_time": 1_795_525_200,
        "iat": 1_795_525_200,
        "exp": 1_795_532_400,
    } | change


@dataclass(slots=True)
class IntrospectionServer:
    """`known` are the live tokens; with `status` other than 200 it fails, with `held` it waits before it answers."""

    known: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    held: asyncio.Event | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes([web.post(PATH, self._answer)])
        self._runner = web.AppRunner(application, shutdown_timeout=0.01, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        token = str(form["token"])
        credentials = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        self.asked.append((credentials, token))
        answer = self.known.get(token, {"active": False})
        if self.held is not None:
            await self.held.wait()
        return web.json_response(answer, status=self.status)
