"""Opinions by two to eight people at one instant: what they are answered is what some order of them would be.

Every answer and the state left behind must be explained by one after the other; the model says which sequences there
are. An outcome that no order explains would be a lost opinion, a second one, or a conflict that nobody was told of.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle

import pytest

from tests.api.acting import EXAMPLE_AREA, OFFICER, Stage, opinion
from tests.life.model import CaseModel, Outcome, Person
from tests.life.people import PEOPLE, claims

pytestmark = pytest.mark.anyio
Told = tuple[Person, str, Outcome]

CLIENTS = [
    pytest.param(2, 2, id="2"),
    pytest.param(5, 3, id="5"),
    *(pytest.param(clients, 12, id=f"{clients}-long", marks=pytest.mark.deep) for clients in range(2, 9)),
]


def explained(model: CaseModel, seen: int, told: Sequence[Told], status: str, level: int) -> bool:
    """Return whether some order of the acts gives each its answer and leaves the case where it stands."""
    if not told:
        return (model.status, model.level) == (status, level)
    for index, (who, disposal, outcome) in enumerate(told):
        expected, after = model.speak(who, disposal, seen)
        if expected == outcome and explained(after, seen, [*told[:index], *told[index + 1 :]], status, level):
            return True
    return False


def test_lost_opinion_is_not_explained() -> None:
    """The test can fail: two who disagree and are both told INCOMPLETE have no order."""
    officer, practitioner = PEOPLE[0], PEOPLE[3]
    lost = [(officer, "TRIAGE", Outcome(201, "INCOMPLETE")), (practitioner, "CHARGE", Outcome(201, "INCOMPLETE"))]
    right = [lost[0], (practitioner, "CHARGE", Outcome(201, "CONFLICTED"))]

    assert not explained(CaseModel(), 1, lost, "RECEIVED", 1)
    assert explained(CaseModel(), 1, right, "ESCALATED", 2)


@pytest.mark.parametrize(("clients", "rounds"), CLIENTS)
async def test_opinions_at_one_instant_are_one_after_the_other(stage: Stage, clients: int, rounds: int) -> None:
    """Different people, agencies, grades and disposals, and one human being with two tokens, all at once."""
    people, disposals = cycle(PEOPLE), cycle(["TRIAGE", "YOUTH_CAUTION", "TRIAGE"])
    for _ in range(rounds):
        case_id = await stage.referred(EXAMPLE_AREA)
        advice, path = await stage.advised(case_id), f"/v1/cases/{case_id}"
        etag = await stage.actor(OFFICER).etag(path)
        acts = [(next(people), next(disposals)) for _ in range(clients)]

        answers = await asyncio.gather(
            *(
                stage.changed(claims(who)[0], **claims(who)[1]).send(
                    "POST", f"{path}/opinions", opinion(advice, disposal), headers={"If-Match": etag}
                )
                for who, disposal in acts
            )
        )

        told = [
            (who, disposal, Outcome(answer.status_code, answer.json().get("code", answer.json().get("standing"))))
            for (who, disposal), answer in zip(acts, answers, strict=True)
        ]
        case = (await stage.actor(OFFICER).send("GET", path)).json()
        assert explained(CaseModel(), 1, told, case["status"], case["level"]), told
