"""How each kind of e-mail looks, as data: told apart at a glance, and never by colour alone."""

from dataclasses import dataclass

from notifier.adapters.texts import say
from notifier.domain.letters import Letter


@dataclass(frozen=True, slots=True)
class Look:
    """A tone for style sheets, its light colours for clients that have none, a sign and the button's words."""

    tone: str
    tint: str
    ink: str
    sign: str
    action: str
    button: str = "#1d4f91"


def _look(tone: str, sign: str, action_id: str = "mail.alert.button") -> Look:
    tint, ink, button = _TONES[tone]
    return Look(tone, tint, ink, sign, say(action_id), button)


_TONES = {
    "info": ("#e8f0fb", "#1d4f91", "#1d4f91"),
    "success": ("#e4f4ee", "#0b6e55", "#0b6e55"),
    "danger": ("#a8231c", "#ffffff", "#a8231c"),
    "warning": ("#fff4d6", "#7a5200", "#1d4f91"),
    "plain": ("#e9edf4", "#1b2440", "#1d4f91"),
    "security": ("#1b2440", "#ffffff", "#1d4f91"),
}
"""Background, text and button; every pair has a contrast of at least 4.5."""

_MESSAGE = _look("info", "✉\ufe0e", "mail.message.button")
_URGENT = _look("danger", "⚠\ufe0e")
_CODE = _look("plain", "✱")
_SECURITY = _look("security", "◆")
_SURVEY = _look("success", "☑\ufe0e", "mail.survey.button")
_WEATHER = _look("warning", "☂\ufe0e")
_NOTICE = _look("plain", "ℹ\ufe0e")

_BY_CATEGORY = {"survey": _SURVEY, "weather": _WEATHER, "transport": _WEATHER}
"""Categories with a look of their own; the list of categories is open, and the rest share one (R43)."""


def look_of(letter: Letter) -> Look:
    """The look of a letter's kind, urgency and category."""
    if letter.kind == "code":
        return _CODE
    if letter.kind == "security":
        return _SECURITY
    if letter.urgent:
        return _URGENT if letter.kind == "alert" else _look("danger", "⚠\ufe0e", "mail.message.button")
    return _MESSAGE if letter.kind == "message" else _BY_CATEGORY.get(letter.category or "", _NOTICE)


def kind_of(letter: Letter) -> str:
    """The words on the band: « Alerte urgente · Intempéries », « Enquête », « Message »."""
    if letter.kind in ("code", "security"):
        return say(f"mail.kind.{letter.kind}")
    if letter.kind == "message":
        return _message_kind(letter)
    category = _category(letter)
    return f"{say('mail.kind.alert.urgent')} · {category}" if letter.urgent else category


def _message_kind(letter: Letter) -> str:
    if letter.urgent:
        return say("mail.kind.message.urgent")
    return say(
        "mail.kind.message.establishment" if letter.sender_kind == "establishment" else "mail.kind.message"
    )


def _category(letter: Letter) -> str:
    try:
        return say(f"mail.category.{letter.category}")
    except KeyError:
        return say("mail.category.other")
