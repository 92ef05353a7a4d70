"""Problem documents (RFC 9457): what every refusal of the viewer's JSON looks like."""

from starlette.responses import JSONResponse

TITLES = {
    400: "Wrong request",
    403: "Not from here",
    404: "Not found",
    405: "Method not allowed",
    409: "Not now",
    413: "Too big",
    422: "Wrong value",
    500: "Something broke",
}


def problem(status: int, slug: str, detail: str) -> JSONResponse:
    """`slug` is stable; `detail` is a sentence for a person."""
    return JSONResponse(
        {
            "type": f"urn:carillon:problem:{slug}",
            "title": TITLES.get(status, "Refused"),
            "status": status,
            "detail": detail,
        },
        status_code=status,
        media_type="application/problem+json",
    )
