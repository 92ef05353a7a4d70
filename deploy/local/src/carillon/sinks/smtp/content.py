"""Judging and cleaning what stands between DATA and the final dot."""

from carillon.sinks.smtp.limits import TEXT_LINE_BYTES_MAX


def unstuffed(data: bytes) -> bytes:
    """Take away the dot that the client added to lines beginning with one (RFC 5321 §4.5.2)."""
    if data.startswith(b"."):
        data = data[1:]
    return data.replace(b"\r\n.", b"\r\n")


def refusal_of(data: bytes) -> str | None:
    """The reply to a content that a strict relay would refuse; None when it is in order."""
    lines = data.split(b"\r\n")
    if data.count(b"\n") != len(lines) - 1 or data.count(b"\r") != len(lines) - 1:
        return "554 5.6.0 a line must end with CR LF, both together"
    if len(max(lines, key=len)) > TEXT_LINE_BYTES_MAX:
        return f"554 5.6.0 a line is longer than {TEXT_LINE_BYTES_MAX} bytes"
    return None
