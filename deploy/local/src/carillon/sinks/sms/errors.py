"""Twilio's errors: `{"code", "message", "more_info", "status"}`, by its own numbers."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

MESSAGES = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20004: "Method not allowed",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21211: "The 'To' number is not a valid phone number.",
    21212: "The 'From' number is not a valid phone number, short code or alphanumeric sender ID.",
    21602: "Message body is required.",
    21603: "A 'From' phone number or a 'MessagingServiceSid' is required.",
    21604: "A 'To' phone number is required.",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
}
STATUSES = {20003: 401, 20404: 404, 20004: 405, 20429: 429, 20500: 500, 20503: 503}


def twilio_error(code: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer for one of Twilio's numbers; most are 400."""
    status = STATUSES.get(code, 400)
    return JSONResponse(
        {
            "code": code,
            "message": MESSAGES[code],
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
        status_code=status,
        headers=headers,
    )
