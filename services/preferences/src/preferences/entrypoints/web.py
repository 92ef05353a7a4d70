"""HTTP of preferences: health, metrics, the description of its interface; the pages answer 501 until they exist."""

from fastapi import APIRouter

from shared.kit.web import ProblemError

OPENAPI_URL = "/api/preferences/openapi.json"

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def not_offered_yet() -> APIRouter:
    """The published addresses of pages that are not there yet, so that nobody takes them for a mistyped one."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/preferences", methods=_ANY)
    @router.api_route("/preferences/{page:path}", methods=_ANY)
    @router.api_route("/desabonnement/{token}", methods=_ANY)
    async def later() -> None:
        raise ProblemError(501, "not_offered_yet", "This page is not offered yet.")

    return router
