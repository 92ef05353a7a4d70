"""The password of somebody who is signed in: confirmed before what touches his account's safety, and changed."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from auth.application.change_password import OwnChange
from auth.application.confirm_password import Confirm, Confirmed
from auth.application.replace_password import PasswordFaults, PasswordReplaced
from auth.application.sign_in_ports import SessionFacts
from auth.entrypoints.pages.new_password import (
    BUSY,
    CONFIRMATION,
    PASSWORD,
    fault_errors,
    new_password_shown,
)
from auth.entrypoints.pages.refused_tries import REFUSED, Tried, tried
from auth.entrypoints.pages.site import STEP_UP, Site, page_router
from shared.kernel.refusals import Refused
from shared.kit.sessions import SIGN_IN
from shared.kit.web import FieldError, local_path, read_form

CURRENT, GO_ON = "mot_de_passe_actuel", "suite"
CHANGE = "/connexion/mot-de-passe"


def own_password_router(site: Site) -> APIRouter:
    router = page_router()
    confirming = _Confirming(site)
    router.add_api_route(STEP_UP, confirming.show, methods=["GET"])
    router.add_api_route(STEP_UP, confirming.confirm, methods=["POST"])
    changing = _Changing(site)
    router.add_api_route(CHANGE, changing.show, methods=["GET"])
    router.add_api_route(CHANGE, changing.change, methods=["POST"])
    return router


@dataclass(frozen=True, slots=True)
class _Confirming:
    """Then on to `suite`, which is where the password was asked for."""

    site: Site

    async def show(self, request: Request) -> Response:
        _, session = await self.site.require(request)
        return self._page(request, session, local_path(request.query_params.get(GO_ON, "")), Tried())

    async def confirm(self, request: Request) -> Response:
        visitor, session = await self.site.require(request)
        form = await read_form(request, PASSWORD, optional=[GO_ON])
        go_on, texts = local_path(form[GO_ON]), self.site.pages.texts
        if not form[PASSWORD]:
            missing = FieldError(PASSWORD, texts.say("sign_in.no_password"))
            return self._page(request, session, go_on, Tried([missing], REFUSED))
        answer = await self.site.auth(request).confirm_password(
            Confirm(
                session_token=visitor.session_token or "",
                password=form[PASSWORD],
                source=visitor.source,
                device_token=visitor.device_token,
            )
        )
        if isinstance(answer, Confirmed):
            response = self.site.pages.see_other(go_on)
            self.site.keep_session(response, answer.session_token)
            return response
        if is_over(answer):
            return self.site.pages.see_other(SIGN_IN, "session_over")
        return self._page(request, session, go_on, tried(texts, "confirm", answer, PASSWORD))

    def _page(self, request: Request, session: SessionFacts, go_on: str, what: Tried) -> Response:
        values = {"identifier": session.identifier, "suite": go_on, **what.values}
        return self.site.pages.page(request, "confirm.html", what.status, what.headers, **values)


@dataclass(frozen=True, slots=True)
class _Changing:
    site: Site

    async def show(self, request: Request) -> Response:
        _, session = await self.site.require(request)
        return self._page(request, session, Tried())

    async def change(self, request: Request) -> Response:
        visitor, session = await self.site.require(request)
        form = await read_form(request, CURRENT, PASSWORD, CONFIRMATION)
        texts = self.site.pages.texts
        if not form[CURRENT]:
            missing = FieldError(CURRENT, texts.say("change_password.no_current"))
            return self._page(request, session, Tried([missing], REFUSED))
        answer = await self.site.auth(request).change_password(
            OwnChange(
                session_token=visitor.session_token or "",
                current=form[CURRENT],
                password=form[PASSWORD],
                confirmation=form[CONFIRMATION],
                source=visitor.source,
                device_token=visitor.device_token,
            )
        )
        if isinstance(answer, PasswordReplaced):
            return self._changed(answer)
        if isinstance(answer, PasswordFaults):
            return self._page(request, session, Tried(fault_errors(texts, answer.faults), REFUSED))
        if is_over(answer):
            return self.site.pages.see_other(SIGN_IN, "session_over")
        return self._page(
            request, session, tried(texts, "change_password", answer, _field_of(answer), busy=BUSY)
        )

    def _changed(self, answer: PasswordReplaced) -> Response:
        response = self.site.pages.see_other("/", "password_changed")
        if answer.session_token:
            self.site.keep_session(response, answer.session_token)
        return response

    def _page(self, request: Request, session: SessionFacts, what: Tried) -> Response:
        shown = new_password_shown(self.site.pages.texts)
        values = {"identifier": session.identifier, "new_password": shown, **what.values}
        return self.site.pages.page(request, "change_password.html", what.status, what.headers, **values)


def is_over(answer: object) -> bool:
    """Whether the session ended while the form was being filled in."""
    return isinstance(answer, Refused) and answer.reason == "session_over"


def _field_of(answer: object) -> str:
    """The field that a refusal is about; none when it is about the account as a whole."""
    return CURRENT if isinstance(answer, Refused) and answer.reason == "wrong_credentials" else ""
