"""Who is signed in, for the services that do not keep the sessions; and the gate before a first connection's end."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.kit.introspection import AuthAway, Claims, TokenIntrospection
from shared.kit.logs import get_logger
from shared.kit.web import PageProblem, PersonShown, ProblemError, SeeOther, wants_page
from shared.kit.web.cookies import SESSION

ACTIVE = "active"
SIGN_IN = "/connexion"
NEXT_STEP = "/premiere-connexion"
OPEN_PATHS = ("/health", "/metrics", "/hooks")
"""Asked by operators and gateways, never by a person."""
RETRY_AFTER_S = 5
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,128}")  # 128 bits or more, as auth writes them

log = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person, as auth knows them by their session. `step` is where their first connection stands."""

    person_id: str
    profile: str
    first_name: str
    last_name: str
    step: str
    authenticated_at: datetime

    @property
    def active(self) -> bool:
        return self.step == ACTIVE

    def shown(self) -> PersonShown:
        """For the header of a page."""
        return PersonShown(
            first_name=self.first_name, last_name=self.last_name, profile=self.profile, active=self.active
        )


class Sessions:
    """Tells people by the cookie of their session."""

    def __init__(self, asked: TokenIntrospection) -> None:
        self._asked = asked

    async def caller_of(self, request: Request) -> Caller | None:
        """Who asks; none without a live session. Raises AuthAway.

        A request with an Authorization header speaks for a partner or a device, and for no person: whatever cookie
        is beside it counts neither for it nor against it.
        """
        token = request.cookies.get(SESSION, "")
        if "authorization" in request.headers or not _TOKEN.fullmatch(token):
            return None
        claims = await self._asked.claims_of(token, believe=_is_active)
        return None if claims is None else _person(claims)


def _is_active(claims: Claims) -> bool:
    """Whoever has just finished is let in at once: that somebody has not is never taken from memory."""
    return claims.get("step") == ACTIVE


def _person(claims: Claims) -> Caller | None:
    """A token that is no session is nobody's; a claim that is missing makes it none."""
    if claims.get("token_type") != "session":
        return None
    try:
        return Caller(
            person_id=str(claims["sub"]),
            profile=str(claims["profile"]),
            first_name=str(claims["given_name"]),
            last_name=str(claims["family_name"]),
            step=str(claims["step"]),
            authenticated_at=datetime.fromtimestamp(float(claims["auth_time"]), UTC),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


class FirstConnectionGate:
    """Stands before every page and API: until a first connection is over, 403 with its next step.

    Fails closed: whoever shows a session while auth is away is asked to come back. Afterwards `caller_in(request)`
    is the person, and every template sees who is signed in. `refuse` makes a page or a problem document of a refusal.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: Sessions,
        refuse: Callable[[Request, ProblemError], Response],
        open_paths: tuple[str, ...] = OPEN_PATHS,
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._refuse = refuse
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        scope["state"] = {**scope.get("state", {}), "caller": None, "person": None}
        request = Request(scope)
        try:
            caller = await self._sessions.caller_of(request)
        except AuthAway:
            log.warning("sessions.auth_away")
            await self._refuse(request, _away())(scope, receive, send)
            return
        if caller is not None:
            scope["state"] |= {"caller": caller, "person": caller.shown()}
            if not caller.active:
                log.warning("authz_fail", person_id=caller.person_id, reason="first_connection_unfinished")
                await self._refuse(request, unfinished(caller.step))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return any(path == each or path.startswith(f"{each}/") for each in self._open_paths)


def caller_in(request: Request) -> Caller | None:
    """The person that the gate let through; none for an anonymous request."""
    return cast("Caller | None", getattr(request.state, "caller", None))


def ask_to_sign_in(request: Request) -> None:
    """Send an anonymous browser to the sign-in page, to come back here afterwards; a program is left alone."""
    if caller_in(request) is None and wants_page(request):
        raise sign_in_first(request)


def sign_in_first(request: Request) -> SeeOther:
    """To the sign-in and back: only to a page that was being looked at, not to one that was being sent."""
    query = f"?{request.url.query}" if request.url.query else ""
    back_to = request.url.path + query if request.method in {"GET", "HEAD"} else "/"
    return SeeOther(f"{SIGN_IN}?suite={quote(back_to)}")


def unfinished(step: str) -> PageProblem:
    """The one answer of every page and interface before the first connection is over (R6)."""
    return PageProblem(
        403,
        "first_connection_unfinished",
        "The first connection has to be finished before anything else.",
        next_step=NEXT_STEP,
        step=step,
    )


def _away() -> PageProblem:
    return PageProblem(
        503,
        "auth_away",
        "Nobody can be told from anybody right now.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
