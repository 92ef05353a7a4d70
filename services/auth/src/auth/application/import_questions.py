"""What an import asks an operator before it goes on: what a file says by mistake far more often than on purpose."""

from collections.abc import Sequence

from auth.application.import_facts import Absences
from auth.domain.account_states import empties_a_school, empties_too_much
from shared.kernel.refusals import Refused

SCHOOLS_NAMED_MAX = 20


def questions(
    absences: Absences | None, redefined: Sequence[str], *, leaving: str = "too_many_absent"
) -> tuple[Refused, ...]:
    """All that is to be confirmed at once: an answer to one of them would answer the others unread.

    `leaving`, when too large a share of the people leaves; `school_emptied` and `school_redefined` name the schools.
    """
    asked = []
    if absences and empties_too_much(absences.absent, absences.present):
        asked.append(Refused(leaving))
    losses = absences.losses if absences else ()
    emptied = [loss for loss in losses if empties_a_school(loss.absent, loss.present)]
    if emptied:
        told = [f"{loss.uai} ({loss.absent} / {loss.present})" for loss in emptied]
        asked.append(Refused("school_emptied", _named(told)))
    if redefined:
        asked.append(Refused("school_redefined", _named(redefined)))
    return tuple(asked)


def _named(schools: Sequence[str]) -> str:
    more = ["…"] if len(schools) > SCHOOLS_NAMED_MAX else []
    return ", ".join([*schools[:SCHOOLS_NAMED_MAX], *more])
