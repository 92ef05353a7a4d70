"""The common ground of every event's data."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

PersonId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\s\x00-\x1f]+$")]
EventId = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Uai = Annotated[str, StringConstraints(pattern=r"^\d{7}[A-Z]$")]
NO_NUL = r"^[^\x00]*$"  # PostgreSQL stores no NUL in a text
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Place = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
"""A département, an académie, a région or a class, as the directory writes it; empty when it does not say."""
Address = Annotated[str, StringConstraints(min_length=1, max_length=320, pattern=NO_NUL)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Link = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s\x00-\x1f]+$")]


FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Far enough from the ends of the calendar for any reader to count on from an instant."""


def in_utc(instant: datetime) -> datetime:
    """An aware instant in UTC. Raises ValueError without a zone or outside the years that events may name."""
    if instant.tzinfo is None or not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError("the instant has no zone or is outside the calendar")
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]


class Exact(BaseModel):
    """A part of which every field narrows what is meant: one that is not understood makes the event unreadable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _understood_whole(cls, given: Any) -> Any:
        if isinstance(given, dict) and not given.keys() <= cls.model_fields.keys():
            raise ValueError("a field of this part is not known")
        return given


class EventData(BaseModel):
    """What an event says. Built strictly (an unknown field is a mistake), read tolerantly (it is ignored).

    `event_type` is the CloudEvents type, version included; `topic` is where it travels; `passes_first` when somebody
    is waiting for it, and it leaves before everything else that its service has to say. A refusal to build one tells
    which field is wrong, never its value, which may be somebody's address.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    event_type: ClassVar[str]
    topic: ClassVar[str]
    passes_first: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """The Kafka key: what must stay in order stays together."""
        raise NotImplementedError

    @classmethod
    def read(cls, value: bytes | str) -> "EventData":
        """Read JSON tolerantly. Raises pydantic.ValidationError."""
        return cls.model_validate_json(value, extra="ignore")

    def written(self) -> bytes:
        """The JSON value for the wire, UTF-8."""
        return self.model_dump_json(exclude_none=True).encode()
