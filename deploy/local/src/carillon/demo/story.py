"""The story: send a message, an alert and a code, wait until all is settled, tell it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from carillon.demo.intake import send_alert
from carillon.demo.roll import Roll
from carillon.demo.settled import SettledEvents
from carillon.demo.sinks import Sinks
from carillon.demo.words import Words
from carillon.sample.establishments import COLLEGE_OF_LEO
from carillon.sample.people import INES, LEO, SONIA
from carillon.sending.publishing import made, now_at, publish
from carillon.sending.sealed import sealed_secret
from carillon.sending.target import Target
from shared.events.codes import CodeIssued
from shared.events.messages import MessageReceived
from shared.events.notifications import NotificationSettled
from shared.kernel.ids import uuid7

RECIPIENTS_MAX = 60
QUIET_S = 1.5
SETTLED_WITHIN_S = 45.0
EXAMPLES_MAX = 2
SUBJECT = "Sortie au musée jeudi : pique-nique à prévoir"
ALERT = "Transports scolaires suspendus demain"
ALERT_BODY = "En raison des chutes de neige, aucun car scolaire ne circulera demain dans le Rhône."
PARTNER = "region-auvergne-rhone-alpes"
ADDRESS_OF_SONIA = "sonia.benali-lefevre@example.org"

Settled = Mapping[tuple[str, str], NotificationSettled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the story happens on."""

    front: str
    viewer: str | None
    partners: list[dict[str, Any]]
    accounts_file: Path
    target: Target
    started_s_ago: float
    accounts: list[dict[str, Any]]
    """Those with whom one may sign in."""


class Story:
    """Sends the three events and tells what became of them."""

    def __init__(self, stage: Stage, console: Console, words: Words) -> None:
        self._stage = stage
        self._console = console
        self._words = words
        self._roll = Roll.read(stage.accounts_file)
        self._sinks = Sinks(stage.viewer) if stage.viewer else None

    async def tell(self) -> None:
        """Raises StackRefused when the stack refuses one of the three."""
        people = self._roll.at_school(COLLEGE_OF_LEO.uai, RECIPIENTS_MAX)
        async with SettledEvents(self._stage.target.kafka) as settled:
            message = await self._send_message(people)
            first_mail_s = await self._sinks.first_mail(within_s=SETTLED_WITHIN_S) if self._sinks else None
            alert = await self._send_alert()
            code = await self._send_code()
            await settled.until_quiet([message, alert, code], quiet_s=QUIET_S, within_s=SETTLED_WITHIN_S)
        found = settled.by_event
        self._title(1, "message", school=COLLEGE_OF_LEO.name, people=len(people), subject=SUBJECT)
        self._outcomes(found.get(message, {}))
        self._title(2, "alert", partner=self._partner["name"], subject=ALERT)
        self._outcomes(found.get(alert, {}))
        self._title(3, "code", name=self._roll.name(SONIA))
        self._outcomes(found.get(code, {}))
        self._family({"message": found.get(message, {}), "alert": found.get(alert, {})})
        await self._end(first_mail_s)

    async def _send_message(self, people: list[str]) -> str:
        message_id = str(uuid7())
        data = made(
            MessageReceived,
            message_id=message_id,
            establishment_uai=COLLEGE_OF_LEO.uai,
            sender={"kind": "establishment", "display_name": COLLEGE_OF_LEO.name},
            subject=SUBJECT,
            recipients=people,
            url=f"{self._stage.front}/messagerie/{message_id}",
        )
        return await publish(self._stage.target, data)

    @property
    def _partner(self) -> dict[str, Any]:
        return next(partner for partner in self._stage.partners if partner["partner_id"] == PARTNER)

    async def _send_alert(self) -> str:
        return await send_alert(
            self._stage.front,
            self._partner,
            title=ALERT,
            body=ALERT_BODY,
            audience={"departements": ["69"], "transported_only": True},
            now=now_at(self._stage.target),
        )

    async def _send_code(self) -> str:
        keys = self._stage.target.code_keys
        data = made(
            CodeIssued,
            code_id=str(uuid7()),
            person_id=SONIA,
            purpose="contact_proof",
            channel="email",
            sealed=sealed_secret(keys, channel="email", destination=ADDRESS_OF_SONIA, code="402739"),
            expires_at=now_at(self._stage.target) + timedelta(minutes=10),
        )
        return await publish(self._stage.target, data)

    def _title(self, number: int, sentence: str, **values: object) -> None:
        self._console.print(
            f"\n{number}. {self._words(sentence, **values)}", style="bold", highlight=False, soft_wrap=True
        )

    def _outcomes(self, settled: Settled) -> None:
        for channel in ("email", "sms"):
            mine = [one for one in settled.values() if one.channel == channel]
            gone = [one.person_id for one in mine if one.state in {"sent", "delivered"}]
            silent = [one for one in mine if one.state not in {"sent", "delivered"}]
            if gone:
                self._line("green", self._words(f"sent_{channel}", count=len(gone)), gone)
            if silent:
                self._line("yellow", self._words(f"silent_{channel}", count=len(silent)))
                self._reasons(silent)

    def _reasons(self, silent: Iterable[NotificationSettled]) -> None:
        people: dict[str, list[str]] = defaultdict(list)
        for one in silent:
            people[one.reason or one.state].append(one.person_id)
        for reason, who in sorted(people.items(), key=lambda pair: -len(pair[1])):
            self._line("", f"   {len(who):4} {self._words.reason(reason)}", who)

    def _line(self, style: str, text: str, who: list[str] | None = None) -> None:
        names = ", ".join(self._roll.name(person) for person in (who or [])[:EXAMPLES_MAX])
        tail = f" ({self._words('for_example', names=names)})" if names else ""
        self._console.print(f"   {text}{tail}", style=style or None, highlight=False, soft_wrap=True)

    def _family(self, events: Mapping[str, Settled]) -> None:
        self._console.print(f"\n{self._words('family')}", style="bold", highlight=False, soft_wrap=True)
        for person in (SONIA, LEO, INES):
            told = [
                f"{self._words(f'{event}_short')} {one.channel} — {self._fate(one)}"
                for event, settled in events.items()
                for (who, _), one in sorted(settled.items())
                if who == person
            ]
            self._line("", f"{self._roll.name(person)}: {'; '.join(told) or self._words('nothing')}")

    def _fate(self, one: NotificationSettled) -> str:
        if one.state in {"sent", "delivered"}:
            return self._words("sent")
        return self._words.reason(one.reason or one.state)

    async def _end(self, first_mail_s: float | None) -> None:
        said = self._console.print
        said()
        if self._sinks is not None:
            counts = {kind: len(await self._sinks.messages(kind)) for kind in ("mail", "sms")}
            await self._sinks.close()
            said(self._words("arrived", mails=counts["mail"], sms=counts["sms"]), highlight=False)
            if first_mail_s is None:
                said(self._words("no_mail"), style="red")
            else:
                seconds = self._stage.started_s_ago + first_mail_s
                said(self._words("first_mail", seconds=seconds), style="bold green", highlight=False)
            said(self._words("look", viewer=self._stage.viewer), highlight=False, soft_wrap=True)
        said(self._words("front", front=self._stage.front), highlight=False, soft_wrap=True)
        for account in self._stage.accounts:
            self._sign_in(account)
        said(self._words("again"), highlight=False, soft_wrap=True)

    def _sign_in(self, account: dict[str, Any]) -> None:
        """How one of them signs in; nothing about one who cannot."""
        kind = "first_password" if account["first_password"] else "password"
        if account[kind]:
            name = self._roll.name(account["person_id"])
            words = self._words(kind, identifier=account["identifier"], password=account[kind])
            self._line("", f"{name}: {words}")
