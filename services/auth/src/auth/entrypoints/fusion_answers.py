"""How each refusal of a fusion is told: its status, and its place in the OpenAPI description."""

from typing import Any

from auth.application.fusion_ports import DETAILS
from auth.application.fusion_right import Unfinished
from auth.application.sign_in_ports import Busy, TooManyTries
from auth.entrypoints.fusion_schemas import (
    AcceptRequest,
    FusionShown,
    FusionsShown,
    PreviewShown,
    SecondSlipRequest,
)
from shared.kernel.refusals import Refused
from shared.kit.sessions import NEXT_STEP
from shared.kit.web import ProblemError

RETRY_AFTER_S = 5
_REALM = 'Bearer realm="carillon"'

STATUSES: dict[str, int] = {
    "session_missing": 401,
    "session_over": 401,
    "first_connection_unfinished": 403,
    "step_up_required": 403,
    "wrong_credentials": 403,
    "first_password_expired": 403,
    "unknown_fusion": 404,
    "directory_busy": 503,
    **dict.fromkeys(DETAILS, 409),
}
"""A slug that is not here is a mistake of ours."""


def refusal(answer: Refused | TooManyTries | Busy) -> ProblemError:
    """The problem document of a refusal."""
    if isinstance(answer, TooManyTries):
        said = f"Too many wrong passwords: try again in {answer.wait_s} s."
        return ProblemError(429, "too_many_tries", said, headers={"Retry-After": str(answer.wait_s)})
    if isinstance(answer, Busy):
        said = "Too many passwords are being looked at: try again."
        return ProblemError(503, "busy", said, headers={"Retry-After": str(answer.retry_after_s)})
    status = STATUSES[answer.reason]
    detail = f"{answer.detail[:1].upper()}{answer.detail[1:]}."
    return ProblemError(status, answer.reason, detail, headers=_headers(status), **_members(answer))


def away() -> ProblemError:
    """The database does not answer, or not yet."""
    return ProblemError(503, "away", "Not possible right now.", headers=_headers(503))


def _headers(status: int) -> dict[str, str] | None:
    if status == 401:
        return {"WWW-Authenticate": _REALM}
    return {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else None


def _members(answer: Refused) -> dict[str, Any]:
    return {"next_step": NEXT_STEP, "step": answer.step} if isinstance(answer, Unfinished) else {}


def _body(model: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


_SLUGS = {
    status: ", ".join(sorted(s for s, one in STATUSES.items() if one == status))
    for status in STATUSES.values()
}


def _told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    also = {422: "unacceptable: the body is not what this request reads", 429: "too_many_tries; Retry-After"}
    texts = {
        **_SLUGS,
        **also,
        503: "away, busy, directory_busy: the same request may be made again; Retry-After",
    }
    problem = {"application/problem+json": {"schema": {"type": "object"}}}
    return {status: {"description": texts[status], "content": problem} for status in statuses}


DOCS: dict[str, dict[str, Any]] = {
    "preview": {
        "summary": "What attaching a second account would bring: a proposal that lives ten minutes",
        "status_code": 201,
        "openapi_extra": _body(SecondSlipRequest),
        "responses": {201: {"model": PreviewShown}, **_told(401, 403, 409, 422, 429, 503)},
    },
    "attach": {
        "summary": "Accept a proposal; asked twice, the same fusion is answered",
        "openapi_extra": _body(AcceptRequest),
        "responses": {200: {"model": FusionShown}, **_told(401, 403, 404, 409, 422, 503)},
    },
    "list": {
        "summary": "The person's fusions, those undone too",
        "responses": {200: {"model": FusionsShown}, **_told(401, 403, 503)},
    },
    "undo": {
        "summary": "Take the second account out again: both are as before",
        "responses": {200: {"model": FusionShown}, **_told(401, 403, 404, 503)},
    },
}
"""The description of each request."""
