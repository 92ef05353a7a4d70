"""The wizard of the first connection: whichever step is due, and the three forms (R6–R26)."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from auth.application.accept_charters import CharterNotAccepted, Ticks
from auth.application.replace_password import NewPassword, PasswordFaults, PasswordReplaced
from auth.application.sign_in_ports import Busy, SessionFacts
from auth.domain.first_connection import Step, after_password
from auth.entrypoints.pages.first_connection_view import Refusal, step_values
from auth.entrypoints.pages.new_password import CONFIRMATION, PASSWORD
from auth.entrypoints.pages.site import Site, Visitor, page_router
from shared.kit.sessions import NEXT_STEP, SIGN_IN
from shared.kit.web import SeeOther, read_form

PORTAL = "/"


def first_connection_router(site: Site) -> APIRouter:
    """`/premiere-connexion` shows the step that is due and changes nothing; each step has its own form."""
    router = page_router()
    wizard = _Wizard(site)
    router.add_api_route(NEXT_STEP, wizard.show, methods=["GET"])
    router.add_api_route(f"{NEXT_STEP}/charte", wizard.accept, methods=["POST"])
    router.add_api_route(f"{NEXT_STEP}/mot-de-passe", wizard.choose, methods=["POST"])
    router.add_api_route(f"{NEXT_STEP}/contacts", wizard.finish, methods=["POST"])
    for step in ("charte", "mot-de-passe", "contacts"):
        router.add_api_route(f"{NEXT_STEP}/{step}", _to_the_step, methods=["GET"])
    return router


async def _to_the_step() -> Response:
    """A reload after a refused form asks for the address of that form: it leads to the step that is due."""
    raise SeeOther(NEXT_STEP)


@dataclass(frozen=True, slots=True)
class _Wizard:
    site: Site

    async def show(self, request: Request) -> Response:
        _, session = await self._in_the_wizard(request, await self.site.visitor(request))
        return await self._page(request, session)

    async def accept(self, request: Request) -> Response:
        """Step 1. A box that another version was read under is not a tick."""
        _, session = await self._at(request, Step.CHARTER)
        first_connection = self.site.auth(request).first_connection
        seen = await first_connection.read(session.person_id, session.profile)
        form = await read_form(request, optional=[charter.field for charter in seen.asked])
        ticked = {each.charter_id: form[each.field] for each in seen.asked if form.ticked(each.field)}
        answer = await first_connection.accept(
            Ticks(person_id=session.person_id, profile=session.profile, ticked=ticked)
        )
        if isinstance(answer, CharterNotAccepted):
            return await self._page(request, session, Refusal(boxes=answer.faults))
        return self.site.pages.see_other(NEXT_STEP)

    async def choose(self, request: Request) -> Response:
        """Step 2. The session goes on under another identifier; the first password opens nothing any more."""
        visitor, session = await self._at(request, Step.PASSWORD)
        form = await read_form(request, PASSWORD, CONFIRMATION)
        answer = await self.site.auth(request).replace_password(
            NewPassword(
                person_id=session.person_id,
                password=form[PASSWORD],
                confirmation=form[CONFIRMATION],
                why="first",
                session_token=visitor.session_token,
                device_token=visitor.device_token,
                step_after=after_password(),
            )
        )
        if isinstance(answer, PasswordFaults):
            return await self._page(request, session, Refusal(faults=answer.faults))
        if isinstance(answer, Busy):
            return await self._page(request, session, Refusal(busy=answer))
        response = self.site.pages.see_other(NEXT_STEP)
        if isinstance(answer, PasswordReplaced) and answer.session_token:
            self.site.keep_session(response, answer.session_token)
        return response

    async def finish(self, request: Request) -> Response:
        """Step 3, which ends the first connection."""
        _, session = await self._at(request, Step.CONTACTS)
        await read_form(request)
        if await self.site.auth(request).first_connection.finish(session.person_id):
            return self.site.pages.see_other(PORTAL, "first_connection_finished")
        return self.site.pages.see_other(NEXT_STEP)

    async def _in_the_wizard(self, request: Request, visitor: Visitor) -> tuple[Visitor, SessionFacts]:
        """Somebody who is in his first connection. Raises SeeOther to the portal for whoever has ended it.

        A session from before a new first password was handed out is over.
        """
        if visitor.session and visitor.session.step is Step.PROVISIONED:
            await self.site.auth(request).sign_out(visitor.session_token)
            raise SeeOther(SIGN_IN, "session_over")
        if visitor.session is None:
            raise SeeOther(SIGN_IN, "session_over" if visitor.session_token else None)
        if visitor.session.step is Step.ACTIVE:
            raise SeeOther(PORTAL)
        return visitor, visitor.session

    async def _at(self, request: Request, step: Step) -> tuple[Visitor, SessionFacts]:
        """Somebody who is at this very step. Raises SeeOther to the one that is due."""
        visitor = await self.site.visitor(request)
        session = visitor.session
        if session and session.step is not step:
            self.site.auth(request).audit(
                "sequence_fail", person_id=session.person_id, asked=step.value, step=session.step.value
            )
            raise SeeOther(PORTAL if session.step is Step.ACTIVE else NEXT_STEP)
        return await self._in_the_wizard(request, visitor)

    async def _page(
        self, request: Request, session: SessionFacts, refusal: Refusal | None = None
    ) -> Response:
        texts, busy = self.site.pages.texts, refusal.busy if refusal else None
        seen = await self.site.auth(request).first_connection.read(session.person_id, session.profile)
        return self.site.pages.page(
            request,
            f"first_connection_{session.step.value}.html",
            refusal.status if refusal else 200,
            {"Retry-After": str(busy.retry_after_s)} if busy else None,
            **step_values(texts, session, seen, refusal),
        )
