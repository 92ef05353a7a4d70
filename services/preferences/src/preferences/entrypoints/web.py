"""HTTP of preferences: health, metrics, the description of its interface; the pages answer 501 until they exist."""

from fastapi import APIRouter, Request

from shared.kit.sessions import ask_to_sign_in
from shared.kit.web import PageProblem

OPENAPI_URL = "/api/preferences/openapi.json"
ASSETS_PATH = "/preferences/apparence"

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def not_offered_yet() -> APIRouter:
    """The published addresses of pages that are not there yet, so that nobody takes them for a mistyped one."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/preferences", methods=_ANY)
    @router.api_route("/preferences/{page:path}", methods=_ANY)
    async def page_later(request: Request) -> None:
        ask_to_sign_in(request)
        raise _later()

    @router.api_route("/desabonnement/{token}", methods=_ANY)
    async def unsubscribing_later() -> None:
        raise _later()

    return router


def _later() -> PageProblem:
    return PageProblem(501, "not_offered_yet", "This page is not offered yet.")
