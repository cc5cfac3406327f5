"""A case's life, act by act in any order that Hypothesis thinks of, held against the pure reference model.

After each act the service and the model say the same: the answer, the status, the level, and whether anything that
others can see has moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from uuid_utils import uuid7

from app.demo.story import a_pre_assessment, a_referral
from app.identity.demo_clients import DEMO_CLIENTS
from tests.api.acting import EXAMPLE_AREA, OFFICER, POLICE, PRACTITIONER, TODAY, Document, decision, opinion
from tests.api.delivering import a_delivery
from tests.life.model import CaseModel, Outcome, Person
from tests.life.people import PEOPLE, claims
from tests.serving import serving

DISPOSALS = st.sampled_from(["TRIAGE", "OUTCOME_22", "COMMUNITY_RESOLUTION", "YOUTH_CAUTION"])
ANYBODY = st.sampled_from(PEOPLE)
OF_THE_POLICE = st.sampled_from([person for person in PEOPLE if person.agency == "POLICE"])


@dataclass(frozen=True)
class Service:
    """The running service, called without an event loop of one's own."""

    http: httpx.Client
    issuer: Any

    def send(
        self, client: str, method: str, path: str, body: Any = None, match: str | None = None, **changes: Any
    ) -> httpx.Response:
        """Send a request as a demo client, with some of its claims changed."""
        token = self.issuer.token_for(replace(DEMO_CLIENTS[client], **changes))
        headers = {"Authorization": f"Bearer {token}", "X-Purpose": "JOINT_DECISION"}
        headers |= {"Idempotency-Key": str(uuid7())} if method == "POST" else {}
        headers |= {} if match is None else {"If-Match": match}
        return self.http.request(method, path, json=body, headers=headers)


@pytest.fixture
def service(app: Any) -> Iterator[Service]:
    """Run the service in a thread of its own."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving(app)) as base_url,
        httpx.Client(base_url=base_url, timeout=30) as http,
    ):
        yield Service(http, app.state.issuer)


class Life(RuleBasedStateMachine):
    """One case, from its referral on."""

    service: Service
    advice: Document

    def __init__(self) -> None:
        super().__init__()
        referred = self.service.send(POLICE, "POST", "/v1/referrals", a_referral(EXAMPLE_AREA, TODAY)).json()
        self.referral_id, self.path = referred["referralId"], f"/v1/cases/{referred['caseId']}"
        self.model = CaseModel()
        self.advise()

    def act(self, method: str, path: str, body: Any, who: Person | None = None, match: str | None = None) -> Outcome:
        """Send something and return what it answered, in the model's words."""
        client, changes = (OFFICER, {}) if who is None else claims(who)
        answer = self.service.send(client, method, path, body, match, **changes)
        return Outcome(answer.status_code, str(answer.json().get("code", answer.json().get("standing", ""))))

    def etag(self) -> str:
        """Return the present entity tag of the case."""
        return self.service.send(OFFICER, "GET", self.path).headers["ETag"]

    @rule()
    def advise(self) -> None:
        """Anyone who may takes advice."""
        self.advice = self.service.send(OFFICER, "POST", f"{self.path}/advice", {}).json()
        self.model = self.model.advise()

    @rule()
    def assess(self) -> None:
        """The YJS puts a version of the pre-assessment."""
        path = f"{self.path}/pre-assessment"
        present = self.service.send(PRACTITIONER, "GET", path).headers.get("ETag")
        answer = self.service.send(PRACTITIONER, "PUT", path, a_pre_assessment(), present)
        expected, self.model = self.model.assess()
        assert Outcome(answer.status_code, answer.json().get("code", "")) == expected

    @rule()
    def establish(self) -> None:
        """The police say again what they know: a new version all the same."""
        body = {"source": "Custody record", "establishedOn": "2026-11-20", "updates": {"history": []}}
        expected, self.model = self.model.establish()
        assert self.act("POST", f"{self.path}/facts", body) == expected

    @rule(who=ANYBODY, disposal=DISPOSALS)
    def speak(self, who: Person, disposal: str) -> None:
        """Somebody gives an opinion; a sealed one moves nothing that others can see."""
        before = self.etag()
        said = self.act("POST", f"{self.path}/opinions", opinion(self.advice, disposal), who, before)
        expected, self.model = self.model.speak(who, disposal)
        assert said == expected
        assert (self.etag() != before) is (expected.word in {"AGREED", "CONFLICTED"})

    @rule(who=OF_THE_POLICE, disposal=DISPOSALS)
    def decide(self, who: Person, disposal: str) -> None:
        """Somebody of the police tries to decide."""
        made = self.act("POST", f"{self.path}/decision", decision(self.advice, disposal), who, self.etag())
        expected, self.model = self.model.decide(who, disposal)
        assert made == expected

    @rule(police=DISPOSALS, yjs=DISPOSALS)
    def speak_in_turn(self, police: str, yjs: str) -> None:
        """Those whose level it is speak one after the other, so that lives get as far as escalation."""
        for agency, disposal in (("POLICE", police), ("YJS", yjs)):
            self.speak(self.of_the_level(agency), disposal)

    @precondition(lambda self: self.model.standing != "INCOMPLETE")
    @rule()
    def decide_as_they_may(self) -> None:
        """Whoever may decide at the level reached decides on what the police hold, so that lives get to their end."""
        self.decide(self.of_the_level("POLICE"), self.model.said[self.model.level, "POLICE"][1])

    @precondition(lambda self: self.model.status in {"RECEIVED", "PRE_ASSESSED"} and not self.model.said)
    @rule(disposal=DISPOSALS)
    def agree_and_decide(self, disposal: str) -> None:
        """Both hold the same and it is decided on fresh advice, so that lives get as far as delivery and its end."""
        self.advise()
        self.speak_in_turn(disposal, disposal)
        self.decide(self.of_the_level("POLICE"), disposal)

    @rule()
    def represent(self) -> None:
        """The child says what it thinks of the proposed outcome."""
        body = {"from": "CHILD", "words": "I would like to say sorry myself.", "saidOn": "2026-11-20"}
        expected, self.model = self.model.represent()
        answer = self.service.send(PRACTITIONER, "POST", f"{self.path}/representations", body)
        assert Outcome(answer.status_code, answer.json().get("code", "")) == expected

    @rule()
    def deliver(self) -> None:
        """What was decided is given to the child; before, again, or after the end it cannot be."""
        expected, self.model = self.model.deliver()
        body = a_delivery(self.model.decided or "TRIAGE")
        assert self.act("POST", f"{self.path}/delivery", body) == expected

    @rule(completed=st.booleans(), given=st.booleans())
    def end(self, *, completed: bool, given: bool) -> None:
        """Somebody says how it ended, or that it was never given."""
        completed = completed and given
        body = {"result": "COMPLETED" if completed else "NOT_COMPLETED", "neverGiven": not given, "why": "Moved away."}
        expected, self.model = self.model.end(completed=completed, given=given)
        assert self.act("POST", f"{self.path}/completion", body) == expected

    def of_the_level(self, agency: str) -> Person:
        """Return the first who may speak for an agency at the level that the case has reached."""
        return next(one for one in PEOPLE if (one.agency, one.grade) == (agency, self.model.level))

    @precondition(lambda self: len(self.model.said) > 4)
    @rule()
    def withdraw(self) -> None:
        """The police withdraw the referral, late."""
        body = {"reason": "The complainant withdrew the allegation."}
        expected, self.model = self.model.withdraw()
        assert self.act("POST", f"/v1/referrals/{self.referral_id}/withdrawal", body).status == expected.status

    @invariant()
    def service_and_model_agree(self) -> None:
        """The case is where the model says."""
        case = self.service.send(OFFICER, "GET", self.path).json()
        assert (case["status"], case["level"], case["version"]) == (
            self.model.status,
            self.model.level,
            self.model.version,
        )


@pytest.mark.parametrize(
    ("lives", "acts"),
    [pytest.param(6, 20, id="short"), pytest.param(150, 40, id="long", marks=pytest.mark.deep)],
)
def test_every_life_is_one_that_the_model_allows(service: Service, lives: int, acts: int) -> None:
    """Whatever is done in whatever order, the service answers and stands as the model does."""
    life = type("Life", (Life,), {"service": service})
    wanted = settings(
        max_examples=lives,
        stateful_step_count=acts,
        deadline=None,
        derandomize=lives < 100,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(life, settings=wanted)
