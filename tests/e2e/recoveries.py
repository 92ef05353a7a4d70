"""How a recovery is walked in a browser: the identifier, the code from the sink, and a contact to send it to."""

import time
from typing import Any

from tests.e2e.journey import IDENTIFIER, Account, Walk
from tests.e2e.portal import Portal, code_in

HERE = "/mot-de-passe-oublie"
CODE_WITHIN_S = 10


def prove(portal: Portal, person: Account, option: str, address: str) -> None:
    """What a person will do himself one day: the address is proved, and auth has learnt it."""
    done = portal.operator("preferences", "contact", person.person_id, option, address, "--proved")
    assert done.code == 0, done.err
    known = f"select count(*) from proved_contact where person_id = '{person.person_id}' and address = '{address}'"
    deadline = time.monotonic() + CODE_WITHIN_S
    while portal.ask("auth", known) != "1":
        assert time.monotonic() < deadline, "auth did not learn of the contact"


def ask(walk: Walk, identifier: str, channel: str = "Recevoir le code par e-mail") -> None:
    walk.go("/connexion")
    walk.follow("Mot de passe oublié")
    walk.fill(IDENTIFIER, identifier)
    walk.page.get_by_role("radio", name=channel).check()
    walk.press("Recevoir un code")
    walk.page.wait_for_url("**/code")


def codes(portal: Portal, kind: str, to: str) -> list[str]:
    """Every code that arrived there, oldest first."""
    return [code_in(one["text"]) for one in portal.messages(kind, to) if _is_code(one)]


def newest_code(portal: Portal, kind: str, to: str, before: list[str]) -> str:
    """The code that is not one of those that were there before."""
    wanted = portal.arrived(
        kind, to, lambda one: _is_code(one) and code_in(one["text"]) not in before, within_s=CODE_WITHIN_S
    )
    return code_in(wanted["text"])


def _is_code(message: dict[str, Any]) -> bool:
    return "ne communiquez jamais ce code" in message["text"].lower()


def type_code(walk: Walk, code: str) -> None:
    walk.fill("Code reçu", code)
    walk.press("Continuer")
