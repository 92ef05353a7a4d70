"""`/etablissement/`: the desk of a school, where slips are printed and first passwords made again (R5)."""

from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from auth.application.make_slips import Printing, SlipOrder
from auth.application.open_desk import FOUND_MAX
from auth.application.sign_in_ports import SessionFacts
from auth.application.slip_ports import Selection
from auth.bootstrap import DeskWork
from auth.entrypoints.pages.desk_view import class_choices, class_rows, totals_list
from auth.entrypoints.pages.site import Site, away, page_router
from auth.entrypoints.slip_documents import HtmlSlips, PerSheet, content_policy
from auth.entrypoints.slip_press import Press
from shared.kernel.refusals import Refused
from shared.kit.web import FieldError, PageProblem, read_form

DESK = "/etablissement"
ONE_DESK = DESK + "/{uai}"
PRINT = ONE_DESK + "/fiches"
SOMEBODY = ONE_DESK + "/personne/{person_id:path}"
CLASS, PER_SHEET, NAME, AS_SHOWN = "classe", "par_feuille", "nom", "vu"
CLASS_PREFIX, WITHOUT_CLASS = "classe:", "sans-classe"
"""What the form sends: the first before the name of a class, the second for those of none."""
SHEETS: dict[str, PerSheet] = {"1": 1, "2": 2, "8": 8}
REFUSED = 422
SLIPS_AT_ONCE_MAX = 200
"""Of one page; it says how many are left, which are printed by pressing the button again."""

T = TypeVar("T")


def desk_router(site: Site) -> APIRouter:
    """GET shows, POST prints; a slip is made only with the password given within the last ten minutes."""
    router = page_router()
    pages = _Desk(site)
    router.add_api_route(DESK, pages.first, methods=["GET"])
    router.add_api_route(DESK + "/", pages.first, methods=["GET"])
    router.add_api_route(ONE_DESK, pages.show, methods=["GET"])
    router.add_api_route(PRINT, pages.print_class, methods=["POST"])
    router.add_api_route(SOMEBODY, pages.show_somebody, methods=["GET"])
    router.add_api_route(SOMEBODY, pages.print_one, methods=["POST"])
    return router


@dataclass(frozen=True, slots=True)
class _Desk:
    site: Site

    async def first(self, request: Request) -> Response:
        _, session = await self.site.require(request)
        school = allowed(await self._work(request).open.first(session.person_id))
        return self.site.pages.see_other(f"{DESK}/{school.uai}")

    async def show(self, request: Request, uai: str) -> Response:
        _, session = await self.site.require(request)
        return await self._shown(request, session, uai, looked_for=request.query_params.get(NAME, "").strip())

    async def print_class(self, request: Request, uai: str) -> Response:
        """The slips of those of a class who have none yet."""
        session = await self._may_print(request, uai, f"{DESK}/{uai}")
        form = await read_form(request, optional=[CLASS, PER_SHEET])
        class_name = form[CLASS].removeprefix(CLASS_PREFIX)
        per_sheet = SHEETS.get(form[PER_SHEET])
        if not form[CLASS] or per_sheet is None:
            say = self.site.pages.texts.say
            errors = [] if form[CLASS] else [FieldError(CLASS, say("desk.no_class_chosen"))]
            errors += [] if per_sheet else [FieldError(PER_SHEET, say("desk.no_sheet_chosen"))]
            return await self._shown(request, session, uai, errors=errors)
        without = form[CLASS] == WITHOUT_CLASS
        selection = Selection(uai=uai, class_name=None if without else class_name, without_class=without)
        order = SlipOrder(selection=selection, asked_by=session.person_id, slips_max=SLIPS_AT_ONCE_MAX)
        return await self._printed(request, order, per_sheet)

    async def show_somebody(self, request: Request, uai: str, person_id: str) -> Response:
        _, session = await self.site.require(request)
        work = self._work(request)
        school = allowed(await work.open.right(session.person_id, uai))
        somebody = known(await work.open.somebody(uai, person_id))
        return self.site.pages.page(request, "desk_somebody.html", school=school, somebody=somebody)

    async def print_one(self, request: Request, uai: str, person_id: str) -> Response:
        """A first slip, or another one: the password he has is dead at once."""
        session = await self._may_print(request, uai, f"{DESK}/{uai}/personne/{quote(person_id)}")
        form = await read_form(request, AS_SHOWN)
        selection = Selection(uai=uai, person_id=person_id)
        order = SlipOrder(
            selection=selection, asked_by=session.person_id, reissue=True, as_shown=form[AS_SHOWN]
        )
        return await self._printed(request, order, 1)

    async def _may_print(self, request: Request, uai: str, back_to: str) -> SessionFacts:
        """Whoever works at this desk and gave the password just now. Raises SeeOther to the page that asks for it."""
        _, session = await self.site.require(request)
        allowed(await self._work(request).open.right(session.person_id, uai))
        self.site.require_fresh(request, session, back_to)
        return session

    async def _printed(self, request: Request, order: SlipOrder, per_sheet: PerSheet) -> Response:
        """The page of slips, shown once: no browser keeps it."""
        work = self._work(request)
        printing = await work.make_slips(order)
        if isinstance(printing, Refused) and order.selection.person_id:
            raise stranger()
        if not isinstance(printing, Printing):
            return self.site.pages.see_other(f"{DESK}/{order.selection.uai}", "desk_nothing_left")
        document = HtmlSlips(printing.school, address=work.address, per_sheet=per_sheet, left=printing.left)
        press = Press(printing, document)
        text = "".join([piece async for piece in press.texts()])
        if press.slips == 0:
            if press.cut_short:
                raise away()
            return self.site.pages.see_other(f"{DESK}/{order.selection.uai}", "desk_nothing_left")
        return HTMLResponse(
            text, headers={"Content-Security-Policy": content_policy(), "Cache-Control": "no-store"}
        )

    async def _shown(
        self,
        request: Request,
        session: SessionFacts,
        uai: str,
        *,
        looked_for: str = "",
        errors: list[FieldError] | None = None,
    ) -> Response:
        work, say = self._work(request), self.site.pages.texts.say
        desk = allowed(await work.open(session.person_id, uai, looked_for=looked_for))
        values: dict[str, Any] = {
            "desk": desk,
            "totals": totals_list(desk, say),
            "rows": class_rows(desk, say),
            "choices": class_choices(desk, say, prefix=CLASS_PREFIX, without=WITHOUT_CLASS),
            "looked_for": looked_for,
            "found_max": FOUND_MAX,
            "errors": errors or [],
        }
        return self.site.pages.page(request, "desk.html", REFUSED if errors else 200, **values)

    def _work(self, request: Request) -> DeskWork:
        return self.site.auth(request).desk


def allowed(answer: T | Refused) -> T:
    """The answer, unless the person has no right to the desk. Raises PageProblem: one page for every such desk."""
    if isinstance(answer, Refused):
        raise PageProblem(403, "no_desk", "There is no such desk for this person.")
    return answer


def known(answer: T | Refused) -> T:
    """Likewise for somebody whom the school does not name. Raises PageProblem."""
    if isinstance(answer, Refused):
        raise stranger()
    return answer


def stranger() -> PageProblem:
    return PageProblem(404, "nobody_here", "The establishment names no such person now.")
