"""`carillon send message|alert|code`: what a producer would do."""

import asyncio
from typing import Annotated, Any

import typer

from carillon.sending.durations import read_duration
from carillon.stack.options import WrongUsage

send = typer.Typer(
    help="Publish an event as another team's producer would, and print its id.", no_args_is_help=True
)

Kafka = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT", help="the broker; else KAFKA_BOOTSTRAP_SERVERS, else the stack running here"
    ),
]
Repeat = Annotated[
    int, typer.Option(min=1, max=10_000, help="publish the same event this often; it is acted on once")
]


@send.command("message")
def message(
    *,
    to: Annotated[list[str], typer.Option(metavar="PERSON", help="who it is for; more may follow")],
    more: Annotated[list[str] | None, typer.Argument(metavar="[PERSON]...", help="more recipients")] = None,
    from_name: Annotated[str, typer.Option(help="who wrote, as the reader sees it")],
    from_kind: Annotated[str, typer.Option(metavar="person|establishment")] = "person",
    subject: Annotated[str, typer.Option()],
    urgent: Annotated[bool, typer.Option("--urgent", help="also by SMS, at any hour")] = False,
    establishment: Annotated[
        str | None, typer.Option(metavar="UAI", help="else one that the recipients of the sample share")
    ] = None,
    url: Annotated[str | None, typer.Option(help="where the message is read")] = None,
    repeat: Repeat = 1,
    kafka: Kafka = None,
) -> None:
    """A message reached mailboxes of the ENT."""
    from carillon.sending.publishing import made
    from carillon.sending.target import find_target
    from shared.events.messages import MessageReceived
    from shared.kernel.ids import uuid7

    target = find_target(kafka)
    people = _listed([*to, *(more or [])])
    message_id = str(uuid7())
    data = made(
        MessageReceived,
        message_id=message_id,
        establishment_uai=establishment or target.establishment_of(people),
        sender={"kind": from_kind, "display_name": from_name},
        subject=subject,
        recipients=people,
        urgent=urgent,
        url=url or f"{target.public_url}/messagerie/{message_id}",
    )
    _publish(target, data, repeat)


@send.command("alert")
def alert(
    *,
    partner: Annotated[str, typer.Option(metavar="PARTNER_ID", help="the public body that speaks")],
    category: Annotated[str, typer.Option(help="weather, survey, or whatever comes")] = "weather",
    severity: Annotated[str, typer.Option(metavar="urgent|normal")] = "normal",
    title: Annotated[str, typer.Option()],
    body: Annotated[str, typer.Option()],
    uai: Annotated[list[str] | None, typer.Option(help="establishments; may be repeated")] = None,
    kind: Annotated[list[str] | None, typer.Option(metavar="college|lycee|agricole|cfa")] = None,
    departement: Annotated[list[str] | None, typer.Option()] = None,
    profile: Annotated[list[str] | None, typer.Option(metavar="eleve|parent|enseignant|personnel")] = None,
    transported_only: Annotated[
        bool, typer.Option("--transported-only", help="school transport only")
    ] = False,
    expires_in: Annotated[str, typer.Option(metavar="DURATION", help="90s, 30m, 2h, 1d")] = "12h",
    url: Annotated[str | None, typer.Option(help="where to read more")] = None,
    repeat: Repeat = 1,
    kafka: Kafka = None,
) -> None:
    """A partner's alert, as the intake publishes it once the partner has been authenticated."""
    from carillon.sending.publishing import made, now_at
    from carillon.sending.target import find_target
    from shared.events.alerts import PartnerAlert
    from shared.kernel.ids import uuid7

    target = find_target(kafka)
    data = made(
        PartnerAlert,
        alert_id=str(uuid7()),
        partner_id=partner,
        category=category,
        severity=severity,
        title=title,
        body=body,
        audience={
            "uais": _listed(uai),
            "kinds": _listed(kind),
            "departements": _listed(departement),
            "profiles": _listed(profile),
            "transported_only": transported_only,
        },
        expires_at=now_at(target) + read_duration(expires_in, option="--expires-in"),
        url=url,
    )
    _publish(target, data, repeat)


@send.command("code")
def code(
    *,
    person: Annotated[str, typer.Option(metavar="PERSON", help="who asked for it")],
    purpose: Annotated[str, typer.Option(metavar="recovery|contact_proof")] = "contact_proof",
    channel: Annotated[str, typer.Option(metavar="email|sms")] = "email",
    destination: Annotated[str, typer.Option(help="the address or number that the person asked for")],
    code: Annotated[str, typer.Option(help="what is to be typed in")] = "402739",
    expires_in: Annotated[str, typer.Option(metavar="DURATION", help="90s, 30m, 2h, 1d")] = "10m",
    repeat: Repeat = 1,
    kafka: Kafka = None,
) -> None:
    """A one-time code, sealed with the first of CODE_KEYS."""
    from carillon.sending.publishing import made, now_at
    from carillon.sending.sealed import sealed_secret
    from carillon.sending.target import find_target
    from shared.events.codes import CodeIssued
    from shared.kernel.ids import uuid7

    target = find_target(kafka)
    expires_at = now_at(target) + read_duration(expires_in, option="--expires-in")
    data = made(
        CodeIssued,
        code_id=str(uuid7()),
        person_id=person,
        purpose=purpose,
        channel=channel,
        sealed=sealed_secret(target.code_keys, channel=channel, destination=destination, code=code),
        expires_at=expires_at,
    )
    _publish(target, data, repeat)


def _listed(values: list[str] | None) -> Any:
    """Values given one by one or separated by commas, each once; none for none."""
    if not values:
        return None
    listed = [part.strip() for value in values for part in value.split(",") if part.strip()]
    if not listed:
        raise WrongUsage("A list of values is empty.")
    return tuple(dict.fromkeys(listed))


def _publish(target: Any, data: Any, times: int) -> None:
    from carillon.sending.publishing import publish

    typer.echo(asyncio.run(publish(target, data, times=times)))
