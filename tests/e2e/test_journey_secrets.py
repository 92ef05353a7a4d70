"""Canaries on the journeys: what people type, read and carry is in no log and no metric of the whole portal."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.chromium import chromium
from tests.e2e.journey import PASSWORD, Account, Cast, Walk, walking
from tests.e2e.portal import Portal
from tests.e2e.recoveries import ask, codes, newest_code, prove, type_code

__all__ = ["chromium"]

ADDRESS = "canari.du.parcours@example.org"
NUMBER = "+33639981357"
MISTYPED = "Canari 3 mal tapé!"
CHOSEN = "Canari 5 sous la neige!"
RECOVERED = "Canari 8 au soleil!"


@pytest.fixture(scope="module")
def canaries(portal: Portal, cast: Cast, chromium: Any) -> list[str]:
    """Everything secret of a journey from the slip to a recovery by mail, then by SMS."""
    parent, seen = cast.newcomer("parent"), [ADDRESS, NUMBER, NUMBER[3:], MISTYPED, CHOSEN, RECOVERED]
    seen.append(parent.password)
    with walking(portal, chromium) as walk:
        walk.sign_in(parent, password=MISTYPED)
        walk.first_connection(parent, CHOSEN)
        seen += _cookies(walk)
        walk.sign_out()
        prove(portal, parent, "--email", ADDRESS)
        prove(portal, parent, "--phone", NUMBER)
        seen += _recovers(walk, parent, "mail", ADDRESS, RECOVERED)
        seen += _recovers(walk, parent, "sms", NUMBER, CHOSEN)
        walk.sign_in(parent)
        walk.go("/connexion/confirmer")
        walk.fill(PASSWORD, MISTYPED)
        walk.press("Continuer")
        seen += _cookies(walk)
    seen.append(parent.person_id)
    return seen


def _recovers(walk: Walk, person: Account, kind: str, to: str, password: str) -> list[str]:
    """The code, and what the browser carried meanwhile."""
    before = codes(walk.portal, kind, to)
    ask(
        walk,
        person.identifier,
        "Recevoir le code par SMS" if kind == "sms" else "Recevoir le code par e-mail",
    )
    code = newest_code(walk.portal, kind, to, before)
    type_code(walk, "999999" if code != "999999" else "888888")
    type_code(walk, code)
    carried = _cookies(walk)
    walk.choose(password)
    person.password = password
    return [*carried, code]


def _cookies(walk: Walk) -> list[str]:
    return [one["value"] for one in walk.page.context.cookies()]


def _logs(portal: Portal) -> Iterator[tuple[str, str]]:
    found = [*(portal.folder / "data").rglob("*.log"), portal.folder / "stderr.txt"]
    for path in found:
        if "kafka" not in path.relative_to(portal.folder).parts:
            yield path.name, Path(path).read_text(encoding="utf-8", errors="replace")


def _shapes(secret: str) -> Iterator[str]:
    """As it is, and as it travels; six digits only by themselves: every log has such ends of a second."""
    alone = r"(?<![\w.]){}(?!\w)" if secret.isdigit() else "{}"
    for shape in (secret, quote(secret), secret.replace(" ", "+")):
        yield alone.format(re.escape(shape))


def _metrics(portal: Portal) -> Iterator[tuple[str, str]]:
    for service in ("auth", "preferences", "activation", "notifier"):
        port = portal.told["services"][service]["port"]
        yield f"metrics of {service}", httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text


def test_nothing_that_is_typed_read_or_carried_is_in_a_log_or_a_metric(
    portal: Portal, canaries: list[str]
) -> None:
    *secrets, person_id = canaries
    written = dict(_logs(portal)) | dict(_metrics(portal))
    looked_for = re.compile("|".join(sorted({shape for secret in secrets for shape in _shapes(secret)})))

    found = sorted(name for name, text in written.items() if looked_for.search(text))

    assert {"auth.log", "front.log", "notifier.log", "preferences.log", "postgres.log"} <= written.keys()
    assert person_id in written["auth.log"]
    assert len(secrets) > 15
    assert found == []
