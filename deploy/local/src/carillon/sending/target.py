"""Where events are published: what the options say, else the environment, else the stack that runs here."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from carillon.stack.description import RunningStack, running_stack
from carillon.stack.options import StackRefused, WrongUsage


@dataclass(frozen=True, slots=True)
class Target:
    """A cluster and, when the stack of this machine is meant, what it knows."""

    kafka: str
    idempotence: bool
    stack: RunningStack | None

    @property
    def code_keys(self) -> str:
        """Raises WrongUsage when there are none."""
        keys = os.environ.get("CODE_KEYS") or (self.stack.code_keys if self.stack else "")
        if not keys:
            raise WrongUsage("CODE_KEYS is missing: a code is sealed with the first of the services' keys.")
        return keys

    @property
    def public_url(self) -> str:
        """Where links lead."""
        return os.environ.get("PUBLIC_URL") or (
            self.stack.public_url if self.stack else "http://127.0.0.1:8400"
        )

    def establishment_of(self, people: Sequence[str]) -> str:
        """An establishment that these people share, as far as the sample tells. Raises WrongUsage."""
        accounts = Path(self.stack.accounts_file) if self.stack and self.stack.accounts_file else None
        if accounts is None or not accounts.exists():
            raise WrongUsage("--establishment is missing: a message belongs to an establishment, by its UAI.")
        by_person = _establishments(accounts, set(people))
        shared = [
            uai for uai in by_person.get(people[0], []) if all(uai in by_person.get(p, []) for p in people)
        ]
        if not shared:
            raise WrongUsage(
                "These people share no establishment of the sample; name one with --establishment."
            )
        return shared[0]


def find_target(kafka: str | None) -> Target:
    """Raises StackRefused when there is nothing to publish to."""
    stack = running_stack()
    asked = kafka or os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if not asked:
        if stack is None:
            raise StackRefused(
                "No stack runs here: start one with `carillon up`, or name a broker with --kafka or"
                " KAFKA_BOOTSTRAP_SERVERS."
            )
        return Target(stack.kafka, stack.idempotence, stack)
    if stack is not None and stack.kafka == asked:
        return Target(asked, stack.idempotence, stack)
    wanted = os.environ.get("KAFKA_IDEMPOTENCE", "true").lower() not in {"false", "0", "no"}
    return Target(asked, wanted, None)


def _establishments(accounts: Path, people: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with accounts.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines, delimiter=";"):
            if line["person_id"] in people:
                found.setdefault(line["person_id"], []).append(line["establishment_uai"])
    return found
