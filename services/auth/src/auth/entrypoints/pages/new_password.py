"""A new password on a page: the printed rules from the one table, and what is wrong, beside its field (R16, R23)."""

from collections.abc import Iterable
from dataclasses import dataclass

from auth.domain.password_faults import PasswordFault
from auth.domain.password_policy import RULES, SPECIALS
from shared.kit.texts import Catalogue
from shared.kit.web import FieldError

PASSWORD, CONFIRMATION = "mot_de_passe", "confirmation"
"""The names of the two fields in a form."""
BUSY = "new_password.busy"
"""Said when no password could be looked at: nothing was changed, wherever it was to be."""
_FIELDS = {"password": PASSWORD, "confirmation": CONFIRMATION}


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One line of the list: the script of the page judges by `pattern`."""

    slug: str
    pattern: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NewPasswordShown:
    """What the template `new_password.html` needs."""

    rules: tuple[RuleShown, ...]
    specials: str


def new_password_shown(texts: Catalogue) -> NewPasswordShown:
    rules = tuple(RuleShown(rule.slug, rule.pattern, texts.say(rule.sentence_id)) for rule in RULES)
    return NewPasswordShown(rules, SPECIALS)


def fault_errors(texts: Catalogue, faults: Iterable[PasswordFault]) -> list[FieldError]:
    """Each fault with its own sentence and its field, in the order of the page."""
    return [
        FieldError(_FIELDS[fault.field], texts.say(f"new_password.{fault.field}_fault.{fault.slug}"))
        for fault in faults
    ]
