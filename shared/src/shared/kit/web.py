"""HTTP as every service speaks it: problem documents, health, metrics, safe headers, bounded bodies."""

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kit.health import Health
from shared.kit.logs import get_logger

BODY_BYTES_MAX = 1_000_000
LEAVE_WITHIN_S = 25
_SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_TITLES = {
    400: "The request cannot be understood",
    401: "Who is asking is not known",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This method is not offered here",
    409: "This contradicts what is there",
    413: "The body is too large",
    415: "This kind of content is not read here",
    422: "Some values are not acceptable",
    429: "Too many requests",
    500: "Something broke on our side",
    501: "This is not offered yet",
    503: "Not possible right now",
}

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

log = get_logger()
_ended_by_failure = threading.Event()


class ProblemError(Exception):
    """Ends a request with a problem document (RFC 9457)."""

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.headers = headers
        self.members = members


def problem(
    status: int, slug: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
) -> JSONResponse:
    """A problem document: `type` is stable, `detail` is for this case, `members` extend it."""
    body = {
        "type": f"urn:carillon:problem:{slug}",
        "title": _TITLES.get(status, "The request was not carried out"),
        "status": status,
        "detail": detail,
        **members,
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def service_app(
    title: str,
    *,
    health: Health,
    routers: Sequence[APIRouter] = (),
    lifespan: Lifespan | None = None,
    openapi_url: str | None = None,
) -> FastAPI:
    """The ASGI application of a service; `openapi_url` is where its description is, or none."""
    app = FastAPI(
        title=title, version="1", openapi_url=openapi_url, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    for router in routers:
        app.include_router(router)
    app.include_router(_operators(health))
    app.add_exception_handler(ProblemError, _told)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_acceptable)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(SafeHeaders)
    app.add_middleware(BoundedBody)
    return app


def _operators(health: Health) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        faults = await health.faults()
        state = "not ready" if faults else "ready"
        return JSONResponse({"status": state, "faults": faults}, 503 if faults else 200)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _told(_: Request, failure: Any) -> Response:
    return problem(failure.status, failure.slug, failure.detail, headers=failure.headers, **failure.members)


async def _refused(_: Request, failure: Any) -> Response:
    slugs = {404: "not_found", 405: "method_not_allowed"}
    detail = _TITLES.get(failure.status_code, str(failure.detail))
    slug = slugs.get(failure.status_code, "refused")
    return problem(failure.status_code, slug, f"{detail}.", headers=failure.headers)


async def _not_acceptable(_: Request, failure: Any) -> Response:
    errors = [
        {"field": ".".join(str(part) for part in fault["loc"]), "reason": fault["type"]}
        for fault in failure.errors()[:20]
    ]
    return problem(422, "invalid_request", "Some values are missing or wrong.", errors=errors)


async def _broken(request: Request, failure: Exception) -> Response:
    log.error("request.broken", path=request.url.path, exc_info=failure)
    return problem(500, "internal", "The request was not carried out; it is safe to try again.")


class SafeHeaders:
    """Adds the headers every answer carries, unless the answer chose its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in _SAFE_HEADERS if pair[0] not in present]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


class BoundedBody:
    """Reads a request's body up to BODY_BYTES_MAX before anything sees it, and refuses a longer one with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > BODY_BYTES_MAX:
                answer = problem(413, "body_too_large", f"The most is {BODY_BYTES_MAX} bytes.")
                await answer(scope, receive, send)
                return
        await self._app(scope, _once(bytes(body), receive), send)


def _once(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class _Server(uvicorn.Server):
    """Uvicorn that marks the service unready before it closes its sockets."""

    def __init__(self, config: uvicorn.Config, health: Health) -> None:
        super().__init__(config)
        self._health = health

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._health.leaving = True
        super().handle_exit(sig, frame)


def serve(app: FastAPI, *, host: str, port: int, health: Health) -> None:
    """Serve until SIGTERM or Ctrl-C; the application's lifespan then has LEAVE_WITHIN_S to finish its work."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LEAVE_WITHIN_S,
        proxy_headers=False,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal once more when it has ended in order: that is no death by a signal
        signal.signal(number, lambda *_: None)
    _Server(config, health).run()
    if _ended_by_failure.is_set():
        sys.exit(1)


@asynccontextmanager
async def background(*works: Any) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Run coroutines beside the service; one that ends by an exception ends the process, loudly."""
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(_end_the_process)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.remove_done_callback(_end_the_process)
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task


def _end_the_process(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (failure := task.exception()):
        log.critical("service.broken", exc_info=failure)
        _ended_by_failure.set()
        signal.raise_signal(signal.SIGTERM)
