"""`/`, where everybody arrives, and `/confidentialite`: what is kept, why, and whom to ask (R1, R13)."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from auth.domain.first_connection import Step
from auth.entrypoints.pages.site import Site, page_router
from shared.kit.sessions import unfinished
from shared.kit.web.cookies import DEVICE, FORM, RECOVERY, SESSION

PORTAL, PRIVACY = "/", "/confidentialite"
LINKS = (
    ("/preferences", "preferences"),
    ("/preferences/application-mobile", "mobile"),
    ("/connexion/mot-de-passe", "password"),
    (PRIVACY, "privacy"),
)
DESK_LINK = (("/etablissement/", "desk"),)
"""For those who work at a school's desk."""
COOKIES = ((SESSION, "session"), (DEVICE, "device"), (FORM, "form"), (RECOVERY, "recovery"))
"""Every cookie of the portal, with the name of its two sentences."""


def portal_router(site: Site) -> APIRouter:
    router = page_router()
    pages = _Portal(site)
    router.add_api_route(PORTAL, pages.home, methods=["GET"])
    router.add_api_route(PRIVACY, pages.privacy, methods=["GET"])
    return router


@dataclass(frozen=True, slots=True)
class _Portal:
    site: Site

    async def home(self, request: Request) -> Response:
        """A welcome with the sign-in, or the portal of whoever is signed in. Raises PageProblem (403, R6)."""
        visitor = await self.site.visitor(request)
        if visitor.session is None:
            return self.site.pages.page(request, "welcome.html", errors=[])
        if visitor.session.step is not Step.ACTIVE:
            raise unfinished(visitor.session.step)
        desks = await self.site.auth(request).desk.desks.schools_of(visitor.session.person_id)
        return self.site.pages.page(request, "portal.html", links=(*DESK_LINK, *LINKS) if desks else LINKS)

    async def privacy(self, request: Request) -> Response:
        """Open to everybody, at every step."""
        await self.site.visitor(request)
        say = self.site.pages.texts.say
        rows = [
            (cookie, say(f"privacy.cookies.{name}"), say(f"privacy.cookies.{name}_life"))
            for cookie, name in COOKIES
        ]
        return self.site.pages.page(request, "privacy.html", cookies=rows)
