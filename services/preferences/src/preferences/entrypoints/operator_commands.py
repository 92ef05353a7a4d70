"""What the operator's commands do: ask a use case, say what came of it, see the news leave."""

import getpass
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import typer

from preferences.application.choose_notices import Choose
from preferences.application.confirm_fusion import Confirm
from preferences.application.ports import Done
from preferences.application.seed_preferences import Seeded, Wish
from preferences.application.use_contact import GiveContact, read_email, read_sms_number
from preferences.application.waiting import once_known
from preferences.bootstrap import NotMigrated, Operator, operator
from preferences.domain.boxes import Asked
from preferences.domain.contacts import Address
from preferences.entrypoints.seed_file import read_seed_file
from preferences.entrypoints.summary import summary
from preferences.settings import PreferencesSettings
from shared.kernel.refusals import Refused
from shared.kit.cli import refuse
from shared.kit.logs import get_logger

PUBLISHED_WITHIN_S = 5.0
SEED_PUBLISHED_WITHIN_S = 60.0
SEED_LINES_AT_ONCE = 1_000
_UAI = re.compile(r"\d{7}[A-Z]")

log = get_logger()


def asker(name: str | None) -> str:
    """Who asks, for the audit: the name given, else the system's user."""
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"uid:{os.getuid()}"


async def choose(
    settings: PreferencesSettings, person_id: str, uai: str, asked: Asked, *, who: str, wait_s: float
) -> None:
    """Tick and untick the boxes of one establishment."""
    if not _UAI.fullmatch(uai):
        refuse(f"{uai} is not an establishment's code: seven digits and a letter, such as 0690001A.")
    command = Choose(person_id=person_id, uai=uai, asked=asked, who=who)
    async with _at_the_desk(settings) as desk:
        done = await _carried_out(lambda: desk.can.choose(command), wait_s)
        log.info("preferences.chosen", who=who, person_id=person_id, uai=uai, changed=done.changed)
        await _told(desk, done)


@asynccontextmanager
async def _at_the_desk(settings: PreferencesSettings) -> AsyncIterator[Operator]:
    """The operator's desk; a database that is away or not ready ends the command with a sentence."""
    try:
        async with operator(settings) as desk:
            yield desk
    except NotMigrated as fault:
        refuse(f"The database is {fault}; run carillon-preferences migrate.")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as failure:
        refuse(f"The database cannot do that now ({type(failure).__name__}); nothing is half-done.")


def typed_address(email: str | None, phone: str | None) -> Address:
    """The one that was given, read; an unusable one ends the command with a sentence."""
    address = read_sms_number(phone or "") if email is None else read_email(email)
    return refuse(address.detail) if isinstance(address, Refused) else address


async def use_contact(
    settings: PreferencesSettings,
    person_id: str,
    address: Address,
    *,
    proved: bool,
    who: str,
    wait_s: float,
) -> None:
    """Make an address the selected one, or a number the « numéro de contact »."""
    command = GiveContact(person_id=person_id, address=address, proved=proved, who=who)
    async with _at_the_desk(settings) as desk:
        done = await _carried_out(lambda: desk.can.use_contact(command), wait_s)
        log.info("preferences.contact_given", who=who, person_id=person_id, changed=done.changed)
        await _told(desk, done)


async def confirm_fusion(settings: PreferencesSettings, person_id: str, *, who: str) -> None:
    """Say for a person that the boxes which fused accounts gave him are as he wants them."""
    async with _at_the_desk(settings) as desk:
        done = await desk.can.confirm_fusion(Confirm(person_id=person_id, who=who))
    if isinstance(done, Refused):
        refuse(done.detail)
    log.info("preferences.fusion_confirmed", who=who, person_id=person_id, changed=done.changed)
    typer.echo("Confirmed." if done.changed else "All was confirmed already.")


async def show(settings: PreferencesSettings, person_id: str) -> None:
    """Print what a person chose."""
    async with _at_the_desk(settings) as desk:
        shown = await desk.can.show(person_id)
    if isinstance(shown, Refused):
        refuse(shown.detail)
    typer.echo(summary(*shown))


async def seed(settings: PreferencesSettings, file: Path, *, who: str, wait_s: float) -> None:
    """Carry out the lines of a file, a thousand at a time."""
    wishes = read_seed_file(file)
    if isinstance(wishes, Refused):
        refuse(wishes.detail)
    changed, publication = 0, None
    async with _at_the_desk(settings) as desk:
        for start in range(0, len(wishes), SEED_LINES_AT_ONCE):
            seeded = await _seeded(desk, wishes[start : start + SEED_LINES_AT_ONCE], who, wait_s)
            if isinstance(seeded, Refused):
                refuse(
                    f"{seeded.detail} The {start} lines before the thousand it stands in were carried out."
                )
            changed += seeded.changed
            publication = seeded.publication or publication
        log.info("preferences.seeded", who=who, lines=len(wishes), changed=changed)
        typer.echo(f"{len(wishes)} lines read, {changed} people changed.")
        await _seen_leaving(desk, publication, SEED_PUBLISHED_WITHIN_S)


async def _seeded(desk: Operator, wishes: Sequence[Wish], who: str, wait_s: float) -> Seeded | Refused:
    return await once_known(lambda: desk.can.seed(wishes, who), wait_s)


async def _carried_out(attempt: Callable[[], Awaitable[Done | Refused]], wait_s: float) -> Done:
    done = await once_known(attempt, wait_s)
    if isinstance(done, Refused):
        refuse(done.detail)
    return done


async def _told(desk: Operator, done: Done) -> None:
    version = done.preferences.version
    typer.echo(f"Done, version {version}." if done.changed else f"All was so already, version {version}.")
    await _seen_leaving(desk, done.publication, PUBLISHED_WITHIN_S)


async def _seen_leaving(desk: Operator, publication: int | None, within_s: float) -> None:
    """What was changed counts from the next message on, once the notifier can hear of it (R45)."""
    if not await desk.publication.has_left(publication, within_s):
        print(  # noqa: T201 - a command talks to a person
            "It is kept, and will be published as soon as the service runs and Kafka answers.",
            file=sys.stderr,
        )
