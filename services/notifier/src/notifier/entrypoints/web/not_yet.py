"""Addresses that are promised but not served yet say so, whatever is asked of them (501)."""

from fastapi import APIRouter, Response

from shared.kit.web import problem

PROMISED = ("/api/notifier", "/hooks", "/partenaire")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def not_yet_router() -> APIRouter:
    """A problem document for each promised address and everything below it."""
    router = APIRouter(include_in_schema=False)
    for prefix in PROMISED:
        router.add_api_route(prefix, _not_yet, methods=METHODS)
        router.add_api_route(prefix + "/{rest:path}", _not_yet, methods=METHODS)
    return router


async def _not_yet() -> Response:
    return problem(
        501, "not_offered_yet", "This address is kept for a part of Carillon that is not offered yet."
    )
