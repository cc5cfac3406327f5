"""Does the steps of the demonstration: each as the demo client whose step it is, over the service's own routes."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import httpx

from app.demo import seed_after, seed_facts, seed_views
from app.demo.seed_cases import Case, Step
from app.demo.seed_present import REFERRER, Thread
from app.http.schema import format_instant
from app.identity.demo_clients import DEMO_CLIENTS
from app.identity.local_issuer import LocalIssuer

Document = dict[str, Any]
ASSESSOR = "demo-yjs-practitioner"
PROSECUTOR = "demo-cps"
MEMBERS = ("demo-scrutiny-chair", "demo-scrutiny-member", "demo-scrutiny-member-2")
_SPEAKERS = {
    (seed_views.POLICE, 1): "demo-police-officer",
    (seed_views.POLICE, 2): "demo-police-supervisor",
    (seed_views.POLICE, 3): "demo-police-senior",
    (seed_views.YJS, 1): "demo-yjs-practitioner",
    (seed_views.YJS, 2): "demo-yjs-manager",
    (seed_views.YJS, 3): "demo-yjs-senior",
}


class DemonstrationBroken(Exception):
    """The service did not answer a step of the demonstration as it should; the message says which, and what came."""


class SettableClock:
    """A clock that tells each task the instant to which that task set it last, so that cases can go on side by side."""

    def __init__(self) -> None:
        self._instant = ContextVar("instant", default=datetime(2025, 9, 1, 9, tzinfo=UTC))

    def now(self) -> datetime:
        """Return the instant."""
        return self._instant.get()

    def set(self, instant: datetime) -> None:
        """Go to an instant."""
        self._instant.set(instant.astimezone(UTC))


class Actor:
    """Does the steps of cases. Those of one case are to come in their order."""

    def __init__(
        self, http: httpx.AsyncClient, issuer: LocalIssuer, clock: SettableClock, threads: dict[str, Thread], name: str
    ) -> None:
        self._http = http
        self._issuer = issuer
        self._issuer_name = name
        self._clock = clock
        self._threads = threads
        self._advice: dict[str, Document] = {}

    async def do_in_order(self, case: Case, steps: Iterable[Step]) -> None:
        """Do some steps of a case, one after the other."""
        for step in steps:
            await self.do(case, step)

    async def do(self, case: Case, step: Step) -> None:
        """Do one step of a case, at its time; raise `DemonstrationBroken` if it is not answered as it should be."""
        self._clock.set(case.at(step))
        thread = self._threads.setdefault(case.reference, Thread())
        match step:
            case Step.REFERRAL:
                await self._refer(case, thread)
            case Step.PRE_ASSESSMENT:
                body = seed_facts.pre_assessment(case)
                await self._put(thread, "pre-assessment", body)
            case Step.CHARACTERISTICS:
                body = {"characteristics": seed_facts.characteristics(case)}
                await self._put(thread, "characteristics", body, match=True)
            case Step.ADVICE:
                await self._advise(case, thread)
            case Step.DECISION:
                await self._decide(case, thread)
            case Step.DELIVERY:
                body = seed_after.delivery(case)
                await self._follow(case, thread, step, _SPEAKERS[seed_views.POLICE, 1], body)
            case Step.COMPLETION:
                assert case.after is not None
                body = seed_after.completion(case, case.after)
                await self._follow(case, thread, step, ASSESSOR, body)
            case _:
                await self._speak(case, thread, step)
        thread.done.add(step)

    async def accept_terms(self) -> None:
        """Have the demo members of scrutiny accept its terms, unless they have."""
        for member in MEMBERS:
            terms = await self._send(member, "GET", "/v1/scrutiny/terms", expect=200)
            if terms.json()["acceptedAt"] is None:
                # The issuer is part of who a person is: under another port the members are other persons.
                key = f"terms:{terms.json()['version']}:{self._issuer_name}"
                body = {"version": terms.json()["version"]}
                await self._send(member, "POST", "/v1/scrutiny/terms-acceptance", expect=201, body=body, key=key)

    # ── steps ────────────────────────────────────────────────────────────────

    async def _refer(self, case: Case, thread: Thread) -> None:
        body = seed_facts.referral(case, format_instant(self._clock.now()))
        key = f"{case.reference}:{Step.REFERRAL}"
        answer = await self._send(REFERRER, "POST", "/v1/referrals", expect=201, purpose="REFERRAL", body=body, key=key)
        thread.case_id = answer.json()["caseId"]

    async def _put(self, thread: Thread, what: str, body: Document, *, match: bool = False) -> None:
        path = f"/v1/cases/{thread.case_id}/{what}"
        etag = (await self._read(ASSESSOR, path, "PRE_ASSESSMENT")).headers["ETag"] if match else None
        await self._send(
            ASSESSOR, "PUT", path, expect=200 if match else 201, purpose="PRE_ASSESSMENT", body=body, etag=etag
        )

    async def _advise(self, case: Case, thread: Thread) -> None:
        answer = await self._joint(case, thread, Step.ADVICE, "demo-police-officer", "advice", {})
        self._advice[case.reference] = answer
        thread.advice_id = answer["adviceId"]

    async def _speak(self, case: Case, thread: Thread, step: Step) -> None:
        agency, _, level = step.partition("_")
        body = seed_views.opinion(case, await self._advice_of(case, thread), agency, int(level))
        await self._joint(case, thread, step, _SPEAKERS[agency, int(level)], "opinions", body)

    async def _decide(self, case: Case, thread: Thread) -> None:
        advice = await self._advice_of(case, thread)
        prosecuted = seed_views.needs_the_prosecutor(case, advice)
        decider = PROSECUTOR if prosecuted else _SPEAKERS[seed_views.POLICE, case.level]
        await self._joint(case, thread, Step.DECISION, decider, "decision", seed_views.decision(case, advice))

    async def _follow(self, case: Case, thread: Thread, step: Step, client: str, body: Document) -> None:
        path, key = f"/v1/cases/{thread.case_id}/{step.lower()}", f"{case.reference}:{step}"
        await self._send(client, "POST", path, expect=201, purpose="DELIVERY", body=body, key=key)

    async def _joint(self, case: Case, thread: Thread, step: Step, client: str, what: str, body: Document) -> Document:
        """Send one part of the joint decision about a case as it was read last."""
        path, purpose = f"/v1/cases/{thread.case_id}", "JOINT_DECISION"
        if thread.etag is None:
            thread.etag = (await self._read(client, path, purpose)).headers["ETag"]
        answer = await self._send(
            client,
            "POST",
            f"{path}/{what}",
            expect=201,
            purpose=purpose,
            body=body,
            key=f"{case.reference}:{step}",
            etag=thread.etag,
        )
        document: Document = answer.json()
        if document.get("sealed") is False:
            thread.etag = None  # the seal is lifted: the case has a new version
        return document

    async def _advice_of(self, case: Case, thread: Thread) -> Document:
        if case.reference not in self._advice:
            path = f"/v1/advice/{thread.advice_id}"
            self._advice[case.reference] = (await self._read("demo-police-officer", path, "JOINT_DECISION")).json()
        return self._advice[case.reference]

    # ── requests ─────────────────────────────────────────────────────────────

    async def _read(self, client: str, path: str, purpose: str) -> httpx.Response:
        return await self._send(client, "GET", path, expect=200, purpose=purpose)

    async def _send(
        self,
        client: str,
        method: str,
        path: str,
        *,
        expect: int,
        purpose: str = "SCRUTINY",
        body: Document | None = None,
        key: str | None = None,
        etag: str | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._issuer.token_for(DEMO_CLIENTS[client])}", "X-Purpose": purpose}
        headers |= {} if key is None else {"Idempotency-Key": f"demo-data:{key}"}
        headers |= {} if etag is None else {"If-Match": etag}
        answer = await self._http.request(method, path, json=body, headers=headers)
        if answer.status_code != expect:
            raise DemonstrationBroken(f"{client} {method} {path}: {answer.status_code}, not {expect}: {answer.text}")
        return answer
