"""`/api/auth/v1/fusions`: what the page « Fusion de comptes » of preferences asks of auth.

The session comes as a bearer token and never as a cookie, so that no other page can make a browser ask.
"""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from fastapi import APIRouter, Request, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ValidationError

from auth.application.prove_account import Claim
from auth.application.sign_in_ports import Busy, TooManyTries
from auth.bootstrap import Auth
from auth.entrypoints.fusion_answers import DOCS, away, refusal
from auth.entrypoints.fusion_schemas import (
    AcceptRequest,
    SecondSlipRequest,
    fusion_shown,
    preview_shown,
)
from auth.entrypoints.request_source import source_of_request
from auth.settings import AuthSettings
from shared.events.envelope import faults
from shared.kernel.refusals import Refused
from shared.kit.database import is_outage
from shared.kit.web import ProblemError

PATH = "/api/auth/v1/fusions"
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]{1,512}=*)", re.IGNORECASE)  # RFC 6750 §2.1

M = TypeVar("M", bound=BaseModel)
A = TypeVar("A")


def fusions_router(auth_of: Callable[[Request], Auth | None], settings: AuthSettings) -> APIRouter:
    """The four requests; `auth_of` finds the running service, none while it is still connecting."""
    described = HTTPBearer(scheme_name="session", description="a session token", auto_error=False)
    router = APIRouter(prefix=PATH, tags=["fusions"], dependencies=[Security(described)])

    @router.post("/preview", **DOCS["preview"])
    async def preview(request: Request) -> JSONResponse:
        token, auth = _token(request), _auth(auth_of(request))
        asked = _read(SecondSlipRequest, await request.body())
        slip = Claim(identifier=asked.identifier, password=asked.password, source=_source(request, settings))
        return JSONResponse(preview_shown(await _done(auth.fusion.preview(token, slip))), 201)

    @router.post("", **DOCS["attach"])
    async def attach(request: Request) -> JSONResponse:
        token, auth = _token(request), _auth(auth_of(request))
        asked = _read(AcceptRequest, await request.body())
        return JSONResponse(fusion_shown(await _done(auth.fusion.attach(token, asked.fusion_id))))

    @router.get("", **DOCS["list"])
    async def listed(request: Request) -> JSONResponse:
        token, auth = _token(request), _auth(auth_of(request))
        found = await _done(auth.fusion.listed(token))
        return JSONResponse({"fusions": [fusion_shown(one) for one in found]})

    @router.delete("/{fusion_id}", **DOCS["undo"])
    async def undo(request: Request, fusion_id: str) -> JSONResponse:
        token, auth = _token(request), _auth(auth_of(request))
        return JSONResponse(fusion_shown(await _done(auth.fusion.undo(token, _id(fusion_id)))))

    return router


def _token(request: Request) -> str:
    found = _BEARER.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise refusal(
            Refused("session_missing", "no session: the Authorization header holds no bearer token")
        )
    return found.group(1)


def _auth(auth: Auth | None) -> Auth:
    if auth is None:
        raise away()
    return auth


def _read(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as failure:
        raise ProblemError(422, "unacceptable", f"{faults(failure)}.") from None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refusal(Refused("unknown_fusion", "there is no such fusion")) from None


def _source(request: Request, settings: AuthSettings) -> str:
    """What wrong passwords count against: preferences passes on where its own visitor comes from."""
    return source_of_request(request, settings.trusted_proxies)


async def _done(asked: Awaitable[A | Refused | TooManyTries | Busy]) -> A:
    try:
        answer = await asked
    except Exception as failure:
        if not is_outage(failure):
            raise
        raise away() from None
    if isinstance(answer, Refused | TooManyTries | Busy):
        raise refusal(answer)
    return answer
