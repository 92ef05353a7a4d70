"""HTTP of activation: health, metrics, the description of its interface; the mobile API answers 501 until it exists."""

from fastapi import APIRouter, Request

from shared.kit.sessions import ask_to_sign_in
from shared.kit.web import PageProblem

OPENAPI_URL = "/api/activation/openapi.json"
ASSETS_PATH = "/m/apparence"

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def not_offered_yet() -> APIRouter:
    """The published addresses of the mobile API and application, so that nobody takes them for mistyped ones."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/api/mobile/{path:path}", methods=_ANY)
    async def interface_later() -> None:
        raise PageProblem(501, "not_offered_yet", "The mobile interface is not offered yet.")

    @router.api_route("/m", methods=_ANY)
    @router.api_route("/m/{path:path}", methods=_ANY)
    async def application_later(request: Request) -> None:
        ask_to_sign_in(request)
        raise PageProblem(501, "not_offered_yet", "The mobile application is not offered yet.")

    return router
