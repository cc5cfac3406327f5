"""The transparency record: for anybody, and true of what is running."""

import pytest

from app.law.book import LawBook
from app.rules.blindness import NEVER_READ
from app.transparency.record import atrs_record
from tests.api.acting import Document, Stage

pytestmark = pytest.mark.anyio
PATH = "/v1/transparency/atrs"


async def _record(stage: Stage) -> Document:
    answer = await stage.http.get(PATH)
    assert answer.status_code == 200, answer.text
    found: Document = answer.json()
    return found


async def test_record_is_read_without_a_token(stage: Stage) -> None:
    """What is to be published is open to the public, in both tiers."""
    record = await _record(stage)

    assert record["tierOne"]["name"]
    assert record["tierTwo"]["risks"]


async def test_record_counts_the_rules_that_the_service_lists(stage: Stage) -> None:
    """The number of rules in the record is the number at `/v1/law/requirements`."""
    record, listed, cursor = await _record(stage), 0, ""
    reader = stage.actor("demo-auditor")
    while cursor is not None:
        page = (await reader.send("GET", f"/v1/law/requirements?limit=200{cursor}", purpose=None)).json()
        listed += len(page["items"])
        cursor = None if page["nextCursor"] is None else f"&cursor={page['nextCursor']}"

    assert record["tierTwo"]["method"]["rules"] == listed


async def test_record_names_what_is_never_read(stage: Stage) -> None:
    """The list is that of every advice."""
    record = await _record(stage)

    assert record["tierTwo"]["data"]["neverReadList"] == list(NEVER_READ)


def test_record_of_another_book_says_so(law_book: LawBook) -> None:
    """A service without illustrative scores does not say that it has them."""
    statuses = {one.status for one in atrs_record(law_book.without_illustrations()).tier_two.data.matrices}

    assert "ILLUSTRATIVE" in {one.status for one in atrs_record(law_book).tier_two.data.matrices}
    assert "ILLUSTRATIVE" not in statuses


def test_record_leaves_to_the_deployer_what_only_the_deployer_knows(law_book: LawBook) -> None:
    """Nobody's contact, owner or assessment is made up."""
    left = set(atrs_record(law_book).tier_two.for_the_deployer)

    assert {"organisation", "seniorResponsibleOwner", "dpia", "equalityImpactAssessment"} <= left
