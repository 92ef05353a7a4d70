"""The page: a list, a search, one message opened. French, and whole without JavaScript."""

import time
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from carillon.sinks.faults import Faults
from carillon.sinks.letterbox import Kept, KeptMail, Kind, Letterbox
from carillon.sinks.sms.parts import parts_of
from carillon.sinks.viewer import cards, french, guards
from carillon.sinks.viewer.reading import read_mail
from carillon.sinks.viewer.search import SEARCHED_MAX, newest_about
from carillon.sinks.viewer.words import WORDS, counted

LISTED_MAX = 100
SEARCH_CHARACTERS_MAX = 200
SOURCE_SHOWN_CHARACTERS_MAX = 200_000
_KINDS: dict[str, Kind] = {"mail": "mail", "sms": "sms"}
_TABS = ("html", "text", "headers", "source")


class ViewerPage:
    """Renders with the letterbox as it is at this moment."""

    def __init__(self, *, letterbox: Letterbox, faults: Faults) -> None:
        self._letterbox = letterbox
        self._faults = faults
        self._templates = Environment(
            loader=PackageLoader("carillon.sinks.viewer"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(words=WORDS)

    def routes(self) -> list[Route]:
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/liste", self.list, methods=["GET"]),
            Route("/messages/{id:int}", self.message, methods=["GET"]),
            Route("/messages/{id:int}/apercu", self.frame, methods=["GET"]),
            Route("/messages/{id:int}/source", self.source, methods=["GET"]),
            Route("/vider", self.empty, methods=["POST"]),
        ]

    async def home(self, request: Request) -> Response:
        return self._page("page.html", await self._listed(request, None) | {"message": None, "gone": False})

    async def list(self, request: Request) -> Response:
        """The list alone, for the script that keeps it fresh."""
        chosen = request.query_params.get("choisi", "")
        chosen_id = int(chosen) if chosen.isascii() and chosen.isdigit() else None
        return self._page("list.html", await self._listed(request, chosen_id))

    async def message(self, request: Request) -> Response:
        message_id = request.path_params["id"]
        message = self._letterbox.get(message_id)
        context = await self._listed(request, message_id)
        if message is None:
            return self._page("page.html", context | {"message": None, "gone": True}, status=404)
        opened = self._opened(message, request.query_params.get("vue", ""))
        return self._page("page.html", context | {"message": message, "gone": False} | opened)

    async def frame(self, request: Request) -> Response:
        """A mail's HTML as it came, where it can neither run, nor fetch, nor lead anywhere."""
        message = self._letterbox.get(request.path_params["id"])
        html = read_mail(message.raw).html if isinstance(message, KeptMail) else None
        if html is None:
            return PlainTextResponse(WORDS["no_html"], status_code=404, headers=guards.FRAME_HEADERS)
        return HTMLResponse(html.encode("utf-8", "replace"), headers=guards.FRAME_HEADERS)

    async def source(self, request: Request) -> Response:
        message = self._letterbox.get(request.path_params["id"])
        if not isinstance(message, KeptMail):
            return PlainTextResponse(WORDS["gone_title"], status_code=404, headers=guards.SOURCE_HEADERS)
        return PlainTextResponse(message.raw, headers=guards.SOURCE_HEADERS)

    async def empty(self, _request: Request) -> Response:
        self._letterbox.empty()
        return RedirectResponse("/", status_code=303)

    async def _listed(self, request: Request, chosen_id: int | None) -> dict[str, Any]:
        asked = request.query_params.get("q", "").strip()[:SEARCH_CHARACTERS_MAX]
        kind = _KINDS.get(request.query_params.get("genre", ""))
        found, looked_at = await newest_about(self._letterbox, asked, kind=kind, count_max=LISTED_MAX)
        box, now_s = self._letterbox, time.time()
        return {
            "cards": [cards.card_of(message, now_s=now_s, chosen_id=chosen_id) for message in found],
            "asked": asked,
            "genre": kind or "",
            "summary": _summary(len(box), len(found), asked=asked, kind=kind, looked_at=looked_at),
            "dropped": _dropped(box),
            "faults": cards.faults_shown(self._faults.active()),
            "last_id": box.last_id,
            "kept": len(box),
        }

    def _opened(self, message: Kept, tab: str) -> dict[str, Any]:
        if not isinstance(message, KeptMail):
            parts = parts_of(message.body).count
            return {
                "facts": cards.sms_facts_shown(message),
                "title": french.phone(message.recipients[0]),
                "length": cards.length_of(message.body),
                "long": parts > 1,
                "when": french.exactly(message.received_at_s),
            }
        reading = read_mail(message.raw)
        first = "html" if reading.html is not None else "text"
        return {
            "facts": cards.mail_facts_shown(message, reading),
            "title": message.facts.subject or WORDS["no_subject"],
            "reading": reading,
            "tab": tab if tab in _TABS else first,
            "tabs": [name for name in _TABS if name != "html" or reading.html is not None],
            "source": message.raw[:SOURCE_SHOWN_CHARACTERS_MAX].decode("utf-8", "replace"),
            "cut": message.size_bytes > SOURCE_SHOWN_CHARACTERS_MAX,
        }

    def _page(self, template: str, context: dict[str, Any], status: int = 200) -> Response:
        html = self._templates.get_template(template).render(context)
        return HTMLResponse(html.encode("utf-8", "replace"), status_code=status, headers=guards.PAGE_HEADERS)


def _summary(kept: int, shown: int, *, asked: str, kind: Kind | None, looked_at: int) -> str:
    """How much of what is kept the list shows."""
    if asked:
        found = counted(shown, french.number(shown), "message trouvé", "messages trouvés")
        if shown == LISTED_MAX:
            return f"Les {found} les plus récents"
        cut = looked_at >= SEARCHED_MAX and kept > SEARCHED_MAX
        return f"{found} parmi les {french.number(looked_at)} derniers" if cut else found
    whole = counted(kept, french.number(kept), "message gardé", "messages gardés")
    return f"Les {shown} plus récents, {whole} en tout" if shown < kept and kind is None else whole


def _dropped(box: Letterbox) -> str:
    count = box.dropped.total()
    if not count:
        return ""
    gone = counted(
        count,
        french.number(count),
        "message plus ancien a été retiré",
        "messages plus anciens ont été retirés",
    )
    return f"{gone} pour faire de la place."
