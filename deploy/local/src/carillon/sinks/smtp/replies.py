"""What the sink answers, and what it does to the connection afterwards."""

from dataclasses import dataclass
from enum import Enum

from carillon.sinks.smtp.limits import SIZE_BYTES_MAX


class Then(Enum):
    GO_ON = "go on"
    READ_CONTENT = "read content"
    CLOSE = "close"
    DROP = "drop"  # without the reply


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` may hold several lines; it leaves after `delay_s`."""

    text: str
    then: Then = Then.GO_ON
    delay_s: float = 0.0


DROP = Reply("", Then.DROP)
SENDER_OK = Reply("250 2.1.0 sender ok")
RECIPIENT_OK = Reply("250 2.1.5 recipient ok")
GO_AHEAD = Reply("354 end with a dot alone on a line", Then.READ_CONTENT)
RESET = Reply("250 2.0.0 forgotten")
STILL_HERE = Reply("250 2.0.0 at your service")
MAYBE = Reply("252 2.5.2 cannot verify, but will take the mail")
HELP = Reply("214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT")
GOODBYE = Reply("221 2.0.0 goodbye", Then.CLOSE)
BAD_SEQUENCE = Reply("503 5.5.1 bad sequence of commands")
NO_RECIPIENT = Reply("554 5.5.1 no valid recipient")
NOT_OFFERED = Reply("502 5.5.1 command not offered")
NOT_RECOGNISED = Reply("500 5.5.2 command not recognised")
NOT_TEXT = Reply("500 5.5.2 a command is text in UTF-8")
NAME_MISSING = Reply("501 5.5.4 say your name after EHLO or HELO")
TOO_MANY_RECIPIENTS = Reply("452 4.5.3 too many recipients")
LINE_TOO_LONG = Reply("500 5.5.2 command line too long", Then.CLOSE)
TOO_BIG = Reply(f"552 5.3.4 a mail is at most {SIZE_BYTES_MAX} bytes")
TOO_MANY_BAD = Reply("421 4.7.0 too many bad commands", Then.CLOSE)
TOO_MANY_SESSIONS = Reply("421 4.3.2 too many connections", Then.CLOSE)
TOO_SLOW = Reply("421 4.4.2 nothing heard for too long", Then.CLOSE)
LEAVING = Reply("421 4.3.2 the sink is stopping", Then.CLOSE)
REJECTED = {
    "reject_4xx": Reply("451 4.3.0 try again later (simulated)"),
    "reject_5xx": Reply("550 5.1.1 no such mailbox (simulated)"),
}
EXTENSIONS = (f"SIZE {SIZE_BYTES_MAX}", "8BITMIME", "PIPELINING", "ENHANCEDSTATUSCODES", "SMTPUTF8", "HELP")


def hello(name: str) -> Reply:
    lines = [name, *EXTENSIONS]
    return Reply("\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))
