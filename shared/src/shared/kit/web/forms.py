"""Forms of pages: read once, within limits, and only when they come from a page of ours."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from shared.kit.web.cookies import FORM
from shared.kit.web.problems import PageProblem

CSRF_FIELD = "csrf"
FIELDS_MAX = 500
"""As many pairs as a desk's longest list may send."""
FIELD_CHARS_MAX = 4_000
"""Of one value; what a field means is judged later, and more narrowly."""
_CONTENT_TYPE = "application/x-www-form-urlencoded"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LOCAL = re.compile(r"/(?!/)[\w./~%-]*", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class FieldError:
    """What to do about a field, in a sentence; `field` is its name in the form."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: one text for a field (empty when an optional one is absent), several for one of `many`."""

    values: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> str:
        given = self.values[name]
        return given[0] if given else ""

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked: a box that is not sends nothing."""
        return bool(self.values[name])

    def all(self, name: str) -> tuple[str, ...]:
        return self.values[name]


async def read_form(
    request: Request, *fields: str, optional: Sequence[str] = (), many: Sequence[str] = ()
) -> Form:
    """The form of a POST after its CSRF check; others' fields are ignored.

    PageProblem: 403 `page_expired` without the right hidden field; 415, 413 or 400 `form_unreadable` for what no
    page of ours sends (another content type, a value too long, a field twice, one of `fields` missing, bytes that
    are no text, control characters).
    """
    pairs = _pairs(request.headers.get("content-type", ""), await request.body())
    if not _from_our_page(request, [value for name, value in pairs if name == CSRF_FIELD]):
        raise PageProblem(
            403,
            "page_expired",
            "The form does not come from a page of this browser.",
            next_step=_page_of_the_form(request),
        )
    values: dict[str, tuple[str, ...]] = dict.fromkeys((*fields, *optional, *many), ())
    for name, value in pairs:
        if name in values:
            values[name] += (value,)
    if any(len(given) > 1 for name, given in values.items() if name not in many):
        raise _unreadable(400, "A field is there twice.")
    if any(not values[name] for name in fields):
        raise _unreadable(400, "A field is missing.")
    return Form(values)


def _pairs(content_type: str, body: bytes) -> list[tuple[str, str]]:
    if content_type.split(";", maxsplit=1)[0].strip().lower() != _CONTENT_TYPE:
        raise _unreadable(415, f"A form is sent as {_CONTENT_TYPE}.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError:
        raise _unreadable(400, "The form is no text in UTF-8, or has too many fields.") from None
    if any(len(value) > FIELD_CHARS_MAX for _, value in pairs):
        raise _unreadable(413, f"The most for one field is {FIELD_CHARS_MAX} characters.")
    if any(_CONTROLS.search(value) for _, value in pairs):
        raise _unreadable(400, "A field holds control characters.")
    return pairs


def _unreadable(status: int, detail: str) -> PageProblem:
    return PageProblem(status, "form_unreadable", detail)


def _from_our_page(request: Request, given: list[str]) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    secret = form_secret(request)
    if secret is None or len(given) != 1:
        return False
    return hmac.compare_digest(csrf_of(secret).encode(), given[0].encode())


def _page_of_the_form(request: Request) -> str:
    """Where the form was shown, when that was here; the first page of the portal otherwise."""
    try:
        shown = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # an address that no browser would have been at
        return "/"
    here = shown.netloc == request.headers.get("host") and _LOCAL.fullmatch(shown.path)
    return shown.path if here else "/"


def form_secret(request: Request) -> str | None:
    """What this browser's forms are derived from, when it has one of the right shape."""
    secret = request.cookies.get(FORM, "")
    return secret if _SECRET.fullmatch(secret) else None


def new_form_secret() -> str:
    return secrets.token_urlsafe(32)


def csrf_of(secret: str) -> str:
    """The hidden field of a form; it tells nothing of the cookie it is derived from."""
    return hashlib.sha256(b"carillon form\x00" + secret.encode()).hexdigest()
