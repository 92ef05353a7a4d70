"""`python -m carillon.sinks`: run the sinks; one JSON line on standard output says that they are ready."""

import argparse
import asyncio
import json
import signal
import sys

import uvloop

from carillon.sinks.letterbox import BYTES_MAX, MESSAGES_MAX
from carillon.sinks.process import PortTaken, SinkSettings, running
from carillon.sinks.sms.credentials import Credentials


def main(arguments: list[str] | None = None) -> int:
    """0 after SIGTERM or Ctrl-C, 1 with a sentence when it cannot start, 2 for wrong usage."""
    settings = _read(arguments)
    try:
        uvloop.run(_serve(settings))
    except PortTaken as taken:
        print(f"The sinks cannot start: {taken}.", file=sys.stderr)
        return 1
    return 0


async def _serve(settings: SinkSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running(settings) as sinks:
        ready = {
            "host": settings.host,
            "smtp_port": sinks.smtp_door.port,
            "sms_port": sinks.sms_door.port,
            "viewer_port": sinks.viewer_door.port,
        }
        print(json.dumps(ready), flush=True)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, sinks.looked_after}, return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            sinks.looked_after.result()  # raises what stopped it


def _read(arguments: list[str] | None) -> SinkSettings:
    parser = argparse.ArgumentParser(prog="python -m carillon.sinks", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default %(default)s)")
    for name, port in (("smtp", 2525), ("sms", 8427), ("viewer", 8425)):
        parser.add_argument(
            f"--{name}-port", type=_port, default=port, help="0 for a free one (default %(default)s)"
        )
    parser.add_argument(
        "--messages-max", type=_count, default=MESSAGES_MAX, help="kept at most (default %(default)s)"
    )
    parser.add_argument(
        "--bytes-max", type=_count, default=BYTES_MAX, help="kept at most (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, help="makes the dice of the faults repeat themselves")
    parser.add_argument("--sms-credentials", type=_credentials, metavar="SID:TOKEN", help="accept no others")
    return SinkSettings(**vars(parser.parse_args(arguments)))


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return port


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def _credentials(text: str) -> Credentials:
    sid, _, token = text.partition(":")
    if not sid or not token:
        raise argparse.ArgumentTypeError("is SID:TOKEN")
    return Credentials(sid, token)


if __name__ == "__main__":
    sys.exit(main())
