"""The ASGI application of a service: its routers, what operators ask, and one way of refusing."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from shared.kit.health import Health
from shared.kit.logs import get_logger
from shared.kit.web.guards import BODY_BYTES_MAX, BoundedBody, HeadAsGet, ReadablePath, SafeHeaders, safe
from shared.kit.web.pages import Pages, wants_page
from shared.kit.web.problem_pages import problem_page
from shared.kit.web.problems import TITLES, PageProblem, ProblemError, SeeOther, problem

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

log = get_logger()


def service_app(
    title: str,
    *,
    health: Health,
    routers: Sequence[APIRouter] = (),
    lifespan: Lifespan | None = None,
    openapi_url: str | None = None,
    pages: Pages | None = None,
    gate: Callable[..., ASGIApp] | None = None,
) -> FastAPI:
    """The ASGI application of a service; `openapi_url` is where its description is, or none.

    With `pages` it serves their assets, and tells a browser about a problem in a page. A `gate` is middleware that
    stands before every handler; it is given `refuse`, which makes an answer of a ProblemError.
    """
    app = FastAPI(
        title=title,
        version="1",
        openapi_url=openapi_url,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,  # it would send the browser to whatever the Host header says, in clear text
    )
    app.include_router(_operators(health))
    if pages is not None:
        # before the routers: a service may answer for everything below its own path
        app.include_router(pages.assets_router())
        app.add_exception_handler(SeeOther, _elsewhere(pages))
    for router in routers:
        app.include_router(router)
    refusals = _Refusals(pages)
    app.add_exception_handler(ProblemError, refusals.told)
    app.add_exception_handler(HTTPException, refusals.refused)
    app.add_exception_handler(RequestValidationError, refusals.not_acceptable)
    app.add_exception_handler(Exception, refusals.broken)
    if gate is not None:
        app.add_middleware(partial(gate, refuse=refusals.answer))
    app.add_middleware(HeadAsGet)
    app.add_middleware(ReadablePath, refuse=refusals.nowhere)
    app.add_middleware(BoundedBody, refuse=refusals.too_large)
    app.add_middleware(SafeHeaders)
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


def _elsewhere(pages: Pages) -> Callable[[Request, Any], Awaitable[Response]]:
    async def elsewhere(_: Request, failure: Any) -> Response:
        return pages.see_other(failure.path, failure.said)

    return elsewhere


class _Refusals:
    """How a request that is not carried out ends: in a page for a browser, in a problem document otherwise."""

    def __init__(self, pages: Pages | None) -> None:
        self._pages = pages

    def answer(self, request: Request, failure: ProblemError) -> Response:
        if self._pages is not None and wants_page(request):
            return problem_page(self._pages, request, failure)
        return problem(
            failure.status, failure.slug, failure.detail, headers=failure.headers, **failure.members
        )

    async def told(self, request: Request, failure: Any) -> Response:
        return self.answer(request, failure)

    async def refused(self, request: Request, failure: Any) -> Response:
        slugs = {404: "not_found", 405: "method_not_allowed"}
        detail = TITLES.get(failure.status_code, str(failure.detail))
        slug = slugs.get(failure.status_code, "refused")
        return self.answer(
            request, ProblemError(failure.status_code, slug, f"{detail}.", headers=failure.headers)
        )

    async def not_acceptable(self, request: Request, failure: Any) -> Response:
        errors = [
            {"field": ".".join(str(part) for part in fault["loc"]), "reason": fault["type"]}
            for fault in failure.errors()[:20]
        ]
        return self.answer(
            request, PageProblem(422, "invalid_request", "Some values are missing or wrong.", errors=errors)
        )

    def nowhere(self, request: Request) -> Response:
        return self.answer(request, ProblemError(404, "not_found", f"{TITLES[404]}."))

    def too_large(self, request: Request) -> Response:
        return self.answer(
            request, ProblemError(413, "body_too_large", f"The most is {BODY_BYTES_MAX} bytes.")
        )

    async def broken(self, request: Request, failure: Exception) -> Response:
        """Answer outside every middleware: the safe headers are added here."""
        log.error("request.broken", path=_address(request), exc_info=failure)
        told = ProblemError(500, "internal", "The request was not carried out; it is safe to try again.")
        return safe(self.answer(request, told))


def _address(request: Request) -> str:
    """`/desabonnement/{token}` and not what stands there: an address may hold a token, and logs hold none."""
    path: str = getattr(request.scope.get("route"), "path", "unknown")
    return path
