"""Reading a request's body within a limit."""

from starlette.requests import ClientDisconnect, Request


async def read_body(request: Request, bytes_max: int) -> bytes | None:
    """The whole body; None when it is longer than allowed or never came whole."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > bytes_max:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
