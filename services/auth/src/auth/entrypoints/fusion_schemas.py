"""What `/api/auth/v1/fusions` reads and answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from auth.domain.fusion import Fusion, Place, Preview

IDENTIFIER_CHARS_MAX = 200
PASSWORD_CHARS_MAX = 1_000


class SecondSlipRequest(BaseModel):
    """The identifier and the password of the second account, as on its slip or as chosen since."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    identifier: str = Field(min_length=1, max_length=IDENTIFIER_CHARS_MAX)
    password: str = Field(min_length=1, max_length=PASSWORD_CHARS_MAX)


class AcceptRequest(BaseModel):
    """The proposal that the person accepts."""

    model_config = ConfigDict(extra="forbid")

    fusion_id: UUID


class PlaceShown(BaseModel):
    """A school of the second account: « Lycée Y — Inès »."""

    uai: str
    name: str
    children: list[str]
    told: str = Field(description="in one line, as it is shown")


class PreviewShown(BaseModel):
    """What would happen. `remaining_identifier` goes on; `ending_identifier` opens nothing any more."""

    fusion_id: UUID
    remaining_identifier: str
    ending_identifier: str
    places: list[PlaceShown]
    expires_at: datetime


class FusionShown(BaseModel):
    """A fusion that was carried out, and perhaps undone since: `places` is then empty."""

    fusion_id: UUID
    state: Literal["fused", "undone"]
    ending_identifier: str
    places: list[PlaceShown]
    fused_at: datetime
    undone_at: datetime | None


class FusionsShown(BaseModel):
    """All of them, the latest first."""

    fusions: list[FusionShown]


def preview_shown(preview: Preview) -> dict[str, Any]:
    shown = PreviewShown(
        fusion_id=preview.fusion_id,
        remaining_identifier=preview.remaining_identifier,
        ending_identifier=preview.ending_identifier,
        places=[_place(one) for one in preview.places],
        expires_at=preview.expires_at,
    )
    return shown.model_dump(mode="json")


def fusion_shown(fusion: Fusion) -> dict[str, Any]:
    shown = FusionShown.model_validate(
        {
            "fusion_id": fusion.fusion_id,
            "state": fusion.state.value,
            "ending_identifier": fusion.ending_identifier,
            "places": [_place(one) for one in fusion.places],
            "fused_at": fusion.fused_at,
            "undone_at": fusion.undone_at,
        }
    )
    return shown.model_dump(mode="json")


def _place(place: Place) -> PlaceShown:
    return PlaceShown(uai=place.uai, name=place.name, children=list(place.children), told=place.told)
