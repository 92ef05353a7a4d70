"""What the use cases ask of the world, in the words of activation."""

from collections.abc import Sequence
from typing import Protocol

from activation.domain.people import Person


class People(Protocol):
    """The people known here, as auth tells of them."""

    async def follow(self, gone: Sequence[str], newest: Sequence[Person]) -> None:
        """Forget some and take over others, all or nothing; an older version changes nothing."""
        ...

    async def find(self, person_id: str) -> Person | None: ...
