"""Headers that keep a hostile mail inside its frame, and other sites out of this one."""

from urllib.parse import urlsplit

from starlette.requests import Request

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE_HEADERS = {**_ALWAYS, "Content-Security-Policy": PAGE_POLICY}
FRAME_HEADERS = {**_ALWAYS, "Content-Security-Policy": FRAME_POLICY}
SOURCE_HEADERS = {**_ALWAYS, "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}


def comes_from_elsewhere(request: Request) -> bool:
    """Whether a browser sent this from a page of another site; programs send neither header."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
