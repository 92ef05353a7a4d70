"""A small browser without scripts: it keeps cookies, follows redirects, and fills forms by their labels."""

from collections.abc import Mapping
from functools import cached_property
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
from starlette.types import ASGIApp

from tests.html_forms import HtmlForm, NotOnThePage, Value
from tests.html_tree import Element, plain, tree_of

REDIRECTS_MAX = 10
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "fr",
    "Sec-Fetch-Site": "same-origin",
}


class Shown:
    """A page as it came: what a person reads on it."""

    def __init__(self, response: httpx.Response, came_by: tuple[str, ...]) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.text
        self.path = response.url.raw_path.decode()
        self.came_by = came_by
        """The paths that led here by redirects, first to last."""

    @cached_property
    def tree(self) -> Element:
        return tree_of(self.html)

    @property
    def text(self) -> str:
        """What is read, lines without typography's spaces and apostrophes (`plain`)."""
        return self.tree.text

    @property
    def title(self) -> str:
        return next((plain("".join(map(str, each.children))) for each in self.tree.all("title")), "")

    @property
    def headings(self) -> list[str]:
        return [plain(each.text) for each in self.tree.all("h1", "h2", "h3")]

    @property
    def errors(self) -> list[str]:
        """The sentences of the summary of what there is to correct."""
        return [plain(item.text) for box in self.tree.of_class("error-summary") for item in box.all("li")]

    @property
    def said(self) -> str:
        """What was just done, as told after a redirect; empty without."""
        return next((plain(each.text) for each in self.tree if each.get("id") == "fait"), "")

    @property
    def links(self) -> dict[str, str]:
        """Where each link leads, by its words and by its label for screen readers."""
        links = self.tree.all("a")
        labelled = {
            plain(each.get("aria-label")): each.get("href") for each in links if each.get("aria-label")
        }
        return {plain(each.text): each.get("href") for each in links} | labelled

    @cached_property
    def forms(self) -> list[HtmlForm]:
        return [HtmlForm(form, self.tree) for form in self.tree.all("form")]

    def form(self, action: str | None = None) -> HtmlForm:
        """The only form, or the one of this action."""
        found = [form for form in self.forms if action is None or form.action == action]
        if len(found) != 1:
            actions = [form.action for form in self.forms]
            raise NotOnThePage(f"{len(found)} forms on {self.path} ({self.status}); actions: {actions}")
        return found[0]


class Browser:
    """One person's browser. `where` is an ASGI application or the address of a server.

    Unlike a cookie jar it keeps Secure cookies over http, as real browsers do on a loopback address.
    """

    def __init__(self, where: str | ASGIApp, *, headers: Mapping[str, str] | None = None) -> None:
        transport = None if isinstance(where, str) else httpx.ASGITransport(where, raise_app_exceptions=False)
        base_url = where if isinstance(where, str) else "http://ent.test"
        self._client = httpx.AsyncClient(
            transport=transport, base_url=base_url, headers={**_HEADERS, **(headers or {})}, timeout=30
        )
        self.cookies: dict[str, str] = {}
        self.page: Shown | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @property
    def shown(self) -> Shown:
        if self.page is None:
            raise NotOnThePage("no page was opened yet")
        return self.page

    async def get(self, path: str) -> Shown:
        return await self._visit("GET", path)

    async def post(self, path: str, data: Mapping[str, Any] | None = None, *, csrf: bool = True) -> Shown:
        """Post fields by their names; the hidden field comes from the page that is shown, when it has one."""
        pairs = list((data or {}).items())
        if csrf and self.page is not None and "csrf" not in (data or {}):
            hidden = [each.get("value") for each in self.page.tree.all("input") if each.get("name") == "csrf"]
            pairs += [("csrf", value) for value in hidden[:1]]
        return await self._visit("POST", path, pairs)

    async def follow(self, link: str) -> Shown:
        """Press a link of the page that is shown, by its words."""
        if plain(link) not in self.shown.links:
            raise NotOnThePage(f"no link « {link} »; there are {sorted(self.shown.links)}")
        return await self.get(self.shown.links[plain(link)])

    async def submit(
        self,
        values: Mapping[str, Value] | None = None,
        *,
        button: str | None = None,
        action: str | None = None,
    ) -> Shown:
        """Fill fields by their labels, press a button (the first without one)."""
        form = self.shown.form(action)
        for label, value in (values or {}).items():
            form.fill(label, value)
        path = form.action or self.shown.path
        if form.method == "get":
            return await self._visit("GET", str(httpx.URL(path, params=form.sent_by(button))))
        return await self._visit("POST", path, form.sent_by(button))

    async def _visit(self, method: str, path: str, pairs: list[tuple[str, Any]] | None = None) -> Shown:
        came_by: list[str] = []
        response = await self._send(method, path, pairs)
        while response.has_redirect_location:
            if len(came_by) == REDIRECTS_MAX:
                raise AssertionError(f"redirected without end: {came_by}")
            came_by.append(response.url.raw_path.decode())
            keeps = response.status_code in {307, 308}
            target = self._here(urljoin(str(response.url), response.headers["location"]))
            response = await self._send(method if keeps else "GET", target, pairs if keeps else None)
        self.page = Shown(response, tuple(came_by))
        return self.page

    def _here(self, url: str) -> str:
        target = urlsplit(url)
        assert target.netloc == urlsplit(str(self._client.base_url)).netloc, f"sent elsewhere: {url}"
        return target.path + (f"?{target.query}" if target.query else "")

    async def _send(self, method: str, path: str, pairs: list[tuple[str, Any]] | None) -> httpx.Response:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if not self.cookies:
            headers = {}
        if self.page is not None:
            headers["Referer"] = str(self.page.response.url)
        content = None
        if pairs is not None:
            content = str(httpx.QueryParams([(name, str(value)) for name, value in pairs])).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = await self._client.request(method, path, headers=headers, content=content)
        self._keep(response.headers.get_list("set-cookie"))
        self._client.cookies.clear()
        return response

    def _keep(self, cookies: list[str]) -> None:
        for text in cookies:
            for name, morsel in SimpleCookie(text).items():
                if name.startswith("__Host-"):
                    assert morsel["secure"], f"{name} without Secure"
                    assert morsel["path"] == "/", f"{name} below {morsel['path']}"
                    assert not morsel["domain"], f"{name} for a domain"
                if morsel["max-age"] == "0" or "1970" in morsel["expires"]:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
