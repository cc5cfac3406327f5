"""People at work: they refer children and pre-assess them, try again until they are answered, and keep count."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from uuid_utils import uuid7

from app.clock import SystemClock, today
from app.demo.story import a_pre_assessment, a_referral
from app.identity.demo_clients import DEMO_CLIENTS, ISLINGTON
from app.identity.local_issuer import local_issuer
from tests.crash.estate import Estate

TROUBLE = frozenset({409, 429, 500, 502, 503, 504})
PAUSE = 0.05  # seconds before trying again


@dataclass
class Load:
    """Work on a service: what was sent, what was acknowledged, and what was answered that nobody should see.

    Who is not `patient` should never have to try again, and says so when it has to.
    """

    base_url: str
    tokens: dict[str, str]
    patient: bool = True
    referred: dict[str, str] = field(default_factory=dict)
    assessed: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)
    stopping: bool = False
    progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self, people: int) -> None:
        """Work until `stopping`; what was begun is brought to its end."""
        limits = httpx.Limits(max_connections=people)
        async with httpx.AsyncClient(base_url=self.base_url, timeout=10, trust_env=False, limits=limits) as http:
            await asyncio.gather(*(self._work(http) for _ in range(people)))

    async def reach(self, assessed: int) -> None:
        """Wait until so many children are pre-assessed."""
        async with self.progress:
            await self.progress.wait_for(lambda: len(self.assessed) >= assessed)

    async def _work(self, http: httpx.AsyncClient) -> None:
        while not self.stopping:
            body = a_referral(ISLINGTON, today(SystemClock()))
            self.sent.add(body["source"]["reference"])
            answer = await self._insist(http, "POST", "/v1/referrals", "demo-police", "REFERRAL", body)
            if answer.status_code != 201:
                self.odd.append(f"referral: {answer.status_code} {answer.text}")
                continue
            case_id = str(answer.json()["caseId"])
            self.referred[case_id] = str(answer.json()["referralId"])
            path = f"/v1/cases/{case_id}/pre-assessment"
            answer = await self._insist(
                http, "PUT", path, "demo-yjs-practitioner", "PRE_ASSESSMENT", a_pre_assessment()
            )
            if answer.status_code in {201, 428}:  # 428: it was there already, from an attempt whose answer was lost
                async with self.progress:
                    self.assessed.add(case_id)
                    self.progress.notify_all()
            else:
                self.odd.append(f"pre-assessment: {answer.status_code} {answer.text}")

    async def _insist(
        self, http: httpx.AsyncClient, method: str, path: str, who: str, purpose: str, body: Any
    ) -> httpx.Response:
        """Send the same request until somebody answers it."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "X-Purpose": purpose}
        headers |= {"Idempotency-Key": str(uuid7())} if method == "POST" else {}
        while True:
            try:
                answer = await http.request(method, path, json=body, headers=headers)
            except httpx.TransportError as trouble:
                self.odd += [] if self.patient else [f"not answered: {type(trouble).__name__}"]
                await asyncio.sleep(PAUSE)
                continue
            if answer.status_code not in TROUBLE:
                return answer
            if answer.status_code == 500 or not self.patient:
                self.odd.append(f"fault: {answer.text}")
            await asyncio.sleep(PAUSE)


def tokens_of(it: Estate) -> dict[str, str]:
    """Return a token for each demo client; the auditor sees every area."""
    issuer = local_issuer(it.folder, issuer="http://127.0.0.1:8000", audience="oocd", now=SystemClock().now)
    made = {name: issuer.token_for(client) for name, client in DEMO_CLIENTS.items()}
    return made | {"demo-auditor": issuer.token_for(DEMO_CLIENTS["demo-auditor"], areas=["*"])}
