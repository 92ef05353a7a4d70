"""The published addresses of pages that are not there yet say so (501); they never pretend."""

from fastapi import APIRouter, Response

from shared.kit.web import problem

PROMISED = (
    "/connexion",
    "/deconnexion",
    "/premiere-connexion",
    "/mot-de-passe-oublie",
    "/confidentialite",
    "/etablissement",
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def not_yet_router() -> APIRouter:
    """A problem document for the portal, for each promised address, and for everything below it."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/", _not_yet, methods=METHODS)
    for prefix in PROMISED:
        router.add_api_route(prefix, _not_yet, methods=METHODS)
        router.add_api_route(prefix + "/{rest:path}", _not_yet, methods=METHODS)
    return router


async def _not_yet() -> Response:
    return problem(501, "not_offered_yet", "This page is not offered yet.")
