"""The OpenAPI description of the OAuth endpoints, whose bodies are forms and whose errors are RFC 6749's."""

from typing import Any

from auth.entrypoints.form_requests import FORM

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": _TEXT, "error_description": _TEXT},
}
_TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": _TEXT,
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer", "description": "seconds"},
        "scope": _TEXT,
    },
}
_INTROSPECTION = {
    "type": "object",
    "required": ["active"],
    "properties": {
        "active": {"type": "boolean"},
        "token_type": {
            "enum": ["Bearer", "session"],
            "description": "a partner's token, or a browser's session",
        },
        "client_id": _TEXT,
        "sub": {"type": "string", "description": "the partner's id, or the person's"},
        "sid": {"type": "string", "description": "the session's id, which stays when its token is renewed"},
        "profile": _TEXT,
        "given_name": _TEXT,
        "family_name": _TEXT,
        "step": {"type": "string", "description": "where the person stands in the first connection"},
        "auth_time": {"type": "integer", "description": "when the password was last given"},
        "scope": _TEXT,
        "iat": {"type": "integer"},
        "exp": {"type": "integer"},
        "partner": {
            "type": "object",
            "properties": {
                "name": _TEXT,
                "body": _TEXT,
                "territory": {
                    "type": "object",
                    "properties": {"departements": _TEXTS, "academies": _TEXTS, "regions": _TEXTS},
                },
                "kinds": {"type": ["array", "null"], "items": _TEXT},
            },
        },
    },
}


def _form(required: list[str], optional: list[str]) -> dict[str, Any]:
    properties = dict.fromkeys([*required, *optional], _TEXT)
    schema = {"type": "object", "required": required, "properties": properties}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


TOKEN_DOC: dict[str, Any] = {
    "summary": "A token for a partner's client (RFC 6749 §4.4)",
    "openapi_extra": _form(["grant_type"], ["scope", "client_id", "client_secret"]),
    "responses": {
        200: _answer("The token, valid for an hour", _TOKEN),
        400: _answer("invalid_request, unsupported_grant_type or invalid_scope", _ERROR),
        401: _answer("invalid_client", _ERROR),
        429: _answer("Too many wrong secrets; Retry-After says how long to wait", _ERROR),
        503: _answer("Not possible right now", _ERROR),
    },
}
INTROSPECT_DOC: dict[str, Any] = {
    "summary": "Whose token or session is this: for services only (RFC 7662)",
    "openapi_extra": _form(["token"], ["token_type_hint"]),
    "responses": {
        200: _answer("The token's state", _INTROSPECTION),
        400: _answer("invalid_request", _ERROR),
        401: _answer("The caller is none of the services", _ERROR),
        503: _answer("Not possible right now", _ERROR),
    },
}
