"""Acting as a demo client over HTTP, and bringing a case to a point of its life through the real service."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
from uuid_utils import uuid7

from app.demo.story import a_pre_assessment, a_referral
from app.identity.demo_clients import DEMO_CLIENTS, DemoClient
from app.identity.local_issuer import LocalIssuer

TODAY = date(2026, 11, 21)
ISLINGTON, CAMDEN, EALING, EXAMPLE_AREA = "E09000019", "E09000007", "E09000009", "E99999901"
POLICE, OFFICER, SUPERVISOR, POLICE_SENIOR = (
    "demo-police",
    "demo-police-officer",
    "demo-police-supervisor",
    "demo-police-senior",
)
PRACTITIONER, MANAGER, YJS_SENIOR = "demo-yjs-practitioner", "demo-yjs-manager", "demo-yjs-senior"
Document = dict[str, Any]


@dataclass(frozen=True)
class Actor:
    """Somebody who calls the service."""

    http: httpx.AsyncClient
    token: str

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        purpose: str | None = "JOINT_DECISION",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request with what every request carries; a POST gets a fresh Idempotency-Key."""
        sent = {"Authorization": f"Bearer {self.token}"}
        sent |= {"X-Purpose": purpose} if purpose else {}
        sent |= {"Idempotency-Key": str(uuid7())} if method == "POST" else {}
        return await self.http.request(method, path, json=body, headers=sent | dict(headers or {}))

    async def etag(self, path: str) -> str:
        """Return the present entity tag of what a path names."""
        answer = await self.send("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.headers["ETag"]


@dataclass(frozen=True)
class Stage:
    """The demo clients, ready to act on one running service."""

    http: httpx.AsyncClient
    issuer: LocalIssuer

    def actor(self, client_id: str) -> Actor:
        """Return one of the demo clients."""
        return self.acting(DEMO_CLIENTS[client_id])

    def acting(self, client: DemoClient) -> Actor:
        """Return any client that the local issuer can be made to vouch for."""
        return Actor(self.http, self.issuer.token_for(client))

    def changed(self, original: str, **changes: Any) -> Actor:
        """Return a demo client with some of its claims changed."""
        return self.acting(replace(DEMO_CLIENTS[original], **changes))

    async def referred(self, area: str = ISLINGTON, referral: Document | None = None) -> str:
        """Refer a child, and return the id of the case."""
        body = referral or a_referral(area, TODAY)
        answer = await self.actor(POLICE).send("POST", "/v1/referrals", body, purpose="REFERRAL")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["caseId"])

    async def pre_assessed(self, area: str = ISLINGTON, referral: Document | None = None) -> str:
        """Refer a child and pre-assess it, and return the id of the case."""
        case_id = await self.referred(area, referral)
        path = f"/v1/cases/{case_id}/pre-assessment"
        answer = await self.actor(PRACTITIONER).send("PUT", path, a_pre_assessment(), purpose="PRE_ASSESSMENT")
        assert answer.status_code == 201, answer.text
        return case_id

    async def advised(self, case_id: str) -> Document:
        """Take advice on a case, and return it."""
        answer = await self.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/advice", {})
        assert answer.status_code == 201, answer.text
        advice: Document = answer.json()
        return advice


def fit_of(advice: Document, disposal: str) -> str:
    """Return how well a disposal suits the case."""
    return next(str(option["fit"]) for option in advice["options"] if option["disposal"] == disposal)


def opinion(advice: Document, disposal: str) -> Document:
    """Return an opinion for a disposal, with a departure where the advice does not indicate it."""
    departs = None
    if fit_of(advice, disposal) != "INDICATED":
        departs = {
            "from": "ADVICE",
            "reason": "CHILD_WELFARE",
            "why": "The child's welfare asks for this, in our view.",
        }
    return {
        "disposal": disposal,
        "rationale": "What the child, the parent and the victim said speaks for this.",
        "adviceId": advice["adviceId"],
        "conditions": [],
        "departs": departs,
    }


def decision(advice: Document, disposal: str) -> Document:
    """Return a decision of record for a disposal."""
    rationale = "Both agencies hold that this serves the child and the victim."
    return {"disposal": disposal, "rationale": rationale, "adviceId": advice["adviceId"]}
