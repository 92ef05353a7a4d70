"""What every page of auth needs: who is looking at it, from where, and whether the page is for them yet."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from auth.application.sign_in_ports import SessionFacts
from auth.bootstrap import Auth
from auth.domain.first_connection import Step
from auth.entrypoints.request_source import source_of_request
from auth.settings import AuthSettings
from shared.kit.database import is_outage
from shared.kit.sessions import sign_in_first, unfinished
from shared.kit.web import PageProblem, Pages, PersonShown, SeeOther
from shared.kit.web.cookies import DEVICE, DEVICE_LIFE_S, SESSION, drop_cookie, set_cookie

STEP_UP = "/connexion/confirmer"
RETRY_AFTER_S = 5
COOKIE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks. `session` is none for somebody who is not signed in; `source` is what guesses count against."""

    session: SessionFacts | None
    session_token: str | None
    source: str
    device_token: str | None

    def __repr__(self) -> str:
        return f"Visitor({self.session.person_id if self.session else None!r})"


@dataclass(frozen=True, slots=True)
class Site:
    """The pages, the settings, and the running service; `auth_of` finds none while it is still connecting."""

    pages: Pages
    settings: AuthSettings
    auth_of: Callable[[Request], Auth | None]

    def auth(self, request: Request) -> Auth:
        """The service's use cases. Raises PageProblem (503) while it is still connecting."""
        auth = self.auth_of(request)
        if auth is None:
            raise away()
        return auth

    async def visitor(self, request: Request) -> Visitor:
        """Whoever asks; the page's header then shows who is signed in. Raises PageProblem (503) before it can tell."""
        session_token = _cookie(request, SESSION)
        session = await self.auth(request).read_session(session_token)
        if session:
            request.state.person = shown(session)
        return Visitor(
            session=session,
            session_token=session_token,
            source=source_of_request(request, self.settings.trusted_proxies),
            device_token=_cookie(request, DEVICE),
        )

    async def signed_in(self, request: Request) -> tuple[Visitor, SessionFacts]:
        """Somebody who is signed in, at whichever step. Raises SeeOther to the sign-in."""
        visitor = await self.visitor(request)
        if visitor.session is None:
            raise sign_in_first(request)
        return visitor, visitor.session

    async def require(self, request: Request) -> tuple[Visitor, SessionFacts]:
        """Somebody whose first connection is over (R6). Raises SeeOther to the sign-in, PageProblem (403) before."""
        visitor, session = await self.signed_in(request)
        if session.step is not Step.ACTIVE:
            self.auth(request).audit("authz_fail", person_id=session.person_id, step=session.step.value)
            raise unfinished(session.step)
        return visitor, session

    def require_fresh(self, request: Request, session: SessionFacts, back_to: str) -> None:
        """The password given within the last ten minutes. Raises SeeOther to the page that asks it, then `back_to`."""
        if not session.fresh(self.auth(request).clock.now()):
            raise SeeOther(f"{STEP_UP}?suite={quote(back_to)}")

    def keep_session(self, response: Response, session_token: str) -> None:
        """The browser keeps the session until it is closed."""
        set_cookie(response, SESSION, session_token)

    def keep_device(self, response: Response, device_token: str) -> None:
        set_cookie(response, DEVICE, device_token, life_s=DEVICE_LIFE_S)

    def drop_session(self, response: Response) -> None:
        drop_cookie(response, SESSION)


def page_router() -> APIRouter:
    """A router for pages: an outage of the database is told as one (503), and is no fault of ours (500)."""
    return APIRouter(include_in_schema=False, route_class=_WhileUp)


class _WhileUp(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def while_up(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as failure:
                if not is_outage(failure):
                    raise
                raise away() from failure

        return while_up


def shown(session: SessionFacts) -> PersonShown:
    return PersonShown(
        first_name=session.first_name,
        last_name=session.last_name,
        profile=session.profile,
        active=session.step is Step.ACTIVE,
    )


def away() -> PageProblem:
    """The database does not answer, or not yet."""
    return PageProblem(503, "away", "Not possible right now.", headers={"Retry-After": str(RETRY_AFTER_S)})


def _cookie(request: Request, name: str) -> str | None:
    value = request.cookies.get(name, "")
    return value if 0 < len(value) <= COOKIE_LENGTH_MAX else None
