"""Every kind of mail in a real browser: axe, light and dark, and a narrow telephone."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from notifier.adapters.mail_composer import TemplateMailComposer
from notifier.domain.letters import Letter
from tests.chromium import axe_violations_in_both_schemes, opened_page, screenshot, scrolls_sideways
from tests.unit.notifier_channels.letters import MAIL_FROM, PUBLIC_URL, StoppedClock, sonia
from tests.unit.notifier_channels.test_mail_snapshots import LETTERS


def page_of(letter: Letter) -> str:
    composer = TemplateMailComposer(mail_from=MAIL_FROM, public_url=PUBLIC_URL, clock=StoppedClock())
    mail = message_from_bytes(composer.compose(letter, sonia()).content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("name", LETTERS)
def test_axe_finds_nothing_and_nothing_is_lost_on_a_narrow_telephone(chromium: Any, name: str) -> None:
    with opened_page(chromium) as page:
        page.set_content(page_of(LETTERS[name]))
        screenshot(page, f"mail-{name}", widths=(360, 768))

        assert axe_violations_in_both_schemes(page) == []
        assert scrolls_sideways(page) == []
