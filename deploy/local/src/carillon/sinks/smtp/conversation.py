"""What each command means: the rules of SMTP without its transport (RFC 5321 §4.1)."""

from collections.abc import Callable

from carillon.sinks.faults import Faults
from carillon.sinks.letterbox import Letterbox
from carillon.sinks.smtp import replies
from carillon.sinks.smtp.commands import read_recipient, read_sender
from carillon.sinks.smtp.content import refusal_of, unstuffed
from carillon.sinks.smtp.framing import Content
from carillon.sinks.smtp.limits import BAD_COMMANDS_MAX, RECIPIENTS_MAX
from carillon.sinks.smtp.replies import Reply

_NOT_OFFERED = ("EXPN", "STARTTLS", "AUTH", "BDAT", "ETRN", "TURN")
_AT_RECIPIENT = ("reject_4xx", "reject_5xx")
_AFTER_DATA = ("drop_after_data", "slow")


class Conversation:
    """One client's state; each command gives its reply."""

    def __init__(self, *, name: str, letterbox: Letterbox, faults: Faults) -> None:
        self._name = name
        self._letterbox = letterbox
        self._faults = faults
        self._greeted = False
        self._mails = 0
        self._bad_commands = 0
        self._sender: str | None = None
        self._utf8 = False
        self._recipients: list[str] = []
        self._commands: dict[str, Callable[[str], Reply]] = {
            "EHLO": lambda argument: self._hello(argument, replies.hello(self._name)),
            "HELO": lambda argument: self._hello(argument, Reply(f"250 {self._name}")),
            "MAIL": self._mail,
            "RCPT": self._recipient,
            "DATA": self._data,
            "RSET": self._reset,
            "NOOP": lambda _: replies.STILL_HERE,
            "VRFY": lambda _: replies.MAYBE,
            "HELP": lambda _: replies.HELP,
            "QUIT": lambda _: replies.GOODBYE,
            **dict.fromkeys(_NOT_OFFERED, lambda _: replies.NOT_OFFERED),
        }

    @property
    def between_mails(self) -> bool:
        return self._sender is None

    def greet(self) -> Reply:
        if self._faults.strike("smtp", ("refuse",)):
            return replies.DROP
        return Reply(f"220 {self._name} ESMTP Carillon sink")

    def obey(self, line: bytes) -> Reply:
        """Answer one command line; a session that only makes mistakes is sent away."""
        reply = self._answer(line)
        if reply.text.startswith("50"):
            self._bad_commands += 1
            if self._bad_commands > BAD_COMMANDS_MAX:
                return replies.TOO_MANY_BAD
        return reply

    def receive(self, content: Content) -> Reply:
        """Keep the mail, then answer, unless a fault takes the answer away."""
        sender, recipients = self._sender or "", tuple(self._recipients)
        self._forget()
        if content.too_big:
            return replies.TOO_BIG
        if refusal := refusal_of(content.data):
            return Reply(refusal)
        kept = self._letterbox.keep_mail(sender, recipients, unstuffed(content.data))
        fault = self._faults.strike("smtp", _AFTER_DATA, recipients)
        if fault is not None and fault.mode == "drop_after_data":
            return replies.DROP
        return Reply(f"250 2.0.0 kept as {kept.id}", delay_s=fault.slow_s if fault else 0.0)

    def _answer(self, line: bytes) -> Reply:
        try:
            verb, _, argument = line.decode("utf-8").partition(" ")
        except UnicodeDecodeError:
            return replies.NOT_TEXT
        command = self._commands.get(verb.upper())
        if command is None or not argument.isprintable():
            return replies.NOT_RECOGNISED
        return command(argument.strip())

    def _hello(self, argument: str, reply: Reply) -> Reply:
        if not argument:
            return replies.NAME_MISSING
        self._greeted = True
        self._forget()
        return reply

    def _mail(self, argument: str) -> Reply:
        if not self._greeted or self._sender is not None:
            return replies.BAD_SEQUENCE
        # The first mail of a connection was judged at its greeting.
        if self._mails and self._faults.strike("smtp", ("refuse",)):
            return replies.DROP
        sender = read_sender(argument)
        if isinstance(sender, str):
            return Reply(sender)
        self._mails += 1
        self._sender, self._utf8 = sender.address, sender.utf8
        return replies.SENDER_OK

    def _recipient(self, argument: str) -> Reply:
        if self._sender is None:
            return replies.BAD_SEQUENCE
        recipient = read_recipient(argument, utf8=self._utf8)
        if isinstance(recipient, str):
            return Reply(recipient)
        if len(self._recipients) >= RECIPIENTS_MAX:
            return replies.TOO_MANY_RECIPIENTS
        if fault := self._faults.strike("smtp", _AT_RECIPIENT, (recipient.address,)):
            return replies.REJECTED[fault.mode]
        if self._faults.strike_named("smtp", "refuse", recipient.address):
            return replies.DROP
        self._recipients.append(recipient.address)
        return replies.RECIPIENT_OK

    def _data(self, argument: str) -> Reply:
        if self._sender is None:
            return replies.BAD_SEQUENCE
        if not self._recipients:
            return replies.NO_RECIPIENT
        return replies.GO_AHEAD if not argument else Reply("501 5.5.4 DATA stands alone")

    def _reset(self, _argument: str) -> Reply:
        self._forget()
        return replies.RESET

    def _forget(self) -> None:
        self._sender, self._utf8, self._recipients = None, False, []
