"""What is wrong with a new password and its confirmation, field by field (R15, R22, R23)."""

from dataclasses import dataclass
from typing import Literal

from auth.domain.password_policy import composed, judge

PasswordField = Literal["password", "confirmation"]


@dataclass(frozen=True, slots=True)
class PasswordFault:
    """One sentence to show beside a field.

    `slug` is a rule's, or `missing`, `different`, `identifier`, `name`, `school`, `common`, `first_password`.
    """

    field: PasswordField
    slug: str


def form_faults(password: str, confirmation: str) -> tuple[PasswordFault, ...]:
    """What can be told from the form alone; every broken rule is named."""
    if not password:
        faults = [PasswordFault("password", "missing")]
    else:
        faults = [PasswordFault("password", slug) for slug in judge(password)]
    if not confirmation:
        faults.append(PasswordFault("confirmation", "missing"))
    elif composed(password) != composed(confirmation):
        faults.append(PasswordFault("confirmation", "different"))
    return tuple(faults)
