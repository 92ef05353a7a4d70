"""`explain` and `conservation`: the ledger told in words. They need the notifier's database and nothing else."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer

from notifier.application.reports import CountConservation, ExplainDelivery, Explained, Histories, Story
from notifier.bootstrap import histories
from notifier.domain.conservation import Tally
from notifier.domain.deliveries import State
from shared.consent import SENTENCES, Reason
from shared.kernel.clock import in_paris
from shared.kernel.refusals import Refused
from shared.kit.cli import refuse, run, settings_or_exit
from shared.kit.database import open_pool
from shared.kit.settings import StoreSettings

CHANNELS = {"email": "E-mail", "sms": "SMS"}
STATES = {
    State.SENDING: "en cours d'envoi",
    State.WAITING: "à réessayer",
    State.DEFERRED: "différé",
    State.AMBIGUOUS: "issue inconnue, à vérifier",
    State.SENT: "remis au relais",
    State.DELIVERED: "reçu",
    State.BOUNCED: "refusé après remise",
    State.SUPPRESSED: "non envoyé",
    State.EXPIRED: "périmé",
    State.FAILED: "échec",
}
FAULTS_SHOWN_MAX = 20

T = TypeVar("T")


def add_report_commands(app: typer.Typer) -> None:
    """Add the commands that read the ledger."""

    @app.command("explain")
    def explain(
        event: Annotated[str, typer.Argument(help="ce_id, message_id, alert_id, code_id or notification id")],
        person: Annotated[str, typer.Argument(help="person_id")],
    ) -> None:
        """Say what became of an event for a person on each channel, and why."""
        told = _asked(lambda book: ExplainDelivery(histories=book)(event, person))
        typer.echo("\n\n".join(_explanation(one, person) for one in told))

    @app.command("conservation")
    def conservation(
        event: Annotated[str | None, typer.Option(help="one event; all when left out")] = None,
    ) -> None:
        """Count what went in and what came out; exit 1 when they do not add up."""
        tallies = _asked(lambda book: CountConservation(histories=book)(event))
        now = settings_or_exit(StoreSettings, "notifier").clock().now()
        typer.echo(_account(tallies))
        faults = [f"{tally.event_id}: {fault}." for tally in tallies if (fault := tally.fault(now))]
        if faults:
            refuse("\n".join(faults[:FAULTS_SHOWN_MAX]))


def _asked(question: Callable[[Histories], Awaitable[T | Refused]]) -> T:
    settings = settings_or_exit(StoreSettings, "notifier")

    async def asked() -> Any:
        pool = await open_pool(settings.database_url.get_secret_value(), service="notifier", size_max=1)
        try:
            return await question(histories(pool))
        finally:
            await pool.close()

    answer = run(asked())
    if isinstance(answer, Refused):
        refuse(answer.detail)
    return answer  # type: ignore[no-any-return]  # what is not a refusal is the answer


def _explanation(explained: Explained, person: str) -> str:
    head = f"Event {explained.event_id} ({explained.kind}, notification {explained.notification_id}), person {person}:"
    if explained.stories:
        return "\n".join([head, *map(_line, explained.stories)])
    if explained.routed:
        return f"{head}\n  nothing: not among the recipients, or the order is on its way to a worker"
    return f"{head}\n  nothing yet: the event is being routed"


def _line(story: Story) -> str:
    said = [f"  {CHANNELS[story.channel]}: {STATES[story.state]} [{story.state}]"]
    if story.reason:
        said.append(f"{_sentence(story.reason)} [{story.reason}]")
    if story.when:
        said.append(_instant(story.when))
    if story.school:
        said.append(f"établissement : {story.school}")
    if story.attempts:
        said.append(f"essais : {story.attempts}")
    if story.provider:
        said.append(f"par {story.provider}")
    if story.possible_duplicate:
        said.append("doublon possible")
    return " · ".join(said)


def _sentence(reason: str) -> str:
    return SENTENCES[Reason(reason)] if reason in set(Reason) else "Réponse du relais ou de la passerelle."


def _instant(when: datetime) -> str:
    return in_paris(when).strftime("%d/%m/%Y %H:%M:%S")


def _account(tallies: Sequence[Tally]) -> str:
    states: Counter[State] = Counter()
    for tally in tallies:
        states.update(tally.states)
    lines = [
        f"events: {len(tallies)}, not yet routed to the end: {sum(not tally.routed for tally in tallies)}",
        f"in: {sum(tally.expected for tally in tallies)}",
        f"out: {sum(tally.ended for tally in tallies)}",
        *(f"  {state}: {count}" for state, count in sorted(states.items())),
        f"under way: {sum(tally.under_way for tally in tallies)}",
    ]
    return "\n".join(lines)
