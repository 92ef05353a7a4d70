"""Cutting the stream into command lines and contents, whatever the sizes of the packets."""

from dataclasses import dataclass

from carillon.sinks.smtp.limits import COMMAND_BYTES_MAX, SIZE_BYTES_MAX

_END_OF_DATA = b"\r\n.\r\n"


class LineTooLong(Exception):
    """No command is that long; nothing after it can be trusted."""


@dataclass(frozen=True, slots=True)
class Content:
    """What stood before the final dot, as sent; of a `too_big` one only the tail is left."""

    data: bytes
    too_big: bool


class Framing:
    """Bytes in, lines or contents out; the caller says which of the two comes next."""

    def __init__(self) -> None:
        self._inbox = bytearray()
        self._scanned_bytes = 0
        self._too_big = False

    def __len__(self) -> int:
        return len(self._inbox)

    def feed(self, data: bytes) -> None:
        self._inbox += data

    def next_line(self) -> bytes | None:
        """The next line without its CR LF, or None until it is complete. Raises LineTooLong."""
        end = self._inbox.find(b"\r\n", 0, COMMAND_BYTES_MAX + 2)
        if end >= 0:
            line = bytes(self._inbox[:end])
            del self._inbox[: end + 2]
            return line
        if len(self._inbox) > COMMAND_BYTES_MAX:
            raise LineTooLong
        return None

    def next_content(self) -> Content | None:
        """Everything up to the final dot, or None until it has come; scans no byte twice."""
        if not self._too_big and self._scanned_bytes < 3 and self._inbox.startswith(b".\r\n"):
            return self._cut(0, 3)
        end = self._inbox.find(_END_OF_DATA, max(0, self._scanned_bytes - len(_END_OF_DATA) + 1))
        if end >= 0:
            return self._cut(end + 2, end + len(_END_OF_DATA))
        if len(self._inbox) > SIZE_BYTES_MAX:
            self._too_big = True
            del self._inbox[: 1 - len(_END_OF_DATA)]
        self._scanned_bytes = len(self._inbox)
        return None

    def _cut(self, end: int, next_at: int) -> Content:
        content = Content(bytes(self._inbox[:end]), self._too_big or end > SIZE_BYTES_MAX)
        del self._inbox[:next_at]
        self._scanned_bytes, self._too_big = 0, False
        return content
