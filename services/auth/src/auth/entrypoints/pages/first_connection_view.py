"""What each step of the first connection puts on its page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.application.read_first_connection import FirstConnectionSeen
from auth.application.sign_in_ports import Busy, SessionFacts
from auth.domain.charters import TickFault
from auth.domain.first_connection import Step
from auth.domain.password_faults import PasswordFault
from auth.entrypoints.pages.new_password import BUSY, fault_errors, new_password_shown
from auth.entrypoints.pages.words import Words
from shared.kit.texts import Catalogue, kept_together
from shared.kit.web import FieldError

STEPS = (Step.CHARTER, Step.PASSWORD, Step.CONTACTS)
ADVICE = "first_connection.contacts.advice"
"""Pupils alone have this sentence (R56)."""
REFUSED = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the same step is shown again: boxes by charter, faults of a password, or no time to look at it."""

    boxes: Mapping[str, TickFault] = field(default_factory=dict)
    faults: tuple[PasswordFault, ...] = ()
    busy: Busy | None = None

    @property
    def status(self) -> int:
        return 503 if self.busy else REFUSED


def step_values(
    texts: Catalogue, session: SessionFacts, seen: FirstConnectionSeen, refusal: Refusal | None
) -> dict[str, Any]:
    """The values of the template `first_connection_<step>.html`."""
    words = Words(texts, session.profile)
    own = {Step.CHARTER: _charter, Step.PASSWORD: _password, Step.CONTACTS: _contacts}
    return {
        "words": words,
        "identifier": session.identifier,
        "title": words(f"first_connection.{session.step.value}.title"),
        "number": STEPS.index(session.step) + 1,
        "errors": [],
        **own[session.step](words, seen, refusal or Refusal()),
    }


def _charter(words: Words, seen: FirstConnectionSeen, refusal: Refusal) -> dict[str, Any]:
    faulty = [charter for charter in seen.asked if charter.charter_id in refusal.boxes]
    return {
        "asked": seen.asked,
        "shown": seen.shown,
        "ticked": [each.field for each in seen.asked if refusal.boxes and each not in faulty],
        "errors": [
            FieldError(
                charter.field,
                words(
                    f"first_connection.charter.{refusal.boxes[charter.charter_id]}",
                    box=kept_together(charter.box),
                ),
            )
            for charter in faulty
        ],
    }


def _password(words: Words, _: FirstConnectionSeen, refusal: Refusal) -> dict[str, Any]:
    errors = fault_errors(words.texts, refusal.faults)
    if refusal.busy:
        errors.append(FieldError("", words(BUSY)))
    return {"new_password": new_password_shown(words.texts), "errors": errors}


def _contacts(words: Words, _: FirstConnectionSeen, __: Refusal) -> dict[str, Any]:
    return {"advice": words(ADVICE) if ADVICE in words else ""}
