"""`/oauth/token` for partners (RFC 6749 §4.4) and `/oauth/introspect` for services (RFC 7662)."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from auth.application.issue_token import AskToken, IssuedToken, TooManyGuesses
from auth.application.ports import Introspected
from auth.application.sign_in_ports import SessionFacts
from auth.bootstrap import Auth
from auth.entrypoints.form_requests import read_basic, read_credentials, read_form
from auth.entrypoints.oauth_schemas import INTROSPECT_DOC, TOKEN_DOC
from auth.entrypoints.request_source import source_of_request
from auth.settings import AuthSettings
from shared.kernel.refusals import Refused
from shared.kit.database import is_outage

_NEVER_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="carillon", charset="UTF-8"'}
RETRY_AFTER_S = 5

Answer = Callable[[Request, Auth, AuthSettings], Awaitable[JSONResponse]]


def oauth_router(auth_of: Callable[[Request], Auth | None], settings: AuthSettings) -> APIRouter:
    """The two endpoints; `auth_of` finds the running service, none while it is still connecting."""
    router = APIRouter(tags=["oauth"])

    @router.post("/oauth/token", **TOKEN_DOC)
    async def token(request: Request) -> JSONResponse:
        return await _while_up(_token, request, auth_of(request), settings)

    @router.post("/oauth/introspect", **INTROSPECT_DOC)
    async def introspect(request: Request) -> JSONResponse:
        return await _while_up(_introspect, request, auth_of(request), settings)

    return router


async def _while_up(
    answer: Answer, request: Request, auth: Auth | None, settings: AuthSettings
) -> JSONResponse:
    """Answer, or say that it is not possible right now: the database is away."""
    away = _error(503, "temporarily_unavailable", headers={"Retry-After": str(RETRY_AFTER_S)})
    if auth is None:
        return away
    try:
        return await answer(request, auth, settings)
    except Exception as failure:
        if not is_outage(failure):
            raise
        return away


async def _introspect(request: Request, auth: Auth, settings: AuthSettings) -> JSONResponse:
    if not _is_service(request.headers.get("authorization"), settings):
        auth.audit("authn_login_fail", endpoint="introspect")
        return _error(401, "invalid_client", headers=_CHALLENGE)
    form = read_form(request.headers.get("content-type"), await request.body())
    if isinstance(form, Refused):
        return _refused(form)
    if "token" not in form:
        return _error(400, "invalid_request", "the form names no token")
    found = await auth.introspect_token(form["token"])
    return _told(found) if found else _told_session(await auth.read_session(form["token"]))


async def _token(request: Request, auth: Auth, settings: AuthSettings) -> JSONResponse:
    form = read_form(request.headers.get("content-type"), await request.body())
    if isinstance(form, Refused):
        return _refused(form)
    if "grant_type" not in form:
        return _error(400, "invalid_request", "the form names no grant_type")
    if form["grant_type"] != "client_credentials":
        return _error(400, "unsupported_grant_type", "the only grant is client_credentials")
    credentials = read_credentials(request.headers.get("authorization"), form)
    if isinstance(credentials, Refused):
        return _refused(credentials)
    answer = await auth.issue_token(
        AskToken(
            client_id=credentials.client_id,
            secret=credentials.secret,
            scope=form.get("scope"),
            source=source_of_request(request, settings.trusted_proxies),
        )
    )
    if isinstance(answer, Refused):
        return _refused(answer)
    return _delayed(answer) if isinstance(answer, TooManyGuesses) else _issued(answer)


def _issued(issued: IssuedToken) -> JSONResponse:
    body = {
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in_s,
        "scope": " ".join(issued.scopes),
    }
    return JSONResponse(body, 200, _NEVER_STORED)


def _delayed(answer: TooManyGuesses) -> JSONResponse:
    said = f"too many failures; try again in {answer.wait_s} s"
    return _error(429, "invalid_client", said, headers={"Retry-After": str(answer.wait_s)})


def _refused(refusal: Refused) -> JSONResponse:
    if refusal.reason == "invalid_client":
        return _error(401, "invalid_client", refusal.detail, headers=_CHALLENGE)
    return _error(400, refusal.reason, refusal.detail)


def _error(
    status: int, error: str, description: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    """An error body of RFC 6749 §5.2."""
    body = {"error": error} | ({"error_description": description} if description else {})
    return JSONResponse(body, status, _NEVER_STORED | (headers or {}))


def _is_service(authorization: str | None, settings: AuthSettings) -> bool:
    """Whether the caller is one of our services; nobody is while no secret is set."""
    basic = read_basic(authorization) if authorization else None
    secret = settings.introspection_client_secret.get_secret_value()
    if basic is None or not secret:
        return False
    named = hmac.compare_digest(basic.client_id.encode(), settings.introspection_client_id.encode())
    return hmac.compare_digest(basic.secret.encode(), secret.encode()) and named


def _told_session(found: SessionFacts | None) -> JSONResponse:
    """A browser's session. Asking about one counts as its being seen: the person is using another service."""
    if found is None:
        return JSONResponse({"active": False}, 200, _NEVER_STORED)
    body = {
        "active": True,
        "token_type": "session",
        "sub": found.person_id,
        "sid": str(found.session_id),
        "profile": found.profile,
        "given_name": found.first_name,
        "family_name": found.last_name,
        "step": found.step.value,
        "auth_time": int(found.authenticated_at.timestamp()),
        "iat": int(found.opened_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
    }
    return JSONResponse(body, 200, _NEVER_STORED)


def _told(found: Introspected) -> JSONResponse:
    partner = found.partner
    body: dict[str, Any] = {
        "active": True,
        "token_type": "Bearer",
        "client_id": found.client_id,
        "sub": partner.partner_id,
        "scope": " ".join(found.scopes),
        "iat": int(found.issued_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
        "partner": {
            "name": partner.name,
            "body": partner.body,
            "territory": {
                "departements": partner.departements,
                "academies": partner.academies,
                "regions": partner.regions,
            },
            "kinds": partner.kinds,
        },
    }
    return JSONResponse(body, 200, _NEVER_STORED)
