"""Addresses that are promised but not served yet say so, whatever is asked of them (501)."""

from fastapi import APIRouter, Request

from shared.kit.sessions import ask_to_sign_in
from shared.kit.web import PageProblem

PROMISED = ("/api/notifier", "/hooks")
PROMISED_PAGES = ("/partenaire",)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def not_yet_router() -> APIRouter:
    """A refusal for each promised address and everything below it; pages first ask a browser who it is."""
    router = APIRouter(include_in_schema=False)
    for prefix in (*PROMISED, *PROMISED_PAGES):
        later = _page_not_yet if prefix in PROMISED_PAGES else _not_yet
        router.add_api_route(prefix, later, methods=METHODS)
        router.add_api_route(prefix + "/{rest:path}", later, methods=METHODS)
    return router


async def _page_not_yet(request: Request) -> None:
    ask_to_sign_in(request)
    await _not_yet()


async def _not_yet() -> None:
    raise PageProblem(
        501, "not_offered_yet", "This address is kept for a part of Carillon that is not offered yet."
    )
