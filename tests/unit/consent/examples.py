"""The people, schools and occasions of the consent tests; each test names only what matters to it."""

from datetime import UTC, datetime, timedelta

from shared.consent import Choices, Occasion, PartnerBody, School, SmsRules, Standing, Territory

AURA = "Auvergne-Rhône-Alpes"
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # 12:00 in Paris
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # 23:00 in Paris
MORNING = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 07:00 in Paris, the day after NIGHT

COLLEGE = School("college", "69", "Lyon", AURA)
LYCEE = School("lycee", "69", "Lyon", AURA)
AGRICOLE = School("agricole", "69", "Lyon", AURA)
CFA = School("cfa", "69", "Lyon", AURA)
SCHOOLS = {school.kind: school for school in (COLLEGE, LYCEE, AGRICOLE, CFA)}

DEPARTEMENT = PartnerBody("departement", Territory(departements=frozenset({"69"})))
ACADEMIE = PartnerBody("academie", Territory(academies=frozenset({"Lyon"})))
REGION = PartnerBody("region", Territory(regions=frozenset({AURA})))
ENSEIGNEMENT_AGRICOLE = PartnerBody("enseignement_agricole", Territory(regions=frozenset({AURA})))
DREETS = PartnerBody("dreets", Territory(regions=frozenset({AURA})))
BODIES = {body.kind: body for body in (DEPARTEMENT, ACADEMIE, REGION, ENSEIGNEMENT_AGRICOLE, DREETS)}

URGENT_ONLY = SmsRules("urgent")
ALL_EVENTS = SmsRules("all")

EVERYTHING_TICKED = Choices(email_information=True, establishment_notices=True, partner_notices=True)
REACHABLE = Standing(choices=EVERYTHING_TICKED, email="proved", sms="proved")

MESSAGE = Occasion("message")
URGENT_MESSAGE = Occasion("message", urgent=True)
SECURITY_NOTICE = Occasion("security", urgent=True)


def an_alert(partner: PartnerBody | None = REGION, *, urgent: bool = False) -> Occasion:
    return Occasion("alert", urgent=urgent, expires_at=NOON + timedelta(days=2), partner=partner)
