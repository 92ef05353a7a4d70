"""The viewer's application: page, JSON and static files behind one guard."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from carillon.sinks.faults import Faults
from carillon.sinks.letterbox import Letterbox
from carillon.sinks.problems import problem
from carillon.sinks.sms.callbacks import StatusCallbacks
from carillon.sinks.viewer.api import ViewerApi
from carillon.sinks.viewer.guards import PAGE_HEADERS, comes_from_elsewhere
from carillon.sinks.viewer.page import ViewerPage
from carillon.sinks.viewer.words import WORDS

_STATIC = {
    "viewer.css": "text/css; charset=utf-8",
    "viewer.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def viewer_app(
    *,
    letterbox: Letterbox,
    faults: Faults,
    callbacks: StatusCallbacks,
    faults_changed: Callable[[], Awaitable[object]],
) -> Starlette:
    """`faults_changed` is awaited before a new fault is confirmed."""
    api = ViewerApi(letterbox=letterbox, faults=faults, callbacks=callbacks, faults_changed=faults_changed)
    page = ViewerPage(letterbox=letterbox, faults=faults)
    return Starlette(
        routes=[*page.routes(), *api.routes(), *(_static(name) for name in _STATIC)],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_guard)],
        exception_handlers={HTTPException: _as_problem, Exception: _broken},
    )


def _static(name: str) -> Route:
    content = (files("carillon.sinks.viewer") / "static" / name).read_bytes()

    async def send(_request: Request) -> Response:
        return Response(content, media_type=_STATIC[name])

    return Route(f"/static/{name}", send, methods=["GET"])


async def _guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """GET changes nothing; what changes something must not come from another site's page."""
    if request.method not in {"GET", "HEAD"} and comes_from_elsewhere(request):
        return problem(403, "wrong_origin", WORDS["wrong_origin"])
    response = await call_next(request)
    for name, value in PAGE_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _as_problem(_request: Request, exc: Exception) -> Response:
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    if status == 405:
        answer = problem(405, "method_not_allowed", "This address does not answer to that method.")
        answer.headers.update(getattr(exc, "headers", None) or {})
        return answer
    return problem(404, "not_found", "There is nothing at this address.")


async def _broken(_request: Request, _exc: Exception) -> Response:
    return problem(500, "broken", "The viewer could not answer; its log says why.")
