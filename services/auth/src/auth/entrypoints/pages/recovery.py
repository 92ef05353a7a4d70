"""Forgotten password, in three pages without a person's name on any of them (R54, A18, A19).

The identifier, then a page that is the same for everybody and takes the code, then the new password. What the
browser holds meanwhile is one cookie, whose value changes at each step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from auth.application.ask_recovery import Ask, Asked
from auth.application.choose_recovered_password import ChooseRecovered
from auth.application.recovery import Recovery
from auth.application.replace_password import PasswordFaults
from auth.application.sign_in_ports import Busy
from auth.application.try_recovery_code import CodeAccepted, TryCode
from auth.domain.recovery import ASKS_WITHIN, Channel
from auth.entrypoints.pages.new_password import (
    BUSY,
    CONFIRMATION,
    PASSWORD,
    NewPasswordShown,
    fault_errors,
    new_password_shown,
)
from auth.entrypoints.pages.refused_tries import OVERLOADED, REFUSED
from auth.entrypoints.pages.site import COOKIE_LENGTH_MAX, Site, page_router
from auth.entrypoints.request_source import source_of_request
from shared.kernel.refusals import Refused
from shared.kit.sessions import SIGN_IN
from shared.kit.web import FieldError, PageProblem, SeeOther, read_form
from shared.kit.web.cookies import RECOVERY, drop_cookie, set_cookie

HERE = "/mot-de-passe-oublie"
CODE = f"{HERE}/code"
AGAIN = f"{HERE}/nouveau-code"
NEW = f"{HERE}/nouveau"
OVER = f"{HERE}?terminee=oui"
"""The beginning, for somebody whose former recovery led nowhere."""

CHANNELS: dict[str, Channel] = {"email": "email", "sms": "sms"}


def recovery_router(site: Site) -> APIRouter:
    """Every page of a recovery."""
    router = page_router()
    pages = _RecoveryPages(site=site, new_password=new_password_shown(site.pages.texts))
    router.add_api_route(HERE, pages.start, methods=["GET"])
    router.add_api_route(HERE, pages.asked, methods=["POST"])
    router.add_api_route(CODE, pages.code, methods=["GET"])
    router.add_api_route(CODE, pages.code_typed, methods=["POST"])
    router.add_api_route(AGAIN, pages.code, methods=["GET"])
    router.add_api_route(AGAIN, pages.asked_again, methods=["POST"])
    router.add_api_route(NEW, pages.password, methods=["GET"])
    router.add_api_route(NEW, pages.password_chosen, methods=["POST"])
    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecoveryPages:
    site: Site
    new_password: NewPasswordShown

    async def start(self, request: Request) -> Response:
        return self._start(request)

    async def asked(self, request: Request) -> Response:
        """One answer for an identifier that exists and for one that does not: the page of the code."""
        form = await read_form(request, "identifiant", optional=("canal",))
        errors = []
        if not form["identifiant"].strip():
            errors.append(self._error("identifiant", "recovery.no_identifier"))
        channel = CHANNELS.get(form["canal"])
        if channel is None:
            errors.append(self._error("canal", "recovery.no_channel"))
        if errors or channel is None:
            return self._start(request, form["identifiant"], form["canal"], errors)
        answer = await self._recovery(request).ask(
            Ask(identifier=form["identifiant"], channel=channel, source=self._source(request))
        )
        return self._flowing(answer, CODE)

    async def asked_again(self, request: Request) -> Response:
        await read_form(request)
        answer = await self._recovery(request).ask.again(_flow(request), self._source(request))
        return self._flowing(answer, CODE, said="recovery_again")

    async def code(self, request: Request) -> Response:
        _flow(request)
        return self._code(request)

    async def code_typed(self, request: Request) -> Response:
        form, flow = await read_form(request, "code"), _flow(request)
        if not form["code"].strip():
            return self._code(request, self._error("code", "recovery.code.missing"))
        answer = await self._recovery(request).try_code(TryCode(flow=flow, typed=form["code"]))
        if isinstance(answer, CodeAccepted):
            return self._flowing(answer, NEW)
        return self._code(request, self._error("code", "recovery.code.wrong"))

    async def password(self, request: Request) -> Response:
        if not await self._recovery(request).choose_password.may(_flow(request)):
            raise SeeOther(OVER)
        return self._password(request)

    async def password_chosen(self, request: Request) -> Response:
        form, flow = await read_form(request, PASSWORD, CONFIRMATION), _flow(request)
        answer = await self._recovery(request).choose_password(
            ChooseRecovered(flow=flow, password=form[PASSWORD], confirmation=form[CONFIRMATION])
        )
        if isinstance(answer, PasswordFaults):
            return self._password(request, fault_errors(self.site.pages.texts, answer.faults))
        if isinstance(answer, Busy):
            return self._busy(request, answer)
        if isinstance(answer, Refused):
            raise SeeOther(OVER)
        response = self.site.pages.see_other(SIGN_IN, "password_recovered")
        drop_cookie(response, RECOVERY)
        return response

    def _start(
        self,
        request: Request,
        identifier: str = "",
        channel: str = "email",
        errors: Sequence[FieldError] = (),
    ) -> Response:
        over = "terminee" in request.query_params
        return self._page(request, "recovery.html", errors, identifier=identifier, channel=channel, over=over)

    def _code(self, request: Request, *errors: FieldError) -> Response:
        return self._page(request, "recovery_code.html", errors)

    def _password(self, request: Request, errors: Sequence[FieldError] = ()) -> Response:
        return self._page(request, "recovery_password.html", errors, new_password=self.new_password)

    def _busy(self, request: Request, answer: Busy) -> Response:
        """Nothing was judged; the same form may be sent again."""
        response = self._password(request, [self._error("", BUSY)])
        response.status_code = OVERLOADED
        response.headers["Retry-After"] = str(answer.retry_after_s)
        return response

    def _page(self, request: Request, template: str, errors: Sequence[FieldError], **values: Any) -> Response:
        status = REFUSED if errors else 200
        return self.site.pages.page(request, template, status, errors=errors, **values)

    def _flowing(
        self, answer: Asked | CodeAccepted | Refused, path: str, said: str | None = None
    ) -> Response:
        """On to the next page, with the flow in its cookie."""
        if isinstance(answer, Refused) and answer.reason == "too_many_requests":
            raise _too_many()
        if isinstance(answer, Refused):
            raise SeeOther(OVER)
        response = self.site.pages.see_other(path, said)
        set_cookie(response, RECOVERY, answer.flow)
        return response

    def _recovery(self, request: Request) -> Recovery:
        return self.site.auth(request).recovery

    def _source(self, request: Request) -> str:
        return source_of_request(request, self.site.settings.trusted_proxies)

    def _error(self, field: str, sentence_id: str) -> FieldError:
        return FieldError(field, self.site.pages.texts.say(sentence_id))


def _flow(request: Request) -> str:
    """The browser's flow, whatever it is worth. Raises SeeOther to the beginning when there is none."""
    flow = request.cookies.get(RECOVERY, "")
    if not 0 < len(flow) <= COOKIE_LENGTH_MAX:
        raise SeeOther(HERE)
    return flow


def _too_many() -> PageProblem:
    """Too many requests from one place, whoever they named."""
    wait_s = int(ASKS_WITHIN.total_seconds())
    return PageProblem(
        429,
        "too_many_recoveries",
        "Too many codes were asked for from this address.",
        headers={"Retry-After": str(wait_s)},
    )
