"""The intake's description for partners: OpenAPI, problem documents and scopes included."""

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from notifier.entrypoints.web.partner_schemas import AlertRequest, Problem
from notifier.entrypoints.web.refusals import TABLE

_PROBLEM = "application/problem+json"
_SCHEMAS = "#/components/schemas/"
_ABOUT = (
    "A public body tells families something. Access tokens come from `POST /oauth/token` (client credentials, "
    "RFC 6749 §4.4). Counts never tell of fewer than five people, and nothing here names anybody."
)
_MORE_TELLING = {
    413: "body_too_large: the most is 1,000,000 bytes.",
    422: "invalid_alert: some values are missing or wrong; `errors` says which.",
}

_SECURED: dict[str, Any] = {"security": [{"partner": ["alerts:write"]}]}
MAY_SEE: dict[str, Any] = {"security": [{"partner": ["alerts:read"]}, {"partner": ["alerts:write"]}]}
MAY_WITHDRAW: dict[str, Any] = _SECURED
MAY_SEND: dict[str, Any] = _SECURED | {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"{_SCHEMAS}AlertRequest"}}},
    }
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals a route may answer with, each slug and its sentence."""
    return {status: {"model": Problem, "description": _telling(status)} for status in statuses}


def _telling(status: int) -> str:
    listed = [f"{slug}: {told.detail}" for slug, told in TABLE.items() if told.status == status]
    return "\n\n".join([_MORE_TELLING[status], *listed] if status in _MORE_TELLING else listed)


def described(router: APIRouter) -> dict[str, Any]:
    """The OpenAPI document of the router's own routes."""
    document = get_openapi(
        title="Carillon: partner intake", version="1", description=_ABOUT, routes=router.routes
    )
    schemas = document["components"]["schemas"]
    asked = AlertRequest.model_json_schema(ref_template=_SCHEMAS + "{model}")
    schemas |= asked.pop("$defs", {}) | {"AlertRequest": asked}
    document["components"]["securitySchemes"] = {"partner": _client_credentials()}
    for operations in document["paths"].values():
        for operation in operations.values():
            _as_problems(operation["responses"])
    return document


def _client_credentials() -> dict[str, Any]:
    scopes = {"alerts:write": "send and withdraw alerts", "alerts:read": "see where alerts stand"}
    return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}}}


def _as_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= 400 and "content" in response:
            response["content"] = {_PROBLEM: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}
