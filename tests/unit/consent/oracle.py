"""A second, naive reading of the rules: written from the prose, in another order, without sharing any code.

Each rule is one independent yes or no; the channel's list says in which order a refusal is told.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Case:
    """One combination of everything that the rules speak of."""

    kind: str
    account_open: bool
    past_deadline: bool
    attached: bool
    r29: bool
    r30: bool
    r31: bool
    r50: bool
    email: str | None
    number: str | None
    device: bool
    partner: str
    urgent: bool
    sms_for_all: bool
    daytime: bool


PROOF_REFUSALS = {None: "no_contact", "unproved": "unproved_contact", "bounced": "suppressed_bounce"}


def expected_email(case: Case) -> str:
    objections = dict.fromkeys(everybody(case))
    if case.kind in ("message", "alert") and not case.r29:
        objections["opted_out_email"] = None
    objections.update(dict.fromkeys(origin(case)))
    if case.kind != "code" and case.email in PROOF_REFUSALS:
        objections[PROOF_REFUSALS[case.email]] = None
    return next(iter(objections), "send")


def expected_sms(case: Case) -> str:
    objections = dict.fromkeys(everybody(case))
    if case.kind != "code":
        if case.number in PROOF_REFUSALS:
            objections[PROOF_REFUSALS[case.number]] = None
        if case.r50:
            objections["opted_out_sms"] = None
    objections.update(dict.fromkeys(origin(case)))
    if case.kind in ("message", "alert") and not case.urgent:
        if not case.sms_for_all:
            objections["switched_off"] = None
        elif not case.daytime:
            objections["defer"] = None
    return next(iter(objections), "send")


def expected_app(case: Case) -> str | None:
    if not case.device or case.kind == "code":
        return None
    objections = dict.fromkeys(everybody(case))
    if case.kind == "security":
        objections["no_contact"] = None
    if case.kind == "alert":
        objections.update(dict.fromkeys(origin(case)))
    return next(iter(objections), "send")


def everybody(case: Case) -> list[str]:
    told = []
    if case.kind in ("message", "alert") and not case.account_open:
        told.append("account_closed")
    if case.past_deadline:
        told.append("expired")
    if case.kind in ("message", "alert") and not case.attached:
        told.append("outside_audience")
    return told


def origin(case: Case) -> list[str]:
    if case.kind == "message":
        return [] if case.r30 else ["opted_out_establishment"]
    if case.kind == "alert":
        unwanted = [] if case.r31 else ["opted_out_partner"]
        return unwanted if case.partner == "right" else [*unwanted, "not_a_partner"]
    return []
