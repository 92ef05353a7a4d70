"""Why a request about preferences is turned down, with the sentence that is shown."""

from shared.kernel.refusals import Refused

TIME_MAY_CURE = frozenset({"unknown_person", "not_attached"})
"""An account that has just been imported is still on its way here."""


def unknown_person(person_id: str) -> Refused:
    return Refused("unknown_person", f"Nobody is known under {person_id}.")


def not_attached(person_id: str, uai: str) -> Refused:
    return Refused("not_attached", f"{person_id} does not belong to the establishment {uai}.")


def taken_in(person_id: str, remaining_id: str) -> Refused:
    return Refused(
        "taken_in", f"{person_id} was fused into {remaining_id}: change the preferences of that account."
    )


def nothing_to_confirm(person_id: str) -> Refused:
    return Refused("nothing_to_confirm", f"No account was fused into {person_id}.")


def not_a_mobile() -> Refused:
    return Refused(
        "not_a_mobile", "This number gets no SMS: it is not a French mobile number, metropolitan or overseas."
    )
