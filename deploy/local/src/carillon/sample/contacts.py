"""Addresses and numbers that reach nobody: example.org (RFC 2606), and the ranges Arcep keeps for fiction."""

from random import Random

from carillon.sample.names import ascii_word

FICTION_FIXED = ("019900", "026191", "035301", "046571", "053649")
FICTION_MOBILE = "063998"
_LOCAL_PART_MAX = 48


def email_address(first: str, last: str, number: int) -> str:
    """`lea.lefevre.123@example.org`; the person's number keeps it unique."""
    return f"{ascii_word(first)}.{ascii_word(last)}"[:_LOCAL_PART_MAX].rstrip(".-") + f".{number}@example.org"


def mobile_number(number: int) -> str:
    """A mobile number in national form; the ten thousand of the range are given out in turn."""
    return f"{FICTION_MOBILE}{number % 10_000:04d}"


def fixed_number(random: Random) -> str:
    """A fixed number in national form."""
    return f"{random.choice(FICTION_FIXED)}{random.randrange(10_000):04d}"
