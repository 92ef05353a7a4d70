"""`carillon demo`: the stack, three events, and who received what."""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Annotated

import typer

from carillon.commands.up import (
    AccountsOption,
    BrokerOption,
    DataOption,
    PortOption,
    SmsOption,
    SmtpOption,
    ViewerOption,
    run_stack,
)
from carillon.sample.people import INES, LEO, SONIA, VIAL
from carillon.stack.description import Description, RunningStack
from carillon.stack.options import (
    DEFAULT_ACCOUNTS,
    DEFAULT_PORT,
    DEFAULT_SMS_PORT,
    DEFAULT_SMTP_PORT,
    DEFAULT_VIEWER_PORT,
    StackOptions,
    StackRefused,
)

_SIGN_IN = (SONIA, LEO, INES, VIAL)


def demo(
    *,
    port: PortOption = DEFAULT_PORT,
    broker: BrokerOption = "embedded",
    data: DataOption = None,
    accounts: AccountsOption = DEFAULT_ACCOUNTS,
    viewer_port: ViewerOption = DEFAULT_VIEWER_PORT,
    smtp_port: SmtpOption = DEFAULT_SMTP_PORT,
    sms_port: SmsOption = DEFAULT_SMS_PORT,
    once: Annotated[bool, typer.Option("--once", help="end after the story")] = False,
) -> None:
    """Start everything, send a message, an alert and a code, tell who received what; up until Ctrl-C."""
    began = time.monotonic()
    options = StackOptions(
        port=port,
        viewer_port=viewer_port,
        smtp_port=smtp_port,
        sms_port=sms_port,
        broker=broker,
        data=data,
        accounts=accounts,
    )

    async def tell(description: Description, stack: RunningStack) -> None:
        await _tell(description, stack, time.monotonic() - began)

    raise typer.Exit(run_stack(options, after_start=tell, leave_after=once))


async def _tell(description: Description, stack: RunningStack, started_s_ago: float) -> None:
    """Have the story told by a process of its own, which is ended with us."""
    stage = json.dumps(
        {
            "front": description.front,
            "viewer": description.viewer,
            "partners": description.partners,
            "stack": asdict(stack),
            "started_s_ago": started_s_ago,
            "accounts": [one for one in description.accounts if one["person_id"] in _SIGN_IN],
        }
    )
    teller = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "carillon.demo", stdin=subprocess.PIPE
    )
    try:
        await teller.communicate(stage.encode())
    except asyncio.CancelledError:
        teller.terminate()
        await teller.wait()
        raise
    if teller.returncode:
        raise StackRefused("The story could not be told to its end.")
