"""The secret part of a code, sealed for its way to the notifier."""

from carillon.stack.options import WrongUsage
from shared.events.codes import CodeSecret
from shared.kernel.refusals import Refused
from shared.kit.addresses import read_email_address, read_phone_number
from shared.kit.sealing import Sealer


def sealed_secret(code_keys: str, *, channel: str, destination: str, code: str) -> str:
    """Raises WrongUsage on a destination that cannot be reached by this channel, or on a key that is none."""
    read = read_phone_number(destination) if channel == "sms" else read_email_address(destination)
    if isinstance(read, Refused):
        raise WrongUsage(f"--destination cannot be used for {channel}: {read.reason}. {read.detail}".strip())
    try:
        sealer = Sealer(code_keys)
    except ValueError as refusal:
        raise WrongUsage(f"CODE_KEYS is wrong: {refusal}.") from None
    return sealer.seal(CodeSecret(destination=read.value, code=code))
