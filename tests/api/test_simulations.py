"""Simulations over HTTP: decided cases held against another policy, counted, and no child told from the counts."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from app.db.work import connect
from app.demo.story import a_referral
from app.law.book import LawBook
from app.settings import Settings
from tests.api.acting import EALING, ISLINGTON, TODAY, Document, Stage
from tests.decided_cases import a_decided_case, some_advice, stated
from tests.decided_rows import add_decided

pytestmark = pytest.mark.anyio

ANALYST, POLICE, YJS = "demo-analyst", "demo-policy-police", "demo-policy-yjs"
VERSIONS = f"/v1/protocols/{ISLINGTON}/versions"


def _facts() -> Document:
    sent = a_referral(ISLINGTON, TODAY)
    facts = {name: sent[name] for name in ("offences", "victims", "history")}
    facts["offences"][0] |= {"committedOn": "2026-05-01", "reportedOn": "2026-05-01"}
    facts["offences"][0]["response"]["on"] = "2026-05-02"
    return facts | {"child": {"dateOfBirth": sent["child"]["dateOfBirth"]}}


@pytest.fixture
async def decided(settings: Settings) -> None:
    """Put twelve shop thefts of Black boys and three of White girls, all triaged, into the database."""
    database = connect(settings.database_url.get_secret_value(), pool_size=1, pool_timeout=2)
    advised = some_advice() | {"asAt": "2026-06-10"}
    said = [("B1", "MALE")] * 12 + [("W1", "FEMALE")] * 3
    await add_decided(
        database,
        [
            a_decided_case(
                number,
                facts=_facts(),
                advice=advised,
                characteristics=(stated("ETHNICITY", ethnicity), stated("SEX", sex)),
            )
            for number, (ethnicity, sex) in enumerate(said, start=1)
        ],
    )
    await database.close()


async def _drafted(stage: Stage, options: Sequence[str]) -> int:
    """Draft a version of Islington's protocol with these options on, and return its number."""
    actor = stage.actor(POLICE)
    shipped = (await actor.send("GET", f"{VERSIONS}/1")).json()
    body = {**shipped, "kind": "LOCAL", "version": 2, "inForceFrom": "2027-01-01", "optionsEnabled": options}
    made = await actor.send("POST", VERSIONS, body, purpose=None)
    assert made.status_code == 201, made.text
    return int(made.json()["version"])


async def _simulate(stage: Stage, who: str = ANALYST, **asked: Any) -> httpx.Response:
    body = {"area": ISLINGTON, "from": "2026-06-01", "to": "2026-06-30"} | asked
    return await stage.actor(who).send("POST", "/v1/simulations", body, purpose="STATISTICS")


def _rows(answer: httpx.Response, by: str) -> Document:
    assert answer.status_code == 200, answer.text
    return next(one["rows"] for one in answer.json()["changes"] if one["by"] == by)


@pytest.mark.usefixtures("decided")
async def test_who_would_be_advised_differently_is_counted(stage: Stage) -> None:
    """Without triage the least restrictive indicated disposal of every shop theft is another."""
    version = await _drafted(stage, ["NO_FURTHER_ACTION", "COMMUNITY_RESOLUTION", "YOUTH_CAUTION", "CHARGE"])

    found = await _simulate(stage, protocolVersion=version)

    assert found.json()["cases"] == 15
    assert _rows(found, "ALL")["ALL"]["MORE_RESTRICTIVE"] == 15
    assert found.json()["decidedDisposals"]["rows"]["TRIAGE"]["LESS_OPEN"] == 15


@pytest.mark.usefixtures("decided")
async def test_small_groups_are_withheld_with_what_would_tell_them(stage: Stage) -> None:
    """Three girls are not counted, nor does the rest follow from the total."""
    version = await _drafted(stage, ["NO_FURTHER_ACTION", "COMMUNITY_RESOLUTION", "YOUTH_CAUTION", "CHARGE"])

    rows = _rows(await _simulate(stage, protocolVersion=version), "SEX")

    assert {count for row in rows.values() for count in row.values()} == {None}


@pytest.mark.usefixtures("decided")
async def test_same_policy_changes_nothing(stage: Stage) -> None:
    """Held against the version under which they were decided."""
    rows = _rows(await _simulate(stage, protocolVersion=1), "ALL")

    assert rows == {"ALL": {
        "UNCHANGED": 15, "LESS_RESTRICTIVE": 0, "MORE_RESTRICTIVE": 0, "NO_LONGER_INDICATED": 0, "NEWLY_INDICATED": 0,
    }}  # fmt: skip


@pytest.mark.usefixtures("decided")
async def test_cases_are_held_against_a_draft_of_a_matrix(stage: Stage, law_book: LawBook) -> None:
    """Before anybody approves it: what a licensed edition would change. The officer's own score is left as it is."""
    table = "\n".join(["offence_key,base_score", *(f"{key},5" for key in sorted(law_book.offences))])
    body = {"id": "npcc-2025", "title": "Licensed edition", "inForceFrom": "2027-01-01", "csv": table}
    await stage.actor(POLICE).send("POST", "/v1/law/matrix-editions", body, purpose=None)

    found = await _simulate(stage, matrixEdition="npcc-2025")

    assert found.json()["under"] == {
        "protocolVersion": None, "matrixEdition": "npcc-2025", "matrixStatus": "LICENSED",
    }  # fmt: skip
    assert _rows(found, "ALL")["ALL"]["UNCHANGED"] == 15


async def test_period_without_decisions_is_answered_with_noughts(stage: Stage) -> None:
    """Nothing was decided, nothing changes."""
    found = await _simulate(stage, protocolVersion=1)

    assert (found.json()["cases"], _rows(found, "ALL")) == (0, {})


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "nothing-to-simulate"),
        ({"protocolVersion": 9}, "unknown-policy"),
        ({"matrixEdition": "none"}, "unknown-policy"),
        ({"protocolVersion": 1, "from": "2026-06-02"}, "whole-months"),
        ({"protocolVersion": 1, "to": "2026-06-29"}, "whole-months"),
        ({"protocolVersion": 1, "from": "2026-07-01"}, "period"),
        ({"protocolVersion": 1, "from": "2020-01-01"}, "period"),
    ],
)
async def test_question_that_cannot_be_answered_is_refused(stage: Stage, asked: Document, code: str) -> None:
    """Whole months, or one answer less another would tell of a day."""
    refused = await _simulate(stage, **asked)

    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_another_area_is_not_found(stage: Stage) -> None:
    """Nobody simulates over the cases of an area that is not theirs."""
    assert (await _simulate(stage, area=EALING, protocolVersion=1)).status_code == 404


async def test_simulation_needs_the_role(stage: Stage) -> None:
    """Who may draft policy may not for that read aggregates."""
    assert (await _simulate(stage, POLICE, protocolVersion=1)).status_code == 403
