"""The cookies of the portal: all strictly necessary, so that no banner ever asks (R11 to R13).

The prefix `__Host-` makes a browser refuse them without Secure, from another host, or below another path.
"""

from starlette.responses import Response

SESSION = "__Host-session"
"""Who is signed in; ends with the browser."""
DEVICE = "__Host-appareil"
"""A browser that signed in before, so that somebody else's wrong guesses do not delay its owner."""
FORM = "__Host-formulaire"
"""What the hidden field of every form is derived from."""
RECOVERY = "__Host-recuperation"
"""A recovery of a password under way."""

DEVICE_LIFE_S = 400 * 24 * 3600
"""As long as browsers keep any cookie."""


def set_cookie(response: Response, name: str, value: str, *, life_s: int | None = None) -> None:
    """Set one of the cookies above; without `life_s` it ends with the browser."""
    response.set_cookie(name, value, max_age=life_s, path="/", secure=True, httponly=True, samesite="lax")


def drop_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
