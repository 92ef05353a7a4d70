"""Reading SMTP_RELAYS and SMS_GATEWAYS: URLs separated by commas, in order of preference.

The sentences raised here end up on a screen or in a log, so none of them repeats what it was given.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Security = Literal["tls", "starttls", "clear"]

_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|MG[0-9a-fA-F]{32}|(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpRelay:
    """One mail relay. `name` holds no credential, so it may be stored and shown."""

    name: str
    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TwilioGateway:
    """One account at Twilio, or at something that speaks like it. `name` holds no credential."""

    name: str
    base_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    sender: str

    @property
    def is_messaging_service(self) -> bool:
        """Whether `sender` names a pool of numbers and not a number or a name of its own."""
        return self.sender.startswith("MG") and len(self.sender) == 34


def read_relays(text: str, *, local: bool) -> tuple[SmtpRelay, ...]:
    """Read SMTP_RELAYS. Clear text is accepted only where `local`. Raises ValueError with a sentence."""
    urls = _split(text)
    names = _names(f"{url.hostname}:{url.port or _PORTS.get(url.scheme, 0)}" for url in urls)
    return tuple(_relay(url, name, local=local) for url, name in zip(urls, names, strict=True))


def read_gateways(text: str, *, local: bool) -> tuple[TwilioGateway, ...]:
    """Read SMS_GATEWAYS. `twilio+http` is accepted only where `local`. Raises ValueError with a sentence."""
    urls = _split(text)
    names = _names(f"{url.hostname}:{url.port}" if url.port else str(url.hostname) for url in urls)
    return tuple(_gateway(url, name, local=local) for url, name in zip(urls, names, strict=True))


def _relay(url: SplitResult, name: str, *, local: bool) -> SmtpRelay:
    if url.scheme not in _PORTS:
        raise ValueError("a relay's URL starts with smtp:// or smtps://")
    options = _options(url, {"starttls"})
    if options.get("starttls", "required") != "required":
        raise ValueError("starttls, when given, is `required`")
    security: Security = "tls" if url.scheme == "smtps" else "starttls" if options else "clear"
    if security == "clear" and not local:
        raise ValueError("a relay needs smtps:// or ?starttls=required; clear text is for local use only")
    if bool(url.username) != bool(url.password):
        raise ValueError("a relay's user and password go together")
    return SmtpRelay(
        name=name,
        host=str(url.hostname),
        port=url.port or _PORTS[url.scheme],
        security=security,
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
    )


def _gateway(url: SplitResult, name: str, *, local: bool) -> TwilioGateway:
    if url.scheme not in {"twilio", "twilio+http"}:
        raise ValueError("a gateway's URL starts with twilio:// or, in local use, twilio+http://")
    if url.scheme == "twilio+http" and not local:
        raise ValueError("twilio+http:// is clear text, for local use only")
    if not url.username or not url.password:
        raise ValueError("a gateway's URL holds the account's SID and token before the @")
    sender = _options(url, {"from"}).get("from", "")
    if not _SENDER.fullmatch(sender):
        raise ValueError(
            "a gateway's URL ends with ?from= and a number, a name of at most 11 letters and digits, "
            "or a messaging service (MG…)"
        )
    scheme = "http" if url.scheme == "twilio+http" else "https"
    host = url.netloc.rpartition("@")[2]
    return TwilioGateway(
        name=name,
        base_url=f"{scheme}://{host}",
        account_sid=unquote(url.username),
        auth_token=unquote(url.password),
        sender=sender,
    )


def _split(text: str) -> list[SplitResult]:
    urls = [_url(piece.strip()) for piece in text.split(",") if piece.strip()]
    if not urls:
        raise ValueError("at least one URL is needed")
    return urls


def _url(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port  # read now: it is judged only when asked for
    except ValueError:
        raise ValueError("one of the URLs cannot be read") from None
    if not url.hostname or url.path.strip("/") or url.fragment:
        raise ValueError("a URL looks like scheme://user:password@host:port?option=value")
    return url


def _options(url: SplitResult, known: set[str]) -> dict[str, str]:
    # A + stands for itself: `from=+33…` is a number, not a space and digits.
    options = dict(parse_qsl(url.query.replace("+", "%2B"), keep_blank_values=True))
    if set(options) - known:
        raise ValueError(f"the only option known here is {', '.join(sorted(known))}")
    return options


def _names(names: Iterable[str]) -> list[str]:
    """Two accounts on one host get names of their own, or a breaker could not tell them apart."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return distinct
