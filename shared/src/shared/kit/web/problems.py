"""Problem documents (RFC 9457): how a program is told that its request was not carried out, and why."""

from typing import Any

from fastapi.responses import JSONResponse

TITLES = {
    400: "The request cannot be understood",
    401: "Who is asking is not known",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This method is not offered here",
    409: "This contradicts what is there",
    413: "The body is too large",
    415: "This kind of content is not read here",
    422: "Some values are not acceptable",
    429: "Too many requests",
    500: "Something broke on our side",
    501: "This is not offered yet",
    503: "Not possible right now",
}


class ProblemError(Exception):
    """Ends a request with a problem document (RFC 9457)."""

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.headers = headers
        self.members = members


class PageProblem(ProblemError):
    """Ends a request with a page that says what to do next; with a problem document when no page was asked for.

    The sentences are `problem.<slug>.title` and `.text` of the service's catalogue, with `say` as their values;
    with a member `next_step` (a path) and a sentence `problem.<slug>.go_on` the page has a button that leads there.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        *,
        say: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(status, slug, detail, headers=headers, **members)
        self.say = say or {}


class SeeOther(Exception):
    """Ends a request by sending the browser to another page of ours: `path` is local."""

    def __init__(self, path: str, said: str | None = None) -> None:
        super().__init__(path)
        self.path = path
        self.said = said


def problem(
    status: int, slug: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
) -> JSONResponse:
    """A problem document: `type` is stable, `detail` is for this case, `members` extend it."""
    body = {
        "type": f"urn:carillon:problem:{slug}",
        "title": TITLES.get(status, "The request was not carried out"),
        "status": status,
        "detail": detail,
        **members,
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")
