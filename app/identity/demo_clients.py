"""The demo clients of local mode (contract, section 2). Synthetic: no person of these names exists."""

from dataclasses import dataclass

from app.identity.caller import Agency, Grade, Role

ISLINGTON, CAMDEN, EALING, EXAMPLE_AREA = "E09000019", "E09000007", "E09000009", "E99999901"
SECRET = "demo"  # noqa: S105  (published in the contract; local mode alone)

_POLICE = (Role.CASES_RO, Role.ADVICE_RO, Role.OPINIONS_RW, Role.DECISIONS_RW, Role.DELIVERY_RW)
_YJS = (Role.CASES_RO, Role.ADVICE_RO, Role.PRE_ASSESSMENTS_RW, Role.OPINIONS_RW, Role.DELIVERY_RW)
_MEMBER = (Role.SCRUTINY_RO, Role.SCRUTINY_FINDINGS_RW)
_CHAIR = (*_MEMBER, Role.SCRUTINY_SAMPLES_RW, Role.STATISTICS_RO)


@dataclass(frozen=True)
class DemoClient:
    """One row of the contract's table: `person` says whether its tokens are a person's."""

    client_id: str
    agency: Agency
    grade: Grade | None
    person: bool
    roles: tuple[Role, ...]
    areas: tuple[str, ...] = (ISLINGTON, CAMDEN, EXAMPLE_AREA)


_TABLE = (
    DemoClient("demo-police", Agency.POLICE, None, False, (Role.REFERRALS_RW, Role.ADVICE_RO, Role.WEBHOOKS_RW)),
    DemoClient("demo-police-officer", Agency.POLICE, Grade.PRACTITIONER, True, _POLICE),
    DemoClient("demo-police-supervisor", Agency.POLICE, Grade.MANAGER, True, _POLICE),
    DemoClient("demo-police-senior", Agency.POLICE, Grade.SENIOR, True, _POLICE),
    DemoClient("demo-yjs-practitioner", Agency.YJS, Grade.PRACTITIONER, True, _YJS),
    DemoClient("demo-yjs-manager", Agency.YJS, Grade.MANAGER, True, _YJS),
    DemoClient("demo-yjs-senior", Agency.YJS, Grade.SENIOR, True, _YJS),
    DemoClient("demo-yjs-ealing", Agency.YJS, Grade.MANAGER, True, _YJS, (EALING,)),
    DemoClient("demo-cps", Agency.CPS, Grade.SENIOR, True, (Role.CASES_RO, Role.ADVICE_RO, Role.DECISIONS_RW)),
    DemoClient("demo-panel-coordinator", Agency.YJS, Grade.PRACTITIONER, True, (Role.CASES_RO, Role.PANELS_RW)),
    DemoClient("demo-scrutiny-chair", Agency.SCRUTINY, Grade.SENIOR, True, _CHAIR),
    DemoClient("demo-scrutiny-member", Agency.SCRUTINY, Grade.PRACTITIONER, True, _MEMBER),
    DemoClient("demo-scrutiny-member-2", Agency.SCRUTINY, Grade.PRACTITIONER, True, _MEMBER),
    DemoClient("demo-analyst", Agency.PARTNER, None, True, (Role.STATISTICS_RO,)),
    DemoClient("demo-policy-police", Agency.POLICE, Grade.SENIOR, True, (Role.POLICY_RW, Role.ADVICE_RO)),
    DemoClient("demo-policy-yjs", Agency.YJS, Grade.SENIOR, True, (Role.POLICY_RW, Role.ADVICE_RO)),
    DemoClient(
        "demo-duty-officer", Agency.POLICE, Grade.MANAGER, True, (Role.CASES_RO, Role.BREAK_GLASS_RW), (EALING,)
    ),
    DemoClient("demo-data-protection-officer", Agency.YJS, None, True, (Role.IDENTIFICATION_RW,)),
    DemoClient("demo-auditor", Agency.PARTNER, None, True, (Role.AUDIT_RO,)),
    DemoClient("demo-sar", Agency.YJS, None, False, (Role.SAR_DATA_ACCESS,)),
)

DEMO_CLIENTS = {client.client_id: client for client in _TABLE}
