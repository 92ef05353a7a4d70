"""How many mails the sink takes when nothing else is asked of the machine: ready bytes over kept connections.

Run as a process of its own (`python -m carillon.bench.flood PORT COUNT CONNECTIONS`), so that the sender's work
and the sink's share no interpreter. Prints mails per second.
"""

import asyncio
import sys
import time

HOST = "127.0.0.1"
_MAIL = (
    b"From: <a@example.org>\r\nTo: <b@example.org>\r\nSubject: flood\r\nMessage-ID: <%d@flood>\r\n\r\n"
    + (b"x" * 74 + b"\r\n") * 60
)


async def flood(port: int, count: int, connections: int) -> float:
    """Send `count` mails of about 4.7 kB; returns mails per second."""
    share = count // connections
    start = time.perf_counter()
    await asyncio.gather(*(_conversation(port, number * share, share) for number in range(connections)))
    return share * connections / (time.perf_counter() - start)


async def _conversation(port: int, first: int, count: int) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    await reader.readline()
    await _said(reader, writer, b"EHLO flood\r\n")
    for number in range(first, first + count):
        await _said(reader, writer, b"MAIL FROM:<a@example.org>\r\n")
        await _said(reader, writer, b"RCPT TO:<b%d@example.org>\r\n" % number)
        await _said(reader, writer, b"DATA\r\n")
        await _said(reader, writer, _MAIL % number + b".\r\n")
    writer.close()
    await writer.wait_closed()


async def _said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line)
    while True:
        answer = await reader.readline()
        if answer[3:4] != b"-":
            break
    if answer[:1] not in {b"2", b"3"}:
        raise ConnectionError(f"the sink answered {answer[:60]!r}")


if __name__ == "__main__":
    import uvloop

    print(f"{uvloop.run(flood(*(int(word) for word in sys.argv[1:4]))):.0f}")
