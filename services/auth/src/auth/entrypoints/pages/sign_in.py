"""`/connexion` and `/deconnexion`, and the pages about one's own password (R1–R6)."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from auth.application.prove_account import Claim
from auth.application.sign_in import SignedIn
from auth.domain.first_connection import Step
from auth.entrypoints.pages.own_password import own_password_router
from auth.entrypoints.pages.refused_tries import REFUSED, Tried, tried
from auth.entrypoints.pages.site import Site, Visitor, page_router
from shared.kit.sessions import NEXT_STEP, SIGN_IN
from shared.kit.web import FieldError, Form, local_path, read_form

IDENTIFIER, PASSWORD, GO_ON = "identifiant", "mot_de_passe", "suite"
SIGN_OUT = "/deconnexion"
EVERYWHERE = "partout"


def sign_in_router(site: Site) -> APIRouter:
    """GET shows, POST acts; whoever is signed in already is led on."""
    router = page_router()
    pages = _SignIn(site)
    router.add_api_route(SIGN_IN, pages.show, methods=["GET"])
    router.add_api_route(SIGN_IN, pages.enter, methods=["POST"])
    leaving = _SignOut(site)
    router.add_api_route(SIGN_OUT, leaving.show, methods=["GET"])
    router.add_api_route(SIGN_OUT, leaving.leave, methods=["POST"])
    router.include_router(own_password_router(site))
    return router


@dataclass(frozen=True, slots=True)
class _SignIn:
    site: Site

    async def show(self, request: Request) -> Response:
        visitor = await self.site.visitor(request)
        go_on = local_path(request.query_params.get(GO_ON, ""), "")
        if visitor.session:
            return self.site.pages.see_other(_after(visitor.session.step, go_on))
        return self._page(request, "", go_on, Tried())

    async def enter(self, request: Request) -> Response:
        visitor = await self.site.visitor(request)
        form = await read_form(request, IDENTIFIER, PASSWORD, optional=[GO_ON])
        go_on = local_path(form[GO_ON], "")
        if missing := self._missing(form):
            return self._page(request, form[IDENTIFIER], go_on, Tried(missing, REFUSED))
        answer = await self.site.auth(request).sign_in(
            Claim(
                identifier=form[IDENTIFIER],
                password=form[PASSWORD],
                source=visitor.source,
                device_token=visitor.device_token,
            )
        )
        if isinstance(answer, SignedIn):
            return await self._entered(request, visitor, answer, go_on)
        return self._page(request, form[IDENTIFIER], go_on, tried(self.site.pages.texts, "sign_in", answer))

    async def _entered(self, request: Request, visitor: Visitor, answer: SignedIn, go_on: str) -> Response:
        """The browser's session before, somebody else's perhaps, is over."""
        await self.site.auth(request).sign_out(visitor.session_token)
        response = self.site.pages.see_other(_after(answer.step, go_on))
        self.site.keep_session(response, answer.session_token)
        self.site.keep_device(response, answer.device_token)
        return response

    def _missing(self, form: Form) -> list[FieldError]:
        sentences = {IDENTIFIER: "sign_in.no_identifier", PASSWORD: "sign_in.no_password"}
        return [
            FieldError(field, self.site.pages.texts.say(sentence))
            for field, sentence in sentences.items()
            if not form[field].strip()
        ]

    def _page(self, request: Request, identifier: str, go_on: str, what: Tried) -> Response:
        values = {"identifier": identifier, "suite": go_on, **what.values}
        return self.site.pages.page(request, "sign_in.html", what.status, what.headers, **values)


@dataclass(frozen=True, slots=True)
class _SignOut:
    site: Site

    async def show(self, request: Request) -> Response:
        visitor = await self.site.visitor(request)
        if visitor.session is None:
            return self.site.pages.see_other(SIGN_IN)
        return self.site.pages.page(request, "sign_out.html")

    async def leave(self, request: Request) -> Response:
        visitor = await self.site.visitor(request)
        form = await read_form(request, optional=[EVERYWHERE])
        auth, said = self.site.auth(request), "signed_out"
        if form.ticked(EVERYWHERE) and await auth.sign_out_everywhere(visitor.session_token):
            said = "signed_out_everywhere"
        else:
            await auth.sign_out(visitor.session_token)
        response = self.site.pages.see_other(SIGN_IN, said)
        self.site.drop_session(response)
        return response


def _after(step: Step, go_on: str) -> str:
    return (go_on or "/") if step is Step.ACTIVE else NEXT_STEP
