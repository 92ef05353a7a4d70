"""What people do on a whole portal in a real browser: they come with a slip, sign in, walk the wizard, leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chromium import axe_violations_in_both_schemes, focused, opened_page, screenshot, scrolls_sideways
from tests.e2e.portal import Portal
from tests.html_tree import plain

CHOSEN = "Violette 7 sous la pluie!"
TELEPHONE = 360
IDENTIFIER, PASSWORD = "Identifiant", "Mot de passe"
NEW_PASSWORD, CONFIRMATION = "Mot de passe (*)", "Confirmation (*)"
CHARTER = "Acceptation de la charte"
NEW = "Changement de mot de passe"
CONTACTS = "Contact et préférences"
NEXT_STEP = "/premiere-connexion"
_UNCOVERED = """(each) => { const box = each.getBoundingClientRect();
    const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.top >= 0 && box.bottom <= innerHeight && (met === each || each.contains(met)); }"""


@dataclass(slots=True)
class Account:
    """Somebody of the sample; `password` is what opens the account now."""

    person_id: str
    identifier: str
    first_name: str
    last_name: str
    profile: str
    password: str
    new: bool
    """Whether the first connection is still to come."""


@dataclass(slots=True)
class Cast:
    """The people of the running portal. Whoever is asked for by profile is given to nobody else."""

    portal: Portal
    _known: dict[str, Account] = field(default_factory=dict)

    def person(self, person_id: str) -> Account:
        """Somebody with a name in the story; the same object for every test."""
        if person_id not in self._known:
            told = self.portal.account(person_id)
            names = ("person_id", "identifier", "first_name", "last_name", "profile")
            self._known[person_id] = Account(
                **{name: told[name] for name in names},
                password=told["password"] or told["first_password"],
                new=told["password"] is None,
            )
        return self._known[person_id]

    def newcomer(self, profile: str) -> Account:
        """Somebody who holds a slip and has never signed in."""
        return self._somebody(self.portal.on_first_password(profile))

    def settled(self, profile: str) -> Account:
        """Somebody whose first connection is over."""
        return self._somebody(self.portal.ready(profile))

    def _somebody(self, told: list[dict[str, Any]]) -> Account:
        found = (one for one in told if one["person_id"] > "P0000004" and one["person_id"] not in self._known)
        return self.person(next(found)["person_id"])


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody's browser on the portal."""

    portal: Portal
    page: Any

    def go(self, path: str) -> int:
        """Open an address; its status."""
        status: int = self.page.goto(self.portal.front + path).status
        return status

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def type(self, label: str, text: str) -> None:
        """Key by key, as hands do."""
        field = self.page.get_by_label(label, exact=True)
        field.fill("")
        field.press_sequentially(text)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    @property
    def heading(self) -> str:
        return plain(self.page.inner_text("h1"))

    @property
    def path(self) -> str:
        return str(self.page.url).removeprefix(self.portal.front).partition("?")[0]

    @property
    def text(self) -> str:
        """What is read in the page itself, below its header."""
        return plain(self.page.inner_text("main"))

    @property
    def said(self) -> str:
        return plain(self.page.inner_text("#fait"))

    @property
    def errors(self) -> list[str]:
        """The sentences of the summary of what there is to correct."""
        return [plain(each) for each in self.page.locator(".error-summary li").all_inner_texts()]

    @property
    def step(self) -> str:
        """The step of the wizard that is marked as the current one."""
        return plain(self.page.inner_text("[aria-current=step] .step-words"))

    def sign_in(self, account: Account, *, password: str | None = None) -> None:
        self.go("/connexion")
        self.fill(IDENTIFIER, account.identifier)
        self.fill(PASSWORD, account.password if password is None else password)
        self.press("Se connecter")

    def sign_out(self) -> None:
        self.follow("Se déconnecter")
        self.press("Se déconnecter")

    def accept(self) -> None:
        self.page.get_by_role("checkbox").first.check()
        self.press("Valider")

    def choose(self, password: str, confirmation: str | None = None) -> None:
        self.fill(NEW_PASSWORD, password)
        self.fill(CONFIRMATION, password if confirmation is None else confirmation)
        self.press("Valider")

    def first_connection(self, account: Account, password: str = CHOSEN) -> None:
        """The whole wizard, from the slip to the portal."""
        self.sign_in(account)
        self.accept()
        self.choose(password)
        self.press("Terminer")
        account.password, account.new = password, False
        assert self.path == "/", f"still at {self.path}"

    def enters(self, account: Account) -> None:
        """Into the portal, by the wizard when it is still to come."""
        if account.new:
            self.first_connection(account)
        else:
            self.sign_in(account)
        assert self.path == "/", f"not let in: {self.path}"

    def program(self, path: str) -> httpx.Response:
        """What a program gets that uses this browser's cookies."""
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in self.page.context.cookies())
        return httpx.get(self.portal.front + path, headers={"Cookie": cookies}, timeout=20)

    def photograph(self, name: str) -> None:
        """A stage of the way, on demand; the tests of its page judge it."""
        screenshot(self.page, name, widths=(360, 1280))

    def look(self, name: str) -> None:
        """A stage that no other test judges: no violation, light and dark, and whole in the narrowest window."""
        self.photograph(name)

        found = axe_violations_in_both_schemes(self.page) + scrolls_sideways(self.page)[:5]
        assert found == [], f"{name}: {found}"


@contextmanager
def walking(portal: Portal, chromium: Any, *, width: int = TELEPHONE, scripts: bool = True) -> Iterator[Walk]:
    with opened_page(chromium, width=width, scripts=scripts) as page:
        page.emulate_media(reduced_motion="reduce")
        yield Walk(portal, page)


def tab_to(page: Any, words: str, stops_max: int = 25) -> None:
    """Press Tab until this is focused."""
    for _ in range(stops_max):
        if focused(page).startswith(words):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"« {words} » is not reached with the keyboard; the focus is on « {focused(page)} »")


def press_key(page: Any, words: str, key: str = "Enter") -> None:
    """Press a key once this is focused."""
    tab_to(page, words)
    page.keyboard.press(key)


def type_into(page: Any, words: str, text: str) -> None:
    """Type once this is focused."""
    tab_to(page, words)
    page.keyboard.type(text)


def is_reached(element: Any) -> bool:
    """Whether a finger in the middle of an element, brought into view, meets the element itself."""
    element.scroll_into_view_if_needed()
    return bool(element.evaluate(_UNCOVERED))
