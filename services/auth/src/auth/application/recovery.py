"""Everything about a forgotten password, in the order in which it happens."""

import asyncio
from dataclasses import dataclass

from auth.application.ask_recovery import AskRecovery
from auth.application.choose_recovered_password import ChooseRecoveredPassword
from auth.application.follow_contacts import FollowContacts
from auth.application.issue_recovery_codes import IssueRecoveryCodes
from auth.application.try_recovery_code import TryRecoveryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """`woken` is set when a request waits for its code."""

    follow_contacts: FollowContacts
    ask: AskRecovery
    woken: asyncio.Event
    issue_codes: IssueRecoveryCodes
    try_code: TryRecoveryCode
    choose_password: ChooseRecoveredPassword
