"""HTTP of activation: health, metrics, the description of its interface; the mobile API answers 501 until it exists."""

from fastapi import APIRouter

from shared.kit.web import ProblemError

OPENAPI_URL = "/api/activation/openapi.json"

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def not_offered_yet() -> APIRouter:
    """The published addresses of the mobile API, so that an application does not take them for mistyped ones."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/api/mobile/{path:path}", methods=_ANY)
    async def later() -> None:
        raise ProblemError(501, "not_offered_yet", "The mobile interface is not offered yet.")

    return router
