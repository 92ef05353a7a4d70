"""Every refusal of the intake: its status and its sentence, in one table."""

from typing import NamedTuple

from shared.kernel.refusals import Refused
from shared.kit.web import ProblemError

RETRY_AFTER_S = 5


class Told(NamedTuple):
    """How a reason is told over HTTP; `field` makes it one line of `errors`."""

    status: int
    detail: str
    field: str | None = None


TABLE: dict[str, Told] = {
    "token_missing": Told(
        401, "Give an access token: Authorization: Bearer …; POST /oauth/token issues them."
    ),
    "token_invalid": Told(401, "This access token is not valid, or no longer."),
    "insufficient_scope": Told(403, "The access token does not carry the scope this needs."),
    "audience_outside_rights": Told(
        403, "At least one element of the audience is outside this partner's rights. Nothing was accepted."
    ),
    "alert_unknown": Told(404, "This partner has no such alert."),
    "alert_id_taken": Told(409, "This partner already has another alert with this alert_id."),
    "unsupported_media_type": Told(415, "Send application/json, in UTF-8."),
    "idempotency_key_missing": Told(
        400, "Give an Idempotency-Key of 1 to 200 printable characters without spaces, e.g. a UUID."
    ),
    "malformed_json": Told(400, "The body is not JSON in UTF-8, or is nested too deeply."),
    "idempotency_key_reused": Told(422, "This Idempotency-Key came before with another body."),
    "territory_unknown": Told(422, "No school of this partner's territory is known yet.", "audience"),
    "expires_in_the_past": Told(422, "The alert would already have expired.", "expires_at"),
    "expires_too_far": Told(422, "An alert expires within 90 days.", "expires_at"),
    "too_many_requests": Told(429, "This partner has called too often; wait as long as Retry-After says."),
    "partner_unknown": Told(503, "This partner is not known here yet; try again in a moment."),
    "broker_away": Told(
        503, "Not accepted yet: try again with the same Idempotency-Key, the alert will be sent once."
    ),
    "auth_away": Told(503, "Access tokens cannot be checked right now; try again in a moment."),
    "starting": Told(503, "The service is starting; try again in a moment."),
    "store_away": Told(503, "Nothing was accepted; try again with the same Idempotency-Key."),
}


def refusal(refused: Refused | str, *, headers: dict[str, str] | None = None) -> ProblemError:
    """The problem document of a refusal, ready to be raised."""
    reason = refused if isinstance(refused, str) else refused.reason
    told = TABLE[reason]
    extra = {"errors": [{"field": told.field, "reason": reason}]} if told.field else {}
    waiting = {"Retry-After": str(RETRY_AFTER_S)} if told.status == 503 else {}
    return ProblemError(told.status, reason, told.detail, headers=waiting | (headers or {}), **extra)
