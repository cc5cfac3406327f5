"""The explanation over HTTP: JSON or a page, to whom it is addressed, and only of what is decided."""

from typing import Any

import pytest

from app.demo.story import a_referral
from app.explanation.wording import shipped_wording
from tests.api.acting import EXAMPLE_AREA, OFFICER, POLICE, PRACTITIONER, TODAY, Stage
from tests.api.delivering import complete, decided, delivered
from tests.reading_pages import read_page

pytestmark = pytest.mark.anyio


async def _explained(stage: Stage, case_id: str, audience: str, accept: str = "application/json") -> Any:
    path = f"/v1/cases/{case_id}/explanation?audience={audience}"
    return await stage.actor(PRACTITIONER).send("GET", path, purpose="DELIVERY", headers={"Accept": accept})


@pytest.mark.parametrize("audience", ["CHILD", "PARENT_CARER", "VICTIM"])
async def test_decided_disposal_is_explained(stage: Stage, audience: str) -> None:
    """Title, sections in order, and the wording's own version."""
    case_id = await decided(stage, "COMMUNITY_RESOLUTION")

    told = (await _explained(stage, case_id, audience)).json()

    assert (told["disposal"], told["audience"], told["language"]) == ("COMMUNITY_RESOLUTION", audience, "EN")
    assert [section["id"] for section in told["sections"]] == ["what", "choice", "record", "unfinished", "closing"]
    assert bool(told["law"]) is (audience == "PARENT_CARER")
    common = shipped_wording().common.version
    assert (told["commonWordingVersion"], len(told["wordingDigest"])) == (common, 64)
    assert told["welsh"] == {"available": False, "says": "There is no Welsh wording yet; this is the English."}


async def test_child_page_is_structured_and_fetches_nothing(stage: Stage) -> None:
    """One h1, headings under it, a language, a title; no script, no image, no address."""
    case_id = await delivered(stage, "YOUTH_CONDITIONAL_CAUTION")

    answer = await _explained(stage, case_id, "CHILD", "text/html")

    page = read_page(answer.text)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert page.attributes["html"] == [{"lang": "en"}]
    assert page.found.count("h1") == 1
    assert page.found.count("h2") == 5
    assert not {"script", "img", "link", "iframe", "form", "a"} & set(page.found)
    labelled = {one["aria-labelledby"] for one in page.attributes["section"]}
    assert labelled == {one["id"] for one in page.attributes["h2"]}
    assert "It is spent on 15 January 2027." in answer.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
    ],
)
async def test_accept_says_which(stage: Stage, accept: str, kind: str) -> None:
    """A browser gets a page, a system gets JSON."""
    case_id = await decided(stage, "TRIAGE")

    answer = await _explained(stage, case_id, "CHILD", accept)

    assert answer.headers["Content-Type"].startswith(kind)


async def test_victim_is_told_nothing_of_the_child(stage: Stage) -> None:
    """No name, no birth date, no day on which anything is spent: neither in JSON nor on the page."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["child"] |= {"givenNames": "Zebedee", "familyName": "Quillfeather"}
    case_id = await delivered(stage, "YOUTH_CAUTION", referral)

    answers = [await _explained(stage, case_id, "VICTIM", kind) for kind in ("application/json", "text/html")]

    for answer in answers:
        assert answer.status_code == 200
        for secret in ("Zebedee", "Quillfeather", referral["child"]["dateOfBirth"]):
            assert secret not in answer.text
    assert answers[0].json()["spentOn"] is None


async def test_what_is_not_decided_cannot_be_explained(stage: Stage) -> None:
    """Neither before the decision nor while it is made anew."""
    undecided = await stage.pre_assessed(EXAMPLE_AREA)
    failed = await delivered(stage, "OUTCOME_22")
    await complete(stage, failed, "NOT_COMPLETED")

    assert [(await _explained(stage, one, "CHILD")).status_code for one in (undecided, failed)] == [404, 404]


async def test_explanation_is_for_those_who_may_read_the_case(stage: Stage) -> None:
    """Another role is refused, another area finds nothing, and each disclosure is logged."""
    case_id = await decided(stage, "TRIAGE")
    path = f"/v1/cases/{case_id}/explanation?audience=CHILD"

    statuses = [(await stage.actor(who).send("GET", path)).status_code for who in (POLICE, "demo-yjs-ealing", OFFICER)]
    log = await stage.actor("demo-auditor").send("GET", f"/v1/audit?caseId={case_id}&limit=200", purpose="AUDIT")

    assert statuses == [403, 404, 200]
    assert "explanation.read" in {entry["act"] for entry in log.json()["items"]}


@pytest.mark.parametrize(
    ("query", "status"), [("", 422), ("?audience=COURT", 422), ("?audience=CHILD&audience=VICTIM", 400)]
)
async def test_audience_must_be_one_of_three(stage: Stage, query: str, status: int) -> None:
    """Nobody gets a text that was meant for somebody else."""
    case_id = await decided(stage, "TRIAGE")

    answer = await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/explanation{query}")

    assert answer.status_code == status
