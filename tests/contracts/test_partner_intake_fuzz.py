"""The intake against its own description, with whatever schemathesis makes up."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from tests.unit.notifier_intake.intake_rig import IntakeRig

load_all_checks()
# values that a description cannot forbid are refused: another's territory, a moment that has passed
NOT_PROMISED: list[Any] = CHECKS.get_by_names(["positive_data_acceptance"])

rig = IntakeRig()
schema = schemathesis.openapi.from_asgi("/api/partner/openapi.json", rig.app())


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_intake_or_its_description(case: schemathesis.Case[Any]) -> None:
    rig.seconds += 60  # the rate limit has a test of its own
    case.call_and_validate(headers={"authorization": "Bearer token-region"}, excluded_checks=NOT_PROMISED)
