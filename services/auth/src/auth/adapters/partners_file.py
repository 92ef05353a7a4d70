"""The seed file of partner clients (`PARTNERS_FILE`): a JSON list, read strictly."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from auth.application.register_client import Seed
from auth.domain.partners import Client, Partner
from shared.events.alerts import EstablishmentKind
from shared.events.envelope import faults
from shared.kernel.refusals import Refused

Place = Annotated[str, Field(min_length=1, max_length=100)]


class _Territory(BaseModel):
    model_config = ConfigDict(extra="forbid")

    departements: tuple[Place, ...] = ()
    academies: tuple[Place, ...] = ()
    regions: tuple[Place, ...] = ()


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    client_id: str
    client_secret: SecretStr
    partner_id: Annotated[str, Field(min_length=1, max_length=200)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    body: Literal["departement", "academie", "region", "enseignement_agricole", "dreets"]
    territory: _Territory = _Territory()
    kinds: tuple[EstablishmentKind, ...] | None = None
    scopes: tuple[str, ...]

    def seed(self) -> Seed:
        partner = Partner(
            partner_id=self.partner_id,
            name=self.name,
            body=self.body,
            departements=self.territory.departements,
            academies=self.territory.academies,
            regions=self.territory.regions,
            kinds=self.kinds,
        )
        client = Client(client_id=self.client_id, partner_id=self.partner_id, scopes=self.scopes)
        return Seed(partner=partner, client=client, secret=self.client_secret.get_secret_value())


_FILE = TypeAdapter(list[_Entry])


def read_partners_file(path: Path) -> list[Seed] | Refused:
    """Read every entry. Refused as `unreadable_seeds`, the fields at fault as detail and never a value."""
    try:
        return [entry.seed() for entry in _FILE.validate_json(path.read_bytes())]
    except ValidationError as refusal:
        return Refused("unreadable_seeds", faults(refusal))
    except OSError as failure:
        return Refused("unreadable_seeds", failure.strerror or "it cannot be read")
