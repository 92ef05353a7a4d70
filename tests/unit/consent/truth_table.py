"""The truth table in the docs, worked out from the decision itself.

Every combination of the facts is judged; facts that change nothing under what stands to their left are then
merged into « any », so that one line is one distinct case and all lines together are all combinations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import Any

from shared.consent import (
    SENTENCES,
    Channel,
    Choices,
    Defer,
    Occasion,
    OccasionKind,
    PartnerBody,
    Proof,
    Send,
    Skip,
    SmsRules,
    Standing,
    Verdict,
    Verdicts,
    decide,
)
from tests.unit.consent.examples import ACADEMIE, ALL_EVENTS, COLLEGE, NIGHT, NOON, REGION, URGENT_ONLY

PAST, FUTURE = NOON - timedelta(days=1), NOON + timedelta(days=2)
YES_NO: Mapping[str, Any] = {"yes": True, "no": False}
PROOFS: Mapping[str, Any] = {"none": None, "unproved": "unproved", "bounced": "bounced", "proved": "proved"}
FACTS: dict[str, Mapping[str, Any]] = {
    "device": YES_NO,
    "account open": YES_NO,
    "deadline passed": YES_NO,
    "attached": YES_NO,
    "number": PROOFS,
    "R50": YES_NO,
    "R29": YES_NO,
    "R30": YES_NO,
    "R31": YES_NO,
    "partner of the school": {"yes": ACADEMIE, "no": REGION, "unknown": None},
    "address": PROOFS,
    "urgent": YES_NO,
    "SMS_EVENTS": {"urgent": URGENT_ONLY, "all": ALL_EVENTS},
    "allowed hours": {"yes": NOON, "no": NIGHT},
}
"""Every fact that the rules speak of, in the order of the columns, with its values as they are shown."""

Row = tuple[str, ...]
ANY = "any"


@dataclass(frozen=True)
class Table:
    """The distinct cases of one kind of occasion on one channel."""

    title: str
    kind: OccasionKind
    channel: Channel

    def lines(self) -> tuple[list[str], list[Row]]:
        """The columns that matter somewhere, and one row per case: their values, then the verdict."""
        facts = facts_of(self.kind)
        rows = merged(
            tuple(facts.items()),
            [in_words(decided.on(self.channel)) for decided in every_decision(self.kind)],
        )
        told = [n for n in range(len(facts)) if any(row[n] != ANY for row in rows)]
        return [tuple(facts)[n] for n in told], [(*(row[n] for n in told), row[-1]) for row in rows]


def facts_of(kind: OccasionKind) -> dict[str, Mapping[str, Any]]:
    """Only an alert has a partner."""
    return FACTS if kind == "alert" else FACTS | {"partner of the school": {"none": None}}


@cache
def every_decision(kind: OccasionKind) -> tuple[Verdicts, ...]:
    """What is decided on every combination of facts, the last fact changing fastest."""
    return tuple(
        _decided(kind, *values) for values in product(*(told.values() for told in facts_of(kind).values()))
    )


def _decided(
    kind: OccasionKind,
    device: bool,
    account_open: bool,
    deadline_passed: bool,
    attached: bool,
    number: Proof | None,
    r50: bool,
    r29: bool,
    r30: bool,
    r31: bool,
    partner: PartnerBody | None,
    address: Proof | None,
    urgent: bool,
    sms_rules: SmsRules,
    now: datetime,
) -> Verdicts:
    occasion = Occasion(kind, urgent, PAST if deadline_passed else FUTURE, partner)
    standing = Standing(account_open, attached, Choices(r29, r30, r31, r50), address, number, device)
    return decide(occasion, standing, COLLEGE, now, sms_rules)


def merged(facts: Sequence[tuple[str, Mapping[str, Any]]], verdicts: Sequence[str]) -> list[Row]:
    """The fewest rows in which each fact, from left to right, is told only where it changes something."""
    if not facts:
        return [(verdicts[0],)]
    labels = tuple(facts[0][1])
    size = len(verdicts) // len(labels)
    below = {label: merged(facts[1:], verdicts[n * size : (n + 1) * size]) for n, label in enumerate(labels)}
    one, *rest = below.values()
    if all(rows == one for rows in rest):
        return [(ANY, *row) for row in one]
    return [(label, *row) for label, rows in sorted(below.items(), key=_shortest) for row in rows]


def _shortest(branch: tuple[str, list[Row]]) -> int:
    return len(branch[1])


@cache
def in_words(verdict: Verdict) -> str:
    match verdict:
        case Send():
            return "**send**"
        case Skip(reason):
            return f"`{reason}`"
        case Defer(reason):
            return f"wait: `{reason}`"


TABLES = (
    Table("E-mail: a message of the ENT", "message", "email"),
    Table("E-mail: a partner's alert", "alert", "email"),
    Table("E-mail: a security notice", "security", "email"),
    Table("SMS: a message of the ENT", "message", "sms"),
    Table("SMS: a partner's alert", "alert", "sms"),
    Table("SMS: a security notice", "security", "sms"),
    Table("A code, on the channel that its owner asked for", "code", "sms"),
    Table("Application: a message of the ENT", "message", "app"),
    Table("Application: a partner's alert", "alert", "app"),
)

HEAD = """# Who gets what: the truth table

Made from `shared.consent.decide` by `make docs`; a test compares. Every combination of the facts below was
judged. A line is one distinct case: read a table from left to right, « any » means that the fact changes nothing
there, and a fact without a column changes nothing in the whole table. The first check that fails gives the reason.

| fact | meaning |
|---|---|
| account open | neither suspended nor closed |
| attached | the person belongs to the establishment through which he is reached |
| R29 | « Je souhaite être informé sur l'adresse email renseignée ci-dessus des messages émis sur l'ENT » |
| R30 | « Réception de notifications ENT de mon établissement » |
| R31 | « Réception de notifications ENT des partenaires » |
| R50 | « Ne pas me contacter par SMS » |
| partner of the school | whether the matrix gives that body to that kind of establishment, for its territory, that day |
| address, number | the proof of the selected address, of the « numéro de contact » |
| allowed hours | 07:00–20:00 in Paris, for what can wait |

A person reached through several establishments receives once: sending wins over waiting, waiting over the refusal
that came furthest, and the delivery is tied to the establishment that won.
"""


def truth_table() -> str:
    """The whole document."""
    return "\n".join([HEAD, *(_section(table) for table in TABLES), _reasons()])


def _section(table: Table) -> str:
    columns, rows = table.lines()
    head = [f"## {table.title}", "", _line([*columns, "verdict"]), _line(["---"] * (len(columns) + 1))]
    return "\n".join([*head, *map(_line, rows), ""])


def _line(cells: list[str] | Row) -> str:
    return f"| {' | '.join(cells)} |"


def _reasons() -> str:
    lines = [f"| `{reason}` | {sentence} |" for reason, sentence in SENTENCES.items()]
    return "\n".join(
        ["## The reasons, as people read them", "", "| slug | sentence |", "| --- | --- |", *lines, ""]
    )
