"""The words of an e-mail: a letter poured into the templates, once in HTML and once in plain text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifier.adapters.looks import kind_of, look_of
from notifier.adapters.texts import say
from notifier.domain.letters import Letter
from notifier.domain.wording import cut, one_line, paragraphs, spoken_date, spoken_time

SUBJECT_LENGTH_MAX = 70
_PREHEADER_LENGTH_MAX = 110
_WHY = {"person": "message", "establishment": "establishment", "partner": "partner"}


@dataclass(frozen=True, slots=True)
class Page:
    """A letter in words. `subject` goes through a header's own cleaning afterwards."""

    subject: str
    text: str
    html: str


def written(letter: Letter, slots: Mapping[str, str], *, brand: str, public_url: str) -> Page:
    """Pour a letter into its templates; `slots` holds what is personal: `concerns`, `greeting`, `school`."""
    clean = _cleaned(letter)
    subject = subject_of(clean)
    words = {
        "letter": clean,
        "slots": slots,
        "subject": subject,
        "kind": kind_of(clean),
        "look": look_of(clean),
        "brand": brand,
        "preferences_url": f"{public_url}/preferences/mes-preferences",
        "recovery_url": f"{public_url}/mot-de-passe-oublie",
        "why": _why(clean, slots["school"]),
        "preheader": _preheader(clean),
        **_own_words(clean),
    }
    text = _templates().get_template(f"{clean.kind}.txt.j2").render(words)
    return Page(subject, text, _templates().get_template(f"{clean.kind}.html.j2").render(words))


def subject_of(letter: Letter) -> str:
    """The fact first, then who says it, as far as 70 characters go. A code's subject holds no code."""
    if letter.kind == "code":
        return say(f"mail.code.{letter.purpose}.subject")
    if letter.kind == "security":
        return say(f"mail.security.{letter.fact}.title")
    whole = f"{letter.title} — {letter.sender_name}"
    return whole if len(whole) <= SUBJECT_LENGTH_MAX else cut(letter.title, SUBJECT_LENGTH_MAX)


def code_minutes(letter: Letter) -> int:
    """How many whole minutes a code lives, at least one."""
    if letter.expires_at is None:
        raise ValueError("a code has an end")
    return max(1, round((letter.expires_at - letter.sent_at).total_seconds() / 60))


def _cleaned(letter: Letter) -> Letter:
    """Nothing typed by a person goes further without having been cleaned."""
    return replace(
        letter, title=_title(letter), sender_name=one_line(letter.sender_name), url=_safe_url(letter.url)
    )


def _title(letter: Letter) -> str:
    match letter.kind:
        case "code":
            return say(f"mail.code.{letter.purpose}.title")
        case "security":
            return say(f"mail.security.{letter.fact}.title")
        case _:
            return one_line(letter.title)


def _why(letter: Letter, school: str) -> str:
    if letter.kind == "security":
        return say("mail.foot.why.security")
    return say(f"mail.foot.why.{letter.purpose or _WHY[letter.sender_kind]}", school=school)


def _safe_url(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) and url == one_line(url) else None


def _own_words(letter: Letter) -> dict[str, object]:
    match letter.kind:
        case "message":
            return {"sent": spoken_date(letter.sent_at)}
        case "alert":
            body = paragraphs(letter.body or "")
            return {"body": body, "until": _until(letter), "host": _host(letter.url)}
        case "code":
            return {"lead": say(f"mail.code.{letter.purpose}.lead"), "valid": _validity(letter)}
        case "security":
            return _security_words(letter)


def _security_words(letter: Letter) -> dict[str, object]:
    """What happened, and what to do. Where recovery may now reach somebody else, or nobody, the school comes first."""
    # done by the portal itself: nobody can say « c'est bien moi »
    ours = letter.fact == "device_token_reused"
    school_first = letter.fact in ("contact_changed", "contact_removed", "accounts_fused")
    return {
        "lead": say(f"mail.security.{letter.fact}.lead"),
        "when": say("mail.security.when", when=spoken_date(letter.sent_at)),
        "fine": say("mail.security.again" if ours else "mail.security.if_you"),
        "doubt": say("mail.security.in_doubt" if ours else "mail.security.if_not_you"),
        "act": say("mail.security.act.school" if school_first else "mail.security.act"),
    }


def _until(letter: Letter) -> str:
    if letter.expires_at is None:
        return ""
    text_id = "mail.survey.valid_until" if letter.category == "survey" else "mail.alert.valid_until"
    return say(text_id, until=spoken_date(letter.expires_at))


def _validity(letter: Letter) -> str:
    minutes = code_minutes(letter)
    text_id = "mail.code.valid" if minutes > 1 else "mail.code.valid_one"
    until = letter.expires_at or letter.sent_at
    return say(text_id, minutes=minutes, until=spoken_time(until))


def _host(url: str | None) -> str:
    return (urlsplit(url).hostname or "") if url else ""


def _preheader(letter: Letter) -> str:
    """What a list of e-mails shows after the subject: never a code, never a repetition of the subject."""
    match letter.kind:
        case "message":
            return say("mail.message.preheader", sender=letter.sender_name)
        case "alert":
            first = " ".join(line for lines in paragraphs(letter.body or "")[:2] for line in lines)
            return cut(first or say("mail.alert.from", sender=letter.sender_name), _PREHEADER_LENGTH_MAX)
        case "code":
            return say("mail.code.preheader", minutes=code_minutes(letter))
        case "security":
            when = spoken_date(letter.sent_at)
            return say("mail.security.preheader", when=when[:1].upper() + when[1:])


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("notifier.adapters"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals["say"] = say
    return environment
