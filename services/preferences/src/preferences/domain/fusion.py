"""What becomes of the boxes when accounts of one person are fused: the strictest wins until he confirms (A22).

The account that remains keeps its own boxes aside, so that undoing gives them back; those of the accounts that it
took in stay where they are, with their contacts, which receive nothing meanwhile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from preferences.domain.preferences import Preferences
from shared.consent import Choices

Boxes = Mapping[str, Choices]
"""The boxes of each establishment, by its UAI; an establishment where nobody chose is not there."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One establishment: the boxes that the account that remains had of its own, and those that hold."""

    own: Choices | None
    fused: Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """The accounts whose boxes were merged into one person's, in order; none when there is no fusion."""

    person_id: str
    attached_ids: tuple[str, ...] = ()
    merged: Mapping[str, Merged] = field(default_factory=dict)
    confirmed: bool = False

    @property
    def unconfirmed(self) -> bool:
        return bool(self.attached_ids) and not self.confirmed


def strictest(*accounts: Boxes) -> dict[str, Choices]:
    """One person's boxes from those of his accounts.

    Where one account chose, its boxes hold; where several did, a box counts only if all of them ticked it.
    « Ne pas me contacter par SMS » of any of them, anywhere, holds everywhere (R50).
    """
    refused = any(boxes.sms_refused for one in accounts for boxes in one.values())
    uais = sorted({uai for one in accounts for uai in one})
    return {uai: _all_ticked([one[uai] for one in accounts if uai in one], refused) for uai in uais}


def settled(
    before: Preferences, fusion: Fusion, attached: Mapping[str, Boxes], schools: Iterable[str]
) -> tuple[Preferences, Fusion]:
    """The preferences and the fusion once exactly these accounts are attached; `schools` are the person's now.

    Boxes that he chose himself since the last fusion are his own from then on: no undoing takes them back,
    except at a school that is no longer his.
    """
    own = _own(before.choices, fusion.merged)
    if not attached:
        there = set(schools)
        kept = {
            uai: boxes for uai, boxes in own.items() if uai not in fusion.merged or _stays(uai, fusion, there)
        }
        return replace(before, choices=kept, merged=()), Fusion(person_id=fusion.person_id)
    fused = strictest(own, *attached.values())
    merged = {uai: Merged(own.get(uai), boxes) for uai, boxes in fused.items()}
    attached_ids = tuple(sorted(attached))
    return replace(before, choices=fused, merged=attached_ids), Fusion(
        person_id=fusion.person_id,
        attached_ids=attached_ids,
        merged=merged,
        confirmed=fusion.confirmed and set(attached) <= set(fusion.attached_ids),
    )


def _all_ticked(those: list[Choices], sms_refused: bool) -> Choices:
    return Choices(
        email_information=all(one.email_information for one in those),
        establishment_notices=all(one.establishment_notices for one in those),
        partner_notices=all(one.partner_notices for one in those),
        sms_refused=sms_refused,
    )


def _own(now: Boxes, merged: Mapping[str, Merged]) -> dict[str, Choices]:
    """What the person chose on this account: before the fusion, or since."""
    own = {}
    for uai, boxes in now.items():
        known = merged.get(uai)
        chosen = boxes if known is None or known.fused != boxes else known.own
        if chosen is not None:
            own[uai] = chosen
    return own


def _stays(uai: str, fusion: Fusion, schools: set[str]) -> bool:
    return uai in schools or fusion.merged[uai].own is not None
