"""Pages for people: templates of a service over the layout of the portal, with their headers and their form cookie."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.kit.portal_settings import PORTAL_NAME, PageSettings
from shared.kit.texts import Catalogue, folder_of, kept_together
from shared.kit.web.asset_files import AssetFiles
from shared.kit.web.cookies import FORM, set_cookie
from shared.kit.web.forms import csrf_of, form_secret, new_form_secret

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAID = "fait"
"""The query parameter that names what was just done; its sentences are `said.<slug>` of the catalogue."""
_KIT = Path(__file__).parent
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """Who is signed in, as the header of a page shows it; `active` when their first connection is over."""

    first_name: str
    last_name: str
    profile: str
    active: bool = True

    @property
    def full_name(self) -> str:
        """« PRÉNOM NOM » (R57)."""
        return f"{self.first_name} {self.last_name}".upper()


class Pages:
    """Renders `<package>/entrypoints/templates/` with the sentences and the assets beside them."""

    def __init__(
        self,
        *,
        package: str,
        assets_path: str,
        portal_name: str = PORTAL_NAME,
        tutorial_url: str = "",
        texts: Catalogue | None = None,
    ) -> None:
        self.texts = texts or Catalogue(package)
        self.assets = AssetFiles(assets_path, [_KIT / "assets", folder_of(package, "assets")])
        word, number = _word_and_number(portal_name)
        self._portal = {
            "portal_name": portal_name,
            "portal_word": word,
            "portal_number": number,
            "tutorial_url": tutorial_url,
        }
        self._templates = Environment(
            loader=FileSystemLoader([folder_of(package, "templates"), _KIT / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals |= {"say": self.texts.say, "asset": self.assets.url}
        self._templates.filters["kept_together"] = kept_together

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page, with the cookie its form needs when it has one.

        Every template sees `csrf`, `person` (from `values` or `request.state.person`), `portal_name`,
        `tutorial_url`, `path`, `said` (what was just done, as a sentence), `say` and `asset`.
        """
        known = form_secret(request)
        secret = known or new_form_secret()
        csrf = csrf_of(secret)
        common = {
            "csrf": csrf,
            "path": request.url.path,
            "person": getattr(request.state, "person", None),
            "said": self._said(request),
        }
        html = self._templates.get_template(template).render(self._portal | common | values)
        response = HTMLResponse(html, status, {**PAGE_HEADERS, **(headers or {})})
        if known is None and csrf in html:
            set_cookie(response, FORM, secret)
        return response

    def _said(self, request: Request) -> str | None:
        sentence_id = f"said.{request.query_params.get(SAID, '')}"
        return self.texts.say(sentence_id) if sentence_id in self.texts else None

    def see_other(self, path: str, said: str | None = None) -> Response:
        """Send the browser on after a POST; `said` is a slug of `said.<slug>`, told on the page it comes to."""
        if said is not None:
            self.texts.say(f"said.{said}")
            path += ("&" if "?" in path else "?") + urlencode({SAID: said})
        return RedirectResponse(path, 303, {"Cache-Control": "no-store"})

    def assets_router(self) -> APIRouter:
        return self.assets.router()


def portal_pages(settings: PageSettings, *, package: str, assets_path: str) -> Pages:
    """The pages of a service, as its settings name the portal."""
    return Pages(
        package=package,
        assets_path=assets_path,
        portal_name=settings.portal_name,
        tutorial_url=settings.tutorial_url,
    )


def _word_and_number(portal_name: str) -> tuple[str, str]:
    """« ma classe69 » is written with its number raised."""
    word = portal_name.rstrip("0123456789")
    return word, portal_name[len(word) :]


def local_path(path: str, otherwise: str = "/") -> str:
    """A path of this portal to go on to, taken from a request; `otherwise` for what would lead elsewhere."""
    return path if _LOCAL_PATH.fullmatch(path) else otherwise


def wants_page(request: Request) -> bool:
    """Whether whoever asks reads pages: a browser says so in `Accept`, a program does not."""
    kinds = (kind.split(";") for kind in request.headers.get("accept", "").split(","))
    return any(
        name.strip().lower() == "text/html" and "q=0" not in (given.replace(" ", "") for given in options)
        for name, *options in kinds
    )
